//! Words: how a text is cut into tokens and how a token is folded before patterns see it.
//!
//! Case is folded, `ß` becomes `ss`, umlauts become `ae oe ue`, other diacritics fall away; `don't` becomes `do not`,
//! `l'accord` becomes `l accord`, `customer's` becomes `customer`, `e-mail` becomes `email`, `U.S.` becomes `u.s`. A
//! hyphen separates. E-mail addresses, web addresses, numbers and dates in figures are one token each. It knows no
//! grammar and stems nothing: patterns say `delet*` where they mean it.

mod damage;
mod ends;
mod mail;
mod spelling;

use ends::{number_end, word_end};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

/// A quick hash for short words; the input is bounded text, and a collision only costs a comparison.
#[derive(Clone, Copy, Default)]
pub(super) struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks::<8>();
        for chunk in chunks {
            self.write_u64(u64::from_le_bytes(*chunk));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        last[7] = rest.len() as u8;
        self.write_u64(u64::from_le_bytes(last));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
}

/// A map with that hash.
pub(super) type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

/// What the shape of a token says, whatever the word: bits of [`Word::shape`].
pub(super) mod shape {
    /// Begins with a capital.
    pub(in super::super) const CAPITAL: u8 = 1;
    /// A number in figures.
    pub(in super::super) const NUMBER: u8 = 2;
    /// A number that can be a year.
    pub(in super::super) const YEAR: u8 = 4;
    /// A date in figures.
    pub(in super::super) const DATE: u8 = 8;
    /// An e-mail address.
    pub(in super::super) const EMAIL: u8 = 16;
    /// A web address.
    pub(in super::super) const URL: u8 = 32;
    /// The provider's own name, as the document tells it.
    pub(in super::super) const PROVIDER: u8 = 64;
}

/// What stands before a token: bits of [`Token::before`].
pub(super) mod before {
    /// A comma.
    pub(in super::super) const COMMA: u8 = 1;
    /// A semicolon, dash, bullet or line break.
    pub(in super::super) const BREAK: u8 = 2;
    /// A colon.
    pub(in super::super) const COLON: u8 = 4;
    /// An opening quotation mark.
    pub(in super::super) const QUOTE: u8 = 8;
    /// An opening parenthesis.
    pub(in super::super) const OPEN: u8 = 16;
    /// A closing parenthesis.
    pub(in super::super) const CLOSE: u8 = 32;
}

/// A token of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// First byte in the document's text.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
    /// Its place in [`Words`].
    pub word: u32,
    /// What stands between the previous token and this: bits of [`before`].
    pub before: u8,
}

/// A distinct word of a document, in one spelling.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// As patterns see it.
    pub folded: Rc<str>,
    /// As it stands in the text, for patterns that ask for the exact spelling; no possessive.
    pub raw: Rc<str>,
    /// Bits of [`shape`].
    pub shape: u8,
}

/// The distinct words of a document, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// The words; a token's `word` is an index.
    pub list: Vec<Word>,
    known: QuickMap<Rc<str>, (u32, Option<u32>)>,
}

impl Words {
    /// Cuts `text` into tokens; `base` is where `text` begins in the document.
    pub(super) fn cut(&mut self, text: &str, base: usize, out: &mut Vec<Token>) {
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut between = 0;
        let first = out.len();
        while at < bytes.len() {
            let byte = bytes[at];
            if byte == b' ' {
                at += 1;
                continue;
            }
            if !(byte.is_ascii_alphanumeric() || byte >= 0x80) {
                if matches!(byte, b'[' | b'(' | b'{' | b'<')
                    && let Some(end) = self.bracket(text, at, base, first, out)
                {
                    at = end;
                    continue;
                }
                if byte != b'*' || !spelling::is_emphasis(bytes, at) {
                    between |= separator(byte);
                }
                if byte == b'@' && out.len() > first {
                    at = self.email(text, at, base, first, out);
                } else {
                    at += 1;
                }
                continue;
            }
            if byte >= 0x80 {
                let Some(character) = text[at..].chars().next() else { break };
                if character == '\u{fffd}' && damage::hides_negation(text, at) {
                    out.truncate(first);
                    return;
                }
                if !character.is_alphanumeric() || spelling::is_raised(character) {
                    between |= wide_separator(character);
                    at += character.len_utf8();
                    continue;
                }
            }
            let end = if byte.is_ascii_digit() { number_end(bytes, at) } else { word_end(text, at) };
            if matches!(end - at, 1 | 2 | 4) && out.len() > first && self.mend(text, (at, end), base, out) {
                at = end;
                between = 0;
                continue;
            }
            if matches!(bytes.get(end), Some(b'?' | 0xef)) && damage::hides_negation(text, at) {
                // Nobody knows what the sentence says.
                out.truncate(first);
                return;
            }
            let span = (base + at, base + end);
            self.push(&text[at..end], span, std::mem::take(&mut between), out);
            at = end;
        }
    }

    /// Adds the token or tokens of one raw word.
    fn push(&mut self, raw: &str, (start, end): (usize, usize), between: u8, out: &mut Vec<Token>) {
        let (word, second) = match self.known.get(raw) {
            Some(known) => *known,
            None => self.learn(raw),
        };
        let token = Token { start: start as u32, end: end as u32, word, before: between };
        out.push(token);
        if let Some(word) = second {
            out.push(Token { word, before: 0, ..token });
        }
    }

    /// Folds a raw word that was not seen before.
    fn learn(&mut self, raw: &str) -> (u32, Option<u32>) {
        let whole: Rc<str> = Rc::from(raw);
        let plain = spelling::plain(raw);
        let (head, tail) = parts(&plain);
        let head = if head == raw { Rc::clone(&whole) } else { Rc::from(head) };
        let first = self.add(head, shape_of(&plain));
        let capital = |tail: &str| if tail.starts_with(char::is_uppercase) { shape::CAPITAL } else { 0 };
        let second = tail.map(|tail| self.add(Rc::from(tail), capital(tail)));
        self.known.insert(whole, (first, second));
        (first, second)
    }

    fn add(&mut self, raw: Rc<str>, shape: u8) -> u32 {
        let is_folded = raw.bytes().all(|byte| byte.is_ascii_lowercase());
        let folded = if is_folded { Rc::clone(&raw) } else { Rc::from(fold(&raw)) };
        self.list.push(Word { folded, raw, shape });
        (self.list.len() - 1) as u32
    }
}

fn separator(byte: u8) -> u8 {
    match byte {
        b',' => before::COMMA,
        b';' | b'*' | b'.' | b'!' | b'?' | b'\n' | b'\t' | b'|' => before::BREAK,
        b':' => before::COLON,
        b'"' => before::QUOTE,
        b'(' => before::OPEN,
        b')' => before::CLOSE,
        _ => 0,
    }
}

fn wide_separator(character: char) -> u8 {
    match character {
        '–' | '—' | '•' | '·' | '…' | '▪' | '►' => before::BREAK,
        '“' | '„' | '«' | '”' => before::QUOTE,
        _ => 0,
    }
}

/// Apostrophes that can stand inside of a word, and what is put in their place: primes, accents, marks of other sets.
fn is_apostrophe(character: char) -> bool {
    matches!(
        character,
        '\'' | '’' | '‘' | '‛' | 'ʼ' | 'ʹ' | 'ʻ' | 'ˈ' | 'ˊ' | '´' | '`' | '′' | '‵' | '＇' | 'ꞌ' | '\u{92}'
    )
}

/// Characters without width that belong to the word around them: soft hyphen, joiners, marks.
fn is_hidden(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{300}'..='\u{36f}')
}

fn shape_of(raw: &str) -> u8 {
    let mut shape = 0;
    let bytes = raw.as_bytes();
    if is_plain(raw) {
        shape |= if bytes.first().is_some_and(u8::is_ascii_uppercase) { shape::CAPITAL } else { 0 };
    } else if spelling::is_name_with_figures(raw) {
        shape |= shape::CAPITAL;
    } else if bytes.first().is_some_and(u8::is_ascii_digit) {
        let figures: Vec<&str> = raw.split(['.', '/', '-']).collect();
        let all =
            figures.iter().all(|part| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()));
        let year = |part: &str| part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
        if all
            && figures.len() == 3
            && (year(figures[0]) || year(figures[2]) || figures.iter().all(|part| part.len() <= 2))
        {
            shape |= shape::DATE;
        } else if all && figures.len() == 1 && year(raw) {
            shape |= shape::YEAR | shape::NUMBER;
        } else if bytes.iter().all(|byte| byte.is_ascii_digit() || b".,".contains(byte)) {
            shape |= shape::NUMBER;
        }
    } else if raw.contains("://")
        || raw.starts_with("www.")
        || raw.contains('.') && raw.split('.').any(|part| part.len() > 1)
    {
        shape |= shape::URL;
    } else if raw.starts_with(char::is_uppercase) {
        shape |= shape::CAPITAL;
    }
    shape
}

/// Whether it is nothing but unmarked letters, as most words are.
fn is_plain(raw: &str) -> bool {
    raw.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether letters without a mark between them are one word.
pub(super) fn is_single(raw: &str) -> bool {
    damage::glued(raw).is_none()
}

/// A raw word's one or two words: contractions and elisions are taken apart, the possessive falls away.
fn parts(raw: &str) -> (&str, Option<&str>) {
    if let Some(head) = damage::glued(raw) {
        return (head, Some("not"));
    }
    if is_plain(raw) {
        return (raw, None);
    }
    let Some((at, mark)) = raw.char_indices().find(|(_, character)| is_apostrophe(*character)) else {
        return (raw, None);
    };
    let (head, tail) = (&raw[..at], &raw[at + mark.len_utf8()..]);
    let lower = tail.to_ascii_lowercase();
    match lower.as_str() {
        "t" if head.ends_with(['n', 'N']) => match head.to_ascii_lowercase().as_str() {
            "won" => ("will", Some("not")),
            "can" => ("can", Some("not")),
            "shan" => ("shall", Some("not")),
            _ => (&head[..head.len() - 1], Some("not")),
        },
        "nt" => (head, Some("not")),
        "s" => (head, None),
        "ll" => (head, Some("will")),
        "re" => (head, Some("are")),
        "ve" => (head, Some("have")),
        "d" => (head, Some("would")),
        "m" => (head, Some("am")),
        _ if head.eq_ignore_ascii_case("aujourd") => (raw, None),
        _ => (head, Some(tail)),
    }
}

/// The folded form of a word.
pub(super) fn fold(raw: &str) -> String {
    if raw.is_ascii() {
        let lower = raw.to_ascii_lowercase();
        return match lower.strip_prefix("e-") {
            Some(rest) if rest.starts_with('m') => format!("e{rest}"),
            _ => lower,
        };
    }
    let mut folded = String::with_capacity(raw.len());
    for character in raw.chars().flat_map(char::to_lowercase) {
        match character {
            _ if is_hidden(character) => {}
            _ if is_apostrophe(character) => folded.push('\''),
            'ß' => folded.push_str("ss"),
            'ä' | 'æ' => folded.push_str("ae"),
            'ö' | 'œ' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'à' | 'á' | 'â' | 'ã' | 'å' => folded.push('a'),
            'è' | 'é' | 'ê' | 'ë' => folded.push('e'),
            'ì' | 'í' | 'î' | 'ï' => folded.push('i'),
            'ò' | 'ó' | 'ô' | 'õ' => folded.push('o'),
            'ù' | 'ú' | 'û' => folded.push('u'),
            'ç' => folded.push('c'),
            'ñ' => folded.push('n'),
            'ÿ' => folded.push('y'),
            _ => folded.push(character),
        }
    }
    match folded.strip_prefix("e-") {
        Some(rest) if rest.starts_with('m') => format!("e{rest}"),
        _ => folded,
    }
}
