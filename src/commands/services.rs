//! `probity services`: list, begin and check declarations. Nothing here asks the network.

use crate::base::failure::Failure;
use crate::base::plain::plain;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Format, Global, Services};
use crate::keep::declared;
use crate::present::output::grid::{Column, Grid};
use crate::present::output::{COMMAND, GOOD, POOR, Screen};
use probity_rules::service::{Service, Status};
use serde_json::json;
use std::io::Write;
use std::path::Path;

pub(crate) fn run(command: Services, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    match command {
        Services::List { folder, format } => list(&declared::all(config.services(&folder))?, format, screen),
        Services::Add { id, home, name, category, folder } => {
            let name = name.unwrap_or_else(|| title(&id));
            add(&id, &home, &name, &category, &folder, screen)
        }
        Services::Check { folder, format } => match declared::check(config.services(&folder))? {
            Ok(services) => {
                match format {
                    Format::Json => screen.json(&json!({ "services": services.len(), "errors": [] }))?,
                    Format::Table => {
                        screen.line(format_args!("{GOOD}{} declarations, all sound{GOOD:#}", services.len()))?
                    }
                }
                Ok(Exit::Done)
            }
            Err(errors) => {
                match format {
                    Format::Json => {
                        let errors: Vec<_> = errors
                            .iter()
                            .map(|error| {
                                json!({ "file": error.file, "line": error.line, "column": error.column,
                                        "what": error.what, "expected": error.expected })
                            })
                            .collect();
                        screen.json(&json!({ "errors": errors }))?;
                    }
                    Format::Table => {
                        for error in &errors {
                            screen.line(plain(&error.to_string()))?;
                            for line in error.excerpt.lines() {
                                screen.line(format_args!("  {}", plain(line)))?;
                            }
                        }
                        screen.line(format_args!("{POOR}{} to mend{POOR:#}", errors.len()))?;
                    }
                }
                Ok(Exit::Threshold)
            }
        },
    }
}

fn list(services: &[Service], format: Format, screen: &mut Screen) -> Result<Exit, Failure> {
    if format == Format::Json {
        screen.json(&services)?;
        return Ok(Exit::Done);
    }
    let mut grid = Grid::new([
        Column::words("id"),
        Column::text("name"),
        Column::text("operator"),
        Column::words("seat"),
        Column::numbers("documents"),
        Column::numbers("hosts"),
        Column::numbers("repositories"),
        Column::words("status"),
    ]);
    for service in services {
        let operator = service.operator.as_ref();
        grid.row([
            service.id.as_str().into(),
            service.name.as_str().into(),
            operator.map_or("", |operator| &operator.name).into(),
            operator.and_then(|operator| operator.country.as_deref()).unwrap_or("").into(),
            service.documents.len().to_string().into(),
            service.hosts.len().to_string().into(),
            service.repositories.len().to_string().into(),
            match service.status {
                Status::Active => "active".into(),
                Status::Discontinued { since } => format!("ended {since}").into(),
            },
        ]);
    }
    screen.grid(&grid)?;
    Ok(Exit::Done)
}

fn add(id: &str, home: &str, name: &str, category: &str, folder: &Path, screen: &mut Screen) -> Result<Exit, Failure> {
    let path = folder.join(format!("{id}.toml"));
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let text = format!(
        "# What is not declared here is searched for, starting from `home`. Give each fact its source in a comment.\n\
         id = {}\nname = {}\ncategory = {}\nhome = {}\nstatus = \"active\"\n\
         # operator = {{ name = \"…\", country = \"DE\" }}\n\
         # documents = [ {{ kind = \"privacy-policy\", url = \"…\", language = \"en\" }} ]\n\
         # hosts = [ {{ name = \"…\", role = \"media\" }} ]               # roles: web app api media mail\n\
         # repositories = [ {{ url = \"…\", role = \"server\" }} ]        # roles: server client library\n",
        quoted(id),
        quoted(name),
        quoted(category),
        quoted(home),
    );
    Service::parse(&path.display().to_string(), &text)?;
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::File::create_new(&path))
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        Failure::new(format_args!("cannot write {}: {error}", path.display()))
            .next("choose another id, or another folder with --services DIR")
    })?;
    screen.line(format_args!("{}", path.display()))?;
    let audit = format!("probity audit {id} --services {}", folder.display());
    screen.line(format_args!("next: fill it in, then {COMMAND}{audit}{COMMAND:#}"))?;
    Ok(Exit::Done)
}

/// `jitsi-meet` as people would write it.
fn title(id: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    id.split('-').map(capital).collect::<Vec<_>>().join(" ")
}
