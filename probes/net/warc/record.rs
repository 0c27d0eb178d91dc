//! Building a record: its fields in a fixed order, its digests, and an identifier that follows from its content.
//!
//! No clock and no chance: the same record built twice has the same bytes. It does not decide what is recorded.

use super::head::clean;
use crate::net::digest::{Sum, hex};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The kinds of records that we write (WARC 1.1, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What wrote the file.
    Warcinfo,
    /// What was sent.
    Request,
    /// What came back.
    Response,
    /// What came back, without a payload that is already archived.
    Revisit,
    /// A note of ours.
    Metadata,
    /// A thing without protocol: a certificate, a screenshot.
    Resource,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Warcinfo => "warcinfo",
            Self::Request => "request",
            Self::Response => "response",
            Self::Revisit => "revisit",
            Self::Metadata => "metadata",
            Self::Resource => "resource",
        }
    }
}

/// A record to be written; the body is borrowed and never copied.
pub struct Record<'a> {
    /// The kind.
    pub kind: Kind,
    /// When the thing was captured.
    pub date: Timestamp,
    /// What it is of; none for `warcinfo`.
    pub target: Option<&'a str>,
    /// The media type of the block.
    pub media: &'a str,
    /// Named fields between the target and the digests, in the order in which they are written.
    pub fields: Vec<(&'static str, String)>,
    /// The first part of the block: a protocol head, or the whole of a small block.
    pub head: &'a [u8],
    /// The rest of the block.
    pub body: &'a [u8],
    /// The digest of the payload, where the record has one.
    pub payload: Option<&'a str>,
}

impl Record<'_> {
    /// The record's head and the first part of its block, and the record's identifier (`urn:uuid:…`).
    pub fn prefix(&self) -> (Vec<u8>, String) {
        let block = Sum::sha256(&[self.head, self.body]).to_string();
        let date = self.date.to_string();
        let id = identifier(&[self.kind.name(), self.target.unwrap_or_default(), &date, &block]);
        let mut text = String::with_capacity(768 + self.head.len());
        let mut field = |name: &str, value: &str| {
            let _ = write!(text, "{name}: {}\r\n", clean(value));
        };
        field("WARC-Type", self.kind.name());
        field("WARC-Record-ID", &format!("<{id}>"));
        field("WARC-Date", &date);
        if let Some(target) = self.target {
            field("WARC-Target-URI", target);
        }
        for (name, value) in &self.fields {
            field(name, value);
        }
        if let Some(payload) = self.payload {
            field("WARC-Payload-Digest", payload);
        }
        field("WARC-Block-Digest", &block);
        field("Content-Type", self.media);
        field("Content-Length", &(self.head.len() + self.body.len()).to_string());
        let mut bytes = Vec::with_capacity(text.len() + self.head.len() + 12);
        bytes.extend_from_slice(b"WARC/1.1\r\n");
        bytes.extend_from_slice(text.as_bytes());
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(self.head);
        (bytes, id)
    }
}

/// A UUID of version 8 (RFC 9562, section 5.8) made of the SHA-256 of what the record is.
fn identifier(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update(b"\n");
    }
    let mut bytes: [u8; 32] = hash.finalize().into();
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let text = hex(&bytes[..16]);
    format!("urn:uuid:{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}
