//! Packing one record as one gzip member (RFC 1952): same bytes in, same bytes out, and no byte deflated twice.
//!
//! What is compressed already (a body with its content coding on, an image) is laid in as stored blocks (RFC 1951, section
//! 3.2.4): the checksum is all that it costs. The bytes are the same for one version of the deflate library, not for all.

use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use std::io::{self, Write};

/// Magic, deflate, no flags, no time, no extra flags, unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// The most that one stored block holds.
const STORED: usize = u16::MAX as usize;

/// A packer that can be used again; holds the tables of deflate.
pub struct Packer {
    deflate: Compress,
    buffer: Vec<u8>,
}

impl Packer {
    /// A packer of a level from 1 (fast) to 9 (small).
    pub fn new(level: u32) -> Self {
        Self { deflate: Compress::new(Compression::new(level), false), buffer: vec![0; 16 << 10] }
    }

    /// Writes one member that unpacks to `head`, `body` and the blank lines that end a record. `packed` says that
    /// `body` would not get smaller.
    ///
    /// # Errors
    /// Those of `out`; what was written until then is a cut member.
    pub fn member(&mut self, head: &[u8], body: &[u8], packed: bool, out: &mut impl Write) -> io::Result<()> {
        const END: &[u8] = b"\r\n\r\n";
        let mut crc = Crc::new();
        [head, body, END].iter().for_each(|part| crc.update(part));
        out.write_all(&HEADER)?;
        self.deflate.reset();
        if packed && !body.is_empty() {
            self.deflate(head, FlushCompress::Sync, out)?;
            for chunk in body.chunks(STORED) {
                stored(chunk, false, out)?;
            }
            stored(END, true, out)?;
        } else {
            self.deflate(head, FlushCompress::None, out)?;
            self.deflate(body, FlushCompress::None, out)?;
            self.deflate(END, FlushCompress::Finish, out)?;
        }
        out.write_all(&crc.sum().to_le_bytes())?;
        out.write_all(&crc.amount().to_le_bytes())
    }

    fn deflate(&mut self, mut input: &[u8], flush: FlushCompress, out: &mut impl Write) -> io::Result<()> {
        loop {
            let (before_in, before_out) = (self.deflate.total_in(), self.deflate.total_out());
            let status = self.deflate.compress(input, &mut self.buffer, flush).map_err(io::Error::other)?;
            let made = (self.deflate.total_out() - before_out) as usize;
            input = &input[(self.deflate.total_in() - before_in) as usize..];
            out.write_all(&self.buffer[..made])?;
            // Room left in the buffer says that nothing more is held back; a full one may be full by chance.
            if status == Status::StreamEnd || (input.is_empty() && made < self.buffer.len()) {
                return Ok(());
            }
        }
    }
}

fn stored(chunk: &[u8], last: bool, out: &mut impl Write) -> io::Result<()> {
    let length = u16::try_from(chunk.len()).map_err(io::Error::other)?;
    let [low, high] = length.to_le_bytes();
    out.write_all(&[u8::from(last), low, high, !low, !high])?;
    out.write_all(chunk)
}
