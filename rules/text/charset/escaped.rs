//! References that were escaped twice (`&amp;rsquo;`), and accents that stand in for an apostrophe (`don` + U+0301 + `t`).
//!
//! Only marks of punctuation, spaces and letters are taken back: what would become markup stays as it is.

use std::borrow::Cow;

/// How often it is done: some was escaped three times.
const TIMES: usize = 3;
/// The longest name or number of a reference, in bytes.
const LONGEST: usize = 8;
/// Names that are taken back, beside those of letters.
const NAMES: [&str; 18] = [
    "amp", "apos", "bdquo", "bull", "copy", "euro", "hellip", "laquo", "ldquo", "lsquo", "mdash", "nbsp", "ndash",
    "quot", "raquo", "rdquo", "rsquo", "sbquo",
];
/// How the names of letters end.
const LETTERS: [&str; 8] = ["acute", "cedil", "circ", "grave", "lig", "ring", "tilde", "uml"];
/// Accents that were typed for an apostrophe.
const ACCENTS: [char; 6] = ['\u{300}', '\u{301}', '\u{30d}', '\u{313}', '\u{315}', '\u{341}'];

/// Takes it back, where there is any.
pub(super) fn undo(text: Cow<'_, str>) -> Cow<'_, str> {
    let mut text = text;
    for _ in 0..TIMES {
        match unescaped(&text) {
            Some(better) => text = Cow::Owned(better),
            None => break,
        }
    }
    match without_accents(&text) {
        Some(better) => Cow::Owned(better),
        None => text,
    }
}

fn unescaped(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut from = 0;
    for at in memchr::memmem::find_iter(text.as_bytes(), b"&amp;") {
        let rest = &text[at + 5..];
        let end = rest.as_bytes().iter().take(LONGEST + 1).position(|byte| *byte == b';');
        if end.is_some_and(|end| is_harmless(&rest[..end])) {
            out.push_str(&text[from..=at]);
            from = at + 5;
        }
    }
    (from > 0).then(|| {
        out.push_str(&text[from..]);
        out
    })
}

/// Whether a reference is no markup when it is resolved.
fn is_harmless(name: &str) -> bool {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.is_ok_and(|code| code == 0x27 || code == 0x22 || code >= 0x80);
    }
    NAMES.contains(&name) || name == "szlig" || LETTERS.iter().any(|end| name.len() > end.len() && name.ends_with(end))
}

/// An accent between `n` and the `t` that ends a word is no letter of any language that is read.
fn without_accents(text: &str) -> Option<String> {
    // All of them begin with this byte.
    memchr::memchr(0xcc, text.as_bytes()).or_else(|| memchr::memchr(0xcd, text.as_bytes()))?;
    let mut out = String::new();
    let mut from = 0;
    for (at, accent) in text.match_indices(ACCENTS) {
        let (before, after) = (&text[..at], &text[at + accent.len()..]);
        let mut next = after.chars();
        let is_contraction = before.ends_with(['n', 'N'])
            && matches!(next.next(), Some('t' | 'T'))
            && !next.next().is_some_and(|letter| letter.is_alphanumeric() || ACCENTS.contains(&letter));
        if is_contraction {
            out.push_str(&text[from..at]);
            out.push('’');
            from = at + accent.len();
        }
    }
    (from > 0).then(|| {
        out.push_str(&text[from..]);
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        for (given, expected) in [
            ("don&amp;rsquo;t", "don&rsquo;t"),
            ("don&amp;#39;t &amp;#x2019; &amp;#8217;", "don&#39;t &#x2019; &#8217;"),
            ("don&amp;amp;amp;rsquo;t", "don&rsquo;t"),
            ("f&amp;uuml;r gro&amp;szlig;e", "f&uuml;r gro&szlig;e"),
        ] {
            assert_eq!(undo(Cow::Borrowed(given)), expected);
        }
        for text in
            ["AT&amp;T", "a &amp;lt;b&amp;gt; &amp;#60;", "?a=1&amp;b=2;", "&amp;", "&amp;;", "&amp;rsquo", "&amp;ü;"]
        {
            assert_eq!(undo(Cow::Borrowed(text)), text);
        }
    }

    #[test]
    fn accents() {
        for mark in ACCENTS {
            assert_eq!(undo(Cow::Owned(format!("We don{mark}t, can{mark}T"))), "We don’t, can’T");
        }
        for text in ["caffe\u{301}", "n\u{301}ta", "cyn\u{301}te", "n\u{301}"] {
            assert_eq!(undo(Cow::Borrowed(text)), text);
        }
    }
}
