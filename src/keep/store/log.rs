//! Who did what: lines that are only added, each with a digest over itself and the line before.
//!
//! A line that was changed or taken out is found by [`Store::check_log`]. It cannot show that the last lines were cut off by
//! somebody who may write to the database: for that, keep the newest digest elsewhere (`probity status` prints it).

use super::Store;
use super::db::{Row, Tx, values, written};
use super::error::StoreError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Counts from 1 without holes.
    pub(crate) number: i64,
    /// When.
    pub(crate) at: Timestamp,
    /// Who: a person's name, or `probity` for what the program did by itself.
    pub(crate) who: String,
    /// What: `audit-registered`, `item-decided`, …
    pub(crate) what: String,
    /// On what: `audit/20260602T000000Z`, `item/7`, `service/zoom`.
    pub(crate) subject: String,
    /// More of it.
    pub(crate) detail: Json,
    /// The digest of this line and the one before.
    pub(crate) digest: String,
}

/// What is to be written down.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) at: Timestamp,
    pub(crate) who: &'a str,
    pub(crate) what: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) detail: Json,
}

/// Adds a line. The transaction is one of those that write one at a time.
pub(crate) async fn add(tx: &mut Tx, entry: Entry<'_>) -> Result<(), StoreError> {
    let last = tx.row("select number, digest from log order by number desc limit 1", values![]).await?;
    let (number, before) = match &last {
        Some(row) => (row.int(0)? + 1, row.text(1)?),
        None => (1, String::new()),
    };
    let Entry { at, who, what, subject, detail } = entry;
    let detail = detail.to_string();
    let digest = digest(&before, number, &written(at), [who, what, subject, &detail]);
    let sql = "insert into log (number, at, who, what, subject, detail, digest) values ($1, $2, $3, $4, $5, $6, $7)";
    tx.run(sql, values![number, at, who, what, subject, detail, digest]).await?;
    Ok(())
}

/// The digest of a line after another.
fn digest(before: &str, number: i64, at: &str, rest: [&str; 4]) -> String {
    let mut hash = Sha256::new();
    for part in [before, &number.to_string(), at].into_iter().chain(rest) {
        // With its length before it, no part can pass for the beginning of the next.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    format!("sha256:{}", data_encoding::HEXLOWER.encode(&hash.finalize()))
}

fn line(row: &Row) -> Result<Line, StoreError> {
    Ok(Line {
        number: row.int(0)?,
        at: row.time(1)?,
        who: row.text(2)?,
        what: row.text(3)?,
        subject: row.text(4)?,
        detail: row.json(5)?,
        digest: row.text(6)?,
    })
}

impl Store {
    /// Adds a line for what changed nothing else in the store.
    pub(crate) async fn write_down(&self, entry: Entry<'_>) -> Result<(), StoreError> {
        let mut tx = self.db.write().await?;
        add(&mut tx, entry).await?;
        tx.commit().await
    }

    /// The lines before a number (the newest without one), of a subject or of all, the newest first.
    pub(crate) async fn log(
        &self,
        subject: Option<&str>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Line>, StoreError> {
        let sql = "select number, at, who, what, subject, detail, digest from log \
                   where number < $1 and ($2 is null or subject = $2) order by number desc limit $3";
        let rows = self.db.rows(sql, values![before.unwrap_or(i64::MAX), subject, limit]).await?;
        rows.iter().map(line).collect()
    }

    /// The number of the first line that does not follow from the one before, where there is one.
    pub(crate) async fn check_log(&self) -> Result<Option<i64>, StoreError> {
        let (mut before, mut expected) = (String::new(), 1);
        loop {
            let sql = "select number, at, who, what, subject, detail, digest from log where number >= $1 \
                       order by number limit 1000";
            let rows = self.db.rows(sql, values![expected]).await?;
            if rows.is_empty() {
                return Ok(None);
            }
            for row in &rows {
                let number = row.int(0)?;
                let rest = [&row.text(2)?, &row.text(3)?, &row.text(4)?, &row.text(5)?];
                let found = digest(&before, number, &row.text(1)?, rest.map(String::as_str));
                if number != expected || found != row.text(6)? {
                    return Ok(Some(expected));
                }
                (before, expected) = (found, expected + 1);
            }
        }
    }
}
