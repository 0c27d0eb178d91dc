//! Notes on the pages of a service, kept from one audit to the next: a page that is as it was is not read again.
//!
//! They change no result, so whoever needs room may delete them, and what cannot be read or written is done without. They
//! hold for the very program that wrote them. Replays take none: they are there to check what an audit says.

use crate::keep::data::{Data, replace};
use probity_probes::documents;
use probity_probes::net::capture::{Capture, Notes};
use probity_probes::net::digest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::UNIX_EPOCH;

/// The notes on all services.
#[derive(Debug)]
pub(crate) struct Notebooks {
    data: Data,
    program: Arc<str>,
}

/// Those on one service, as the last audit left them: in memory is only where they lie.
#[derive(Debug)]
pub(crate) struct Notebook {
    path: PathBuf,
    program: Arc<str>,
    index: OnceLock<Index>,
}

/// Where notes lie in a file.
#[derive(Debug, Default)]
struct Index {
    slices: BTreeMap<String, Slice>,
    /// Where they begin.
    start: u64,
}

/// Where a note lies behind the first line of its file.
#[derive(Debug, Serialize, Deserialize)]
struct Slice {
    at: u64,
    length: usize,
    sha256: String,
}

/// The first line of a file of notes.
#[derive(Serialize, Deserialize)]
struct Head {
    program: String,
    notes: BTreeMap<String, Slice>,
}

impl Notebooks {
    /// Those in a data folder; none where this program cannot tell itself from another.
    pub(crate) fn new(data: &Data) -> Option<Self> {
        let about = std::env::current_exe().ok()?.metadata().ok()?;
        let built = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        let program = format!("{} {} {}", env!("CARGO_PKG_VERSION"), about.len(), built.as_nanos());
        Some(Self { data: data.clone(), program: program.into() })
    }

    /// The notes on a service.
    pub(crate) fn of(&self, service: &str) -> Arc<Notebook> {
        let (path, program) = (self.data.notes(service), Arc::clone(&self.program));
        Arc::new(Notebook { path, program, index: OnceLock::new() })
    }
}

impl Index {
    fn read(path: &Path, program: &str) -> Option<Self> {
        let mut line = Vec::new();
        BufReader::new(File::open(path).ok()?).read_until(b'\n', &mut line).ok()?;
        let head: Head = serde_json::from_slice(&line).ok()?;
        (head.program == program).then_some(Self { slices: head.notes, start: line.len() as u64 })
    }
}

impl Notes for Notebook {
    fn note(&self, key: &str) -> Option<String> {
        let index = self.index.get_or_init(|| Index::read(&self.path, &self.program).unwrap_or_default());
        let slice = index.slices.get(key)?;
        let mut file = File::open(&self.path).ok()?;
        file.seek(SeekFrom::Start(index.start.checked_add(slice.at)?)).ok()?;
        let mut text = Vec::new();
        file.take(slice.length as u64).read_to_end(&mut text).ok()?;
        (digest::sha256(&text) == slice.sha256).then(|| String::from_utf8(text).ok())?
    }
}

impl Notebook {
    /// Keeps what is to be noted of a capture for the next audit.
    pub(crate) fn keep(&self, capture: &Capture) {
        let Some(fresh) = documents::notes(capture) else { return };
        let (mut notes, mut at) = (BTreeMap::new(), 0);
        for (key, note) in &fresh {
            let slice = Slice { at, length: note.len(), sha256: digest::sha256(note.as_bytes()) };
            at += note.len() as u64;
            notes.insert(key.clone(), slice);
        }
        let Ok(mut text) = serde_json::to_vec(&Head { program: self.program.to_string(), notes }) else { return };
        text.push(b'\n');
        fresh.values().for_each(|note| text.extend(note.as_bytes()));
        // Without them the next audit takes longer, and that is all.
        let _ = replace(&self.path, &text, false);
    }
}
