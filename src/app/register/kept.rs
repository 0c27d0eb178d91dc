//! One service of one audit, read again from the evidence: its facts, its documents, and what it was judged by.
//!
//! The texts are read by today's reader; the facts are those that were kept. What is gone is said by who asks for it. It compares
//! nothing.

use super::{Trouble, evidence};
use crate::app::audit::results::{Judged, Kept as Results};
use crate::app::audit::seen;
use crate::app::compare::document::Seen;
use crate::keep::manifest::Manifest;
use crate::keep::manifest::{ARCHIVE, FACTS, RESULT};
use crate::keep::workspace::House;
use jiff::Timestamp;
use probity_probes::documents::pages;
use probity_probes::geoip::Databases;
use probity_probes::net::archive::Archive;
use probity_probes::net::capture::{Capture, Entry};
use probity_probes::{ALL, Context};
use probity_rules::document::Kind;
use probity_rules::facts::{Facts, Item, Value};
use probity_rules::observation::{Observation, Why};
use probity_rules::rating::{Audit, Rating};
use probity_rules::text::Verdict;
use probity_rules::text::wording::{Place, Text};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

/// One service of an audit.
pub(crate) struct Side {
    /// The audit's name.
    pub(crate) audit: String,
    /// The result without ratings and services.
    pub(crate) head: Audit,
    /// The ratings of the service.
    pub(crate) ratings: Vec<Rating>,
    /// What it was judged by.
    pub(crate) judged: Judged,
    /// What was captured; none where it is an audit of archives that lie elsewhere.
    pub(crate) archive: Option<Arc<Archive>>,
}

impl Side {
    /// Reads it.
    pub(crate) async fn open(house: &House, audit: &str, service: &str) -> Result<Self, Trouble> {
        let manifest = house.evidence.manifest(audit).await.map_err(evidence)?;
        let facts = house.evidence.named(audit, &manifest.files, FACTS).await.map_err(evidence)?;
        let place = lines(&facts)?.get(service).copied();
        let place = place.ok_or_else(|| evidence(format_args!("audit {audit} holds no facts of `{service}`")))?;
        let result = house.evidence.named(audit, &manifest.files, RESULT).await.map_err(evidence)?;
        let mut results = Results::open(&result)?;
        let mut ratings = Vec::new();
        while let Some((audited, rated)) = results.service()? {
            if audited.service == service {
                ratings = rated;
                break;
            }
        }
        Ok(Self {
            audit: audit.to_owned(),
            head: results.head,
            ratings,
            judged: line(&facts, place)?,
            archive: archive(house, audit, &manifest).await?,
        })
    }

    /// Its documents as today's reader reads them.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.archive.as_ref().map(|archive| seen(archive, self.head.as_of, &self.judged)).unwrap_or_default()
    }

    /// Its facts with the documents read again by today's reader; none where the evidence does not hold what that takes.
    pub(crate) fn reread(&self) -> Option<Facts> {
        let (archive, declared) = (self.archive.as_ref()?, self.judged.declared.as_deref()?);
        let probe = ALL.iter().find(|probe| probe.meta().id == "documents")?;
        let capture = Capture::replay(Arc::clone(archive) as Arc<_>, self.head.as_of);
        // What the other probes measured is as it was: only texts are read anew.
        let fresh = probe.read(declared, &capture, &Context { geo: &Databases::none() });
        let mut facts = self.judged.facts.clone();
        facts.claims = fresh.claims;
        facts.service.extend(fresh.service);
        facts.collections.extend(fresh.collections);
        Some(facts)
    }
}

/// The archive of an audit; none where it is an audit of archives that lie elsewhere.
pub(super) async fn archive(house: &House, name: &str, manifest: &Manifest) -> Result<Option<Arc<Archive>>, Trouble> {
    if !manifest.files.iter().any(|file| file.name == ARCHIVE) {
        return Ok(None);
    }
    let path = house.evidence.named(name, &manifest.files, ARCHIVE).await.map_err(evidence)?;
    let archive = tokio::task::spawn_blocking(move || Archive::open(&[path])).await;
    Ok(Some(Arc::new(archive.map_err(|panic| evidence(panic.to_string()))?.map_err(evidence)?)))
}

/// Where the line of each service begins.
pub(super) fn lines(path: &Path) -> Result<BTreeMap<String, u64>, Trouble> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(evidence)?);
    let (mut lines, mut at, mut text) = (BTreeMap::new(), 0, Vec::new());
    loop {
        text.clear();
        let length = file.read_until(b'\n', &mut text).map_err(evidence)?;
        if length == 0 {
            return Ok(lines);
        }
        let head = text.strip_prefix(br#"{"service":""#).unwrap_or_default();
        if let Some(id) = head.split(|byte| *byte == b'"').next().and_then(|id| std::str::from_utf8(id).ok()) {
            lines.insert(id.to_owned(), at);
        }
        at += length as u64;
    }
}

/// The line that begins at a place: [`Judged`], or as much of it as somebody needs.
pub(super) fn line<T: DeserializeOwned>(path: &Path, at: u64) -> Result<T, Trouble> {
    let mut file = File::open(path).map_err(evidence)?;
    file.seek(SeekFrom::Start(at)).map_err(evidence)?;
    let mut text = Vec::new();
    BufReader::new(file).read_until(b'\n', &mut text).map_err(evidence)?;
    serde_json::from_slice(&text).map_err(evidence)
}

/// The documents of a service, read again from their archive.
pub(super) fn seen(archive: &Arc<Archive>, at: Timestamp, judged: &Judged) -> Vec<Seen> {
    let capture = Capture::replay(Arc::clone(archive) as Arc<_>, at);
    match &judged.declared {
        Some(declared) => seen::texts(declared, &capture),
        None => undeclared(&capture, &judged.facts),
    }
}

/// The same for audits that did not keep the declaration: the documents that their facts speak of, a page each.
fn undeclared(capture: &Capture, facts: &Facts) -> Vec<Seen> {
    let documents = facts.collections.get("documents").map_or(&[][..], |documents| &documents.items);
    documents.iter().filter_map(|item| document(capture, item)).collect()
}

fn document(capture: &Capture, item: &Item) -> Option<Seen> {
    let Some(Value::Text(kind)) = item.fields.get("kind").and_then(Observation::value) else { return None };
    let kind: Kind = kind.parse().ok()?;
    let followed = capture.follow(&item.id);
    let entries = || followed.hops.iter().filter_map(|hop| capture.get(hop));
    let captured = entries().filter_map(|entry| match &*entry {
        Entry::Http(exchange) => Some(exchange.captured),
        Entry::Gap { at, .. } => Some(*at),
        Entry::Dns(_) => None,
    });
    let record = entries().last().and_then(|entry| match &*entry {
        Entry::Http(exchange) => Some(exchange.digest.clone()),
        Entry::Dns(_) | Entry::Gap { .. } => None,
    });
    let text = match item.fields.get("words") {
        Some(Observation::Unknown { why, target }) => Err((*why, target.clone())),
        _ => text(capture, &item.id, kind),
    };
    let trace = text.as_ref().map(|text| text.trace.clone()).map_err(Clone::clone);
    let (asked, captured) = (item.id.clone(), captured.max());
    Some(Seen { asked, kind, language: None, captured, record, trace, text: text.ok() })
}

fn text(capture: &Capture, url: &str, kind: Kind) -> Result<Arc<Text>, (Why, String)> {
    let (exchange, page) = pages::page(capture, url, kind, None)?;
    if let Verdict::Gap { why, detail } = page.verdict {
        return Err((why, detail));
    }
    let captured = exchange.payload_of.unwrap_or(exchange.captured);
    let place = Place { url: exchange.url, record: exchange.digest, captured };
    Ok(Arc::new(Text::new([(place, &page)])))
}
