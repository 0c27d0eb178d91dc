//! Writing evidence while it comes in: one WARC file, appended record by record, by many tasks at once.
//!
//! A record is handed to the system as a whole before the call returns. When that fails (full disk, lost volume) the file
//! is taken back to its last whole record, the error is given to this and every later call, and the run has to stop: an
//! audit without evidence is none. It does not know what is worth recording.

mod sink;

pub use sink::Sink;

use super::entry::{CERTIFICATE_FIELD, CUT_FIELD, Note};
use crate::net::capture::{CutReason, Entry, Exchange, Resolution};
use crate::net::digest;
use crate::net::warc::record::{Kind, Record};
use crate::net::warc::{self, dns, http};
use bytes::Bytes;
use jiff::Timestamp;
use probity_rules::observation::Why;
use reqwest::StatusCode;
use sink::{Member, Shelf};
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// The field of an answer that says in words what else is to be known of how it came.
const NOTE_FIELD: &str = "Probity-Note";
/// Why evidence could not be kept. The run stops.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RecordError {
    /// The file exists or cannot be made.
    #[error("{path}: the archive cannot be created ({source}); give a folder that can be written to", path = path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: Arc<std::io::Error>,
    },
    /// A record could not be written.
    #[error("{path}: evidence cannot be written ({source}); free some space or give another folder, then run the audit again", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: Arc<std::io::Error>,
    },
}

/// What wrote an archive, for its first record.
#[derive(Clone, Debug)]
pub struct Info<'a> {
    /// Name and version of the program.
    pub software: &'a str,
    /// When the audit began.
    pub date: Timestamp,
    /// Further fields, such as `operator`, `http-header-user-agent`, `robots`.
    pub fields: &'a [(&'a str, &'a str)],
}

/// What the door knows of an exchange beside the answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wire<'a> {
    /// The header fields that were sent, in order; none leaves the request out. The values of those that carry a secret
    /// are not written.
    pub request: Option<&'a [(String, String)]>,
    /// Where a question of ours was posted to, and its body; none for a GET of the target itself.
    pub posted: Option<(&'a Url, &'a [u8])>,
    /// The protocol, as its ALPN name: `http/1.0`, `http/1.1`, `h2`. An answer over `h2` is written with an HTTP/1.1 head.
    pub protocol: Option<&'a str>,
    /// The words after the status code; none writes the usual ones.
    pub reason: Option<&'a str>,
    /// The version of TLS, as `tls/1.3`.
    pub tls: Option<&'a str>,
    /// The name of the cipher suite.
    pub cipher: Option<&'a str>,
    /// The certificates in DER, the server's own first. Each is written once to an archive.
    pub certificates: &'a [Bytes],
    /// What else is to be known of how the answer came, in words.
    pub note: Option<&'a str>,
    /// The whole answer letter by letter; none writes its parts.
    pub verbatim: Option<&'a Bytes>,
}

/// An archive that is being written.
pub struct Recorder {
    shelf: Shelf,
    certificates: Mutex<BTreeSet<String>>,
    /// The earlier answers that were written, by address and time.
    confirmed: Mutex<BTreeSet<(String, Timestamp)>>,
}

impl Recorder {
    /// Makes a new file and writes its first record. An existing file is never touched.
    ///
    /// # Errors
    /// [`RecordError`]
    pub fn create(path: &Path, info: &Info<'_>) -> Result<Self, RecordError> {
        let file = OpenOptions::new().append(true).create_new(true).open(path);
        let file = file.map_err(|source| RecordError::Create { path: path.to_owned(), source: Arc::new(source) })?;
        Self::on(Box::new(file), path, info)
    }

    /// Writes to anything; `path` is what errors name.
    ///
    /// # Errors
    /// [`RecordError`]
    pub fn on(sink: Box<dyn Sink>, path: &Path, info: &Info<'_>) -> Result<Self, RecordError> {
        let recorder = Self {
            shelf: Shelf::new(sink, path.to_owned()),
            certificates: Mutex::default(),
            confirmed: Mutex::default(),
        };
        let mut block = format!("software: {}\r\nformat: WARC File Format 1.1\r\n", info.software);
        block
            .push_str("conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n");
        for (name, value) in info.fields {
            block.push_str(&format!("{name}: {}\r\n", warc::head::clean(value)));
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        recorder.small(&Record {
            kind: Kind::Warcinfo,
            date: info.date,
            target: None,
            media: "application/warc-fields",
            fields: vec![("WARC-Filename", name)],
            head: block.as_bytes(),
            body: &[],
            payload: None,
        })?;
        Ok(recorder)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.shelf.path()
    }

    /// Records one answer (each hop of a redirect is one), and with it the request and new certificates.
    ///
    /// # Errors
    /// [`RecordError`]
    pub fn exchange(&self, exchange: &Exchange, wire: &Wire<'_>) -> Result<(), RecordError> {
        self.answer(exchange, wire, Kind::Response, &exchange.body, Vec::new())
    }

    /// Records that an answer brought nothing new: "304 Not Modified", or the same payload as `original`. An answer with
    /// another payload is recorded whole.
    ///
    /// # Errors
    /// [`RecordError`]
    pub fn revisit(&self, answer: &Exchange, original: &Exchange, wire: &Wire<'_>) -> Result<(), RecordError> {
        let profile = match answer.status {
            304 => warc::NOT_MODIFIED,
            _ if answer.digest == original.digest => warc::SAME_PAYLOAD,
            _ => return self.exchange(answer, wire),
        };
        let date = original.payload_of.unwrap_or(original.captured).to_string();
        let fields = vec![
            ("WARC-Refers-To-Target-URI", original.url.clone()),
            ("WARC-Refers-To-Date", date),
            ("WARC-Profile", profile.to_owned()),
        ];
        let answer = Exchange { digest: original.digest.clone(), ..answer.clone() };
        self.answer(&answer, wire, Kind::Revisit, &[], fields)
    }

    /// Records an answer of an earlier archive that a server confirmed, once, so that this archive stands alone; the revisit
    /// that refers to it follows.
    ///
    /// # Errors
    /// [`RecordError`]
    pub fn original(&self, earlier: &Exchange) -> Result<(), RecordError> {
        let captured = earlier.payload_of.unwrap_or(earlier.captured);
        // Whose machine confirmed it in between is not whose machine sent it.
        let peer = earlier.peer.filter(|_| earlier.payload_of.is_none());
        let name = (earlier.url.clone(), captured);
        if !self.confirmed.lock().unwrap_or_else(PoisonError::into_inner).insert(name) {
            return Ok(());
        }
        self.exchange(&Exchange { captured, peer, payload_of: None, ..earlier.clone() }, &Wire::default())
    }

    /// Records a DNS answer.
    ///
    /// # Errors
    /// [`RecordError`]
    pub fn resolution(&self, answer: &Resolution) -> Result<(), RecordError> {
        let block = dns::block(answer);
        let digest = digest::sha256(&block);
        let target = format!("dns:{}", answer.name);
        let record = Self::plain(Kind::Response, answer.captured, &target, warc::DNS, &block);
        self.small(&Record { payload: Some(&digest), ..record })
    }

    /// Records that something could not be had.
    ///
    /// # Errors
    /// [`RecordError`]
    pub fn gap(&self, target: &str, why: Why, detail: &str, at: Timestamp) -> Result<(), RecordError> {
        let note = Note { why, detail: detail.to_owned(), at };
        let block = serde_json::to_vec(&note).unwrap_or_default();
        self.small(&Self::plain(Kind::Metadata, at, target, warc::GAP, &block))
    }

    /// Records a thing without protocol, such as a screenshot.
    ///
    /// # Errors
    /// [`RecordError`]
    pub fn resource(&self, target: &str, media: &str, bytes: &[u8], at: Timestamp) -> Result<(), RecordError> {
        let digest = digest::sha256(bytes);
        let mut record = Self::plain(Kind::Resource, at, target, media, &[]);
        record.payload = Some(&digest);
        record.body = bytes;
        self.shelf.put(&[Member { head: record.prefix().0, body: bytes, packed: is_packed(&[], media) }])
    }

    /// Records whatever a capture holds for a target.
    ///
    /// # Errors
    /// [`RecordError`]
    pub fn put(&self, target: &str, entry: &Entry) -> Result<(), RecordError> {
        match entry {
            Entry::Http(exchange) => self.exchange(exchange, &Wire::default()),
            Entry::Dns(answer) => self.resolution(answer),
            Entry::Gap { why, detail, at } => self.gap(target, *why, detail, *at),
        }
    }

    /// Has everything written to the disk itself. An audit ends with it.
    ///
    /// # Errors
    /// [`RecordError`], also that of an earlier call.
    pub fn finish(&self) -> Result<(), RecordError> {
        self.shelf.sync()
    }

    fn plain<'a>(kind: Kind, date: Timestamp, target: &'a str, media: &'a str, block: &'a [u8]) -> Record<'a> {
        Record { kind, date, target: Some(target), media, fields: Vec::new(), head: block, body: &[], payload: None }
    }

    fn small(&self, record: &Record<'_>) -> Result<(), RecordError> {
        self.shelf.put(&[Member { head: record.prefix().0, body: record.body, packed: false }])
    }

    fn answer(
        &self,
        exchange: &Exchange,
        wire: &Wire<'_>,
        kind: Kind,
        body: &[u8],
        refers: Vec<(&'static str, String)>,
    ) -> Result<(), RecordError> {
        let date = exchange.captured;
        let target = Some(exchange.url.as_str());
        let mut members = Vec::new();
        let mut fields = Vec::new();
        let mut field = |name, value: &str| fields.push((name, value.to_owned()));
        let peer = exchange.peer.map(|peer| peer.to_string());
        if let Some(peer) = &peer {
            field("WARC-IP-Address", peer);
        }
        [wire.protocol, wire.tls].iter().flatten().for_each(|protocol| field("WARC-Protocol", protocol));
        if let Some(cipher) = wire.cipher {
            field("WARC-Cipher-Suite", cipher);
        }
        if let Some(cut) = &exchange.cut {
            field("WARC-Truncated", reason(cut.reason));
            field(CUT_FIELD, &cut.detail);
        }
        if let Some(note) = wire.note {
            field(NOTE_FIELD, note);
        }
        for certificate in wire.certificates {
            let digest = digest::sha256(certificate);
            field(CERTIFICATE_FIELD, &digest);
            if self.certificates.lock().unwrap_or_else(PoisonError::into_inner).insert(digest.clone()) {
                let target = certificate_target(&digest);
                let record = Self::plain(Kind::Resource, date, &target, warc::CERTIFICATE, certificate);
                let record = Record { payload: Some(&digest), ..record };
                members.push(Member { head: record.prefix().0, body: &[], packed: false });
            }
        }
        fields.extend(refers);
        let version = if wire.protocol == Some("http/1.0") { "HTTP/1.0" } else { "HTTP/1.1" };
        let usual = || StatusCode::from_u16(exchange.status).ok()?.canonical_reason();
        let words = wire.reason.or_else(usual).unwrap_or_default();
        let head = http::write(&format!("{version} {:03} {words}", exchange.status), &exchange.headers);
        let (head, body) = match wire.verbatim {
            Some(block) if kind == Kind::Response => (block.to_vec(), &[][..]),
            _ => (head, body),
        };
        let payload = Some(exchange.digest.as_str());
        let record = Record { kind, date, target, media: warc::HTTP_RESPONSE, fields, head: &head, body, payload };
        let (prefix, id) = record.prefix();
        members.push(Member { head: prefix, body, packed: is_packed(&exchange.headers, "") });
        if let Some(headers) = wire.request {
            let (head, sent) = match wire.posted {
                Some((url, sent)) => (request("POST", Some(url), version, headers), sent),
                None => (request("GET", Url::parse(&exchange.url).ok().as_ref(), version, headers), &[][..]),
            };
            let mut fields = vec![("WARC-Concurrent-To", format!("<{id}>"))];
            fields.extend(peer.map(|peer| ("WARC-IP-Address", peer)));
            let media = warc::HTTP_REQUEST;
            let record =
                Record { kind: Kind::Request, date, target, media, fields, head: &head, body: sent, payload: None };
            members.push(Member { head: record.prefix().0, body: sent, packed: false });
        }
        self.shelf.put(&members)
    }
}

/// The target under which a certificate is archived.
pub(super) fn certificate_target(digest: &str) -> String {
    format!("urn:{digest}")
}

/// Fields whose values are secrets of whoever runs the audit.
const SECRET: [&str; 4] = ["authorization", "proxy-authorization", "private-token", "x-api-key"];

fn request(method: &str, url: Option<&Url>, version: &str, headers: &[(String, String)]) -> Vec<u8> {
    let is = |name: &str, wanted: &str| name.eq_ignore_ascii_case(wanted);
    let path = url.map_or("/", |url| &url[url::Position::BeforePath..url::Position::AfterQuery]);
    let mut fields = Vec::with_capacity(headers.len() + 1);
    if let Some(url) = url.filter(|_| !headers.iter().any(|(name, _)| is(name, "host"))) {
        let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
        fields.push(("Host".to_owned(), host.to_owned()));
    }
    fields.extend(headers.iter().map(|(name, value)| {
        let secret = SECRET.iter().any(|wanted| is(name, wanted));
        (name.clone(), if secret { "[not archived]".to_owned() } else { value.clone() })
    }));
    http::write(&format!("{method} {path} {version}"), &fields)
}

fn reason(reason: CutReason) -> &'static str {
    match reason {
        CutReason::Length => "length",
        CutReason::Time => "time",
        CutReason::Disconnect => "disconnect",
        CutReason::Unspecified => "unspecified",
    }
}

/// Whether a payload is compressed already, by its header fields or its media type.
fn is_packed(headers: &[(String, String)], media: &str) -> bool {
    let value = |wanted: &str| {
        headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.as_str())
    };
    if value("content-encoding").is_some_and(|coding| !coding.trim().eq_ignore_ascii_case("identity")) {
        return true;
    }
    let media = value("content-type").unwrap_or(media).trim().to_ascii_lowercase();
    let packed = ["image/", "audio/", "video/", "font/", "application/zip", "application/gzip", "application/pdf"];
    packed.iter().any(|start| media.starts_with(start)) && !media.starts_with("image/svg")
}
