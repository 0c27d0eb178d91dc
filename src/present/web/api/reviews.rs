//! The queue for programs: what waits, what was decided, and decisions, as the pages have them.
//!
//! Which decision is allowed is `review`'s to say. A decision is JSON in the body, so that no form of another site can send
//! one; it is signed with the name of the session, or on loopback with `by`.

use super::problem::{missing, problem};
use super::{Asking, cut, json, read};
use crate::base::review::{Decision, Refusal};
use crate::present::web::Shared;
use crate::present::web::page::Asked;
use crate::present::web::queue::Order;
use crate::present::web::view::parts::short;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Json, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

/// The items that wait, the oldest first; with `decided=1` all.
pub(super) async fn list(State(site): State<Shared>, asked: Asked, part: Asking) -> Response {
    let (part, limit) = match read(part) {
        Ok(part) => part,
        Err(problem) => return *problem,
    };
    if site.mode.public {
        return missing("queue on a public server");
    }
    let after: i64 = match part.after.as_str() {
        "" => i64::MIN,
        text => match text.parse() {
            Ok(id) => id,
            Err(_) => return problem(StatusCode::BAD_REQUEST, "`after` is no item", "give what `next` said"),
        },
    };
    match site.queue.list(!part.decided.is_empty(), Order::Age).await {
        Ok(mut items) => {
            // By id, which never changes: what is decided meanwhile neither repeats nor hides anything.
            items.retain(|item| item.id > after && (part.method.is_empty() || item.change.method == part.method));
            items.sort_by_key(|item| item.id);
            items.truncate(limit + 1);
            json(&asked, &cut(items, limit, |item| item.id.to_string()))
        }
        Err(failure) => broken(&failure),
    }
}

/// One item, with its log.
pub(super) async fn item(State(site): State<Shared>, Path(id): Path<i64>, asked: Asked) -> Response {
    if site.mode.public {
        return missing("queue on a public server");
    }
    match site.queue.item(id).await {
        Ok(Some(item)) => json(&asked, &item),
        Ok(None) => missing("item"),
        Err(failure) => broken(&failure),
    }
}

/// A decision as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sent {
    /// The version of the item that was read.
    version: u64,
    /// What is decided.
    decide: Decision,
    /// Who decides, where nobody is signed in.
    #[serde(default)]
    by: String,
}

/// Decides.
pub(super) async fn decide(
    State(site): State<Shared>,
    Path(id): Path<i64>,
    asked: Asked,
    sent: Result<Json<Sent>, JsonRejection>,
) -> Response {
    if !asked.decides {
        return problem(StatusCode::FORBIDDEN, "only reviewers decide", "sign in as one");
    }
    let sent = match sent {
        Ok(Json(sent)) => sent,
        Err(error) => {
            let next = "send JSON as /api/v1/openapi.json describes it";
            return problem(error.status(), &short(&error.body_text(), 300), next);
        }
    };
    let by = asked.signs(&sent.by);
    match site.queue.decide(id, sent.decide, &by, (site.clock)(), sent.version).await {
        Ok(Some(Ok(item))) => match site.look().await {
            Ok(()) => json(&asked, &item),
            Err(failure) => broken(&failure),
        },
        Ok(Some(Err(refusal))) => {
            let (status, next) = match &refusal {
                Refusal::Stale { .. } | Refusal::Decided { .. } => {
                    (StatusCode::CONFLICT, "read the item again and look at what changed")
                }
                _ => (StatusCode::UNPROCESSABLE_ENTITY, "mend the decision and send it again"),
            };
            problem(status, &short(&refusal.to_string(), 300), next)
        }
        Ok(None) => missing("item"),
        Err(failure) => broken(&failure),
    }
}

fn broken(failure: &crate::base::failure::Failure) -> Response {
    failure.print();
    problem(StatusCode::INTERNAL_SERVER_ERROR, "the queue cannot be read", "the server's own messages say more")
}
