//! Contradictions: where a service says one thing and another is measured, or where its texts say both.
//!
//! Which things exclude each other is declared in data (`contradictions.toml`); only "stated here, denied there" is built
//! in, for every claim. A contradiction is raised when both sides are known to hold, and cites both.

use super::Basis;
use super::trace::Support;
use super::truth::{Court, Truth};
use super::view::{Doubt, Kinds, Stance, View};
use crate::claim::ClaimId;
use crate::condition::Condition;
use crate::facts::Stand;
use crate::head::{Node, RuleError, Source, Table};
use crate::observation::{Citation, Observation};
use crate::sentence::Sentence;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Two things that exclude each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Opposites {
    /// Its id.
    pub id: String,
    /// What one side is.
    pub one: Condition,
    /// What the other side is.
    pub other: Condition,
    /// What a reader is told.
    pub says: Sentence,
    /// The criteria that it concerns, by id.
    pub criteria: Vec<String>,
    /// Whether these criteria cannot be good or partial while it stands.
    pub unsettles: bool,
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
    /// On what it rests.
    pub basis: Basis,
    /// Where it stands.
    pub citations: Vec<Citation>,
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
            let mut table = node.table(&["id", "one", "other", "says", "criteria", "unsettles"])?;
            let id = table.need("id", "a name, such as `eu-only-but-abroad`")?;
            let one = Self {
                id: id.slug()?,
                one: side(&mut table, "one")?,
                other: side(&mut table, "other")?,
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

fn side(table: &mut Table, key: &'static str) -> Result<Condition, RuleError> {
    Condition::parse(table.need(key, "a condition, such as `{ claim = \"location.eu-only\" }`")?)
}

/// The silence of texts is no side of a contradiction.
const NO_SILENCE: Kinds = Kinds::NONE;

/// Every contradiction that holds.
pub fn contradictions(view: &View, opposites: &[Opposites]) -> Vec<Contradiction> {
    let court = Court { view, reads: NO_SILENCE };
    let declared = opposites.iter().filter(|opposites| holds(&court, opposites)).map(|opposites| Contradiction {
        id: opposites.id.clone(),
        says: opposites.says.clone(),
        sides: [&opposites.one, &opposites.other].map(|side| told(&court, side)).into(),
        criteria: opposites.criteria.clone(),
        unsettles: opposites.unsettles,
    });
    let both = ClaimId::all().filter_map(|claim| match (view.said(claim).stance, view.said(claim).texts) {
        (Stance::Unknown(Doubt::Both), Some(Observation::Seen { value, .. })) => Some(said_and_denied(claim, value)),
        _ => None,
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
    court.truth(&opposites.one) == Truth::True && court.truth(&opposites.other) == Truth::True
}

fn told(court: &Court, condition: &Condition) -> Side {
    let trace = court.trace(condition);
    let Support { citations, basis, .. } = trace.support();
    let what = if trace.seen.is_empty() { trace.asked } else { format!("{}: {}", trace.asked, trace.seen) };
    Side { what, basis: basis.unwrap_or(Basis::Attested), citations }
}

fn said_and_denied(claim: ClaimId, stand: &Stand) -> Contradiction {
    let side = |word: &str, citations: &Vec<Citation>| Side {
        what: format!("{claim} is {word}"),
        basis: Basis::Stated,
        citations: citations.clone(),
    };
    Contradiction {
        id: format!("said-and-denied:{claim}"),
        says: Sentence::new(
            format!("The texts state `{claim}` in one place and deny it in another."),
            format!("Die Texte sagen `{claim}` an einer Stelle aus und verneinen es an einer anderen."),
        ),
        sides: vec![side("stated", &stand.stated), side("denied", &stand.denied)],
        criteria: Vec::new(),
        unsettles: false,
    }
}
