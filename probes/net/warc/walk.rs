//! One pass over a WARC file: each whole record once, with its place; each damage once, with what is lost by it.
//!
//! Three forms are read: one gzip member per record, no compression, and gzip members with several records, which have
//! no random access and are therefore unpacked into a temporary file first. After damage the next record is searched. A last
//! record that is cut off is not searched for records inside: whoever was archived could have put some there.

use super::head::{Head, HeadError};
use super::unpack::{Counted, Unpack};
use super::{Limits, resync};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// The bytes of a block that a walk shows.
const PEEK: usize = 64;

/// Why a file cannot be walked at all.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// It could not be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is no WARC file.
    #[error("it {0}")]
    NotWarc(String),
    /// It unpacks to more than it may.
    #[error("it has no gzip member per record and unpacks to more than the limit of {0} bytes")]
    Spool(u64),
}

/// What is told of a file while it is walked.
pub trait Visitor {
    /// A whole record: its head, its place (for [`Medium::fetch`]), and the first bytes of its block.
    fn record(&mut self, head: &Head, place: u64, peek: &[u8]);
    /// Something that is lost: the byte where it began, and what.
    fn damage(&mut self, place: u64, what: String);
    /// Forget the records: they come again, with other places.
    fn restart(&mut self);
}

/// A walked file, for random access.
#[derive(Debug)]
pub struct Medium {
    path: PathBuf,
    packed: bool,
    /// The file of `path`, where it is ours: deleted when the medium is dropped.
    #[expect(dead_code, reason = "held for its drop")]
    spool: Option<NamedTempFile>,
}

impl Medium {
    /// Walks a file.
    ///
    /// # Errors
    /// [`WalkError`]: only where nothing of the file can be used.
    pub fn walk(path: &Path, limits: &Limits, visitor: &mut dyn Visitor) -> Result<Self, WalkError> {
        let mut start = Vec::new();
        let file = File::open(path)?;
        let about = file.metadata()?;
        if !about.is_file() {
            // It is read several times, which a pipe does not allow.
            return Err(WalkError::NotWarc("is no regular file; save it to one first".into()));
        }
        let length = about.len();
        file.take(PEEK as u64).read_to_end(&mut start)?;
        let mut walk = Walk { limits, visitor, path, length, records: 0, recognised: false, budget: resync::BUDGET };
        let packed = match &start[..] {
            [0x1f, 0x8b, ..] => true,
            [b'W', b'A', b'R', b'C', ..] => false,
            // A file whose first bytes are damaged is known by its next record.
            _ => resync::member(path, 0, &mut walk.budget)?.is_some(),
        };
        let mut medium = Self { path: path.to_owned(), packed, spool: None };
        if !packed {
            walk.plain()?;
        } else if matches!(walk.members()?, Form::Joined) {
            let spool = walk.spool()?;
            walk.length = spool.as_file().metadata()?.len();
            walk.path = spool.path();
            walk.plain()?;
            walk.finish(&start)?;
            medium = Self { path: spool.path().to_owned(), packed: false, spool: Some(spool) };
            return Ok(medium);
        }
        walk.finish(&start)?;
        Ok(medium)
    }

    /// Reads the record at a place: its head and its block.
    ///
    /// # Errors
    /// A sentence: what is wrong with it now.
    pub fn fetch(&self, place: u64, limits: &Limits) -> Result<(Head, Vec<u8>), String> {
        let open = || -> io::Result<File> {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(place))?;
            Ok(file)
        };
        let file = BufReader::with_capacity(32 << 10, open().map_err(|error| error.to_string())?);
        if self.packed {
            let mut member = Unpack::new(file);
            member.start().map_err(|error| error.to_string())?;
            whole(&mut member, limits)
        } else {
            whole(&mut { file }, limits)
        }
    }
}

fn whole(input: &mut impl BufRead, limits: &Limits) -> Result<(Head, Vec<u8>), String> {
    let head = Head::read(input, limits.head).map_err(|error| error.to_string())?.ok_or("no record stands here")?;
    let length = head.length()?;
    if length > limits.block {
        return Err(over(length, limits));
    }
    let mut block = Vec::with_capacity(length.min(1 << 20) as usize);
    input.take(length).read_to_end(&mut block).map_err(|error| error.to_string())?;
    if block.len() as u64 != length {
        return Err(format!("the record has {} of {length} bytes", block.len()));
    }
    Ok((head, block))
}

fn over(length: u64, limits: &Limits) -> String {
    format!("a record of {length} bytes is over the limit of {}", limits.block)
}

/// How the records of a gzip file lie.
enum Form {
    /// One member each.
    Single,
    /// Several in one member.
    Joined,
}

/// How the look at one member ended.
enum Member {
    /// A record, whole, and the first bytes of its block.
    Whole(Head, Vec<u8>),
    /// No record, but the next member begins where this one ends.
    Passed(String),
    /// No record, and the next member must be searched from a place on.
    Lost(String, u64),
    /// The file ends inside the record.
    Cut,
    /// There is a second record in it.
    Joined,
}

struct Walk<'a> {
    limits: &'a Limits,
    visitor: &'a mut dyn Visitor,
    path: &'a Path,
    length: u64,
    records: u64,
    /// Whether a record was seen that could not be used.
    recognised: bool,
    budget: usize,
}

impl Walk<'_> {
    fn record(&mut self, head: &Head, place: u64, peek: &[u8]) {
        self.records += 1;
        self.visitor.record(head, place, peek);
    }

    fn cut_off(&mut self, place: u64, length: u64) {
        self.recognised = true;
        let have = length - place;
        self.visitor.damage(place, format!("the last record is cut off after {have} bytes and not used"));
    }

    /// A file in which nothing was found is another kind of file.
    fn finish(&self, start: &[u8]) -> Result<(), WalkError> {
        if self.records > 0 || self.recognised { Ok(()) } else { Err(WalkError::NotWarc(resync::describe(start))) }
    }

    /// Says what is lost between a damaged place and the next record, and where that is; none where there is none.
    fn lost(&mut self, place: u64, what: &str, next: Option<u64>, length: u64) -> Option<u64> {
        let (end, tail) = next.map_or((length, ", no record after it"), |next| (next, ""));
        let lost = end.saturating_sub(place);
        self.visitor.damage(place, format!("{what}; {lost} bytes are not used{tail}"));
        next
    }

    fn open(&self) -> io::Result<Counted<BufReader<File>>> {
        Ok(Counted::new(BufReader::with_capacity(64 << 10, File::open(self.path)?)))
    }

    fn members(&mut self) -> Result<Form, WalkError> {
        let mut input = Unpack::new(self.open()?);
        loop {
            let place = input.input().place();
            if input.input().fill_buf()?.is_empty() {
                return Ok(Form::Single);
            }
            match self.member(&mut input, place)? {
                Member::Whole(head, peek) => self.record(&head, place, &peek),
                Member::Passed(what) => self.visitor.damage(place, format!("{what}; the record is not used")),
                Member::Joined => return Ok(Form::Joined),
                Member::Cut => {
                    self.cut_off(place, self.length);
                    return Ok(Form::Single);
                }
                Member::Lost(what, from) => {
                    let next = resync::member(self.path, from, &mut self.budget)?;
                    match self.lost(place, &what, next, self.length) {
                        Some(next) => input.input().go(next)?,
                        None => return Ok(Form::Single),
                    }
                }
            }
        }
    }

    /// Looks at the member that begins here: it counts when its record is whole and its checksum right.
    fn member<R: BufRead + Seek>(&mut self, input: &mut Unpack<Counted<R>>, place: u64) -> io::Result<Member> {
        let mut after = None;
        let error = match self.look(input, &mut after) {
            Ok(member) => return Ok(member),
            Err(HeadError::Cut) => return Ok(Member::Passed("a gzip member ends inside the head of a record".into())),
            Err(HeadError::Broken(what)) => match self.drain(input) {
                Ok(true) => return Ok(Member::Passed(what)),
                Ok(false) => return Ok(Member::Lost(what, input.input().place())),
                Err(_) => return Ok(Member::Lost(what, place + 1)),
            },
            Err(HeadError::Io(error)) => error,
        };
        match error.kind() {
            _ if input.ended() => {
                // A wrong checksum behind wrong data: the end of the member may be wrong too.
                let next = input.input().fill_buf()?;
                let known = next.len().min(2);
                let follows = next[..known] == [0x1f, 0x8b][..known];
                let what = error.to_string();
                Ok(if follows { Member::Passed(what) } else { Member::Lost(what, place + 1) })
            }
            // More after the block than blank lines: this is no cut record, the packed data lost their way.
            io::ErrorKind::UnexpectedEof if after.is_none_or(|after| after <= 4) => Ok(Member::Cut),
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => {
                Ok(Member::Lost(format!("a gzip member is damaged ({error})"), place + 1))
            }
            _ => Err(error),
        }
    }

    /// `after` counts the bytes behind the block, once it was read whole.
    fn look<R: BufRead + Seek>(
        &mut self,
        input: &mut Unpack<Counted<R>>,
        after: &mut Option<u64>,
    ) -> Result<Member, HeadError> {
        let place = input.input().place();
        input.start()?;
        let Some(head) = Head::read(input, self.limits.head)? else {
            return Ok(Member::Passed("a gzip member is empty".into()));
        };
        let length = head.length().map_err(HeadError::Broken)?;
        if length > self.limits.block {
            self.recognised = true;
            return Ok(Member::Lost(over(length, self.limits), input.input().place()));
        }
        let mut peek = Vec::with_capacity(PEEK);
        let shown = input.take(length.min(PEEK as u64)).read_to_end(&mut peek)? as u64;
        let have = shown + io::copy(&mut input.take(length - shown), &mut io::sink())?;
        if have < length {
            return Ok(Member::Passed(format!("a record says {length} bytes and its gzip member holds {have}")));
        }
        let blank = after.insert(0);
        *blank += blank_lines(input)?;
        let mut next = Vec::new();
        *blank += input.take(5).read_to_end(&mut next)? as u64;
        if next == b"WARC/" {
            return Ok(Member::Joined);
        }
        if !next.is_empty() {
            if !self.drain(input)? {
                return Ok(Member::Lost("more follows a record than its limit".into(), input.input().place()));
            }
            self.visitor.damage(place, "bytes that belong to no record follow this one in its gzip member".into());
        }
        Ok(Member::Whole(head, peek))
    }

    /// Reads a member to its end; false where it is larger than a record may be.
    fn drain<R: BufRead + Seek>(&self, input: &mut Unpack<Counted<R>>) -> io::Result<bool> {
        let limit = self.limits.block;
        Ok(io::copy(&mut input.take(limit + 1), &mut io::sink())? <= limit)
    }

    /// Unpacks all members into one temporary file.
    fn spool(&mut self) -> Result<NamedTempFile, WalkError> {
        self.visitor.restart();
        self.records = 0;
        let mut spool = NamedTempFile::new()?;
        let mut out = BufWriter::with_capacity(256 << 10, spool.as_file_mut());
        let mut room = self.limits.spool;
        let mut input = Unpack::new(self.open()?);
        loop {
            let place = input.input().place();
            if input.input().fill_buf()?.is_empty() {
                break;
            }
            let error = match input.start().and_then(|()| io::copy(&mut (&mut input).take(room + 1), &mut out)) {
                Ok(count) if count > room => return Err(WalkError::Spool(self.limits.spool)),
                Ok(count) => {
                    room -= count;
                    continue;
                }
                Err(error) => error,
            };
            if input.ended() {
                self.visitor.damage(place, format!("{error}; only records whose own digest is right can be trusted"));
                continue;
            }
            if error.kind() == io::ErrorKind::UnexpectedEof {
                self.cut_off(place, self.length);
                break;
            }
            let next = resync::member(self.path, place + 1, &mut self.budget)?;
            match self.lost(place, &error.to_string(), next, self.length) {
                Some(next) => input.input().go(next)?,
                None => break,
            }
        }
        out.flush()?;
        drop(out);
        Ok(spool)
    }

    fn plain(&mut self) -> Result<(), WalkError> {
        let mut input = self.open()?;
        loop {
            blank_lines(&mut input)?;
            let place = input.place();
            let (what, from) = match Head::read(&mut input, self.limits.head) {
                Ok(None) => return Ok(()),
                Ok(Some(head)) => match self.block(&mut input, &head, place)? {
                    Block::Whole => continue,
                    Block::Cut => return Ok(()),
                    Block::Broken(what, from) => (what, from),
                },
                Err(HeadError::Cut) => {
                    self.cut_off(place, self.length);
                    return Ok(());
                }
                Err(HeadError::Broken(what)) => (what, place + 1),
                Err(HeadError::Io(error)) => return Err(error.into()),
            };
            let next = resync::plain(self.path, from, &mut self.budget)?;
            match self.lost(place, &what, next, self.length) {
                Some(next) => input.go(next)?,
                None => return Ok(()),
            }
        }
    }

    /// Passes over the block of an unpacked record and looks whether it ends there: with its blank lines, or (some tools
    /// forget them) where the next record begins.
    fn block<R: BufRead + Seek>(&mut self, input: &mut Counted<R>, head: &Head, place: u64) -> io::Result<Block> {
        let start = input.place();
        let length = match head.length() {
            Ok(length) => length,
            Err(what) => return Ok(Block::Broken(what, start)),
        };
        let Some(end) = start.checked_add(length).filter(|end| *end <= self.length) else {
            self.cut_off(place, self.length);
            return Ok(Block::Cut);
        };
        let mut peek = Vec::with_capacity(PEEK);
        input.take(length.min(PEEK as u64)).read_to_end(&mut peek)?;
        input.go(end)?;
        let ended = blank_lines(input)? >= 4;
        let next = input.fill_buf()?;
        let known = next.len().min(5);
        if !ended && next[..known] != b"WARC/"[..known] {
            return Ok(Block::Broken("the Content-Length of a record does not lead to its end".into(), start));
        }
        if length > self.limits.block {
            self.recognised = true;
            self.visitor.damage(place, format!("{} and not used", over(length, self.limits)));
        } else {
            self.record(head, place, &peek);
        }
        Ok(Block::Whole)
    }
}

/// How the look at one unpacked block ended.
enum Block {
    /// The next record begins behind it.
    Whole,
    /// The file ends inside it.
    Cut,
    /// The next record must be searched from a place on.
    Broken(String, u64),
}

/// Passes over line ends; how many bytes.
fn blank_lines(input: &mut impl BufRead) -> io::Result<u64> {
    let mut count = 0;
    loop {
        let ready = input.fill_buf()?;
        let blank = ready.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let all = blank == ready.len();
        let end = ready.is_empty();
        input.consume(blank);
        count += blank as u64;
        if end || !all {
            return Ok(count);
        }
    }
}
