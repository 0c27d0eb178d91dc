//! What a person reads: the screen, its width and colours, and the pieces that tables and trees are made of.
//!
//! It writes only to the stream it is given. Text from outside passes [`plain`] before it reaches a terminal.

pub(crate) mod grid;

use crate::exit::Failure;
use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

/// Headings of tables.
pub(crate) const HEADING: Style = Style::new().bold();
/// What is of less weight.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// What can be copied into a shell.
pub(crate) const COMMAND: Style = AnsiColor::Cyan.on_default();
/// What is right.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What is half right.
pub(crate) const PARTIAL: Style = AnsiColor::Yellow.on_default();
/// What is wrong.
pub(crate) const POOR: Style = AnsiColor::Red.on_default();

/// The stream of results and how wide it is. Colours go out only where the stream wants them (a terminal, and no
/// `NO_COLOR`).
pub(crate) struct Screen {
    out: Box<dyn Write>,
    width: usize,
}

impl Screen {
    /// Standard output: as wide as `COLUMNS` says, else as the terminal, else 100.
    pub(crate) fn stdout() -> Self {
        let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
        let width = said.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)));
        let choice = AutoStream::choice(&io::stdout());
        let out: Box<dyn Write> = Box::new(BufWriter::new(AutoStream::new(io::stdout(), choice)));
        Self { out, width: width.unwrap_or(100).clamp(40, 400) }
    }

    /// Columns that fit in a line.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// The stream itself, for what has a form of its own.
    pub(crate) fn writer(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, line: impl std::fmt::Display) -> Result<(), Failure> {
        writeln!(self.out, "{line}").map_err(|error| Failure::of_output(&error))
    }

    /// Writes bytes as they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.out.write_all(bytes).map_err(|error| Failure::of_output(&error))
    }

    /// Writes a value as indented JSON and a line break.
    pub(crate) fn json(&mut self, value: &impl serde::Serialize) -> Result<(), Failure> {
        serde_json::to_writer_pretty(&mut self.out, value)
            .map_err(|error| Failure::of_output(&io::Error::from(error)))?;
        self.line("")
    }

    /// Brings everything out.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(|error| Failure::of_output(&error))
    }
}

/// Text from outside, made harmless for a terminal: control characters and marks that turn the direction of text are
/// shown as a replacement character, line breaks and tabs as spaces.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let turns =
        |letter: char| matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.chars().any(|letter| letter.is_control() || turns(letter)) {
        return Cow::Borrowed(text);
    }
    let shown = |letter: char| match letter {
        '\n' | '\r' | '\t' => ' ',
        letter if letter.is_control() || turns(letter) => '\u{fffd}',
        letter => letter,
    };
    Cow::Owned(text.chars().map(shown).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_cannot_steer_the_terminal() {
        assert_eq!(
            plain("We \u{1b}[31mnever\u{1b}[0m sell\n data\u{202e}"),
            "We \u{fffd}[31mnever\u{fffd}[0m sell  data\u{fffd}"
        );
        assert!(matches!(plain("Wir löschen nach 30 Tagen."), Cow::Borrowed(_)));
    }
}
