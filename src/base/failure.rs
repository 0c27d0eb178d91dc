//! A failure as the person reads it: what, where, and what to do next; printed on standard error.
//!
//! Typed errors arise elsewhere and get these words in `cli::exit`.

use std::fmt::{self, Display};
use std::io;

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nobody reads the output any more (`| head`): nothing to say, and no fault.
    Pipe,
    /// Something to tell.
    Told(Box<Told>),
}

/// What is said on standard error.
#[derive(Debug)]
pub(crate) struct Told {
    what: String,
    lines: Vec<String>,
    next: Option<String>,
}

impl Failure {
    /// A failure: what and where, in lower case, without a full stop.
    pub(crate) fn new(what: impl Display) -> Self {
        Self::Told(Box::new(Told { what: what.to_string(), lines: Vec::new(), next: None }))
    }

    /// Adds lines that show the place.
    #[must_use]
    pub(crate) fn showing(mut self, text: &str) -> Self {
        if let Self::Told(told) = &mut self {
            told.lines.extend(text.lines().map(str::to_owned));
        }
        self
    }

    /// Adds what the reader can do now.
    #[must_use]
    pub(crate) fn next(mut self, next: impl Display) -> Self {
        if let Self::Told(told) = &mut self {
            told.next = Some(next.to_string());
        }
        self
    }

    /// Says it on standard error as a warning, where the command goes on.
    pub(crate) fn warn(&self) {
        if let Self::Told(told) = self {
            told.print_as("warning", anstyle::AnsiColor::Yellow.on_default().bold());
        }
    }

    /// Says it on standard error, where the command goes on.
    pub(crate) fn print(&self) {
        if let Self::Told(told) = self {
            told.print();
        }
    }

    /// A failure to write the results.
    pub(crate) fn of_output(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::Pipe;
        }
        Self::new(format_args!("cannot write the results to standard output: {error}"))
            .next("give it a place with room; what an audit found is kept in the data folder (`probity show SERVICE`)")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pipe => f.write_str("nobody reads the output"),
            Self::Told(told) => told.fmt(f),
        }
    }
}

impl Told {
    /// Prints it on standard error, in colour where that is a terminal.
    pub(crate) fn print(&self) {
        self.print_as("error", anstyle::AnsiColor::Red.on_default().bold());
    }

    fn print_as(&self, word: &str, style: anstyle::Style) {
        use io::Write;
        let cyan = anstyle::AnsiColor::Cyan.on_default();
        let mut out = anstream::stderr().lock();
        // A standard error that is closed leaves nobody to tell.
        let _ = writeln!(out, "{style}{word}:{style:#} {}", crate::base::plain::plain(&self.what));
        for line in &self.lines {
            let _ = writeln!(out, "  {}", crate::base::plain::plain(line));
        }
        if let Some(next) = &self.next {
            let _ = writeln!(out, "{cyan}next:{cyan:#} {}", crate::base::plain::plain(next));
        }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}
