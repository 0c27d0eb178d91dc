//! Spellings of one word: ligatures, letters of other widths, gender marks, raised footnote marks, names with figures.
//!
//! Only what words are compared by is changed here; quotes keep the letters of the text.

use super::is_hidden;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// A word in plain letters (NFKC where it changes one), without characters of no width and without the mark of gender.
pub(super) fn plain(raw: &str) -> Cow<'_, str> {
    // Most words are small letters, and no mark of gender is.
    if raw.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Cow::Borrowed(raw);
    }
    if let Some(whole) = gendered_compound(raw) {
        return Cow::Owned(whole);
    }
    let short = &raw[..raw.len() - gendered(raw)];
    if short.is_ascii() || !short.contains(|letter: char| is_invisible(letter) || is_compatible(letter)) {
        return Cow::Borrowed(short);
    }
    let mut plain = String::with_capacity(short.len());
    for letter in short.chars().filter(|letter| !is_invisible(*letter)) {
        if is_compatible(letter) {
            plain.extend(std::iter::once(letter).nfkc());
        } else {
            plain.push(letter);
        }
    }
    Cow::Owned(plain)
}

/// Soft hyphens and joiners; combining marks are not among them.
fn is_invisible(letter: char) -> bool {
    is_hidden(letter) && !('\u{300}'..='\u{36f}').contains(&letter)
}

/// Letters and figures that stand for plain ones: ligatures, full width, letters of formulas, circled ones.
fn is_compatible(letter: char) -> bool {
    matches!(
        letter,
        '\u{fb00}'..='\u{fb06}'
            | '\u{ff07}'..='\u{ff5a}'
            | '\u{1d400}'..='\u{1d7ff}'
            | '\u{2100}'..='\u{214f}'
            | '\u{24b6}'..='\u{24e9}'
            | '\u{17f}'
            | 'ĳ'
            | 'Ĳ'
    )
}

/// Figures above the line.
pub(super) fn is_raised(letter: char) -> bool {
    matches!(letter, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹')
}

/// Whether an asterisk hangs on a word, as those of emphasis and of footnotes do; else it is a bullet.
pub(super) fn is_emphasis(bytes: &[u8], at: usize) -> bool {
    let is_of_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    let before = bytes[..at].iter().rev().take(3).find(|byte| **byte != b'*');
    let after = bytes[at..].iter().take(4).find(|byte| **byte != b'*');
    is_of_word(before) || is_of_word(after)
}

/// The endings behind a mark of gender, longest first.
const ENDINGS: [&str; 13] = ["innen", "nen", "in", "en", "er", "es", "em", "ne", "e", "r", "n", "m", "s"];

/// How long a mark of gender and its ending are at the start of `rest`, behind `word`; 0 where there is none.
pub(super) fn gender(word: &str, rest: &str) -> usize {
    let Some(mark) = rest.chars().next() else { return 0 };
    let mut length = mark.len_utf8();
    if mark == '/' && rest[length..].starts_with('-') {
        length += 1;
    }
    let tail = &rest[length..];
    if let Some(end) = compound_end(word, tail) {
        return length + end;
    }
    let Some(ending) = ENDINGS.iter().find(|ending| tail.starts_with(**ending)) else { return 0 };
    if tail[ending.len()..].starts_with(|next: char| next.is_alphanumeric() || next == mark) {
        return 0;
    }
    // Of `and/or`, `log/in`, `a_m` none is one: without a star only the names of persons have marks of gender.
    let is_person = word.starts_with(char::is_uppercase) && word.len() > 3 && matches!(*ending, "in" | "innen" | "r");
    if mark == '*' || is_person { length + ending.len() } else { 0 }
}

/// Where the compound ends that goes on behind a mark of gender: "Benutzer:innenkonto".
fn compound_end(word: &str, tail: &str) -> Option<usize> {
    let behind = tail.strip_prefix("innen")?;
    let letters = behind.find(|letter: char| !letter.is_lowercase()).unwrap_or(behind.len());
    let is_person = word.starts_with(char::is_uppercase) && word.len() > 3;
    (is_person && letters > 2).then_some("innen".len() + letters)
}

/// A compound without its mark of gender: "Benutzerkonto" of "Benutzer:innenkonto", "Kundendaten" of "Kund*innendaten".
fn gendered_compound(raw: &str) -> Option<String> {
    let at = raw.find(['*', ':', '_', '/', '·'])?;
    let (word, rest) = raw.split_at(at);
    let tail = rest.trim_start_matches(['*', ':', '_', '/', '·', '-']);
    (compound_end(word, tail) == Some(tail.len())).then_some(())?;
    let joint = if word.ends_with("er") { "" } else { "en" };
    Some(format!("{word}{joint}{}", tail.strip_prefix("innen")?))
}

/// How many bytes of a word are its mark of gender with the ending.
fn gendered(raw: &str) -> usize {
    if let Some(at) = raw.find(['*', ':', '_', '/', '·']) {
        let length = gender(&raw[..at], &raw[at..]);
        return if length == raw.len() - at { length } else { 0 };
    }
    let is_of =
        |head: &str, ending: &str| head.ends_with("er") || ending.len() > 2 && head.ends_with(char::is_lowercase);
    ["Innen", "In"]
        .iter()
        .find(|ending| raw.strip_suffix(**ending).is_some_and(|head| is_of(head, ending)))
        .map_or(0, |ending| ending.len())
}

/// Whether it is a name with figures in it, such as `1Password`, `3CX`, `8x8`; no amount, ordinal or time.
pub(super) fn is_name_with_figures(raw: &str) -> bool {
    let rest = raw.trim_start_matches(|figure: char| figure.is_ascii_digit());
    let figures = raw.len() - rest.len();
    if !(1..4).contains(&figures) || rest.len() < 2 || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    let is_unit = ["GB", "MB", "KB", "TB", "PM", "AM", "FA"].contains(&rest);
    let is_middle = rest.starts_with(|letter: char| letter.is_ascii_lowercase())
        && rest.ends_with(|figure: char| figure.is_ascii_digit())
        && raw.len() < 8;
    !is_unit && (rest.starts_with(|letter: char| letter.is_ascii_uppercase()) || is_middle)
}

#[cfg(test)]
mod tests {
    use super::super::{Token, Words, shape};

    fn cut(text: &str) -> (String, Vec<u8>, Vec<Token>) {
        let (mut words, mut tokens) = (Words::default(), Vec::new());
        words.cut(text, 0, &mut tokens);
        let of = |token: &Token| words.list[token.word as usize].clone();
        let folded: Vec<String> = tokens.iter().map(|token| of(token).folded.to_string()).collect();
        (folded.join(" "), tokens.iter().map(|token| of(token).shape).collect(), tokens)
    }

    #[test]
    fn ligatures_and_widths() {
        for (text, plain) in [
            ("right to rectiﬁcation", "right to rectification"),
            ("ﬂuide eﬃcace", "fluide efficace"),
            ("Ｗｅ ｄｏｎ＇ｔ ｓｅｌｌ", "we do not sell"),
            ("re\u{ad}cti\u{200b}fi\u{2060}cation", "rectification"),
            ("Lö\u{ad}schung", "loeschung"),
            ("𝐝𝐞𝐥𝐞𝐭𝐞", "delete"),
        ] {
            assert_eq!(cut(text).0, plain, "{text}");
        }
    }

    #[test]
    fn gender_marks() {
        for (text, plain) in [
            ("Unser*e Datenschutzbeauftragte*r hilft", "unser datenschutzbeauftragte hilft"),
            ("Nutzer:innen Nutzer_innen Nutzer/-innen Nutzer/innen", "nutzer nutzer nutzer nutzer"),
            ("NutzerInnen Nutzer*innen Nutzer·innen NutzerIn", "nutzer nutzer nutzer nutzer"),
            ("Jede*r kann", "jede kann"),
            ("Benutzer:innenkonto Nutzer_innendaten", "benutzerkonto nutzerdaten"),
            ("Kund*innendaten, Patient·innenakte", "kundendaten patientenakte"),
            ("Ort: innen, Name:innen", "ort innen name"),
            ("and/or log/in LinkedIn s/he Name: in", "and or log in linkedin s he name in"),
        ] {
            assert_eq!(cut(text).0, plain, "{text}");
        }
    }

    #[test]
    fn raised_marks_and_emphasis() {
        for (text, plain) in [
            ("after 30 days¹ we", "after 30 days we"),
            ("the United States² and", "the united states and"),
            ("your data[1] and", "your data and"),
            ("We do *not* sell", "we do not sell"),
            ("We do _not_ sell", "we do not sell"),
            ("We do **not** sell", "we do not sell"),
        ] {
            let (folded, _, tokens) = cut(text);
            assert_eq!(folded, plain, "{text}");
            assert!(tokens.iter().all(|token| token.before == 0), "{text}");
        }
        assert!(cut("data * we").2[1].before > 0);
    }

    #[test]
    fn names_with_figures_and_mail() {
        let names =
            [("1Password", true), ("3CX", true), ("8x8", true), ("30th", false), ("5GB", false), ("10am", false)];
        for (text, is_name) in names {
            assert_eq!(cut(text).1[0] & shape::CAPITAL > 0, is_name, "{text}");
        }
        for text in [
            "ds@beispiel.example",
            "ds [at] example [dot] org",
            "ds(at)example.org",
            "ds (ät) beispiel (punkt) de",
            "d.s{AT}example{DOT}org",
            "[email protected]",
            "ds [arobase] exemple [point] fr",
        ] {
            let shapes = cut(&format!("write to {text} now")).1;
            assert_eq!(shapes.iter().filter(|shape| **shape & shape::EMAIL > 0).count(), 1, "{text}");
            assert_eq!(shapes.len(), 4, "{text}");
        }
    }
}
