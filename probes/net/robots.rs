//! `robots.txt` by RFC 9309: which group speaks to us, and whether its longest matching rule lets an address be asked.
//!
//! Pure. It knows no extensions (`Crawl-delay`, `Sitemap` are passed over), and it does not fetch: what it means that there
//! is no `robots.txt` is decided in the door.

use std::fmt::Write as _;
use url::Url;

/// Bytes that are read of a `robots.txt`; what follows is passed over (RFC 9309, section 2.5, asks for at least this).
pub const MAX_BYTES: usize = 500 << 10;

/// What we are called in `robots.txt`.
pub const PRODUCT: &str = "Probity";

/// The rules of one `robots.txt` for one product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Robots {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    allow: bool,
    line: usize,
    written: String,
    pattern: Pattern,
}

/// A path with wildcards, taken apart at them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    parts: Vec<String>,
    to_the_end: bool,
    octets: usize,
}

impl Robots {
    /// Reads the rules that speak to `product`: all groups that name it, or else all that name `*`.
    pub fn parse(text: &[u8], product: &str) -> Self {
        let text = String::from_utf8_lossy(&text[..text.len().min(MAX_BYTES)]);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let (mut ours, mut any) = (Vec::new(), Vec::new());
        let (mut named_us, mut us, mut all, mut in_names) = (false, false, false, false);
        for (number, line) in text.split(['\n', '\r']).enumerate() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            let allow = match key.trim().to_ascii_lowercase().as_str() {
                "user-agent" => {
                    if !in_names {
                        (us, all, in_names) = (false, false, true);
                    }
                    us |= token(value).eq_ignore_ascii_case(product);
                    all |= value.strip_prefix('*').is_some_and(|rest| !rest.starts_with(|c: char| !c.is_whitespace()));
                    named_us |= us;
                    continue;
                }
                "allow" => true,
                "disallow" => false,
                _ => continue,
            };
            in_names = false;
            if value.is_empty() || !(us || all) {
                continue;
            }
            let rule = Rule { allow, line: number + 1, written: value.to_owned(), pattern: Pattern::new(value) };
            if all {
                any.push(rule.clone());
            }
            if us {
                ours.push(rule);
            }
        }
        Self { rules: if named_us { ours } else { any } }
    }

    /// Whether an address may be asked.
    ///
    /// # Errors
    /// The rule that forbids it, for a person.
    pub fn allows(&self, url: &Url) -> Result<(), String> {
        let path = octets(&url[url::Position::BeforePath..url::Position::AfterQuery], false);
        if path == "/robots.txt" {
            return Ok(());
        }
        // The most specific rule is the longest; where two are as long, the one that allows (RFC 9309, section 2.2.2).
        let longest = self
            .rules
            .iter()
            .filter(|rule| rule.pattern.matches(&path))
            .max_by_key(|rule| (rule.pattern.octets, rule.allow));
        match longest {
            Some(rule) if !rule.allow => {
                let mut written: String = rule.written.chars().take(80).collect();
                if written.len() < rule.written.len() {
                    written.push('…');
                }
                Err(format!("`Disallow: {written}` in line {}", rule.line))
            }
            _ => Ok(()),
        }
    }
}

/// The product token at the beginning of a value: letters, hyphens and underscores (RFC 9309, section 2.2.1). What follows, such
/// as a version, is no part of it.
fn token(value: &str) -> &str {
    let end = value.find(|c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_')).unwrap_or(value.len());
    &value[..end]
}

impl Pattern {
    fn new(written: &str) -> Self {
        let (body, to_the_end) = written.strip_suffix('$').map_or((written, false), |body| (body, true));
        let parts: Vec<String> = body.split('*').map(|part| octets(part, true)).collect();
        let octets = written.len();
        Self { parts, to_the_end, octets }
    }

    /// Each part at the first place after the one before it; that is enough, as only `*` stands between them.
    fn matches(&self, path: &str) -> bool {
        let Some((first, rest)) = self.parts.split_first() else { return true };
        let Some(mut left) = path.strip_prefix(first.as_str()) else { return false };
        let Some((last, middle)) = rest.split_last() else { return !self.to_the_end || left.is_empty() };
        for part in middle {
            match left.find(part.as_str()) {
                Some(at) => left = &left[at + part.len()..],
                None => return false,
            }
        }
        if self.to_the_end { left.ends_with(last.as_str()) } else { left.contains(last.as_str()) }
    }
}

/// One spelling for all that mean the same (RFC 9309, section 2.2.2): octets outside ASCII percent-encoded, encoded letters,
/// digits and `-._~` decoded, hexadecimal digits in capitals, and `*` and `$` of an address encoded, since in a rule
/// they are written so where they are meant as letters.
fn octets(text: &str, rule: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        let mut encode = !byte.is_ascii() || (byte == b'$') || (byte == b'*' && !rule);
        let mut octet = byte;
        if byte == b'%' {
            let hex = |place: usize| bytes.get(place).and_then(|b| char::from(*b).to_digit(16));
            if let (Some(high), Some(low)) = (hex(at), hex(at + 1)) {
                at += 2;
                octet = u8::try_from(high * 16 + low).unwrap_or_default();
                encode = !(octet.is_ascii_alphanumeric() || b"-._~".contains(&octet));
            }
        }
        if encode {
            let _ = write!(out, "%{octet:02X}");
        } else {
            out.push(char::from(octet));
        }
    }
    out
}

#[cfg(test)]
mod tests;
