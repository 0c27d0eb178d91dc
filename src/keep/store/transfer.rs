//! The whole store as open files, and back: one file of JSON lines for each table.
//!
//! What a column holds as JSON stands as JSON in the line. A store is filled from such files only while it is empty, in one
//! transaction; what is read may come from either kind of database. Archives are `remember`'s.

use super::Store;
use super::db::{Row, Value, values};
use super::error::StoreError;
use serde_json::{Map, Value as Json};
use std::io::{self, BufRead, Write};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// A text or a time.
    Text,
    /// A whole number.
    Int,
    /// A number.
    Real,
    /// JSON.
    Json,
}

use Holds::{Int, Json as Nested, Real, Text};

/// A table: its name, what it is inserted with, its rows in order, its columns.
pub(crate) struct Table {
    /// Its name, which is that of its file.
    pub(crate) name: &'static str,
    into: &'static str,
    select: &'static str,
    columns: &'static [(&'static str, Holds)],
}

macro_rules! tables {
    ($($name:ident by $order:literal { $($column:ident: $holds:ident),* $(,)? })*) => {
        /// The tables, those first that others refer to.
        pub(crate) const TABLES: &[Table] = &[$(Table {
            name: stringify!($name),
            into: concat!(stringify!($name), " (", tables!(@list $($column)*), ")"),
            select: concat!("select ", tables!(@list $($column)*), " from ", stringify!($name), " order by ", $order,
                " limit $1 offset $2"),
            columns: &[$((stringify!($column), $holds)),*],
        }),*];
    };
    (@list $first:ident $($rest:ident)*) => { concat!(stringify!($first) $(, ", ", stringify!($rest))*) };
}

tables! {
    service by "id" { id: Text, name: Text, category: Text, memory: Nested, memory_version: Int, audited_at: Text }
    audit by "id" { id: Text, as_of: Text, head: Nested, files: Nested, services: Int, complete: Int, registered_at: Text }
    audited by "service, as_of, audit" { service: Text, audit: Text, as_of: Text, body: Nested }
    rating by "service, method, as_of, audit" {
        service: Text, method: Text, as_of: Text, audit: Text, light: Text, low: Int, high: Int, most: Int, coverage: Real,
        state: Text, grades: Nested, latest: Int, body: Nested,
    }
    capture by "audit, target, captured, kind" { audit: Text, target: Text, captured: Text, kind: Text, digest: Text }
    change by "id" {
        id: Text, service: Text, method: Text, criterion: Text, raised_at: Text, cause: Text, audit: Text, body: Nested,
    }
    item by "id" {
        id: Int, service: Text, method: Text, criterion: Text, state: Text, version: Int, weight: Int, raised_at: Text,
        due_at: Text, body: Nested,
    }
    decision by "item, version" { item: Int, version: Int, at: Text, who: Text, body: Nested }
    attestation by "id" { id: Text, service: Text, claim: Text, at: Text, withdrawn_at: Text, body: Nested }
    log by "number" { number: Int, at: Text, who: Text, what: Text, subject: Text, detail: Nested, digest: Text }
    job by "id" {
        id: Text, kind: Text, service: Text, due_at: Text, state: Text, not_before: Text, attempts: Int, worker: Text,
        leased_until: Text, audit: Text, error: Text, ended_at: Text,
    }
}

/// So many rows are in memory at once.
const ROWS: u32 = 500;

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TransferError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be read or written.
    #[error("{0}")]
    File(#[from] io::Error),
    /// A line is not what it has to be.
    #[error("line {line}: {what}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
}

impl Store {
    /// Writes a table, a row a line, sorted by its key; gives the count.
    pub(crate) async fn export(&self, table: &Table, out: &mut (dyn Write + Send)) -> Result<u64, TransferError> {
        let mut count = 0;
        loop {
            let rows = self.db.rows(table.select, values![i64::from(ROWS), count]).await?;
            if rows.is_empty() {
                return Ok(u64::try_from(count).unwrap_or(0));
            }
            for row in &rows {
                let line = Json::Object(line(table, row)?);
                writeln!(out, "{line}")?;
            }
            count += i64::try_from(rows.len()).unwrap_or(0);
        }
    }

    /// Whether nothing was registered yet.
    pub(crate) async fn is_empty(&self) -> Result<bool, StoreError> {
        let sql = "select (select count(*) from audit) + (select count(*) from log) + (select count(*) from job)";
        let row = self.db.row(sql, values![]).await?;
        Ok(row.map(|row| row.int(0)).transpose()?.unwrap_or_default() == 0)
    }

    /// Fills an empty store: `open` gives the file of each table. All of it is there, or nothing.
    pub(crate) async fn import<R: BufRead + Send>(
        &self,
        mut open: impl FnMut(&Table) -> io::Result<R>,
    ) -> Result<u64, (&'static str, TransferError)> {
        let mut tx = self.db.write().await.map_err(|error| ("the store", error.into()))?;
        let mut count = 0;
        for table in TABLES {
            let failed = |error| (table.name, error);
            let mut lines = open(table).map_err(|error| failed(error.into()))?.lines().enumerate();
            loop {
                let mut some = Vec::new();
                for (at, text) in lines.by_ref().take(ROWS as usize) {
                    let text = text.map_err(|error| failed(error.into()))?;
                    let row = row(table, &text).map_err(|what| failed(TransferError::Line { line: at + 1, what }))?;
                    some.push(row);
                }
                if some.is_empty() {
                    break;
                }
                count += some.len() as u64;
                tx.insert_many(table.into, table.columns.len(), some).await.map_err(|error| failed(error.into()))?;
            }
        }
        tx.commit().await.map_err(|error| ("the store", error.into()))?;
        Ok(count)
    }
}

/// A row as a JSON object.
fn line(table: &Table, row: &Row) -> Result<Map<String, Json>, StoreError> {
    let mut line = Map::new();
    for (at, (name, holds)) in table.columns.iter().enumerate() {
        let value = match holds {
            Text => row.text_or_none(at)?.map_or(Json::Null, Json::from),
            Nested => match row.json_text(at)? {
                Some(text) => serde_json::from_str(&text).map_err(StoreError::broken)?,
                None => Json::Null,
            },
            Int => Json::from(row.int(at)?),
            Real => Json::from(row.real(at)?),
        };
        line.insert((*name).to_owned(), value);
    }
    Ok(line)
}

/// A line as the values of a row.
fn row(table: &Table, line: &str) -> Result<Vec<Value>, String> {
    let line: Map<String, Json> = serde_json::from_str(line).map_err(|error| format!("no JSON object: {error}"))?;
    if let Some(unknown) = line.keys().find(|key| !table.columns.iter().any(|(name, _)| name == key)) {
        return Err(format!("unknown field `{unknown}`; the export may be of a newer version of this program"));
    }
    let mut row = Vec::with_capacity(table.columns.len());
    for (name, holds) in table.columns {
        let value = line.get(*name).ok_or_else(|| format!("the field `{name}` is missing"))?;
        row.push(match (holds, value) {
            (Text | Nested, Json::Null) => Value::Text(None),
            (Nested, value) => Value::from(value.to_string()),
            (Text, Json::String(text)) => Value::from(text),
            (Int, value) => value.as_i64().map(Value::from).ok_or_else(|| format!("`{name}` is no whole number"))?,
            (Real, value) => value.as_f64().map(Value::from).ok_or_else(|| format!("`{name}` is no number"))?,
            (Text, _) => return Err(format!("`{name}` is no text")),
        });
    }
    Ok(row)
}
