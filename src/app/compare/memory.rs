//! What is established of a service: the versions of its documents, its grades and on what they rest, and what waits for a
//! second look.
//!
//! A plain value that is stored as JSON between two audits. It holds digests and quotes, no texts.

use crate::base::change::Cause;
use jiff::Timestamp;
use probity_rules::document::Kind;
use probity_rules::judge::{Grade, Outlook};
use probity_rules::observation::{Citation, Why};
use probity_rules::sentence::Sentence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is remembered of a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// The documents, by the address that is asked for.
    pub documents: BTreeMap<String, Tracked>,
    /// The grades, by criterion.
    pub grades: BTreeMap<String, Standing>,
    /// What could be had at any look: documents, hosts, repositories, by name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub known: BTreeSet<String>,
    /// What of it could be had at the last look.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub had: BTreeSet<String>,
    /// The last look without a gap of a document: what later ones are judged against to find causes.
    pub reference: Option<Reference>,
}

/// An audit that others are compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Its time.
    pub at: Timestamp,
    /// The revision of the rules that judged it.
    pub rules: String,
}

/// One document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracked {
    /// What it is for.
    pub kind: Option<Kind>,
    /// The versions that are known, in the order in which they were first seen.
    pub versions: Vec<Version>,
    /// The version that stands, by its place among them.
    pub standing: usize,
    /// The sentences of that version, as hashes, in order.
    pub lines: Vec<u64>,
    /// Its words.
    pub words: usize,
    /// Its language.
    pub language: Option<String>,
    /// What its title says it is.
    pub names: Vec<Kind>,
    /// The time of the last capture.
    pub captured: Option<Timestamp>,
    /// The payload of the last capture.
    pub record: Option<String>,
    /// Since when something else than the document is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Lasting>,
    /// The same, where it may turn out to be the document after all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspect: Option<Lasting>,
}

/// A version of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The digest of what it says, whatever the order.
    pub set: String,
    /// The digest of its words in order, however they are cut.
    pub flow: String,
    /// When it was seen first.
    pub first: Timestamp,
    /// When it was seen last.
    pub last: Timestamp,
    /// In how many captures.
    pub seen: u32,
}

/// Something that lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lasting {
    /// Since when.
    pub since: Timestamp,
    /// In how many looks.
    pub looks: u32,
    /// Why.
    pub why: Why,
    /// For a person.
    pub detail: String,
    /// Whether a person was told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub told: bool,
}

impl Lasting {
    pub(super) fn new(since: Timestamp, why: Why) -> Self {
        Self { since, looks: 0, why, detail: String::new(), told: false }
    }

    pub(super) fn again(&mut self, why: Why, detail: &str) {
        self.looks += 1;
        self.why = why;
        detail.clone_into(&mut self.detail);
    }
}

/// The established grade of a criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The grade.
    pub grade: Grade,
    /// The grades that are left, where it is inconclusive.
    pub between: Vec<Grade>,
    /// The sentence behind it.
    pub because: Sentence,
    /// What it rests on, as last seen.
    pub citations: Vec<Citation>,
    /// The payloads of the documents when it was last seen, by the address that is asked for.
    pub records: BTreeMap<String, String>,
    /// Whether it stands only because something could not be had: then whatever comes first is no change.
    pub blind: bool,
    /// Since when it stands.
    pub since: Timestamp,
    /// When it was last seen.
    pub last: Timestamp,
    /// What was found instead and waits for a second look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<Pending>,
    /// Since when the grade rests on nothing that was cited for it, though it is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<Timestamp>,
    /// The grade that stood before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Grade>,
    /// How often the grade went and came back lately, and when it did so last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swings: Option<Swings>,
}

/// Another grade that was found and waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// The grade.
    pub to: Grade,
    /// When it was seen first.
    pub first_seen: Timestamp,
    /// Why it was found.
    pub cause: Cause,
    /// What would have changed it too.
    pub also: Vec<Cause>,
}

/// A grade that goes and comes back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swings {
    /// How often.
    pub count: u32,
    /// The last time.
    pub last: Timestamp,
    /// The longest time that another grade stood before the old one came back, in seconds.
    pub longest: i64,
}

/// A change that was seen and not raised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Noticed {
    /// The service's id.
    pub service: String,
    /// The criterion's id.
    pub criterion: String,
    /// The established grade.
    pub from: Grade,
    /// The grade that was found.
    pub to: Grade,
    /// When it was seen first.
    #[schemars(with = "String")]
    pub first_seen: Timestamp,
    /// When it was decided not to raise it, or seen last.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Why it is not raised.
    pub why: Quiet,
    /// For a person.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// Why a change is not raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Quiet {
    /// No second look has confirmed it yet.
    Unconfirmed,
    /// The grade came back before a second look confirmed the other one.
    Returned,
    /// A document on which the grade rests could not be had.
    Gap,
    /// The passages on which both grades rest stand in both texts: it was read differently, nothing was said differently.
    SameWords,
    /// Something that could not be had before can be had now: the grade is known for the first time.
    FirstKnown,
}

impl Quiet {
    /// The name in files and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::Returned => "returned",
            Self::Gap => "gap",
            Self::SameWords => "same-words",
            Self::FirstKnown => "first-known",
        }
    }
}

impl Standing {
    /// The grades that are left.
    pub fn outlook(&self) -> Outlook {
        Outlook::among(self.grade, &self.between)
    }
}
