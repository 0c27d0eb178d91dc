//! The pipeline on one screen: gather, keep, read, judge, score.
//!
//! Only `gather` meets the network. What comes after is a function of the capture, the databases and the rules, so that a
//! replay and a live audit differ in nothing but where the capture comes from.

pub(crate) mod grounds;
pub(crate) mod notes;
pub(crate) mod results;
pub(crate) mod run;
pub(crate) mod seen;

use crate::app::compare::document::Seen;
use crate::base::failure::Failure;
use crate::base::pool;
use crate::keep::data::{Data, Draft};
use crate::keep::manifest::ARCHIVE;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use probity_probes::documents::second;
use probity_probes::geoip::Databases;
use probity_probes::net::archive::Archive;
use probity_probes::net::archive::recorder::{Info, RecordError, Recorder};
use probity_probes::net::capture::{Capture, Source};
use probity_probes::net::door::Net;
use probity_probes::net::gather::gather;
use probity_probes::net::visit::Visit;
use probity_probes::{ALL, Context};
use probity_rules::catalogue::Rules;
use probity_rules::facts::{Facts, Gap};
use probity_rules::law::LawOn;
use probity_rules::method::Method;
use probity_rules::observation::Why;
use probity_rules::rating::{Audited, Rating};
use probity_rules::service::Service;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Where captures come from.
pub(crate) enum Evidence {
    /// The network; everything is recorded as it comes. What was captured earlier, a server may confirm instead of sending it.
    Live(Arc<Net>, Recorder, Option<Arc<dyn Source>>),
    /// Recorded archives, as they were at a time.
    Recorded(Arc<dyn Source>),
}

/// What all services of a run share.
pub(crate) struct Audit {
    /// Where captures come from.
    pub(crate) evidence: Evidence,
    /// The time of the audit.
    pub(crate) as_of: Timestamp,
    /// The witnesses for places.
    pub(crate) databases: Arc<Databases>,
    /// Criteria, methods, contradictions.
    pub(crate) rules: Arc<Rules>,
    /// The law of the day.
    pub(crate) law: LawOn,
    /// The methods to rate by, by id; none means every one that is about the service's category.
    pub(crate) methods: Vec<String>,
    /// What earlier audits noted of pages, where that is kept.
    pub(crate) notes: Option<notes::Notebooks>,
    /// How many services are read and judged at once: as many as there are cores.
    pub(crate) cores: Arc<Semaphore>,
}

/// What an audit says of a service.
pub(crate) struct Outcome {
    /// The service, its gaps and contradictions.
    pub(crate) audited: Audited,
    /// One for each method.
    pub(crate) ratings: Vec<Rating>,
    /// What it was judged by.
    pub(crate) facts: Facts,
    /// The declaration that was audited.
    pub(crate) declared: Box<Service>,
    /// What later audits compare its documents with.
    pub(crate) seen: Option<Vec<Seen>>,
}

/// By what an audit judges: the same for every service and every time.
#[derive(Clone)]
pub(crate) struct Basis {
    /// The witnesses for places.
    pub(crate) databases: Arc<Databases>,
    /// Criteria, methods, contradictions.
    pub(crate) rules: Arc<Rules>,
    /// The methods to rate by, by id; none means every one that is about the service's category.
    pub(crate) methods: Vec<String>,
    /// How many services are read and judged at once.
    pub(crate) cores: Arc<Semaphore>,
}

impl Basis {
    /// One for all that is audited in this process.
    pub(crate) fn new(databases: Databases, rules: Arc<Rules>, methods: Vec<String>) -> Self {
        Self { databases: Arc::new(databases), rules, methods, cores: Arc::new(Semaphore::new(pool::cores())) }
    }
}

impl Audit {
    /// The audit of a time, by the law of its day. Notes are taken from the data folder, where one is given.
    pub(crate) fn new(evidence: Evidence, as_of: Timestamp, basis: Basis, notes: Option<&Data>) -> Self {
        let Basis { databases, rules, methods, cores } = basis;
        let law = rules.law_on(TimeZone::UTC.to_datetime(as_of).date());
        Self { evidence, as_of, databases, rules, law, methods, notes: notes.and_then(notes::Notebooks::new), cores }
    }

    /// One service, from its declaration to its ratings. A panic in its own processing becomes a gap of it.
    ///
    /// # Errors
    /// Only where the evidence could not be kept: then the run has to stop.
    pub(crate) async fn service(self: Arc<Self>, service: Arc<Service>) -> Result<Outcome, RecordError> {
        let notes = self.notes.as_ref().map(|notes| notes.of(&service.id));
        let capture = self.gather(&service, notes.clone()).await?;
        // Whoever waits here holds a capture: no more of them than services in flight.
        let turn = self.cores.acquire().await;
        let this = Arc::clone(&self);
        let declared = Arc::clone(&service);
        let work = spawn_blocking(move || {
            let outcome = this.judge(&declared, this.read(&declared, &capture));
            // Of archives that lie elsewhere nothing is compared.
            let is_live = matches!(this.evidence, Evidence::Live(..));
            if let Some(notes) = notes {
                notes.keep(&capture);
            }
            Outcome { seen: is_live.then(|| seen::look(&declared, &capture).0), ..outcome }
        });
        let outcome = work.await.unwrap_or_else(|panic| self.broken(&service, &pool::said(panic)));
        drop(turn);
        Ok(outcome)
    }

    /// Everything that the probes want to have: from the network into the archive, or from an archive that is there.
    async fn gather(&self, service: &Service, notes: Option<Arc<notes::Notebook>>) -> Result<Capture, RecordError> {
        match &self.evidence {
            Evidence::Recorded(archive) => Ok(Capture::replay(Arc::clone(archive), self.as_of)),
            Evidence::Live(net, recorder, earlier) => {
                let mut capture = Capture::live(self.as_of);
                if let Some(notes) = notes {
                    capture = capture.with_notes(notes);
                }
                let mut visit = Visit::new(service, &capture, Some(recorder));
                if let Some(earlier) = earlier {
                    visit = visit.since(&**earlier);
                }
                gather(ALL, service, net, &visit).await?;
                second::gather(service, net, &visit, &capture).await?;
                Ok(capture)
            }
        }
    }

    /// The facts in what was captured.
    pub(crate) fn read(&self, service: &Service, capture: &Capture) -> Facts {
        let mut facts = Facts::declared(service);
        for probe in ALL {
            facts.merge(probe.read(service, capture, &Context { geo: &self.databases }));
        }
        facts
    }

    /// The findings on the facts, and what each method makes of them.
    fn judge(&self, service: &Service, facts: Facts) -> Outcome {
        let judgement = self.rules.judge(&facts, &self.law);
        let ratings =
            self.methods_for(service).map(|method| Rating::new(service, &facts, &judgement, method)).collect();
        Outcome {
            audited: Audited::new(service, &facts, &judgement),
            ratings,
            facts,
            declared: Box::new(service.clone()),
            seen: None,
        }
    }

    /// The methods by which a service is rated.
    pub(crate) fn methods_for(&self, service: &Service) -> impl Iterator<Item = &Method> {
        self.rules.methods.iter().filter(|method| match self.methods.is_empty() {
            true => method.rates(&service.category),
            false => self.methods.contains(&method.id),
        })
    }

    /// What is said of a service on which this program itself broke: nothing, save that.
    pub(crate) fn broken(&self, service: &Service, panic: &str) -> Outcome {
        let mut facts = Facts::declared(service);
        let detail = format!("a fault of this program, please report it: {panic}");
        facts.gaps.push(Gap { probe: "probity".into(), target: service.id.clone(), why: Why::Bug, detail });
        self.judge(service, facts)
    }
}

/// The archive that evidence goes into.
pub(crate) fn recorder(draft: &Draft, date: Timestamp, user_agent: &str) -> Result<Recorder, Failure> {
    let software = concat!("Probity/", env!("CARGO_PKG_VERSION"));
    let fields = &[("robots", "obey"), ("http-header-user-agent", user_agent)];
    Ok(Recorder::create(&draft.path(ARCHIVE), &Info { software, date, fields })?)
}

/// The recorded archives, and the time of the latest capture in them.
pub(crate) fn replayed(paths: &[PathBuf]) -> Result<(Archive, Timestamp), Failure> {
    let archive = Archive::open(paths).map_err(|error| {
        let named = paths.iter().any(|path| path.extension().is_none() && !path.exists());
        let next =
            if named { "name services before --replay: probity audit SERVICE --replay FILE" } else { "check the file" };
        Failure::new(error).next(next)
    })?;
    for damage in archive.damages() {
        Failure::new(damage).warn();
    }
    let captured = archive.targets().flat_map(|target| archive.slots(target)).map(|slot| slot.captured);
    let latest = captured.max().ok_or_else(|| {
        Failure::new("the archive holds no capture: no HTTP answer and no DNS answer").next("check the file")
    })?;
    Ok((archive, latest))
}
