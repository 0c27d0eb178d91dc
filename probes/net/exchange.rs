//! One exchange: a GET out, an answer in, within its limits; or why there is none.
//!
//! It follows nothing, repeats nothing and understands nothing. What was read before a limit was met is kept.

use super::capture::{Cut, CutReason};
use super::client::NoWay;
use super::options::Options;
use bytes::Bytes;
use probity_rules::observation::Why;
use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, Response, Version};
use std::error::Error;
use std::io;
use std::net::IpAddr;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// Room for a payload whose announced length is not yet known to be true.
const FIRST_ROOM: usize = 64 << 10;

/// The system's numbers for "too many open files", of the machine and of the process; the same on all Unixes.
const ENFILE: i32 = 23;
const EMFILE: i32 = 24;

/// What is kept of a payload that is longer than the limit: enough to see what it was.
pub(super) const KEPT: usize = 64 << 10;

/// A payload beyond this length is a large one, and only so many are read at once: hostile pages must not fill the memory.
const LARGE: usize = 512 << 10;
const LARGE_AT_ONCE: usize = 16;

/// The room for large payloads, shared by all exchanges.
pub(super) fn large_room() -> Semaphore {
    Semaphore::new(LARGE_AT_ONCE)
}

/// An answer as it came.
#[derive(Debug)]
pub(super) struct Answer {
    /// The protocol by its ALPN name: `http/1.1`, `h2`.
    pub(super) protocol: &'static str,
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
    /// Who answered; not known behind a proxy.
    pub(super) peer: Option<IpAddr>,
    /// The certificate of who answered, as DER.
    pub(super) certificate: Option<Bytes>,
    pub(super) cut: Option<Cut>,
    /// What else is to be known of how it came, in words.
    pub(super) note: Option<&'static str>,
    /// The whole answer letter by letter, where it is kept so.
    pub(super) verbatim: Option<Bytes>,
}

/// What is noted of an answer whose end only the end of the connection told, which TLS did not vouch for (RFC 8446,
/// section 6.1): browsers show it.
pub(super) const NO_GOODBYE: &str = "the server closed the connection without ending TLS (no close_notify): that this is all of the answer is not certain";

/// Why there is no answer.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) why: Why,
    /// One line for a person.
    pub(super) detail: String,
    /// Whether it may go well the next time.
    pub(super) passing: bool,
    /// Whether all the allowed time went by.
    pub(super) silent: bool,
    /// Whether something came that cannot be read as HTTP.
    pub(super) odd: bool,
}

/// Asks once.
pub(super) async fn get(
    client: &Client,
    url: &Url,
    headers: HeaderMap,
    options: &Options,
    large: &Semaphore,
) -> Result<Answer, Failure> {
    send(client.get(url.clone()).headers(headers), options, large).await
}

/// Sends a request that is ready, once.
pub(super) async fn send(request: RequestBuilder, options: &Options, large: &Semaphore) -> Result<Answer, Failure> {
    let deadline = Instant::now() + options.whole_timeout;
    let sent = request.send();
    let mut response = match timeout_at(deadline, sent).await {
        Err(_) => return Err(silent(format!("no answer within {:?}", options.whole_timeout))),
        Ok(Err(error)) => return Err(failure(&error, options)),
        Ok(Ok(response)) => response,
    };
    let (body, cut, note) = body(&mut response, deadline, options, large).await;
    Ok(Answer {
        protocol: match response.version() {
            Version::HTTP_10 => "http/1.0",
            Version::HTTP_2 => "h2",
            _ => "http/1.1",
        },
        status: response.status().as_u16(),
        headers: response.headers().iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect(),
        body,
        peer: if options.proxy.is_some() { None } else { response.remote_addr().map(|peer| peer.ip()) },
        certificate: response
            .extensions()
            .get::<reqwest::tls::TlsInfo>()
            .and_then(|info| info.peer_certificate())
            .map(Bytes::copy_from_slice),
        cut,
        note,
        verbatim: None,
    })
}

async fn body(
    response: &mut Response,
    deadline: Instant,
    options: &Options,
    large: &Semaphore,
) -> (Bytes, Option<Cut>, Option<&'static str>) {
    let limit = options.max_bytes;
    let has = |name| response.headers().contains_key(name);
    // RFC 9112, section 6.3: such a body goes on to the end of the connection.
    let to_the_end = response.version() != Version::HTTP_2
        && !has(reqwest::header::CONTENT_LENGTH)
        && !has(reqwest::header::TRANSFER_ENCODING);
    let mut note = None;
    let told = response.content_length().map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
    // What announces that it is too long is not read to the limit.
    let stop = if told > limit { limit.min(KEPT) } else { limit };
    let mut body: Vec<u8> = Vec::with_capacity(told.min(FIRST_ROOM).min(stop));
    let mut room = None;
    let cut = loop {
        if body.len() > LARGE && room.is_none() {
            room = timeout_at(deadline, large.acquire()).await.ok();
        }
        let idle = Instant::now() + options.idle_timeout;
        let (reason, detail) = match timeout_at(idle.min(deadline), response.chunk()).await {
            Ok(Ok(Some(chunk))) if chunk.len() <= stop - body.len() => {
                body.extend_from_slice(&chunk);
                continue;
            }
            Ok(Ok(Some(chunk))) => {
                body.extend_from_slice(&chunk[..stop - body.len()]);
                (CutReason::Length, format!("longer than the limit of {limit} bytes"))
            }
            Ok(Ok(None)) => break None,
            Ok(Err(error)) if to_the_end && is_unended(&error) => {
                note = Some(NO_GOODBYE);
                break None;
            }
            Ok(Err(error)) => (CutReason::Disconnect, broken(&error)),
            Err(_) if idle < deadline => (CutReason::Time, format!("no byte for {:?}", options.idle_timeout)),
            Err(_) => (CutReason::Time, format!("not at its end after {:?}", options.whole_timeout)),
        };
        // What is not whole is not read: its beginning shows what came.
        body.truncate(KEPT);
        break Some(Cut { reason, detail: format!("{detail}; the first {} bytes are kept", body.len()) });
    };
    body.shrink_to_fit();
    (body.into(), cut, note)
}

/// Whether a connection ended without an end of TLS.
fn is_unended(error: &reqwest::Error) -> bool {
    causes(error)
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::UnexpectedEof))
}

/// What broke an answer off, in words.
fn broken(error: &reqwest::Error) -> String {
    for cause in causes(error) {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            match io.kind() {
                io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
                    return "the connection was reset".to_owned();
                }
                io::ErrorKind::UnexpectedEof => return "the connection was closed before the end".to_owned(),
                _ => {}
            }
        }
        if cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message) {
            return "the connection was closed before the end".to_owned();
        }
    }
    deepest(error)
}

/// A field value as text: UTF-8, or else each byte the letter of that number (Latin-1), so that nothing is lost.
fn text(value: &[u8]) -> String {
    std::str::from_utf8(value).map_or_else(|_| value.iter().copied().map(char::from).collect(), str::to_owned)
}

fn lasting(why: Why, detail: String) -> Failure {
    Failure { why, detail, passing: false, silent: false, odd: false }
}

fn silent(detail: String) -> Failure {
    Failure { silent: true, ..lasting(Why::Unreachable, detail) }
}

fn passing(detail: String) -> Failure {
    Failure { passing: true, ..lasting(Why::Unreachable, detail) }
}

/// Reads what went wrong from the types of the errors, never from their words.
fn failure(error: &reqwest::Error, options: &Options) -> Failure {
    for cause in causes(error) {
        if let Some(way) = cause.downcast_ref::<NoWay>() {
            let why = if matches!(way, NoWay::Refused(_)) { Why::Refused } else { Why::Unreachable };
            return lasting(why, way.to_string());
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return lasting(Why::Unreachable, untrusted(tls));
        }
        if let Some(http) = cause.downcast_ref::<hyper::Error>() {
            if http.is_parse() {
                let detail = format!("the answer cannot be read as HTTP: {}", deepest(http));
                return Failure { odd: true, ..lasting(Why::Malformed, detail) };
            }
            if http.is_incomplete_message() {
                return passing("the connection was closed before the answer".into());
            }
        }
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            match io.kind() {
                io::ErrorKind::ConnectionRefused => return passing("the connection was refused".into()),
                io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
                    return passing("the connection was reset".into());
                }
                io::ErrorKind::UnexpectedEof => return passing("the connection was closed before the answer".into()),
                io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                    return passing("there is no way to the network of the server".into());
                }
                _ if matches!(io.raw_os_error(), Some(ENFILE | EMFILE)) => {
                    let detail = "this machine allows no more open files; raise the limit (ulimit -n)".to_owned();
                    return Failure { passing: true, ..lasting(Why::Bug, detail) };
                }
                _ => {}
            }
        }
    }
    if error.is_timeout() {
        return silent(format!("no connection within {:?}", options.connect_timeout));
    }
    Failure { passing: error.is_connect() || error.is_request(), ..lasting(Why::Unreachable, deepest(error)) }
}

/// An error and all that caused it. An I/O error hides one inside that it does not give as its source.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    fn below<'a>(error: &&'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
        let error: &'a (dyn Error + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inside) => Some(inside),
            None => error.source(),
        }
    }
    std::iter::successors(Some(error), below)
}

/// The words of the last cause: those of the first ones say only that something was caused. Without the address of a manual,
/// which some libraries give.
fn deepest(error: &(dyn Error + 'static)) -> String {
    let said = causes(error).last().map(ToString::to_string).unwrap_or_default();
    let words: Vec<&str> = said.split(' ').filter(|word| !word.contains("://")).collect();
    words.join(" ").trim_end_matches([':', ' ', '(', ')']).to_owned()
}

fn untrusted(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(wrong) => format!("the certificate is not to be trusted: {wrong}"),
        rustls::Error::AlertReceived(alert) => format!("the server broke the TLS handshake off ({alert:?})"),
        other => format!("TLS failed: {other}"),
    }
}
