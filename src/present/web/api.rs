//! The interface for programs, under `/api/v1`: JSON for everything that the pages show.
//!
//! Lists are paged by the key of the last item, so that what is added meanwhile neither repeats nor hides anything. What
//! goes wrong is told as RFC 9457 wants it. `openapi.rs` describes it; a test holds both against each other.

pub(crate) mod openapi;
pub(crate) mod problem;
mod reviews;

use super::page::Asked;
use super::view::{Known, Point, Rated};
use super::{Shared, Site};
use crate::base::review::Status;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use jiff::civil::Date;
use probity_rules::facts::Gap;
use probity_rules::judge::Contradiction;
use probity_rules::method::Light;
use probity_rules::rating::Rating;
use probity_rules::score::Points;
use problem::{missing, problem};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Items of a list where nothing else is asked.
const USUAL: usize = 50;
/// Items of a list at most.
const MOST: usize = 500;

/// Every address, with its handler.
pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/services", get(services))
        .route("/services/{id}", get(service))
        .route("/services/{id}/history", get(history))
        .route("/audits", get(audits))
        .route("/changes", get(changes))
        .route("/reviews", get(reviews::list))
        .route("/reviews/{id}", get(reviews::item).post(reviews::decide))
        .route("/criteria", get(criteria))
        .route("/criteria/{id}", get(criterion))
        .route("/methods", get(methods))
        .route("/methods/{id}", get(method))
        .route("/openapi.json", get(openapi::document))
        .fallback(async || missing("address"))
        .method_not_allowed_fallback(async || {
            problem(
                StatusCode::METHOD_NOT_ALLOWED,
                "this address does not take that method",
                "see /api/v1/openapi.json",
            )
        })
}

/// Which part of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Part {
    after: String,
    limit: Option<usize>,
    method: String,
    category: String,
    light: String,
    decided: String,
}

type Asking = Result<Query<Part>, QueryRejection>;

/// A part of a list.
#[derive(Debug, Serialize)]
struct List<T> {
    items: Vec<T>,
    /// What to give as `after` for the next part; none at the end.
    next: Option<String>,
}

/// A rating without its findings.
#[derive(Debug, Serialize)]
struct Short<'a> {
    method: &'a str,
    light: Light,
    points: Points,
    coverage: f64,
    state: Status,
}

impl<'a> Short<'a> {
    fn new(rated: &'a Rated) -> Self {
        let Rating { method, light, points, coverage, .. } = rated.rating.as_ref();
        Self { method, light: *light, points: *points, coverage: *coverage, state: rated.standing }
    }
}

/// A service in a list.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    id: &'a str,
    name: &'a str,
    category: &'a str,
    discontinued: Option<Date>,
    audit: &'a str,
    as_of: Timestamp,
    ratings: Vec<Short<'a>>,
}

impl<'a> Listed<'a> {
    fn new(known: &'a Known, site: &Site) -> Self {
        Self {
            id: &known.about.service,
            name: &known.about.name,
            category: &known.about.category,
            discontinued: known.about.discontinued,
            audit: &known.audit.id,
            as_of: known.audit.as_of,
            ratings: known.rated.iter().filter(|rated| site.shows(rated)).map(Short::new).collect(),
        }
    }
}

fn read(part: Asking) -> Result<(Part, usize), Box<Response>> {
    let Query(part) = part.map_err(|error| {
        let next = "see /api/v1/openapi.json for the parameters";
        Box::new(problem(StatusCode::BAD_REQUEST, &error.body_text(), next))
    })?;
    let limit = part.limit.unwrap_or(USUAL);
    if limit == 0 || limit > MOST {
        let next = format!("give 1 to {MOST}");
        return Err(Box::new(problem(StatusCode::BAD_REQUEST, "`limit` is out of range", &next)));
    }
    Ok((part, limit))
}

/// One more than fits tells that there is more.
fn cut<T>(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> String) -> List<T> {
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(key);
    List { items, next }
}

async fn services(State(site): State<Shared>, asked: Asked, part: Asking) -> Response {
    let (part, limit) = match read(part) {
        Ok(part) => part,
        Err(problem) => return *problem,
    };
    let snapshot = site.view.now();
    let after = (std::ops::Bound::Excluded(part.after.as_str()), std::ops::Bound::Unbounded);
    let wanted = |listed: &Listed<'_>| {
        let by = |short: &Short<'_>| {
            (part.method.is_empty() || short.method == part.method)
                && (part.light.is_empty() || short.light.as_str() == part.light)
        };
        (part.category.is_empty() || listed.category == part.category) && listed.ratings.iter().any(by)
    };
    let listed = snapshot.services.range::<str, _>(after).map(|(_, known)| Listed::new(known, &site));
    let items = listed.filter(wanted).take(limit + 1).collect();
    json(&asked, &cut(items, limit, |last: &Listed<'_>| last.id.to_owned()))
}

/// A service with everything that its newest audit says.
#[derive(Debug, Serialize)]
struct Whole<'a> {
    id: &'a str,
    name: &'a str,
    category: &'a str,
    discontinued: Option<Date>,
    audit: &'a super::view::Head,
    states: std::collections::BTreeMap<&'a str, Status>,
    ratings: Vec<&'a Rating>,
    gaps: &'a [Gap],
    contradictions: &'a [Contradiction],
}

async fn service(State(site): State<Shared>, Path(id): Path<String>, asked: Asked) -> Response {
    let snapshot = site.view.now();
    let Some(known) = snapshot.services.get(&id) else { return missing("service") };
    let shown: Vec<&Rated> = known.rated.iter().filter(|rated| site.shows(rated)).collect();
    if shown.is_empty() {
        return missing("service");
    }
    json(
        &asked,
        &Whole {
            id: &known.about.service,
            name: &known.about.name,
            category: &known.about.category,
            discontinued: known.about.discontinued,
            audit: &known.audit,
            states: shown.iter().map(|rated| (rated.rating.method.as_str(), rated.standing)).collect(),
            ratings: shown.iter().map(|rated| rated.rating.as_ref()).collect(),
            gaps: &known.about.gaps,
            contradictions: &known.about.contradictions,
        },
    )
}

/// The history of a rating.
#[derive(Debug, Serialize)]
struct Past<'a> {
    method: &'a str,
    points: &'a [Point],
}

async fn history(State(site): State<Shared>, Path(id): Path<String>, asked: Asked, part: Asking) -> Response {
    let (part, limit) = match read(part) {
        Ok(part) => part,
        Err(problem) => return *problem,
    };
    let snapshot = site.view.now();
    let Some(known) = snapshot.services.get(&id) else { return missing("service") };
    let after: Option<Timestamp> = match part.after.as_str() {
        "" => None,
        text => match text.parse() {
            Ok(time) => Some(time),
            Err(_) => return problem(StatusCode::BAD_REQUEST, "`after` is no time", "give what `next` said"),
        },
    };
    let shown = known.rated.iter().filter(|rated| site.shows(rated));
    let shown = shown.filter(|rated| part.method.is_empty() || rated.rating.method == part.method);
    let mut next: Option<Timestamp> = None;
    let items: Vec<Past<'_>> = shown
        .map(|rated| {
            let from = after.map_or(0, |after| rated.history.partition_point(|point| point.as_of <= after));
            let points = rated.history.get(from..).unwrap_or_default();
            if points.len() > limit {
                next = next.max(Some(points[limit - 1].as_of));
            }
            Past { method: &rated.rating.method, points: &points[..points.len().min(limit)] }
        })
        .collect();
    if items.is_empty() {
        return missing("rating by that method");
    }
    json(&asked, &List { items, next: next.map(|time| time.to_string()) })
}

async fn audits(State(site): State<Shared>, asked: Asked, part: Asking) -> Response {
    let (part, limit) = match read(part) {
        Ok(part) => part,
        Err(problem) => return *problem,
    };
    if site.mode.public {
        return missing("list of audits on a public server");
    }
    let snapshot = site.view.now();
    let newest = snapshot.audits.values().rev().filter(|head| part.after.is_empty() || *head.id < *part.after.as_str());
    let items = newest.map(AsRef::as_ref).take(limit + 1).collect();
    json(&asked, &cut(items, limit, |last: &&super::view::Head| last.id.to_string()))
}

async fn changes(State(site): State<Shared>, asked: Asked, part: Asking) -> Response {
    let (part, limit) = match read(part) {
        Ok(part) => part,
        Err(problem) => return *problem,
    };
    let snapshot = site.view.now();
    let key = |turn: &super::view::Turn| format!("{} {} {}", turn.at, turn.service, turn.method);
    let shown = |turn: &&super::view::Turn| {
        let rated = snapshot.services.get(&turn.service).and_then(|known| known.by(&turn.method));
        rated.is_some_and(|rated| site.shows(rated)) && (part.method.is_empty() || turn.method == part.method)
    };
    let from = match part.after.as_str() {
        "" => 0,
        after => match snapshot.turns.iter().position(|turn| key(turn) == after) {
            Some(place) => place + 1,
            None => return problem(StatusCode::BAD_REQUEST, "`after` names no change", "give what `next` said"),
        },
    };
    let items = snapshot.turns.iter().skip(from).filter(shown).take(limit + 1).collect();
    json(&asked, &cut(items, limit, |last| key(last)))
}

/// A criterion or a method in a list.
#[derive(Debug, Serialize)]
struct Named<'a> {
    id: &'a str,
    title: &'a probity_rules::sentence::Sentence,
    revision: u32,
}

async fn criteria(State(site): State<Shared>, asked: Asked) -> Response {
    let criteria = site.view.rules.criteria.iter();
    let items = criteria.map(|one| Named { id: &one.id, title: &one.title, revision: one.revision }).collect();
    json(&asked, &List { items, next: None })
}

async fn criterion(State(site): State<Shared>, Path(id): Path<String>, asked: Asked) -> Response {
    let Some(one) = site.view.rules.criteria.iter().find(|one| one.id == id) else { return missing("criterion") };
    json(
        &asked,
        &serde_json::json!({
            "id": one.id,
            "title": one.title,
            "legal": one.legal,
            "revision": one.revision,
            "lifecycle": one.lifecycle.as_str(),
            "asks": one.asks,
            "ladder": one.ladder.iter().map(|rung| serde_json::json!({
                "grade": rung.grade,
                "because": rung.because,
            })).collect::<Vec<_>>(),
            "prose": {
                "why": one.prose.why,
                "looks": one.prose.looks,
                "unseen": one.prose.unseen,
                "fix": one.prose.fix,
            },
            "references": one.references,
        }),
    )
}

async fn methods(State(site): State<Shared>, asked: Asked) -> Response {
    let methods = site.view.rules.methods.iter();
    let items = methods.map(|one| Named { id: &one.id, title: &one.title, revision: one.revision }).collect();
    json(&asked, &List { items, next: None })
}

async fn method(State(site): State<Shared>, Path(id): Path<String>, asked: Asked) -> Response {
    let Some(one) = super::view::parts::method(&site.view.rules, &id) else { return missing("method") };
    json(
        &asked,
        &serde_json::json!({
            "id": one.id,
            "title": one.title,
            "revision": one.revision,
            "categories": one.categories,
            "reading": one.reading,
            "sources": one.sources,
            "points": { "good": one.points[0], "partial": one.points[1], "poor": one.points[2] },
            "limits": one.limits.map(|limits| serde_json::json!({ "green": limits.green, "yellow": limits.yellow })),
            "criteria": one.entries.iter().map(|entry| serde_json::json!({
                "criterion": entry.id,
                "weight": entry.weight,
                "partial": entry.partial,
                "poor": entry.poor,
                "part": one.parts.get(entry.part),
            })).collect::<Vec<_>>(),
        }),
    )
}

/// A value as JSON, with a tag.
pub(crate) fn json(asked: &Asked, value: &impl Serialize) -> Response {
    let Ok(mut text) = serde_json::to_vec(value) else {
        return problem(StatusCode::INTERNAL_SERVER_ERROR, "the answer cannot be written", "please report this");
    };
    text.push(b'\n');
    let tag = format!("W/\"{}\"", HEXLOWER.encode(&Sha256::digest(&text)[..12]));
    let same = asked.has.as_deref().is_some_and(|has| has.split(',').any(|one| one.trim() == tag));
    let mut response = if same { StatusCode::NOT_MODIFIED.into_response() } else { text.into_response() };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
