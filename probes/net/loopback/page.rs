//! Pages of the small internet, and what can be wrong with them.
//!
//! A fault is of the line, not of the text: wrong charsets, soft 404s and the like are pages like any other.

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::VecDeque;
use std::io::{self, Write};
use std::time::Duration;

/// What goes wrong while a page is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection is reset instead of an answer.
    Reset,
    /// The connection is closed instead of an answer.
    Close,
    /// Nothing comes, ever.
    Hang,
    /// The body comes one byte at a time, with this time between.
    Drip(Duration),
    /// Half of the body comes, then nothing, ever.
    Stall,
    /// Half of the body comes, then the end of the connection.
    Half,
    /// The body never ends.
    Endless,
    /// The header has this many bytes.
    Headers(usize),
    /// What comes is not HTTP.
    Garbage,
    /// No length is said, and the body goes on to the end of the connection, which comes without an end of TLS.
    Abrupt,
    /// The body is the whole answer, letter by letter, and the connection ends after it.
    Verbatim,
}

/// What stands at an address.
#[derive(Clone, Debug)]
pub struct Page {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
    pub(super) fault: Option<Fault>,
    pub(super) delay: Duration,
}

impl Page {
    /// A page with a status and nothing in it.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new(), fault: None, delay: Duration::ZERO }
    }

    /// Anything, with its media type.
    pub fn of(media: &str, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..Self::status(200) }.header("Content-Type", media)
    }

    /// An HTML page in UTF-8.
    pub fn html(text: impl Into<String>) -> Self {
        Self::of("text/html; charset=utf-8", text.into())
    }

    /// A plain text in UTF-8, such as a `robots.txt`.
    pub fn text(text: impl Into<String>) -> Self {
        Self::of("text/plain; charset=utf-8", text.into())
    }

    /// An answer of a programming interface.
    pub fn json(text: impl Into<String>) -> Self {
        Self::of("application/json", text.into())
    }

    /// A redirect with this status.
    pub fn redirect(status: u16, to: &str) -> Self {
        Self::status(status).header("Location", to)
    }

    /// A gzip of this many MiB of zeros, sent as a page with a content coding.
    ///
    /// # Errors
    /// None in practice: it is packed in memory.
    pub fn bomb(mebibytes: usize) -> io::Result<Self> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        for _ in 0..mebibytes {
            packer.write_all(&vec![0; 1 << 20])?;
        }
        Ok(Self::of("text/html", packer.finish()?).header("Content-Encoding", "gzip"))
    }

    /// The same page with a header field more.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same page with another body.
    #[must_use]
    pub fn with_body(self, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// The same page with another status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same page with a fault.
    #[must_use]
    pub fn fault(self, fault: Fault) -> Self {
        Self { fault: Some(fault), ..self }
    }

    /// The same page, later.
    #[must_use]
    pub fn delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Pages that stand at one address one after the other.
#[derive(Default)]
pub(super) struct Series(VecDeque<Page>);

impl Series {
    pub(super) fn of(page: Page) -> Self {
        Self([page].into())
    }

    pub(super) fn add(&mut self, page: Page) {
        self.0.push_back(page);
    }

    /// The next one; the last one stays.
    pub(super) fn next(&mut self) -> Option<Page> {
        if self.0.len() > 1 { self.0.pop_front() } else { self.0.front().cloned() }
    }
}
