//! `probity completions`: a completion script, made from the same definitions as the help.

use crate::base::failure::Failure;
use crate::cli::exit::Exit;
use crate::cli::{Cli, Completions};
use crate::present::output::Screen;
use clap::CommandFactory;

pub(crate) fn run(command: &Completions, screen: &mut Screen) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut Cli::command(), "probity", &mut script);
    screen.bytes(&script)?;
    Ok(Exit::Done)
}
