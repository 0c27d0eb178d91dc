//! What can go wrong with the store. What to do about it is said in `cli::exit`.
//!
//! A store that fails stops the run: what was not written was not kept, and that is said.

use std::fmt::Display;

/// Why the store did not do something.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The database was made by a later version of this program.
    #[error("{store} is of a newer version of this program (its form is {found}, this one knows {known})")]
    Newer {
        /// Which one.
        store: String,
        /// The version of its form.
        found: i64,
        /// The newest form that this program knows.
        known: i64,
    },
    /// A step from one form to the next failed; the old form stands.
    #[error("{store} could not be brought to form {step}: {source}; nothing of that step was done")]
    Step {
        /// Which one.
        store: String,
        /// The form that was wanted.
        step: i64,
        /// What the database said.
        source: Box<StoreError>,
    },
    /// The database said no, or is not there.
    #[error("the store failed: {0}")]
    Database(#[from] sqlx::Error),
    /// It cannot be opened.
    #[error("cannot open the store {store}: {source}")]
    Open {
        /// Which one.
        store: String,
        /// What the database said.
        source: Box<StoreError>,
    },
    /// Something stands in it that this program did not write like that.
    #[error("the store holds something that cannot be read: {0}")]
    Broken(String),
    /// Nothing of that name is there.
    #[error("{0}")]
    Unknown(String),
    /// The evidence cannot be read or written.
    #[error("{0}")]
    Evidence(String),
}

impl StoreError {
    /// Something that cannot be read.
    pub(crate) fn broken(what: impl Display) -> Self {
        Self::Broken(what.to_string())
    }

    /// Whether another one was quicker with the same thing.
    pub(crate) fn is_taken(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// Whether the disk did not do what it was told: it is full, or broken.
    pub(crate) fn is_of_the_disk(&self) -> bool {
        let words = |said: &str| said.contains("disk") || said.contains("No space") || said.contains("full");
        matches!(self, Self::Database(sqlx::Error::Database(error)) if words(error.message()))
    }
}
