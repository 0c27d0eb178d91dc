//! Where records go: packed beside each other by as many tasks as there are, appended by one at a time.

use super::RecordError;
use crate::net::warc::member::Packer;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The level of deflate for what is not compressed already. Measured on 16 real policies: level 1 packs 2.7:1, 2 packs 3.4:1
/// at half the speed, 6 packs 3.8:1 at an eighth; `benches/warc.rs` has the speeds.
const LEVEL: u32 = 2;

/// A record that unpacks to more than this is packed straight into the file, so that no task holds it twice.
const LARGE: usize = 256 << 10;

/// Packers that wait to be used again; more tasks than this make their own.
const IDLE: usize = 8;

/// Something that records can be appended to.
pub trait Sink: Write + Send {
    /// Takes back everything from a length on.
    ///
    /// # Errors
    /// Those of the system.
    fn cut_back(&mut self, length: u64) -> io::Result<()>;

    /// Has everything written to the disk itself.
    ///
    /// # Errors
    /// Those of the system.
    fn sync(&mut self) -> io::Result<()>;
}

impl Sink for File {
    fn cut_back(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

/// A record ready to be packed: its head with the first part of its block, and the rest of its block.
pub(super) struct Member<'a> {
    pub(super) head: Vec<u8>,
    pub(super) body: &'a [u8],
    pub(super) packed: bool,
}

/// A sink, the way back to its last whole record, and the error after which nothing more is written.
pub(super) struct Shelf {
    path: PathBuf,
    state: Mutex<State>,
    desks: Mutex<Vec<Desk>>,
}

struct State {
    sink: Box<dyn Sink>,
    length: u64,
    failed: Option<Arc<io::Error>>,
}

struct Desk {
    packer: Packer,
    out: Vec<u8>,
}

impl Shelf {
    pub(super) fn new(sink: Box<dyn Sink>, path: PathBuf) -> Self {
        Self { path, state: Mutex::new(State { sink, length: 0, failed: None }), desks: Mutex::default() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends records next to each other.
    pub(super) fn put(&self, members: &[Member<'_>]) -> Result<(), RecordError> {
        let idle = self.desks.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut desk = idle.unwrap_or_else(|| Desk { packer: Packer::new(LEVEL), out: Vec::new() });
        let size: usize = members.iter().map(|member| member.head.len() + member.body.len()).sum();
        let packed = if size <= LARGE {
            desk.out.clear();
            let Desk { packer, out } = &mut desk;
            self.checked(pack(members, packer, out))?;
            self.append(|sink| sink.write_all(out))
        } else {
            self.append(|sink| {
                let mut out = BufWriter::with_capacity(64 << 10, sink);
                pack(members, &mut desk.packer, &mut out)?;
                out.flush()
            })
        };
        let mut desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        if desks.len() < IDLE {
            desks.push(desk);
        }
        drop(desks);
        packed
    }

    pub(super) fn sync(&self) -> Result<(), RecordError> {
        self.append(|sink| {
            sink.flush()?;
            sink.inner.sync()
        })
    }

    fn append(&self, write: impl FnOnce(&mut Measured<'_>) -> io::Result<()>) -> Result<(), RecordError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { sink, length, failed } = &mut *state;
        if let Some(source) = failed {
            return Err(self.error(source.clone()));
        }
        let mut measured = Measured { inner: &mut **sink, written: 0 };
        match write(&mut measured) {
            Ok(()) => {
                *length += measured.written;
                Ok(())
            }
            Err(source) => {
                // A cut last record would be found when the file is read; without it the file is whole.
                let _ = sink.cut_back(*length);
                let source = Arc::new(source);
                *failed = Some(source.clone());
                Err(self.error(source))
            }
        }
    }

    fn checked<T>(&self, result: io::Result<T>) -> Result<T, RecordError> {
        result.map_err(|source| self.error(Arc::new(source)))
    }

    fn error(&self, source: Arc<io::Error>) -> RecordError {
        RecordError::Write { path: self.path.clone(), source }
    }
}

fn pack(members: &[Member<'_>], packer: &mut Packer, out: &mut impl Write) -> io::Result<()> {
    members.iter().try_for_each(|member| packer.member(&member.head, member.body, member.packed, out))
}

/// A sink that counts.
struct Measured<'a> {
    inner: &'a mut dyn Sink,
    written: u64,
}

impl Write for Measured<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.written += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
