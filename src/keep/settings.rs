//! Where things are kept, as flags, environment and configuration say together.

use jiff::SignedDuration;
use std::path::PathBuf;

/// The places, and what holds for all that is kept in them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// The data folder; without it, the platform's place for a program's data.
    pub(crate) data: Option<PathBuf>,
    /// The store: a file or a URL; without it, a file in the data folder.
    pub(crate) store: Option<String>,
    /// Where archives and results are kept instead of the data folder.
    pub(crate) evidence: Option<String>,
    /// The address of an S3-compatible server.
    pub(crate) evidence_endpoint: Option<String>,
    /// The folder of rules that the configuration names.
    pub(crate) rules: Option<PathBuf>,
    /// How long after the first look a second one has to show a change.
    pub(crate) confirm_after: Option<SignedDuration>,
}
