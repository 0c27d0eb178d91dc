//! HTTP heads as they stand in record blocks, written and read; and the chunked transfer coding of other recorders.
//!
//! A client library hands a body out without its transfer coding. The field that named it is therefore kept under another
//! name, [`ORIGINAL`], and gets its own name back when read: a tool that believed `Transfer-Encoding: chunked` would look
//! for chunks that are not there. The `Content-Length` of a head is never believed: the record knows how long it is.

use super::head::{clean, is_token, text};
use bytes::Bytes;

/// Before the name of a field that is no longer true of the payload.
pub const ORIGINAL: &str = "X-Archive-Orig-";

const TRANSFER: &str = "Transfer-Encoding";

/// An HTTP answer as read from a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The header fields, in order, names as sent.
    pub headers: Vec<(String, String)>,
    /// The payload: transfer coding removed.
    pub body: Bytes,
    /// The payload as it stood in the block.
    pub raw: Bytes,
    /// Whether the last chunk is missing.
    pub cut: bool,
}

/// The head of an answer or request as bytes: the first line, the fields, the blank line.
pub fn write(first: &str, headers: &[(String, String)]) -> Vec<u8> {
    let mut head = Vec::with_capacity(512);
    head.extend_from_slice(clean(first).as_bytes());
    head.extend_from_slice(b"\r\n");
    for (name, value) in headers {
        if name.eq_ignore_ascii_case(TRANSFER) {
            head.extend_from_slice(ORIGINAL.as_bytes());
        }
        head.extend_from_slice(clean(name).as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(clean(value).as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// How long an answer is, by its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// The bytes of the head with its blank line.
    pub head: usize,
    /// The bytes of the body; none where it is chunked or goes on to the end of the connection.
    pub body: Option<usize>,
    /// Whether it comes in chunks.
    pub chunked: bool,
}

/// How long an answer is; none while its head is not whole (RFC 9112, section 6.3).
pub fn length(block: &[u8]) -> Option<Length> {
    let start = block.len() - leading(block).len();
    let mut lines = Lines { rest: &block[start..] };
    let first = text(lines.next()?);
    let mut found = Length { head: 0, body: None, chunked: false };
    for line in lines.by_ref() {
        let line = text(line);
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.trim_end().eq_ignore_ascii_case(TRANSFER) {
            found.chunked |= value.to_ascii_lowercase().contains("chunked");
        } else if name.trim_end().eq_ignore_ascii_case("content-length") && found.body.is_none() {
            found.body = value.trim().parse().ok();
        }
    }
    found.head = block.len() - lines.rest.len();
    let is_whole = block[..found.head].ends_with(b"\n\n") || block[..found.head].ends_with(b"\n\r\n");
    if matches!(status(&first), Some(204 | 304)) {
        found = Length { body: Some(0), chunked: false, ..found };
    } else if found.chunked {
        found.body = None;
    }
    is_whole.then_some(found)
}

/// Whether chunks are whole.
pub fn is_last_chunk(raw: &[u8]) -> bool {
    let mut rest = raw;
    loop {
        let Some((size, data)) = chunk_size(rest) else { return false };
        if size == 0 {
            return true;
        }
        let Some(after) = data.get(size..) else { return false };
        rest = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n")).unwrap_or_default();
    }
}

/// A block without what browsers pass over before the status line: line ends, and up to four other bytes (Chromium,
/// `HttpStreamParser`).
fn leading(block: &[u8]) -> &[u8] {
    let plain = block.trim_ascii_start();
    let at = plain.windows(5).take(5).position(|five| five.eq_ignore_ascii_case(b"HTTP/"));
    at.map_or(block, |at| &plain[at..])
}

/// Reads an answer.
///
/// # Errors
/// A sentence: what stands there instead.
pub fn read(block: &Bytes) -> Result<Answer, String> {
    let mut lines = Lines { rest: leading(block) };
    let first = lines.next().map(text).unwrap_or_default();
    let status = status(&first).ok_or_else(|| {
        format!("expected the status line of an HTTP answer, found {:?}", first.chars().take(40).collect::<String>())
    })?;
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut chunked = false;
    // What continues a line that was passed over goes with it.
    let mut passed_over = false;
    for line in &mut lines {
        let line = text(line);
        match headers.last_mut() {
            _ if passed_over && line.starts_with([' ', '\t']) => {}
            Some((_, value)) if line.starts_with([' ', '\t']) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            _ => {
                // Servers send broken lines; browsers pass over them, and so do we.
                let field = line.split_once(':').filter(|(name, _)| is_token(name.trim_end()));
                passed_over = field.is_none();
                let Some((name, value)) = field else { continue };
                let name = name.trim_end();
                let ours = name.strip_prefix(ORIGINAL).filter(|rest| rest.eq_ignore_ascii_case(TRANSFER));
                chunked |= name.eq_ignore_ascii_case(TRANSFER) && value.to_ascii_lowercase().contains("chunked");
                headers.push((ours.unwrap_or(name).to_owned(), value.trim_matches([' ', '\t']).to_owned()));
            }
        }
    }
    let raw = block.slice_ref(lines.rest);
    let (body, cut) = if chunked { unchunk(&raw) } else { (raw.clone(), false) };
    Ok(Answer { status, headers, body, raw, cut })
}

/// The method of a request block, in upper case.
pub fn method(block: &[u8]) -> Option<String> {
    let line = Lines { rest: block }.next()?;
    let method = text(line.split(|byte| *byte == b' ').next()?);
    is_token(&method).then(|| method.to_ascii_uppercase())
}

/// The status of a line such as `HTTP/1.1 200 OK` or `HTTP/2 200`.
fn status(line: &str) -> Option<u16> {
    let (version, rest) = line.split_once(' ')?;
    let code = rest.trim_start().get(..3)?;
    let whole = rest.trim_start().as_bytes().get(3).is_none_or(|byte| *byte == b' ');
    (version.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("HTTP/"))
        && whole
        && code.bytes().all(|byte| byte.is_ascii_digit()))
    .then(|| code.parse().ok())?
}

/// Takes the chunks together; whether the last one is missing. Some recorders take the coding off and leave its field on:
/// what does not begin with a chunk is the payload itself.
fn unchunk(raw: &Bytes) -> (Bytes, bool) {
    let mut body = Vec::new();
    let mut rest: &[u8] = raw;
    let mut first = true;
    loop {
        let Some((size, data)) = chunk_size(rest) else {
            return if first { (raw.clone(), false) } else { (body.into(), true) };
        };
        if size == 0 {
            return (body.into(), false);
        }
        let have = size.min(data.len());
        body.extend_from_slice(&data[..have]);
        let after = &data[have..];
        rest = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n")).unwrap_or_default();
        if rest.is_empty() {
            return (body.into(), true);
        }
        first = false;
    }
}

/// The size on a chunk's first line, and what follows the line.
fn chunk_size(data: &[u8]) -> Option<(usize, &[u8])> {
    let end = memchr::memchr(b'\n', &data[..data.len().min(1024)])?;
    let line = data[..end].trim_ascii_end();
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii();
    let size = usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    Some((size, &data[end + 1..]))
}

/// The lines up to the blank one, without their ends; what is not yet read is `rest`.
struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.rest).unwrap_or(self.rest.len());
        let line = &self.rest[..end];
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        (!line.is_empty()).then_some(line)
    }
}
