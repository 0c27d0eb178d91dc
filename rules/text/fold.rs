//! The text under construction: white space folded, invisible characters left out, composed (NFC), cut into runs.
//!
//! All runs stand in one buffer, each followed by a line break, so that neighbours can be joined in place. It knows
//! nothing of markup.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// How a byte is treated: copied, white space, a lead byte that may begin an invisible character, or dropped.
const COPY: u8 = 0;
const SPACE: u8 = 1;
const LOOK: u8 = 2;
const DROP: u8 = 3;

const CLASS: [u8; 256] = {
    let mut class = [COPY; 256];
    let mut byte = 0;
    while byte < 0x20 {
        class[byte] = DROP;
        byte += 1;
    }
    class[0x7f] = DROP;
    class[b' ' as usize] = SPACE;
    class[b'\t' as usize] = SPACE;
    class[b'\n' as usize] = SPACE;
    class[0x0b] = SPACE;
    class[0x0c] = SPACE;
    class[b'\r' as usize] = SPACE;
    // The leads of U+0080..00BF, U+0300..033F, U+0340..037F, U+0600..063F, U+1000..1FFF, U+2000..2FFF, U+3000..3FFF, U+F000..FFFF
    // and of the tag characters of plane 14: the only ones that begin what is folded or left out.
    class[0xc2] = LOOK;
    class[0xcc] = LOOK;
    class[0xcd] = LOOK;
    class[0xd8] = LOOK;
    class[0xe1] = LOOK;
    class[0xe2] = LOOK;
    class[0xe3] = LOOK;
    class[0xef] = LOOK;
    class[0xf3] = LOOK;
    class
};

/// What a character outside of ASCII is to the text.
enum Unusual {
    /// A space of some width.
    Space,
    /// A line break.
    Break,
    /// Another character: control characters stand for what they are in windows-1252, as in references of HTML.
    Meant(char),
    /// A stroke over the letter before: that letter is struck out.
    Stroke,
    /// Nothing: soft hyphens, zero-width and bidirectional controls, C1 controls, variation selectors.
    Nothing,
    /// Itself.
    Kept,
}

fn unusual(character: char) -> Unusual {
    match character {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Unusual::Space,
        '\u{85}' | '\u{2028}' | '\u{2029}' => Unusual::Break,
        '\u{335}'..='\u{338}' => Unusual::Stroke,
        '\u{91}' => Unusual::Meant('‘'),
        '\u{92}' => Unusual::Meant('’'),
        '\u{93}' => Unusual::Meant('“'),
        '\u{94}' => Unusual::Meant('”'),
        '\u{96}' => Unusual::Meant('–'),
        '\u{97}' => Unusual::Meant('—'),
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => Unusual::Nothing,
        _ => Unusual::Kept,
    }
}

/// The buffer and the run at its end.
#[derive(Debug, Default)]
pub(super) struct Fold {
    bytes: Vec<u8>,
    start: usize,
    space: bool,
    breaks: u8,
    /// The first bytes of a character that the tokenizer has cut in two.
    partial: Vec<u8>,
}

impl Fold {
    /// An empty buffer with room for a text of about `capacity` bytes.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity), ..Self::default() }
    }

    /// Whether the run at the end holds nothing yet.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.len() == self.start
    }

    /// Where the next byte will stand (a space before it not counted).
    pub(super) fn position(&self) -> usize {
        self.bytes.len()
    }

    /// Whether the last run, or the one at the end, ends as a sentence does.
    pub(super) fn ends_sentence(&self) -> bool {
        let last = self.bytes.iter().rev().find(|byte| **byte != b'\n');
        matches!(last, Some(b'.' | b'!' | b'?' | b':' | b';'))
    }

    /// Whether the run ends in a letter, without a space behind it.
    pub(super) fn ends_in_letter(&self) -> bool {
        let last = self.bytes[self.start..].last();
        !self.space && self.breaks == 0 && last.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)
    }

    /// A line break within the run. The second one in a row says that a paragraph ends: the answer is then `true`.
    pub(super) fn line_break(&mut self) -> bool {
        if self.is_empty() {
            return false;
        }
        self.breaks = self.breaks.saturating_add(1);
        self.breaks > 1
    }

    /// White space, if it is followed by anything.
    pub(super) fn space(&mut self) {
        self.space = true;
    }

    fn settle(&mut self) {
        if self.space || self.breaks > 0 {
            if self.bytes.len() > self.start {
                self.bytes.push(if self.breaks > 0 { b'\n' } else { b' ' });
            }
            self.space = false;
            self.breaks = 0;
        }
    }

    /// Adds text (UTF-8; what is not is caught when the buffer becomes a string).
    pub(super) fn push(&mut self, text: &[u8]) {
        let mut at = 0;
        while !self.partial.is_empty() && at < text.len() {
            let mut bytes = std::mem::take(&mut self.partial);
            bytes.push(text[at]);
            at += 1;
            self.look(&bytes);
        }
        while let Some(&byte) = text.get(at) {
            match CLASS[usize::from(byte)] {
                COPY => {
                    let end = run(text, at);
                    self.settle();
                    self.bytes.extend_from_slice(&text[at..end]);
                    at = end;
                }
                SPACE => {
                    self.space = true;
                    at += 1;
                }
                LOOK => at += self.look(&text[at..]),
                _ => at += 1,
            }
        }
    }

    /// Takes one character that may be folded or left out, and says how long it was.
    fn look(&mut self, text: &[u8]) -> usize {
        let length = match text[0] {
            0xc0..0xe0 => 2,
            0xe0..0xf0 => 3,
            _ => 4,
        };
        let bytes = text.get(..length).unwrap_or(text);
        if bytes.len() < length {
            self.partial.extend_from_slice(bytes);
            return bytes.len();
        }
        let character = std::str::from_utf8(bytes).ok().and_then(|part| part.chars().next());
        match character.map_or(Unusual::Kept, unusual) {
            Unusual::Space => self.space = true,
            Unusual::Break => {
                if !self.is_empty() {
                    self.breaks = self.breaks.saturating_add(1);
                }
            }
            Unusual::Nothing => {}
            Unusual::Stroke => self.strike(),
            Unusual::Meant(character) => {
                self.settle();
                self.bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Unusual::Kept => {
                self.settle();
                self.bytes.extend_from_slice(bytes);
            }
        }
        bytes.len()
    }

    /// Takes the last letter back.
    fn strike(&mut self) {
        let run = &self.bytes[self.start..];
        let length = run.iter().rev().position(|byte| !(0x80..0xc0).contains(byte)).map_or(0, |back| back + 1);
        if !self.space && !matches!(run.last(), Some(b' ' | b'\n')) {
            self.bytes.truncate(self.bytes.len() - length);
            match self.bytes.get(self.start..).and_then(<[u8]>::last) {
                Some(b' ') => self.space = true,
                Some(b'\n') => self.breaks = 1,
                _ => return,
            }
            self.bytes.pop();
        }
    }

    /// Ends the run: its byte range, or none if it holds nothing. A line break follows it in the buffer.
    pub(super) fn cut(&mut self) -> Option<(usize, usize)> {
        self.space = false;
        self.breaks = 0;
        self.partial.clear();
        if self.is_empty() {
            return None;
        }
        self.compose();
        let range = (self.start, self.bytes.len());
        self.bytes.push(b'\n');
        self.start = self.bytes.len();
        Some(range)
    }

    /// An empty run, as for an empty cell.
    pub(super) fn blank(&mut self) -> (usize, usize) {
        let at = self.bytes.len();
        self.bytes.push(b'\n');
        self.start = self.bytes.len();
        (at, at)
    }

    fn compose(&mut self) {
        let run = &self.bytes[self.start..];
        if run.is_ascii() {
            return;
        }
        let composed = match std::str::from_utf8(run) {
            Ok(run) if is_nfc_quick(run.chars()) != IsNormalized::Yes => run.nfc().collect::<String>(),
            _ => return,
        };
        self.bytes.truncate(self.start);
        self.bytes.extend_from_slice(composed.as_bytes());
    }

    /// The whole buffer.
    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// The end of the longest part from `at` that can be copied as it stands: words with single spaces between them.
fn run(text: &[u8], mut at: usize) -> usize {
    loop {
        match text.get(at) {
            Some(&byte) if CLASS[usize::from(byte)] == COPY => at += 1,
            Some(b' ') if text.get(at + 1).is_some_and(|&next| CLASS[usize::from(next)] == COPY) => at += 2,
            _ => return at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(parts: &[&[u8]]) -> String {
        let mut fold = Fold::default();
        for part in parts {
            fold.push(part);
        }
        fold.cut();
        String::from_utf8(fold.finish()).unwrap()
    }

    #[test]
    fn white_space_and_invisible_characters() {
        assert_eq!(folded(&[b"  a \n\t b  ", b" c "]), "a b c\n");
        assert_eq!(folded(&["a\u{200b}b\u{ad}\u{feff}c\u{2003}d\u{2028}e\u{e0041}\u{fe0f}".as_bytes()]), "abc d\ne\n");
        assert_eq!(folded(&["e\u{301}a\u{308} \u{212b}".as_bytes()]), "éä Å\n");
        assert_eq!(folded(&[b"a\x00b\x7f\x1b"]), "ab\n");
    }

    #[test]
    fn characters_that_come_in_parts() {
        for text in ["x\u{2003}y", "“quoted”", "a\u{200b}b", "\u{e0041}z", "中文。", "ä é"] {
            let whole = folded(&[text.as_bytes()]);
            let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
            assert_eq!(folded(&bytes), whole, "{text:?}");
        }
    }
}
