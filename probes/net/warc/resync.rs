//! Finding the next record after damage, and saying what a file is that holds no record.
//!
//! A hostile file could look like a beginning everywhere; the number of places that are tried is limited.

use super::head::is_version;
use super::unpack::{Counted, Unpack};
use memchr::memmem::Finder;
use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// The places of one file that are tried; an honest damaged file needs one for each damage.
pub(super) const BUDGET: usize = 10_000;

/// Bytes that are searched at once.
const WINDOW: usize = 256 << 10;

/// The next gzip member that begins with a record.
pub(super) fn member(path: &Path, from: u64, budget: &mut usize) -> io::Result<Option<u64>> {
    find(path, from, &[0x1f, 0x8b, 8], budget, |file| {
        let mut member = Unpack::new(Counted::new(BufReader::with_capacity(4 << 10, file)));
        let mut start = [0; 5];
        member.start().is_ok() && member.read_exact(&mut start).is_ok() && start == *b"WARC/"
    })
}

/// The next place that begins like a record, also where the line before it has lost its end.
pub(super) fn plain(path: &Path, from: u64, budget: &mut usize) -> io::Result<Option<u64>> {
    find(path, from, b"WARC/", budget, |file| {
        let mut line = Vec::new();
        let read = file.take(10).read_to_end(&mut line);
        read.is_ok() && line.ends_with(b"\n") && line.split(|byte| *byte == b'\n').next().is_some_and(is_version)
    })
}

/// The first place of a needle, from a place on, where `fits` says yes to what begins there.
fn find(
    path: &Path,
    from: u64,
    needle: &[u8],
    budget: &mut usize,
    fits: impl Fn(File) -> bool,
) -> io::Result<Option<u64>> {
    let finder = Finder::new(needle);
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut window: Vec<u8> = Vec::with_capacity(WINDOW);
    let mut base = from;
    loop {
        let kept = window.len();
        let read = (&mut file).take((WINDOW - kept) as u64).read_to_end(&mut window)?;
        for hit in finder.find_iter(&window) {
            let Some(left) = budget.checked_sub(1) else { return Ok(None) };
            *budget = left;
            let place = base + hit as u64;
            let mut candidate = File::open(path)?;
            candidate.seek(SeekFrom::Start(place))?;
            if fits(candidate) {
                return Ok(Some(place));
            }
        }
        if read == 0 {
            return Ok(None);
        }
        let overlap = (needle.len() - 1).min(window.len());
        base += (window.len() - overlap) as u64;
        window.drain(..window.len() - overlap);
    }
}

/// What a file is that begins so, as the end of a sentence that begins with "it".
pub(super) fn describe(start: &[u8]) -> String {
    match start {
        [] => "is empty".into(),
        [0x1f, 0x8b, ..] => "is a gzip file without WARC records".into(),
        [b'P', b'K', 3, 4, ..] => {
            "is a zip file; if it is a WACZ, unpack it and give the files of its archive folder".into()
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x5d, 0x2a, 0x4d, 0x18, ..] => {
            "is packed with zstd; unpack it first with `zstd -d`".into()
        }
        _ => format!("begins with {:?}", String::from_utf8_lossy(&start[..start.len().min(24)])),
    }
}
