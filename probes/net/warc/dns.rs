//! DNS answers as record blocks: a 14-digit time stamp, then one record a line in zone-file form, as crawlers write them.
//!
//! A zone file has comments, and ours say what the records cannot: which types were asked, that the name does not exist,
//! which questions failed. A block of another tool has none of them; then nobody knows what was asked.

use super::head::clean;
use crate::net::digest;
use crate::net::resolution::{DnsRecord, NAMING, Resolution};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use probity_rules::observation::Why;
use std::fmt::Write as _;

/// The comment that says which types were asked: what a citation of an answer without records quotes.
pub const ASKED: &str = "; asked ";
/// The comment that says that the name does not exist: what a citation of that quotes.
pub const NO_SUCH_NAME: &str = "; no such name";
const FAILED: &str = "; failed ";

impl Resolution {
    /// The same answer with the digest of the record block that holds it.
    pub fn sealed(self) -> Self {
        Self { digest: digest::sha256(&block(&self)), ..self }
    }
}

/// The block that holds an answer.
pub fn block(answer: &Resolution) -> Vec<u8> {
    let stamp = answer.captured.to_zoned_datetime(TimeZone::UTC).strftime("%Y%m%d%H%M%S").to_string();
    let mut text = format!("{stamp}\r\n");
    if !answer.asked.is_empty() {
        let _ = write!(text, "{ASKED}{}\r\n", answer.asked.join(" "));
    }
    if answer.no_such_name {
        let _ = write!(text, "{NO_SUCH_NAME}\r\n");
    }
    for (kind, why) in &answer.failed {
        let _ = write!(text, "{FAILED}{kind} {why}\r\n");
    }
    for DnsRecord { line, .. } in &answer.records {
        let _ = write!(text, "{}\r\n", clean(line));
    }
    text.into_bytes()
}

/// Reads a block.
///
/// # Errors
/// A sentence with the line that is neither a record nor a comment.
pub fn read(name: &str, captured: Timestamp, block: &[u8], digest: String) -> Result<Resolution, String> {
    let text = super::head::text(block);
    let mut answer = Resolution {
        name: name.to_owned(),
        captured,
        no_such_name: false,
        records: Vec::new(),
        failed: Vec::new(),
        asked: Vec::new(),
        digest,
    };
    for (number, line) in text.lines().map(str::trim_end).enumerate() {
        if let Some(kinds) = line.strip_prefix(ASKED) {
            answer.asked = kinds.split_ascii_whitespace().map(str::to_owned).collect();
        } else if line == NO_SUCH_NAME {
            answer.no_such_name = true;
        } else if let Some((kind, why)) = line.strip_prefix(FAILED).and_then(|rest| rest.split_once(' ')) {
            let why = serde_json::from_value(why.into()).unwrap_or(Why::Unreachable);
            answer.failed.push((kind.to_owned(), why));
        } else if !(line.is_empty() || line.starts_with(';') || number == 0 && is_stamp(line)) {
            let record = record(line).ok_or_else(|| {
                let short: String = line.chars().take(60).collect();
                format!("line {} of the DNS answer is no record: {short:?}", number + 1)
            })?;
            answer.records.push(record);
        }
    }
    Ok(answer)
}

/// `owner ttl class type data`, the time to live before or after the class, or left out.
fn record(line: &str) -> Option<DnsRecord> {
    let (owner, mut rest) = line.split_once(char::is_whitespace)?;
    let mut ttl = 0;
    let kind = loop {
        let (word, after) = rest.trim_start().split_once(char::is_whitespace)?;
        rest = after;
        if let Ok(seconds) = word.parse() {
            ttl = seconds;
        } else if !matches!(word.to_ascii_uppercase().as_str(), "IN" | "CH" | "HS") {
            break word.to_ascii_uppercase();
        }
    };
    let data = rest.trim();
    let data = if NAMING.contains(&kind.as_str()) { name(data) } else { data.to_owned() };
    (!kind.is_empty() && !data.is_empty()).then(|| DnsRecord {
        owner: name(owner),
        ttl,
        kind,
        data,
        line: line.to_owned(),
    })
}

/// A name in lower case without its last dot.
pub fn name(text: &str) -> String {
    text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase()
}

fn is_stamp(line: &str) -> bool {
    line.len() == 14 && line.bytes().all(|byte| byte.is_ascii_digit())
}
