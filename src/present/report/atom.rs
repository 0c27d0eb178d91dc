//! Atom feeds (RFC 4287): one writer for the site, for notices and for pages.
//!
//! The order of entries is the caller's. A feed is stamped with the time of its newest entry, never with the clock, so that
//! the same entries give the same bytes.

use super::prose::escape;
use crate::present::text;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// A feed.
#[derive(Clone, Debug)]
pub(crate) struct Feed {
    /// What makes it this feed and no other.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// The address of the page that it belongs to; may be relative.
    pub(crate) link: Option<String>,
    /// Its own address, where that is known.
    pub(crate) own: Option<String>,
    /// The language of its texts.
    pub(crate) language: &'static str,
    /// The entries, the newest first.
    pub(crate) entries: Vec<Entry>,
}

/// An entry.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// What makes it this entry and no other.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// When it came about.
    pub(crate) updated: Timestamp,
    /// The address of its page; may be relative.
    pub(crate) link: Option<String>,
    /// What it says, as plain text.
    pub(crate) text: String,
    /// The id of the service that it is about.
    pub(crate) category: Option<String>,
}

/// Writes a feed.
pub(crate) fn atom(feed: &Feed) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let updated = feed.entries.iter().map(|entry| entry.updated).max().unwrap_or(Timestamp::UNIX_EPOCH);
    out.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
    out.push_str(feed.language);
    out.push_str("\">\n");
    element("id", &urn(&[&feed.id]), &mut out);
    element("title", &text::brief(&feed.title, 300), &mut out);
    element("updated", &updated.to_string(), &mut out);
    link(feed.link.as_deref(), "alternate", &mut out);
    link(feed.own.as_deref(), "self", &mut out);
    out.push_str("<author><name>Probity</name></author>\n");
    element("generator", "Probity", &mut out);
    for entry in &feed.entries {
        out.push_str("<entry>\n");
        element("id", &urn(&[&feed.id, &entry.id]), &mut out);
        element("title", &text::brief(&entry.title, 300), &mut out);
        element("updated", &entry.updated.to_string(), &mut out);
        link(entry.link.as_deref(), "alternate", &mut out);
        if let Some(category) = &entry.category {
            attribute("category", "term", &text::brief(category, 200), &mut out);
        }
        element("content", text::bounded(&entry.text, 20_000).0, &mut out);
        out.push_str("</entry>\n");
    }
    out.push_str("</feed>\n");
    out
}

fn element(name: &str, words: &str, out: &mut String) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    escape(words, out);
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

fn attribute(name: &str, attribute: &str, value: &str, out: &mut String) {
    out.push('<');
    out.push_str(name);
    out.push(' ');
    out.push_str(attribute);
    out.push_str("=\"");
    escape(value, out);
    out.push_str("\"/>\n");
}

fn link(address: Option<&str>, relation: &str, out: &mut String) {
    let Some(address) = address else { return };
    out.push_str("<link rel=\"");
    out.push_str(relation);
    out.push_str("\" href=\"");
    escape(&text::line(address), out);
    out.push_str("\"/>\n");
}

/// A name that stays the same: made from what it names.
fn urn(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = data_encoding::HEXLOWER.encode(&hash.finalize());
    format!("urn:probity:{}", &digest[..32])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(title: &str) -> Feed {
        let entry = Entry {
            id: "zoom/1".to_owned(),
            title: title.to_owned(),
            updated: "2026-03-04T05:06:07Z".parse().expect("a time"),
            link: Some("services/zoom.html".to_owned()),
            text: "yellow → red & more".to_owned(),
            category: Some("zoom".to_owned()),
        };
        Feed {
            id: "all".to_owned(),
            title: "Ratings".to_owned(),
            link: Some("index.html".to_owned()),
            own: None,
            language: "en",
            entries: vec![entry],
        }
    }

    #[test]
    fn a_feed() {
        insta::assert_snapshot!(atom(&feed("Zoom: red")));
    }

    #[test]
    fn no_title_breaks_out_and_nothing_is_stamped_by_the_clock() {
        let made = atom(&feed("</title><script>x</script>]]>\u{0}\u{202e}&"));
        assert!(!made.contains("<script") && !made.contains('\u{0}') && !made.contains('\u{202e}'), "{made}");
        assert_eq!(made, atom(&feed("</title><script>x</script>]]>\u{0}\u{202e}&")));
        let empty = Feed { entries: Vec::new(), ..feed("x") };
        assert!(atom(&empty).contains("<updated>1970-01-01T00:00:00Z</updated>"));
    }
}
