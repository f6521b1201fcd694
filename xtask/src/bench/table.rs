//! The table of results, and the machine that they were measured on.

use std::path::Path;
use std::process::Command;

/// A measured quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// Milliseconds.
    Time(f64),
    /// Bytes.
    Memory(f64),
}

impl Quantity {
    /// In words: three digits and a unit.
    fn words(self) -> String {
        match self {
            Self::Time(ms) if ms >= 10_000.0 => format!("{:.1} s", ms / 1e3),
            Self::Time(ms) if ms >= 1_000.0 => format!("{:.2} s", ms / 1e3),
            Self::Time(ms) if ms >= 10.0 => format!("{ms:.0} ms"),
            Self::Time(ms) => format!("{ms:.2} ms"),
            Self::Memory(bytes) => format!("{:.0} MB", bytes / 1e6),
        }
    }

    /// This measured by that.
    fn ratio(self, budget: Self) -> f64 {
        match (self, budget) {
            (Self::Time(left), Self::Time(right)) | (Self::Memory(left), Self::Memory(right)) => left / right,
            (Self::Time(_), Self::Memory(_)) | (Self::Memory(_), Self::Time(_)) => f64::NAN,
        }
    }
}

/// One row: a piece of work, one quantity of it, its budget.
#[derive(Clone, Debug)]
struct Row {
    /// The work.
    work: String,
    /// What was measured.
    measured: Quantity,
    /// What it may be.
    budget: Option<Quantity>,
    /// What it was measured on, what else it used.
    note: String,
}

/// The rows so far.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// In order of measurement.
    rows: Vec<Row>,
}

impl Table {
    /// Adds a row and says on standard error that it was measured.
    pub fn add(&mut self, work: &str, measured: Quantity, budget: Option<Quantity>, note: &str) {
        eprintln!("  {work}: {}", measured.words());
        let (work, note) = (work.to_owned(), note.to_owned());
        self.rows.push(Row { work, measured, budget, note });
    }

    /// Rows over their budget.
    pub fn n_over(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| row.budget.is_some_and(|budget| row.measured.ratio(budget) > 1.0))
            .count()
    }

    /// As a Markdown table.
    pub fn markdown(&self) -> String {
        let mut text = "| work | measured | budget | ratio | note |\n|---|--:|--:|--:|---|\n".to_owned();
        for row in &self.rows {
            let budget = row.budget.map_or_else(|| "–".to_owned(), Quantity::words);
            let ratio = row
                .budget
                .map_or_else(|| "–".to_owned(), |budget| format!("{:.2}", row.measured.ratio(budget)));
            let measured = row.measured.words();
            text.push_str(&format!("| {} | {measured} | {budget} | {ratio} | {} |\n", row.work, row.note));
        }
        text
    }
}

/// The machine and the day, in one line.
pub fn machine(root: &Path) -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map_or_else(|| "unknown".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let said = |program: &str, args: &[&str]| {
        let output = Command::new(program).current_dir(root).args(args).output();
        output.map_or_else(
            |_| "unknown".to_owned(),
            |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        )
    };
    let processor = field(&read("/proc/cpuinfo"), "model name");
    let n_cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let memory = field(&read("/proc/meminfo"), "MemTotal");
    let memory_kb: u64 = memory.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!(
        "{processor}, {n_cores} cores, {} GB memory, Linux {}, {}, {}",
        memory_kb / 1_000_000,
        kernel.trim(),
        said("rustc", &["--version"]),
        said("date", &["-u", "+%Y-%m-%d"]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_ratios_and_counts_what_is_over() {
        let mut table = Table::default();
        table.add("fast", Quantity::Time(25.0), Some(Quantity::Time(50.0)), "");
        table.add("slow", Quantity::Time(1_500.0), Some(Quantity::Time(1_000.0)), "two runs");
        table.add("large", Quantity::Memory(2e6), None, "");
        assert_eq!(table.n_over(), 1);
        assert_eq!(
            table.markdown(),
            "| work | measured | budget | ratio | note |\n|---|--:|--:|--:|---|\n\
             | fast | 25 ms | 50 ms | 0.50 |  |\n| slow | 1.50 s | 1.00 s | 1.50 | two runs |\n\
             | large | 2 MB | – | – |  |\n"
        );
    }
}
