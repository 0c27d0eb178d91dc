//! Links of a page, with all that helps to tell which of them leads to a legal text.
//!
//! It does not follow them, and does not judge them.

use crate::document::{Language, Region};

/// A link of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The target as written.
    pub written: String,
    /// The target as an absolute address without fragment, where it is one over HTTP(S) or the base is known.
    pub url: Option<String>,
    /// What a user reads on it; the label or the image's alternative text where it has no text.
    pub text: String,
    /// The `rel` words, lower case, as written otherwise; empty where there are none.
    pub rel: String,
    /// The language that `hreflang` names.
    pub hreflang: Option<Language>,
    /// Where on the page it stands.
    pub region: Region,
    /// Its `title` attribute.
    pub title: Option<String>,
}
