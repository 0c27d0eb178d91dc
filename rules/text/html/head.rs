//! What the head of a page says: title, base, canonical address, language versions, robots, refresh.
//!
//! Addresses stay as written here; `links` makes them absolute.

use super::attributes::{Attributes, Name};
use super::raw::HeadData;
use super::tags::Tag;

/// The longest title that is kept, in bytes.
const TITLE: usize = 2048;
/// The most language versions that are kept.
const ALTERNATES: usize = 500;

/// Adds text of the `<title>`.
pub(super) fn push_title(title: &mut String, text: &[u8]) {
    if title.len() < TITLE {
        title.push_str(&String::from_utf8_lossy(&text[..text.len().min(TITLE)]));
    }
}

/// Reads a `<base>`, `<meta>` or `<link>`.
pub(super) fn read(head: &mut HeadData, tag: Tag, attributes: &Attributes) {
    let get = |name| attributes.get(name).map(str::trim).filter(|value| !value.is_empty());
    match tag {
        Tag::Base if head.base.is_none() => {
            head.base = get(Name::Href).map(str::to_owned);
        }
        Tag::Meta => {
            let Some(content) = get(Name::Content) else { return };
            if get(Name::Subject).is_some_and(|name| name.eq_ignore_ascii_case("robots")) && head.robots.is_none() {
                head.robots = Some(content.to_owned());
            }
            if get(Name::HttpEquiv).is_some_and(|name| name.eq_ignore_ascii_case("refresh")) && head.refresh.is_none() {
                head.refresh = refresh_target(content).map(str::to_owned);
            }
        }
        Tag::Link => {
            let (Some(rel), Some(href)) = (get(Name::Rel), get(Name::Href)) else { return };
            let has = |word: &str| rel.split_ascii_whitespace().any(|part| part.eq_ignore_ascii_case(word));
            if has("canonical") && head.canonical.is_none() {
                head.canonical = Some(href.to_owned());
            }
            if let Some(language) =
                get(Name::Hreflang).filter(|_| has("alternate") && head.alternates.len() < ALTERNATES)
            {
                head.alternates.push((language.to_owned(), href.to_owned()));
            }
        }
        _ => {}
    }
}

/// The address in `0; url=/next`, with or without quotes.
fn refresh_target(content: &str) -> Option<&str> {
    let (_, rest) = content.split_once([';', ','])?;
    let rest = rest.trim_start();
    let rest = match rest.get(..3) {
        Some(start) if start.eq_ignore_ascii_case("url") => rest[3..].trim_start().strip_prefix('=')?.trim(),
        _ => rest,
    };
    let target = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split(quote).next()?,
        _ => rest,
    };
    Some(target.trim()).filter(|target| !target.is_empty())
}

#[cfg(test)]
mod tests {
    use super::refresh_target;

    #[test]
    fn targets_of_refresh() {
        assert_eq!(refresh_target("0; url=/next"), Some("/next"));
        assert_eq!(refresh_target("5;URL='https://a.example/b'"), Some("https://a.example/b"));
        assert_eq!(refresh_target("0, https://a.example/"), Some("https://a.example/"));
        assert_eq!(refresh_target("30"), None);
        assert_eq!(refresh_target("0; url="), None);
    }
}
