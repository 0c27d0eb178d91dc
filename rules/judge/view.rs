//! The facts of one service laid out for the judge: by place instead of by name, and every claim settled once.
//!
//! Settling a claim takes the texts, what persons vouch for, and the day. It does not know what a criterion asks.

use crate::claim::ClaimId;
use crate::document::Kind;
use crate::facts::{Attested, COLLECTIONS, Facts, Field, PARENT, SERVICE, Silence, Stand, Value, Vote};
use crate::law::LawOn;
use crate::observation::{Citation, Observation, Searched, Why};

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
    /// A person read the texts and says that nothing of it stands there.
    Silent,
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
    /// The matter is spoken of, and whether anything is said the reader cannot tell.
    Mentioned,
    /// Only the second reader, a language model, found a passage.
    Second,
    /// A person vouches for the opposite of what the texts say, or two persons disagree.
    Disputed,
}

/// One claim, settled for a criterion.
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
    /// The kinds of documents that count.
    pub reads: Kinds,
}

impl<'f> Said<'f> {
    /// The passages of documents that count: those that state it, then those that deny it.
    pub fn passages(&self) -> [Vec<&'f Citation>; 2] {
        self.of_documents(true)
    }

    /// The passages of documents that do not count for the criterion.
    pub fn elsewhere(&self) -> Vec<&'f Citation> {
        self.of_documents(false).concat()
    }

    fn of_documents(&self, counting: bool) -> [Vec<&'f Citation>; 2] {
        let Some(stand) = self.texts.and_then(Observation::value) else { return Default::default() };
        let counts = |citation: &&Citation| {
            let mut voices = stand.voices.iter().filter(|voice| voice.urls.contains(&citation.url)).peekable();
            let is_known = voices.peek().is_some();
            (!is_known || voices.any(|voice| counts(self.reads, voice.kind))) == counting
        };
        [&stand.stated, &stand.denied].map(|side| side.iter().filter(counts).collect())
    }

    /// What was searched in vain.
    pub fn searched(&self) -> Option<&'f Searched> {
        match self.texts? {
            Observation::Absent { searched } => Some(searched),
            Observation::Seen { value, .. } => match value.silence.as_deref()? {
                Silence::Absent(searched) => Some(searched),
                Silence::Unknown { .. } => None,
            },
            Observation::Unknown { .. } => None,
        }
    }

    /// Where the matter is spoken of in documents that count.
    pub fn mentions(&self) -> impl Iterator<Item = &'f Citation> {
        let reads = self.reads;
        let mentions = self.searched().into_iter().flat_map(|searched| &searched.mentions);
        mentions.filter(move |mention| counts(reads, mention.kind)).map(|mention| &mention.citation)
    }
}

/// Whether a kind of document counts; where none is named, all do.
fn counts(reads: Kinds, kind: Kind) -> bool {
    reads.is_empty() || reads.meets(Kinds::of([kind]))
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
    claims: Vec<Heard<'f>>,
}

/// What was heard of a claim: from texts and from persons.
#[derive(Clone, Copy, Debug, Default)]
struct Heard<'f> {
    texts: Option<&'f Observation<Stand>>,
    words: &'f [Attested],
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
            service: SERVICE.iter().map(|field| of_service(facts, field.name)).collect(),
            unread: unread(&collections),
            collections,
            claims: claims(facts),
        }
    }

    /// What is known on a claim by documents of some kinds; where none is named, by all.
    pub fn said(&self, claim: ClaimId, reads: Kinds) -> Said<'f> {
        let Heard { texts, words } = self.claims[claim.index()];
        let stance = texts.map_or(Stance::Unknown(Doubt::Gap(Why::NotAsked)), |texts| of_texts(texts, reads));
        let mut said = Said { stance, texts, attested: None, expired: None, reads };
        if said.mentions().next().is_some() && matches!(stance, Stance::Absent(_)) {
            said.stance = Stance::Unknown(Doubt::Mentioned);
        }
        self.attest(&mut said, words);
        said
    }

    /// Lets persons speak: beside texts that are silent or lost they decide, against texts that speak they raise a dispute,
    /// but for who has read that very text.
    fn attest(&self, said: &mut Said<'f>, words: &'f [Attested]) {
        if words.is_empty() {
            return;
        }
        let day = self.law.day();
        let counts = |word: &&Attested| {
            word.date <= day
                && word.expires.is_none_or(|last| day <= last)
                && word.text.as_deref().is_none_or(|text| self.has_text(text))
        };
        let mut counting: Vec<_> = words.iter().filter(counts).collect();
        counting.sort_by_key(|word| word.date);
        let Some(latest) = counting.last().copied() else {
            said.expired = words.iter().filter(|word| word.date <= day).max_by_key(|word| word.date);
            return;
        };
        said.attested = Some(latest);
        let word = match (latest.absent, latest.stated) {
            (true, _) => Stance::Silent,
            (_, true) => Stance::Stated,
            (_, false) => Stance::Denied,
        };
        let agree = counting.iter().all(|other| (other.stated, other.absent) == (latest.stated, latest.absent));
        said.stance = match said.stance {
            _ if latest.text.is_some() => word,
            _ if !agree => Stance::Unknown(Doubt::Disputed),
            Stance::Stated | Stance::Denied if said.stance != word => Stance::Unknown(Doubt::Disputed),
            Stance::Unknown(Doubt::Both) => Stance::Unknown(Doubt::Both),
            _ => word,
        };
    }

    /// Whether a document has this text, by the digest of its wording.
    fn has_text(&self, digest: &str) -> bool {
        let Some(documents) = Documents::of(&self.collections) else { return false };
        documents
            .each("text")
            .any(|text| matches!(text.and_then(Observation::value), Some(Value::Text(text)) if text == digest))
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

/// A fact about the service. An operator of which no parent is declared counts as its own.
fn of_service<'f>(facts: &'f Facts, name: &str) -> Option<&'f Observation<Value>> {
    let own = || facts.service.get("operator.country").filter(|_| name == PARENT);
    facts.service.get(name).or_else(own)
}

/// The documents among the collections.
struct Documents<'v, 'f> {
    things: &'v Things<'f>,
    fields: &'static [Field],
}

impl<'v, 'f> Documents<'v, 'f> {
    fn of(collections: &'v [Things<'f>]) -> Option<Self> {
        let place = COLLECTIONS.iter().position(|(name, _)| *name == "documents")?;
        Some(Self { things: collections.get(place)?, fields: COLLECTIONS[place].1 })
    }

    /// One field of each document.
    fn each(&self, name: &'static str) -> impl Iterator<Item = Option<&'f Observation<Value>>> {
        let place = self.fields.iter().position(|field| field.name == name);
        self.things.items.iter().map(move |thing| place.and_then(|place| thing.fields[place]))
    }
}

/// The kinds of documents whose words nobody could count.
fn unread(collections: &[Things]) -> Kinds {
    let Some(documents) = Documents::of(collections) else { return Kinds::default() };
    let words = documents.each("words").map(|words| matches!(words, Some(Observation::Seen { .. })));
    let unread = documents.each("kind").zip(words).filter(|(_, counted)| !counted);
    Kinds::of(unread.filter_map(|(kind, _)| match kind?.value()? {
        Value::Text(kind) => kind.parse().ok(),
        _ => None,
    }))
}

fn claims(facts: &Facts) -> Vec<Heard<'_>> {
    let mut claims = vec![Heard::default(); ClaimId::all().len()];
    for (claim, texts) in &facts.claims {
        claims[claim.index()].texts = Some(texts);
    }
    for (claim, words) in &facts.attested {
        claims[claim.index()].words = words;
    }
    claims
}

fn of_texts(texts: &Observation<Stand>, reads: Kinds) -> Stance {
    match texts {
        Observation::Seen { value, .. } => of_stand(value, reads),
        Observation::Absent { searched } => Stance::Absent(kinds_searched(searched)),
        Observation::Unknown { why, .. } => Stance::Unknown(Doubt::Gap(*why)),
    }
}

fn of_stand(stand: &Stand, reads: Kinds) -> Stance {
    if stand.second {
        return Stance::Unknown(Doubt::Second);
    }
    let votes = if stand.voices.is_empty() {
        let vote = |passages: &[Citation]| match (passages.is_empty(), stand.only_suggests) {
            (true, _) => Vote::None,
            (_, true) => Vote::Suggests,
            (_, false) => Vote::Decides,
        };
        (vote(&stand.stated), vote(&stand.denied))
    } else {
        let counting = stand.voices.iter().filter(|voice| counts(reads, voice.kind));
        counting.fold(Default::default(), |(stated, denied): (Vote, Vote), voice| {
            (stated.max(voice.stated), denied.max(voice.denied))
        })
    };
    match votes {
        (Vote::None, Vote::None) => match stand.silence.as_deref() {
            Some(Silence::Absent(searched)) => Stance::Absent(kinds_searched(searched)),
            Some(Silence::Unknown { why, .. }) => Stance::Unknown(Doubt::Gap(*why)),
            None if stand.voices.is_empty() => Stance::Unknown(Doubt::Gap(Why::Bug)),
            None => Stance::Unknown(Doubt::Gap(Why::NotAsked)),
        },
        // A weak passage on the other side opens nothing.
        (Vote::Decides, Vote::None | Vote::Suggests) => Stance::Stated,
        (Vote::None | Vote::Suggests, Vote::Decides) => Stance::Denied,
        (Vote::Decides, Vote::Decides) => Stance::Unknown(Doubt::Both),
        (Vote::Suggests, _) | (_, Vote::Suggests) => Stance::Unknown(Doubt::Suggested),
    }
}

fn kinds_searched(searched: &Searched) -> Kinds {
    if searched.words < PROOF_WORDS { Kinds::default() } else { Kinds::of(searched.kinds.iter().copied()) }
}
