//! A change of a grade as a person is asked about it: what it was, what it is, why, and the passages of both.
//!
//! Types and the digest of the evidence. How a change is found is `compare`; it decides nothing.

use jiff::Timestamp;
use probity_rules::judge::{Finding, Grade};
use probity_rules::method::Light;
use probity_rules::observation::{Citation, Searched};
use probity_rules::rating::Rated;
use probity_rules::sentence::Sentence;
use probity_rules::text::wording;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a grade changed, found by judging again with one thing at a time put back to what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The service itself changed: its texts, its servers, its source code.
    ServiceChanged,
    /// Our rules changed: criteria, claims, the reader.
    RulesChanged,
    /// A database changed that places addresses in countries or networks; the addresses are the same.
    DatabaseChanged,
    /// The law of the day changed, such as an adequacy decision that fell.
    LawChanged,
    /// Something can be had that could not be had before, or the other way round.
    Reachability,
}

impl Cause {
    /// Every cause, in the order of reports.
    pub const ALL: [Self; 5] =
        [Self::ServiceChanged, Self::RulesChanged, Self::DatabaseChanged, Self::LawChanged, Self::Reachability];

    /// The name in files and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ServiceChanged => "service-changed",
            Self::RulesChanged => "rules-changed",
            Self::DatabaseChanged => "database-changed",
            Self::LawChanged => "law-changed",
            Self::Reachability => "reachability",
        }
    }

    /// What it says, in a few words.
    pub fn says(self) -> Sentence {
        match self {
            Self::ServiceChanged => Sentence::new("the service changed", "der Dienst hat sich geändert"),
            Self::RulesChanged => Sentence::new("our rules changed", "unsere Regeln haben sich geändert"),
            Self::DatabaseChanged => Sentence::new("a database changed", "eine Datenbank hat sich geändert"),
            Self::LawChanged => Sentence::new("the law changed", "das Recht hat sich geändert"),
            Self::Reachability => Sentence::new("what can be had changed", "die Erreichbarkeit hat sich geändert"),
        }
    }
}

/// What kind of thing waits for a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A grade changed.
    #[default]
    Grade,
    /// The grade is the same, but the passage that it rested on is gone.
    LostCitation,
}

/// What a grade rested on before and rests on now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cited {
    /// Before. Where the grade rested on an absence: what stood where there is now something.
    pub before: Vec<Citation>,
    /// Now. Where the grade rests on an absence: what stands where there was something.
    pub after: Vec<Citation>,
}

/// What became of a passage in a newer version of its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// It stands where it stood.
    Carried,
    /// It stands elsewhere in the document.
    Moved,
    /// Something similar stands there.
    Reworded,
    /// It is gone.
    Lost,
    /// It was not there before.
    New,
}

impl Anchor {
    /// The name in files and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Carried => "carried",
            Self::Moved => "moved",
            Self::Reworded => "reworded",
            Self::Lost => "lost",
            Self::New => "new",
        }
    }
}

/// One passage as it was and as it is, in the order of the document; one of the two is empty where something came or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Passage {
    /// The address of the document.
    pub url: String,
    /// What became of the older passage.
    pub anchor: Anchor,
    /// As it was, letter by letter.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub before: String,
    /// As it is, letter by letter.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
}

/// One grade of one method that changed, seen twice: what a person is asked about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The service's id.
    pub service: String,
    /// The method's id.
    pub method: String,
    /// The criterion's id.
    pub criterion: String,
    /// What kind of change it is.
    #[serde(default)]
    pub kind: Kind,
    /// The grade that was established.
    pub from: Grade,
    /// The grade that is found now.
    pub to: Grade,
    /// The light of the method before.
    pub light_from: Light,
    /// The light of the method with this change.
    pub light_to: Light,
    /// When it was seen first.
    #[schemars(with = "String")]
    pub first_seen: Timestamp,
    /// When it was seen again: the time of the capture that confirmed it.
    #[schemars(with = "String")]
    pub raised_at: Timestamp,
    /// Why it changed.
    pub cause: Cause,
    /// What would have changed it too, without that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Cause>,
    /// The sentence behind the grade before.
    pub because_from: Sentence,
    /// The sentence behind the grade now.
    pub because_to: Sentence,
    /// What it rested on and rests on.
    pub citations: Cited,
    /// How the passages that it rests on changed, in context.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passages: Vec<Passage>,
    /// The digest of the evidence that the grade rests on now: what a person's decision is tied to. It does not change with
    /// the day, the address of a server or white space.
    pub evidence: String,
}

/// The digest of what a finding rests on: its grade, the words of its quotes, the places searched in vain.
pub fn evidence(finding: &Finding) -> String {
    digest(&finding.criterion, finding.grade, &finding.citations, finding.searched.as_ref())
}

/// The same of a finding in a rating, whatever a person has set.
pub fn evidence_of(rated: &Rated) -> String {
    let grade = rated.decided.as_ref().map_or(rated.grade, |decided| decided.machine);
    digest(&rated.criterion, grade, &rated.citations, rated.searched.as_ref())
}

fn digest(criterion: &str, grade: Grade, citations: &[Citation], searched: Option<&Searched>) -> String {
    let mut parts = vec![criterion.to_owned(), grade.as_str().to_owned()];
    let mut quotes: Vec<String> = citations.iter().map(|one| format!("{} {}", one.url, wording::quote(one))).collect();
    quotes.extend(searched.into_iter().flat_map(|searched| searched.places.clone()));
    quotes.sort();
    quotes.dedup();
    parts.extend(quotes);
    format!("sha256:{}", wording::digest(parts.iter().map(String::as_str).collect(), "\n"))
}
