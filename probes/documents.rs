//! The legal texts of a service: which pages they are, and what they state.
//!
//! Declared pages are read; for the kinds that are not declared, pages are searched for from the home page. What cannot be
//! read is a gap with its reason, never a silence. It reads what pages say without running them, and knows English, German
//! and French; what is not linked or needs an account it cannot find.

mod belongs;
mod date;
mod expected;
mod facts;
mod links;
mod listed;
pub mod pages;
pub mod second;
mod sheet;
mod sitemap;
mod sites;
mod survey;
mod words;

use crate::net::capture::{Capture, Request};
use crate::{Context, Meta, Probe};
use probity_rules::facts::Facts;
use probity_rules::service::Service;
pub use sheet::notes;
use survey::Aim;

/// Reads the legal texts of a service.
pub struct Documents;

const META: Meta = Meta {
    id: "documents",
    summary: "legal texts, declared or found from the home page, what they state, and the sub-processors that they list",
    facts: &["documents", "subprocessors", "claims"],
    revision: 4,
};

impl Probe for Documents {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn wants(&self, service: &Service, capture: &Capture) -> Vec<Request> {
        survey::survey(service, capture, Aim::Asking).wanted
    }

    fn read(&self, service: &Service, capture: &Capture, _: &Context) -> Facts {
        let survey = survey::survey(service, capture, Aim::Reading);
        let mut facts = facts::facts(&survey);
        second::add(&survey, capture, &mut facts);
        facts
    }
}

/// Links of the home page and the documents to repositories at public forges (`https://github.com/owner/name`), and whether
/// the home page and a document could be read at all, so that to find none means something.
pub fn forges(service: &Service, capture: &Capture) -> (Vec<String>, bool) {
    let survey = survey::survey(service, capture, Aim::Reading);
    let read = survey.home && survey.documents.iter().any(|found| found.is_whole());
    (survey.forges, read)
}

#[cfg(test)]
mod tests;
