//! Kept facts without the words of their quotes: all that grades need, read in a fraction of the time.
//!
//! Whether a passage is there decides grades; what it says was decided when it was read. Nothing that is made of this may be
//! shown as evidence.

use jiff::Timestamp;
use probity_rules::claim::ClaimId;
use probity_rules::document::Kind;
use probity_rules::facts::{Attested, Collection, Facts, Item, Stand, Value};
use probity_rules::observation::{Citation, Observation, Searched, Why};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// A line of kept facts.
#[derive(Deserialize)]
pub(super) struct Lean {
    service: String,
    facts: LeanFacts,
}

impl Lean {
    /// The service, and its facts with empty quotes.
    pub(super) fn facts(self) -> (String, Facts) {
        let LeanFacts { service, collections, claims, attested } = self.facts;
        let collections = collections.into_iter().map(|(name, all)| {
            let items = all.items.into_iter().map(|item| Item { id: item.id, fields: seen(item.fields) });
            (name, Collection { items: items.collect(), incomplete: all.incomplete })
        });
        let claims = claims.into_iter().map(|(claim, said)| (claim, said.into_observation(LeanStand::stand)));
        let facts = Facts {
            service: seen(service),
            collections: collections.collect(),
            claims: claims.collect(),
            attested,
            ..Facts::default()
        };
        (self.service, facts)
    }
}

fn seen(fields: BTreeMap<String, LeanSeen<Value>>) -> BTreeMap<String, Observation<Value>> {
    fields.into_iter().map(|(name, value)| (name, value.into_observation(|value| value))).collect()
}

#[derive(Deserialize)]
struct LeanFacts {
    service: BTreeMap<String, LeanSeen<Value>>,
    collections: BTreeMap<String, LeanCollection>,
    claims: BTreeMap<ClaimId, LeanSeen<LeanStand>>,
    #[serde(default)]
    attested: BTreeMap<ClaimId, Vec<Attested>>,
}

#[derive(Deserialize)]
struct LeanCollection {
    items: Vec<LeanItem>,
    incomplete: Vec<(Why, String)>,
}

#[derive(Deserialize)]
struct LeanItem {
    id: String,
    fields: BTreeMap<String, LeanSeen<Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LeanSeen<T> {
    Seen { value: T },
    Absent { searched: LeanSearched },
    Unknown { why: Why },
}

impl<T> LeanSeen<T> {
    fn into_observation<U>(self, of: impl Fn(T) -> U) -> Observation<U> {
        match self {
            Self::Seen { value } => Observation::Seen { value: of(value), citations: Vec::new() },
            Self::Absent { searched: LeanSearched { kinds, languages, words, revision } } => {
                Observation::Absent { searched: Searched { places: Vec::new(), kinds, languages, words, revision } }
            }
            Self::Unknown { why } => Observation::Unknown { why, target: String::new() },
        }
    }
}

#[derive(Deserialize)]
struct LeanSearched {
    #[serde(default)]
    kinds: Vec<Kind>,
    languages: Vec<String>,
    words: u64,
    revision: u32,
}

#[derive(Deserialize)]
struct LeanStand {
    stated: Passages,
    denied: Passages,
    confidence: f32,
    only_suggests: bool,
    #[serde(default)]
    second: bool,
}

impl LeanStand {
    fn stand(self) -> Stand {
        let Self { stated, denied, confidence, only_suggests, second } = self;
        Stand { stated: stated.passages(), denied: denied.passages(), confidence, only_suggests, second }
    }
}

/// How many passages there are.
struct Passages(usize);

impl Passages {
    fn passages(&self) -> Vec<Citation> {
        let empty = || Citation {
            record: String::new(),
            url: String::new(),
            captured: Timestamp::UNIX_EPOCH,
            quote: String::new(),
            span: None,
        };
        (0..self.0).map(|_| empty()).collect()
    }
}

impl<'de> Deserialize<'de> for Passages {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Counted;
        impl<'de> Visitor<'de> for Counted {
            type Value = Passages;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of passages")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut passages: A) -> Result<Passages, A::Error> {
                let mut count = 0;
                while passages.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(Passages(count))
            }
        }
        deserializer.deserialize_seq(Counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::results::Judged;
    use probity_rules::catalogue::Rules;

    fn cited(quote: &str) -> Citation {
        let captured = "2026-06-01T00:00:00Z".parse().expect("a time");
        Citation {
            record: "sha256:aa".into(),
            url: "https://a.example/p".into(),
            captured,
            quote: quote.into(),
            span: None,
        }
    }

    #[test]
    fn the_grades_are_those_of_the_whole_facts() {
        let rules = Rules::embedded().expect("rules");
        let searched = Searched {
            places: vec!["https://a.example/p".into()],
            kinds: vec![Kind::PrivacyPolicy],
            languages: vec!["en".into()],
            words: 4000,
            revision: 1,
        };
        let document = |kind: Kind| {
            let seen = |value| Observation::Seen { value, citations: vec![cited("Privacy")] };
            let fields = [
                ("kind".to_owned(), seen(Value::Text(kind.as_str().to_owned()))),
                ("language".to_owned(), seen(Value::Text("en".into()))),
                ("words".to_owned(), seen(Value::Number(4000))),
            ];
            Item { id: format!("https://a.example/{}", kind.as_str()), fields: fields.into() }
        };
        let items = vec![document(Kind::PrivacyPolicy), document(Kind::ProcessingAgreement)];
        for turn in 0..12 {
            let mut facts = Facts::default();
            facts.collections.insert("documents".into(), Collection { items: items.clone(), incomplete: Vec::new() });
            for (number, claim) in ClaimId::all().enumerate() {
                let stand = |stated, denied| Stand {
                    stated,
                    denied,
                    confidence: 0.9,
                    only_suggests: number % 5 == 0,
                    second: number % 7 == 0,
                };
                let observed = match (number + turn) % 4 {
                    0 => Observation::Seen { value: stand(vec![cited("we do")], Vec::new()), citations: Vec::new() },
                    1 => {
                        Observation::Seen { value: stand(Vec::new(), vec![cited("we do not")]), citations: Vec::new() }
                    }
                    2 => Observation::Absent { searched: searched.clone() },
                    _ => Observation::Unknown { why: Why::Refused, target: "https://a.example/p".into() },
                };
                facts.claims.insert(claim, observed);
            }
            let line = serde_json::to_string(&Judged { service: "a".into(), declared: None, facts, seen: None })
                .expect("JSON");
            let whole: Judged = serde_json::from_str(&line).expect("facts");
            let (service, lean) = serde_json::from_str::<Lean>(&line).expect("facts").facts();
            assert_eq!(service, "a");
            let law = rules.law_on("2026-06-01".parse().expect("a day"));
            assert_eq!(rules.outlooks(&lean, &law), rules.outlooks(&whole.facts, &law), "turn {turn}");
        }
    }
}
