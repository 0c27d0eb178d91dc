//! The application: commands, configuration, tables, the data folder.
//!
//! It wires the pure half (`probity-rules`) to the half that meets the world (`probity-probes`) and to a person at a
//! terminal. It decides nothing about a service: every grade comes from the rules.

mod app;
mod base;
mod cli;
mod commands;
mod keep;
mod present;

pub use app::{compare, rehearse};
pub use base::{change, review};
pub use keep::services;

use base::clock;
use base::failure::Failure;
use clap::Parser;
use cli::exit::Exit;
use present::output;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs one command line and gives the code that the process ends with: 0 done, 1 the asked-for threshold was
/// crossed, 2 usage, configuration or a failing store, 3 done with gaps that the caller asked to treat as failure,
/// 130 interrupted.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match cli::Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        // Help and version come this way too. Nobody is left to tell when they cannot be written.
        Err(message) => {
            let _ = message.print();
            return if message.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() };
        }
    };
    let mut screen = output::Screen::stdout();
    let outcome = clock::set().and_then(|()| commands::run(cli, &mut screen));
    let outcome = outcome.and_then(|exit| screen.flush().map(|()| exit));
    match outcome {
        Ok(exit) => exit.into(),
        Err(Failure::Pipe) => Exit::Done.into(),
        Err(Failure::Told(failure)) => {
            failure.print();
            Exit::Usage.into()
        }
    }
}
