//! What would have to be known to decide, said so that a person can go and get it.

use super::view::{Doubt, Kinds, Said, Stance, Things, View};
use crate::claim::ClaimId;
use crate::document::Kind;
use crate::facts::{Silence, Value};
use crate::observation::{Observation, Why};
use crate::reader;
use crate::sentence::{Lang, Sentence};
use crate::target;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that nobody knows and that would decide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Missing {
    /// The fact: a claim's id, a fact's name, `hosts.countries`; empty where it is no single one.
    pub fact: String,
    /// Why nobody knows it, where there is one reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
    /// What would have to be had: an address, a host name, a kind of document; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub target: String,
    /// The same in a sentence.
    pub text: Sentence,
}

/// The reason in words.
pub fn why(why: Why) -> Sentence {
    let (en, de) = match why {
        Why::Unreachable => ("it could not be reached", "nicht erreichbar"),
        Why::Refused => ("it was refused", "verweigert"),
        Why::RateLimited => ("too many requests, as the server sees it", "zu viele Anfragen aus Sicht des Servers"),
        Why::Robots => ("robots.txt forbids it", "robots.txt verbietet es"),
        Why::Unsupported => {
            ("it is in a form or language that is not read", "in einer Form oder Sprache, die nicht gelesen wird")
        }
        Why::Malformed => ("what came is broken", "die Antwort ist beschädigt"),
        Why::Empty => ("what came is empty", "die Antwort ist leer"),
        Why::NotAsked => ("nobody asked", "niemand hat gefragt"),
        Why::Ambiguous => ("witnesses disagree", "die Quellen widersprechen sich"),
        Why::Bug => ("a fault of this program", "ein Fehler dieses Programms"),
    };
    Sentence::new(en, de)
}

fn gap(fact: String, reason: Why, target: &str, subject: Sentence) -> Missing {
    let told = why(reason);
    let place = |target: &str| if target.is_empty() { String::new() } else { format!(" ({target})") };
    Missing {
        text: Sentence::new(
            format!("{}: {}{}", subject.en, told.en, place(target)),
            format!("{}: {}{}", subject.de, told.de, place(&target::in_german(target))),
        ),
        fact,
        why: Some(reason),
        target: target.to_owned(),
    }
}

/// What is missing on a claim.
pub(super) fn of_claim(claim: ClaimId, said: &Said, reads: Kinds, view: &View) -> Missing {
    let fact = claim.to_string();
    let title = quoted(claim);
    let (named, benannt) = (&title.en, &title.de);
    let plain = |en: String, de: String| Missing {
        fact: fact.clone(),
        why: None,
        target: String::new(),
        text: Sentence::new(en, de),
    };
    match said.stance {
        Stance::Unknown(Doubt::Gap(reason)) => {
            let target = match said.texts {
                Some(Observation::Unknown { target, .. }) => target,
                Some(Observation::Seen { value, .. }) => match value.silence.as_deref() {
                    Some(Silence::Unknown { target, .. }) => target,
                    _ => "",
                },
                _ => "",
            };
            let subject =
                Sentence::new(format!("what the texts say on {named}"), format!("was die Texte zu {benannt} sagen"));
            gap(fact, reason, target, subject)
        }
        Stance::Unknown(Doubt::Both) => plain(
            format!("which of two passages on {named} holds: the texts state it and deny it"),
            format!("welche von zwei Stellen zu {benannt} gilt: Die Texte sagen beides"),
        ),
        Stance::Unknown(Doubt::Suggested) => plain(
            format!(
                "a person's look at the passage on {named}: the reader is not sure enough at this claim to decide by it"
            ),
            format!(
                "der Blick eines Menschen auf die Stelle zu {benannt}: Die Maschine liest diese Aussage nicht sicher genug, um danach zu entscheiden"
            ),
        ),
        Stance::Unknown(Doubt::Mentioned) => plain(
            format!(
                "a person's look at the passages that speak of {named}: whether they say so the reader cannot tell"
            ),
            format!(
                "der Blick eines Menschen auf die Stelle zu {benannt}: Sie spricht davon, ob sie es aussagt, erkennt die Maschine nicht"
            ),
        ),
        Stance::Unknown(Doubt::Second) => plain(
            format!(
                "a person's look at the passage on {named}: only the second reader (a language model) found it, which decides nothing"
            ),
            format!(
                "der Blick eines Menschen auf die Stelle zu {benannt}: Nur der zweite Leser (ein Sprachmodell) hat sie gefunden, und der entscheidet nichts"
            ),
        ),
        Stance::Unknown(Doubt::Disputed) => plain(
            format!("who is right on {named}: a person vouches for the opposite of what is said"),
            format!("wer bei {benannt} recht hat: Eine Person verbürgt sich für das Gegenteil des Gesagten"),
        ),
        Stance::Stated | Stance::Denied | Stance::Silent | Stance::Absent(_) => silence(claim, reads, view),
    }
}

/// A claim in words, in quotation marks.
fn quoted(claim: ClaimId) -> Sentence {
    let title = reader::title(claim);
    Sentence::new(format!("“{}”", title.en), format!("„{}“", title.de))
}

/// The texts that were read are silent, and that proves nothing.
fn silence(claim: ClaimId, reads: Kinds, view: &View) -> Missing {
    let all: Vec<Kind> = reads.list().collect();
    let unread: Vec<Kind> = view.unread.list().filter(|kind| reads.meets(Kinds::of([*kind]))).collect();
    let named = |kinds: &[Kind]| kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    let benannt = |kinds: &[Kind]| kinds.iter().map(|kind| kind.title(Lang::De)).collect::<Vec<_>>().join(", ");
    let (en, de) = match (all.is_empty(), unread.is_empty()) {
        (true, _) => (
            "silence of the texts decides nothing here".to_owned(),
            "Das Schweigen der Texte entscheidet hier nichts".to_owned(),
        ),
        (false, true) => (
            format!("none of the texts that would say it was read ({})", named(&all)),
            format!("Keiner der Texte, in denen es stünde, wurde gelesen ({})", benannt(&all)),
        ),
        (false, false) => (
            format!("texts that could say it could not be read ({})", named(&unread)),
            format!("Texte, in denen es stehen könnte, waren nicht lesbar ({})", benannt(&unread)),
        ),
    };
    let title = quoted(claim);
    let text =
        Sentence::new(format!("a statement on {}: {en}", title.en), format!("eine Aussage zu {}: {de}", title.de));
    Missing { fact: claim.to_string(), why: None, target: named(if unread.is_empty() { &all } else { &unread }), text }
}

/// What is missing of a fact about the service.
pub(super) fn of_fact(name: &str, value: Option<&Observation<Value>>) -> Missing {
    let subject = Sentence::new(format!("`{name}`"), format!("`{name}`"));
    let (reason, target) = unknown(value);
    gap(name.to_owned(), reason, target, subject)
}

/// What is missing of a thing.
pub(super) fn of_field(collection: &str, id: &str, field: &str, value: Option<&Observation<Value>>) -> Missing {
    let subject = Sentence::new(format!("`{field}` of {id}"), format!("`{field}` von {id}"));
    let (reason, target) = unknown(value);
    gap(format!("{collection}.{field}"), reason, if target == id { "" } else { target }, subject)
}

fn unknown(value: Option<&Observation<Value>>) -> (Why, &str) {
    match value {
        Some(Observation::Unknown { why, target }) => (*why, target),
        Some(_) => (Why::Ambiguous, ""),
        None => (Why::NotAsked, ""),
    }
}

/// What may be missing of a collection.
pub(super) fn of_collection(name: &str, things: &Things) -> Vec<Missing> {
    let subject = || Sentence::new(format!("which {name} there are"), format!("welche `{name}` es gibt"));
    if !things.asked {
        return vec![gap(name.to_owned(), Why::NotAsked, "", subject())];
    }
    things.incomplete.iter().map(|(reason, target)| gap(name.to_owned(), *reason, target, subject())).collect()
}
