//! Content codings of HTTP (RFC 9110, section 8.4): gzip, deflate, br, zstd, each with a limit on what comes out.
//!
//! A payload that is not what its header says is `malformed`, also where a browser would show it. A name that is of no coding
//! (`none`, `UTF-8`, `binary`) means none, as in browsers (Fetch standard, "handle content codings").

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use probity_rules::observation::Why;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use std::borrow::Cow;
use std::io::{self, Read};

/// Codings on one payload; honest servers use one.
const MAX_CODINGS: usize = 4;

/// The codings of the registry (IANA, HTTP Content Coding Registry) but `identity`, whether we know them or not.
const CODINGS: [&str; 12] = [
    "aes128gcm",
    "br",
    "compress",
    "dcb",
    "dcz",
    "deflate",
    "exi",
    "gzip",
    "pack200-gzip",
    "x-compress",
    "x-gzip",
    "zstd",
];

/// Whether a payload cannot be in the codings that its header names, for it is plain text or another known format: some
/// crawlers take the coding off and leave its field on.
pub fn is_off<'f>(payload: &[u8], mut fields: impl Iterator<Item = &'f str>) -> bool {
    let Some(last) = fields.by_ref().last() else { return false };
    let start = &payload[..payload.len().min(512)];
    let is_text = start.iter().all(|byte| *byte >= 0x20 || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c));
    let is_plain = is_text && (start.len() >= 32 || start.trim_ascii_start().starts_with(b"<"));
    match last.rsplit(',').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => !payload.is_empty() && !payload.starts_with(&[0x1f, 0x8b]),
        "zstd" => {
            !payload.is_empty()
                && !payload.starts_with(b"\x28\xb5\x2f\xfd")
                && (is_plain || payload.starts_with(b"%PDF"))
        }
        "br" | "deflate" => is_plain || payload.starts_with(b"%PDF-"),
        _ => false,
    }
}

/// The largest window of a `zstd` coding that a client must support (RFC 9659, section 3).
const ZSTD_WINDOW: u64 = 8 << 20;

/// Takes the codings off, the last one first. `fields` are the values of all `Content-Encoding` fields in order.
///
/// # Errors
/// `unsupported` for an unknown coding or more than four; `malformed` for a payload that is not what its coding says or that
/// decodes to more than `limit` bytes.
pub fn decode<'a, 'f>(
    payload: &'a [u8],
    fields: impl Iterator<Item = &'f str>,
    limit: usize,
) -> Result<Cow<'a, [u8]>, (Why, String)> {
    let names: Vec<String> = fields
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| CODINGS.contains(&name.as_str()))
        .collect();
    if names.len() > MAX_CODINGS {
        return Err((Why::Unsupported, format!("{} content codings on one payload", names.len())));
    }
    let mut body = Cow::Borrowed(payload);
    for name in names.iter().rev() {
        // An answer without content (204, HEAD, an empty page) may keep the header of the coding that it would have had.
        if body.is_empty() {
            break;
        }
        body = Cow::Owned(undo(name, &body, limit)?);
    }
    if body.len() > limit {
        return Err(too_large(limit));
    }
    Ok(body)
}

fn undo(name: &str, body: &[u8], limit: usize) -> Result<Vec<u8>, (Why, String)> {
    let out = match name {
        "gzip" | "x-gzip" => gzip(body, limit),
        "deflate" => deflate(body, limit),
        "br" => read(brotli_decompressor::Decompressor::new(body, 16 << 10), limit),
        "zstd" => zstd(body, limit),
        other => return Err((Why::Unsupported, format!("content coding {other:?}"))),
    };
    match out {
        Ok(Some(out)) => Ok(out),
        Ok(None) => Err(too_large(limit)),
        Err(error) => Err((Why::Malformed, format!("the payload is not {name} as its header says: {error}"))),
    }
}

fn too_large(limit: usize) -> (Why, String) {
    (Why::Malformed, format!("the payload decodes to more than the limit of {limit} bytes"))
}

/// Reads to the end; none where there is more than the limit.
fn read(decoder: impl Read, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut out = Vec::new();
    decoder.take(limit as u64 + 1).read_to_end(&mut out)?;
    Ok((out.len() <= limit).then_some(out))
}

/// All members in a row; what follows them and is no member is left out, as browsers do.
fn gzip(mut body: &[u8], limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut out = Vec::new();
    loop {
        let mut member = GzDecoder::new(body);
        let room = limit - out.len();
        (&mut member).take(room as u64 + 1).read_to_end(&mut out)?;
        if out.len() > limit {
            return Ok(None);
        }
        body = member.into_inner();
        if !body.starts_with(&[0x1f, 0x8b]) {
            return Ok(Some(out));
        }
    }
}

/// RFC 9110 means the zlib format; servers that send the bare one are as old as the name.
fn deflate(body: &[u8], limit: usize) -> io::Result<Option<Vec<u8>>> {
    let zlib = body.len() >= 2 && body[0] & 0x0f == 8 && u16::from_be_bytes([body[0], body[1]]).is_multiple_of(31);
    let first = if zlib { read(ZlibDecoder::new(body), limit) } else { read(DeflateDecoder::new(body), limit) };
    match first {
        Err(_) if zlib => read(DeflateDecoder::new(body), limit),
        other => other,
    }
}

/// All frames in a row (RFC 8878, section 3), skippable ones passed over, checksums checked.
fn zstd(mut body: &[u8], limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut out = Vec::new();
    let mut frames = FrameDecoder::new();
    frames.set_max_window_size(ZSTD_WINDOW);
    while !body.is_empty() {
        let mut frame = match StreamingDecoder::new_with_decoder(&mut body, &mut frames) {
            Ok(frame) => frame,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                body = body.get(length as usize..).ok_or(io::ErrorKind::UnexpectedEof)?;
                continue;
            }
            Err(error) => return Err(io::Error::other(error)),
        };
        let room = limit - out.len();
        (&mut frame).take(room as u64 + 1).read_to_end(&mut out)?;
        if out.len() > limit {
            return Ok(None);
        }
        let said = frame.decoder.get_checksum_from_data();
        if said.is_some() && said != frame.decoder.get_calculated_checksum() {
            return Err(io::Error::other("its checksum is wrong"));
        }
    }
    Ok(Some(out))
}

#[cfg(test)]
mod tests;
