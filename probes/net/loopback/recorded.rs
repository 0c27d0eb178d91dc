//! A recorded world, served again: what an archive holds at a time, as pages and DNS records of the small internet.
//!
//! It brings back answers, not how they came: a payload that was cut off is served as a whole answer of what there is, a name
//! server answers for all types of a name though some failed, and a gap of the archive is an address that nobody answers.

use super::{Fault, Page, Trouble, World, lock};
use crate::net::archive::Archive;
use crate::net::capture::{Entry, Source};
use jiff::Timestamp;
use std::sync::atomic::Ordering;
use url::Url;

/// Fields that speak of a connection that is no more.
const HOP_BY_HOP: [&str; 6] = ["connection", "keep-alive", "transfer-encoding", "content-length", "upgrade", "trailer"];

impl World {
    /// Puts in all that an archive holds at a time. For what it does not hold, connections are closed without an answer and
    /// name servers fail, as nobody knows what would have been there, also where the same address is held with another query;
    /// only a `robots.txt` that it does not hold does not exist.
    pub fn fill(&self, archive: &Archive, at: Timestamp) {
        self.otherwise(Page::status(404).fault(Fault::Close));
        lock(&self.shared.zones).close();
        self.shared.exact.store(true, Ordering::Relaxed);
        for target in archive.targets() {
            match archive.latest(target, at) {
                Some(Entry::Http(exchange)) => {
                    let mut page = Page::status(exchange.status);
                    for (name, value) in &exchange.headers {
                        if !HOP_BY_HOP.iter().any(|hop| name.eq_ignore_ascii_case(hop)) {
                            page = page.header(name, value);
                        }
                    }
                    self.page(target, page.with_body(exchange.body.clone()));
                    self.robots(target);
                }
                Some(Entry::Dns(answer)) => {
                    for record in &answer.records {
                        self.record(&record.owner, &record.kind, &record.data);
                    }
                    if answer.no_such_name {
                        self.trouble(&answer.name, Trouble::NoSuchName);
                    } else {
                        self.exists(&answer.name);
                    }
                }
                Some(Entry::Gap { .. }) | None => {}
            }
        }
    }

    fn robots(&self, target: &str) {
        if let Ok(robots) = Url::parse(target).and_then(|url| url.join("/robots.txt"))
            && !self.has(robots.as_str())
        {
            self.page(robots.as_str(), Page::status(404));
        }
    }
}
