//! Changes as Atom feeds (RFC 4287): of all services, and of each.

use super::page::Asked;
use super::view::board::{Change, change};
use super::view::parts::encoded;
use super::view::{Snapshot, Turn};
use super::{Shared, Site, page};
use crate::present::web::words::Words;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

/// Changes in a feed.
const MOST: usize = 100;

struct Entry {
    id: String,
    link: String,
    at: Timestamp,
    change: Change,
}

#[derive(Template)]
#[template(path = "web/feed.xml")]
struct Feed {
    t: &'static Words,
    id: String,
    title: String,
    own: String,
    home: String,
    updated: Timestamp,
    entries: Vec<Entry>,
}

pub(crate) async fn of_all(State(site): State<Shared>, headers: HeaderMap, asked: Asked) -> Response {
    feed(&site, &asked, &headers, "/feed.atom", "/", asked.t.latest_changes.to_owned(), |_| true)
}

pub(crate) async fn of_service(
    State(site): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    asked: Asked,
) -> Response {
    let snapshot = site.view.now();
    let known = snapshot.services.get(&id).filter(|known| known.rated.iter().any(|rated| site.shows(rated)));
    let Some(known) = known else { return page::not_found(&site, &asked) };
    let home = format!("/services/{}", encoded(&id));
    let title = super::view::parts::name(&known.about.name);
    feed(&site, &asked, &headers, &format!("{home}/feed.atom"), &home, title, |turn| turn.service == id)
}

fn feed(
    site: &Site,
    asked: &Asked,
    headers: &HeaderMap,
    own: &str,
    home: &str,
    title: String,
    about: impl Fn(&Turn) -> bool,
) -> Response {
    let snapshot = site.view.now();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let scheme = if site.mode.secure { "https" } else { "http" };
    let base = format!("{scheme}://{host}");
    let shown = |turn: &&Turn| {
        let rated = snapshot.services.get(&turn.service).and_then(|known| known.by(&turn.method));
        about(turn) && rated.is_some_and(|rated| site.shows(rated))
    };
    let turns: Vec<&Turn> = snapshot.turns.iter().filter(shown).take(MOST).collect();
    let newest = snapshot.audits.values().next_back().map_or(Timestamp::UNIX_EPOCH, |head| head.as_of);
    let feed = Feed {
        t: asked.t,
        id: format!("{base}{own}"),
        title,
        own: format!("{base}{own}"),
        home: format!("{base}{home}"),
        updated: turns.first().map_or(newest, |turn| turn.at),
        entries: turns.iter().map(|turn| entry(site, &snapshot, turn, &base, asked.t)).collect(),
    };
    match feed.render() {
        Ok(text) => {
            let headers =
                [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
            (StatusCode::OK, headers, text).into_response()
        }
        Err(_) => page::broken(asked),
    }
}

fn entry(site: &Site, snapshot: &Snapshot, turn: &Turn, base: &str, t: &'static Words) -> Entry {
    let service = encoded(&turn.service);
    let method = encoded(&turn.method);
    Entry {
        // The same change has the same id wherever the server moves.
        id: format!("urn:probity:{service}:{method}:{}", turn.at.as_second()),
        link: format!("{base}/services/{service}?method={method}#history"),
        at: turn.at,
        change: change(&site.view.rules, snapshot, turn, t),
    }
}
