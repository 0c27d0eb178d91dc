//! What every page has: its frame, its language, who asks, and how it becomes an answer.
//!
//! A page that everybody sees the same is rendered once for each state of what is kept, and then handed out.

use super::session::Session;
use super::words::Words;
use super::{Shared, Site};
use crate::base::failure::Failure;
use askama::Template;
use axum::body::Body;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use data_encoding::HEXLOWER;
use probity_rules::sentence::Lang;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

/// The name of the cookie that holds the chosen language.
pub(crate) const LANGUAGE_COOKIE: &str = "lang";
/// Bytes of rendered pages that are kept.
const CACHE: usize = 24 << 20;

/// Who may do what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    /// Sees everything.
    Reader,
    /// Decides.
    Reviewer,
    /// Cares for accounts, too.
    Administrator,
}

impl Role {
    /// The name in files and on the command line.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Reviewer => "reviewer",
            Self::Administrator => "administrator",
        }
    }
}

/// A request, as pages need it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The words of its language.
    pub(crate) t: &'static Words,
    /// Path and query.
    pub(crate) here: String,
    /// Who asks, where somebody is signed in.
    pub(crate) session: Option<Session>,
    /// Whether whoever asks may decide.
    pub(crate) decides: bool,
    /// The word that forms must carry.
    pub(crate) token: String,
    /// The tag that the client has already.
    pub(crate) has: Option<String>,
}

impl Asked {
    /// Whose name stands under what is decided: that of whoever is signed in, else the one that was written.
    pub(crate) fn signs(&self, written: &str) -> String {
        self.session.as_ref().map_or(written.trim(), |session| &session.name).to_owned()
    }
}

impl FromRequestParts<Shared> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Shared) -> Result<Self, Infallible> {
        let now = (site.clock)();
        let session = session_cookie(&parts.headers).and_then(|id| site.sessions.find(&id, now));
        // Whoever was disabled or got another role is out, or is that, at once.
        let session = session.filter(|session| site.accounts.role(&session.name) == Some(session.role));
        let may = session.as_ref().is_some_and(|session| session.role >= Role::Reviewer);
        let token = match &session {
            Some(session) => session.token.clone(),
            None => site.sessions.token_of_all(),
        };
        Ok(Self {
            t: Words::of(language(&parts.headers)),
            here: parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            decides: !site.mode.public && (may || site.mode.trusted),
            session,
            token,
            has: text(&parts.headers, &header::IF_NONE_MATCH).map(str::to_owned),
        })
    }
}

/// What the query of an address asks for. What cannot be read is taken as not asked: a page is shown all the same.
#[derive(Debug)]
pub(crate) struct Ask<T>(pub(crate) T);

impl<T: DeserializeOwned + Default> FromRequestParts<Shared> for Ask<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Infallible> {
        Ok(Self(Query::try_from_uri(&parts.uri).map(|Query(asked)| asked).unwrap_or_default()))
    }
}

/// The id of the session that a request carries.
pub(crate) fn session_cookie(headers: &HeaderMap) -> Option<String> {
    cookie(headers, super::session::COOKIE)
        .or_else(|| cookie(headers, super::session::SECURE_COOKIE))
        .map(str::to_owned)
}

/// A cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The language: the chosen one, else the first of those that the client names that we speak.
fn language(headers: &HeaderMap) -> Lang {
    match cookie(headers, LANGUAGE_COOKIE) {
        Some("de") => return Lang::De,
        Some("en") => return Lang::En,
        _ => {}
    }
    let accepted = text(headers, &header::ACCEPT_LANGUAGE).unwrap_or_default();
    let mut best = (0.0, Lang::En);
    for (place, part) in accepted.split(',').take(20).enumerate() {
        let (tag, weight) = part.split_once(';').map_or((part, 1.0), |(tag, rest)| {
            let weight = rest.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse::<f64>().ok());
            (tag, weight.unwrap_or(1.0))
        });
        let lang = match tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "de" => Lang::De,
            "en" => Lang::En,
            _ => continue,
        };
        // Of two that are wanted as much, the first.
        let weight = weight - place as f64 * 1e-6;
        if weight > best.0 {
            best = (weight, lang);
        }
    }
    best.1
}

fn text<'h>(headers: &'h HeaderMap, name: &header::HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The frame around every page.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The words.
    pub(crate) t: &'static Words,
    /// The title.
    pub(crate) title: String,
    /// The section of the site, for the menu.
    pub(crate) section: &'static str,
    /// The same page in the other language: its tag, its name, its address.
    pub(crate) other: (&'static str, &'static str, String),
    /// Who is signed in.
    pub(crate) user: Option<String>,
    /// The word that forms must carry.
    pub(crate) token: String,
    /// Whether signing in is possible.
    pub(crate) sign_in: bool,
    /// Whether there is a queue to be seen.
    pub(crate) queue: bool,
    /// How many changes wait.
    pub(crate) waiting: usize,
    /// Whether it is the public view.
    pub(crate) public: bool,
    /// A feed that belongs to the page.
    pub(crate) feed: Option<String>,
}

impl Frame {
    /// The frame of a page.
    pub(crate) fn new(site: &Site, asked: &Asked, section: &'static str, title: impl Into<String>) -> Self {
        let (tag, name) = match asked.t.lang {
            Lang::En => ("de", "Deutsch"),
            Lang::De => ("en", "English"),
        };
        let joint = if asked.here.contains('?') { '&' } else { '?' };
        Self {
            t: asked.t,
            title: title.into(),
            section,
            other: (tag, name, format!("{}{joint}lang={tag}", asked.here)),
            user: asked.session.as_ref().map(|session| session.name.clone()),
            token: asked.token.clone(),
            sign_in: !site.mode.public && !site.mode.trusted,
            queue: !site.mode.public,
            waiting: site.view.now().waiting,
            public: site.mode.public,
            feed: None,
        }
    }

    /// The same with a feed.
    #[must_use]
    pub(crate) fn with_feed(mut self, feed: String) -> Self {
        self.feed = Some(feed);
        self
    }
}

/// Pages that were rendered for the present state.
#[derive(Debug, Default)]
pub(crate) struct Cache(Mutex<Shelf>);

#[derive(Debug, Default)]
struct Shelf {
    state: String,
    bytes: usize,
    pages: BTreeMap<String, (Bytes, String)>,
}

impl Cache {
    fn get(&self, state: &str, key: &str) -> Option<(Bytes, String)> {
        let shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.state == state { shelf.pages.get(key).cloned() } else { None }
    }

    fn put(&self, state: &str, key: String, page: &Bytes, tag: &str) {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.state != state || shelf.bytes + page.len() > CACHE {
            *shelf = Shelf { state: state.to_owned(), ..Shelf::default() };
        }
        if page.len() < CACHE / 4 && shelf.pages.insert(key, (page.clone(), tag.to_owned())).is_none() {
            shelf.bytes += page.len();
        }
    }
}

/// A page that everybody sees the same, rendered once for each state. Signed-in people get their own.
pub(crate) fn shared<T: Template>(site: &Site, asked: &Asked, make: impl FnOnce() -> T) -> Response {
    if asked.session.is_some() {
        return show(asked, StatusCode::OK, &make());
    }
    let state = site.view.now().tag.clone();
    let key = format!("{} {}", asked.t.code, asked.here);
    if let Some((page, tag)) = site.cache.get(&state, &key) {
        return answer(asked, page, &tag);
    }
    let Ok(html) = make().render() else { return broken(asked) };
    let (page, tag) = tagged(html);
    site.cache.put(&state, key, &page, &tag);
    answer(asked, page, &tag)
}

/// A page for whoever asks.
pub(crate) fn show<T: Template>(asked: &Asked, status: StatusCode, template: &T) -> Response {
    let Ok(html) = template.render() else { return broken(asked) };
    let (page, tag) = tagged(html);
    let mut response = answer(asked, page, &tag);
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}

fn tagged(html: String) -> (Bytes, String) {
    let digest = HEXLOWER.encode(&Sha256::digest(html.as_bytes())[..12]);
    (Bytes::from(html), format!("W/\"{digest}\""))
}

fn answer(asked: &Asked, page: Bytes, tag: &str) -> Response {
    let same = asked.has.as_deref().is_some_and(|has| has.split(',').any(|one| one.trim() == tag));
    let mut response = if same { Response::new(Body::empty()) } else { Response::new(Body::from(page)) };
    if same {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// A page that says what went wrong and where to go.
#[derive(Template)]
#[template(path = "web/message.html")]
struct Message {
    f: Frame,
    what: &'static str,
    next: &'static str,
}

/// Says what went wrong.
pub(crate) fn message(
    site: &Site,
    asked: &Asked,
    status: StatusCode,
    what: &'static str,
    next: &'static str,
) -> Response {
    show(asked, status, &Message { f: Frame::new(site, asked, "", what), what, next })
}

/// There is no such page.
pub(crate) async fn no_such_page(State(site): State<Shared>, asked: Asked) -> Response {
    not_found(&site, &asked)
}

/// There is no such page.
pub(crate) fn not_found(site: &Site, asked: &Asked) -> Response {
    message(site, asked, StatusCode::NOT_FOUND, asked.t.not_found, asked.t.not_found_next)
}

/// Something failed on our side: in plain text, for it may be the templates.
pub(crate) fn broken(asked: &Asked) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, format!("{}\n{}\n", asked.t.broken, asked.t.broken_next)).into_response()
}

/// Something failed on our side; the log says what.
pub(crate) fn failed(site: &Site, asked: &Asked, failure: &Failure) -> Response {
    failure.print();
    message(site, asked, StatusCode::INTERNAL_SERVER_ERROR, asked.t.broken, asked.t.broken_next)
}

/// Work that waits for files, beside the threads that answer.
pub(crate) async fn aside<T: Send + 'static>(
    site: &Shared,
    work: impl FnOnce(&Site) -> T + Send + 'static,
) -> Result<T, Failure> {
    let site = Arc::clone(site);
    let done = tokio::task::spawn_blocking(move || work(&site)).await;
    done.map_err(|error| Failure::new(format_args!("a page could not be made: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(fields: &[(&'static str, &'static str)]) -> Lang {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        language(&headers)
    }

    #[test]
    fn the_chosen_language_comes_before_the_accepted_one() {
        assert_eq!(asked(&[]), Lang::En);
        assert_eq!(asked(&[("accept-language", "fr, de-AT;q=0.8, en;q=0.5")]), Lang::De);
        assert_eq!(asked(&[("accept-language", "en-GB,de")]), Lang::En);
        assert_eq!(asked(&[("accept-language", "en;q=0, de;q=0.1")]), Lang::De);
        assert_eq!(asked(&[("accept-language", "de"), ("cookie", "x=1; lang=en")]), Lang::En);
        assert_eq!(asked(&[("accept-language", ";;q=,,q"), ("cookie", "lang=fr")]), Lang::En);
    }
}
