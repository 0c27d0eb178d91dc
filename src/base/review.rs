//! What waits for a person and what persons decided: the types, and which decision is allowed when.
//!
//! Pure: no SQL, no clock; who decides and when are told to it. A machine's rating is provisional until a person confirms
//! it. It does not store anything: that is `store`.

mod rules;
#[cfg(test)]
mod tests;

pub use rules::{Refusal, Standing};

use crate::base::change::Change;
use jiff::Timestamp;
use jiff::civil::Date;
use probity_rules::judge::Grade;
use probity_rules::sentence::Sentence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where an item stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It waits for a decision.
    #[default]
    Open,
    /// The provider was asked; it waits for the reply or the deadline.
    WaitingForProvider,
    /// An override waits for the second signature.
    WaitingForSigner,
    /// It is decided.
    Decided,
}

impl State {
    /// Every state, in the order of the queue.
    pub const ALL: [Self; 4] = [Self::Open, Self::WaitingForProvider, Self::WaitingForSigner, Self::Decided];

    /// The name in files, tables and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::WaitingForProvider => "waiting-for-provider",
            Self::WaitingForSigner => "waiting-for-signer",
            Self::Decided => "decided",
        }
    }
}

/// How a published rating stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The machine says so; nobody has looked.
    #[default]
    Provisional,
    /// A person has confirmed it. Only these are published.
    Confirmed,
    /// The provider or a reviewer objects, and it is not settled.
    Contested,
    /// It does not count any more.
    Withdrawn,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Provisional, Self::Confirmed, Self::Contested, Self::Withdrawn];

    /// The name in files, tables and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provisional => "provisional",
            Self::Confirmed => "confirmed",
            Self::Contested => "contested",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether it is shown to the public.
    pub fn is_published(self) -> bool {
        self == Self::Confirmed
    }
}

/// Why a person sets another grade than the machine: a closed list, so that it can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The passage was understood wrongly.
    Misread,
    /// What decides stands in a document that was not read.
    OtherDocument,
    /// The passage is not about the service that is audited.
    OutOfScope,
    /// The place of an address, or another measurement, is wrong.
    Mismeasured,
    /// The provider showed evidence.
    ShownByProvider,
    /// The law is applied in another way.
    LegalAssessment,
}

impl Reason {
    /// Every reason, in the order of forms.
    pub const ALL: [Self; 6] = [
        Self::Misread,
        Self::OtherDocument,
        Self::OutOfScope,
        Self::Mismeasured,
        Self::ShownByProvider,
        Self::LegalAssessment,
    ];

    /// The name in files, forms and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Misread => "misread",
            Self::OtherDocument => "other-document",
            Self::OutOfScope => "out-of-scope",
            Self::Mismeasured => "mismeasured",
            Self::ShownByProvider => "shown-by-provider",
            Self::LegalAssessment => "legal-assessment",
        }
    }

    /// What it says.
    pub fn says(self) -> Sentence {
        match self {
            Self::Misread => Sentence::new("the passage was misread", "die Stelle wurde falsch verstanden"),
            Self::OtherDocument => Sentence::new("another document decides", "ein anderes Dokument gibt den Ausschlag"),
            Self::OutOfScope => {
                Sentence::new("the passage is not about this service", "die Stelle betrifft nicht diesen Dienst")
            }
            Self::Mismeasured => Sentence::new("the measurement is wrong", "die Messung ist falsch"),
            Self::ShownByProvider => Sentence::new("the provider showed evidence", "der Anbieter hat Belege vorgelegt"),
            Self::LegalAssessment => Sentence::new("another legal assessment", "andere rechtliche Bewertung"),
        }
    }
}

/// What a person does with an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "decision")]
pub enum Decision {
    /// The new grade is right: it is published.
    Accept {
        /// A remark.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// The new grade is wrong and the old one stays, until the evidence changes.
    Reject {
        /// Why.
        text: String,
    },
    /// A third grade, or the old one for a reason that shall stand beside it.
    Override {
        /// The grade that counts instead.
        grade: Grade,
        /// The reason, of the closed list.
        reason: Reason,
        /// The reason in words.
        text: String,
        /// The last day on which it counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<String>")]
        expires: Option<Date>,
        /// Whether a second person must sign before it counts.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        two_persons: bool,
    },
    /// The second signature under an override, by another person.
    Sign {
        /// A remark.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// The provider is asked before anything is decided.
    AskProvider {
        /// What is asked.
        text: String,
        /// Until when the answer is awaited.
        #[schemars(with = "String")]
        deadline: Date,
    },
    /// The provider's answer; the item is open again.
    Reply {
        /// Who answered.
        from: String,
        /// The answer.
        text: String,
    },
    /// The decision counts no longer, and the item is open again. Nobody decides this: it follows.
    Lapse {
        /// Why.
        why: Lapsed,
    },
}

/// Why a decision counts no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lapsed {
    /// The evidence that it was made on is another by now, and was so in two looks.
    EvidenceChanged,
    /// Its last day has passed.
    Expired,
}

impl Lapsed {
    /// What it says.
    pub fn says(self) -> Sentence {
        match self {
            Self::EvidenceChanged => Sentence::new("its evidence changed", "die Belege haben sich geändert"),
            Self::Expired => Sentence::new("its last day has passed", "der letzte Tag ist vorbei"),
        }
    }
}

impl Decision {
    /// The name in files, tables and reports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "accept",
            Self::Reject { .. } => "reject",
            Self::Override { .. } => "override",
            Self::Sign { .. } => "sign",
            Self::AskProvider { .. } => "ask-provider",
            Self::Reply { .. } => "reply",
            Self::Lapse { .. } => "lapse",
        }
    }
}

/// One step in the life of an item: who did what when. Steps are only added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What.
    pub decision: Decision,
}

/// One thing that waits for a person, or waited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// Its number in the store; 0 before it is stored.
    pub id: i64,
    /// What it is about.
    pub change: Change,
    /// Where it stands.
    pub state: State,
    /// Counted up with every step: whoever decides names the version that was read, so that the second of two reviewers is
    /// told.
    pub version: u64,
    /// When it came into the queue.
    #[schemars(with = "String")]
    pub opened: Timestamp,
    /// Until when the provider's answer is awaited, where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub deadline: Option<Date>,
    /// Since when other evidence than that of the decision is found: a second look has to show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub lapsing: Option<Timestamp>,
    /// What was done with it, in order.
    pub log: Vec<Step>,
}

/// A grade that a person set, as it counts beside the machine's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Override {
    /// The service's id.
    pub service: String,
    /// The method's id.
    pub method: String,
    /// The criterion's id.
    pub criterion: String,
    /// The grade that counts.
    pub grade: Grade,
    /// The reason.
    pub reason: Reason,
    /// The reason in words.
    pub text: String,
    /// The last day on which it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires: Option<Date>,
    /// The digest of the evidence that it was made on: with other evidence it does not count.
    pub evidence: String,
    /// Who set it, and who signed where two had to.
    pub by: Vec<String>,
    /// When it began to count.
    #[schemars(with = "String")]
    pub since: Timestamp,
}
