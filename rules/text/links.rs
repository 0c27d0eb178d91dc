//! Links of a page, with all that helps to tell which of them leads to a legal text.
//!
//! It does not follow them, and does not judge them.

use crate::document::{Language, Region};
use url::Url;

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

/// The address that relative links start from.
#[derive(Debug)]
pub(super) struct Base {
    url: Option<Url>,
}

impl Base {
    /// The address of a page, or what its `<base>` says instead.
    pub(super) fn of(page: Option<&str>, base: Option<&str>) -> Self {
        let page = page.and_then(|page| Url::parse(page).ok());
        let url = match (base, &page) {
            (Some(base), Some(page)) => page.join(base).ok(),
            (Some(base), None) => Url::parse(base).ok(),
            (None, _) => None,
        };
        Self { url: url.or(page) }
    }

    /// The absolute address of a link over HTTP(S), without fragment; none for other schemes and where no base is known.
    pub(super) fn join(&self, href: &str) -> Option<String> {
        let target = href.split('#').next().unwrap_or_default();
        if is_plain(target) {
            return Some(target.to_owned());
        }
        let mut url = match &self.url {
            Some(base) => base.join(href).ok()?,
            None => Url::parse(href).ok()?,
        };
        url.set_fragment(None);
        matches!(url.scheme(), "http" | "https").then(|| url.into())
    }
}

/// Whether an address is absolute and in the form that parsing would give it, so that parsing can be saved.
fn is_plain(target: &str) -> bool {
    let Some(rest) = target.strip_prefix("https://").or_else(|| target.strip_prefix("http://")) else { return false };
    let Some((host, path)) = rest.split_once('/') else { return false };
    host.ends_with(|last: char| last.is_ascii_lowercase())
        && host.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
        && !host.contains("xn--")
        && !path.contains("/.")
        && !path.starts_with('.')
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~=&?".contains(&byte))
}
