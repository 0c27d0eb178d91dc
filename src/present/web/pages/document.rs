//! A document of a service: its versions, and the difference of any two of them.

use crate::present::web::Shared;
use crate::present::web::page::{self, Ask, Asked, Frame, aside};
use crate::present::web::view::parts::encoded;
use crate::present::web::view::versions::{Difference, Document, Line, Tag, blocks, difference, documents};
use crate::present::web::words::Words;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

/// Which document, and which two versions, by digest.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    url: String,
    kind: String,
    older: String,
    newer: String,
}

#[derive(Template)]
#[template(path = "web/document.html")]
struct Page {
    f: Frame,
    t: &'static Words,
    service: (String, String),
    d: Document,
    older: usize,
    newer: usize,
    difference: Option<Difference>,
}

pub(crate) async fn show(
    State(site): State<Shared>,
    Path(id): Path<String>,
    Ask(which): Ask<Which>,
    asked: Asked,
) -> Response {
    let t = asked.t;
    let made = aside(&site, move |site| {
        let snapshot = site.view.now();
        let known = snapshot.services.get(&id).filter(|known| known.rated.iter().any(|rated| site.shows(rated)))?;
        let found = documents(&site.view, &snapshot, known, t);
        let is_it = |one: &Document| one.url == which.url && (which.kind.is_empty() || one.kind == which.kind);
        let d = found.into_iter().find(is_it)?;
        let place = |record: &str| d.versions.iter().position(|version| version.record == record);
        let newer = place(&which.newer).unwrap_or(0);
        let older = place(&which.older).unwrap_or((newer + 1).min(d.versions.len().saturating_sub(1)));
        let texts = |at: usize| d.versions.get(at).and_then(|version| blocks(&site.view, version));
        let difference = match (older == newer, texts(older), texts(newer)) {
            (false, Some(older), Some(newer)) => Some(difference(&older, &newer)),
            _ => None,
        };
        Some((crate::present::web::view::parts::name(&known.about.name), id, d, older, newer, difference))
    })
    .await;
    match made {
        Ok(Some((name, id, d, older, newer, difference))) => {
            let title = d.title.clone().unwrap_or_else(|| d.place.clone());
            let f = Frame::new(&site, &asked, "board", format!("{name}: {title}"));
            let service = (name, format!("/services/{}", encoded(&id)));
            page::show(&asked, StatusCode::OK, &Page { f, t, service, d, older, newer, difference })
        }
        Ok(None) => page::not_found(&site, &asked),
        Err(failure) => page::failed(&site, &asked, &failure),
    }
}
