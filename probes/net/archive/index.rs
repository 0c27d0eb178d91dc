//! What the pass over a file keeps of each record: target, time, kind, place.
//!
//! Records of kinds that we do not know are passed over, as the standard asks. What answers another question than a GET
//! (a POST of a browser that was recorded) is not an answer to ours and is left out, save where the target is a question of our own.

use super::{Damage, Kind, Slot, normalise};
use crate::net::digest::Sum;
use crate::net::warc::head::Head;
use crate::net::warc::walk::Visitor;
use crate::net::warc::{self, http};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

/// Gathers the slots of one file after another.
#[derive(Default)]
pub(super) struct Builder {
    targets: BTreeMap<String, Vec<Slot>>,
    file: u32,
    path: PathBuf,
    found: Vec<(String, Slot)>,
    damages: Vec<Damage>,
    not_get: BTreeSet<u64>,
    ours: BTreeSet<u32>,
}

impl Builder {
    /// Begins a file.
    pub(super) fn file(&mut self, number: usize, path: &Path) {
        self.file = u32::try_from(number).unwrap_or(u32::MAX);
        path.clone_into(&mut self.path);
    }

    /// Ends a file: its records are kept, its damages handed out.
    pub(super) fn take(&mut self, damages: &mut Vec<Damage>) {
        for (target, slot) in self.found.drain(..) {
            self.targets.entry(target).or_default().push(slot);
        }
        self.damages.sort_by_key(|damage| damage.place);
        damages.append(&mut self.damages);
    }

    /// All slots by target, in the order of time; where times are the same, in the order of the files.
    pub(super) fn finish(mut self) -> BTreeMap<String, Vec<Slot>> {
        self.targets.retain(|_, slots| {
            slots.retain(|slot| !self.not_get.contains(&slot.id));
            slots.sort_by_key(|slot| slot.captured);
            // An archive holds a copy of what it refers to: beside the original that is not a second capture.
            slots.dedup_by(|copy, one| {
                copy.file != one.file
                    && (copy.kind, one.kind) == (Kind::Http, Kind::Http)
                    && copy.captured == one.captured
                    && copy.payload.is_some()
                    && copy.payload == one.payload
            });
            slots.shrink_to_fit();
            !slots.is_empty()
        });
        self.targets
    }

    /// The files that were written by us.
    pub(super) fn ours(&mut self) -> BTreeSet<u32> {
        std::mem::take(&mut self.ours)
    }

    fn lose(&mut self, place: u64, what: String) {
        self.damages.push(Damage { path: self.path.clone(), place, what });
    }
}

impl Visitor for Builder {
    fn record(&mut self, head: &Head, place: u64, peek: &[u8]) {
        if head.kind() == "warcinfo" && wrote(peek) {
            self.ours.insert(self.file);
        }
        let Some(target) = head.uri("WARC-Target-URI") else { return };
        let is_dns = target.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("dns:"));
        let kind = match (head.kind().as_str(), head.media().as_str()) {
            ("response", warc::DNS) if is_dns => Kind::Dns,
            ("response", "application/http") if !is_dns => Kind::Http,
            ("revisit", _) if !is_dns => Kind::Revisit,
            ("metadata", warc::GAP) => Kind::Gap,
            ("resource", _) => Kind::Resource,
            ("request", _) => {
                let ours = target.starts_with(warc::QUESTION);
                if !ours && http::method(peek).is_some_and(|method| method != "GET") {
                    self.not_get.extend(head.all("WARC-Concurrent-To").map(hash));
                }
                return;
            }
            ("continuation", _) => {
                return self.lose(place, format!("a further segment of {target} is not joined to its first"));
            }
            ("response", media) => {
                return self.lose(place, format!("an answer of media type {media:?} for {target} is not read"));
            }
            _ => return,
        };
        let Some(captured) = head.time("WARC-Date") else {
            return self.lose(place, format!("the record of {target} has no valid WARC-Date and is not used"));
        };
        let id = head.get("WARC-Record-ID").map_or(0, hash);
        let payload = head.get("WARC-Payload-Digest").and_then(Sum::parse);
        self.found.push((normalise(target), Slot { captured, kind, file: self.file, place, id, payload }));
    }

    fn damage(&mut self, place: u64, what: String) {
        self.lose(place, what);
    }

    fn restart(&mut self) {
        self.found.clear();
        self.damages.clear();
    }
}

/// Whether a file's first record names this program as what wrote it.
fn wrote(info: &[u8]) -> bool {
    let mut lines = info.split(|byte| *byte == b'\n');
    lines.any(|line| line.to_ascii_lowercase().starts_with(b"software: probity"))
}

/// A record identifier as a number, with or without its angle brackets.
pub(super) fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.trim_start_matches('<').trim_end_matches('>').hash(&mut hasher);
    hasher.finish()
}
