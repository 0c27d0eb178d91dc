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

/// Reads a `<base>`, `<meta>` or `<link>`; `plain` is one for who runs no scripts.
pub(super) fn read(head: &mut HeadData, tag: Tag, attributes: &Attributes, plain: bool) {
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
            if get(Name::HttpEquiv).is_some_and(|name| name.eq_ignore_ascii_case("refresh"))
                && let Some((delay, target)) = refresh_target(content)
            {
                if plain {
                    head.plain_refresh.get_or_insert_with(|| target.to_owned());
                } else {
                    head.refresh.get_or_insert_with(|| (delay, target.to_owned()));
                }
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

/// The seconds and the address in `0; url=/next`, with or without quotes (HTML, section 4.2.5.3, "shared declarative refresh
/// steps"). The header field `Refresh` has the same form.
pub fn refresh_target(content: &str) -> Option<(u32, &str)> {
    let content = content.trim_start();
    let digits = content.len() - content.trim_start_matches(|one: char| one.is_ascii_digit()).len();
    let (number, rest) = content.split_at(digits);
    if digits == 0 && !rest.starts_with('.') {
        return None;
    }
    let rest = rest.trim_start_matches(|one: char| one.is_ascii_digit() || one == '.');
    let open = rest.trim_start();
    let rest = match open.strip_prefix([';', ',']) {
        Some(rest) => rest.trim_start(),
        None if open.len() < rest.len() => open,
        None => return None,
    };
    let named = rest.get(..3).filter(|start| start.eq_ignore_ascii_case("url"));
    let rest = named.and_then(|_| rest[3..].trim_start().strip_prefix('=')).map_or(rest, str::trim);
    let target = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split(quote).next()?,
        _ => rest,
    };
    // A number that is too great for ever to come is the greatest.
    let delay = if digits == 0 { 0 } else { number.parse().unwrap_or(u32::MAX) };
    Some((delay, target.trim())).filter(|(_, target)| !target.is_empty())
}

#[cfg(test)]
mod tests {
    use super::refresh_target;

    #[test]
    fn targets_of_refresh() {
        assert_eq!(refresh_target("0; url=/next"), Some((0, "/next")));
        assert_eq!(refresh_target("5;URL='https://a.example/b'"), Some((5, "https://a.example/b")));
        assert_eq!(refresh_target("0, https://a.example/"), Some((0, "https://a.example/")));
        assert_eq!(refresh_target(" 1.5 url = \"/c\" d"), Some((1, "/c")));
        assert_eq!(refresh_target("99999999999;/never"), Some((u32::MAX, "/never")));
        assert_eq!(refresh_target("30"), None);
        assert_eq!(refresh_target("0; url="), None);
        assert_eq!(refresh_target("soon; url=/next"), None);
    }
}
