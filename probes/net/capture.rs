//! What was captured of one service: the answers to its requests, and the gaps where there is no answer.
//!
//! A capture is a view of the archive. Live, the door to the network puts answers in; on replay they come from a
//! [`Source`], for each address the latest at or before the day of the audit. It does not know what a page means.

pub use super::resolution::{DnsRecord, NAMING, Resolution};
use super::{coding, digest};
use bytes::Bytes;
use jiff::Timestamp;
use probity_rules::observation::Why;
use probity_rules::text::refresh_target;
use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// Something that a probe wants to have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Request {
    /// A GET of an address (absolute, without fragment). Redirects are followed, each hop is captured.
    Http {
        /// The address.
        url: String,
        /// The `Accept` header; the same for every capture of one address.
        accept: &'static str,
        /// The language that is wanted, ISO 639-1; the same for every capture of one address. None asks for English
        /// and takes any.
        language: Option<String>,
        /// As what we ask: as a crawler of pages, or as a user of a programming interface.
        access: Access,
    },
    /// All addresses, aliases, mail exchangers and name servers of a name (A, AAAA, CNAME, MX, NS in one answer).
    Dns {
        /// The name, in lower case, without the last dot.
        name: String,
    },
}

/// As what the door asks, which decides whether `robots.txt` binds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// A page that a crawler reads: `robots.txt` binds (RFC 9309).
    Page,
    /// A programming interface that is published for programs and has terms and rate limits of its own, such as a
    /// forge's REST API: `robots.txt` speaks of its pages to crawlers and is not asked.
    Api,
}

impl Request {
    /// A GET of a page, read as a crawler: HTML first, anything else too.
    pub fn page(url: impl Into<String>) -> Self {
        let accept = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5";
        Self::Http { url: url.into(), accept, language: None, access: Access::Page }
    }

    /// A GET of a programming interface that answers JSON.
    pub fn api(url: impl Into<String>) -> Self {
        Self::Http { url: url.into(), accept: "application/json", language: None, access: Access::Api }
    }

    /// The DNS records of a name.
    pub fn dns(name: &str) -> Self {
        Self::Dns { name: name.trim_end_matches('.').to_ascii_lowercase() }
    }

    /// The target under which the archive holds the answer: the address, or `dns:` and the name.
    pub fn target(&self) -> String {
        match self {
            Self::Http { url, .. } => url.clone(),
            Self::Dns { name } => format!("dns:{name}"),
        }
    }
}

/// What the archive holds for one target.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// An HTTP answer (any status: a redirect or a 404 is an answer).
    Http(Exchange),
    /// A DNS answer (also "no such name" and "no such record").
    Dns(Resolution),
    /// No answer, and why.
    Gap {
        /// The reason.
        why: Why,
        /// One line for a person.
        detail: String,
        /// When it was tried.
        at: Timestamp,
    },
}

/// One HTTP answer as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// The address that was asked.
    pub url: String,
    /// When.
    pub captured: Timestamp,
    /// The status code.
    pub status: u16,
    /// The header fields, in order, names as sent.
    pub headers: Vec<(String, String)>,
    /// The payload: transfer codings removed, content codings still on.
    pub body: Bytes,
    /// `sha256:` and the hexadecimal digest of `body`.
    pub digest: String,
    /// The address of the machine that answered, where known.
    pub peer: Option<IpAddr>,
    /// What is wrong with the payload, where the door cut it off: over a limit, half sent.
    pub cut: Option<Cut>,
    /// When the payload itself was captured, where this answer only confirmed it (a WARC `revisit`).
    pub payload_of: Option<Timestamp>,
}

/// A payload that is not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The kind of reason, in the words of WARC 1.1 (section 5.13, `WARC-Truncated`).
    pub reason: CutReason,
    /// One line for a person; empty where another tool cut and did not say more.
    pub detail: String,
}

/// Why a payload was cut off, in the words of WARC 1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CutReason {
    /// Over a limit on bytes.
    Length,
    /// Over a limit on time.
    Time,
    /// The connection broke off.
    Disconnect,
    /// The recorder did not say.
    Unspecified,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.reason {
            CutReason::Length => "cut off at a limit on bytes",
            CutReason::Time => "cut off at a limit on time",
            CutReason::Disconnect => "cut off when the connection broke",
            CutReason::Unspecified => "cut off by who recorded it",
        })?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, ": {}", self.detail) }
    }
}

impl Exchange {
    /// An answer with its digest; `peer`, `cut` and `payload_of` are none.
    pub fn new(url: String, captured: Timestamp, status: u16, headers: Vec<(String, String)>, body: Bytes) -> Self {
        let digest = digest::sha256(&body);
        Self { url, captured, status, headers, body, digest, peer: None, cut: None, payload_of: None }
    }

    /// The same answer, confirmed later by the server ("304 Not Modified") or by an identical payload: status, header
    /// fields and body of the first answer, time and machine of the second.
    pub fn confirmed(&self, captured: Timestamp, peer: Option<IpAddr>) -> Self {
        Self { captured, peer, payload_of: Some(self.payload_of.unwrap_or(self.captured)), ..self.clone() }
    }

    /// The payload without its content codings.
    ///
    /// # Errors
    /// `unsupported` for a coding that we do not know; `malformed` for a payload that is not what its coding says, and for
    /// one that decodes to more than `limit` bytes.
    pub fn decoded(&self, limit: usize) -> Result<Cow<'_, [u8]>, (Why, String)> {
        let codings = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case("content-encoding"));
        coding::decode(&self.body, codings.map(|(_, value)| value.as_str()), limit)
    }

    /// The first header field of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Where a redirect points, as an absolute web address without fragment; none for any other answer. A page with a field
    /// `Refresh` is one, as in browsers (HTML, section 7.4.2), unless it waits long or only loads itself again.
    pub fn redirect(&self) -> Option<String> {
        let to = match self.status {
            301 | 302 | 303 | 307 | 308 => self.header("location")?,
            200..=203 => refresh_target(self.header("refresh")?).filter(|(delay, _)| *delay <= REFRESH)?.1,
            _ => return None,
        };
        let mut next = Url::parse(&self.url).ok()?.join(to).ok()?;
        next.set_fragment(None);
        let is_reload = self.status < 300 && next.as_str() == self.url;
        (matches!(next.scheme(), "http" | "https") && !is_reload).then(|| next.into())
    }
}

/// Where a replayed capture comes from.
pub trait Source: Send + Sync {
    /// The latest entry of a target at or before a time.
    fn latest(&self, target: &str, at: Timestamp) -> Option<Entry>;
}

/// What was captured of one service.
pub struct Capture {
    as_of: Timestamp,
    source: Option<Arc<dyn Source>>,
    entries: Mutex<BTreeMap<String, Option<Arc<Entry>>>>,
    memos: Mutex<BTreeMap<String, Arc<dyn Any + Send + Sync>>>,
    notes: Option<Arc<dyn Notes>>,
}

/// What probes made of captured bytes in earlier audits. It changes no result: under a key lies what would be made again.
pub trait Notes: Send + Sync {
    /// The note under a key.
    fn note(&self, key: &str) -> Option<String>;
}

impl Capture {
    /// An empty capture, to be filled by a live audit.
    pub fn live(as_of: Timestamp) -> Self {
        Self { as_of, source: None, entries: Mutex::default(), memos: Mutex::default(), notes: None }
    }

    /// A view of an archive as it was at a time.
    pub fn replay(source: Arc<dyn Source>, as_of: Timestamp) -> Self {
        Self { as_of, source: Some(source), entries: Mutex::default(), memos: Mutex::default(), notes: None }
    }

    /// With notes of earlier audits at hand.
    pub fn with_notes(self, notes: Arc<dyn Notes>) -> Self {
        Self { notes: Some(notes), ..self }
    }

    /// The notes of earlier audits, where anybody keeps them.
    pub fn notes(&self) -> Option<&dyn Notes> {
        self.notes.as_deref()
    }

    /// All memos of a type, by key.
    pub fn memos<T: Any + Send + Sync>(&self) -> Vec<Arc<T>> {
        let memos = self.memos.lock().unwrap_or_else(PoisonError::into_inner);
        memos.values().filter_map(|memo| Arc::clone(memo).downcast().ok()).collect()
    }

    /// The time of the audit.
    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// What is held for a target; none where nobody asked.
    pub fn get(&self, target: &str) -> Option<Arc<Entry>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get(target) {
            return entry.clone();
        }
        let found = self.source.as_ref()?.latest(target, self.as_of).map(Arc::new);
        entries.insert(target.to_owned(), found.clone());
        found
    }

    /// Puts an answer or a gap in.
    pub fn put(&self, target: String, entry: Entry) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).insert(target, Some(Arc::new(entry)));
    }

    /// What a probe made of captured bytes, made once and kept until the capture is dropped. The key starts with the
    /// probe's id and names all that the result depends on; keep what is small, not the page.
    pub fn memo<T: Any + Send + Sync>(&self, key: &str, make: impl FnOnce() -> T) -> Arc<T> {
        let held = self.memos.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        if let Some(Ok(held)) = held.map(Arc::downcast::<T>) {
            return held;
        }
        let made = Arc::new(make());
        self.memos.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), made.clone());
        made
    }

    /// Whether a request has an answer or a gap.
    pub fn has(&self, request: &Request) -> bool {
        self.get(&request.target()).is_some()
    }

    /// The answer to a GET, redirects followed through the captured hops.
    pub fn follow(&self, url: &str) -> Followed {
        let mut hops = vec![url.to_owned()];
        loop {
            let here = hops.last().cloned().unwrap_or_default();
            let gap = |why, detail: String| Followed { hops: hops.clone(), answer: Err((why, detail)) };
            let entry = match self.get(&here) {
                None => return gap(Why::NotAsked, "no capture of this address".into()),
                Some(entry) => entry,
            };
            match &*entry {
                Entry::Gap { why, detail, .. } => return gap(*why, detail.clone()),
                Entry::Dns(_) => return gap(Why::Bug, "a DNS answer under a web address".into()),
                Entry::Http(exchange) => match exchange.redirect() {
                    None => return Followed { answer: Ok(entry), hops },
                    Some(next) if hops.contains(&next) => return gap(Why::Unreachable, "redirect loop".into()),
                    Some(_) if hops.len() > MAX_HOPS => {
                        return gap(Why::Unreachable, format!("more than {MAX_HOPS} redirects"));
                    }
                    Some(next) => hops.push(next),
                },
            }
        }
    }
}

/// A page that leads on by itself is followed where it does so within this time, in seconds: what takes longer is the end of
/// a session, or a page that loads itself again.
pub const REFRESH: u32 = 30;

/// Redirects that are followed for one request; browsers follow 20, nobody honest needs 10.
pub const MAX_HOPS: usize = 10;

/// Where a chain of redirects led.
#[derive(Clone, Debug)]
pub struct Followed {
    /// The addresses, the asked one first; the last one is what answered or failed.
    pub hops: Vec<String>,
    /// The answer ([`Entry::Http`]), or why there is none.
    pub answer: Result<Arc<Entry>, (Why, String)>,
}
