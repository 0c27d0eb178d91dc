//! One file a command. A command reads its flags, calls what does the work, and writes what came of it.

mod accounts;
pub(crate) mod audit;
mod completions;
mod demo;
mod diff;
mod explain;
mod export;
mod geoip;
mod history;
mod import;
mod man;
pub(crate) mod notify;
mod read;
mod rehearse;
mod report;
mod review;
mod rules;
mod serve;
mod services;
mod show;
mod status;
mod worker;

use crate::base::failure::Failure;
use crate::cli::exit::Exit;
use crate::cli::{Cli, Command};
use crate::present::output::Screen;

/// Runs the command of a command line.
pub(crate) fn run(cli: Cli, screen: &mut Screen) -> Result<Exit, Failure> {
    let global = cli.global;
    match cli.command {
        Command::Audit(command) => audit::run_command(*command, &global, screen),
        Command::Show(command) => show::run(&command, &global, screen),
        Command::Explain(command) => explain::run(&command, &global, screen),
        Command::Diff(command) => diff::run(&command, &global, screen),
        Command::Worker(command) => worker::run(*command, &global, screen),
        Command::Status(command) => status::run(&command, &global, screen),
        Command::History(command) => history::run(&command, &global, screen),
        Command::Export(command) => export::run(&command, &global, screen),
        Command::Import(command) => import::run(&command, &global, screen),
        Command::Review(command) => review::run(command, &global, screen),
        Command::Rehearse(command) => rehearse::run(&command, &global, screen),
        Command::Rules(command) => rules::run(command, &global, screen),
        Command::Serve(command) => serve::run(command, &global, screen),
        Command::Accounts(command) => accounts::run(command, &global, screen),
        Command::Demo(command) => demo::run_command(&command, &global, screen),
        Command::Services(command) => services::run(command, &global, screen),
        Command::Geoip(command) => geoip::run(command, &global, screen),
        Command::Read(command) => read::run(&command, &global, screen),
        Command::Notify(command) => notify::run(&command, &global, screen),
        Command::Report(command) => report::run(&command, &global, screen),
        Command::Completions(command) => completions::run(&command, screen),
        Command::Man(command) => man::run(&command, screen),
    }
}
