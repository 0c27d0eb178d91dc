//! Text as it comes in: into the run at the end, with the marks of footnotes raised.
//!
//! A figure that stands over its line is a mark or a power: without that it would be a figure of the word before it.

use super::super::head;
use super::super::raw::flag;
use super::super::tags::Tag;
use super::Builder;

const RAISED: [&str; 10] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];

/// The longest number of a footnote, in digits.
const DIGITS: usize = 3;

impl Builder {
    /// Text, with its character references resolved.
    pub(in super::super) fn text(&mut self, text: &[u8]) {
        match self.raw_text {
            Some(Tag::Title) => head::push_title(&mut self.page.head.title, text),
            Some(Tag::Script) => self.script.look(text),
            Some(_) => {}
            None if self.muted > 0 => {}
            None if self.place.flags & flag::LINES != 0 => {
                for (at, line) in text.split(|&byte| byte == b'\n').enumerate() {
                    if at > 0 {
                        self.line_break();
                    }
                    self.line(line);
                }
            }
            None => self.line(text),
        }
    }

    fn line(&mut self, text: &[u8]) {
        let before = self.fold.position();
        if self.raised > 0 && text.iter().all(|byte| b"0123456789, \n".contains(byte)) || self.is_mark(text) {
            for byte in text {
                match byte {
                    b'0'..=b'9' => self.fold.push(RAISED[usize::from(byte - b'0')].as_bytes()),
                    b',' => self.fold.push(b","),
                    _ => {}
                }
            }
        } else {
            self.fold.push(text);
        }
        // A letter may have been taken back.
        let added = self.fold.position().saturating_sub(before) as u32;
        if self.bold > 0 {
            self.bold_bytes += added;
        }
        if self.link.is_some() {
            self.linked_bytes += added;
        }
    }

    /// Whether a number is the mark of a footnote: a link within the page right behind a letter, raised by a style sheet.
    fn is_mark(&self, text: &[u8]) -> bool {
        let is_within = |href: &str| href.trim_start().starts_with('#');
        (1..=DIGITS).contains(&text.len())
            && text.iter().all(u8::is_ascii_digit)
            && self.fold.ends_in_letter()
            && self.link.as_ref().is_some_and(|(link, _)| is_within(&link.href))
    }

    pub(super) fn line_break(&mut self) {
        if self.muted == 0 && self.fold.line_break() {
            self.flush();
        }
    }
}
