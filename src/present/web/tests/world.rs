//! A few services with audits, made without a network: texts in, facts and ratings by the real rules, a real archive.

use super::held::Held;
use crate::app::audit::Outcome;
use crate::app::audit::results::Results;
use crate::base::change::{Cause, Change, Cited, Kind, Passage};
use crate::base::review::Item;
use crate::keep::data::Data;
use crate::keep::manifest::ARCHIVE;
use crate::keep::shelf::Shelf;
use crate::present::web::accounts::{self, Accounts};
use crate::present::web::queue::Queue;
use crate::present::web::view::Library;
use crate::present::web::{Clock, Mode, Shared, Site, router};
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use bytes::Bytes;
use jiff::Timestamp;
use probity_probes::net::archive::recorder::{Info, Recorder, Wire};
use probity_probes::net::capture::Exchange;
use probity_rules::catalogue::Rules;
use probity_rules::claim::ClaimId;
use probity_rules::facts::{Collection, Facts, Item as Thing, Stand, Value};
use probity_rules::judge::Grade;
use probity_rules::method::Light;
use probity_rules::observation::{Citation, Observation};
use probity_rules::rating::{Applied, Audit, Audited, Rating, SCHEMA, Tool};
use probity_rules::sentence::Sentence;
use probity_rules::service::Service;
use std::sync::Arc;
use tower::ServiceExt;

pub(super) const NOW: &str = "2026-06-20T12:00:00Z";

pub(super) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A service as an audit finds it: its name, and the policy that says it.
pub(super) struct Found<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) policy: &'a str,
    /// The sentence of the policy, with the claim that it states.
    pub(super) says: (&'a str, &'a str),
}

pub(super) struct World {
    pub(super) folder: tempfile::TempDir,
    rules: Rules,
}

impl World {
    pub(super) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), rules: Rules::embedded().unwrap() }
    }

    /// Three services in two audits; one of them changes.
    pub(super) fn usual() -> Self {
        let world = Self::new();
        let found = |id, name, policy, says| Found { id, name, policy, says };
        let default =
            "<h1>Privacy</h1><p>Meetings are end-to-end encrypted by default.</p><p>We keep logs for 7 days.</p>";
        let optional = "<h1>Privacy</h1><p>End-to-end encryption can be turned on.</p><p>We keep logs for 90 days.</p>";
        let says_default = ("Meetings are end-to-end encrypted by default.", "e2ee.default");
        let says_optional = ("End-to-end encryption can be turned on.", "e2ee.optional");
        world.audit(
            "2026-06-01T00:00:00Z",
            &[found("alpha", "Alpha Meet", default, says_default), found("beta", "Beta Call", default, says_default)],
        );
        world.audit(
            "2026-06-15T00:00:00Z",
            &[
                found("alpha", "Alpha Meet", optional, says_optional),
                found("beta", "Beta Call", default, says_default),
                found("gamma", "Gamma Talk", optional, says_optional),
            ],
        );
        world
    }

    pub(super) fn data(&self) -> Data {
        Data::new(Some(self.folder.path().to_owned())).unwrap()
    }

    /// Keeps an audit of services.
    pub(super) fn audit(&self, at: &str, services: &[Found<'_>]) {
        let at = time(at);
        let draft = self.data().begin(at).unwrap();
        let law = self.rules.law_on(jiff::tz::TimeZone::UTC.to_datetime(at).date());
        let info = Info { software: "test", date: at, fields: &[] };
        let recorder = Recorder::create(&draft.path(ARCHIVE), &info).unwrap();
        let head = Audit {
            schema: SCHEMA.to_owned(),
            as_of: at,
            tool: Tool { name: "probity".into(), version: "0".into(), rules: self.rules.revision.clone() },
            law: Applied::new(&self.rules.law, &law),
            geoip: Vec::new(),
            ratings: Vec::new(),
            services: Vec::new(),
        };
        let mut results = Results::new(&draft).unwrap();
        for (place, found) in services.iter().enumerate() {
            let url = format!("https://{}.example/privacy", found.id);
            let html =
                format!("<!doctype html><html lang=en><title>Policy</title><main>{}</main></html>", found.policy);
            let headers = vec![("Content-Type".to_owned(), "text/html; charset=utf-8".to_owned())];
            let exchange = Exchange::new(url.clone(), at, 200, headers, Bytes::from(html));
            recorder.exchange(&exchange, &Wire::default()).unwrap();
            let page = crate::present::web::view::captured::read(&exchange).unwrap();
            let start = page.document.text.find(found.says.0).unwrap();
            let citation = Citation {
                record: exchange.digest.clone(),
                url: url.clone(),
                captured: at,
                quote: found.says.0.to_owned(),
                span: Some([start, start + found.says.0.len()]),
            };
            let text = format!(
                "id = \"{}\"\nname = \"placeholder\"\ncategory = \"video-conferencing\"\nhome = \"{url}\"\n",
                found.id
            );
            let mut service = Service::parse("service", &text).unwrap();
            service.name = found.name.to_owned();
            let mut facts = Facts::declared(&service);
            let claim: ClaimId = found.says.1.parse().unwrap();
            let stand = Stand { stated: vec![citation.clone()], confidence: 1.0, ..Stand::default() };
            facts.claims.insert(claim, Observation::said(stand));
            let seen = |value| Observation::Seen { value, citations: vec![citation.clone()] };
            let mut item = Thing { id: url, ..Thing::default() };
            item.fields.insert("kind".into(), seen(Value::Text("privacy-policy".into())));
            item.fields.insert("title".into(), seen(Value::Text("Policy".into())));
            item.fields.insert("words".into(), seen(Value::Number(10)));
            let documents = Collection { items: vec![item], incomplete: Vec::new() };
            facts.collections.insert("documents".into(), documents);
            let judgement = self.rules.judge(&facts, &law);
            let methods = self.rules.methods.iter();
            let ratings = methods.map(|method| Rating::new(&service, &facts, &judgement, method)).collect();
            let audited = Audited::new(&service, &facts, &judgement);
            let declared = Box::new(service.clone());
            results.take(place, Outcome { audited, ratings, facts, declared, seen: None }).unwrap();
        }
        recorder.finish().unwrap();
        results.finish(&draft, &head).unwrap();
        draft.keep(&services.iter().map(|found| found.id.to_owned()).collect::<Vec<_>>()).unwrap();
    }

    /// A site on loopback, without accounts.
    pub(super) async fn site(&self) -> Shared {
        self.site_as(Mode { trusted: true, ..Mode::default() }).await
    }

    pub(super) async fn site_as(&self, mode: Mode) -> Shared {
        self.site_with(mode, Arc::new(Held::new(vec![change(1, "alpha")]))).await
    }

    /// A site with a queue of one's own.
    pub(super) async fn site_with(&self, mode: Mode, queue: Arc<dyn Queue>) -> Shared {
        let site = Arc::new(self.bare(mode, queue, Arc::new(|| time(NOW))));
        site.look().await.unwrap();
        site
    }

    /// A site that has not looked yet, with a clock of one's own.
    pub(super) fn bare(&self, mode: Mode, queue: Arc<dyn Queue>, clock: Clock) -> Site {
        let library = Library::open(Shelf::folder(self.data()), self.rules.clone()).unwrap();
        let accounts = Accounts::new(self.folder.path().join(accounts::FILE));
        Site::new(library, accounts, queue, mode, clock)
    }
}

/// A change of the end-to-end encryption of a service.
pub(super) fn change(id: i64, service: &str) -> Item {
    let citation = |quote: &str, at: &str| Citation {
        record: "sha256:00".into(),
        url: format!("https://{service}.example/privacy"),
        captured: time(at),
        quote: quote.into(),
        span: None,
    };
    let (before, after) = ("Meetings are end-to-end encrypted by default.", "End-to-end encryption can be turned on.");
    let change = Change {
        service: service.into(),
        method: "priva-score-video".into(),
        criterion: "end-to-end-encryption".into(),
        kind: Kind::Grade,
        from: Grade::Good,
        to: Grade::Partial,
        light_from: Light::Undecided,
        light_to: Light::Undecided,
        first_seen: time("2026-06-13T00:00:00Z"),
        raised_at: time("2026-06-15T00:00:00Z"),
        cause: Cause::ServiceChanged,
        also: Vec::new(),
        because_from: Sentence::new("It was the default.", "Es war voreingestellt."),
        because_to: Sentence::new("It is a choice.", "Es ist wählbar."),
        citations: Cited {
            before: vec![citation(before, "2026-06-01T00:00:00Z")],
            after: vec![citation(after, "2026-06-15T00:00:00Z")],
        },
        passages: vec![Passage {
            url: format!("https://{service}.example/privacy"),
            anchor: crate::base::change::Anchor::Reworded,
            before: "We keep logs for 7 days.".into(),
            after: "We keep logs for 90 days.".into(),
        }],
        evidence: "sha256:11".into(),
    };
    Item { id, ..Item::open(change, time("2026-06-15T00:00:00Z")) }
}

/// An answer, read whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) text: String,
    pub(super) head: axum::http::HeaderMap,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.head.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn whole(response: Response<Body>) -> Answer {
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 64 << 20).await.unwrap();
    Answer { status: parts.status, text: String::from_utf8_lossy(&bytes).into_owned(), head: parts.headers }
}

/// Asks with header fields of one's own.
pub(super) async fn ask(site: &Shared, method: &str, path: &str, fields: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if !fields.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "127.0.0.1:8080");
    }
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    whole(router(Arc::clone(site)).oneshot(request).await.unwrap()).await
}

pub(super) async fn get(site: &Shared, path: &str) -> Answer {
    ask(site, "GET", path, &[], "").await
}

/// Sends a form as a browser does from our own page.
pub(super) async fn post(site: &Shared, path: &str, cookie: &str, form: &[(&str, &str)]) -> Answer {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(form);
    let fields = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "same-origin"),
        ("origin", "http://127.0.0.1:8080"),
        ("cookie", cookie),
    ];
    ask(site, "POST", path, &fields, &body.finish()).await
}

/// The word that forms of a page carry.
pub(super) fn token(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"token\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}
