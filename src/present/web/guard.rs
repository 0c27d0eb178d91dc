//! What every request passes: by which name it asks, from where a form comes, who may see what; what every answer carries.
//!
//! A page of somebody else cannot make a browser act here: forms are taken only from our own pages (`Sec-Fetch-Site`,
//! else `Origin`), with a word that only they know, and a name that was bent to this machine is refused.

use super::api::problem;
use super::page::{self, Asked, LANGUAGE_COOKIE};
use super::{Mode, Shared};
use crate::present::web::view::parts::encoded;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// Nothing but our own style sheet, our own script and pictures of ours; no frame, no other form.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    ),
];

/// Where a connection comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// How often what was answered, and how long it took.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    classes: [AtomicU64; 5],
    micros: AtomicU64,
    slow: [AtomicU64; BUCKETS.len()],
    refused: AtomicU64,
    pub(crate) logins_failed: AtomicU64,
}

/// Upper edges of the histogram, in seconds.
const BUCKETS: [f64; 6] = [0.005, 0.025, 0.1, 0.5, 2.5, 10.0];

/// The checks around every request.
pub(crate) async fn check(State(site): State<Shared>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let mut response = match refusal(&site, &request) {
        Some(refusal) => {
            site.counters.refused.fetch_add(1, Relaxed);
            refusal
        }
        None => match chosen_language(&request, &site.mode) {
            Some(redirect) => redirect,
            None => within(&site, request, next).await,
        },
    };
    site.counters.count(response.status(), started);
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if site.mode.secure {
        let value = HeaderValue::from_static("max-age=31536000");
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(value);
    }
    response
}

/// Who may go on, and who is sent to sign in.
async fn within(site: &Shared, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let open = site.mode.public
        || site.mode.trusted
        || matches!(path.as_str(), "/login" | "/healthz" | "/favicon.svg" | "/metrics")
        || path.starts_with("/login/")
        || path.starts_with("/assets/");
    if !open {
        let Ok(asked) = Asked::from_request_parts(&mut parts, site).await;
        if asked.session.is_none() {
            return if path.starts_with("/api/") {
                problem::problem(StatusCode::UNAUTHORIZED, "sign in first", "send the cookie of a session")
            } else {
                redirect(&format!("/login?to={}", encoded(&asked.here)))
            };
        }
    }
    next.run(Request::from_parts(parts, body)).await
}

/// Why a request is not taken at all.
fn refusal(site: &Shared, request: &Request) -> Option<Response> {
    let headers = request.headers();
    let host = request.uri().authority().map(|authority| authority.as_str()).or_else(|| of(headers, &header::HOST));
    let Some(host) = host else { return Some(refuse(StatusCode::BAD_REQUEST, "a request needs a Host")) };
    if !known(host, &site.mode) {
        return Some(refuse(
            StatusCode::MISDIRECTED_REQUEST,
            "this server is not known by that name; start it with --host NAME to have it answer there",
        ));
    }
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe && !from_ourselves(headers, host) {
        return Some(refuse(StatusCode::FORBIDDEN, "this form came from another site; nothing was recorded"));
    }
    None
}

fn refuse(status: StatusCode, why: &'static str) -> Response {
    (status, format!("{why}\n")).into_response()
}

/// Whether the server may be asked by a name. On loopback only names of loopback count: another name that leads here was
/// bent by somebody.
fn known(host: &str, mode: &Mode) -> bool {
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, port)| if port.bytes().all(|digit| digit.is_ascii_digit()) { name } else { host });
    let name = name.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    let loopback = name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let listed = mode.hosts.iter().any(|known| known.eq_ignore_ascii_case(name));
    listed || (loopback && mode.trusted) || (!mode.trusted && mode.hosts.is_empty())
}

/// Whether a form comes from a page of ours. Browsers say so; what says nothing at all is no browser, and has the word of
/// the form or not.
fn from_ourselves(headers: &HeaderMap, host: &str) -> bool {
    let site = of(headers, &HeaderName::from_static("sec-fetch-site"));
    let origin = of(headers, &header::ORIGIN);
    let same_origin = origin.map(|origin| {
        let name = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        name.is_some_and(|name| name.eq_ignore_ascii_case(host))
    });
    match (site, same_origin) {
        (Some("same-origin"), Some(same)) => same,
        (Some("same-origin" | "none"), None) => true,
        (Some(_), _) => false,
        (None, Some(same)) => same,
        (None, None) => true,
    }
}

fn of<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The switch of the language: it is remembered, and the page is shown again without it in its address.
fn chosen_language(request: &Request, mode: &Mode) -> Option<Response> {
    let query = request.uri().query().filter(|_| *request.method() == Method::GET)?;
    let path = request.uri().path();
    if path.starts_with("/api/") {
        return None;
    }
    let chosen = query.split('&').find_map(|pair| pair.strip_prefix("lang="))?;
    let chosen = ["en", "de"].into_iter().find(|tag| *tag == chosen)?;
    let rest: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("lang=")).collect();
    let joint = if rest.is_empty() { "" } else { "?" };
    // Only a path of ours: `//other.example` would lead away.
    let mut response = redirect(&format!("/{}{joint}{}", path.trim_start_matches('/'), rest.join("&")));
    let secure = if mode.secure { "; Secure" } else { "" };
    let cookie = format!("{LANGUAGE_COOKIE}={chosen}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Some(response)
}

/// To another page of ours, to be asked for with GET.
pub(crate) fn redirect(to: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, to);
    response
}

/// The address of whoever asks: the last one that our own proxy wrote down, where there is one.
pub(crate) fn client(headers: &HeaderMap, peer: Option<Peer>, mode: &Mode) -> Option<IpAddr> {
    let forwarded = of(headers, &HeaderName::from_static("x-forwarded-for")).filter(|_| mode.secure);
    let last = forwarded.and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
    last.or_else(|| peer.map(|Peer(address)| address.ip()))
}

impl Counters {
    fn count(&self, status: StatusCode, started: Instant) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        if let Some(counter) = self.classes.get(class) {
            counter.fetch_add(1, Relaxed);
        }
        let took = started.elapsed();
        self.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Relaxed);
        for (edge, bucket) in BUCKETS.iter().zip(&self.slow) {
            if took.as_secs_f64() <= *edge {
                bucket.fetch_add(1, Relaxed);
            }
        }
    }
}

/// Whether the process can answer.
pub(crate) async fn healthz(State(site): State<Shared>) -> Response {
    let snapshot = site.view.now();
    let state = format!(
        "{{\"status\":\"ok\",\"services\":{},\"audits\":{}}}\n",
        snapshot.services.len(),
        snapshot.audits.len()
    );
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], state).into_response()
}

/// Counts for Prometheus. To whoever is signed in, and to this machine itself.
pub(crate) async fn metrics(
    State(site): State<Shared>,
    peer: Option<axum::Extension<Peer>>,
    headers: HeaderMap,
    asked: Asked,
) -> Response {
    let direct = !headers.contains_key("x-forwarded-for") && !headers.contains_key("forwarded");
    let own = direct && peer.is_some_and(|axum::Extension(Peer(address))| address.ip().is_loopback());
    if !(own || site.mode.trusted || asked.session.is_some()) {
        return page::not_found(&site, &asked);
    }
    let text = site.counters.text(&site);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

impl Counters {
    fn text(&self, site: &Shared) -> String {
        let mut text = String::new();
        let mut family = |name: &str, kind: &str, help: &str, lines: &[(String, String)]| {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
            for (labels, value) in lines {
                let _ = writeln!(text, "{name}{labels} {value}");
            }
        };
        let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"].iter().zip(&self.classes);
        let answered: Vec<_> =
            classes.map(|(class, count)| (format!("{{class=\"{class}\"}}"), count.load(Relaxed).to_string())).collect();
        family("probity_http_responses_total", "counter", "Answers by class of status.", &answered);
        let all: u64 = self.classes.iter().map(|count| count.load(Relaxed)).sum();
        let mut times: Vec<_> = BUCKETS
            .iter()
            .zip(&self.slow)
            .map(|(edge, count)| (format!("_bucket{{le=\"{edge}\"}}"), count.load(Relaxed).to_string()))
            .collect();
        times.push(("_bucket{le=\"+Inf\"}".to_owned(), all.to_string()));
        times.push(("_sum".to_owned(), format!("{:.6}", self.micros.load(Relaxed) as f64 / 1e6)));
        times.push(("_count".to_owned(), all.to_string()));
        family("probity_http_duration_seconds", "histogram", "Time to make an answer.", &times);
        let one = |count: &AtomicU64| vec![(String::new(), count.load(Relaxed).to_string())];
        family(
            "probity_http_refused_total",
            "counter",
            "Requests by a wrong name or from another site.",
            &one(&self.refused),
        );
        family("probity_logins_failed_total", "counter", "Wrong names or passwords.", &one(&self.logins_failed));
        let now = site.view.now();
        let single = |number: usize| vec![(String::new(), number.to_string())];
        family("probity_services", "gauge", "Services with an audit.", &single(now.services.len()));
        family("probity_audits", "gauge", "Audits that are kept.", &single(now.audits.len()));
        family("probity_review_waiting", "gauge", "Changes that wait for a person.", &single(now.waiting));
        let mut lights: std::collections::BTreeMap<(String, &str), usize> = std::collections::BTreeMap::new();
        for rated in now.services.values().flat_map(|known| &known.rated) {
            *lights.entry((rated.rating.method.clone(), rated.rating.light.as_str())).or_default() += 1;
        }
        let lights: Vec<_> = lights
            .into_iter()
            .map(|((method, light), count)| (format!("{{method=\"{method}\",light=\"{light}\"}}"), count.to_string()))
            .collect();
        family("probity_ratings", "gauge", "Newest ratings by method and light.", &lights);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(trusted: bool, hosts: &[&str]) -> Mode {
        Mode { trusted, hosts: hosts.iter().map(|host| (*host).to_owned()).collect(), ..Mode::default() }
    }

    #[test]
    fn on_loopback_only_names_of_loopback_count() {
        for host in ["127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080", "127.9.9.9", "localhost.:80"] {
            assert!(known(host, &mode(true, &[])), "{host}");
        }
        for host in ["evil.example:8080", "127.0.0.1.evil.example", "10.0.0.1", "", "localhost.evil.example"] {
            assert!(!known(host, &mode(true, &[])), "{host}");
        }
        assert!(known("probity.example", &mode(true, &["probity.example"])));
        assert!(!known("other.example", &mode(false, &["probity.example"])));
        assert!(known("anything.example", &mode(false, &[])));
    }

    #[test]
    fn forms_come_from_our_own_pages() {
        let came = |fields: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in fields {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            from_ourselves(&headers, "a.example:80")
        };
        assert!(came(&[("sec-fetch-site", "same-origin"), ("origin", "http://a.example:80")]));
        assert!(came(&[("origin", "https://a.example:80")]));
        assert!(came(&[]));
        for fields in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site"), ("origin", "http://a.example:80")],
            &[("sec-fetch-site", "same-origin"), ("origin", "http://b.example")],
            &[("origin", "null")],
            &[("origin", "http://a.example")],
        ] {
            assert!(!came(fields), "{fields:?}");
        }
    }
}
