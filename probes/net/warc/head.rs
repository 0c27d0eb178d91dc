//! The head of a record: version line and named fields, in any case, folded or not (WARC 1.0 and 1.1, section 4).
//!
//! It reads leniently and never beyond its limit; what the fields say is believed only after the block was checked.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::io::{self, BufRead, Read as _};

/// The head of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    fields: Vec<(String, String)>,
}

/// Why there is no head.
#[derive(Debug, thiserror::Error)]
pub enum HeadError {
    /// The file ends inside the head.
    #[error("the file ends inside a record's head")]
    Cut,
    /// What stands there is no head.
    #[error("{0}")]
    Broken(String),
    /// The file could not be read, or could not be unpacked.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Head {
    /// Reads one head up to and with its blank line; none where nothing but line ends is left.
    ///
    /// # Errors
    /// [`HeadError`]
    pub fn read(input: &mut impl BufRead, limit: usize) -> Result<Option<Self>, HeadError> {
        let mut input = input.take(limit as u64);
        let mut line = Vec::new();
        loop {
            line.clear();
            if input.read_until(b'\n', &mut line)? == 0 {
                return if input.limit() == 0 { Err(too_long(limit)) } else { Ok(None) };
            }
            if !line.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
                break;
            }
        }
        if !is_version(&line) {
            if !line.ends_with(b"\n") && b"WARC/1.1\r\n".starts_with(&line[..line.len().min(10)]) {
                return Err(HeadError::Cut);
            }
            let found = String::from_utf8_lossy(&line[..line.len().min(24)]).trim_end().to_owned();
            return Err(HeadError::Broken(format!("expected a record (WARC/1.0 or WARC/1.1), found {found:?}")));
        }
        let mut fields: Vec<(String, String)> = Vec::with_capacity(12);
        loop {
            line.clear();
            if input.read_until(b'\n', &mut line)? == 0 || !line.ends_with(b"\n") {
                return Err(if input.limit() == 0 { too_long(limit) } else { HeadError::Cut });
            }
            let text = text(&line);
            let text = text.trim_end_matches(['\r', '\n']);
            if text.is_empty() {
                return Ok(Some(Self { fields }));
            }
            match fields.last_mut() {
                Some((_, value)) if text.starts_with([' ', '\t']) => {
                    value.push(' ');
                    value.push_str(text.trim());
                }
                _ => match text.split_once(':') {
                    Some((name, value)) if is_token(name.trim_end()) => {
                        fields.push((name.trim_end().to_owned(), value.trim_matches([' ', '\t']).to_owned()));
                    }
                    _ => return Err(HeadError::Broken(format!("a line of the head is no field: {:?}", short(text)))),
                },
            }
        }
    }

    /// The first field of this name, in any case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All fields of this name, in any case.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// An address or identifier, without the angle brackets that WARC 1.0 puts around it.
    pub fn uri(&self, name: &str) -> Option<&str> {
        self.get(name).map(|value| value.trim_start_matches('<').trim_end_matches('>'))
    }

    /// The kind of the record, in lower case.
    pub fn kind(&self) -> String {
        self.get("WARC-Type").unwrap_or_default().to_ascii_lowercase()
    }

    /// The media type of the block, in lower case, without parameters.
    pub fn media(&self) -> String {
        let media = self.get("Content-Type").unwrap_or_default();
        media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The bytes of the block.
    ///
    /// # Errors
    /// A sentence, where the field is missing or is no number.
    pub fn length(&self) -> Result<u64, String> {
        let text = self.get("Content-Length").ok_or("the record has no Content-Length")?;
        text.parse().map_err(|_| format!("Content-Length is {:?}", short(text)))
    }

    /// A point in time of a field, whole or shortened to day, month or year (then its beginning).
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        let text = self.get(name)?;
        text.parse().ok().or_else(|| {
            let mut parts = text.trim_end_matches('Z').split('-');
            let year = parts.next()?.parse().ok()?;
            let month = parts.next().map_or(Some(1), |part| part.parse().ok())?;
            let day = parts.next().map_or(Some(1), |part| part.parse().ok())?;
            let date = Date::new(year, month, day).ok()?;
            Some(date.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp())
        })
    }
}

fn too_long(limit: usize) -> HeadError {
    HeadError::Broken(format!("the head of a record is longer than {limit} bytes"))
}

/// Whether a line is `WARC/` and a version.
pub fn is_version(line: &[u8]) -> bool {
    let Some(version) = line.strip_prefix(b"WARC/") else { return false };
    let version = version.trim_ascii_end();
    matches!(version, [major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit())
}

/// Whether a text is a field name (RFC 9110, section 5.6.2).
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// A header line as text: UTF-8, or else each byte the letter of that number (Latin-1), so that nothing is lost.
pub fn text(line: &[u8]) -> String {
    std::str::from_utf8(line).map_or_else(|_| line.iter().copied().map(char::from).collect(), str::to_owned)
}

/// A field value that cannot end its line: control characters become spaces.
pub fn clean(value: &str) -> std::borrow::Cow<'_, str> {
    let bad = |letter: char| letter.is_control() && letter != '\t';
    if value.contains(bad) { value.replace(bad, " ").into() } else { value.into() }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
