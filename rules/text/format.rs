//! Which format bytes are in: by their own first bytes, then the media type, then the address.
//!
//! It knows the formats that are read and names some of those that are not, so that the message helps.

use super::{Hints, TextError};
use crate::observation::Why;

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Html,
    Pdf,
    Markdown,
    Plain,
}

/// The format of some bytes, or why they are not read.
pub(super) fn of(bytes: &[u8], hints: &Hints) -> Result<Format, TextError> {
    let head = &bytes[..bytes.len().min(1024)];
    let media_type =
        hints.media_type.map(|media_type| media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let media_type = media_type.as_deref().unwrap_or_default();
    if memchr::memmem::find(head, b"%PDF-").is_some() {
        return Ok(Format::Pdf);
    }
    if media_type == "application/pdf" {
        return Err(TextError { why: Why::Malformed, detail: "sent as PDF but is none".to_owned() });
    }
    if let Some(name) = foreign(head, media_type) {
        return Err(TextError {
            why: Why::Unsupported,
            detail: format!("{name} cannot be read; HTML, PDF, Markdown and text can"),
        });
    }
    let suffix = suffix(hints.url.unwrap_or_default());
    let is_markdown = matches!(suffix.as_str(), "md" | "markdown" | "mdown" | "mkd");
    Ok(match media_type {
        "text/markdown" | "text/x-markdown" => Format::Markdown,
        "text/html" | "application/xhtml+xml" => Format::Html,
        _ if looks_like_html(head) => Format::Html,
        "text/plain" | "" | "application/octet-stream" if is_markdown || looks_like_markdown(bytes) => Format::Markdown,
        _ => Format::Plain,
    })
}

/// The name of a format that is not read.
fn foreign(head: &[u8], media_type: &str) -> Option<&'static str> {
    const STARTS: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", "an archive or office document"),
        (b"\xd0\xcf\x11\xe0", "an old office document"),
        (b"{\\rtf", "RTF"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"RIFF", "a picture or recording"),
        (b"\x1f\x8b", "compressed data"),
        (b"BZh", "compressed data"),
        (b"\x28\xb5\x2f\xfd", "compressed data"),
        (b"%!PS", "PostScript"),
        (b"\x7fELF", "a program"),
        (b"MZ", "a program"),
    ];
    if let Some((_, name)) = STARTS.iter().find(|(start, _)| head.starts_with(start)) {
        return Some(name);
    }
    if matches!(media_type, "application/json" | "application/ld+json")
        && matches!(head.trim_ascii_start().first(), Some(b'{' | b'['))
    {
        return Some("JSON");
    }
    if media_type.starts_with("image/") || media_type.starts_with("audio/") || media_type.starts_with("video/") {
        return Some("a picture or recording");
    }
    // Text has hardly any control characters; UTF-16 has zeros at every other place and a mark or a pattern of its own.
    let is_wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || super::charset::is_wide(head);
    let control =
        head.iter().filter(|byte| **byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)).count();
    (!is_wide && control * 20 > head.len()).then_some("binary data")
}

/// The suffix of the last part of an address, in lower case.
fn suffix(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map_or_else(String::new, |(_, suffix)| suffix.to_ascii_lowercase())
}

fn looks_like_html(head: &[u8]) -> bool {
    let head = head.to_ascii_lowercase();
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
    const STARTS: &[&[u8]] =
        &[b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<!--", b"<div", b"<p>", b"<h1", b"<main"];
    const TAGS: &[&[u8]] =
        &[b"<html", b"<body", b"</p>", b"</div>", b"<br", b"</a>", b"</h1>", b"</h2>", b"</li>", b"</td>"];
    STARTS.iter().any(|tag| start.starts_with(tag)) || TAGS.iter().filter(|tag| memchr::memmem::find(&head, tag).is_some()).count() > 1
        // UTF-16
        || head.windows(9).any(|part| part == b"<\0h\0t\0m\0l" || part == b"\0<\0h\0t\0m\0")
}

/// Headings with `#`, or links with brackets, and more than one of them.
fn looks_like_markdown(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(8192)];
    let is_heading = |line: &&[u8]| {
        let level = line.iter().take_while(|byte| **byte == b'#').count();
        (1..7).contains(&level) && line.get(level) == Some(&b' ')
    };
    let headings = head.split(|byte| *byte == b'\n').filter(is_heading).count();
    let links = memchr::memmem::find_iter(head, b"](").count();
    headings + links > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(bytes: &[u8], media_type: Option<&str>, url: Option<&str>) -> Result<Format, Why> {
        of(bytes, &Hints { media_type, url, ..Hints::default() }).map_err(|error| error.why)
    }

    #[test]
    fn formats() {
        let html = Some("text/html; charset=utf-8");
        assert_eq!(format(b"<!DOCTYPE html><p>x", None, None), Ok(Format::Html));
        assert_eq!(format(b"\xef\xbb\xbf \n<html>", Some("text/plain"), None), Ok(Format::Html));
        assert_eq!(format(b"just words", html, None), Ok(Format::Html));
        assert_eq!(format(b"%PDF-1.7\n", html, None), Ok(Format::Pdf));
        assert_eq!(
            format(b"# Privacy\n", Some("text/plain"), Some("https://a.example/PRIVACY.MD?raw=1#x")),
            Ok(Format::Markdown)
        );
        assert_eq!(format(b"# Privacy\n\n## Data\n", None, Some("https://a.example/privacy")), Ok(Format::Markdown));
        assert_eq!(format(b"Privacy\n\nWe keep nothing.", None, None), Ok(Format::Plain));
        let wide: Vec<u8> = "<html><p>Hello".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(format(&wide, None, None), Ok(Format::Html));
    }

    #[test]
    fn what_is_not_read_says_why() {
        assert_eq!(format(b"PK\x03\x04\x14\0", None, None), Err(Why::Unsupported));
        assert_eq!(format(b"{\"privacy\": 1}", Some("application/json"), None), Err(Why::Unsupported));
        assert_eq!(format(b"\x89PNG\r\n", html_type(), None), Err(Why::Unsupported));
        assert_eq!(format(b"<html>not found", Some("application/pdf"), None), Err(Why::Malformed));
        assert_eq!(format(&[1, 2, 3, 4, 0, 0, 7], None, None), Err(Why::Unsupported));
    }

    fn html_type() -> Option<&'static str> {
        Some("text/html")
    }
}
