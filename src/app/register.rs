//! From kept evidence to the store: every audit that lies in the evidence is registered, once, whatever came between.
//!
//! Evidence first, then the store: an audit that was kept and not registered (a crash, a database that was away) is taken up
//! at the next opening. What does not belong to an audit that is whole is nobody's business here.

pub(crate) mod compared;
pub(crate) mod kept;

use crate::app::audit::results::Kept;
use crate::app::compare::Terms;
use crate::base::clock;
use crate::base::failure::Failure;
use crate::base::pool;
use crate::base::review::{Decision, Item, Refusal};
use crate::cli::config::Config;
use crate::cli::{Global, RulesFolder};
use crate::keep::data::Data;
use crate::keep::evidence::Evidence;
use crate::keep::manifest::Claim;
use crate::keep::manifest::Manifest;
use crate::keep::manifest::{ARCHIVE, FACTS, RESULT};
use crate::keep::ruleset;
use crate::keep::store::attestations::Vouched;
use crate::keep::store::error::StoreError;
use crate::keep::store::jobs::JobState;
use crate::keep::store::ratings::KnownCapture;
use crate::keep::store::register::{NewAudit, NewService, Registered};
use crate::keep::store::{FILE, Place, Store};
use compared::Comparer;
use jiff::{SignedDuration, Timestamp};
use kept::archive;
use probity_probes::net::archive::{Archive, Kind};
use probity_probes::net::capture::Source;
use probity_rules::catalogue::Rules;
use probity_rules::claim::State;
use probity_rules::method::Method;
use probity_rules::rating::{Audited, Rating};
use probity_rules::service::{Attestation, Service};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::JoinSet;

/// So many services of an audit are registered at once.
const AT_ONCE: usize = 16;
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
    /// The folder of rules of one's own, where the configuration names one.
    folder: RulesFolder,
    /// The rules that were needed, by revision; the first name is that of those at hand.
    rules: Arc<Mutex<Shelf>>,
    /// On which terms changes are raised.
    terms: Terms,
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
    /// Opens what flags and configuration name. What was kept and not registered is registered now.
    pub(crate) async fn open(global: &Global, config: &Config) -> Result<Self, Failure> {
        let data = Data::of(global, config)?;
        let house = Self::within(data, global, config).await?;
        house.catch_up().await?;
        Ok(house)
    }

    /// The same around a data folder, without looking for what is not registered.
    pub(crate) async fn within(data: Data, global: &Global, config: &Config) -> Result<Self, Failure> {
        let place = match global.store.as_deref().or(config.store.as_deref()) {
            Some(named) => Place::parse(named),
            None => Place::File(data.root().join(FILE)),
        };
        let evidence = Evidence::open(data.clone(), global, config)?;
        let folder = RulesFolder { path: config.rules.clone() };
        let terms = config.confirm_after.map_or_else(Terms::default, |confirm_after| Terms { confirm_after });
        Ok(Self { store: Store::open(place).await?, data, evidence, folder, rules: Arc::default(), terms })
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
        let rules = Arc::new(ruleset::load(&self.folder, &Config::default())?);
        self.shelf().at_hand = Some(Arc::clone(&rules));
        Ok(rules)
    }

    fn methods(&self) -> Result<Arc<[Method]>, Failure> {
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

    /// Registers every audit that is kept and not registered. One that cannot be read is said, and left. What was decided for a
    /// time that is over waits again.
    pub(crate) async fn catch_up(&self) -> Result<(), Failure> {
        let now = clock::now();
        // Clocks of several machines differ by some seconds, not by an hour.
        let skew = now.saturating_add(SignedDuration::from_hours(1)).unwrap_or(now);
        if let Some((service, at)) = self.store.audited_after(skew).await? {
            Failure::new(format_args!(
                "the newest audit of `{service}` is of {at}, and now it is {now}: a clock went wrong"
            ))
            .next("set the clock of this machine right; audits from before that time are kept, and not compared")
            .warn();
        }
        if self.store.has_expired(now).await? {
            self.store.expire(&self.rules()?.methods, now).await?;
        }
        let names = self.evidence.names().await?;
        for name in self.store.unregistered(&names).await? {
            match self.register(&name, None).await {
                Ok(_) => {}
                // What is wrong with one audit is no reason not to work; what is wrong with the store is.
                Err(Trouble::Evidence(failure)) => failure.next("the other audits are not touched by it").warn(),
                Err(Trouble::Store(failure)) => return Err(failure.into()),
            }
        }
        Ok(())
    }

    /// Registers an audit that is kept: its files, records, ratings, and what follows from them. `claim` is the right to the
    /// job that it belongs to, where somebody holds one.
    pub(crate) async fn register(&self, name: &str, claim: Option<&Claim>) -> Result<Registered, Trouble> {
        if self.store.unregistered(&[name.to_owned()]).await?.is_empty() {
            return Ok(Registered::Done);
        }
        let done = self.try_to_register(name, claim).await;
        match done {
            // Another process was quicker, and has tidied up behind it.
            Err(Trouble::Evidence(_)) if self.store.unregistered(&[name.to_owned()]).await?.is_empty() => {
                Ok(Registered::Done)
            }
            done => done,
        }
    }

    async fn try_to_register(&self, name: &str, claim: Option<&Claim>) -> Result<Registered, Trouble> {
        let manifest = self.evidence.manifest(name).await.map_err(evidence)?;
        let mut claim = claim.or(manifest.job.as_ref());
        if let Some(held) = claim {
            match self.store.job(&held.job).await? {
                // Another try of that job counts already: this one is kept as evidence, but is no second audit.
                Some(job) if job.state == JobState::Done && job.audit.as_deref() != Some(name) => {
                    return Ok(Registered::Superseded);
                }
                // Who has the job now decides; nobody else's job is ended by this.
                Some(job) if matches!(job.state, JobState::Waiting | JobState::Running) => {}
                _ => claim = None,
            }
        }
        self.evidence.publish(name).await.map_err(evidence)?;
        self.take_in(name, &manifest, claim).await
    }

    /// Takes away from this machine what is kept elsewhere and registered.
    pub(crate) async fn tidy(&self) -> Result<(), Failure> {
        if self.evidence.is_shared() {
            let here = self.evidence.here()?;
            let not_yet = self.store.unregistered(&here).await?;
            for name in here.iter().filter(|name| !not_yet.contains(name)) {
                self.evidence.tidy(name);
            }
        }
        Ok(())
    }

    async fn take_in(&self, name: &str, manifest: &Manifest, claim: Option<&Claim>) -> Result<Registered, Trouble> {
        let path = self.evidence.named(name, &manifest.files, RESULT).await.map_err(evidence)?;
        let mut kept = Kept::open(&path)?;
        let services = Kept::open(&path)?.count()?;
        let archive = archive(self, name, manifest).await?;
        let audit = NewAudit {
            id: name.to_owned(),
            head: kept.head.clone(),
            files: manifest.files.clone(),
            services,
            captures: archive.as_deref().map(|archive| captures(name, archive)).unwrap_or_default(),
            methods: self.methods()?,
        };
        self.evidence.publish_rules(&audit.head.tool.rules).await.map_err(evidence)?;
        let comparer = Arc::new(Comparer::new(self, name, manifest, &audit.head, archive).await?);
        let mut next = self.prepare(&comparer, chunk(&mut kept)?);
        let mut done = 0;
        loop {
            let mut batch = ready(next).await?;
            done += batch.len();
            let last = done == services;
            // While the store writes, the next ones are compared.
            next = self.prepare(&comparer, chunk(&mut kept)?);
            loop {
                match self.store.register(&audit, &batch, last, claim, clock::now()).await? {
                    Registered::Again => {
                        let again = batch.into_iter().map(|new| (new.audited, new.ratings)).collect();
                        batch = ready(self.prepare(&comparer, again)).await?;
                    }
                    Registered::Superseded => return Ok(Registered::Superseded),
                    Registered::Done => break,
                }
            }
            if last {
                return Ok(Registered::Done);
            }
        }
    }

    /// Compares services with what is remembered of them, on all cores; it begins at once.
    fn prepare(&self, comparer: &Arc<Comparer>, some: Vec<(Audited, Vec<Rating>)>) -> Preparing {
        let mut preparing = JoinSet::new();
        for (place, (audited, ratings)) in some.into_iter().enumerate() {
            let (house, comparer) = (self.clone(), Arc::clone(comparer));
            preparing.spawn(async move {
                let compared = comparer.compare(&house, &audited.service, &ratings).await?;
                Ok((place, NewService::new(audited, ratings, compared)?))
            });
        }
        preparing
    }
}

/// The records of an audit's archive.
fn captures(name: &str, archive: &Archive) -> Vec<KnownCapture> {
    let mut captures = Vec::new();
    for target in archive.targets() {
        for slot in archive.slots(target) {
            captures.push(KnownCapture {
                audit: name.to_owned(),
                target: target.to_owned(),
                captured: slot.captured,
                kind: kind(slot.kind).to_owned(),
                digest: slot.payload(),
            });
        }
    }
    captures
}

/// Keeps the rules that audits are judged by, so that later ones can be compared with them.
pub(crate) fn keep_rules(data: &Data, rules: &Rules) -> Result<(), Failure> {
    let text = serde_json::to_vec(&rules.sources).map_err(Failure::new)?;
    data.keep_rules(&rules.revision, &text)
}

/// Services that are being compared, each with its place among them.
type Preparing = JoinSet<Result<(usize, NewService), Trouble>>;

/// What came of it, in order.
async fn ready(mut preparing: Preparing) -> Result<Vec<NewService>, Trouble> {
    let mut done = BTreeMap::new();
    while let Some(ended) = preparing.join_next().await {
        let (place, new) = ended.map_err(|panic| evidence(pool::said(panic)))??;
        done.insert(place, new);
    }
    Ok(done.into_values().collect())
}

/// The next services of a result, as many as are registered at once.
fn chunk(kept: &mut Kept) -> Result<Vec<(Audited, Vec<Rating>)>, Failure> {
    std::iter::from_fn(|| kept.service().transpose()).take(AT_ONCE).collect()
}

/// Puts ratings in which persons have set grades in the place of what the machine found in an audit.
pub(crate) fn overrule(ratings: &mut [Rating], audit: &str, decided: &[(String, Rating)]) {
    for rating in ratings {
        let mine = |(of, other): &&(String, Rating)| {
            of == audit && other.service == rating.service && other.method == rating.method
        };
        if let Some((_, decided)) = decided.iter().find(mine) {
            *rating = decided.clone();
        }
    }
}

/// Where the result and the facts of the newest audit of a service lie: in the data folder, or as a copy of what is kept
/// elsewhere.
pub(crate) fn last(service: &str, global: &Global, config: &Config) -> Result<(PathBuf, PathBuf), Failure> {
    let data = Data::of(global, config)?;
    if global.evidence.is_none() && config.evidence.is_none() {
        let folder = data.last(service)?;
        return Ok((folder.join(RESULT), folder.join(FACTS)));
    }
    crate::app::network::runtime()?.block_on(async { kept(&House::open(global, config).await?, service).await })
}

/// The same of what a store keeps.
pub(crate) async fn kept(house: &House, service: &str) -> Result<(PathBuf, PathBuf), Failure> {
    let newest = house.store.audits(Some(service), None, 1).await?.into_iter().next();
    let audit = newest.ok_or_else(|| {
        Failure::new(format_args!("no audit of `{service}` in {}", house.store.place().shown()))
            .next(format_args!("probity audit {service}"))
    })?;
    let mut paths = Vec::new();
    for name in [RESULT, FACTS] {
        let path = house.evidence.named(&audit.id, &audit.files, name).await;
        paths.push(path.map_err(|lost| StoreError::Evidence(lost.to_string()))?);
    }
    let facts = paths.pop().unwrap_or_default();
    Ok((paths.pop().unwrap_or_default(), facts))
}

/// What keeps an audit from being registered.
pub(crate) enum Trouble {
    /// It itself cannot be read.
    Evidence(Failure),
    /// The store does not take it.
    Store(StoreError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Evidence(failure)
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Evidence(failure) => failure,
            Trouble::Store(error) => error.into(),
        }
    }
}

fn evidence(error: impl std::fmt::Display) -> Trouble {
    Trouble::Evidence(StoreError::Evidence(error.to_string()).into())
}

/// The name of a kind of record.
fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Http => "http",
        Kind::Revisit => "revisit",
        Kind::Dns => "dns",
        Kind::Gap => "gap",
        Kind::Resource => "resource",
    }
}
