//! How a command ends: the exit codes, and a failure worded for the person who reads it.
//!
//! Typed errors arise elsewhere; here they get their last words: what, where, and what to do next.

use std::fmt::{self, Display};
use std::io;
use std::process::ExitCode;

/// The code that a command ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done.
    Done,
    /// 1: the threshold of `--fail-on` was crossed, or a check found something wrong.
    Threshold,
    /// 2: wrong usage, wrong configuration, or a store that cannot be written.
    Usage,
    /// 3: done, with gaps that the caller asked to treat as failure.
    Gaps,
    /// 130: interrupted by the user, as shells count it; what was done is kept.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Threshold => 1,
            Exit::Usage => 2,
            Exit::Gaps => 3,
            Exit::Interrupted => 130,
        })
    }
}

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

impl From<probity_rules::head::RuleError> for Failure {
    fn from(error: probity_rules::head::RuleError) -> Self {
        Self::new(&error).showing(&error.excerpt)
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::new(format_args!("the report cannot be written: {error}")).next("please report this")
    }
}

impl From<probity_probes::net::archive::recorder::RecordError> for Failure {
    fn from(error: probity_probes::net::archive::recorder::RecordError) -> Self {
        Self::new(error).next("the run was stopped, for an audit without its evidence is none; nothing of it was kept")
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
        let _ = writeln!(out, "{style}{word}:{style:#} {}", crate::present::output::plain(&self.what));
        for line in &self.lines {
            let _ = writeln!(out, "  {}", crate::present::output::plain(line));
        }
        if let Some(next) = &self.next {
            let _ = writeln!(out, "{cyan}next:{cyan:#} {}", crate::present::output::plain(next));
        }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}
