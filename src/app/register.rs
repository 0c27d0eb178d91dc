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
use crate::keep::data::Data;
use crate::keep::manifest::Claim;
use crate::keep::manifest::Manifest;
use crate::keep::manifest::{FACTS, RESULT};
use crate::keep::settings::Settings;
use crate::keep::store::error::StoreError;
use crate::keep::store::jobs::JobState;
use crate::keep::store::ratings::KnownCapture;
use crate::keep::store::register::{NewAudit, NewService, Registered};
use crate::keep::workspace::House;
use compared::Comparer;
use jiff::SignedDuration;
use kept::archive;
use probity_probes::net::archive::{Archive, Kind};
use probity_rules::rating::{Audited, Rating};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::task::JoinSet;

/// So many services of an audit are registered at once.
const AT_ONCE: usize = 16;

impl House {
    /// Opens what the settings name. What was kept and not registered is registered now.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, Failure> {
        let house = Self::within(Data::of(settings)?, settings).await?;
        house.catch_up().await?;
        Ok(house)
    }

    /// On which terms changes are raised.
    pub(crate) fn terms(&self) -> Terms {
        self.confirm_after.map_or_else(Terms::default, |confirm_after| Terms { confirm_after })
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
pub(crate) fn last(service: &str, settings: &Settings) -> Result<(PathBuf, PathBuf), Failure> {
    let data = Data::of(settings)?;
    if settings.evidence.is_none() {
        let folder = data.last(service)?;
        return Ok((folder.join(RESULT), folder.join(FACTS)));
    }
    crate::app::network::runtime()?.block_on(async { kept(&House::open(settings).await?, service).await })
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
