//! Mail addresses, as they are and as they are kept from robots (`(at)`), and what else stands in brackets within a sentence and
//! is no text: footnote marks.

use super::{Token, Words, shape};
use std::rc::Rc;

/// Ways to write `@` and `.`.
const AT: &[&str] = &["at", "@", "ät", "arobase", "aet"];
const DOT: &[&str] = &["dot", ".", "punkt", "point"];
/// What a maker of shields against robots puts in place of an address.
const SHIELD: &str = "[email protected]";

/// Whether a byte can stand before the `@`.
fn is_local(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._%+-".contains(byte)
}

/// Whether a byte can stand behind the `@`.
fn is_domain(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-".contains(byte)
}

/// Where the local part begins that ends at `end`.
fn local(bytes: &[u8], end: usize) -> usize {
    end - bytes[..end].iter().rev().take(64).take_while(|byte| is_local(byte)).count()
}

/// How many spaces a text begins with.
fn spaces(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

impl Words {
    /// Joins what stands around an `@` to a mail address, where it is one; gives where to go on.
    pub(super) fn email(&mut self, text: &str, at: usize, base: usize, first: usize, out: &mut Vec<Token>) -> usize {
        let bytes = text.as_bytes();
        let start = local(bytes, at);
        let length = bytes[at + 1..].iter().take(253).take_while(|byte| is_domain(byte)).count();
        let end = at + 1 + text[at + 1..at + 1 + length].trim_end_matches(['.', '-']).len();
        if start == at || end <= at + 3 || !bytes[at + 1..end].contains(&b'.') {
            return at + 1;
        }
        let between = retract(out, first, base + start);
        self.address(&text[start..end], (base + start, base + end), between, out);
        end
    }

    /// Takes in a bracket that is a footnote mark or belongs to a mail address; gives where to go on.
    pub(super) fn bracket(
        &mut self,
        text: &str,
        at: usize,
        base: usize,
        first: usize,
        out: &mut Vec<Token>,
    ) -> Option<usize> {
        let rest = &text[at..];
        if rest.starts_with(SHIELD) {
            let end = at + SHIELD.len();
            self.address(&text[at..end], (base + at, base + end), 0, out);
            return Some(end);
        }
        if let Some(mark) = rest.strip_prefix('[') {
            let figures = mark.bytes().take(4).take_while(u8::is_ascii_digit).count();
            if (1..=3).contains(&figures) && mark[figures..].starts_with(']') && at > 0 {
                return Some(at + figures + 2);
            }
        }
        if out.len() == first {
            return None;
        }
        let mut end = at + word(rest, AT)?;
        let bytes = text.as_bytes();
        let close = text[..at].trim_end_matches(' ').len();
        let start = local(bytes, close);
        let mut dots = 0;
        loop {
            let from = end + spaces(&text[end..]);
            let length = bytes[from..].iter().take(253).take_while(|byte| is_domain(byte)).count();
            let part = text[from..from + length].trim_end_matches(['.', '-']);
            if part.is_empty() {
                return None;
            }
            dots += part.matches('.').count();
            end = from + part.len();
            let space = spaces(&text[end..]);
            match word(&text[end + space..], DOT) {
                Some(dot) if dots < 8 => {
                    dots += 1;
                    end += space + dot;
                }
                _ => break,
            }
        }
        if dots == 0 || start == close {
            return None;
        }
        let between = retract(out, first, base + start);
        self.address(&text[start..end], (base + start, base + end), between, out);
        Some(end)
    }

    /// Adds a mail address.
    fn address(&mut self, raw: &str, (start, end): (usize, usize), before: u8, out: &mut Vec<Token>) {
        let word = match self.known.get(raw) {
            Some(known) => known.0,
            None => {
                let whole: Rc<str> = Rc::from(raw);
                let word = self.add(Rc::clone(&whole), shape::EMAIL);
                self.known.insert(whole, (word, None));
                word
            }
        };
        out.push(Token { start: start as u32, end: end as u32, word, before });
    }
}

/// Takes back the tokens from a place on, which turned out to be part of an address; gives what stood before them.
fn retract(out: &mut Vec<Token>, first: usize, start: usize) -> u8 {
    let mut between = 0;
    while out.len() > first && out[out.len() - 1].start as usize >= start {
        between = out.pop().map_or(0, |token| token.before);
    }
    between
}

/// The length of a bracket that holds one of some words.
fn word(text: &str, words: &[&str]) -> Option<usize> {
    let inner = text.strip_prefix(['[', '(', '{', '<'])?;
    let end = inner.char_indices().take(12).find(|(_, letter)| matches!(letter, ']' | ')' | '}' | '>'))?.0;
    let is_word = words.iter().any(|word| inner[..end].trim().eq_ignore_ascii_case(word));
    is_word.then_some(1 + end + 1)
}
