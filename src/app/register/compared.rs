//! A kept audit beside what is remembered of a service: what is to be raised, and what is remembered now.
//!
//! What is compared and when it is raised is `compare`'s; here the evidence is found for it: the texts of this audit, the texts
//! and facts of earlier ones. An audit of an earlier time than the last changes nothing that is remembered.

use super::kept::{Side, line, lines, seen};
use super::{Trouble, evidence};
use crate::app::audit::results::Judged;
use crate::app::compare::cause::Before;
use crate::app::compare::document::Seen;
use crate::app::compare::passages::Library;
use crate::app::compare::{Look, Memory};
use crate::base::pool;
use crate::keep::manifest::FACTS;
use crate::keep::manifest::Manifest;
use crate::keep::store::register::Compared;
use crate::keep::workspace::House;
use jiff::Timestamp;
use jiff::civil::Date;
use probity_probes::net::archive::Archive;
use probity_rules::catalogue::Rules;
use probity_rules::facts::{Collection, Facts, Gap};
use probity_rules::judge::{Finding, Judgement};
use probity_rules::rating::{Audit, Rating};
use probity_rules::sentence::Sentence;
use probity_rules::service::Service;
use probity_rules::text::wording::Text;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::task::spawn_blocking;

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
    day: Date,
    rules: Arc<Rules>,
    archive: Option<Arc<Archive>>,
    facts: PathBuf,
    lines: BTreeMap<String, u64>,
}

/// What a service was judged by, without its claims: they make the most of it, and are asked only about grades that differ.
#[derive(Deserialize)]
struct Glance {
    service: String,
    declared: Option<Box<Service>>,
    facts: Unclaimed,
    seen: Option<Vec<Seen>>,
}

#[derive(Deserialize)]
struct Unclaimed {
    collections: BTreeMap<String, Collection>,
    gaps: Vec<Gap>,
}

impl Glance {
    fn judged(self) -> Judged {
        let Self { service, declared, facts: Unclaimed { collections, gaps }, seen } = self;
        Judged { service, declared, facts: Facts { collections, gaps, ..Facts::default() }, seen }
    }
}

/// What was seen of a service in the audit.
struct Looked {
    judged: Judged,
    seen: Vec<Seen>,
}

/// The texts that a comparison may ask for.
struct Shelf(BTreeMap<(String, String), Arc<Text>>);

impl Shelf {
    fn take(&mut self, seen: Vec<Seen>) {
        for Seen { asked, text, .. } in seen {
            self.0.extend(text.map(|text| ((asked, text.trace.record.clone()), text)));
        }
    }
}

impl Library for Shelf {
    fn text(&self, asked: &str, record: &str) -> Option<Arc<Text>> {
        self.0.get(&(asked.to_owned(), record.to_owned())).cloned()
    }
}

impl Comparer {
    /// Opens what the audit kept beside its archive.
    pub(super) async fn new(
        house: &House,
        name: &str,
        manifest: &Manifest,
        head: &Audit,
        archive: Option<Arc<Archive>>,
    ) -> Result<Self, Trouble> {
        let rules = match house.rules_of(&head.tool.rules).await? {
            Some(rules) => rules,
            None => house.rules()?,
        };
        let facts = house.evidence.named(name, &manifest.files, FACTS).await.map_err(evidence)?;
        let lines = lines(&facts)?;
        Ok(Self { name: name.to_owned(), at: head.as_of, day: head.law.day, rules, archive, facts, lines })
    }

    /// What was seen of a service; with its claims, where a grade differs.
    fn look(&self, service: &str, differs: bool) -> Result<Option<Looked>, Trouble> {
        let Some(place) = self.lines.get(service) else { return Ok(None) };
        let mut judged = match differs {
            true => line::<Judged>(&self.facts, *place)?,
            false => line::<Glance>(&self.facts, *place)?.judged(),
        };
        // Who kept the audit has looked; from audits of earlier versions it is read again.
        let seen = judged.seen.take().unwrap_or_else(|| self.read(&judged));
        Ok(Some(Looked { judged, seen }))
    }

    /// The documents of a service with their words, from the archive.
    fn read(&self, judged: &Judged) -> Vec<Seen> {
        self.archive.as_ref().map(|archive| seen(archive, self.at, judged)).unwrap_or_default()
    }

    /// What follows for a service of the audit; none where a later audit is remembered already, or nothing is known of what it
    /// was judged by.
    pub(super) async fn compare(
        self: &Arc<Self>,
        house: &House,
        service: &str,
        ratings: &[Rating],
    ) -> Result<Option<Compared>, Trouble> {
        let (version, kept) = house.store.memory(service).await?;
        let mut known: Remembered = match kept {
            Some(kept) => serde_json::from_str(&kept).map_err(evidence)?,
            None => Remembered::default(),
        };
        if known.last.is_some_and(|last| last >= self.at) {
            return Ok(None);
        }
        let findings = findings(ratings);
        let differs = findings.iter().any(|finding| {
            let standing = known.memory.grades.get(&finding.criterion);
            standing.is_some_and(|standing| {
                let lost = !standing.citations.is_empty() && finding.citations.is_empty();
                standing.grade != finding.grade || lost
            })
        });
        let (this, id) = (Arc::clone(self), service.to_owned());
        let looked = spawn_blocking(move || this.look(&id, differs)).await;
        let Some(looked) = looked.map_err(|panic| evidence(pool::said(panic)))?? else { return Ok(None) };
        let Looked { judged, seen } = &looked;
        let (mut shelf, mut side) = (Shelf(BTreeMap::new()), None);
        if differs {
            shelf = self.shelf(house, service, &known, &looked).await;
            if let Some(name) = &known.reference {
                // Evidence that is gone is no reason not to go on: the cause is told as well as it can be.
                side = Side::open(house, name, service).await.ok();
            }
        }
        let mut rules = None;
        if let Some(side) = side.as_ref().filter(|side| side.head.tool.rules != self.rules.revision) {
            rules = house.rules_of(&side.head.tool.rules).await?;
        }
        let law = self.rules.law_on(self.day);
        let then = side.as_ref().map_or(self.day, |side| side.head.law.day);
        let then = rules.as_ref().unwrap_or(&self.rules).law_on(then);
        let reread = side.as_ref().and_then(Side::reread);
        let before = side.as_ref().map(|side| Before {
            facts: &side.judged.facts,
            reread: reread.as_ref(),
            rules: rules.as_deref(),
            law: &then,
        });
        let judgement = Judgement { findings, contradictions: Vec::new() };
        let methods: Vec<_> =
            self.rules.methods.iter().filter(|method| ratings.iter().any(|one| one.method == method.id)).collect();
        let look = Look {
            service,
            at: self.at,
            seen,
            facts: &judged.facts,
            judgement: &judgement,
            rules: &self.rules,
            law: &law,
            methods: &methods,
        };
        let events = known.memory.take(&look, before.as_ref(), &shelf, house.terms());
        known.last = Some(self.at);
        if events.is_reference {
            known.reference = Some(self.name.clone());
        }
        for trace in seen.iter().filter_map(|seen| seen.trace.as_ref().ok()) {
            known.records.entry(trace.record.clone()).or_insert_with(|| self.name.clone());
        }
        let rest: BTreeSet<&String> = known.memory.grades.values().flat_map(|one| one.records.values()).collect();
        known.records.retain(|record, _| rest.contains(record));
        let memory = serde_json::to_string(&known).map_err(evidence)?;
        Ok(Some(Compared { version, memory, changes: events.raised, confirm_after: house.terms().confirm_after }))
    }

    /// The texts of this audit, and those that established grades rest on, where the documents have others by now.
    async fn shelf(&self, house: &House, service: &str, known: &Remembered, looked: &Looked) -> Shelf {
        let Looked { judged, seen } = looked;
        let mut shelf = Shelf(BTreeMap::new());
        if seen.iter().any(|seen| seen.trace.is_ok() && seen.text.is_none()) {
            shelf.take(self.read(judged));
        }
        let mut wanted: BTreeSet<&String> = BTreeSet::new();
        for (asked, record) in known.memory.grades.values().flat_map(|standing| &standing.records) {
            let changed = seen.iter().any(|seen| seen.asked == *asked && seen.record.as_ref() != Some(record));
            wanted.extend(known.records.get(record).filter(|_| changed));
        }
        for audit in wanted {
            let Ok(side) = Side::open(house, audit, service).await else { continue };
            shelf.take(side.seen());
        }
        shelf
    }
}

/// The findings behind ratings, each criterion once.
pub(crate) fn findings(ratings: &[Rating]) -> Vec<Finding> {
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
            elsewhere: rated.elsewhere.clone(),
            searched: rated.searched.clone(),
            attested: rated.attested.clone(),
            missing: Vec::new(),
            contradicted: rated.contradicted.clone(),
            trace: Vec::new(),
        });
    }
    findings.into_values().collect()
}
