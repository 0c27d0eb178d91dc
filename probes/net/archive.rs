//! Reading evidence: an index over WARC files, ours or any tool's, that gives for each target the latest capture at a time.
//!
//! One pass over each file keeps only where its records are; a record is read when it is asked for. A record that is
//! broken is a gap with its reason, never an absence, and never an older capture in place of the one that was asked for.

mod entry;
mod index;
pub mod recorder;

use super::capture::{Entry, Source};
use super::digest::Sum;
use super::warc::walk::{Medium, WalkError};
use super::warc::{Limits, dns};
use bytes::Bytes;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use url::Url;

/// Why an archive cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file is not there or not readable.
    #[error("{path}: cannot be read ({source}); check the path and its permissions", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is something else.
    #[error("{path}: is no WARC file: {found}; give a .warc or .warc.gz file", path = path.display())]
    NotWarc {
        /// The file.
        path: PathBuf,
        /// What was found.
        found: String,
    },
}

/// Something in an archive that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file.
    pub path: PathBuf,
    /// The byte at which it begins (in the unpacked file, where the whole file is one gzip member).
    pub place: u64,
    /// What is lost, and why.
    pub what: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: byte {}: {}", self.path.display(), self.place, self.what)
    }
}

/// What a record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An HTTP answer.
    Http,
    /// An HTTP answer whose payload is in another record.
    Revisit,
    /// A DNS answer.
    Dns,
    /// A note that nothing could be had.
    Gap,
    /// A thing without protocol, such as a screenshot or a certificate; no [`Entry`].
    Resource,
}

/// One record of an archive: where it is, not what it holds.
#[derive(Clone, Debug)]
pub struct Slot {
    /// When it was captured.
    pub captured: Timestamp,
    /// What it holds.
    pub kind: Kind,
    file: u32,
    place: u64,
    /// A hash of the record's identifier.
    id: u64,
    payload: Option<Sum>,
}

impl Slot {
    /// The digest of its payload, as its record says it.
    pub fn payload(&self) -> Option<String> {
        self.payload.map(|sum| sum.to_string())
    }
}

/// What is known of the connection that an answer came over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// `tls/1.3`, `tls/1.2`; none for plain HTTP or where the recorder did not say.
    pub tls: Option<String>,
    /// The name of the cipher suite.
    pub cipher: Option<String>,
    /// The digests of the certificates, the server's own first; [`Archive::certificate`] gives their bytes.
    pub certificates: Vec<String>,
}

/// An index over one or several WARC files.
#[derive(Debug)]
pub struct Archive {
    limits: Limits,
    files: Vec<(PathBuf, Medium)>,
    /// The files that we wrote, by number: what stands in them stands there as it came.
    ours: BTreeSet<u32>,
    targets: BTreeMap<String, Vec<Slot>>,
    by_payload: OnceLock<BTreeMap<Sum, (String, usize)>>,
    damages: Vec<Damage>,
}

impl Archive {
    /// Walks the files; later ones win where two records have the same target and time.
    ///
    /// # Errors
    /// [`ArchiveError`] where nothing of a file can be used. Damage inside a file is no error: see [`Archive::damages`].
    pub fn open<P: AsRef<Path>>(paths: &[P]) -> Result<Self, ArchiveError> {
        Self::open_within(paths, Limits::default())
    }

    /// Walks the files within limits of one's own.
    ///
    /// # Errors
    /// Those of [`Archive::open`].
    pub fn open_within<P: AsRef<Path>>(paths: &[P], limits: Limits) -> Result<Self, ArchiveError> {
        let mut files = Vec::new();
        let mut damages = Vec::new();
        let mut builder = index::Builder::default();
        for path in paths.iter().map(AsRef::as_ref) {
            builder.file(files.len(), path);
            let medium = Medium::walk(path, &limits, &mut builder).map_err(|error| match error {
                WalkError::Io(source) => ArchiveError::Read { path: path.to_owned(), source },
                other => ArchiveError::NotWarc { path: path.to_owned(), found: other.to_string() },
            })?;
            files.push((path.to_owned(), medium));
            builder.take(&mut damages);
        }
        let ours = builder.ours();
        Ok(Self { limits, files, ours, targets: builder.finish(), by_payload: OnceLock::new(), damages })
    }

    /// What could not be used, in the order of the files.
    pub fn damages(&self) -> &[Damage] {
        &self.damages
    }

    /// All targets, sorted.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.targets.keys().map(String::as_str)
    }

    /// All records of a target, in the order of time.
    pub fn slots(&self, target: &str) -> &[Slot] {
        self.targets.get(&normalise(target)).map_or(&[], Vec::as_slice)
    }

    /// All points in time at which something was captured, for a run through the history.
    pub fn times(&self) -> BTreeSet<Timestamp> {
        let answers = self.targets.values().flatten().filter(|slot| slot.kind != Kind::Resource);
        answers.map(|slot| slot.captured).collect()
    }

    /// All notes that something could not be had, by target and time.
    pub fn gaps(&self) -> impl Iterator<Item = (&str, Entry)> {
        self.targets.iter().flat_map(move |(target, slots)| {
            let gaps = slots.iter().filter(|slot| slot.kind == Kind::Gap);
            gaps.filter_map(move |slot| Some((target.as_str(), self.entry(target, slot)?)))
        })
    }

    /// The bytes of the certificate with this digest.
    pub fn certificate(&self, digest: &str) -> Option<Bytes> {
        let target = recorder::certificate_target(digest);
        let slot = self.slots(&target).iter().find(|slot| slot.kind == Kind::Resource)?;
        let (_, block) = self.resource(slot).ok()?;
        Sum::parse(digest)?.fits(&[&block]).then_some(block)
    }
}

impl Source for Archive {
    fn latest(&self, target: &str, at: Timestamp) -> Option<Entry> {
        let (known, slots) = self.targets.get_key_value(&normalise(target))?;
        let until = slots.partition_point(|slot| slot.captured <= at);
        let mut entry = slots[..until].iter().rev().find_map(|slot| self.entry(known, slot))?;
        // It is cited as it was asked for, as by who asked the server.
        if let Entry::Http(exchange) = &mut entry
            && let Ok(mut asked) = Url::parse(target)
        {
            asked.set_fragment(None);
            exchange.url = asked.into();
        }
        Some(entry)
    }
}

/// A target as the index knows it: an address as a browser writes it, without fragment; a name in lower case.
pub fn normalise(target: &str) -> String {
    if let Some(name) = target.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("dns:")).map(|_| &target[4..]) {
        // RFC 4501 has an authority and a query; recorders write the name alone.
        let name = name.strip_prefix("//").and_then(|rest| rest.split_once('/')).map_or(name, |(_, name)| name);
        return format!("dns:{}", dns::name(name.split('?').next().unwrap_or_default()));
    }
    match Url::parse(target) {
        Ok(mut url) => {
            url.set_fragment(None);
            spelled(url.into())
        }
        Err(_) => target.to_owned(),
    }
}

/// An address with its percent signs as RFC 3986, section 6.2.2, spells them: digits in capitals, none where a letter, a digit,
/// or one of `-._~` can stand for itself.
fn spelled(url: String) -> String {
    if !url.contains('%') {
        return url;
    }
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let (bytes, mut plain, mut at) = (url.as_bytes(), String::with_capacity(url.len()), 0);
    // A parsed address is ASCII.
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                let means = (high * 16 + low) as u8;
                if means.is_ascii_alphanumeric() || b"-._~".contains(&means) {
                    plain.push(char::from(means));
                } else {
                    plain.push_str(&format!("%{means:02X}"));
                }
                at += 3;
            }
            _ => {
                plain.push(char::from(*byte));
                at += 1;
            }
        }
    }
    // `%2E%2E` is a step up once it is spelled so.
    Url::parse(&plain).map_or(plain, String::from)
}

#[cfg(test)]
mod tests;
