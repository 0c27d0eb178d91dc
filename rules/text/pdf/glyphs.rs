//! Names and codes of letters in fonts that have no table of their own.
//!
//! The Latin script, punctuation and bullets: what policies in the languages that are read are written in.

use encoding_rs::{MACINTOSH, WINDOWS_1252};

/// The base encodings of simple fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Standard,
    Windows,
    Mac,
    /// Pictures: each code is a bullet.
    Signs,
}

/// The letter of a code; none where the encoding has none there.
pub(super) fn of_code(encoding: Encoding, code: u8) -> Option<char> {
    let by = |known: &'static encoding_rs::Encoding| {
        let bytes = [code];
        known.decode_without_bom_handling_and_without_replacement(&bytes).and_then(|text| text.chars().next())
    };
    match (encoding, code) {
        (_, 0x20 | 0xa0) => Some(' '),
        (Encoding::Signs, 0x21..) => Some('•'),
        (_, 0..0x20) => None,
        (Encoding::Windows, 0xad) => Some('-'),
        (Encoding::Windows, 0x7f | 0x81 | 0x8d | 0x8f | 0x90 | 0x9d) => Some('•'),
        (Encoding::Windows, _) => by(WINDOWS_1252),
        (Encoding::Mac, 0xca) => Some(' '),
        (Encoding::Mac, _) => by(MACINTOSH),
        (Encoding::Standard, 0x27) => Some('’'),
        (Encoding::Standard, 0x60) => Some('‘'),
        (Encoding::Standard, 0x21..0x7f) => Some(code as char),
        (Encoding::Standard, _) => STANDARD.iter().find(|(known, _)| *known == code).map(|(_, letter)| *letter),
    }
}

const STANDARD: &[(u8, char)] = &[
    (0xa1, '¡'),
    (0xa2, '¢'),
    (0xa3, '£'),
    (0xa4, '/'),
    (0xa5, '¥'),
    (0xa6, 'ƒ'),
    (0xa7, '§'),
    (0xa8, '¤'),
    (0xa9, '\''),
    (0xaa, '“'),
    (0xab, '«'),
    (0xac, '‹'),
    (0xad, '›'),
    (0xae, 'ﬁ'),
    (0xaf, 'ﬂ'),
    (0xb1, '–'),
    (0xb2, '†'),
    (0xb3, '‡'),
    (0xb4, '·'),
    (0xb6, '¶'),
    (0xb7, '•'),
    (0xb8, '‚'),
    (0xb9, '„'),
    (0xba, '”'),
    (0xbb, '»'),
    (0xbc, '…'),
    (0xbd, '‰'),
    (0xbf, '¿'),
    (0xc1, '`'),
    (0xc2, '´'),
    (0xc3, 'ˆ'),
    (0xc4, '˜'),
    (0xc5, '¯'),
    (0xc6, '˘'),
    (0xc7, '˙'),
    (0xc8, '¨'),
    (0xca, '˚'),
    (0xcb, '¸'),
    (0xcd, '˝'),
    (0xce, '˛'),
    (0xcf, 'ˇ'),
    (0xd0, '—'),
    (0xe1, 'Æ'),
    (0xe3, 'ª'),
    (0xe8, 'Ł'),
    (0xe9, 'Ø'),
    (0xea, 'Œ'),
    (0xeb, 'º'),
    (0xf1, 'æ'),
    (0xf5, 'ı'),
    (0xf8, 'ł'),
    (0xf9, 'ø'),
    (0xfa, 'œ'),
    (0xfb, 'ß'),
];

/// The letters of a glyph by its name: `a`, `eacute`, `f_i`, `uni00E9`, `Euro.alt`.
pub(super) fn of_name(name: &str) -> Option<String> {
    let name = name.split('.').next().filter(|name| !name.is_empty())?;
    if name.contains('_') {
        return name.split('_').map(of_name).collect();
    }
    let hexadecimal = |digits: &str| {
        let is_code = (4..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_code.then(|| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)).flatten()
    };
    let mut letters = name.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return letter.is_ascii_alphabetic().then(|| letter.to_string());
    }
    if let Some(letter) = name.strip_prefix("uni").or_else(|| name.strip_prefix('u')).and_then(hexadecimal) {
        return Some(letter.to_string());
    }
    if let Ok(at) = NAMES.binary_search_by_key(&name, |(known, _)| known) {
        return Some(NAMES[at].1.to_owned());
    }
    // A letter and the name of its accent; they are composed with all other text.
    let (letter, accent) = name.split_at_checked(1)?;
    let accent = ACCENTS.iter().find(|(known, _)| *known == accent)?.1;
    letter.bytes().all(|byte| byte.is_ascii_alphabetic()).then(|| format!("{letter}{accent}"))
}

const ACCENTS: &[(&str, char)] = &[
    ("grave", '\u{300}'),
    ("acute", '\u{301}'),
    ("circumflex", '\u{302}'),
    ("tilde", '\u{303}'),
    ("macron", '\u{304}'),
    ("breve", '\u{306}'),
    ("dotaccent", '\u{307}'),
    ("dieresis", '\u{308}'),
    ("ring", '\u{30a}'),
    ("hungarumlaut", '\u{30b}'),
    ("caron", '\u{30c}'),
    ("commaaccent", '\u{326}'),
    ("cedilla", '\u{327}'),
    ("ogonek", '\u{328}'),
];

/// Sorted by name.
const NAMES: &[(&str, &str)] = &[
    ("AE", "Æ"),
    ("Delta", "Δ"),
    ("Eth", "Ð"),
    ("Euro", "€"),
    ("Lslash", "Ł"),
    ("OE", "Œ"),
    ("Omega", "Ω"),
    ("Oslash", "Ø"),
    ("Thorn", "Þ"),
    ("ae", "æ"),
    ("ampersand", "&"),
    ("apostrophe", "'"),
    ("approxequal", "≈"),
    ("arrowright", "→"),
    ("asciicircum", "^"),
    ("asciitilde", "~"),
    ("asterisk", "*"),
    ("at", "@"),
    ("backslash", "\\"),
    ("bar", "|"),
    ("blacksquare", "■"),
    ("braceleft", "{"),
    ("braceright", "}"),
    ("bracketleft", "["),
    ("bracketright", "]"),
    ("brokenbar", "¦"),
    ("bullet", "•"),
    ("cent", "¢"),
    ("circle", "○"),
    ("colon", ":"),
    ("comma", ","),
    ("copyright", "©"),
    ("currency", "¤"),
    ("dagger", "†"),
    ("daggerdbl", "‡"),
    ("degree", "°"),
    ("divide", "÷"),
    ("dollar", "$"),
    ("dotlessi", "ı"),
    ("eight", "8"),
    ("ellipsis", "…"),
    ("emdash", "—"),
    ("endash", "–"),
    ("equal", "="),
    ("eth", "ð"),
    ("exclam", "!"),
    ("exclamdown", "¡"),
    ("ff", "ff"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
    ("fi", "fi"),
    ("five", "5"),
    ("fl", "fl"),
    ("florin", "ƒ"),
    ("four", "4"),
    ("fraction", "/"),
    ("germandbls", "ß"),
    ("greater", ">"),
    ("greaterequal", "≥"),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
    ("guilsinglleft", "‹"),
    ("guilsinglright", "›"),
    ("hyphen", "-"),
    ("less", "<"),
    ("lessequal", "≤"),
    ("logicalnot", "¬"),
    ("lslash", "ł"),
    ("middot", "·"),
    ("minus", "−"),
    ("mu", "µ"),
    ("multiply", "×"),
    ("nbspace", " "),
    ("nine", "9"),
    ("nonbreakingspace", " "),
    ("notequal", "≠"),
    ("numbersign", "#"),
    ("oe", "œ"),
    ("one", "1"),
    ("onehalf", "½"),
    ("onequarter", "¼"),
    ("onesuperior", "¹"),
    ("openbullet", "◦"),
    ("ordfeminine", "ª"),
    ("ordmasculine", "º"),
    ("oslash", "ø"),
    ("paragraph", "¶"),
    ("parenleft", "("),
    ("parenright", ")"),
    ("percent", "%"),
    ("period", "."),
    ("periodcentered", "·"),
    ("perthousand", "‰"),
    ("plus", "+"),
    ("plusminus", "±"),
    ("question", "?"),
    ("questiondown", "¿"),
    ("quotedbl", "\""),
    ("quotedblbase", "„"),
    ("quotedblleft", "“"),
    ("quotedblright", "”"),
    ("quoteleft", "‘"),
    ("quoteright", "’"),
    ("quotesinglbase", "‚"),
    ("quotesingle", "'"),
    ("registered", "®"),
    ("section", "§"),
    ("semicolon", ";"),
    ("seven", "7"),
    ("sfthyphen", "\u{ad}"),
    ("six", "6"),
    ("slash", "/"),
    ("softhyphen", "\u{ad}"),
    ("space", " "),
    ("sterling", "£"),
    ("thorn", "þ"),
    ("three", "3"),
    ("threequarters", "¾"),
    ("threesuperior", "³"),
    ("trademark", "™"),
    ("two", "2"),
    ("twosuperior", "²"),
    ("underscore", "_"),
    ("yen", "¥"),
    ("zero", "0"),
];

/// How wide the letters from the space to the tilde are, in thousandths of the size, in the two families of letters that
/// files name without widths.
pub(super) const SANS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
/// The same with serifs.
pub(super) const SERIF: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889,
    722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500,
    444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480,
    200, 480, 541,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert!(NAMES.is_sorted_by_key(|(name, _)| *name));
        for (name, letters) in
            [("a", "a"), ("eacute", "e\u{301}"), ("f_i", "fi"), ("uni00E9", "é"), ("u1F600", "😀"), ("Euro.alt", "€")]
        {
            assert_eq!(of_name(name).as_deref(), Some(letters), "{name}");
        }
        for name in ["", ".notdef", "g12", "eacutex", "unixyz1", "é"] {
            assert_eq!(of_name(name), None, "{name}");
        }
    }

    #[test]
    fn codes() {
        assert_eq!(of_code(Encoding::Windows, 0x80), Some('€'));
        assert_eq!(of_code(Encoding::Mac, 0x8a), Some('ä'));
        assert_eq!(of_code(Encoding::Standard, 0xfb), Some('ß'));
        assert_eq!(of_code(Encoding::Signs, 0x6c), Some('•'));
    }
}
