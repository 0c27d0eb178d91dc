//! Which databases an audit asks for the places of addresses: those that are named, those that
//! `geoip update` fetched into the data folder, and the two that the program carries.
//!
//! It opens files; what a database says is the business of `probity_probes::geoip`.

use crate::base::failure::Failure;
use crate::keep::data::Data;
use probity_probes::geoip::Databases;
use std::path::PathBuf;

/// The databases, the user's own first.
pub(crate) fn databases(named: &[PathBuf], data: &Data) -> Result<Databases, Failure> {
    let mut databases = Databases::embedded();
    for path in named.iter().chain(&data.databases()?) {
        databases
            .add(path)
            .map_err(|error| Failure::new(error).next("name another file with --geoip, or leave it out"))?;
    }
    for about in databases.list() {
        if let Some(odd) = &about.odd {
            Failure::new(format_args!("{}: {odd}; the rest of it is used", about.name)).warn();
        }
    }
    Ok(databases)
}
