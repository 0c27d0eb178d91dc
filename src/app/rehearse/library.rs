//! Texts of earlier captures: a few are held, the others are read again from the archive.

use crate::app::audit::seen;
use crate::app::compare::document::Seen;
use crate::app::compare::passages::Library;
use jiff::Timestamp;
use probity_probes::net::archive::Archive;
use probity_probes::net::capture::Capture;
use probity_rules::service::Service;
use probity_rules::text::wording::Text;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Texts that are held: the one that stands, the one that waits, and a few more.
const HELD: usize = 16;

/// The texts of one service in an archive.
pub(super) struct Texts {
    archive: Arc<Archive>,
    service: Arc<Service>,
    held: Mutex<VecDeque<(String, String, Arc<Text>)>>,
    /// When a payload of a document was captured first.
    times: BTreeMap<(String, String), Timestamp>,
}

impl Texts {
    pub(super) fn new(archive: Arc<Archive>, service: Arc<Service>) -> Self {
        Self { archive, service, held: Mutex::default(), times: BTreeMap::new() }
    }

    /// Takes note of when the texts of a look were there.
    pub(super) fn remember(&mut self, seen: &[Seen], at: Timestamp) {
        for seen in seen {
            let Ok(trace) = &seen.trace else { continue };
            self.times.entry((seen.asked.clone(), trace.record.clone())).or_insert(at);
        }
    }

    fn hold(&self, asked: &str, text: &Arc<Text>) {
        let record = text.trace.record.clone();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|(of, digest, _)| of != asked || *digest != record);
        if held.len() >= HELD {
            held.pop_front();
        }
        held.push_back((asked.to_owned(), record, Arc::clone(text)));
    }
}

impl Library for Texts {
    fn text(&self, asked: &str, record: &str) -> Option<Arc<Text>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let found = held.iter().find(|(of, digest, _)| of == asked && digest == record);
        if let Some((_, _, text)) = found {
            return Some(Arc::clone(text));
        }
        drop(held);
        let time = *self.times.get(&(asked.to_owned(), record.to_owned()))?;
        let capture = Capture::replay(Arc::clone(&self.archive) as Arc<_>, time);
        let text = seen::text(&self.service, &capture, asked)?;
        self.hold(asked, &text);
        Some(text)
    }
}
