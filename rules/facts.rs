//! The facts of one service: single values, collections of things with fields, and claims, each with its evidence.
//!
//! The schema is closed: criteria are typed against it when they are loaded, and a probe can only put in what stands
//! here. Facts know nothing of grades.

use crate::claim::{ClaimId, State};
use crate::document::Kind;
use crate::observation::{Citation, Observation, Searched, Why};
use crate::service::{Service, Status};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The type of a fact's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Yes or no.
    Flag,
    /// One word of a closed or open list.
    Text,
    /// Several words.
    Texts,
    /// ISO 3166-1 alpha-2 codes.
    Countries,
    /// A whole number.
    Number,
    /// A day.
    Date,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// One word.
    Text(String),
    /// Several words.
    Texts(BTreeSet<String>),
    /// ISO 3166-1 alpha-2 codes.
    Countries(BTreeSet<String>),
    /// A whole number.
    Number(i64),
    /// A day.
    Date(Date),
}

/// One fact of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name, as conditions write it.
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
    /// What it says.
    pub summary: &'static str,
    /// The words that its value can be, where the list is closed; else empty.
    pub words: &'static [&'static str],
    /// Whether it is testimony rather than fact (the country of an address): it may never make a grade poor alone.
    pub testimony: bool,
}

const fn field(name: &'static str, kind: Type, summary: &'static str) -> Field {
    Field { name, kind, summary, words: &[], testimony: false }
}

const fn word(name: &'static str, words: &'static [&'static str], summary: &'static str) -> Field {
    Field { name, kind: Type::Text, summary, words, testimony: false }
}

const fn testimony(name: &'static str, kind: Type, summary: &'static str) -> Field {
    Field { name, kind, summary, words: &[], testimony: true }
}

const DOCUMENT_KINDS: &[&str] = &[
    "privacy-policy",
    "terms",
    "processing-agreement",
    "subprocessors",
    "security",
    "help",
    "imprint",
    "cookie-policy",
];

/// The fact that is the operator's country where no parent is declared.
pub const PARENT: &str = "operator.parent.country";

/// The facts about the service itself.
pub const SERVICE: &[Field] = &[
    word("status", &["active", "discontinued"], "whether it is still offered, as declared"),
    field("category", Type::Text, "the field the service is rated in, as declared"),
    field("operator.country", Type::Countries, "the seat of the operator, as declared"),
    field(
        PARENT,
        Type::Countries,
        "the seat of the company that controls the operator, as declared; the operator's own where none is declared",
    ),
    field("day", Type::Date, "the day as of which is judged; the judge knows it, no probe has to say it"),
];

/// The collections, each with the fields of its items.
pub const COLLECTIONS: &[(&str, &[Field])] = &[
    (
        "documents",
        &[
            word("kind", DOCUMENT_KINDS, "what it is for"),
            field("language", Type::Text, "ISO 639 code of the greater part"),
            field("title", Type::Text, "its title"),
            field("date", Type::Date, "the date of the version, as the text states it"),
            field("words", Type::Number, "words of its main text"),
            field("text", Type::Text, "the digest of its wording, which links and white space do not change"),
        ],
    ),
    (
        "hosts",
        &[
            field("name", Type::Text, "the host name"),
            word("role", &["web", "app", "api", "media", "mail"], "what it is for"),
            field("resolves", Type::Flag, "whether the name has an address"),
            field("addresses", Type::Texts, "its IPv4 and IPv6 addresses"),
            testimony("countries", Type::Countries, "where its addresses are, where all databases agree"),
            field("anycast", Type::Flag, "whether an address is served from many places"),
            field("network", Type::Text, "the organisation that runs the network, where a rule or a database knows it"),
            field("testimony", Type::Texts, "what each database says of each address, with the day it was built"),
            field("aliases", Type::Texts, "the names that it is an alias of (CNAME), the whole chain"),
            field("name-servers", Type::Texts, "the name servers of its zone, where it is one"),
            field("mail-servers", Type::Texts, "where mail to it is taken in (MX)"),
        ],
    ),
    (
        "repositories",
        &[
            field("url", Type::Text, "its address"),
            word("role", &["server", "client", "library"], "what it is the source of"),
            field("exists", Type::Flag, "whether the forge has it, open to all"),
            field("licence", Type::Text, "its SPDX identifier"),
            field("osi", Type::Flag, "whether the Open Source Initiative has approved the licence"),
            field("archived", Type::Flag, "whether it is closed to changes"),
            field("last-activity", Type::Date, "the day of the last push"),
            field("last-release", Type::Date, "the day of the last release"),
        ],
    ),
    (
        "subprocessors",
        &[
            field("name", Type::Text, "the company, as a list of the provider names it"),
            field("placed", Type::Flag, "whether the list says where it processes"),
            field(
                "countries",
                Type::Countries,
                "where it processes, as the list states; `EU` and `EEA` where that is all it says; unknown for `Worldwide` and the like",
            ),
            field("purpose", Type::Text, "what it does, in the words of the list"),
            field("url", Type::Text, "its page, where the list links one"),
        ],
    ),
];

/// What the documents of a service say on a claim, all of them together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stand {
    /// The passages that state it.
    pub stated: Vec<Citation>,
    /// The passages that deny it.
    pub denied: Vec<Citation>,
    /// How sure the reader is, 0 to 1: that of the best passage.
    pub confidence: f32,
    /// Whether the reader is too weak at this claim to decide a grade alone (its measured floor).
    pub only_suggests: bool,
    /// Whether only the second reader, a language model, found the passages: then they decide nothing, and how sure they are
    /// nobody measured (`confidence` is 0).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub second: bool,
    /// What each kind of document says, and how much that weighs. Empty in audits of earlier versions: then every passage
    /// counts for every criterion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voices: Vec<Voice>,
    /// What the silence of the other documents proves, for criteria that read those alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<Box<Silence>>,
}

/// How much a side of a claim weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vote {
    /// There is no passage.
    #[default]
    None,
    /// A passage suggests it; the reader is not sure enough to decide by it.
    Suggests,
    /// It decides.
    Decides,
}

/// What the documents of one kind say on a claim.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Voice {
    /// The kind.
    pub kind: Kind,
    /// The addresses of the passages' pages.
    pub urls: Vec<String>,
    /// Those that state it.
    #[serde(default, skip_serializing_if = "is_none")]
    pub stated: Vote,
    /// Those that deny it.
    #[serde(default, skip_serializing_if = "is_none")]
    pub denied: Vote,
}

fn is_none(vote: &Vote) -> bool {
    *vote == Vote::None
}

/// What documents prove that say nothing on a claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silence {
    /// They were read whole.
    Absent(Searched),
    /// Nobody knows, and why.
    Unknown {
        /// The reason.
        why: Why,
        /// What would have to be had.
        target: String,
    },
}

impl Stand {
    /// The passages, those that state it first.
    pub fn passages(&self) -> impl Iterator<Item = &Citation> {
        self.stated.iter().chain(&self.denied)
    }
}

impl Observation<Stand> {
    /// What documents say on a claim. The passages are the citations: they stand in the value and nowhere else.
    pub fn said(value: Stand) -> Self {
        Self::Seen { value, citations: Vec::new() }
    }
}

/// What a person vouches for, instead of the texts or beside them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attested {
    /// Whether the claim holds; else the person says that it does not.
    pub stated: bool,
    /// Whether the person has read the texts and says that nothing of it stands there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub absent: bool,
    /// The text that the person has read, by the digest of its wording (`documents.text`): the word counts for as long as a
    /// document has this text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Who says so.
    pub by: String,
    /// On which day.
    #[schemars(with = "String")]
    pub date: Date,
    /// Where it can be looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The last day on which it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires: Option<Date>,
}

/// One thing of a collection: a host, a repository, a document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// What it is called in reports: a host name, an address.
    pub id: String,
    /// Its facts, by the names of the schema. What is missing here is unknown (`not-asked`).
    pub fields: BTreeMap<String, Observation<Value>>,
}

/// A collection, and why there may be more of it than is listed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Collection {
    /// What is known, in the order of declaration, then of discovery. A document that is declared or was found and could
    /// not be read is an item too: its `kind` is seen, its `words` are unknown.
    pub items: Vec<Item>,
    /// What may be missing beside the items, and why: `every` and `none` over an incomplete collection cannot be sure.
    pub incomplete: Vec<(Why, String)>,
}

/// Something that could not be had, as a probe met it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// The probe that wanted it.
    pub probe: String,
    /// What it wanted: an address, `dns:` and a name.
    pub target: String,
    /// Why it could not have it.
    pub why: Why,
    /// One line for a person: the status, the limit, the error.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// All facts of one service at one time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The facts about the service, by the names of [`SERVICE`].
    pub service: BTreeMap<String, Observation<Value>>,
    /// The collections, by the names of [`COLLECTIONS`]. One that is missing was not asked for.
    pub collections: BTreeMap<String, Collection>,
    /// The claims. One that is missing was not asked for.
    #[serde(deserialize_with = "said_once")]
    pub claims: BTreeMap<ClaimId, Observation<Stand>>,
    /// What persons vouch for. Whether it still counts is a question of the day of the audit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attested: BTreeMap<ClaimId, Vec<Attested>>,
    /// What could not be had.
    pub gaps: Vec<Gap>,
}

impl Facts {
    /// The facts that a declaration itself holds: those of [`SERVICE`], and what persons vouch for.
    pub fn declared(service: &Service) -> Self {
        let said = |value| Observation::Seen { value, citations: Vec::new() };
        let mut facts = Self::default();
        let status = match service.status {
            Status::Active => "active",
            Status::Discontinued { .. } => "discontinued",
        };
        facts.service.insert("status".to_owned(), said(Value::Text(status.to_owned())));
        facts.service.insert("category".to_owned(), said(Value::Text(service.category.clone())));
        if let Some(country) = service.operator.as_ref().and_then(|operator| operator.country.clone()) {
            facts.service.insert("operator.country".to_owned(), said(Value::Countries([country].into())));
        }
        if let Some(parent) = service.operator.as_ref().and_then(|operator| operator.parent.as_ref()) {
            facts.service.insert(PARENT.to_owned(), said(Value::Countries([parent.country.clone()].into())));
        }
        for attestation in &service.attestations {
            facts.attested.entry(attestation.claim).or_default().push(Attested {
                stated: attestation.state == State::Stated,
                absent: attestation.state == State::Absent,
                text: attestation.text.clone(),
                by: attestation.by.clone(),
                date: attestation.date,
                source: attestation.source.clone(),
                note: attestation.note.clone(),
                expires: attestation.expires,
            });
        }
        facts
    }

    /// Puts the facts of another probe beside these. A collection or claim that both have is extended.
    pub fn merge(&mut self, other: Self) {
        self.service.extend(other.service);
        for (name, collection) in other.collections {
            let mine = self.collections.entry(name).or_default();
            mine.items.extend(collection.items);
            mine.incomplete.extend(collection.incomplete);
        }
        self.claims.extend(other.claims);
        for (claim, attested) in other.attested {
            self.attested.entry(claim).or_default().extend(attested);
        }
        self.gaps.extend(other.gaps);
    }
}

/// Reads claims; audits of earlier versions hold their passages a second time.
fn said_once<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<ClaimId, Observation<Stand>>, D::Error> {
    let mut claims = BTreeMap::<ClaimId, Observation<Stand>>::deserialize(from)?;
    for observed in claims.values_mut() {
        if let Observation::Seen { citations, .. } = observed {
            *citations = Vec::new();
        }
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_knows_every_kind_of_document() {
        assert!(DOCUMENT_KINDS.iter().copied().eq(Kind::ALL.iter().map(|kind| kind.as_str())));
    }

    #[test]
    fn passages_of_claims_are_kept_once_and_those_of_earlier_versions_are_read() {
        let passage = |quote: &str| Citation {
            record: "sha256:aa".into(),
            url: "https://a.example/privacy".into(),
            captured: jiff::Timestamp::UNIX_EPOCH,
            quote: quote.into(),
            span: None,
        };
        let stand = Stand {
            stated: vec![passage("We record calls.")],
            denied: vec![passage("We record nothing.")],
            ..Stand::default()
        };
        let claim: ClaimId = "recording.none".parse().unwrap();
        let facts = |observed| Facts { claims: [(claim, observed)].into(), ..Facts::default() };
        let now = facts(Observation::said(stand.clone()));
        let written = serde_json::to_string(&now).unwrap();
        assert_eq!(written.matches("We record nothing.").count(), 1);
        let citations = stand.passages().cloned().collect();
        let earlier = serde_json::to_string(&facts(Observation::Seen { value: stand, citations })).unwrap();
        assert_eq!(earlier.matches("We record nothing.").count(), 2);
        for text in [written, earlier] {
            assert_eq!(serde_json::from_str::<Facts>(&text).unwrap(), now);
        }
    }

    #[test]
    fn names_of_the_schema_meet_nowhere() {
        let mut seen = BTreeSet::new();
        for field in SERVICE {
            assert!(seen.insert(field.name.to_owned()), "{}", field.name);
        }
        for (collection, fields) in COLLECTIONS {
            for field in *fields {
                assert!(seen.insert(format!("{collection}.{}", field.name)), "{collection}.{}", field.name);
            }
        }
        for claim in ClaimId::all() {
            assert!(seen.insert(claim.to_string()), "{claim}");
        }
    }
}
