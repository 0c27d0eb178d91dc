//! What went wrong, as RFC 9457 wants it told to programs.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A problem: what it is, and what to do next.
pub(crate) fn problem(status: StatusCode, detail: &str, next: &str) -> Response {
    let body = serde_json::json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("error"),
        "status": status.as_u16(),
        "detail": detail,
        "next": next,
    });
    let headers = [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, format!("{body}\n")).into_response()
}

/// There is no such thing.
pub(crate) fn missing(what: &str) -> Response {
    problem(StatusCode::NOT_FOUND, &format!("there is no such {what}"), "see /api/v1/openapi.json")
}
