//! Unpacking gzip members one after another (RFC 1952), with the place in the file always known.
//!
//! It tells a member that ends too early from one that is wrong inside: the first is a crash, the second is damage.

use flate2::{Crc, Decompress, FlushDecompress, Status};
use std::io::{self, BufRead, Read, Seek, SeekFrom};

/// A reader that knows where it is.
pub(super) struct Counted<R> {
    inner: R,
    place: u64,
}

impl<R: BufRead + Seek> Counted<R> {
    /// Reads from the beginning.
    pub(super) fn new(inner: R) -> Self {
        Self { inner, place: 0 }
    }

    /// Bytes from the beginning of the file.
    pub(super) fn place(&self) -> u64 {
        self.place
    }

    /// Goes to a place; what is read already is not read again.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn go(&mut self, place: u64) -> io::Result<()> {
        if let Some(ahead) = place.checked_sub(self.place)
            && ahead <= self.fill_buf()?.len() as u64
        {
            self.consume(ahead as usize);
            return Ok(());
        }
        self.inner.seek(SeekFrom::Start(place))?;
        self.place = place;
        Ok(())
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        self.place += count as u64;
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.place += count as u64;
        self.inner.consume(count);
    }
}

/// What a member unpacks to; the end of the member is the end of the reader.
pub(super) struct Unpack<R> {
    input: R,
    inflate: Decompress,
    crc: Crc,
    out: Box<[u8]>,
    ready: std::ops::Range<usize>,
    done: bool,
}

impl<R: BufRead> Unpack<R> {
    /// Unpacks from where the input stands; [`Unpack::start`] comes first.
    pub(super) fn new(input: R) -> Self {
        let out = vec![0; 32 << 10].into_boxed_slice();
        Self { input, inflate: Decompress::new(false), crc: Crc::new(), out, ready: 0..0, done: true }
    }

    /// The packed input.
    pub(super) fn input(&mut self) -> &mut R {
        &mut self.input
    }

    /// Whether the input stands behind the member, also where its checksum is wrong.
    pub(super) fn ended(&self) -> bool {
        self.done
    }

    /// Reads the head of a member.
    ///
    /// # Errors
    /// `UnexpectedEof` where the file ends, `InvalidData` where no member begins here, and those of the file.
    pub(super) fn start(&mut self) -> io::Result<()> {
        self.done = false;
        self.ready = 0..0;
        let mut fixed = [0; 10];
        self.input.read_exact(&mut fixed)?;
        if !fixed.starts_with(&[0x1f, 0x8b, 8]) || fixed[3] & 0xe0 != 0 {
            return Err(invalid("no gzip member begins here"));
        }
        if fixed[3] & 0x04 != 0 {
            let mut length = [0; 2];
            self.input.read_exact(&mut length)?;
            self.input.read_exact(&mut vec![0; usize::from(u16::from_le_bytes(length))])?;
        }
        for flag in [0x08, 0x10] {
            if fixed[3] & flag != 0 {
                let mut name = Vec::new();
                (&mut self.input).take(1 << 16).read_until(0, &mut name)?;
                if name.pop() != Some(0) {
                    return Err(invalid("the name in a gzip member has no end"));
                }
            }
        }
        if fixed[3] & 0x02 != 0 {
            self.input.read_exact(&mut [0; 2])?;
        }
        self.inflate.reset(false);
        self.crc.reset();
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        let mut trailer = [0; 8];
        self.input.read_exact(&mut trailer)?;
        self.done = true;
        let [a, b, c, d, e, f, g, h] = trailer;
        if u32::from_le_bytes([a, b, c, d]) != self.crc.sum() || u32::from_le_bytes([e, f, g, h]) != self.crc.amount() {
            return Err(invalid("the checksum of a gzip member is wrong"));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Unpack<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(out.len());
        out[..count].copy_from_slice(&ready[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Unpack<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.ready.is_empty() && !self.done {
            let input = self.input.fill_buf()?;
            let at_end = input.is_empty();
            let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(input, &mut self.out, FlushDecompress::None);
            let used = (self.inflate.total_in() - before_in) as usize;
            let made = (self.inflate.total_out() - before_out) as usize;
            self.input.consume(used);
            self.crc.update(&self.out[..made]);
            match status {
                Ok(Status::StreamEnd) => self.end()?,
                Ok(_) if made == 0 && used == 0 && at_end => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) if made == 0 && used == 0 => return Err(invalid("the packed data make no progress")),
                Ok(_) => {}
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            }
            self.ready = 0..made;
        }
        Ok(&self.out[self.ready.clone()])
    }

    fn consume(&mut self, count: usize) {
        self.ready.start = (self.ready.start + count).min(self.ready.end);
    }
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, text)
}
