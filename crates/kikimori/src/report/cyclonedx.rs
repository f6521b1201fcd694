//! Placeholder while the report is being written.
use super::labels::ReportInput;
/// Writes.
pub fn write(_: &ReportInput<'_>, _: &mut dyn std::io::Write) -> std::io::Result<()> {
    Ok(())
}
