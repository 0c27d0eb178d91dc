//! The archive format: WARC 1.1 (ISO 28500:2017), one gzip member per record when we write, every usual form when we read.
//!
//! This room knows bytes and fields. What a record means for an audit (which capture is the latest, what a revisit refers
//! to) is known by [`super::archive`].

pub mod dns;
pub mod head;
pub mod http;
pub mod member;
pub mod record;
mod resync;
mod unpack;
pub mod walk;

/// The media type of an HTTP request as a record block.
pub const HTTP_REQUEST: &str = "application/http; msgtype=request";
/// The media type of an HTTP answer as a record block.
pub const HTTP_RESPONSE: &str = "application/http; msgtype=response";
/// The media type of a DNS answer (RFC 4027), as archiving crawlers use it.
pub const DNS: &str = "text/dns";
/// The media type of a certificate (RFC 2585).
pub const CERTIFICATE: &str = "application/pkix-cert";
/// How the targets of questions begin that we ourselves put to a machine (the second reader); what follows says about what.
pub const QUESTION: &str = "urn:probity:question:";
/// The media type of our note that something could not be had, and why.
pub const GAP: &str = "application/vnd.probity.gap+json";

/// The profile of a revisit whose payload is that of an earlier capture (WARC 1.1, section 6.7.2).
pub const SAME_PAYLOAD: &str = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";
/// The profile of a revisit where the server said "304 Not Modified" (WARC 1.1, section 6.7.3).
pub const NOT_MODIFIED: &str = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";

/// What is never exceeded when an archive is read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a record's own head.
    pub head: usize,
    /// Bytes of a record's block, unpacked. What is larger is passed over and said.
    pub block: u64,
    /// Bytes of one file that is unpacked as a whole because it has no gzip member per record.
    pub spool: u64,
}

impl Default for Limits {
    /// Far above what the door itself takes in (see its own limits), far below what hurts.
    fn default() -> Self {
        Self { head: 256 << 10, block: 128 << 20, spool: 16 << 30 }
    }
}

#[cfg(test)]
mod tests;
