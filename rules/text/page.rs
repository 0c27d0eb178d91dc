//! What kind of page was read: a document, or something in its place.
//!
//! A real policy that merely mentions passwords, cookies or JavaScript is never called a gap: the verdict needs little
//! text and several signs.

use crate::observation::Why;

/// Whether a page can count as the document that was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// It can.
    #[default]
    Readable,
    /// It cannot.
    Gap {
        /// `refused` for bot walls and login pages, `empty` for soft 404s, script-only pages and bare consent walls,
        /// `malformed` for half-loaded pages.
        why: Why,
        /// What it looks like, in one line for a person.
        detail: String,
    },
}
