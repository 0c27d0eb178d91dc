//! What a person reads: the screen, its width and colours, and the pieces that tables and trees are made of.
//!
//! It writes only to the stream it is given. Text from outside passes [`crate::base::plain`] before it reaches a terminal.

pub(crate) mod difference;
pub(crate) mod evidence;
pub(crate) mod grid;
pub(crate) mod plot;
pub(crate) mod ranking;
pub(crate) mod rehearsal;
pub(crate) mod tree;

use crate::base::failure::Failure;
use anstream::adapter::strip_bytes;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use serde::Serialize;
use std::fmt::Display;
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
/// `NO_COLOR`); what is meant for programs goes out as it is.
pub(crate) struct Screen {
    out: BufWriter<io::Stdout>,
    colour: bool,
    width: usize,
}

impl Screen {
    /// Standard output: as wide as `COLUMNS` says, else as the terminal, else 100.
    pub(crate) fn stdout() -> Self {
        let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
        let width = said.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)));
        let colour = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
        Self { out: BufWriter::new(io::stdout()), colour, width: width.unwrap_or(100).clamp(40, 400) }
    }

    /// Columns that fit in a line.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Writes what is meant for people, without its colours where the stream does not want them.
    pub(crate) fn styled(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let mut text = Vec::new();
        write(&mut text).map_err(|error| Failure::of_output(&error))?;
        if !self.colour {
            text = strip_bytes(&text).into_vec();
        }
        self.bytes(&text)
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, line: impl Display) -> Result<(), Failure> {
        self.styled(|out| writeln!(out, "{line}"))
    }

    /// Writes a table.
    pub(crate) fn grid(&mut self, grid: &grid::Grid<'_>) -> Result<(), Failure> {
        let width = self.width;
        self.styled(|out| grid.write(out, width))
    }

    /// Writes a tree.
    pub(crate) fn tree(&mut self, tree: &tree::Node) -> Result<(), Failure> {
        let width = self.width;
        self.styled(|out| tree.write(out, width))
    }

    /// Gives the stream to what writes for programs.
    pub(crate) fn raw(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        write(&mut self.out).map_err(|error| Failure::of_output(&error))
    }

    /// Writes bytes as they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.out.write_all(bytes).map_err(|error| Failure::of_output(&error))
    }

    /// Writes a value as indented JSON and a line break.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer_pretty(&mut self.out, value).map_err(|error| Failure::of_output(&error.into()))?;
        self.bytes(b"\n")
    }

    /// Writes a value as JSON on one line.
    pub(crate) fn json_line(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.out, value).map_err(|error| Failure::of_output(&error.into()))?;
        self.bytes(b"\n")
    }

    /// Brings everything out.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(|error| Failure::of_output(&error))
    }
}

/// So many of something: `1 audit`, `2 audits`.
pub(crate) fn counted<N: Display + From<u8> + PartialEq>(count: N, of: &str) -> String {
    let more = if count == N::from(1) { "" } else { "s" };
    format!("{count} {of}{more}")
}
