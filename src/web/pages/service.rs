//! A service: its rating by one method, with everything behind it.

use crate::web::Shared;
use crate::web::page::{self, Ask, Asked, Frame, aside};
use crate::web::view::board::methods;
use crate::web::view::parts::Prose;
use crate::web::view::service::{self, Page as View};
use crate::web::view::versions::{Document, documents};
use crate::web::words::Words;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

/// Which method is shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    method: String,
}

#[derive(Template)]
#[template(path = "web/service.html")]
struct Page {
    f: Frame,
    t: &'static Words,
    s: View,
    documents: Vec<Document>,
}

pub(crate) async fn show(
    State(site): State<Shared>,
    Path(id): Path<String>,
    Ask(which): Ask<Which>,
    asked: Asked,
) -> Response {
    let t = asked.t;
    let made = aside(&site, move |site| {
        let snapshot = site.library.now();
        let known = snapshot.services.get(&id)?;
        let shown = |method: &str| known.by(method).filter(|rated| site.shows(rated));
        let order = methods(&site.library.rules, &snapshot);
        let rated = shown(&which.method)
            .or_else(|| order.iter().find_map(|method| shown(&method.id)))
            .or_else(|| known.rated.iter().find(|rated| site.shows(rated)))?;
        let view = service::page(&site.library, &snapshot, known, rated, t);
        Some((view, documents(&site.library, &snapshot, known, t)))
    })
    .await;
    match made {
        Ok(Some((s, documents))) => {
            let f = Frame::new(&site, &asked, "board", s.name.clone()).with_feed(format!("{}/feed.atom", s.link));
            page::show(&asked, StatusCode::OK, &Page { f, t, s, documents })
        }
        Ok(None) => page::not_found(&site, &asked),
        Err(failure) => page::failed(&site, &asked, &failure),
    }
}
