//! Where words, abbreviations, addresses and numbers end.

use super::{is_apostrophe, is_hidden, spelling};

/// The end of the word that begins at `from`.
pub(super) fn word_end(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    let mut letters = 0;
    loop {
        let Some(&byte) = bytes.get(at) else { return at };
        if byte.is_ascii_alphanumeric() {
            at += 1;
            letters += 1;
            continue;
        }
        let rest = &text[at..];
        if byte >= 0x80 {
            let Some(character) = rest.chars().next() else { return at };
            let after = at + character.len_utf8();
            if spelling::is_raised(character) {
                return at;
            }
            if character == '·' && letters > 1 {
                return at + spelling::gender(&text[from..at], rest);
            }
            if character.is_alphanumeric() || is_hidden(character) {
                at = after;
                letters += 1;
                continue;
            }
            if is_apostrophe(character) && text[after..].starts_with(char::is_alphabetic) {
                at = after;
                continue;
            }
            return at;
        }
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        match byte {
            b'\'' | b'`'
                if next.is_ascii_alphabetic() || next >= 0x80 && text[at + 1..].starts_with(char::is_alphabetic) =>
            {
                at += 1
            }
            b'-' if letters == 1
                && at == from + 1
                && matches!(bytes[from], b'e' | b'E')
                && matches!(next, b'm' | b'M') =>
            {
                at += 1
            }
            b'.' if letters == 1
                && at == from + 1
                && next.is_ascii_alphabetic()
                && !bytes.get(at + 2).is_some_and(u8::is_ascii_alphabetic) =>
            {
                return abbreviation_end(bytes, from);
            }
            b':' if rest.starts_with("://") => return address_end(text, at + 3),
            b'*' | b':' | b'_' | b'/' if letters > 1 => return at + spelling::gender(&text[from..at], rest),
            b'.' if &bytes[from..at] == b"www" && next.is_ascii_alphanumeric() => return address_end(text, at),
            b'.' if next.is_ascii_lowercase() || next.is_ascii_digit() => return domain_end(text, from, at),
            _ => return at,
        }
    }
}

/// The end of `U.S.A.` or `z.B.`, without the last dot.
fn abbreviation_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while bytes.get(at) == Some(&b'.')
        && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic)
        && !bytes.get(at + 2).is_some_and(u8::is_ascii_alphanumeric)
    {
        at += 2;
    }
    at
}

fn address_end(text: &str, from: usize) -> usize {
    let length = text[from..]
        .find(|character: char| {
            character.is_whitespace() || matches!(character, '<' | '>' | '"' | '”' | '»' | ')' | ']' | ';')
        })
        .unwrap_or(text.len() - from);
    from + text[from..from + length].trim_end_matches(['.', ',', ':', '!', '?']).len()
}

/// The end of `example.com/privacy`, where it is a domain; else of the word before the dot.
fn domain_end(text: &str, from: usize, dot: usize) -> usize {
    const TOP: &[&str] = &[
        "com", "org", "net", "eu", "de", "fr", "ch", "at", "io", "uk", "us", "gov", "edu", "app", "dev", "me", "info",
        "tv", "cloud", "chat", "be", "nl", "lu", "it", "es", "pl", "ca", "au", "jp", "ai", "se", "dk", "no", "fi",
        "ie", "biz", "int", "example",
    ];
    let end = dot
        + text[dot..]
            .find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '.' | '-')))
            .unwrap_or(text.len() - dot);
    let host = text[from..end].trim_end_matches(['.', '-']);
    let last = host.rsplit('.').next().unwrap_or_default();
    let mut behind = text.as_bytes()[from + host.len()..].iter();
    let has_path = behind.next() == Some(&b'/') && behind.next().is_some_and(u8::is_ascii_alphanumeric);
    // A path tells a domain of any top level: `meet.video/terms`.
    let is_host =
        TOP.contains(&last) || has_path && last.len() > 2 && last.bytes().all(|byte| byte.is_ascii_lowercase());
    match (is_host, has_path) {
        (true, true) => address_end(text, from + host.len()),
        (true, false) => from + host.len(),
        (false, _) => dot,
    }
}

/// The end of a number with its inner points, commas, slashes, and letters that hang on it (`6.1a`, `1st`).
pub(super) fn number_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        let inner =
            matches!(byte, b'.' | b',' | b'/' | b'-' | b':') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if byte.is_ascii_alphanumeric() || inner {
            at += 1;
        } else {
            break;
        }
    }
    at
}
