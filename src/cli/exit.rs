//! How a command ends: its exit code, and the last words on errors that arise as types elsewhere.

use crate::base::failure::Failure;
use crate::keep::store::error::StoreError;
use std::process::ExitCode;

/// The code that a command ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done.
    Done,
    /// 1: the threshold of `--fail-on` was crossed, or a check found something wrong.
    Threshold,
    /// 2: wrong usage, wrong configuration, or a store that cannot be written.
    Usage,
    /// 3: done, with gaps that the caller asked to treat as failure.
    Gaps,
    /// 130: interrupted by the user, as shells count it; what was done is kept.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Threshold => 1,
            Exit::Usage => 2,
            Exit::Gaps => 3,
            Exit::Interrupted => 130,
        })
    }
}

impl From<probity_rules::head::RuleError> for Failure {
    fn from(error: probity_rules::head::RuleError) -> Self {
        Self::new(&error).showing(&error.excerpt)
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::new(format_args!("the report cannot be written: {error}")).next("please report this")
    }
}

impl From<probity_probes::net::archive::recorder::RecordError> for Failure {
    fn from(error: probity_probes::net::archive::recorder::RecordError) -> Self {
        Self::new(error).next("the run was stopped, for an audit without its evidence is none; nothing of it was kept")
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let next = store_next(&error);
        Self::new(error).next(next)
    }
}

/// What to do about a store that failed.
fn store_next(error: &StoreError) -> &'static str {
    match error {
        StoreError::Newer { .. } => {
            "use the version of the program that wrote it, or another store: --store FILE or --store postgres://…"
        }
        StoreError::Step { .. } => "mend what it says, then run the same command again; please report it if it is ours",
        StoreError::Open { source, .. } if source.is_of_the_disk() => {
            "make room for the database and see that it may be written; what was reported as kept is kept"
        }
        StoreError::Open { .. } => "check the path or the address given with --store, PROBITY_STORE or in probity.toml",
        StoreError::Broken(_) => "please report this; `probity import` makes a store anew out of an export",
        StoreError::Unknown(_) => "probity status   shows what is there",
        StoreError::Evidence(_) => {
            "check the folder or the bucket given with --evidence, PROBITY_EVIDENCE or in probity.toml"
        }
        StoreError::Database(said) => match said {
            _ if error.is_of_the_disk() => {
                "make room for the database, then run the same command again; what was reported as kept is kept"
            }
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed => {
                "see that the database runs and can be reached, then run the same command again"
            }
            _ => "run the same command again; what was reported as kept is kept",
        },
    }
}
