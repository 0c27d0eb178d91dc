//! One suite for both databases: SQLite always, PostgreSQL where `PROBITY_TEST_POSTGRES` names a server.

mod audits;
mod forms;
mod jobs;
mod kills;
mod reviews;

use super::register::{Compared, NewAudit, NewService, Registered};
use super::{Place, Store};
use crate::base::change::{Cause, Change, Cited, Kind};
use crate::keep::manifest::Claim;
use jiff::Timestamp;
use probity_rules::judge::{Basis, Grade};
use probity_rules::method::Light;
use probity_rules::rating::{Applied, Audit, Audited, Rated, Rating, SCHEMA, Tool};
use probity_rules::score::Points;
use probity_rules::sentence::Sentence;
use std::future::Future;

/// The variable that names a server.
const SERVER: &str = "PROBITY_TEST_POSTGRES";

pub(super) fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub(super) fn run<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

/// Runs a test on an empty store of each database.
pub(super) fn on_each<F: Future<Output = ()>>(test: impl Fn(Store) -> F) {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(Place::File(folder.path().join("probity.db"))).await.expect("a store");
        test(store.clone()).await;
        store.close().await;
        if let Some(server) = server("suite").await {
            let store = Store::open(server).await.expect("a store on the server");
            test(store.clone()).await;
            store.close().await;
        }
    });
}

/// A schema of its own on the server, empty.
pub(super) async fn server(name: &str) -> Option<Place> {
    let Ok(url) = std::env::var(SERVER) else {
        eprintln!("left out on PostgreSQL: set {SERVER}=postgres://… to run it there too");
        return None;
    };
    let schema = format!("{name}_{:x}", crate::app::worker::chance());
    let db = super::db::Db::postgres(&url).await.expect("the server");
    let mut tx = db.begin().await.expect("a transaction");
    tx.script(&format!("create schema {schema}")).await.expect("a schema");
    tx.commit().await.expect("made");
    let join = if url.contains('?') { '&' } else { '?' };
    Some(Place::Server(format!("{url}{join}options=-csearch_path%3D{schema}")))
}

/// An audit of some services at a time.
pub(super) fn audit(id: &str, as_of: &str, services: usize) -> NewAudit {
    let day = time(as_of).to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    NewAudit {
        id: id.to_owned(),
        head: Audit {
            schema: SCHEMA.to_owned(),
            as_of: time(as_of),
            tool: Tool { name: "probity".into(), version: "0".into(), rules: "r1".into() },
            law: Applied { state: day, day, eea: Vec::new(), adequate: Vec::new(), registered: Vec::new() },
            geoip: Vec::new(),
            ratings: Vec::new(),
            services: Vec::new(),
        },
        files: Vec::new(),
        services,
        captures: Vec::new(),
        methods: Vec::new().into(),
    }
}

/// A service with one rating.
pub(super) fn service(id: &str, light: Light, grade: Grade) -> NewService {
    let finding = Rated {
        criterion: "open-source".into(),
        revision: 1,
        grade,
        between: Vec::new(),
        basis: Basis::Stated,
        weight: 8,
        because: "so".into(),
        because_de: "so".into(),
        citations: Vec::new(),
        elsewhere: Vec::new(),
        searched: None,
        attested: Vec::new(),
        missing: Vec::new(),
        missing_de: Vec::new(),
        contradicted: Vec::new(),
        decided: None,
    };
    let audited = Audited {
        service: id.into(),
        name: id.to_uppercase(),
        category: "video-conferencing".into(),
        discontinued: None,
        gaps: Vec::new(),
        contradictions: Vec::new(),
    };
    let rating = Rating {
        service: id.into(),
        method: "score".into(),
        light,
        points: Points { low: 100, high: 120, max: 270 },
        coverage: 11.0 / 13.0,
        settle: None,
        note: None,
        findings: vec![finding],
        gaps: Vec::new(),
        contradictions: Vec::new(),
    };
    NewService::new(audited, vec![rating], None).expect("JSON")
}

/// A change of a service's one grade.
pub(super) fn change(service: &str, raised_at: &str) -> Change {
    Change {
        service: service.into(),
        method: "score".into(),
        criterion: "open-source".into(),
        kind: Kind::Grade,
        from: Grade::Good,
        to: Grade::Poor,
        light_from: Light::Green,
        light_to: Light::Yellow,
        first_seen: time(raised_at),
        raised_at: time(raised_at),
        cause: Cause::ServiceChanged,
        also: Vec::new(),
        because_from: Sentence::new("yes", "ja"),
        because_to: Sentence::new("no", "nein"),
        citations: Cited::default(),
        passages: Vec::new(),
        evidence: "sha256:00".into(),
    }
}

/// Registers an audit whole.
pub(super) async fn put(store: &Store, audit: &NewAudit, services: &[NewService]) {
    let at = audit.head.as_of;
    assert_eq!(store.register(audit, services, true, None, at).await.expect("registered"), Registered::Done);
}

/// The same service, with a memory and changes.
pub(super) fn compared(service: NewService, version: i64, memory: &str, changes: Vec<Change>) -> NewService {
    let (memory, confirm_after) = (memory.to_owned(), jiff::SignedDuration::from_hours(26));
    let compared = Compared { version, memory, changes, confirm_after };
    NewService::new(service.audited, service.ratings, Some(compared)).expect("JSON")
}

pub(super) fn claim(job: &str, worker: &str, attempt: i64) -> Claim {
    Claim { job: job.into(), worker: worker.into(), attempt }
}
