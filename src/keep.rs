//! The floor of what is kept: the data folder, evidence, the store, and the files that people edit.

/// Audits and databases in the data folder.
pub(crate) mod data;
/// Declarations that a command works on.
pub(crate) mod declared;
/// Evidence in the data folder or in a bucket.
pub(crate) mod evidence;
/// Files of an audit and their digests.
pub(crate) mod manifest;
/// Rules of a folder over the embedded ones.
pub(crate) mod ruleset;
/// Embedded declarations of services.
pub mod services;
/// Where things are kept.
pub(crate) mod settings;
/// Files of kept audits for readers.
pub(crate) mod shelf;
/// The database: jobs, ratings, review items, log.
#[cfg_attr(not(test), expect(dead_code, reason = "the pages and the review on the command line ask the rest"))]
pub(crate) mod store;
/// Data folder, evidence and store together.
pub(crate) mod workspace;
