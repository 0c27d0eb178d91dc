//! When something of a service was captured: the times at which it is audited.
//!
//! What a service is asked for first, and what its redirects lead to. Pages that only a page leads to are looked at whenever one
//! of these was captured.

use jiff::Timestamp;
use probity_probes::ALL;
use probity_probes::net::archive::{Archive, Kind};
use probity_probes::net::capture::{Capture, Entry};
use probity_rules::service::Service;
use std::collections::BTreeSet;

/// The times, in order, and the addresses that were captured at them.
pub(super) fn times(service: &Service, archive: &Archive) -> (BTreeSet<Timestamp>, BTreeSet<String>) {
    let empty = Capture::live(Timestamp::UNIX_EPOCH);
    let wanted = ALL.iter().flat_map(|probe| probe.wants(service, &empty));
    let mut waiting: Vec<String> = wanted.map(|request| request.target()).collect();
    let (mut known, mut times) = (BTreeSet::new(), BTreeSet::new());
    while let Some(target) = waiting.pop() {
        if !known.insert(target.clone()) || known.len() > 1000 {
            continue;
        }
        for slot in archive.slots(&target).iter().filter(|slot| slot.kind != Kind::Resource) {
            times.insert(slot.captured);
            // Only what is small is looked into for a redirect: its answer has hardly a body.
            if slot.kind == Kind::Http
                && let Some(Entry::Http(exchange)) = archive.entry(&target, slot)
            {
                waiting.extend(exchange.redirect());
            }
        }
    }
    known.retain(|target| !archive.slots(target).is_empty());
    (times, known)
}
