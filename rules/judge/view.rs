//! The facts of one service laid out for the judge: by place instead of by name, and every claim settled once.
//!
//! Settling a claim takes the texts, what persons vouch for, and the day. It does not know what a criterion asks.

use crate::claim::ClaimId;
use crate::document::Kind;
use crate::facts::{Attested, COLLECTIONS, Facts, SERVICE, Stand, Value};
use crate::law::LawOn;
use crate::observation::{Observation, Searched, Why};

/// The kinds of documents, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// No kind.
    pub const NONE: Self = Self(0);

    /// These kinds.
    pub fn of(kinds: impl IntoIterator<Item = Kind>) -> Self {
        Self(kinds.into_iter().fold(0, |bits, kind| bits | 1 << kind as u8))
    }

    /// Whether two sets share a kind.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether no kind is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kinds, in their order.
    pub fn list(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| self.meets(Self::of([*kind])))
    }
}

/// The fewest words of a search whose silence says something: less is a stub, a banner or a page that did not load.
pub const PROOF_WORDS: u64 = 100;

/// What is known on one claim, all sources together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stance {
    /// It is said so.
    Stated,
    /// The opposite is said.
    Denied,
    /// Documents of these kinds were read whole and say nothing.
    Absent(Kinds),
    /// Nobody knows.
    Unknown(Doubt),
}

/// Why nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The texts could not be had.
    Gap(Why),
    /// The documents say both.
    Both,
    /// A passage was found, but the reader is too weak at this claim to decide by it.
    Suggested,
    /// Only the second reader, a language model, found a passage.
    Second,
    /// A person vouches for the opposite of what the texts say, or two persons disagree.
    Disputed,
}

/// One claim, settled.
#[derive(Clone, Copy, Debug)]
pub struct Said<'f> {
    /// What is known.
    pub stance: Stance,
    /// What the texts say.
    pub texts: Option<&'f Observation<Stand>>,
    /// The person whose word counts on the day of the audit, where one vouches.
    pub attested: Option<&'f Attested>,
    /// The latest word that no longer counts, where none counts.
    pub expired: Option<&'f Attested>,
}

/// One thing of a collection: its fields by place.
#[derive(Clone, Debug)]
pub struct Thing<'f> {
    /// What it is called.
    pub id: &'f str,
    /// Its fields; none where nobody asked.
    pub fields: Vec<Option<&'f Observation<Value>>>,
}

/// A collection, if somebody asked for it.
#[derive(Clone, Debug, Default)]
pub struct Things<'f> {
    /// Whether anybody asked.
    pub asked: bool,
    /// The things that are known.
    pub items: Vec<Thing<'f>>,
    /// What may be missing.
    pub incomplete: &'f [(Why, String)],
}

/// The facts by place.
#[derive(Clone, Debug)]
pub struct View<'f> {
    /// The law of the day of the audit.
    pub law: &'f LawOn,
    /// The facts of [`SERVICE`], but for the day.
    pub service: Vec<Option<&'f Observation<Value>>>,
    /// The collections, by the places of [`COLLECTIONS`].
    pub collections: Vec<Things<'f>>,
    /// The kinds of documents that are there and could not be read.
    pub unread: Kinds,
    claims: Vec<Said<'f>>,
}

impl<'f> View<'f> {
    /// Lays out the facts.
    pub fn new(facts: &'f Facts, law: &'f LawOn) -> Self {
        let collections: Vec<_> = COLLECTIONS
            .iter()
            .map(|(name, fields)| {
                things(facts, name, |field| fields.iter().position(|known| known.name == field), fields.len())
            })
            .collect();
        Self {
            law,
            service: SERVICE.iter().map(|field| facts.service.get(field.name)).collect(),
            unread: unread(&collections),
            collections,
            claims: claims(facts, law),
        }
    }

    /// What is known on a claim.
    pub fn said(&self, claim: ClaimId) -> &Said<'f> {
        &self.claims[claim.index()]
    }

    /// Whether silence is a proof of absence: a document of a kind that matters was read whole, none of them is missing,
    /// and it was long enough to be one.
    pub fn proves_absence(&self, searched: Kinds, reads: Kinds) -> bool {
        searched.meets(reads) && !self.unread.meets(reads)
    }
}

fn things<'f>(facts: &'f Facts, name: &str, place: impl Fn(&str) -> Option<usize>, width: usize) -> Things<'f> {
    let Some(collection) = facts.collections.get(name) else { return Things::default() };
    let items = collection.items.iter().map(|item| {
        let mut fields = vec![None; width];
        for (field, value) in &item.fields {
            if let Some(place) = place(field) {
                fields[place] = Some(value);
            }
        }
        Thing { id: &item.id, fields }
    });
    Things { asked: true, items: items.collect(), incomplete: &collection.incomplete }
}

/// The kinds of documents whose words nobody could count.
fn unread(collections: &[Things]) -> Kinds {
    let Some(place) = COLLECTIONS.iter().position(|(name, _)| *name == "documents") else { return Kinds::default() };
    let field = |name: &str| COLLECTIONS[place].1.iter().position(|field| field.name == name);
    let (Some(kind), Some(words)) = (field("kind"), field("words")) else { return Kinds::default() };
    let unread =
        collections[place].items.iter().filter(|thing| !matches!(thing.fields[words], Some(Observation::Seen { .. })));
    Kinds::of(unread.filter_map(|thing| match thing.fields[kind]?.value()? {
        Value::Text(kind) => kind.parse().ok(),
        _ => None,
    }))
}

fn claims<'f>(facts: &'f Facts, law: &LawOn) -> Vec<Said<'f>> {
    let unasked =
        Said { stance: Stance::Unknown(Doubt::Gap(Why::NotAsked)), texts: None, attested: None, expired: None };
    let mut claims = vec![unasked; ClaimId::all().len()];
    for (claim, texts) in &facts.claims {
        claims[claim.index()] = Said { stance: of_texts(texts), texts: Some(texts), ..unasked };
    }
    for (claim, words) in &facts.attested {
        attest(&mut claims[claim.index()], words, law);
    }
    claims
}

fn of_texts(texts: &Observation<Stand>) -> Stance {
    match texts {
        Observation::Seen { value, .. } => match (value.stated.is_empty(), value.denied.is_empty()) {
            _ if value.second => Stance::Unknown(Doubt::Second),
            (false, false) => Stance::Unknown(Doubt::Both),
            (true, true) => Stance::Unknown(Doubt::Gap(Why::Bug)),
            _ if value.only_suggests => Stance::Unknown(Doubt::Suggested),
            (false, true) => Stance::Stated,
            (true, false) => Stance::Denied,
        },
        Observation::Absent { searched } => Stance::Absent(kinds_searched(searched)),
        Observation::Unknown { why, .. } => Stance::Unknown(Doubt::Gap(*why)),
    }
}

fn kinds_searched(searched: &Searched) -> Kinds {
    if searched.words < PROOF_WORDS { Kinds::default() } else { Kinds::of(searched.kinds.iter().copied()) }
}

/// Lets persons speak: beside texts that are silent or lost they decide, against texts that speak they raise a dispute.
fn attest<'f>(said: &mut Said<'f>, words: &'f [Attested], law: &LawOn) {
    let day = law.day();
    let counts = |word: &&Attested| word.date <= day && word.expires.is_none_or(|last| day <= last);
    let mut counting: Vec<_> = words.iter().filter(counts).collect();
    counting.sort_by_key(|word| word.date);
    let Some(latest) = counting.last().copied() else {
        said.expired = words.iter().filter(|word| word.date <= day).max_by_key(|word| word.date);
        return;
    };
    said.attested = Some(latest);
    let word = if latest.stated { Stance::Stated } else { Stance::Denied };
    let agree = counting.iter().all(|other| other.stated == latest.stated);
    said.stance = match said.stance {
        _ if !agree => Stance::Unknown(Doubt::Disputed),
        Stance::Stated | Stance::Denied if said.stance != word => Stance::Unknown(Doubt::Disputed),
        Stance::Unknown(Doubt::Both) => Stance::Unknown(Doubt::Both),
        _ => word,
    };
}
