//! One service under audit, as the door sees it: where answers go, which ports are declared, what is under way.

use super::archive::recorder::Recorder;
use super::capture::{Capture, Source};
use super::guard::plain;
use probity_rules::service::Service;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// One service under audit.
pub struct Visit<'a> {
    pub(super) capture: &'a Capture,
    pub(super) recorder: Option<&'a Recorder>,
    pub(super) previous: Option<&'a dyn Source>,
    declared: BTreeSet<(String, u16)>,
    under_way: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl<'a> Visit<'a> {
    /// A visit of a service whose answers go into a capture and, unless nothing rests on them, to a recorder.
    pub fn new(service: &Service, capture: &'a Capture, recorder: Option<&'a Recorder>) -> Self {
        let pages = service.documents.iter().map(|d| &d.url).chain(service.repositories.iter().map(|r| &r.url));
        let declared = pages
            .chain([&service.home])
            .filter_map(|url| Url::parse(url).ok())
            .filter_map(|url| Some((plain(url.host_str()?), url.port_or_known_default()?)))
            .collect();
        Self { capture, recorder, previous: None, declared, under_way: Mutex::default() }
    }

    /// Earlier captures: what has an `ETag` or a `Last-Modified` there is asked for only if it has changed.
    #[must_use]
    pub fn since(mut self, previous: &'a dyn Source) -> Self {
        self.previous = Some(previous);
        self
    }

    /// Whether the service itself declares a host with this port.
    pub(super) fn declares(&self, host: &str, port: u16) -> bool {
        self.declared.contains(&(host.to_owned(), port))
    }

    /// The lock under which one target is asked, so that two wishes for one address are one request.
    pub(super) fn turn(&self, target: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.entry(target.to_owned()).or_default().clone()
    }
}
