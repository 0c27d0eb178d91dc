//! `probity man`: the man pages, made from the same definitions as the help.

use crate::base::failure::Failure;
use crate::cli::exit::Exit;
use crate::cli::{Cli, Man};
use crate::present::output::Screen;
use clap::CommandFactory;

pub(crate) fn run(command: &Man, screen: &mut Screen) -> Result<Exit, Failure> {
    let mut definition = Cli::command();
    definition.build();
    match &command.folder {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(definition).render(&mut page).map_err(|error| Failure::of_output(&error))?;
            screen.bytes(&page)?;
        }
        Some(folder) => {
            let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(definition, folder));
            written.map_err(|error| {
                Failure::new(format_args!("cannot write man pages into {}: {error}", folder.display()))
            })?;
            screen.line(format_args!("{}", folder.join("probity.1").display()))?;
        }
    }
    Ok(Exit::Done)
}
