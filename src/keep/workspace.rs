//! The places where audits leave something, together: the data folder, the evidence, the store; and the rules that audits
//! were judged by.
//!
//! What follows from a kept audit is worked out elsewhere.

use crate::base::failure::Failure;
use crate::base::review::{Decision, Item, Refusal};
use crate::keep::data::Data;
use crate::keep::evidence::Evidence;
use crate::keep::manifest::ARCHIVE;
use crate::keep::ruleset;
use crate::keep::settings::Settings;
use crate::keep::store::attestations::Vouched;
use crate::keep::store::error::StoreError;
use crate::keep::store::{FILE, Place, Store};
use jiff::{SignedDuration, Timestamp};
use probity_probes::net::archive::Archive;
use probity_probes::net::capture::Source;
use probity_rules::catalogue::Rules;
use probity_rules::claim::State;
use probity_rules::method::Method;
use probity_rules::service::{Attestation, Service};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many earlier archives are opened at most for what servers may confirm, the newest first.
const EARLIER: usize = 16;

/// The three places where audits leave something: the data folder, the evidence, the store.
#[derive(Clone, Debug)]
pub(crate) struct House {
    /// The folder on this machine.
    pub(crate) data: Data,
    /// The archives and results.
    pub(crate) evidence: Evidence,
    /// The index and the decisions.
    pub(crate) store: Store,
    /// The folder of rules that the configuration names.
    folder: Option<PathBuf>,
    /// The rules that were needed, by revision; the first name is that of those at hand.
    rules: Arc<Mutex<Shelf>>,
    /// How long after the first look a second one has to show a change.
    pub(crate) confirm_after: Option<SignedDuration>,
}

/// Rules that were read.
#[derive(Debug, Default)]
struct Shelf {
    at_hand: Option<Arc<Rules>>,
    /// The methods of the rules at hand: every audit that is registered takes them along.
    methods: Option<Arc<[Method]>>,
    kept: BTreeMap<String, Arc<Rules>>,
}

impl House {
    /// Opens what the settings name around a data folder, without looking for what is not registered.
    pub(crate) async fn within(data: Data, settings: &Settings) -> Result<Self, Failure> {
        let place = match settings.store.as_deref() {
            Some(named) => Place::parse(named),
            None => Place::File(data.root().join(FILE)),
        };
        let evidence = Evidence::open(data.clone(), settings)?;
        let (folder, confirm_after) = (settings.rules.clone(), settings.confirm_after);
        Ok(Self { store: Store::open(place).await?, data, evidence, folder, rules: Arc::default(), confirm_after })
    }

    /// Says by which rules audits are judged here, and keeps those beside the evidence.
    pub(crate) fn judges_by(&self, rules: &Arc<Rules>) -> Result<(), Failure> {
        keep_rules(&self.data, rules)?;
        let mut shelf = self.shelf();
        (shelf.at_hand, shelf.methods) = (Some(Arc::clone(rules)), None);
        Ok(())
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rules at hand.
    pub(crate) fn rules(&self) -> Result<Arc<Rules>, Failure> {
        if let Some(rules) = &self.shelf().at_hand {
            return Ok(Arc::clone(rules));
        }
        let rules = Arc::new(ruleset::load(self.folder.as_deref())?);
        self.shelf().at_hand = Some(Arc::clone(&rules));
        Ok(rules)
    }

    /// The methods of the rules at hand.
    pub(crate) fn methods(&self) -> Result<Arc<[Method]>, Failure> {
        let rules = self.rules()?;
        Ok(Arc::clone(self.shelf().methods.get_or_insert_with(|| rules.methods.clone().into())))
    }

    /// The rules of a revision: those at hand, or what was kept of them; none where nothing was.
    pub(crate) async fn rules_of(&self, revision: &str) -> Result<Option<Arc<Rules>>, Failure> {
        let at_hand = self.rules()?;
        if at_hand.revision == revision {
            return Ok(Some(at_hand));
        }
        if let Some(rules) = self.shelf().kept.get(revision) {
            return Ok(Some(Arc::clone(rules)));
        }
        let Some(text) = self.evidence.rules(revision).await else { return Ok(None) };
        let files: BTreeMap<String, String> = serde_json::from_slice(&text).unwrap_or_default();
        let rules = Rules::load(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        // What a later version of this program does not understand any more, or what was altered, is not at hand.
        let Some(rules) = rules.ok().filter(|rules| rules.revision == revision) else { return Ok(None) };
        let rules = Arc::new(rules);
        self.shelf().kept.insert(revision.to_owned(), Arc::clone(&rules));
        Ok(Some(rules))
    }

    /// A person decides on an item; see [`Store::decide`].
    pub(crate) async fn decide(
        &self,
        id: i64,
        decision: Decision,
        who: &str,
        at: Timestamp,
        read: u64,
    ) -> Result<Result<Item, Refusal>, StoreError> {
        let rules = self.rules().map_err(|failure| StoreError::Unknown(failure.to_string()))?;
        self.store.decide(id, decision, who, at, read, &rules.methods).await
    }

    /// A service with what persons vouch for in the store, beside what its declaration says.
    pub(crate) async fn attested(&self, service: &Service) -> Result<Service, StoreError> {
        let mut service = service.clone();
        for known in self.store.attestations(&service.id).await? {
            let Vouched { claim, state, text, by, date, source, note, expires, .. } = known.vouched;
            let state = match state.as_str() {
                "stated" => State::Stated,
                "absent" => State::Absent,
                _ => State::Denied,
            };
            if let (None, Ok(claim)) = (known.withdrawn_at, claim.parse()) {
                service.attestations.push(Attestation { claim, state, text, by, date, source, note, expires });
            }
        }
        Ok(service)
    }

    /// What was captured of services in the newest audit of each; none where there is nothing, or where it cannot be had: then
    /// every page is asked for whole.
    pub(crate) async fn earlier(&self, services: &[String]) -> Option<Arc<dyn Source>> {
        let one = services.first().filter(|_| services.len() == 1);
        let newest = self.store.newest(one.map(String::as_str)).await.ok()?;
        let wanted: BTreeSet<&String> = services.iter().collect();
        let audits: BTreeSet<String> =
            newest.into_iter().filter(|(service, _)| wanted.contains(service)).map(|(_, audit)| audit).collect();
        let mut paths = Vec::new();
        for name in audits.iter().rev().take(EARLIER) {
            // One that judged archives that lie elsewhere has none of its own.
            if let Ok(Some(audit)) = self.store.audit(name).await {
                paths.extend(self.evidence.named(name, &audit.files, ARCHIVE).await);
            }
        }
        if paths.is_empty() {
            return None;
        }
        let archive = tokio::task::spawn_blocking(move || Archive::open(&paths)).await;
        Some(Arc::new(archive.ok()?.ok()?))
    }
}

/// Keeps the rules that audits are judged by, so that later ones can be compared with them.
pub(crate) fn keep_rules(data: &Data, rules: &Rules) -> Result<(), Failure> {
    let text = serde_json::to_vec(&rules.sources).map_err(Failure::new)?;
    data.keep_rules(&rules.revision, &text)
}
