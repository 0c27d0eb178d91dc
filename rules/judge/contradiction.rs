//! Contradictions: where a service says one thing and another is measured, or where its texts say both.
//!
//! Which things exclude each other is declared in data (`contradictions.toml`); only "stated here, denied there" is built
//! in, for every claim. A contradiction is raised when both sides are known to hold, and cites both.

use super::Basis;
use super::trace::Support;
use super::truth::{Court, Truth};
use super::view::{Doubt, Kinds, Stance, View};
use crate::claim::ClaimId;
use crate::condition::{Asked, Condition};
use crate::facts::Stand;
use crate::head::{Node, RuleError, Source, Table};
use crate::observation::{Citation, Observation};
use crate::reader;
use crate::sentence::{Lang, Sentence};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Two things that exclude each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Opposites {
    /// Its id.
    pub id: String,
    /// One side.
    pub one: Pole,
    /// The other side.
    pub other: Pole,
    /// What a reader is told.
    pub says: Sentence,
    /// The criteria that it concerns, by id.
    pub criteria: Vec<String>,
    /// Whether these criteria cannot be good or partial while it stands.
    pub unsettles: bool,
}

/// A side, as it is declared.
#[derive(Clone, Debug, PartialEq)]
pub struct Pole {
    /// What holds.
    pub holds: Condition,
    /// The same in words; claims have words of their own.
    pub says: Option<Sentence>,
}

/// A contradiction that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contradiction {
    /// The id of the rule, or `said-and-denied:` and the claim.
    pub id: String,
    /// What contradicts what, in a sentence.
    pub says: Sentence,
    /// The two sides.
    pub sides: Vec<Side>,
    /// The criteria that it concerns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<String>,
    /// Whether it keeps them from being decided.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unsettles: bool,
}

/// One side of a contradiction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// What holds, in words.
    pub what: String,
    /// The same in German; empty in results of earlier versions.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub what_de: String,
    /// On what it rests.
    pub basis: Basis,
    /// Where it stands.
    pub citations: Vec<Citation>,
}

impl Side {
    /// What holds, in the words of a language.
    pub fn what_in(&self, lang: Lang) -> &str {
        match lang {
            Lang::De if !self.what_de.is_empty() => &self.what_de,
            _ => &self.what,
        }
    }
}

impl Opposites {
    /// Reads a file of contradictions, given its name and text.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place and what was expected.
    pub fn parse(file: &str, text: &str) -> Result<Vec<Self>, RuleError> {
        let mut table = Source::whole(file, text).table(&["contradiction"])?;
        let Some(node) = table.take("contradiction") else { return Ok(Vec::new()) };
        let mut all: Vec<Self> = Vec::new();
        for node in node.list()? {
            let mut table =
                node.table(&["id", "one", "one-says", "other", "other-says", "says", "criteria", "unsettles"])?;
            let id = table.need("id", "a name, such as `eu-only-but-abroad`")?;
            let one = Self {
                id: id.slug()?,
                one: pole(&mut table, "one", "one-says")?,
                other: pole(&mut table, "other", "other-says")?,
                says: Sentence::parse(table.need("says", "what contradicts what, in two languages")?)?,
                criteria: table.take("criteria").map_or(Ok(Vec::new()), Node::texts)?,
                unsettles: table.take("unsettles").map_or(Ok(false), |node| node.flag())?,
            };
            if all.last().is_some_and(|last| last.id >= one.id) {
                return Err(id.error(
                    format!("`{}` is not in order or stands twice", one.id),
                    "ids in the order of the alphabet",
                ));
            }
            all.push(one);
        }
        Ok(all)
    }
}

fn pole(table: &mut Table, key: &'static str, words: &'static str) -> Result<Pole, RuleError> {
    let holds = Condition::parse(table.need(key, "a condition, such as `{ claim = \"location.eu-only\" }`")?)?;
    let says = match is_of_claims(&holds) {
        true => table.take(words),
        false => Some(table.need(words, "what holds, in two languages: this side is no claim")?),
    };
    Ok(Pole { holds, says: says.map(Sentence::parse).transpose()? })
}

/// Whether a condition is that claims are stated, which have words of their own.
fn is_of_claims(condition: &Condition) -> bool {
    match condition {
        Condition::Claim { asked, .. } => *asked == Asked::Stated,
        Condition::Any(some) => some.iter().all(is_of_claims),
        _ => false,
    }
}

/// The silence of texts is no side of a contradiction.
const NO_SILENCE: Kinds = Kinds::NONE;

/// Every contradiction that holds.
pub fn contradictions(view: &View, opposites: &[Opposites]) -> Vec<Contradiction> {
    let court = Court { view, reads: NO_SILENCE };
    let declared = opposites.iter().filter(|opposites| holds(&court, opposites)).map(|opposites| Contradiction {
        id: opposites.id.clone(),
        says: opposites.says.clone(),
        sides: [&opposites.one, &opposites.other].map(|pole| told(&court, pole)).into(),
        criteria: opposites.criteria.clone(),
        unsettles: opposites.unsettles,
    });
    let both = ClaimId::all().filter_map(|claim| {
        match (view.said(claim, NO_SILENCE).stance, view.said(claim, NO_SILENCE).texts) {
            (Stance::Unknown(Doubt::Both), Some(Observation::Seen { value, .. })) => {
                Some(said_and_denied(claim, value))
            }
            _ => None,
        }
    });
    declared.chain(both).collect()
}

/// The ids of the criteria that a contradiction unsettles.
pub(super) fn unsettled<'o>(view: &View, opposites: &'o [Opposites]) -> Vec<&'o str> {
    let court = Court { view, reads: NO_SILENCE };
    let holding = opposites.iter().filter(|opposites| opposites.unsettles && holds(&court, opposites));
    holding.flat_map(|opposites| opposites.criteria.iter().map(String::as_str)).collect()
}

fn holds(court: &Court, opposites: &Opposites) -> bool {
    court.truth(&opposites.one.holds) == Truth::True && court.truth(&opposites.other.holds) == Truth::True
}

fn told(court: &Court, pole: &Pole) -> Side {
    let trace = court.trace(&pole.holds);
    let Support { citations, basis, .. } = trace.support();
    let Sentence { en, de } = pole.says.clone().unwrap_or_else(|| {
        let titles = claims(court, &pole.holds);
        let join = |of: fn(&Sentence) -> &str| titles.iter().map(of).collect::<Vec<_>>().join("; ");
        Sentence::new(join(|title| &title.en), join(|title| &title.de))
    });
    Side { what: en, what_de: de, basis: basis.unwrap_or(Basis::Attested), citations }
}

/// The claims of a condition that hold, in their own words.
fn claims(court: &Court, condition: &Condition) -> Vec<Sentence> {
    match condition {
        Condition::Any(some) => some.iter().flat_map(|one| claims(court, one)).collect(),
        Condition::Claim { claim, .. } if court.truth(condition) == Truth::True => vec![reader::title(*claim)],
        _ => Vec::new(),
    }
}

fn said_and_denied(claim: ClaimId, stand: &Stand) -> Contradiction {
    let Sentence { en, de } = reader::title(claim);
    let side = |(word, wort): (&str, &str), citations: &Vec<Citation>| Side {
        what: format!("{word}: {en}"),
        what_de: format!("{wort}: {de}"),
        basis: Basis::Stated,
        citations: citations.clone(),
    };
    Contradiction {
        id: format!("said-and-denied:{claim}"),
        says: Sentence::new(
            format!("The texts state in one place and deny in another: {en}."),
            format!("Die Texte sagen an einer Stelle aus und verneinen an einer anderen: {de}."),
        ),
        sides: vec![side(("stated", "ausgesagt"), &stand.stated), side(("denied", "verneint"), &stand.denied)],
        criteria: Vec::new(),
        unsettles: false,
    }
}
