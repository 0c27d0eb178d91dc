//! A kept audit beside what is remembered of a service: what is to be raised, and what is remembered now.
//!
//! What is compared and when it is raised is `compare`'s; here the evidence is found for it: the texts of this audit, the texts
//! and facts of earlier ones. An audit of an earlier time than the last changes nothing that is remembered.

use super::{House, Trouble, evidence};
use crate::audit::results::Judged;
use crate::compare::cause::Before;
use crate::compare::document::Seen;
use crate::compare::passages::Library;
use crate::compare::text::{Place, Text};
use crate::compare::{Look, Memory, Terms};
use crate::data::{ARCHIVE, FACTS};
use crate::evidence::Manifest;
use crate::store::register::Compared;
use jiff::Timestamp;
use jiff::tz::Offset;
use probity_probes::documents::pages;
use probity_probes::net::archive::Archive;
use probity_probes::net::capture::{Capture, Entry};
use probity_rules::catalogue::Rules;
use probity_rules::document::Kind;
use probity_rules::facts::{Facts, Item, Value};
use probity_rules::judge::{Finding, Judgement};
use probity_rules::observation::{Observation, Why};
use probity_rules::rating::Rating;
use probity_rules::sentence::Sentence;
use probity_rules::text::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the store holds of a service between two audits.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Remembered {
    memory: Memory,
    /// The time of the last audit that was compared.
    last: Option<Timestamp>,
    /// The audit that later ones are compared with.
    reference: Option<String>,
    /// In which audit a payload lies, of those that grades rest on.
    records: BTreeMap<String, String>,
}

/// Compares the services of one audit.
pub(super) struct Comparer {
    name: String,
    at: Timestamp,
    rules: Arc<Rules>,
    archive: Option<Arc<Archive>>,
    facts: PathBuf,
    lines: BTreeMap<String, u64>,
}

/// The texts of earlier audits that a comparison may ask for.
struct Shelf(BTreeMap<(String, String), Arc<Text>>);

impl Library for Shelf {
    fn text(&self, asked: &str, record: &str) -> Option<Arc<Text>> {
        self.0.get(&(asked.to_owned(), record.to_owned())).cloned()
    }
}

impl Comparer {
    /// Opens what the audit kept.
    pub(super) async fn new(house: &House, name: &str, manifest: &Manifest, at: Timestamp) -> Result<Self, Trouble> {
        let rules = Arc::new(house.rules()?);
        let facts = house.evidence.named(name, &manifest.files, FACTS).await.map_err(evidence)?;
        let lines = lines(&facts)?;
        let archive = archive(house, name, manifest).await?;
        Ok(Self { name: name.to_owned(), at, rules, archive, facts, lines })
    }

    /// What follows for a service; none where a later audit is remembered already, or nothing is known of what it was judged by.
    pub(super) async fn compare(
        &self,
        house: &House,
        service: &str,
        ratings: &[Rating],
    ) -> Result<Option<Compared>, Trouble> {
        let (version, kept) = house.store.memory(service).await?;
        let mut known: Remembered = match kept {
            Some(kept) => serde_json::from_str(&kept).map_err(evidence)?,
            None => Remembered::default(),
        };
        let Some(place) = self.lines.get(service).filter(|_| known.last.is_none_or(|last| last < self.at)) else {
            return Ok(None);
        };
        let facts = line(&self.facts, *place)?;
        let seen = self.archive.as_ref().map(|archive| seen(archive, self.at, &facts)).unwrap_or_default();
        let findings = findings(ratings);
        let differs = findings.iter().any(|finding| {
            known.memory.grades.get(&finding.criterion).is_some_and(|standing| standing.grade != finding.grade)
        });
        let (mut shelf, mut before) = (Shelf(BTreeMap::new()), None);
        if differs {
            shelf = self.shelf(house, &known, &seen).await?;
            before = match &known.reference {
                Some(name) => reference(house, name, service).await?,
                None => None,
            };
        }
        let law = self.rules.law_on(Offset::UTC.to_datetime(self.at).date());
        let then = known.memory.reference.as_ref().map_or(self.at, |reference| reference.at);
        let then = self.rules.law_on(Offset::UTC.to_datetime(then).date());
        let before = before.as_ref().map(|facts| Before { facts, reread: None, rules: None, law: &then });
        let judgement = Judgement { findings, contradictions: Vec::new() };
        let methods: Vec<_> =
            self.rules.methods.iter().filter(|method| ratings.iter().any(|one| one.method == method.id)).collect();
        let look = Look {
            service,
            at: self.at,
            seen: &seen,
            facts: &facts,
            judgement: &judgement,
            rules: &self.rules,
            law: &law,
            methods: &methods,
        };
        let events = known.memory.take(&look, before.as_ref(), &shelf, Terms::default());
        known.last = Some(self.at);
        if events.is_reference {
            known.reference = Some(self.name.clone());
        }
        for text in seen.iter().filter_map(|seen| seen.text.as_ref().ok()) {
            known.records.entry(text.record()).or_insert_with(|| self.name.clone());
        }
        let rest: BTreeSet<&String> = known.memory.grades.values().flat_map(|one| one.records.values()).collect();
        known.records.retain(|record, _| rest.contains(record));
        let memory = serde_json::to_string(&known).map_err(evidence)?;
        Ok(Some(Compared { version, memory, changes: events.raised }))
    }

    /// The texts that established grades rest on, where the documents have others by now.
    async fn shelf(&self, house: &House, known: &Remembered, seen: &[Seen]) -> Result<Shelf, Trouble> {
        let mut wanted: BTreeMap<&String, BTreeSet<(&String, &String, Kind)>> = BTreeMap::new();
        for (asked, record) in known.memory.grades.values().flat_map(|standing| &standing.records) {
            let Some(now) = seen.iter().find(|seen| seen.asked == *asked && seen.record.as_ref() != Some(record))
            else {
                continue;
            };
            if let Some(audit) = known.records.get(record) {
                wanted.entry(audit).or_default().insert((asked, record, now.kind));
            }
        }
        let mut shelf = BTreeMap::new();
        for (audit, documents) in wanted {
            let Ok(manifest) = house.evidence.manifest(audit).await else { continue };
            let Some(archive) = archive(house, audit, &manifest).await? else { continue };
            for (asked, record, kind) in documents {
                for slot in archive.slots(asked) {
                    let capture = Capture::replay(Arc::clone(&archive) as Arc<_>, slot.captured);
                    if let Ok(text) = text(&capture, asked, kind)
                        && text.record() == *record
                    {
                        shelf.insert((asked.clone(), record.clone()), text);
                    }
                }
                // The document may stand behind a redirect, which is no capture of its address.
                let capture = Capture::replay(Arc::clone(&archive) as Arc<_>, Timestamp::MAX);
                if let Ok(text) = text(&capture, asked, kind) {
                    shelf.entry((asked.clone(), text.record())).or_insert(text);
                }
            }
        }
        Ok(Shelf(shelf))
    }
}

/// The archive of an audit; none where it is an audit of archives that lie elsewhere.
async fn archive(house: &House, name: &str, manifest: &Manifest) -> Result<Option<Arc<Archive>>, Trouble> {
    if !manifest.files.iter().any(|file| file.name == ARCHIVE) {
        return Ok(None);
    }
    let path = house.evidence.named(name, &manifest.files, ARCHIVE).await.map_err(evidence)?;
    let archive = tokio::task::spawn_blocking(move || Archive::open(&[path])).await;
    Ok(Some(Arc::new(archive.map_err(|panic| evidence(panic.to_string()))?.map_err(evidence)?)))
}

/// The facts of a service in an earlier audit; none where its evidence is gone.
async fn reference(house: &House, name: &str, service: &str) -> Result<Option<Facts>, Trouble> {
    let Ok(manifest) = house.evidence.manifest(name).await else { return Ok(None) };
    let Ok(path) = house.evidence.named(name, &manifest.files, FACTS).await else { return Ok(None) };
    match lines(&path)?.get(service) {
        Some(place) => Ok(Some(line(&path, *place)?)),
        None => Ok(None),
    }
}

/// Where the line of each service begins.
fn lines(path: &Path) -> Result<BTreeMap<String, u64>, Trouble> {
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

/// The facts that begin at a place.
fn line(path: &Path, at: u64) -> Result<Facts, Trouble> {
    let mut file = File::open(path).map_err(evidence)?;
    file.seek(SeekFrom::Start(at)).map_err(evidence)?;
    let mut text = Vec::new();
    BufReader::new(file.take(u64::MAX)).read_until(b'\n', &mut text).map_err(evidence)?;
    Ok(serde_json::from_slice::<Judged>(&text).map_err(evidence)?.facts)
}

/// The documents that facts speak of, read again from their archive.
fn seen(archive: &Arc<Archive>, at: Timestamp, facts: &Facts) -> Vec<Seen> {
    let capture = Capture::replay(Arc::clone(archive) as Arc<_>, at);
    let documents = facts.collections.get("documents").map_or(&[][..], |documents| &documents.items);
    documents.iter().filter_map(|item| document(&capture, item)).collect()
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
    Some(Seen { asked: item.id.clone(), kind, language: None, captured: captured.max(), record, text })
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

/// The findings behind ratings, each criterion once.
fn findings(ratings: &[Rating]) -> Vec<Finding> {
    let mut findings: BTreeMap<&str, Finding> = BTreeMap::new();
    for rated in ratings.iter().flat_map(|rating| &rating.findings) {
        findings.entry(&rated.criterion).or_insert_with(|| Finding {
            criterion: rated.criterion.clone(),
            revision: rated.revision,
            grade: rated.grade,
            between: rated.between.clone(),
            basis: rated.basis,
            because: Sentence::new(rated.because.clone(), rated.because_de.clone()),
            citations: rated.citations.clone(),
            searched: rated.searched.clone(),
            attested: rated.attested.clone(),
            missing: Vec::new(),
            contradicted: rated.contradicted.clone(),
            trace: Vec::new(),
        });
    }
    findings.into_values().collect()
}
