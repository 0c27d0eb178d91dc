//! Tables from the codes of a font to letters (`ToUnicode`) or to glyphs (embedded encodings).
//!
//! Ranges stay ranges, so that a small table cannot grow. Predefined tables for Chinese, Japanese and Korean are not known.

use super::object::{Lexer, Token};

/// The most entries of one table.
const ENTRIES: usize = 100_000;
/// The most letters that one code stands for.
const LETTERS: usize = 32;

/// What a range of codes leads to.
#[derive(Clone, Debug, PartialEq)]
enum Target {
    /// Letters, of which the last counts up.
    Letters(String),
    /// A glyph, counting up.
    Glyph(u32),
}

/// A table.
#[derive(Clone, Debug, Default)]
pub(super) struct CMap {
    /// First code, last code, target; sorted by the first code.
    ranges: Vec<(u32, u32, Target)>,
    /// Length in bytes, first code, last code.
    spaces: Vec<(usize, u32, u32)>,
}

fn code(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |code, byte| code << 8 | u32::from(*byte))
}

fn letters(bytes: &[u8]) -> String {
    let units: Vec<u16> = match bytes {
        [byte] => vec![u16::from(*byte)],
        _ => bytes.chunks_exact(2).take(LETTERS).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect(),
    };
    char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{fffd}')).collect()
}

impl CMap {
    /// Reads a table.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::new(bytes, 0);
        // What the current section holds, and the operands so far.
        let mut section: &[u8] = b"";
        let mut operands: Vec<Token> = Vec::new();
        let mut list: Option<u32> = None;
        while let Some(token) = lexer.token() {
            if map.ranges.len() > ENTRIES || map.spaces.len() > 256 {
                break;
            }
            match token {
                Token::Word(word) => {
                    operands.clear();
                    list = None;
                    if let Some(name) = word.strip_prefix(b"begin") {
                        section = name;
                    } else if word.starts_with(b"end") {
                        section = b"";
                    }
                }
                _ if section.is_empty() => {}
                Token::Open => {
                    // `<first> <last> [ <letters> … ]`
                    list = operands.first().and_then(|first| match first {
                        Token::Text(first) => Some(code(first)),
                        _ => None,
                    });
                    operands.clear();
                }
                Token::Close => list = None,
                Token::Text(text) if list.is_some() => {
                    if let Some(next) = &mut list {
                        map.ranges.push((*next, *next, Target::Letters(letters(&text))));
                        *next = next.saturating_add(1);
                    }
                }
                other => {
                    operands.push(other);
                    map.entry(section, &mut operands);
                }
            }
        }
        map.ranges.sort_by_key(|(first, _, _)| *first);
        map
    }

    fn entry(&mut self, section: &[u8], operands: &mut Vec<Token>) {
        let done = match (section, operands.as_slice()) {
            (b"codespacerange", [Token::Text(first), Token::Text(last)]) => {
                self.spaces.push((first.len().clamp(1, 4), code(first), code(last)));
                true
            }
            (b"bfchar", [Token::Text(from), Token::Text(to)]) => {
                self.ranges.push((code(from), code(from), Target::Letters(letters(to))));
                true
            }
            (b"bfrange", [Token::Text(first), Token::Text(last), Token::Text(to)]) => {
                self.ranges.push((code(first), code(last), Target::Letters(letters(to))));
                true
            }
            (b"cidchar", [Token::Text(from), Token::Number(to)]) => {
                self.ranges.push((code(from), code(from), Target::Glyph(*to as u32)));
                true
            }
            (b"cidrange", [Token::Text(first), Token::Text(last), Token::Number(to)]) => {
                self.ranges.push((code(first), code(last), Target::Glyph(*to as u32)));
                true
            }
            (_, many) => many.len() > 2,
        };
        if done {
            operands.clear();
        }
    }

    fn find(&self, code: u32) -> Option<(u32, &Target)> {
        let after = self.ranges.partition_point(|(first, _, _)| *first <= code);
        let (first, last, target) = self.ranges[..after].last()?;
        (code <= *last).then_some((code - first, target))
    }

    /// The letters of a code.
    pub(super) fn letters(&self, code: u32) -> Option<String> {
        match self.find(code)? {
            (0, Target::Letters(letters)) => Some(letters.clone()),
            (up, Target::Letters(letters)) => {
                let mut letters: Vec<char> = letters.chars().collect();
                let last = letters.last_mut()?;
                *last = char::from_u32((*last as u32).checked_add(up)?)?;
                Some(letters.into_iter().collect())
            }
            (_, Target::Glyph(_)) => None,
        }
    }

    /// The glyph of a code.
    pub(super) fn glyph(&self, code: u32) -> Option<u32> {
        match self.find(code)? {
            (up, Target::Glyph(glyph)) => Some(glyph.saturating_add(up)),
            (_, Target::Letters(_)) => None,
        }
    }

    /// The code at the start of some bytes and how long it is; two bytes where the table does not say.
    pub(super) fn split(&self, bytes: &[u8]) -> (u32, usize) {
        for length in 1..=bytes.len().min(4) {
            let here = code(&bytes[..length]);
            if self.spaces.iter().any(|(size, first, last)| *size == length && (*first..=*last).contains(&here)) {
                return (here, length);
            }
        }
        let length = bytes.len().min(2);
        (code(&bytes[..length]), length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table() {
        let map = CMap::read(
            b"1 begincodespacerange <00> <7f> <8000> <ffff> endcodespacerange\n2 beginbfchar <03> <0020> <04> <00660069> endbfchar\n\
              2 beginbfrange <10> <12> <0041> <20> <21> [<00e4> <d83dde00>] endbfrange\n1 begincidrange <8000> <8010> 7 endcidrange",
        );
        let letters = |code| map.letters(code);
        assert_eq!(letters(3).as_deref(), Some(" "));
        assert_eq!(letters(4).as_deref(), Some("fi"));
        assert_eq!(letters(0x12).as_deref(), Some("C"));
        assert_eq!(letters(0x13), None);
        assert_eq!(letters(0x20).as_deref(), Some("ä"));
        assert_eq!(letters(0x21).as_deref(), Some("😀"));
        assert_eq!(map.glyph(0x8002), Some(9));
        assert_eq!((map.split(&[0x41, 0x80]), map.split(&[0x80, 0x02, 3])), ((0x41, 1), (0x8002, 2)));
    }
}
