//! Text from outside on its way into a report: made harmless, bounded, and addresses made into links only where they are.
//!
//! Markup is escaped where it is written (templates, Markdown, CSV); what is done here holds for every form.

use std::borrow::Cow;

/// The longest name that a report shows, in letters.
pub(crate) const NAME: usize = 120;
/// The longest quote beside a finding, in letters.
pub(crate) const QUOTE: usize = 900;
/// The longest quote of an exhibit, in letters.
pub(crate) const EXHIBIT: usize = 6_000;

/// Control characters and marks that turn the direction of text become a visible replacement; tabs become spaces. Line
/// breaks stay.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(strange) {
        return Cow::Borrowed(text);
    }
    let shown = |letter: char| match letter {
        '\t' => ' ',
        letter if strange(letter) => '\u{fffd}',
        letter => letter,
    };
    Cow::Owned(text.replace("\r\n", "\n").chars().map(shown).collect())
}

fn strange(letter: char) -> bool {
    let turns = matches!(
        letter,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    turns
        || (letter.is_control() && letter != '\n')
        || matches!(letter, '\u{fffe}' | '\u{ffff}' | '\u{2028}' | '\u{2029}')
}

/// The same on one line.
pub(crate) fn line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most so many letters, on one line; what was left out is shown by three dots.
pub(crate) fn brief(text: &str, letters: usize) -> String {
    // No more of a text of megabytes is looked at than can be shown.
    let (part, cut) = bounded(text, letters.saturating_mul(4).max(64));
    let text = line(part);
    match text.char_indices().nth(letters) {
        Some((place, _)) => format!("{}…", text[..place].trim_end()),
        None if cut => format!("{text}…"),
        None => text,
    }
}

/// The first so many letters, and whether there are more.
pub(crate) fn bounded(text: &str, letters: usize) -> (&str, bool) {
    match text.char_indices().nth(letters) {
        Some((place, _)) => (&text[..place], true),
        None => (text, false),
    }
}

/// The last so many letters, and whether there are more.
pub(crate) fn bounded_end(text: &str, letters: usize) -> (&str, bool) {
    match text.char_indices().rev().nth(letters.saturating_sub(1)) {
        Some((place, _)) if place > 0 => (&text[place..], true),
        _ => (text, false),
    }
}

/// An address that may become a link: of the web, and nothing else.
pub(crate) fn link(address: &str) -> Option<&str> {
    let web = ["https://", "http://"]
        .iter()
        .any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let whole = !address.chars().any(|letter| letter.is_whitespace() || strange(letter) || letter == '\n');
    (web && whole && address.len() < 2_048).then_some(address)
}

/// How many letters of the rules' revision a person is shown; files and pages have it whole.
pub(crate) const REVISION: usize = 16;

/// An address as it reads best: without scheme and last slash, bounded.
pub(crate) fn short_address(address: &str) -> String {
    let bare = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(address);
    brief(bare.strip_suffix('/').unwrap_or(bare), 90)
}

/// An id as it can stand in a fragment of an address: lower-case letters, digits and hyphens.
pub(crate) fn anchor(id: &str) -> String {
    let part = bounded(id, 80).0;
    part.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' }).collect()
}

/// The name of a folder as it can stand in a command line: letters, digits, hyphens, dots.
pub(crate) fn anchor_path(name: &str) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '-' };
    bounded(name, 80).0.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_addresses_of_the_web_become_links() {
        assert_eq!(link("https://a.example/x?y#z"), Some("https://a.example/x?y#z"));
        for bad in
            ["javascript:alert(1)", " https://a.example", "data:text/html,x", "https://a.example/\n", "dns:a", ""]
        {
            assert_eq!(link(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_turns_or_steers_text_is_shown() {
        assert_eq!(clean("a\u{202e}b\u{1b}[31m\tc\nd\0"), "a\u{fffd}b\u{fffd}[31m c\nd\u{fffd}");
        assert_eq!(line("a\n\n b\u{2028}c"), "a b\u{fffd}c");
        assert!(matches!(clean("Grüße, wörtlich."), Cow::Borrowed(_)));
    }

    #[test]
    fn long_texts_are_bounded() {
        assert_eq!(brief("abcdef", 3), "abc…");
        assert_eq!(brief("abc", 3), "abc");
        assert_eq!(bounded_end("äöü", 2), ("öü", true));
        assert_eq!(bounded_end("äöü", 3), ("äöü", false));
        let long = "x".repeat(10 << 20);
        assert_eq!(brief(&long, 300).chars().count(), 301);
    }

    proptest! {
        #[test]
        fn nothing_strange_comes_through(text in any::<String>(), letters in 0_usize..50) {
            prop_assert!(!clean(&text).chars().any(strange));
            prop_assert!(brief(&text, letters).chars().count() <= letters + 1);
            prop_assert!(bounded(&text, letters).0.chars().count() <= letters);
            prop_assert!(bounded_end(&text, letters.max(1)).0.chars().count() <= letters.max(1));
        }
    }
}
