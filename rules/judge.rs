//! The judge: from the facts of a service to one finding for each criterion.
//!
//! Pure: facts, criteria and the law of the day go in, findings come out. A ladder is tried from the top; a grade is given
//! when its condition holds and none above could. It knows no points and no lights: that is `score`.

mod because;
mod contradiction;
mod missing;
mod trace;
mod truth;
mod view;

pub(crate) use because::unknown_placeholder;
pub use contradiction::{Contradiction, Opposites, Side, contradictions};
pub use missing::{Missing, why};
pub use trace::{Shape, Support, Trace};
pub use truth::{Count, Court, Truth};
pub use view::{Doubt, Kinds, PROOF_WORDS, Said, Stance, Thing, Things, View};

use crate::criterion::Criterion;
use crate::facts::{Attested, Facts};
use crate::law::LawOn;
use crate::observation::{Citation, Searched};
use crate::sentence::{Lang, Sentence};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a finding says of a criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// The criterion is met.
    Good,
    /// It is met in part.
    Partial,
    /// It is not met.
    Poor,
    /// What is unknown could change the grade.
    Inconclusive,
    /// The criterion is not about this service.
    NotApplicable,
}

impl Grade {
    /// The grades of a ladder, from the top.
    pub const LADDER: [Self; 3] = [Self::Good, Self::Partial, Self::Poor];

    /// The name in files and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Partial => "partial",
            Self::Poor => "poor",
            Self::Inconclusive => "inconclusive",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// The word for people.
    pub fn word(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Good, Lang::En) => "good",
            (Self::Good, Lang::De) => "gut",
            (Self::Partial, Lang::En) => "partial",
            (Self::Partial, Lang::De) => "teilweise",
            (Self::Poor, Lang::En) => "poor",
            (Self::Poor, Lang::De) => "schlecht",
            (Self::Inconclusive, Lang::En) => "inconclusive",
            (Self::Inconclusive, Lang::De) => "nicht entscheidbar",
            (Self::NotApplicable, Lang::En) => "not applicable",
            (Self::NotApplicable, Lang::De) => "nicht anwendbar",
        }
    }
}

/// On what a finding rests. The order is that of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Nothing: it is not decided.
    None,
    /// A person says so.
    Attested,
    /// The provider says so.
    Stated,
    /// We saw it, or read everything that matters and saw that it is not there.
    Measured,
}

impl Basis {
    /// The name in files and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Attested => "attested",
            Self::Stated => "stated",
            Self::Measured => "measured",
        }
    }
}

/// The grades that a criterion can still have, one bit each; what a score needs of a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Outlook(u8);

impl Outlook {
    /// Nothing is known: any grade of the ladder.
    pub const OPEN: Self = Self(0b111);
    /// The criterion is not about this service.
    pub const NOT_APPLICABLE: Self = Self(0b1000);

    /// This one grade; an inconclusive one is open.
    pub fn of(grade: Grade) -> Self {
        match grade {
            Grade::Good => Self(0b001),
            Grade::Partial => Self(0b010),
            Grade::Poor => Self(0b100),
            Grade::Inconclusive => Self::OPEN,
            Grade::NotApplicable => Self::NOT_APPLICABLE,
        }
    }

    /// That of a finding: its grade, or the grades that it leaves where it is inconclusive.
    pub fn among(grade: Grade, between: &[Grade]) -> Self {
        match grade {
            Grade::Inconclusive if between.is_empty() => Self::OPEN,
            Grade::Inconclusive => between.iter().fold(Self::default(), |all, one| all.with(Self::of(*one))),
            grade => Self::of(grade),
        }
    }

    fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The grades, from the top of the ladder.
    pub fn grades(self) -> impl Iterator<Item = Grade> {
        let all = [Grade::Good, Grade::Partial, Grade::Poor, Grade::NotApplicable];
        all.into_iter().filter(move |grade| self.0 & Self::of(*grade).0 != 0)
    }

    /// The one grade, or inconclusive where several are left.
    pub fn grade(self) -> Grade {
        match (self.0.count_ones(), self.grades().next()) {
            (1, Some(grade)) => grade,
            _ => Grade::Inconclusive,
        }
    }
}

/// What was found on one criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The criterion's id.
    pub criterion: String,
    /// Its revision.
    pub revision: u32,
    /// The grade.
    pub grade: Grade,
    /// The grades that are left, where it is inconclusive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub between: Vec<Grade>,
    /// On what it rests.
    pub basis: Basis,
    /// The sentence behind the grade.
    pub because: Sentence,
    /// Where that stands in the evidence; of an inconclusive finding, what is known so far.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// Where the same is said in documents that do not count for this criterion ("also said in …").
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<Citation>,
    /// What was read whole without finding it, where an absence decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub searched: Option<Searched>,
    /// Who vouches, where a person's word decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attested: Vec<Attested>,
    /// What would decide it, where it is inconclusive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Missing>,
    /// The contradictions that unsettle or concern it, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contradicted: Vec<String>,
    /// Which condition was asked, and how it came out: `applies` first where there is one, then the ladder from the top.
    pub trace: Vec<Step>,
}

impl Finding {
    /// The grades that it leaves.
    pub fn outlook(&self) -> Outlook {
        Outlook::among(self.grade, &self.between)
    }
}

/// One rung of a ladder as it was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// The grade that it would give; none for `applies`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// How its condition came out.
    pub trace: Trace,
}

/// All findings on one service, and where it contradicts itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judgement {
    /// One finding for each criterion, in their order.
    pub findings: Vec<Finding>,
    /// The contradictions, in the order of their ids.
    pub contradictions: Vec<Contradiction>,
}

/// Judges the facts of a service.
pub fn judge(facts: &Facts, criteria: &[Criterion], opposites: &[Opposites], law: &LawOn) -> Judgement {
    let view = View::new(facts, law);
    let contradictions = contradictions(&view, opposites);
    let findings = criteria.iter().map(|criterion| finding(criterion, &view, &contradictions)).collect();
    Judgement { findings, contradictions }
}

/// Only the grades that are left for each criterion: what is needed to score again, without sentences and traces.
pub fn outlooks(facts: &Facts, criteria: &[Criterion], opposites: &[Opposites], law: &LawOn) -> Vec<Outlook> {
    let view = View::new(facts, law);
    let unsettled = contradiction::unsettled(&view, opposites);
    let outlook = |criterion: &Criterion| {
        let outlook = outlook(criterion, &Court { view: &view, reads: criterion.reads });
        if unsettled.contains(&criterion.id.as_str()) { unsettle(outlook) } else { outlook }
    };
    criteria.iter().map(outlook).collect()
}

/// The grades that are left when the ladder is tried from the top.
fn outlook(criterion: &Criterion, court: &Court) -> Outlook {
    let mut left = Outlook::default();
    match criterion.applies.as_ref().map_or(Truth::True, |applies| court.truth(&applies.when)) {
        Truth::False => return Outlook::NOT_APPLICABLE,
        Truth::Unknown => left = Outlook::NOT_APPLICABLE,
        Truth::True => {}
    }
    for rung in &criterion.ladder {
        match court.truth(&rung.when) {
            Truth::True => return left.with(Outlook::of(rung.grade)),
            Truth::Unknown => left = left.with(Outlook::of(rung.grade)),
            Truth::False => {}
        }
    }
    left.with(Outlook::OPEN)
}

/// A statement that is contradicted by what was measured cannot carry a good grade; a poor one stands without it.
fn unsettle(outlook: Outlook) -> Outlook {
    if outlook == Outlook::of(Grade::Good) || outlook == Outlook::of(Grade::Partial) { Outlook::OPEN } else { outlook }
}

fn finding(criterion: &Criterion, view: &View, contradictions: &[Contradiction]) -> Finding {
    let court = Court { view, reads: criterion.reads };
    let settled = outlook(criterion, &court);
    let about = || contradictions.iter().filter(|one| one.criteria.contains(&criterion.id));
    let left = if about().any(|one| one.unsettles) { unsettle(settled) } else { settled };
    let trace = steps(criterion, &court);
    let grade = left.grade();
    let mut finding = Finding {
        criterion: criterion.id.clone(),
        revision: criterion.revision,
        grade,
        between: if grade == Grade::Inconclusive { left.grades().collect() } else { Vec::new() },
        basis: Basis::None,
        because: Sentence::default(),
        citations: Vec::new(),
        elsewhere: Vec::new(),
        searched: None,
        attested: Vec::new(),
        missing: Vec::new(),
        contradicted: about().map(|one| one.id.clone()).collect(),
        trace,
    };
    let decided = finding.trace.last().filter(|step| step.trace.truth == Truth::True && step.grade.is_some());
    let support = match (grade, decided) {
        (Grade::NotApplicable, _) => finding.trace.first().map(|step| step.trace.support()),
        (_, Some(step)) => Some(step.trace.support()),
        (_, None) => finding.trace.iter().map(|step| step.trace.support()).reduce(|mut all, one| {
            all.citations.extend(one.citations);
            all
        }),
    }
    .unwrap_or_default();
    finding.citations = support.citations;
    finding.elsewhere = finding.trace.iter().map(|step| step.trace.elsewhere()).fold(Vec::new(), |mut all, more| {
        all.extend(more.into_iter().filter(|one| !all.contains(one)).collect::<Vec<_>>());
        all
    });
    if grade == Grade::Inconclusive {
        finding.missing = missing_of(criterion, &finding.trace, settled != left, about());
        finding.because = because::undecided(&finding.missing);
    } else {
        finding.searched = support.searched;
        finding.attested = support.attested;
        finding.basis = support.basis.unwrap_or(Basis::Attested);
        let sentence = match (&criterion.applies, grade) {
            (Some(applies), Grade::NotApplicable) => Some((&applies.otherwise, &applies.when)),
            (applies, _) => {
                let tried = finding.trace.len() - usize::from(applies.is_some());
                criterion.ladder.get(tried.saturating_sub(1)).map(|rung| (&rung.because, &rung.when))
            }
        };
        if let Some((sentence, when)) = sentence {
            finding.because = because::fill(sentence, when, &court, finding.searched.as_ref());
        }
    }
    finding
}

/// The conditions as they were tried: down to the first that holds.
fn steps(criterion: &Criterion, court: &Court) -> Vec<Step> {
    let mut steps = Vec::with_capacity(1 + criterion.ladder.len());
    if let Some(applies) = &criterion.applies {
        let trace = court.trace(&applies.when);
        let ends = trace.truth == Truth::False;
        steps.push(Step { grade: None, trace });
        if ends {
            return steps;
        }
    }
    for rung in &criterion.ladder {
        let trace = court.trace(&rung.when);
        let ends = trace.truth == Truth::True;
        steps.push(Step { grade: Some(rung.grade), trace });
        if ends {
            break;
        }
    }
    steps
}

fn missing_of<'c>(
    criterion: &Criterion,
    steps: &[Step],
    unsettled: bool,
    contradictions: impl Iterator<Item = &'c Contradiction>,
) -> Vec<Missing> {
    let plain = |text: Sentence| Missing { fact: String::new(), why: None, target: String::new(), text };
    let mut missing = Vec::new();
    if unsettled {
        missing.extend(contradictions.filter(|one| one.unsettles).map(|one| plain(one.says.clone())));
    }
    for one in steps.iter().flat_map(|step| step.trace.missing()) {
        if !missing.contains(&one) {
            missing.push(one);
        }
    }
    if missing.is_empty() {
        missing.push(plain(criterion.missing.clone()));
    }
    missing
}
