//! `probity rehearse`: recorded captures run as if each had been audited on its day, and what a person would have been asked.

use crate::app::audit::{Audit as Pipeline, Basis, Evidence, replayed};
use crate::app::compare::Terms;
use crate::app::geoip;
use crate::app::rehearse::rehearse;
use crate::base::failure::Failure;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Format, Global, Rehearse};
use crate::keep::data::Data;
use crate::keep::declared;
use crate::keep::ruleset;
use crate::present::output::{Screen, rehearsal};
use jiff::SignedDuration;
use std::sync::Arc;

pub(crate) fn run(command: &Rehearse, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    let data = Data::of(&config.keep)?;
    let (rules, methods) = ruleset::with_methods(config.rules(&command.basis.rules), config.methods(&command.basis))?;
    let services = declared::chosen(declared::all(config.services(&command.basis.folder))?, &command.service)?;
    let databases = geoip::databases(config.geoip(&command.basis.geoip), &data)?;
    let (archive, latest) = replayed(&command.histories)?;
    let archive = Arc::new(archive);
    let evidence = Evidence::Recorded(Arc::clone(&archive) as Arc<_>);
    let audit = Pipeline::new(evidence, latest, Basis::new(databases, Arc::new(rules), methods), None);
    let confirm_after = SignedDuration::try_from(command.confirm_after).unwrap_or(SignedDuration::MAX);
    let rehearsal = rehearse(&audit, &archive, services, Terms { confirm_after });
    if rehearsal.audits == 0 {
        return Err(Failure::new("no address of the declared services was captured in these archives")
            .next("name the folder of declarations that the archive was recorded for: --services DIR"));
    }
    match command.format {
        Format::Json => screen.json(&rehearsal)?,
        Format::Table => rehearsal::print(&rehearsal, screen)?,
    }
    Ok(Exit::Done)
}
