//! Text that was encoded as UTF-8 twice: `â€™` for `’`, `Ã¼` for `ü`.
//!
//! Only pairs and triples that no language writes are undone, one by one, so that a page with a single damaged part is read as
//! well as one that is damaged throughout. What was lost on the way (a byte that became `?`) cannot be undone.

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_1251, WINDOWS_1252};
use std::borrow::Cow;

/// How often text is undone: some was encoded three times.
const TIMES: usize = 3;
/// What damaged text begins with: `Ã`, `Â`, `Å`, `â€`, and `â` before a control character.
const LEADS: [&str; 8] = ["Ã", "Â", "Å", "â€", "â\u{80}", "‚Ä", "вЂ", "Ђ™"];

/// Undoes it, where there is any.
pub(super) fn undo(text: Cow<'_, str>) -> Cow<'_, str> {
    let mut text = text;
    for _ in 0..TIMES {
        match undone(&text) {
            Some(better) => text = Cow::Owned(better),
            None => break,
        }
    }
    text
}

fn undone(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if !LEADS.iter().any(|lead| memchr::memmem::find(bytes, lead.as_bytes()).is_some()) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut is_changed = false;
    let mut rest = text;
    while let Some(at) = rest.find(['Ã', 'Â', 'Å', 'â', '‚', 'в', 'Ђ']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let lead = rest.chars().next()?;
        match letter(rest) {
            Some((letter, length)) => {
                out.push(letter);
                rest = &rest[length..];
                is_changed = true;
            }
            None => {
                out.push(lead);
                rest = &rest[lead.len_utf8()..];
            }
        }
    }
    out.push_str(rest);
    is_changed.then_some(out)
}

/// The letter that the text begins with, and how long its damaged form is.
fn letter(text: &str) -> Option<(char, usize)> {
    // A mark of which the first byte went lost; no language writes it so.
    if text.starts_with("Ђ™") {
        return Some(('’', "Ђ™".len()));
    }
    for (start, encoding) in [("‚Ä", MACINTOSH), ("вЂ", WINDOWS_1251)] {
        if text.starts_with(start) {
            return punctuation(text, encoding);
        }
    }
    if !text.starts_with(['Ã', 'Â', 'Å', 'â']) {
        return None;
    }
    let mut bytes = [0; 3];
    let wanted = if text.starts_with('â') { 3 } else { 2 };
    let mut length = 0;
    for (place, letter) in bytes.iter_mut().zip(text.chars().take(wanted)) {
        *place = byte(letter)?;
        length += letter.len_utf8();
    }
    let letter = std::str::from_utf8(&bytes[..wanted]).ok()?.chars().next()?;
    let is_likely = matches!(letter, '\u{80}'..='\u{ff}' | '\u{152}'..='\u{17e}' | '\u{2010}'..='\u{203a}' | '€' | '™');
    is_likely.then_some((letter, length))
}

/// A mark of three bytes that were read in another encoding than windows-1252.
fn punctuation(text: &str, encoding: &'static Encoding) -> Option<(char, usize)> {
    let length = text.chars().take(3).map(char::len_utf8).sum();
    let (bytes, _, is_lossy) = encoding.encode(&text[..length]);
    let letter = std::str::from_utf8(&bytes).ok().filter(|_| !is_lossy)?.chars().next()?;
    matches!(letter, '\u{2010}'..='\u{203a}').then_some((letter, length))
}

/// The byte of a letter in windows-1252, or of a control character.
fn byte(letter: char) -> Option<u8> {
    if (letter as u32) < 0x100 {
        return u8::try_from(letter as u32).ok();
    }
    let mut buffer = [0; 4];
    let (bytes, _, is_lossy) = WINDOWS_1252.encode(letter.encode_utf8(&mut buffer));
    match *bytes {
        [byte] if !is_lossy => Some(byte),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 3] = [
        "We don’t “sell” – never… 10 €",
        "Wir löschen Ihre Daten für größere Übersicht – „nie“ länger",
        "Nous ne vendons pas vos données, où que vous soyez : à l’étranger, cœur",
    ];

    fn twice(text: &str) -> String {
        WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn whole_texts() {
        for text in TEXTS {
            assert_eq!(undo(Cow::Owned(twice(text))), text);
            assert_eq!(undo(Cow::Owned(twice(&twice(text)))), text);
            let latin: String = text.bytes().map(char::from).collect();
            assert_eq!(undo(Cow::Owned(latin)), text);
            assert_eq!(undo(Cow::Borrowed(text)), text);
        }
    }

    #[test]
    fn parts() {
        assert_eq!(undo(Cow::Borrowed("für donâ€™t für")), "für don’t für");
        for mark in ["‚Äô", "вЂ™", "Ђ™"] {
            assert_eq!(undo(Cow::Owned(format!("We don{mark}t sell it"))), "We don’t sell it", "{mark}");
        }
        assert_eq!(undo(Cow::Borrowed("‚Äúyes‚Äù вЂ“ вЂњnoвЂќ")), "“yes” – “no”");
        for text in ["‚nein‘, ‚Äpfel‘", "вот Ђ”", "NÃO, À “B”, Ä, Å, Â", "ÂME Ârt", "château", "Ã"]
        {
            assert_eq!(undo(Cow::Borrowed(text)), text);
        }
    }
}
