//! Two databases behind one face: the same statements on SQLite and on PostgreSQL.
//!
//! Both number their parameters `$1`, both know `on conflict` and `returning`; what differs (opening, locks) is said here and
//! nowhere else. It knows no table.

use super::error::StoreError;
use super::packed::unpack;
use jiff::Timestamp;
use sqlx::error::DatabaseError;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Executor, Postgres, Row as _, Sqlite, Transaction};
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a statement waits for another process that writes, or for a free connection.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long after a lock it is tried again.
const AGAIN: Duration = Duration::from_millis(20);
/// How many rows go into one statement.
const ROWS_AT_ONCE: usize = 200;
/// The number under which PostgreSQL keeps the lock of those who write what is remembered.
const LOCK: &str = "select pg_advisory_xact_lock(7205143)";

/// A value that goes into a statement.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A text, a time, JSON.
    Text(Option<String>),
    /// A whole number.
    Int(Option<i64>),
    /// A number.
    Real(f64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(Some(text.clone()))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_owned))
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Text(Some(written(time)))
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(time: Option<Timestamp>) -> Self {
        Self::Text(time.map(written))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(Some(number.into()))
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Int(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Int(Some(yes.into()))
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

/// The values of a statement, in order.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::keep::store::db::Value::from($value)),*] };
}
pub(crate) use values;

/// A time as the database keeps it: of fixed width, so that the order of texts is the order of times.
pub(crate) fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// A row that came back.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The text of a column.
    pub(crate) fn text(&self, column: usize) -> Result<String, StoreError> {
        self.text_or_none(column)?.ok_or_else(|| StoreError::broken(format!("column {column} is empty")))
    }

    /// The text of a column that may be empty.
    pub(crate) fn text_or_none(&self, column: usize) -> Result<Option<String>, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    /// The whole number of a column.
    pub(crate) fn int(&self, column: usize) -> Result<i64, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    /// The number of a column.
    pub(crate) fn real(&self, column: usize) -> Result<f64, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    /// A whole number that cannot be negative.
    pub(crate) fn count(&self, column: usize) -> Result<u32, StoreError> {
        u32::try_from(self.int(column)?).map_err(|_| StoreError::broken(format!("column {column} is no count")))
    }

    /// The time of a column.
    pub(crate) fn time(&self, column: usize) -> Result<Timestamp, StoreError> {
        self.time_or_none(column)?.ok_or_else(|| StoreError::broken(format!("column {column} has no time")))
    }

    /// The time of a column that may be empty.
    pub(crate) fn time_or_none(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        let read = |text: String| {
            text.parse().map_err(|_| StoreError::broken(format!("`{text}` in column {column} is no time")))
        };
        self.text_or_none(column)?.map(read).transpose()
    }

    /// The JSON in a column that may be empty, packed or not.
    pub(crate) fn json_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        self.text_or_none(column)?.map(unpack).transpose()
    }

    /// What the JSON in a column says.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, column: usize) -> Result<T, StoreError> {
        let text = unpack(self.text(column)?)?;
        serde_json::from_str(&text).map_err(|error| StoreError::broken(format!("column {column}: {error}")))
    }
}

/// A database.
#[derive(Clone, Debug)]
pub(crate) enum Db {
    /// One connection that writes, some that read.
    Sqlite { write: SqlitePool, read: SqlitePool },
    /// Connections to a server.
    Postgres(PgPool),
}

/// Whether another process holds what was asked for: `SQLITE_BUSY`, whatever more its code says.
fn is_locked(error: &dyn DatabaseError) -> bool {
    error.code().and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 5)
}

macro_rules! bound {
    ($sql:expr, $values:expr) => {{
        let mut query = sqlx::query($sql);
        for value in $values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Int(number) => query.bind(number),
                Value::Real(number) => query.bind(number),
            };
        }
        query
    }};
}

impl Db {
    /// Opens a file, and makes it where it is not there.
    pub(crate) async fn sqlite(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            // Most of it is JSON of tens of kB: it lies in fewer, larger pages. Files that are there keep theirs.
            .page_size(1 << 14)
            .journal_mode(SqliteJournalMode::Wal)
            // What was reported as kept is on the disk.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(PATIENCE);
        // While another process opens it for the first time it may be locked without a wait: SQLite asks nobody to wait who
        // changes the journal.
        let begun = Instant::now();
        let write = loop {
            let write = SqlitePoolOptions::new().max_connections(1).acquire_timeout(PATIENCE * 2);
            match write.connect_with(options.clone()).await {
                Err(sqlx::Error::Database(error)) if is_locked(&*error) && begun.elapsed() < PATIENCE => {
                    tokio::time::sleep(AGAIN).await;
                }
                ended => break ended?,
            }
        };
        let read = SqlitePoolOptions::new().max_connections(4).acquire_timeout(PATIENCE * 2);
        let read = read.connect_lazy_with(options.pragma("query_only", "on"));
        Ok(Self::Sqlite { write, read })
    }

    /// Connects to a server.
    pub(crate) async fn postgres(url: &str) -> Result<Self, StoreError> {
        let options: PgConnectOptions = url.parse()?;
        // A path of one's own would make names mean other tables.
        let options = options.application_name("probity");
        let pool = PgPoolOptions::new().max_connections(8).acquire_timeout(PATIENCE);
        Ok(Self::Postgres(pool.connect_with(options).await?))
    }

    /// Whether this is a server.
    pub(crate) fn is_server(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Begins a transaction that writes what is remembered: one at a time, so that what it reads holds until it ends.
    pub(crate) async fn write(&self) -> Result<Tx, StoreError> {
        let mut tx = self.begin().await?;
        if self.is_server() {
            tx.rows(LOCK, Vec::new()).await?;
        }
        Ok(tx)
    }

    /// Begins a transaction beside others.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// What a question brings.
    pub(crate) async fn rows(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Ok(match self {
            Self::Sqlite { read, .. } => {
                bound!(sql, values).fetch_all(read).await?.into_iter().map(Row::Sqlite).collect()
            }
            Self::Postgres(pool) => bound!(sql, values).fetch_all(pool).await?.into_iter().map(Row::Postgres).collect(),
        })
    }

    /// The first row that a question brings.
    pub(crate) async fn row(&self, sql: &'static str, values: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(match self {
            Self::Sqlite { read, .. } => bound!(sql, values).fetch_optional(read).await?.map(Row::Sqlite),
            Self::Postgres(pool) => bound!(sql, values).fetch_optional(pool).await?.map(Row::Postgres),
        })
    }

    /// Closes all connections, so that a file can be moved.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A transaction. Dropped without a commit, nothing of it was.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Does something, and says how many rows it met.
    pub(crate) async fn run(&mut self, sql: &'static str, values: Vec<Value>) -> Result<u64, StoreError> {
        Ok(match self {
            Self::Sqlite(tx) => bound!(sql, values).execute(&mut **tx).await?.rows_affected(),
            Self::Postgres(tx) => bound!(sql, values).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// What a question brings.
    pub(crate) async fn rows(&mut self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Ok(match self {
            Self::Sqlite(tx) => bound!(sql, values).fetch_all(&mut **tx).await?.into_iter().map(Row::Sqlite).collect(),
            Self::Postgres(tx) => {
                bound!(sql, values).fetch_all(&mut **tx).await?.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// The first row that a question brings.
    pub(crate) async fn row(&mut self, sql: &'static str, values: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(match self {
            Self::Sqlite(tx) => bound!(sql, values).fetch_optional(&mut **tx).await?.map(Row::Sqlite),
            Self::Postgres(tx) => bound!(sql, values).fetch_optional(&mut **tx).await?.map(Row::Postgres),
        })
    }

    /// Inserts many rows of so many columns, some at a time; rows whose key is there already are left as they are.
    pub(crate) async fn insert_many(
        &mut self,
        into: &'static str,
        width: usize,
        rows: Vec<Vec<Value>>,
    ) -> Result<(), StoreError> {
        let mut rows = rows.into_iter();
        loop {
            let some: Vec<Value> = rows.by_ref().take(ROWS_AT_ONCE).flatten().collect();
            if some.is_empty() {
                return Ok(());
            }
            let mut sql = format!("insert into {into} values ");
            for row in 0..some.len() / width {
                sql.push_str(if row == 0 { "(" } else { ", (" });
                for column in 0..width {
                    let comma = if column == 0 { "" } else { ", " };
                    let _ = write!(sql, "{comma}${}", row * width + column + 1);
                }
                sql.push(')');
            }
            sql.push_str(" on conflict do nothing");
            match self {
                Self::Sqlite(tx) => bound!(AssertSqlSafe(sql), some).execute(&mut **tx).await.map(|_| ())?,
                Self::Postgres(tx) => bound!(AssertSqlSafe(sql), some).execute(&mut **tx).await.map(|_| ())?,
            }
        }
    }

    /// Does several things, without values: a migration.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Sqlite(tx) => tx.execute(sql).await.map(|_| ())?,
            Self::Postgres(tx) => tx.execute(sql).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Makes it so.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
