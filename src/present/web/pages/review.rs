//! The queue of changes that wait for a person, an item of it, and the decision on it.
//!
//! Which decision is allowed is `review`'s to say; two who decide at once are told apart by the version that each has read.

use crate::base::review::{Decision, Reason, Refusal};
use crate::present::web::guard::redirect;
use crate::present::web::page::{self, Ask, Asked, Frame};
use crate::present::web::queue::Order;
use crate::present::web::session::same;
use crate::present::web::view::parts::short;
use crate::present::web::view::review::{Line, Page as View, line, page as view};
use crate::present::web::view::versions::Tag;
use crate::present::web::words::Words;
use crate::present::web::{Shared, Site};
use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use probity_rules::judge::Grade;
use serde::Deserialize;

/// Items on the page of the queue.
const MOST: usize = 200;

/// What of the queue.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Part {
    sort: String,
    decided: String,
    done: String,
}

#[derive(Template)]
#[template(path = "web/queue.html")]
struct Queue {
    f: Frame,
    t: &'static Words,
    lines: Vec<Line>,
    by_age: bool,
    all: bool,
}

pub(crate) async fn queue(State(site): State<Shared>, Ask(part): Ask<Part>, asked: Asked) -> Response {
    if site.mode.public {
        return page::not_found(&site, &asked);
    }
    let (by_age, all) = (part.sort == "age", !part.decided.is_empty());
    let order = if by_age { Order::Age } else { Order::Weight };
    match site.queue.list(all, order).await {
        Ok(items) => {
            let (t, now, snapshot) = (asked.t, (site.clock)(), site.view.now());
            let lines = items.iter().take(MOST).map(|item| line(&site.view, &snapshot, item, now, t)).collect();
            let f = Frame::new(&site, &asked, "review", t.review_title);
            page::show(&asked, StatusCode::OK, &Queue { f, t, lines, by_age, all })
        }
        Err(failure) => page::failed(&site, &asked, &failure),
    }
}

#[derive(Template)]
#[template(path = "web/item.html")]
struct Item {
    f: Frame,
    t: &'static Words,
    i: View,
    may: bool,
    who: Option<String>,
    done: bool,
    refused: Option<String>,
    conflict: bool,
    entry: Entry,
}

/// What a person wrote into the form. All of it comes back where it is refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    token: String,
    version: u64,
    decision: String,
    text: String,
    grade: String,
    reason: String,
    expires: String,
    deadline: String,
    two_persons: String,
    from: String,
    who: String,
}

pub(crate) async fn item(
    State(site): State<Shared>,
    Path(id): Path<i64>,
    Ask(part): Ask<Part>,
    asked: Asked,
) -> Response {
    show(&site, &asked, id, StatusCode::OK, Told { done: !part.done.is_empty(), ..Told::default() }).await
}

/// What the page tells beside the item.
#[derive(Default)]
struct Told {
    done: bool,
    refused: Option<String>,
    conflict: bool,
    entry: Entry,
}

async fn show(site: &Site, asked: &Asked, id: i64, status: StatusCode, told: Told) -> Response {
    if site.mode.public {
        return page::not_found(site, asked);
    }
    match site.queue.item(id).await {
        Ok(Some(item)) => {
            let (t, now, snapshot) = (asked.t, (site.clock)(), site.view.now());
            let today = jiff::tz::Offset::UTC.to_datetime(now).date();
            let i = view(&site.view, &snapshot, &item.on(today), now, t);
            let f = Frame::new(site, asked, "review", format!("{}: {}", i.line.service, i.line.criterion));
            let Told { done, refused, conflict, entry } = told;
            let who = asked.session.as_ref().map(|session| session.name.clone());
            let item = Item { f, t, i, may: asked.decides, who, done, refused, conflict, entry };
            page::show(asked, status, &item)
        }
        Ok(None) => page::not_found(site, asked),
        Err(failure) => page::failed(site, asked, &failure),
    }
}

pub(crate) async fn decide(
    State(site): State<Shared>,
    Path(id): Path<i64>,
    asked: Asked,
    form: Result<Form<Entry>, FormRejection>,
) -> Response {
    let t = asked.t;
    let Ok(Form(entry)) = form else {
        return page::message(&site, &asked, StatusCode::BAD_REQUEST, t.bad_request, t.stale_form_next);
    };
    if !same(&entry.token, &asked.token) {
        return page::message(&site, &asked, StatusCode::FORBIDDEN, t.stale_form, t.stale_form_next);
    }
    if !asked.decides {
        return page::message(&site, &asked, StatusCode::FORBIDDEN, t.forbidden, t.only_reviewers);
    }
    // Whoever is signed in signs with that name; on loopback the name is asked for.
    let who = asked.signs(&entry.who);
    let decision = match entry.decision(t) {
        Ok(decision) => decision,
        Err(refused) => {
            let told = Told { refused: Some(refused), entry, ..Told::default() };
            return show(&site, &asked, id, StatusCode::UNPROCESSABLE_ENTITY, told).await;
        }
    };
    match site.queue.decide(id, decision, &who, (site.clock)(), entry.version).await {
        Ok(Some(Ok(_))) => match site.look().await {
            Ok(()) => redirect(&format!("/review/{id}?done=1#log")),
            Err(failure) => page::failed(&site, &asked, &failure),
        },
        Ok(Some(Err(refusal))) => {
            let conflict = matches!(refusal, Refusal::Stale { .. } | Refusal::Decided { .. });
            let status = if conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            let told = Told { refused: Some(short(&refusal.to_string(), 300)), conflict, entry, done: false };
            show(&site, &asked, id, status, told).await
        }
        Ok(None) => page::not_found(&site, &asked),
        Err(failure) => page::failed(&site, &asked, &failure),
    }
}

impl Entry {
    /// The decision that was written down, or what is missing.
    fn decision(&self, t: &Words) -> Result<Decision, String> {
        let missing = |what: &str| format!("{}: {what}", t.fill_in);
        let text = self.text.trim().to_owned();
        let day = |written: &str, what: &str| written.trim().parse::<Date>().map_err(|_| missing(what));
        Ok(match self.decision.as_str() {
            "accept" => Decision::Accept { text },
            "reject" => Decision::Reject { text },
            "override" => {
                let grades = [Grade::Good, Grade::Partial, Grade::Poor, Grade::NotApplicable];
                let grade =
                    grades.into_iter().find(|grade| grade.as_str() == self.grade).ok_or_else(|| missing(t.grade))?;
                let reason = Reason::ALL.into_iter().find(|reason| reason.as_str() == self.reason);
                let expires = Some(self.expires.as_str()).filter(|day| !day.trim().is_empty());
                Decision::Override {
                    grade,
                    reason: reason.ok_or_else(|| missing(t.reason))?,
                    text,
                    expires: expires.map(|written| day(written, t.expires)).transpose()?,
                    two_persons: !self.two_persons.is_empty(),
                }
            }
            "sign" => Decision::Sign { text },
            "ask-provider" => Decision::AskProvider { text, deadline: day(&self.deadline, t.deadline)? },
            "reply" => {
                let from = self.from.trim();
                if from.is_empty() || text.is_empty() {
                    return Err(missing(t.reply));
                }
                Decision::Reply { from: from.to_owned(), text }
            }
            _ => return Err(missing(t.decision)),
        })
    }
}
