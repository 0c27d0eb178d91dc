//! Notes on the pages of a service, kept from one audit to the next: a page that is as it was is not read again.
//!
//! They change no result, so whoever needs room may delete them, and what cannot be read or written is done without. They
//! hold for the very program that wrote them. Replays take none: they are there to check what an audit says.

use crate::data::Data;
use probity_probes::documents;
use probity_probes::net::capture::{Capture, Notes};
use probity_probes::net::digest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// The folder of the cache that they lie in.
const FOLDER: &str = "notes";

/// The notes on all services.
#[derive(Debug)]
pub(crate) struct Notebooks {
    folder: PathBuf,
    program: String,
}

/// Those on one service, as the last audit left them: in memory is only where they lie.
#[derive(Debug)]
pub(crate) struct Notebook {
    path: PathBuf,
    program: String,
    slices: BTreeMap<String, Slice>,
    /// Where they begin in the file.
    start: u64,
}

/// Where a note lies behind the first line of its file.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Slice {
    at: u64,
    length: usize,
    sha256: String,
}

/// The first line of a file of notes.
#[derive(Debug, Serialize, Deserialize)]
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
        Some(Self { folder: data.cache(FOLDER, ""), program })
    }

    /// The notes on a service.
    pub(crate) fn of(&self, service: &str) -> Arc<Notebook> {
        let path = self.folder.join(service);
        let (notes, start) = head(&path, &self.program).unwrap_or_default();
        Arc::new(Notebook { path, program: self.program.clone(), slices: notes, start })
    }
}

fn head(path: &Path, program: &str) -> Option<(BTreeMap<String, Slice>, u64)> {
    let mut line = Vec::new();
    BufReader::new(File::open(path).ok()?).read_until(b'\n', &mut line).ok()?;
    let head: Head = serde_json::from_slice(&line).ok()?;
    (head.program == program).then_some((head.notes, line.len() as u64))
}

impl Notes for Notebook {
    fn note(&self, key: &str) -> Option<String> {
        let slice = self.slices.get(key)?;
        let mut file = File::open(&self.path).ok()?;
        file.seek(SeekFrom::Start(self.start.checked_add(slice.at)?)).ok()?;
        let mut text = Vec::new();
        file.take(slice.length as u64).read_to_end(&mut text).ok()?;
        (digest::sha256(&text) == slice.sha256).then(|| String::from_utf8(text).ok())?
    }
}

impl Notebook {
    /// Keeps the notes on a capture for the next audit, where they are not those that are there.
    pub(crate) fn keep(&self, capture: &Capture) {
        let fresh = documents::keys(capture);
        if fresh.is_empty() || fresh.iter().eq(self.slices.keys()) {
            return;
        }
        // Without them the next audit takes longer, and that is all.
        let _ = self.write(&documents::notes(capture));
    }

    fn write(&self, fresh: &BTreeMap<String, String>) -> io::Result<()> {
        let (mut notes, mut at) = (BTreeMap::new(), 0);
        for (key, note) in fresh {
            let slice = Slice { at, length: note.len(), sha256: digest::sha256(note.as_bytes()) };
            at += note.len() as u64;
            notes.insert(key.clone(), slice);
        }
        let folder = self.path.parent().unwrap_or(&self.path);
        std::fs::create_dir_all(folder)?;
        let partial = self.path.with_added_extension(format!("{}.partial", std::process::id()));
        let mut file = File::create(&partial)?;
        let mut text = serde_json::to_vec(&Head { program: self.program.clone(), notes })?;
        text.push(b'\n');
        text.extend(fresh.values().flat_map(|note| note.bytes()));
        let written = file.write_all(&text).and_then(|()| std::fs::rename(&partial, &self.path));
        if written.is_err() {
            let _ = std::fs::remove_file(&partial);
        }
        written
    }
}
