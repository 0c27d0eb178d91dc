//! Reading one record: its digests are checked before a word of it is believed, and a revisit is led to its payload.
//!
//! A payload digest is right when it is that of the payload with or without its chunked coding: tools differ. A digest of
//! an algorithm that we do not know is not checked.

use super::{Archive, Connection, Kind, Slot, index, normalise};
use crate::net::capture::{Cut, CutReason, Entry, Exchange};
use crate::net::coding;
use crate::net::digest::{self, Sum};
use crate::net::warc::head::Head;
use crate::net::warc::http::Answer;
use crate::net::warc::{dns, http};
use bytes::Bytes;
use jiff::Timestamp;
use probity_rules::observation::Why;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many revisits of revisits are followed; the standard wants none.
const MAX_REVISITS: usize = 16;

/// The field of a record that says in words why its payload was cut off.
pub(super) const CUT_FIELD: &str = "Probity-Truncated";
/// The field of an answer that names a certificate of its connection by digest; the server's own comes first.
pub(super) const CERTIFICATE_FIELD: &str = "Probity-Certificate";

/// A gap as its record says it.
#[derive(Serialize, Deserialize)]
pub(super) struct Note {
    pub(super) why: Why,
    pub(super) detail: String,
    pub(super) at: Timestamp,
}

impl Archive {
    /// What a record of a target says; none for a record that is no answer (a screenshot, a certificate).
    ///
    /// A record that is broken is a gap `malformed`; a revisit of something that is not in the archive is a gap
    /// `not-asked`.
    pub fn entry(&self, target: &str, slot: &Slot) -> Option<Entry> {
        let gap = |why, what: String| Entry::Gap { why, detail: self.place_of(slot, &what), at: slot.captured };
        let read = |slot: &Slot| self.fetch(slot).map_err(|what| (Why::Malformed, what));
        let entry = match slot.kind {
            Kind::Resource => return None,
            Kind::Http | Kind::Revisit => self.exchange(target, slot, 0).map(Entry::Http),
            Kind::Dns => read(slot).and_then(|(head, block)| {
                let name = target.strip_prefix("dns:").unwrap_or(target);
                let digest = digest::sha256(&block);
                check(&head, &block, &block, &digest)
                    .and_then(|()| dns::read(name, slot.captured, &block, digest))
                    .map(Entry::Dns)
                    .map_err(|what| (Why::Malformed, what))
            }),
            Kind::Gap => read(slot).and_then(|(head, block)| {
                let note = check(&head, &block, &block, "")
                    .and_then(|()| serde_json::from_slice::<Note>(&block).map_err(|error| error.to_string()));
                note.map(|Note { why, detail, at }| Entry::Gap { why, detail, at })
                    .map_err(|what| (Why::Malformed, format!("a gap's own record is broken: {what}")))
            }),
        };
        Some(entry.unwrap_or_else(|(why, what)| gap(why, what)))
    }

    /// What is known of the connection over which an answer came.
    ///
    /// # Errors
    /// A sentence, where the record cannot be read.
    pub fn connection(&self, slot: &Slot) -> Result<Connection, String> {
        let (head, _) = self.fetch(slot)?;
        Ok(Connection {
            tls: head.all("WARC-Protocol").find(|name| name.starts_with("tls/")).map(str::to_owned),
            cipher: head.get("WARC-Cipher-Suite").map(str::to_owned),
            certificates: head.all(CERTIFICATE_FIELD).map(str::to_owned).collect(),
        })
    }

    /// The media type and the bytes of a record without protocol.
    ///
    /// # Errors
    /// A sentence, where the record cannot be read or its digest is wrong.
    pub fn resource(&self, slot: &Slot) -> Result<(String, Bytes), String> {
        let (head, block) = self.fetch(slot)?;
        check(&head, &block, &block, "")?;
        Ok((head.media(), block))
    }

    fn fetch(&self, slot: &Slot) -> Result<(Head, Bytes), String> {
        let (_, medium) = self.files.get(slot.file as usize).ok_or("the file is not open")?;
        let (head, block) = medium.fetch(slot.place, &self.limits)?;
        Ok((head, block.into()))
    }

    fn place_of(&self, slot: &Slot, what: &str) -> String {
        let file = self.files.get(slot.file as usize).and_then(|(path, _)| path.file_name());
        let file = file.map(|name| name.to_string_lossy()).unwrap_or_default();
        format!("{file}, record at byte {}: {what}", slot.place)
    }

    fn exchange(&self, target: &str, slot: &Slot, depth: usize) -> Result<Exchange, (Why, String)> {
        let malformed = |what: String| (Why::Malformed, what);
        let (head, block) = self.fetch(slot).map_err(malformed)?;
        let answer = http::read(&block);
        let revisit = slot.kind == Kind::Revisit;
        if let (true, Err(_)) | (_, Ok(Answer { status: 304, .. })) = (revisit, &answer) {
            match self.confirmed(target, slot, &head, depth) {
                // Nothing earlier is held: what came stands for itself.
                Err((Why::NotAsked, _)) if !revisit => {}
                found => return found,
            }
        }
        let answer = answer.map_err(malformed)?;
        if revisit {
            if head.get("WARC-Profile").is_some_and(|profile| profile.contains("server-not-modified")) {
                return self.confirmed(target, slot, &head, depth);
            }
            let first = self.original(target, slot, &head, depth)?;
            let payload_of = Some(first.payload_of.unwrap_or(first.captured));
            let peer = head.get("WARC-IP-Address").and_then(|text| text.parse().ok());
            let Answer { status, headers, .. } = answer;
            return Ok(Exchange { captured: slot.captured, peer, payload_of, status, headers, ..first });
        }
        let Answer { status, headers, body, raw, cut: chunks_missing } = answer;
        let mut exchange = Exchange::new(target.to_owned(), slot.captured, status, headers, body);
        check(&head, &block, &raw, &exchange.digest).map_err(malformed)?;
        exchange.peer = head.get("WARC-IP-Address").and_then(|text| text.parse().ok());
        exchange.cut = cut(&head, chunks_missing);
        let is_coding = |name: &str| name.eq_ignore_ascii_case("content-encoding");
        let codings = || exchange.headers.iter().filter(|(name, _)| is_coding(name)).map(|(_, value)| value.as_str());
        if !self.ours.contains(&slot.file) && coding::is_off(&exchange.body, codings()) {
            for (name, _) in exchange.headers.iter_mut().filter(|(name, _)| is_coding(name)) {
                name.insert_str(0, http::ORIGINAL);
            }
        }
        Ok(exchange)
    }

    /// A revisit without an answer of its own: the earlier one, seen again.
    fn confirmed(&self, target: &str, slot: &Slot, head: &Head, depth: usize) -> Result<Exchange, (Why, String)> {
        let first = self.original(target, slot, head, depth)?;
        Ok(first.confirmed(slot.captured, head.get("WARC-IP-Address").and_then(|text| text.parse().ok())))
    }

    /// The answer that a revisit refers to: by address and time, else by payload digest, else by record identifier, else
    /// the one before it.
    fn original(&self, target: &str, slot: &Slot, head: &Head, depth: usize) -> Result<Exchange, (Why, String)> {
        if depth == MAX_REVISITS {
            return Err((Why::Malformed, format!("more than {MAX_REVISITS} revisits refer to one another")));
        }
        // Nothing is told by the digest of an empty payload, which "304 Not Modified" has.
        let payload = slot.payload.filter(|sum| slot.kind == Kind::Revisit && !sum.fits(&[]));
        let there = head.uri("WARC-Refers-To-Target-URI").map_or_else(|| target.to_owned(), normalise);
        let date = head.time("WARC-Refers-To-Date");
        let holds = |other: &&Slot| matches!(other.kind, Kind::Http | Kind::Revisit) && !std::ptr::eq(*other, slot);
        let slots = self.targets.get(&there).map_or(&[][..], Vec::as_slice);
        let by_time = date.and_then(|date| {
            let exact = slots.iter().filter(holds).find(|other| other.captured == date);
            // Recorders that write whole seconds refer to whole seconds.
            exact.or_else(|| slots.iter().filter(holds).find(|other| other.captured.as_second() == date.as_second()))
        });
        let by_payload = || {
            let (target, number) = self.payloads().get(&payload?)?;
            Some((target.as_str(), self.targets.get(target)?.get(*number)?))
        };
        let by_id = || {
            let id = index::hash(head.get("WARC-Refers-To")?);
            let mut all = self.targets.iter().flat_map(|(target, slots)| slots.iter().map(move |slot| (target, slot)));
            all.find(|(_, other)| other.id == id && holds(other)).map(|(target, slot)| (target.as_str(), slot))
        };
        let before = || {
            let slots = self.targets.get(target)?;
            let earlier = slots.iter().filter(holds).take_while(|other| other.captured <= slot.captured);
            earlier.filter(|other| other.kind == Kind::Http).last().map(|slot| (target, slot))
        };
        let silent = date.is_none() && payload.is_none() && head.get("WARC-Refers-To").is_none();
        let found = by_time.map(|slot| (there.as_str(), slot)).or_else(by_payload).or_else(by_id);
        let Some((target, other)) = found.or_else(|| silent.then(before).flatten()) else {
            let date = date.map(|date| format!(" of {date}")).unwrap_or_default();
            return Err((
                Why::NotAsked,
                format!("it refers to the capture{date} of {there}, which is in none of the files"),
            ));
        };
        let first = self.exchange(target, other, depth + 1)?;
        match payload {
            Some(sum) if !sum.fits(&[&first.body]) && other.payload != Some(sum) => {
                Err((Why::Malformed, "the payload that a revisit refers to has another digest".into()))
            }
            _ => Ok(first),
        }
    }

    /// The first record of each payload digest.
    fn payloads(&self) -> &BTreeMap<Sum, (String, usize)> {
        self.by_payload.get_or_init(|| {
            let mut payloads = BTreeMap::new();
            for (target, slots) in &self.targets {
                for (number, slot) in slots.iter().enumerate().filter(|(_, slot)| slot.kind == Kind::Http) {
                    if let Some(sum) = slot.payload {
                        payloads.entry(sum).or_insert_with(|| (target.clone(), number));
                    }
                }
            }
            payloads
        })
    }
}

/// Checks the digests of a record: of its block, and of its payload as it stands (`raw`) or with the digest that was
/// computed already.
fn check(head: &Head, block: &[u8], raw: &[u8], known: &str) -> Result<(), String> {
    if let Some(sum) = head.get("WARC-Block-Digest").and_then(Sum::parse)
        && !sum.fits(&[block])
    {
        return Err("the record is not the one that was written: its block digest is wrong".into());
    }
    // The digest of a payload that was cut off may be that of the whole.
    let whole = head.get("WARC-Truncated").is_none() && head.get("WARC-Segment-Number").is_none();
    match head.get("WARC-Payload-Digest").and_then(Sum::parse) {
        Some(sum) if whole && Sum::parse(known) != Some(sum) && !sum.fits(&[raw]) => {
            Err("the record is not the one that was written: its payload digest is wrong".into())
        }
        _ => Ok(()),
    }
}

/// What a record says of its own wholeness.
fn cut(head: &Head, chunks_missing: bool) -> Option<Cut> {
    if let Some(reason) = head.get("WARC-Truncated") {
        let reason = match reason.to_ascii_lowercase().as_str() {
            "length" => CutReason::Length,
            "time" => CutReason::Time,
            "disconnect" => CutReason::Disconnect,
            _ => CutReason::Unspecified,
        };
        let detail = head.get(CUT_FIELD).unwrap_or_default().to_owned();
        return Some(Cut { reason, detail });
    }
    if head.get("WARC-Segment-Number").is_some() {
        return Some(Cut { reason: CutReason::Length, detail: "the first of several segments".into() });
    }
    chunks_missing.then(|| Cut { reason: CutReason::Disconnect, detail: "the last chunk is missing".into() })
}
