//! What is remembered: services, audits, ratings, changes, reviews, attestations, jobs, and who did what.
//!
//! A SQLite file beside the evidence, or a PostgreSQL server by one URL; only the files of this folder know SQL. The
//! evidence itself lies elsewhere (`evidence`): the store is an index over it and the memory of decisions.

pub(crate) mod attestations;
pub(crate) mod changes;
pub(crate) mod db;
pub(crate) mod decisions;
pub(crate) mod error;
pub(crate) mod jobs;
pub(crate) mod log;
mod migrate;
pub(crate) mod packed;
pub(crate) mod ratings;
pub(crate) mod register;
pub(crate) mod transfer;

use db::{Db, written};
use error::StoreError;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// The name of the file in the data folder.
pub(crate) const FILE: &str = "probity.db";

/// Where a store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file.
    File(PathBuf),
    /// A server, by URL.
    Server(String),
}

impl Place {
    /// What `--store` says: `postgres://…`, or a file, with or without `sqlite:` before it.
    pub(crate) fn parse(text: &str) -> Self {
        match text.split_once(':') {
            Some(("postgres" | "postgresql", _)) => Self::Server(text.to_owned()),
            Some(("sqlite", rest)) => Self::File(rest.strip_prefix("//").unwrap_or(rest).into()),
            _ => Self::File(text.into()),
        }
    }

    /// How messages name it: without the password.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Server(address) => {
                let (scheme, rest) = address.split_once("://").unwrap_or(("postgres", address));
                let rest = rest.split('?').next().unwrap_or_default();
                format!("{scheme}://{}", rest.rsplit_once('@').map_or(rest, |(_, host)| host))
            }
        }
    }
}

/// The store. Clones share its connections.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    db: Db,
    place: Place,
}

impl Store {
    /// Opens a store, makes it where there is none, and brings it to this program's form.
    ///
    /// # Errors
    /// Where it cannot be opened, is of a newer version, or a step to the newest form failed.
    pub(crate) async fn open(place: Place) -> Result<Self, StoreError> {
        Self::open_with(place, migrate::STEPS).await
    }

    async fn open_with(place: Place, steps: &[migrate::Step]) -> Result<Self, StoreError> {
        let opened = match &place {
            Place::File(path) => file(path).await,
            Place::Server(url) => Db::postgres(url).await,
        };
        let db = opened.map_err(|source| StoreError::Open { store: place.shown(), source: Box::new(source) })?;
        migrate::migrate(&db, &place.shown(), steps).await?;
        Ok(Self { db, place })
    }

    /// Where it is.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        self.db.close().await;
    }
}

async fn file(path: &Path) -> Result<Db, StoreError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(sqlx::Error::Io)?;
    }
    Db::sqlite(path).await
}

/// A value as JSON.
fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(StoreError::broken)
}

/// The word by which a value without content is written.
fn word(value: &impl Serialize) -> Result<String, StoreError> {
    match serde_json::to_value(value).map_err(StoreError::broken)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(StoreError::broken(format!("{other} is no word"))),
    }
}

/// The value that a word stands for.
fn of_word<T: DeserializeOwned>(word: String) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(StoreError::broken)
}

/// A place in a list by time: what comes after it in the list is asked for next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The time of the last one that was read.
    pub(crate) at: Timestamp,
    /// Its id, since several can have one time.
    pub(crate) id: String,
}

/// A mark as two values; the end of all times where there is none.
fn mark(before: Option<&Mark>) -> (String, String) {
    match before {
        Some(mark) => (written(mark.at), mark.id.clone()),
        None => ("9999-12-31T23:59:59.999999Z".to_owned(), "\u{10ffff}".to_owned()),
    }
}

#[cfg(test)]
mod tests;
