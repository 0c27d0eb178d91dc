//! What was seen, what was looked for and not found, and what nobody knows: three types that cannot be mixed up.
//!
//! An error can by construction never become an absence: only a reader that has searched can build [`Searched`], and
//! everything that went wrong is a [`Why`].

use crate::document::Kind;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A value together with how we came by it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observation<T> {
    /// It was seen; the citations are where.
    Seen {
        /// What was seen.
        value: T,
        /// Where it stands in the evidence; empty only for what the service declaration itself says, and for claims, whose
        /// passages are the value.
        citations: Vec<Citation>,
    },
    /// It was looked for in what could be read whole, and is not there.
    Absent {
        /// The proof of absence.
        searched: Searched,
    },
    /// Nobody knows, and why.
    Unknown {
        /// The reason.
        why: Why,
        /// What would have to be had to know: an address, a host name, a document kind.
        target: String,
    },
}

impl<T> Observation<T> {
    /// The value, where one was seen.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Seen { value, .. } => Some(value),
            Self::Absent { .. } | Self::Unknown { .. } => None,
        }
    }

    /// The citations of what was seen; none for an absence or an unknown.
    pub fn citations(&self) -> &[Citation] {
        match self {
            Self::Seen { citations, .. } => citations,
            Self::Absent { .. } | Self::Unknown { .. } => &[],
        }
    }
}

/// Why something is unknown. The names are those of reports and of the archive's gap records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// No usable answer: name not resolved, connection refused or reset, time-out, 5xx, endless body, redirect loop.
    Unreachable,
    /// The server or our own guard said no: 401, 403, 451, a bot wall, a login page, a private address.
    Refused,
    /// The server said not now: 429, or a forge's limit is used up.
    RateLimited,
    /// `robots.txt` forbids it (RFC 9309).
    Robots,
    /// An answer came in a form that we do not read: media type, language, encryption.
    Unsupported,
    /// An answer came and is broken: truncated, bad encoding, over a limit, not what its type says.
    Malformed,
    /// An answer came and holds nothing: an empty page, a page that fills itself by script, a soft 404.
    Empty,
    /// Nobody asked: a replayed archive holds no capture, or nothing is declared or discovered to ask.
    NotAsked,
    /// Two witnesses disagree, or the thing has no single answer (anycast).
    Ambiguous,
    /// Our own fault; never the service's.
    Bug,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::RateLimited => "rate-limited",
            Self::Robots => "robots",
            Self::Unsupported => "unsupported",
            Self::Malformed => "malformed",
            Self::Empty => "empty",
            Self::NotAsked => "not-asked",
            Self::Ambiguous => "ambiguous",
            Self::Bug => "bug",
        })
    }
}

/// The proof of an absence: what was read whole without finding it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Searched {
    /// The addresses of what was searched: documents, forge answers, DNS names.
    pub places: Vec<String>,
    /// The kinds of the documents among them, sorted, each once: whether an absence decides depends on what was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// Their languages, as BCP 47 primary tags.
    pub languages: Vec<String>,
    /// How many words they hold together.
    pub words: u64,
    /// The revision of the claim, probe or rule that searched.
    pub revision: u32,
    /// Where the matter is spoken of all the same, without a statement that was understood: such a text is not silent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Mention>,
}

/// A passage that speaks of a matter; whether it says something only a person can tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Mention {
    /// The kind of the document.
    pub kind: Kind,
    /// Where it stands.
    pub citation: Citation,
}

/// One place in the archive that shows what is said: record, address, time and verbatim quote.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Citation {
    /// `sha256:` and the hexadecimal digest of the record's payload.
    pub record: String,
    /// The address that was asked (`https://…`, `dns:…`).
    pub url: String,
    /// When it was captured.
    #[schemars(with = "String")]
    pub captured: Timestamp,
    /// The quote, letter by letter as in the extracted text.
    pub quote: String,
    /// Byte offsets of the quote in the extracted text, where the quote is of a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<[usize; 2]>,
}
