//! The half of Probity that meets the world: the door to the network, the archive, and one file per probe.
//!
//! A probe never opens a connection. It says what it wants ([`Probe::wants`]) and reads what the archive holds
//! ([`Probe::read`]); both are pure, so that a live audit and a replay differ in nothing but where the archive came from.

pub mod documents;
pub mod geoip;
pub mod hosts;
pub mod net;
pub mod repositories;

use geoip::Databases;
use net::capture::{Capture, Request};
use probity_rules::facts::Facts;
use probity_rules::service::Service;

/// What is known of a probe before it runs.
#[derive(Clone, Copy, Debug)]
pub struct Meta {
    /// Its id: the file's name without `.rs`.
    pub id: &'static str,
    /// One line: what it gathers.
    pub summary: &'static str,
    /// The collections and facts that it answers.
    pub facts: &'static [&'static str],
    /// Counted up whenever the same evidence would give other facts.
    pub revision: u32,
}

/// What a probe may look at beside what was captured.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The witnesses for places of addresses.
    pub geo: &'a Databases,
}

/// One way of looking at a service.
pub trait Probe: Sync {
    /// What is known of it before it runs.
    fn meta(&self) -> &'static Meta;

    /// What it still wants, given what was captured so far. Asked again after each round until it wants nothing new;
    /// what has an answer or a gap is not asked twice.
    fn wants(&self, service: &Service, capture: &Capture) -> Vec<Request>;

    /// The facts in what was captured, and a gap for all that it wanted and could not have. Pure: no clock, no network.
    fn read(&self, service: &Service, capture: &Capture, context: &Context) -> Facts;
}

/// Every probe, in the order in which they are asked and read.
pub const ALL: &[&dyn Probe] = &[&documents::Documents, &hosts::Hosts, &repositories::Repositories];

#[cfg(test)]
mod tests {
    use super::*;
    use probity_rules::facts::{COLLECTIONS, SERVICE};
    use std::path::Path;

    /// What lies beside the probes and is none: the trait, the door, the databases.
    const NO_PROBES: [&str; 3] = ["geoip", "lib", "net"];

    #[test]
    fn the_folder_and_the_list_agree() {
        let folder = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let files =
            folder.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "rs"));
        let mut found: Vec<_> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        found.retain(|name| !NO_PROBES.contains(&name.as_str()));
        found.sort_unstable();
        let mut listed: Vec<_> = ALL.iter().map(|probe| probe.meta().id).collect();
        listed.sort_unstable();
        assert_eq!(found, listed);
    }

    #[test]
    fn a_probe_answers_what_the_schema_knows() {
        for meta in ALL.iter().map(|probe| probe.meta()) {
            for fact in meta.facts {
                let known =
                    COLLECTIONS.iter().any(|(name, _)| name == fact) || SERVICE.iter().any(|it| it.name == *fact);
                assert!(*fact == "claims" || known, "{}: {fact}", meta.id);
            }
            assert!(meta.revision > 0 && !meta.summary.ends_with('.'), "{}", meta.id);
        }
    }
}
