//! A service: its rating by one method, with everything behind it; and how that rating stands, which a person says.

use crate::base::review::Status;
use crate::present::web::Shared;
use crate::present::web::guard::redirect;
use crate::present::web::page::{self, Ask, Asked, Frame, aside};
use crate::present::web::queue::Stand;
use crate::present::web::session::same;
use crate::present::web::view::board::methods;
use crate::present::web::view::parts::{Mark, Prose, encoded, standing};
use crate::present::web::view::service::{self, Page as View};
use crate::present::web::view::versions::{Document, documents};
use crate::present::web::words::Words;
use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
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
    may: bool,
    who: Option<String>,
    audit: String,
    statuses: Vec<(Mark, &'static str, bool)>,
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
        let known = snapshot.services.get(&id)?;
        let shown = |method: &str| known.by(method).filter(|rated| site.shows(rated));
        let order = methods(&site.view.rules, &snapshot);
        let rated = shown(&which.method)
            .or_else(|| order.iter().find_map(|method| shown(&method.id)))
            .or_else(|| known.rated.iter().find(|rated| site.shows(rated)))?;
        let view = service::page(&site.view, &snapshot, known, rated, t);
        let audit = rated.history.last().map_or_else(|| known.audit.id.to_string(), |point| point.audit.to_string());
        Some((view, documents(&site.view, &snapshot, known, t), audit, rated.standing))
    })
    .await;
    match made {
        Ok(Some((s, documents, audit, now))) => {
            let f = Frame::new(&site, &asked, "board", s.name.clone()).with_feed(format!("{}/feed.atom", s.link));
            let who = asked.session.as_ref().map(|session| session.name.clone());
            let said = Status::ALL.into_iter().filter(|status| *status != Status::Provisional);
            let statuses = said.map(|status| {
                let (mark, says) = standing(status, t);
                (mark, says, status == now)
            });
            let statuses = statuses.collect();
            page::show(&asked, StatusCode::OK, &Page { f, t, s, documents, may: asked.decides, who, audit, statuses })
        }
        Ok(None) => page::not_found(&site, &asked),
        Err(failure) => page::failed(&site, &asked, &failure),
    }
}

/// What a person wrote into the form on how a rating stands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    token: String,
    method: String,
    audit: String,
    status: String,
    text: String,
    who: String,
}

/// A person says how a rating stands.
pub(crate) async fn stand(
    State(site): State<Shared>,
    Path(id): Path<String>,
    asked: Asked,
    form: Result<Form<Said>, FormRejection>,
) -> Response {
    let t = asked.t;
    let tell = |status, what, next| page::message(&site, &asked, status, what, next);
    let Ok(Form(said)) = form else { return tell(StatusCode::BAD_REQUEST, t.bad_request, t.stale_form_next) };
    if !same(&said.token, &asked.token) {
        return tell(StatusCode::FORBIDDEN, t.stale_form, t.stale_form_next);
    }
    if !asked.decides {
        return tell(StatusCode::FORBIDDEN, t.forbidden, t.only_reviewers);
    }
    let who = asked.signs(&said.who);
    let status = Status::ALL.into_iter().find(|one| one.as_str() == said.status);
    let Some(status) = status.filter(|_| !who.is_empty() && who.len() <= 64 && said.text.len() <= 8_000) else {
        return tell(StatusCode::UNPROCESSABLE_ENTITY, t.fill_in, t.stale_form_next);
    };
    let (service, method, audit) = (id.as_str(), said.method.as_str(), said.audit.as_str());
    let stand = Stand { service, method, audit, status, who: &who, text: said.text.trim(), at: (site.clock)() };
    match site.queue.stand(stand).await {
        Ok(Some(true)) => match site.look().await {
            Ok(()) => redirect(&format!("/services/{}?method={}", encoded(&id), encoded(method))),
            Err(failure) => page::failed(&site, &asked, &failure),
        },
        Ok(Some(false)) => tell(StatusCode::CONFLICT, t.conflict, t.stand_moved),
        Ok(None) => tell(StatusCode::NOT_FOUND, t.not_found, t.stand_unknown),
        Err(failure) => page::failed(&site, &asked, &failure),
    }
}
