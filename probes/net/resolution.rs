//! DNS answers as a capture holds them. How they are written into an archive is `warc::dns`.

use jiff::Timestamp;
use probity_rules::observation::Why;

/// One DNS answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// The name that was asked.
    pub name: String,
    /// When.
    pub captured: Timestamp,
    /// Whether the name does not exist (NXDOMAIN).
    pub no_such_name: bool,
    /// The records, aliases first, as they came.
    pub records: Vec<DnsRecord>,
    /// The types that had no answer because the question failed (SERVFAIL, time-out); not those that have no record.
    pub failed: Vec<(String, Why)>,
    /// The types that were asked; empty where another tool wrote the record and did not say.
    pub asked: Vec<String>,
    /// `sha256:` and the hexadecimal digest of the record's block; [`Resolution::sealed`] sets it.
    pub digest: String,
}

/// One resource record in zone-file form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DnsRecord {
    /// The owner name, in lower case, without the last dot.
    pub owner: String,
    /// Seconds.
    pub ttl: u32,
    /// `A`, `AAAA`, `CNAME`, `MX`, `NS` …
    pub kind: String,
    /// The data as in a zone file; names in lower case without the last dot.
    pub data: String,
    /// The line of the record block that holds it, letter by letter: what a citation quotes.
    pub line: String,
}

impl DnsRecord {
    /// A record that we write ourselves: owner and data are names or addresses without the last dot.
    pub fn new(owner: String, ttl: u32, kind: String, data: String) -> Self {
        let dot = if NAMING.contains(&kind.as_str()) { "." } else { "" };
        let line = format!("{owner}.\t{ttl}\tIN\t{kind}\t{data}{dot}");
        Self { owner, ttl, kind, data, line }
    }
}

/// The types whose data end in a name.
pub const NAMING: [&str; 6] = ["CNAME", "DNAME", "MX", "NS", "PTR", "SRV"];
