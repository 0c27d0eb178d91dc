//! One run: all services through the pipeline, their results onto the disk, and what a person is told at the end.

use super::results::Results;
use super::{Audit, Evidence};
use crate::base::failure::Failure;
use crate::base::pool::{self, Ended};
use crate::base::progress::Progress;
use crate::keep::data::Draft;
use probity_rules::catalogue::Rules;
use probity_rules::observation::Why;
use probity_rules::rating::{Applied, Audit as Head, Database, Rating, SCHEMA, Tool};
use probity_rules::service::Service;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What came of a run; `R` is what its caller wants to know of each rating.
pub(crate) struct Report<R> {
    /// Where it is kept.
    pub(crate) folder: PathBuf,
    /// The result without ratings and services.
    pub(crate) head: Head,
    /// What the caller made of the ratings, in the order of the services.
    pub(crate) rows: Vec<R>,
    /// How often something could not be had, by reason.
    pub(crate) gaps: BTreeMap<Why, usize>,
    /// Whether nothing at all was seen.
    pub(crate) blind: bool,
    /// How many services were to be audited, where the user interrupted.
    pub(crate) interrupted: Option<usize>,
}

/// Audits the services, at most so many at once, and keeps what came of it, sorted by id. `row` is what stays in memory of a
/// rating.
pub(crate) fn run<R>(
    audit: Audit,
    mut services: Vec<Service>,
    at_once: usize,
    draft: Draft,
    row: impl Fn(&Service, &Rating, &Rules) -> R,
) -> Result<Report<R>, Failure> {
    services.sort_by(|one, other| one.id.cmp(&other.id));
    let services: Vec<_> = services.into_iter().map(Arc::new).collect();
    let audit = Arc::new(audit);
    let mut results = Results::new(&draft)?;
    let mut report = Report {
        folder: PathBuf::new(),
        head: head(&audit),
        rows: Vec::new(),
        gaps: BTreeMap::new(),
        blind: true,
        interrupted: None,
    };
    let mut rows: BTreeMap<usize, Vec<R>> = BTreeMap::new();
    let progress = Progress::new(services.len(), "services");
    let work = |place: usize| {
        let (audit, service) = (Arc::clone(&audit), Arc::clone(&services[place]));
        async move { audit.service(service).await.map_err(Failure::from) }
    };
    let done = |place: usize, outcome: Result<_, String>| {
        let service = &services[place];
        let outcome = outcome.unwrap_or_else(|panic| audit.broken(service, &panic));
        progress.done(&service.name);
        for gap in &outcome.audited.gaps {
            *report.gaps.entry(gap.why).or_default() += 1;
        }
        report.blind &= outcome.ratings.iter().flat_map(|rating| &rating.findings).all(|one| one.citations.is_empty());
        rows.insert(place, outcome.ratings.iter().map(|rating| row(service, rating, &audit.rules)).collect());
        results.take(place, outcome)
    };
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let runtime = crate::app::network::runtime()?;
    let ended = runtime.block_on(pool::each(services.len(), at_once, work, done, interrupt))?;
    runtime.shutdown_background();
    drop(progress);
    if ended == Ended::Interrupted {
        report.interrupted = Some(services.len());
    }
    let audited: Vec<_> = rows.keys().map(|place| services[*place].id.clone()).collect();
    report.rows = rows.into_values().flatten().collect();
    (report.head, report.folder) = keep(&audit, results, draft, &audited)?;
    Ok(report)
}

/// Audits one service that was taken from the list of jobs, and keeps what came of it; `None` where nothing was seen and that
/// is not `enough`.
pub(crate) async fn one(
    audit: Arc<Audit>,
    service: Arc<Service>,
    draft: Draft,
    enough: bool,
) -> Result<Option<PathBuf>, Failure> {
    let outcome = Arc::clone(&audit).service(service).await?;
    let seen = outcome.ratings.iter().flat_map(|rating| &rating.findings).any(|one| !one.citations.is_empty());
    if !seen && !enough {
        return Ok(None);
    }
    let service = outcome.audited.service.clone();
    let mut results = Results::new(&draft)?;
    results.take(0, outcome)?;
    keep(&audit, results, draft, &[service]).map(|(_, folder)| Some(folder))
}

/// Ends the archive, puts the results in order, and makes the draft an audit that others see.
fn keep(audit: &Audit, results: Results, draft: Draft, services: &[String]) -> Result<(Head, PathBuf), Failure> {
    let mut head = head(audit);
    if let Evidence::Live(net, recorder, _) = &audit.evidence {
        recorder.finish()?;
        // Seen from this time, an audit of the archive sees everything that this one saw.
        head.as_of = net.now();
    }
    results.finish(&draft, &head)?;
    Ok((head, draft.keep(services)?))
}

/// What a result says of itself.
fn head(audit: &Audit) -> Head {
    let day = audit.law.day();
    let databases = audit.databases.list().map(|about| Database {
        name: about.name.clone(),
        date: about.date,
        stale: about.stale(day),
        attribution: (!about.source.is_empty()).then(|| about.source.to_owned()),
    });
    Head {
        schema: SCHEMA.to_owned(),
        as_of: audit.as_of,
        tool: Tool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rules: audit.rules.revision.clone(),
        },
        law: Applied::new(&audit.rules.law, &audit.law),
        geoip: databases.collect(),
        ratings: Vec::new(),
        services: Vec::new(),
    }
}
