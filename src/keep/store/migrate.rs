//! The forms that a database has had, and the steps from one to the next.
//!
//! Each step is a transaction of its own: it is done or it is not. There is no way back; a database of a newer form is
//! refused. CONTRIBUTING.md says how to add a step.

use super::db::{Db, values};
use super::error::StoreError;

/// One step: what both databases have to do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// What SQLite is told.
    pub(crate) sqlite: &'static str,
    /// What PostgreSQL is told.
    pub(crate) postgres: &'static str,
}

macro_rules! steps {
    ($($name:literal)*) => {
        /// The names of the steps, in order: files in `migrations/sqlite` and `migrations/postgres`.
        #[cfg(test)]
        const NAMES: &[&str] = &[$($name),*];
        /// The steps, in order. Never change one that was released: add another.
        pub(crate) const STEPS: &[Step] = &[$(Step {
            sqlite: include_str!(concat!("../../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../../migrations/postgres/", $name, ".sql")),
        }),*];
    };
}

steps! { "0001_store" "0002_packed" }

/// Brings a database to the newest form.
pub(crate) async fn migrate(db: &Db, store: &str, steps: &[Step]) -> Result<(), StoreError> {
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    loop {
        // Reading first: who finds the newest form needs no right to write.
        let found = form(db).await?;
        if found == known {
            return Ok(());
        }
        if found > known {
            return Err(StoreError::Newer { store: store.to_owned(), found, known });
        }
        step(db, steps).await.map_err(|source| StoreError::Step {
            store: store.to_owned(),
            step: found + 1,
            source: Box::new(source),
        })?;
    }
}

/// The form of a database; 0 where it is empty.
async fn form(db: &Db) -> Result<i64, StoreError> {
    let there = match db {
        Db::Sqlite { .. } => "select count(*) from sqlite_master where type = 'table' and name = 'form'",
        Db::Postgres(_) => {
            "select count(*) from pg_catalog.pg_tables where schemaname = current_schema() and tablename = 'form'"
        }
    };
    let there = db.row(there, values![]).await?;
    match there.map(|row| row.int(0)).transpose()? {
        None | Some(0) => Ok(0),
        Some(_) => newest(db.row("select max(number) from form", values![]).await?),
    }
}

fn newest(row: Option<super::db::Row>) -> Result<i64, StoreError> {
    row.map_or(Ok(0), |row| row.int(0))
}

/// Takes the next step, unless another process has just taken it.
async fn step(db: &Db, steps: &[Step]) -> Result<(), StoreError> {
    let mut tx = db.write().await?;
    tx.script("create table if not exists form (number bigint primary key)").await?;
    let found = newest(tx.row("select coalesce(max(number), 0) from form", values![]).await?)?;
    if let Some(step) = usize::try_from(found).ok().and_then(|found| steps.get(found)) {
        tx.script(if db.is_server() { step.postgres } else { step.sqlite }).await?;
        tx.run("insert into form (number) values ($1)", values![found + 1]).await?;
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_list_and_the_folders_agree() {
        for folder in ["sqlite", "postgres"] {
            let path = format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
            let lying: BTreeSet<_> = std::fs::read_dir(path)
                .expect("the folder")
                .filter_map(|entry| {
                    entry.expect("an entry").file_name().to_str()?.strip_suffix(".sql").map(str::to_owned)
                })
                .collect();
            assert_eq!(NAMES.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), lying);
            assert!(NAMES.is_sorted());
        }
    }
}
