//! From bytes to characters: byte order mark, header, declaration in the text, then the look of the bytes.
//!
//! A declaration is believed only as far as the bytes bear it out: pages sent as UTF-8 that are not, and the other way
//! round, are common. It cannot know the true charset of a short text without declaration; it then guesses.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};
use std::borrow::Cow;

mod escaped;
mod twice;

/// How far into a text its own declaration of a charset counts (the figure is that of the HTML standard).
const DECLARATION: usize = 1024;
/// How much of a text without a declaration is looked at to guess its charset.
const SAMPLE: usize = 1 << 20;

/// Decodes a text; what was encoded or escaped twice is undone. See [`once`] for the parameters.
pub(super) fn decode<'a>(bytes: &'a [u8], media_type: Option<&str>, url: Option<&str>) -> Cow<'a, str> {
    escaped::undo(twice::undo(once(bytes, media_type, url)))
}

/// Decodes a text. `media_type` is the `Content-Type` header, `url` tells the top-level domain to the guess.
fn once<'a>(bytes: &'a [u8], media_type: Option<&str>, url: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    if let Some(encoding) = wide(bytes) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    let declared = media_type.and_then(of_media_type).or_else(|| of_text(bytes));
    match std::str::from_utf8(bytes) {
        // Valid UTF-8 beyond ASCII hardly happens by accident.
        Ok(text) if declared != Some(ISO_2022_JP) => return Cow::Borrowed(text),
        Err(_) if declared.is_none_or(|encoding| encoding == UTF_8) && is_mostly_utf8(bytes) => {
            return String::from_utf8_lossy(bytes);
        }
        _ => {}
    }
    if let Some(encoding) = declared.filter(|encoding| *encoding != UTF_8) {
        let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
        if !had_errors {
            return text;
        }
    }
    guess(bytes, url).decode_without_bom_handling(bytes).0
}

/// Whether bytes are UTF-16 without a byte order mark.
pub(super) fn is_wide(bytes: &[u8]) -> bool {
    wide(bytes).is_some()
}

/// UTF-16 without a byte order mark: every other byte is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(256)];
    let zeros = |from: usize| sample.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = sample.len() / 2 * 7 / 10;
    if sample.len() < 8 {
        None
    } else if even >= many && odd == 0 {
        Some(UTF_16BE)
    } else if odd >= many && even == 0 {
        Some(UTF_16LE)
    } else {
        None
    }
}

/// Whether what is not UTF-8 in it is only a slip here and there.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut broken, mut sound) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    sound > broken
}

fn guess(bytes: &[u8], url: Option<&str>) -> &'static Encoding {
    let host = url.and_then(|url| url.split("//").nth(1)).and_then(|rest| rest.split(['/', '?', '#', ':']).next());
    let tld = host.and_then(|host| host.rsplit('.').next()).map(str::to_ascii_lowercase);
    // The detector wants a plain domain label.
    let tld = tld.filter(|tld| !tld.is_empty() && tld.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(SAMPLE)], bytes.len() <= SAMPLE);
    detector.guess(tld.as_deref().map(str::as_bytes), Utf8Detection::Deny)
}

/// The charset parameter of a media type.
fn of_media_type(media_type: &str) -> Option<&'static Encoding> {
    media_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_charset = name.trim().eq_ignore_ascii_case("charset");
        is_charset.then(|| known(value.trim().trim_matches(['"', '\'']).as_bytes()))?
    })
}

/// What a text says about itself: `<meta charset>`, `<meta http-equiv content>`, `<?xml encoding?>`.
fn of_text(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(DECLARATION)].to_ascii_lowercase();
    if head.starts_with(b"<?xml") {
        let declaration = head.split(|byte| *byte == b'>').next()?;
        if let Some(encoding) = after(declaration, b"encoding").and_then(known) {
            return Some(not_wide(encoding));
        }
    }
    let tags = memchr::memmem::find_iter(&head, b"<meta");
    tags.filter_map(|start| {
        let tag = head[start..].split(|byte| *byte == b'>').next()?;
        after(tag, b"charset").and_then(known).map(not_wide)
    })
    .next()
}

/// The value after `name =`, with or without quotes.
fn after<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let at = memchr::memmem::find(text, name)? + name.len();
    let rest = text[at..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    rest.split(|byte| matches!(byte, b'"' | b'\'' | b' ' | b';' | b'/' | b'>' | b'?' | b'\t' | b'\n' | b'\r')).next()
}

fn known(label: &[u8]) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label_no_replacement(label)?;
    Some(if encoding == X_USER_DEFINED { WINDOWS_1252 } else { encoding })
}

/// A declaration that can be read as ASCII is not in UTF-16, whatever it says.
fn not_wide(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Für Auskünfte über Ihre Daten schreiben Sie uns – jederzeit, auch über größere Entfernungen.";

    fn in_1252(text: &str) -> Vec<u8> {
        WINDOWS_1252.encode(text).0.into_owned()
    }

    #[test]
    fn byte_order_marks_win() {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(TEXT.encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(decode(&bytes, Some("text/html; charset=iso-8859-1"), None), TEXT);
        let mut bytes = b"\xef\xbb\xbf".to_vec();
        bytes.extend(TEXT.as_bytes());
        assert_eq!(decode(&bytes, Some("text/html; charset=windows-1252"), None), TEXT);
    }

    #[test]
    fn utf_16_without_a_mark() {
        let bytes: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&bytes, None, None), TEXT);
        let bytes: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&bytes, Some("text/plain"), None), TEXT);
    }

    #[test]
    fn header_then_declaration() {
        let text = format!("<html><head><meta charset=\"iso-8859-1\"></head><body>{TEXT}");
        assert_eq!(decode(&in_1252(&text), None, None), text);
        let text = format!(
            "<html><head><META content='text/html; charset=ISO-8859-15' http-equiv=Content-Type><body>10 € {TEXT}"
        );
        let bytes = encoding_rs::ISO_8859_15.encode(&text.replace('–', "-")).0.into_owned();
        assert_eq!(decode(&bytes, None, None), text.replace('–', "-"));
        let text = "<?xml version=\"1.0\" encoding='windows-1251'?><p>Политика конфиденциальности</p>";
        let bytes = encoding_rs::WINDOWS_1251.encode(text).0.into_owned();
        assert_eq!(decode(&bytes, None, None), text);
        assert_eq!(decode(&bytes, Some("text/html; charset=\"Windows-1251\""), None), text);
    }

    #[test]
    fn lying_headers() {
        assert_eq!(decode(&in_1252(TEXT), Some("text/html; charset=utf-8"), Some("https://a.de/")), TEXT);
        assert_eq!(decode(TEXT.as_bytes(), Some("text/html; charset=iso-8859-1"), None), TEXT);
        assert_eq!(decode(TEXT.as_bytes(), Some("text/html; charset=gbk"), None), TEXT);
    }

    #[test]
    fn one_broken_byte_does_not_change_the_charset() {
        let mut bytes = TEXT.as_bytes().to_vec();
        bytes.extend(b" Gr\xfc\xdfe");
        let text = decode(&bytes, Some("text/html; charset=utf-8"), None);
        assert!(text.starts_with("Für Auskünfte über Ihre Daten"), "{text}");
    }

    #[test]
    fn odd_labels_and_addresses_do_not_matter() {
        assert_eq!(decode(b"plain", Some("text/html; charset=; charset=nonsense"), Some("https://")), "plain");
        assert_eq!(decode(&in_1252(TEXT), Some("text/html"), Some("https://[::1]:8080/")), TEXT);
        assert_eq!(decode(&in_1252(TEXT), None, Some("https://EXAMPLE.XN--P1AI/")), TEXT);
        assert_eq!(decode(b"", None, None), "");
    }
}
