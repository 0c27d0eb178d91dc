//! The declarations that a command works on: the embedded ones or a folder's, all of them or the named ones.
//!
//! It reads files; what a declaration may say is checked by `probity_rules::service`.

use crate::base::failure::Failure;
use probity_rules::head::{RuleError, nearest};
use probity_rules::service::{Service, Status};
use std::path::Path;

/// What was declared, and everything that is wrong in it.
type Declared = Result<Vec<Service>, Vec<RuleError>>;

/// All declarations, sorted by id: those of a folder, where one is named, else the embedded ones.
pub(crate) fn all(folder: Option<&Path>) -> Result<Vec<Service>, Failure> {
    check(folder)?.map_err(|errors| {
        let more = errors.len().saturating_sub(1);
        let Some(first) = errors.into_iter().next() else { return Failure::new("no declaration can be read") };
        let next =
            if more > 0 { format!("probity services check   ({more} more to mend)") } else { "mend that line".into() };
        Failure::from(first).next(next)
    })
}

/// The same, with every complaint.
pub(crate) fn check(folder: Option<&Path>) -> Result<Declared, Failure> {
    match folder {
        None => Ok(crate::keep::services::embedded()),
        Some(folder) => {
            let files = files(folder)?;
            Ok(Service::parse_all(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))))
        }
    }
}

/// The named services, each once; without names, all that are still offered.
pub(crate) fn chosen(all: Vec<Service>, names: &[String]) -> Result<Vec<Service>, Failure> {
    if names.is_empty() {
        return Ok(all.into_iter().filter(|service| service.status == Status::Active).collect());
    }
    let mut chosen: Vec<Service> = Vec::new();
    for name in names {
        let Some(service) = all.iter().find(|service| service.id == *name) else {
            let near = nearest(name, all.iter().map(|service| service.id.as_str()));
            let failure = Failure::new(format_args!("unknown service `{name}`"));
            let list = "probity services list   shows all; probity services add ID --home URL   declares one";
            return Err(match near {
                Some(near) => failure.next(format_args!("did you mean `{near}`? {list}")),
                None => failure.next(list),
            });
        };
        if !chosen.iter().any(|known| known.id == service.id) {
            chosen.push(service.clone());
        }
    }
    Ok(chosen)
}

/// The declarations in a folder, by name.
fn files(folder: &Path) -> Result<Vec<(String, String)>, Failure> {
    let cannot = |path: &Path, error: &std::io::Error| {
        Failure::new(format_args!("cannot read {}: {error}", path.display()))
            .next("name a folder of declarations: --services DIR")
    };
    let entries = std::fs::read_dir(folder).map_err(|error| cannot(folder, &error))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| cannot(folder, &error))?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let text = std::fs::read_to_string(&path).map_err(|error| cannot(&path, &error))?;
            files.push((path.display().to_string(), text));
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Failure::new(format_args!("{} holds no declaration (*.toml)", folder.display()))
            .next(format_args!("probity services add ID --home URL --services {}", folder.display())));
    }
    Ok(files)
}
