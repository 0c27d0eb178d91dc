//! A tree of statements with what they rest on, fitted to a width: what `explain` draws.
//!
//! It knows nothing of conditions or evidence; it gets texts.

use super::FAINT;
use super::grid::wrap;
use crate::base::plain::plain;
use anstyle::Style;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// The least room for words, however deep a branch is.
const LEAST: usize = 24;

/// One statement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    /// A mark before it, such as `✓`.
    pub(crate) mark: &'static str,
    /// The style of mark and statement.
    pub(crate) style: Style,
    /// The statement.
    pub(crate) text: String,
    /// What belongs to it: quotes, sources, explanations.
    pub(crate) notes: Vec<(String, Style)>,
    /// What it is made of.
    pub(crate) parts: Vec<Self>,
}

impl Node {
    /// Writes the node as the root of a tree: itself without a branch, its parts below.
    pub(crate) fn write(&self, out: &mut dyn Write, width: usize) -> io::Result<()> {
        self.write_at(out, width, " ", " ")
    }

    fn write_at(&self, out: &mut dyn Write, width: usize, first: &str, rest: &str) -> io::Result<()> {
        let style = self.style;
        let mark = if self.mark.is_empty() { String::new() } else { format!("{} ", self.mark) };
        let indent = " ".repeat(mark.width());
        let room = width.saturating_sub(rest.width() + indent.width()).max(LEAST);
        for (at, line) in wrap(&plain(&self.text), room).iter().enumerate() {
            let (branch, mark) = if at == 0 { (first, mark.as_str()) } else { (rest, indent.as_str()) };
            writeln!(out, "{FAINT}{branch}{FAINT:#}{style}{mark}{line}{style:#}")?;
        }
        let stem = if self.parts.is_empty() { " " } else { "│" };
        let stem = format!("{stem}{}", " ".repeat(indent.width().saturating_sub(1)));
        for (note, style) in &self.notes {
            for line in wrap(&plain(note), room) {
                writeln!(out, "{FAINT}{rest}{stem}{FAINT:#}{style}{line}{style:#}")?;
            }
        }
        for (at, part) in self.parts.iter().enumerate() {
            let last = at + 1 == self.parts.len();
            let (branch, below) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            part.write_at(out, width, &format!("{rest}{branch}"), &format!("{rest}{below}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(mark: &'static str, text: &str, notes: &[&str]) -> Node {
        let notes = notes.iter().map(|note| ((*note).to_owned(), FAINT)).collect();
        Node { mark, text: text.to_owned(), notes, ..Node::default() }
    }

    #[test]
    fn branches_and_quotes_stay_apart() {
        let mut root = leaf("✗", "good: all 2 of", &[]);
        let mut hosts = leaf("✗", "every one of hosts has countries in eea", &["media.example is in US"]);
        hosts.parts = vec![leaf("?", "relay.example", &["nobody knows: it could not be reached"])];
        root.parts =
            vec![hosts, leaf("✓", "location.usa is absent", &["“we store data in Ireland”", "https://a.example/p"])];
        let mut out = Vec::new();
        root.write(&mut out, 40).expect("a vector takes everything");
        let text = anstream::adapter::strip_str(&String::from_utf8(out).expect("text")).to_string();
        assert!(text.lines().all(|line| line.width() <= 40), "{text}");
        assert_eq!(
            text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"),
            " ✗ good: all 2 of\n\
             \u{20}├─ ✗ every one of hosts has countries\n\
             \u{20}│    in eea\n\
             \u{20}│  │ media.example is in US\n\
             \u{20}│  └─ ? relay.example\n\
             \u{20}│       nobody knows: it could not be\n\
             \u{20}│       reached\n\
             \u{20}└─ ✓ location.usa is absent\n\
             \u{20}     “we store data in Ireland”\n\
             \u{20}     https://a.example/p"
        );
    }
}
