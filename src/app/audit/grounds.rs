//! What grades rest on, without the words: a short line for each service, by which very many audits can be judged again.
//!
//! Whether a passage is there decides grades; what it says was decided when it was read. Nothing that is made of this may be
//! shown as evidence: that lies in the facts.

use jiff::Timestamp;
use probity_rules::claim::ClaimId;
use probity_rules::document::Kind;
use probity_rules::facts::{Attested, Collection, Facts, Item, Silence, Stand, Value, Voice};
use probity_rules::observation::{Citation, Mention, Observation, Searched, Why};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A line of it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Grounds {
    service: String,
    fields: Fields,
    collections: BTreeMap<String, Things>,
    claims: Vec<(Says, Vec<ClaimId>)>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    attested: BTreeMap<ClaimId, Vec<Attested>>,
}

type Fields = BTreeMap<String, Known>;

/// A collection without the names of its things.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Things {
    items: Vec<Fields>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    incomplete: Vec<Why>,
}

/// What is known of a field.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Known {
    Seen(Value),
    Absent,
    Unknown(Why),
}

/// What the documents say on claims.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Says {
    /// There are passages.
    Found {
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        stated: bool,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        denied: bool,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        only_suggests: bool,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        second: bool,
        /// What each kind of document says, without addresses.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        voices: Vec<Voice>,
        /// What the silence of the others proves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        silence: Option<Box<Says>>,
    },
    /// Documents of these kinds were read whole, and there are none.
    Absent {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        kinds: Vec<Kind>,
        words: u64,
        /// The kinds that speak of the matter.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<Kind>,
    },
    /// Nobody knows.
    Unknown(Why),
}

impl Grounds {
    /// Those of facts.
    pub(crate) fn of(service: &str, facts: &Facts) -> Self {
        let collections = facts.collections.iter().map(|(name, all)| {
            let items = all.items.iter().map(|item| fields(&item.fields)).collect();
            (name.clone(), Things { items, incomplete: all.incomplete.iter().map(|(why, _)| *why).collect() })
        });
        // Most claims say the same: each saying is written once.
        let mut claims: BTreeMap<Says, Vec<ClaimId>> = BTreeMap::new();
        for (claim, observed) in &facts.claims {
            claims.entry(Says::of(observed)).or_default().push(*claim);
        }
        Self {
            service: service.to_owned(),
            fields: fields(&facts.service),
            collections: collections.collect(),
            claims: claims.into_iter().collect(),
            attested: facts.attested.clone(),
        }
    }

    /// The service's id, and facts that are judged like those that they were made of: without words, addresses and gaps.
    pub(crate) fn facts(self) -> (String, Facts) {
        let collections = self.collections.into_iter().map(|(name, all)| {
            let items = all.items.into_iter().map(|fields| Item { id: String::new(), fields: observed(fields) });
            let incomplete = all.incomplete.into_iter().map(|why| (why, String::new()));
            (name, Collection { items: items.collect(), incomplete: incomplete.collect() })
        });
        let said = self.claims.iter().flat_map(|(says, claims)| claims.iter().map(|claim| (*claim, says.observed())));
        let facts = Facts {
            service: observed(self.fields),
            collections: collections.collect(),
            claims: said.collect(),
            attested: self.attested,
            ..Facts::default()
        };
        (self.service, facts)
    }
}

fn fields(fields: &BTreeMap<String, Observation<Value>>) -> Fields {
    fields.iter().map(|(name, value)| (name.clone(), Known::of(value))).collect()
}

fn observed(fields: Fields) -> BTreeMap<String, Observation<Value>> {
    fields.into_iter().map(|(name, known)| (name, known.observed())).collect()
}

impl Known {
    fn of(observed: &Observation<Value>) -> Self {
        match observed {
            Observation::Seen { value, .. } => Self::Seen(value.clone()),
            Observation::Absent { .. } => Self::Absent,
            Observation::Unknown { why, .. } => Self::Unknown(*why),
        }
    }

    fn observed(self) -> Observation<Value> {
        match self {
            Self::Seen(value) => Observation::Seen { value, citations: Vec::new() },
            Self::Absent => Observation::Absent { searched: Searched::default() },
            Self::Unknown(why) => Observation::Unknown { why, target: String::new() },
        }
    }
}

impl Says {
    fn of(observed: &Observation<Stand>) -> Self {
        match observed {
            Observation::Seen { value, .. } => Self::Found {
                stated: !value.stated.is_empty(),
                denied: !value.denied.is_empty(),
                only_suggests: value.only_suggests,
                second: value.second,
                voices: value.voices.iter().map(|voice| Voice { urls: Vec::new(), ..voice.clone() }).collect(),
                silence: value.silence.as_deref().map(|silence| {
                    Box::new(match silence {
                        Silence::Absent(searched) => Self::absent(searched),
                        Silence::Unknown { why, .. } => Self::Unknown(*why),
                    })
                }),
            },
            Observation::Absent { searched } => Self::absent(searched),
            Observation::Unknown { why, .. } => Self::Unknown(*why),
        }
    }

    fn absent(searched: &Searched) -> Self {
        let mut mentions: Vec<Kind> = searched.mentions.iter().map(|mention| mention.kind).collect();
        mentions.sort();
        mentions.dedup();
        Self::Absent { kinds: searched.kinds.clone(), words: searched.words, mentions }
    }

    /// The proof of an absence that is judged like the one that it was made of.
    fn searched(kinds: &[Kind], words: u64, mentions: &[Kind]) -> Searched {
        let mention = |kind: &Kind| Mention { kind: *kind, citation: passage() };
        let mentions = mentions.iter().map(mention).collect();
        Searched { kinds: kinds.to_vec(), words, mentions, ..Searched::default() }
    }

    fn observed(&self) -> Observation<Stand> {
        match self {
            Self::Found { stated, denied, only_suggests, second, voices, silence } => {
                let passages = |are: bool| if are { vec![passage()] } else { Vec::new() };
                let (stated, denied) = (passages(*stated), passages(*denied));
                let silence = silence.as_deref().map(|silence| {
                    Box::new(match silence {
                        Self::Absent { kinds, words, mentions } => {
                            Silence::Absent(Self::searched(kinds, *words, mentions))
                        }
                        Self::Unknown(why) => Silence::Unknown { why: *why, target: String::new() },
                        Self::Found { .. } => Silence::Unknown { why: Why::Bug, target: String::new() },
                    })
                });
                Observation::said(Stand {
                    stated,
                    denied,
                    confidence: 0.0,
                    only_suggests: *only_suggests,
                    second: *second,
                    voices: voices.clone(),
                    silence,
                })
            }
            Self::Absent { kinds, words, mentions } => {
                Observation::Absent { searched: Self::searched(kinds, *words, mentions) }
            }
            Self::Unknown(why) => Observation::Unknown { why: *why, target: String::new() },
        }
    }
}

/// In the place of the words.
fn passage() -> Citation {
    let (record, url, quote) = (String::new(), String::new(), String::new());
    Citation { record, url, captured: Timestamp::UNIX_EPOCH, quote, span: None }
}

#[cfg(test)]
mod tests;
