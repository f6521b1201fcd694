//! A table as lines: one JSON array a row, its values in the order of the columns; bytes are hexadecimal digits.

use std::io::{self, Write};

use kikimori_store::Transaction;
use kikimori_store::copy::{self, ColumnKind, Table};
use kikimori_store::value::Value;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::{BackupFault, ROWS_AT_ONCE};

/// How much was written, with its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Rows; 0 for a file.
    pub n_rows: u64,
    /// Bytes.
    pub n_bytes: u64,
    /// SHA-256 of the bytes, as hexadecimal digits.
    pub sha256: String,
}

/// Counts and hashes what passes.
pub struct Meter<W> {
    /// Where it goes on to.
    inner: W,
    /// The hash so far.
    hash: Sha256,
    /// Bytes so far.
    n_bytes: u64,
}

impl<W> Meter<W> {
    /// A meter before `inner`.
    pub fn new(inner: W) -> Self {
        Self { inner, hash: Sha256::new(), n_bytes: 0 }
    }

    /// What passed.
    pub fn finish(self, n_rows: u64) -> Measured {
        Measured { n_rows, n_bytes: self.n_bytes, sha256: hexadecimal(&self.hash.finalize()) }
    }

    /// Notes what passed.
    fn note(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.n_bytes += bytes.len() as u64;
    }
}

impl<W: Write> Write for Meter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.note(bytes.get(..n).unwrap_or_default());
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: io::Read> io::Read for Meter<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.note(buffer.get(..n).unwrap_or_default());
        Ok(n)
    }
}

/// Writes all rows of a table in the order of its key.
pub async fn write_table(
    transaction: &mut Transaction,
    table: &Table,
    output: &mut dyn Write,
    name: &std::path::Path,
) -> Result<Measured, BackupFault> {
    let mut meter = Meter::new(output);
    let (mut n_rows, mut after) = (0, None::<Vec<Value>>);
    loop {
        let rows = copy::rows_after(transaction, table, after.as_deref(), ROWS_AT_ONCE).await?;
        for row in &rows {
            write_row(row, &mut meter).map_err(BackupFault::file(name))?;
        }
        n_rows += rows.len() as u64;
        match rows.last().filter(|_| rows.len() == ROWS_AT_ONCE as usize) {
            Some(last) => {
                after = Some(table.key.iter().filter_map(|place| last.get(*place).cloned()).collect());
            }
            None => return Ok(meter.finish(n_rows)),
        }
    }
}

/// Writes a row as a line.
fn write_row(row: &[Value], output: &mut dyn Write) -> io::Result<()> {
    let values: Vec<Json> = row
        .iter()
        .map(|value| match value {
            Value::Text(Some(text)) => Json::from(text.as_str()),
            Value::Integer(Some(number)) => Json::from(*number),
            Value::Bytes(Some(bytes)) => Json::from(hexadecimal(bytes)),
            Value::Text(None) | Value::Integer(None) | Value::Bytes(None) => Json::Null,
        })
        .collect();
    serde_json::to_writer(&mut *output, &values)?;
    output.write_all(b"\n")
}

/// Reads a row; `None` if it does not fit the table.
pub fn read_row(line: &[u8], table: &Table) -> Option<Vec<Value>> {
    let values: Vec<Json> = serde_json::from_slice(line).ok()?;
    if values.len() != table.columns.len() {
        return None;
    }
    let values = values.into_iter().zip(&table.columns).map(|(value, column)| {
        Some(match (column.kind, value) {
            (ColumnKind::Text, Json::String(text)) => Value::Text(Some(text)),
            (ColumnKind::Text, Json::Null) => Value::Text(None),
            (ColumnKind::Integer, Json::Null) => Value::Integer(None),
            (ColumnKind::Integer, Json::Number(number)) => Value::Integer(Some(number.as_i64()?)),
            (ColumnKind::Bytes, Json::Null) => Value::Bytes(None),
            (ColumnKind::Bytes, Json::String(digits)) => Value::Bytes(Some(bytes(&digits)?)),
            _ => return None,
        })
    });
    values.collect()
}

/// Bytes as small hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of hexadecimal digits.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digits: Option<Vec<u8>> =
        digits.chars().map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok())).collect();
    Some(digits?.as_chunks::<2>().0.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use kikimori_store::copy::Column;

    use super::*;

    /// A table with a column of each kind.
    fn table() -> Table {
        let column = |name: &str, kind| Column { name: name.to_owned(), kind };
        let columns = vec![
            column("a", ColumnKind::Bytes),
            column("b", ColumnKind::Integer),
            column("c", ColumnKind::Text),
        ];
        Table { name: "t".to_owned(), columns, key: vec![0] }
    }

    #[test]
    fn reads_back_what_it_writes_and_nothing_else() {
        let rows = [
            vec![
                Value::Bytes(Some(vec![0, 255])),
                Value::Integer(Some(i64::MIN)),
                Value::Text(Some("髙\n\"".to_owned())),
            ],
            vec![Value::Bytes(None), Value::Integer(None), Value::Text(None)],
        ];
        for row in rows {
            let mut line = Vec::new();
            write_row(&row, &mut line).unwrap();
            assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
            assert_eq!(read_row(&line, &table()), Some(row));
        }
        for wrong in
            ["", "[]", "[1,2,3]", "[\"0\",1,\"\"]", "[\"zz\",1,\"\"]", "[\"\",1.5,\"\"]", "[\"\",1,2]", "{}"]
        {
            assert_eq!(read_row(wrong.as_bytes(), &table()), None, "{wrong}");
        }
    }
}
