//! The archive: one capture with its text, header fields and connection; a certificate to take away.

use crate::present::web::Shared;
use crate::present::web::page::{self, Ask, Asked, Frame, aside};
use crate::present::web::view::captured::{Captured, Shape, Wanted, captured};
use crate::present::web::view::parts::{Cited, capture_link};
use crate::present::web::words::{Words, minute};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// Which record, and what to mark in it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    target: String,
    record: String,
    from: Option<usize>,
    to: Option<usize>,
    quote: String,
    part: Option<usize>,
    digest: String,
}

impl Which {
    fn cited(&self) -> Cited<'_> {
        match self.from.zip(self.to).filter(|(from, to)| from < to) {
            Some((from, to)) => Cited::Span([from, to]),
            None if self.quote.is_empty() => Cited::None,
            None => Cited::Quote(&self.quote),
        }
    }
}

#[derive(Template)]
#[template(path = "web/archive.html")]
struct Page {
    f: Frame,
    t: &'static Words,
    c: Captured,
    audit: String,
    captured: String,
    since: Option<String>,
    here: String,
}

pub(crate) async fn show(
    State(site): State<Shared>,
    Path(audit): Path<String>,
    Ask(which): Ask<Which>,
    asked: Asked,
) -> Response {
    let here = capture_link(&audit, &which.target, &which.record, which.cited());
    let here = here.trim_end_matches("#quote").to_owned();
    let name = audit.clone();
    let public = site.mode.public;
    let found = aside(&site, move |site| {
        if public && !is_published(site, &name) {
            return None;
        }
        let wanted = Wanted {
            audit: &name,
            target: &which.target,
            record: Some(which.record.as_str()).filter(|record| !record.is_empty()),
            cited: which.cited(),
            part: which.part,
        };
        captured(&site.view, &wanted)
    })
    .await;
    match found {
        Ok(Some(c)) => {
            let f = Frame::new(&site, &asked, "", asked.t.archived);
            let (captured, since) = (minute(c.captured), c.payload_of.map(minute));
            page::show(&asked, StatusCode::OK, &Page { f, t: asked.t, c, audit, captured, since, here })
        }
        Ok(None) => page::not_found(&site, &asked),
        Err(failure) => page::failed(&site, &asked, &failure),
    }
}

/// Whether an audit is the newest of a service that may be seen.
fn is_published(site: &crate::present::web::Site, audit: &str) -> bool {
    let snapshot = site.view.now();
    snapshot.services.values().any(|known| {
        let shown = |rated: &crate::present::web::view::Rated| {
            site.shows(rated) && rated.history.iter().any(|point| &*point.audit == audit)
        };
        known.rated.iter().any(shown)
    })
}

pub(crate) async fn certificate(
    State(site): State<Shared>,
    Path(audit): Path<String>,
    Ask(which): Ask<Which>,
    asked: Asked,
) -> Response {
    let public = site.mode.public;
    let found = aside(&site, move |site| {
        if public && !is_published(site, &audit) {
            return None;
        }
        site.view.archive(&audit)?.certificate(&which.digest)
    })
    .await;
    match found {
        Ok(Some(bytes)) => {
            let headers = [
                (header::CONTENT_TYPE, "application/pkix-cert"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"certificate.der\""),
            ];
            (headers, bytes).into_response()
        }
        Ok(None) => page::not_found(&site, &asked),
        Err(failure) => page::failed(&site, &asked, &failure),
    }
}
