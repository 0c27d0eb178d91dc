//! The results of a run on their way to the disk: written as services end, put in order at the end.
//!
//! Nothing of a service stays in memory but a few numbers and its row of the table, so that a run of thousands needs no
//! more than a run of ten. The result is one JSON object, `docs/formats.md`; the facts lie beside it, a line each service.

use super::Outcome;
use super::grounds::Grounds;
use crate::app::compare::document::Seen;
use crate::base::failure::Failure;
use crate::base::pool;
use crate::keep::data::{self, Draft, Output};
use crate::keep::manifest::{FACTS, GROUNDS, RESULT};
use probity_rules::facts::Facts;
use probity_rules::rating::{Audit as Head, Audited, Rating};
use probity_rules::service::Service;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Lines, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// The name of the file in which results wait for their order.
const SPOOL: &str = "spool.json";

/// Where the text of one service lies in the spool: its ratings, then the service itself.
#[derive(Clone, Copy, Debug)]
struct Slice {
    at: u64,
    ratings: usize,
    service: usize,
}

/// What a service was judged by: a line of the file that `explain` reads.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Judged {
    /// The service's id.
    pub(crate) service: String,
    /// Its declaration as it was then, so that its evidence can be read again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) declared: Option<Box<Service>>,
    /// The facts.
    pub(crate) facts: Facts,
    /// What later audits compare its documents with; none where the audit was of archives that lie elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seen: Option<Vec<Seen>>,
}

/// Results that are being written.
pub(crate) struct Results {
    spool: Output,
    path: PathBuf,
    end: u64,
    facts: Output,
    grounds: Output,
    slices: BTreeMap<usize, Slice>,
}

impl Results {
    /// Begins.
    pub(crate) fn new(draft: &Draft) -> Result<Self, Failure> {
        let (spool, facts, grounds) = (draft.file(SPOOL)?, draft.file(FACTS)?, draft.file(GROUNDS)?);
        Ok(Self { spool, path: draft.path(SPOOL), end: 0, facts, grounds, slices: BTreeMap::new() })
    }

    /// Takes what came of the service at a place of the order.
    pub(crate) fn take(&mut self, place: usize, outcome: Outcome) -> Result<(), Failure> {
        let Outcome { audited, ratings, facts, declared, seen } = outcome;
        let ratings: Result<Vec<_>, _> = ratings.iter().map(serde_json::to_string).collect();
        let ratings = ratings.map_err(unwritten)?.join(",\n");
        let service = serde_json::to_string(&audited).map_err(unwritten)?;
        self.spool.write(ratings.as_bytes())?;
        self.spool.write(service.as_bytes())?;
        let slice = Slice { at: self.end, ratings: ratings.len(), service: service.len() };
        self.end += (ratings.len() + service.len()) as u64;
        self.slices.insert(place, slice);
        let grounds = Grounds::of(&audited.service, &facts);
        let judged = Judged { service: audited.service, declared: Some(declared), facts, seen };
        self.facts.write(&line_of(&judged)?)?;
        self.grounds.write(&line_of(&grounds)?)
    }

    /// Puts everything in order, behind a head that has neither ratings nor services.
    pub(crate) fn finish(self, draft: &Draft, head: &Head) -> Result<(), Failure> {
        let Self { spool, path, facts, grounds, slices, .. } = self;
        spool.end()?;
        // The disk takes the facts while the result is put in order.
        std::thread::scope(|scope| {
            let facts = scope.spawn(|| facts.close().and_then(|()| grounds.close()));
            let result = ordered(&path, &slices, draft, head);
            result.and(pool::joined(facts))
        })?;
        std::fs::remove_file(&path).map_err(|error| data::unwritable(&path, &error))
    }
}

/// Writes the result, in order, from the spool.
fn ordered(path: &Path, slices: &BTreeMap<usize, Slice>, draft: &Draft, head: &Head) -> Result<(), Failure> {
    let mut spool = File::open(path).map_err(|error| data::unreadable(path, &error))?;
    let mut read = |at: u64, length: usize| {
        let mut text = vec![0; length];
        let done = spool.seek(SeekFrom::Start(at)).and_then(|_| spool.read_exact(&mut text));
        done.map(|()| text).map_err(|error| data::unreadable(path, &error))
    };
    let head = serde_json::to_string(head).map_err(unwritten)?;
    let head = head.strip_suffix(r#""ratings":[],"services":[]}"#).unwrap_or(&head);
    let mut out = draft.file(RESULT)?;
    out.write(head.as_bytes())?;
    out.write(b"\n\"ratings\":[")?;
    let rated = slices.values().filter(|slice| slice.ratings > 0);
    for (count, slice) in rated.enumerate() {
        out.write(if count == 0 { b"\n" } else { b",\n" })?;
        out.write(&read(slice.at, slice.ratings)?)?;
    }
    out.write(b"\n],\n\"services\":[")?;
    for (count, slice) in slices.values().enumerate() {
        out.write(if count == 0 { b"\n" } else { b",\n" })?;
        out.write(&read(slice.at + slice.ratings as u64, slice.service)?)?;
    }
    out.write(b"\n]}\n")?;
    out.close()
}

/// A result as it was kept, read service by service: no more than one is in memory.
pub(crate) struct Kept {
    /// The result without ratings and services.
    pub(crate) head: Head,
    path: PathBuf,
    ratings: Lines<BufReader<File>>,
    next: Option<Rating>,
    services: Lines<BufReader<File>>,
}

impl Kept {
    /// Opens a result that [`Results::finish`] wrote: its head, its ratings and its services stand on lines of their own.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let open = || File::open(path).map(|file| BufReader::with_capacity(1 << 16, file).lines());
        let open = || open().map_err(|error| data::unreadable(path, &error));
        let (mut ratings, mut services) = (open()?, open()?);
        let head = line(path, ratings.next())?.unwrap_or_default();
        let head = read(path, &format!(r#"{head}"ratings":[],"services":[]}}"#))?;
        line(path, ratings.next())?;
        while line(path, services.next())?.is_some_and(|line| line != r#""services":["#) {}
        Ok(Self { head, path: path.to_owned(), ratings, next: None, services })
    }

    /// How many services there are from here on; they are not read.
    pub(crate) fn count(mut self) -> Result<usize, Failure> {
        let mut count = 0;
        while line(&self.path, self.services.next())?.is_some_and(|line| line.starts_with('{')) {
            count += 1;
        }
        Ok(count)
    }

    /// The next service, and its ratings; none after the last one.
    pub(crate) fn service(&mut self) -> Result<Option<(Audited, Vec<Rating>)>, Failure> {
        let Some(audited): Option<Audited> = entry(&self.path, &mut self.services)? else { return Ok(None) };
        let mut ratings = Vec::new();
        loop {
            if self.next.is_none() {
                self.next = entry(&self.path, &mut self.ratings)?;
            }
            match self.next.take_if(|rating| rating.service == audited.service) {
                Some(rating) => ratings.push(rating),
                None => return Ok(Some((audited, ratings))),
            }
        }
    }
}

/// The next line of a list; none at its end.
fn entry<T: DeserializeOwned>(path: &Path, lines: &mut Lines<BufReader<File>>) -> Result<Option<T>, Failure> {
    match line(path, lines.next())? {
        Some(line) if line.starts_with('{') => read(path, line.strip_suffix(',').unwrap_or(&line)).map(Some),
        _ => Ok(None),
    }
}

fn line_of<T: Serialize>(value: &T) -> Result<Vec<u8>, Failure> {
    let mut line = serde_json::to_vec(value).map_err(unwritten)?;
    line.push(b'\n');
    Ok(line)
}

fn line(path: &Path, line: Option<io::Result<String>>) -> Result<Option<String>, Failure> {
    line.transpose().map_err(|error| data::unreadable(path, &error))
}

fn read<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| data::not_a_result(path, &error))
}

/// A result that cannot be put into JSON: no such type is in it, so this is our fault.
fn unwritten(error: serde_json::Error) -> Failure {
    Failure::new(format_args!("a result cannot be written as JSON: {error}")).next("please report this")
}
