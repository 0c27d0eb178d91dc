//! The few files that pages need, out of the program itself: style sheets, a script, an icon.
//!
//! Their addresses carry a fingerprint, so that browsers may keep them for ever.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const STYLE: &str = concat!(include_str!("../../../assets/probity.css"), "\n", include_str!("../../../assets/web.css"));
const SCRIPT: &str = include_str!("../../../assets/web.js");
const ICON: &str = include_str!("../../../assets/icon.svg");

static STYLE_NAME: LazyLock<String> = LazyLock::new(|| format!("probity.{}.css", print(STYLE)));
static SCRIPT_NAME: LazyLock<String> = LazyLock::new(|| format!("probity.{}.js", print(SCRIPT)));

fn print(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes())[..6])
}

/// The address of the style sheet.
pub(crate) fn style() -> String {
    format!("/assets/{}", *STYLE_NAME)
}

/// The address of the script.
pub(crate) fn script() -> String {
    format!("/assets/{}", *SCRIPT_NAME)
}

/// A file by its name with fingerprint.
pub(crate) async fn asset(Path(name): Path<String>) -> Response {
    let (media, text) = if name == *STYLE_NAME {
        ("text/css; charset=utf-8", STYLE)
    } else if name == *SCRIPT_NAME {
        ("text/javascript; charset=utf-8", SCRIPT)
    } else {
        return (StatusCode::NOT_FOUND, "no such file\n").into_response();
    };
    file(media, text, "public, max-age=31536000, immutable")
}

/// The icon.
pub(crate) async fn icon() -> Response {
    file("image/svg+xml", ICON, "public, max-age=86400")
}

fn file(media: &'static str, text: &'static str, cache: &'static str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    (headers, text).into_response()
}
