//! The objects of a PDF file, and the lexer under them and under content streams.
//!
//! It reads what bytes say and follows no reference. Nesting and the number of parts are bounded.

use std::collections::BTreeMap;

/// How deep arrays and dictionaries are followed.
const DEPTH: u32 = 48;
/// The most parts of one object.
const PARTS: u32 = 200_000;

/// A dictionary.
pub(super) type Dict = BTreeMap<Vec<u8>, Object>;

/// An object.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    Null,
    Bool(bool),
    Number(f64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Self>),
    Dict(Dict),
    Reference(u32),
}

impl Object {
    pub(super) fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// A whole number that is not negative.
    pub(super) fn count(&self) -> Option<usize> {
        self.number().filter(|number| (0.0..=4e9).contains(number)).map(|number| number as usize)
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub(super) fn text(&self) -> Option<&[u8]> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn array(&self) -> Option<&[Self]> {
        if let Self::Array(parts) = self { Some(parts) } else { None }
    }

    pub(super) fn dict(&self) -> Option<&Dict> {
        if let Self::Dict(dict) = self { Some(dict) } else { None }
    }
}

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Number(f64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Open,
    Close,
    DictOpen,
    DictClose,
    Word(&'a [u8]),
}

/// The lexer: where it stands in some bytes.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn hex(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at: at.min(bytes.len()) }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let rest = &self.bytes[self.at..];
                self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// The next token; none at the end.
    pub(super) fn token(&mut self) -> Option<Token<'a>> {
        self.skip_space();
        let byte = self.peek()?;
        let start = self.at;
        self.at += 1;
        Some(match byte {
            b'/' => Token::Name(self.name()),
            b'(' => Token::Text(self.literal()),
            b'<' if self.peek() == Some(b'<') => {
                self.at += 1;
                Token::DictOpen
            }
            b'<' => Token::Text(self.hexadecimal()),
            b'>' if self.peek() == Some(b'>') => {
                self.at += 1;
                Token::DictClose
            }
            b'[' => Token::Open,
            b']' => Token::Close,
            b'>' | b')' | b'{' | b'}' => Token::Word(&self.bytes[start..self.at]),
            _ => {
                while self.peek().is_some_and(|byte| !is_space(byte) && !is_delimiter(byte)) {
                    self.at += 1;
                }
                let word = &self.bytes[start..self.at];
                number(word).map_or(Token::Word(word), Token::Number)
            }
        })
    }

    fn name(&mut self) -> Vec<u8> {
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| !is_space(*byte) && !is_delimiter(*byte)) {
            self.at += 1;
            let digits = self.bytes.get(self.at..self.at + 2).unwrap_or_default();
            match digits {
                [high, low] if byte == b'#' && hex(*high).is_some() && hex(*low).is_some() => {
                    name.push(hex(*high).unwrap_or(0) * 16 + hex(*low).unwrap_or(0));
                    self.at += 2;
                }
                _ => name.push(byte),
            }
        }
        name
    }

    fn literal(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut open = 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    self.escape(&mut text);
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        text
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(0x0c),
            b'\n' => {}
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit) = self.peek().filter(|digit| matches!(digit, b'0'..=b'7')) else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                text.push(value as u8);
            }
            other => text.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut high: Option<u8> = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = hex(byte) else { continue };
            match high.take() {
                Some(before) => text.push(before * 16 + digit),
                None => high = Some(digit),
            }
        }
        text.extend(high.map(|digit| digit * 16));
        text
    }

    /// The next object; none at the end, at a closing bracket, at a word that is none, and where it is too big.
    pub(super) fn object(&mut self) -> Option<Object> {
        let mut parts = 0;
        let token = self.token()?;
        self.object_from(token, 0, &mut parts)
    }

    /// The object that begins with a token that was read.
    pub(super) fn object_from(&mut self, token: Token<'a>, depth: u32, parts: &mut u32) -> Option<Object> {
        *parts += 1;
        if depth > DEPTH || *parts > PARTS {
            return None;
        }
        Some(match token {
            Token::Number(number) => self.reference(number).map_or(Object::Number(number), Object::Reference),
            Token::Name(name) => Object::Name(name),
            Token::Text(text) => Object::Text(text),
            Token::Open => {
                let mut array = Vec::new();
                loop {
                    match self.token() {
                        Some(Token::Close) | None => break,
                        // A bracket is missing: what belongs to the outer object stays there.
                        Some(Token::DictClose) => {
                            self.at -= 2;
                            break;
                        }
                        Some(token) => array.push(self.object_from(token, depth + 1, parts)?),
                    }
                }
                Object::Array(array)
            }
            Token::DictOpen => {
                let mut dict = Dict::new();
                loop {
                    match self.token() {
                        Some(Token::DictClose) | None => break,
                        Some(Token::Name(key)) => match self.token() {
                            Some(Token::DictClose) | None => break,
                            Some(token) => {
                                let value = self.object_from(token, depth + 1, parts)?;
                                dict.insert(key, value);
                            }
                        },
                        Some(Token::Word(b"endobj" | b"stream")) => break,
                        Some(_) => {}
                    }
                }
                Object::Dict(dict)
            }
            Token::Word(b"true") => Object::Bool(true),
            Token::Word(b"false") => Object::Bool(false),
            Token::Word(_) => Object::Null,
            Token::Close | Token::DictClose => return None,
        })
    }

    /// `12 0 R`, of which the first number was read.
    fn reference(&mut self, number: f64) -> Option<u32> {
        if number < 0.0 || number.fract() != 0.0 || number > f64::from(u32::MAX) {
            return None;
        }
        let mut ahead = self.clone();
        ahead.skip_space();
        let start = ahead.at;
        while ahead.peek().is_some_and(|byte| byte.is_ascii_digit()) && ahead.at - start < 6 {
            ahead.at += 1;
        }
        let between = ahead.at;
        while ahead.peek().is_some_and(is_space) && ahead.at - between < 3 {
            ahead.at += 1;
        }
        let ends = ahead.bytes.get(ahead.at + 1).is_none_or(|byte| is_space(*byte) || is_delimiter(*byte));
        if between == start || ahead.at == between || ahead.peek() != Some(b'R') || !ends {
            return None;
        }
        self.at = ahead.at + 1;
        Some(number as u32)
    }
}

/// A number, also a slightly broken one (`--5`, `1.2.3`), as other readers take it.
fn number(word: &[u8]) -> Option<f64> {
    let (sign, digits) = match word {
        [b'-', rest @ ..] => (-1.0, rest),
        [b'+', rest @ ..] => (1.0, rest),
        _ => (1.0, word),
    };
    let digits = digits.strip_prefix(b"-").unwrap_or(digits);
    let mut value = 0.0_f64;
    let mut scale = 0.0_f64;
    let mut seen = false;
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                seen = true;
                let digit = f64::from(byte - b'0');
                if scale > 0.0 {
                    value += digit * scale;
                    scale /= 10.0;
                } else {
                    value = value * 10.0 + digit;
                }
            }
            b'.' if scale == 0.0 => scale = 0.1,
            b'-' | b'.' if seen => break,
            _ => return None,
        }
    }
    (seen || scale > 0.0 && digits.len() == 1).then_some((sign * value).clamp(-1e15, 1e15))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Option<Object> {
        Lexer::new(text.as_bytes(), 0).object()
    }

    #[test]
    fn objects() {
        assert_eq!(object("-.5 "), Some(Object::Number(-0.5)));
        assert_eq!(object("(a\\(b\\)(c)\\101\\\nd)"), Some(Object::Text(b"a(b)(c)Ad".to_vec())));
        assert_eq!(object("<4a4B5>"), Some(Object::Text(b"JKP".to_vec())));
        assert_eq!(object("/A#20b"), Some(Object::Name(b"A b".to_vec())));
        let Some(Object::Dict(dict)) = object("<</A 12 0 R/B[1 2 0 R 3]%x\n/C<</D null>> /E true>>") else {
            panic!("no dictionary")
        };
        assert_eq!(dict[&b"A"[..]], Object::Reference(12));
        assert_eq!(
            dict[&b"B"[..]],
            Object::Array(vec![Object::Number(1.0), Object::Reference(2), Object::Number(3.0)])
        );
        assert_eq!(dict[&b"E"[..]], Object::Bool(true));
    }

    #[test]
    fn broken_objects_end() {
        for text in
            ["<<", "[", "(", "<", "<</A", "[<<]>>", "]", ">>", "1 0 R", "/", "<</A/B/C>>", "\\", "[[[[", "--", "{"]
        {
            let mut lexer = Lexer::new(text.as_bytes(), 0);
            for _ in 0..10 {
                let _ = lexer.object();
            }
            assert!(lexer.at <= text.len());
        }
        assert_eq!(object(&"[".repeat(100_000)), None);
        assert_eq!(object(&format!("[{}]", "1 ".repeat(300_000))), None);
    }
}
