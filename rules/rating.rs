//! What `probity audit --format json` prints: the shapes that outside tools rely on (docs/formats.md).
//!
//! These shapes only gain optional fields. They are made from judgements and scores and hold nothing of their own.

use crate::facts::{Attested, Facts, Gap};
use crate::judge::{Basis, Contradiction, Finding, Grade, Judgement, Outlook};
use crate::law::{Law, LawOn};
use crate::method::{Light, Method};
use crate::observation::{Citation, Searched};
use crate::score::{Points, Score, Settle, score, score_outlooks};
use crate::sentence::Sentence;
use crate::service::{Service, Status};
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the format.
pub const SCHEMA: &str = "probity-audit-1";

/// One audit of some services by some methods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Audit {
    /// The version of the format: [`SCHEMA`].
    pub schema: String,
    /// The time of the audit, for evidence and for the law.
    #[schemars(with = "String")]
    pub as_of: Timestamp,
    /// What judged.
    pub tool: Tool,
    /// Which state of the law was applied.
    pub law: Applied,
    /// The databases that placed addresses in countries.
    pub geoip: Vec<Database>,
    /// One for each service and method, sorted by service, then by method.
    pub ratings: Vec<Rating>,
    /// For each service what could not be had and what contradicts itself, sorted by service.
    pub services: Vec<Audited>,
}

/// What judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// The program.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The revision of the rules: a fingerprint of their files.
    pub rules: String,
}

/// The law of the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Applied {
    /// The day up to which the law was looked up.
    #[schemars(with = "String")]
    pub state: Date,
    /// The day whose law was applied.
    #[schemars(with = "String")]
    pub day: Date,
    /// The countries of the European Economic Area on that day.
    pub eea: Vec<String>,
    /// The countries with an adequacy decision for all.
    pub adequate: Vec<String>,
    /// The countries with a decision that holds only for the companies of a register.
    pub registered: Vec<String>,
}

impl Applied {
    /// The law of a day, written out.
    pub fn new(law: &Law, on: &LawOn) -> Self {
        let owned = |codes: Vec<&str>| codes.into_iter().map(str::to_owned).collect();
        Self {
            state: law.state,
            day: on.day(),
            eea: owned(on.members()),
            adequate: owned(on.adequate()),
            registered: owned(on.registered()),
        }
    }
}

/// A database of addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Database {
    /// What it is called.
    pub name: String,
    /// The day it was built.
    #[schemars(with = "String")]
    pub date: Date,
    /// Whether it is older than a report should rest on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
    /// Whom its licence asks to name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
}

/// One service rated by one method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rating {
    /// The service's id.
    pub service: String,
    /// The method's id.
    pub method: String,
    /// The light.
    pub light: Light,
    /// The points, as far as they are known.
    pub points: Points,
    /// The share of the weight that could be decided, 0 to 1.
    pub coverage: f64,
    /// What to find out first, where the light is undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settle: Option<Settle>,
    /// What to know about this rating, such as that the service has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Sentence>,
    /// One for each criterion of the method, in its order.
    pub findings: Vec<Rated>,
    /// What could not be had of the service.
    pub gaps: Vec<Gap>,
    /// Where the service contradicts itself, as far as it concerns criteria of this method.
    pub contradictions: Vec<Contradiction>,
}

/// A finding with its weight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rated {
    /// The criterion's id.
    pub criterion: String,
    /// The criterion's revision.
    pub revision: u32,
    /// The grade.
    pub grade: Grade,
    /// The grades that are left, where it is inconclusive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub between: Vec<Grade>,
    /// On what it rests.
    pub basis: Basis,
    /// The weight of the criterion in the method.
    pub weight: u32,
    /// The sentence behind the grade, in English.
    pub because: String,
    /// The same in German.
    pub because_de: String,
    /// Where that stands in the evidence.
    pub citations: Vec<Citation>,
    /// Where the same is said in documents that do not count for the criterion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<Citation>,
    /// What was read whole without finding it, where an absence decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub searched: Option<Searched>,
    /// Who vouches, where a person's word decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attested: Vec<Attested>,
    /// What would decide it, in English; empty where it is decided.
    pub missing: Vec<String>,
    /// The same in German, in the same order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_de: Vec<String>,
    /// The contradictions that concern it, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contradicted: Vec<String>,
    /// The person's decision that set the grade, where one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Box<Decided>>,
}

/// A person's grade in the place of the machine's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decided {
    /// The grade that the machine found.
    pub machine: Grade,
    /// The grades that it left, where it was inconclusive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub between: Vec<Grade>,
    /// Who decided, and who signed where two had to.
    pub by: Vec<String>,
    /// Since when it counts.
    #[schemars(with = "String")]
    pub since: Timestamp,
    /// The reason, of the closed list; none where the grade from before was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The reason in words.
    pub text: String,
    /// The last day on which it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expires: Option<Date>,
}

/// One service apart from any method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Audited {
    /// The service's id.
    pub service: String,
    /// What people call it.
    pub name: String,
    /// The field it is rated in.
    pub category: String,
    /// The day on which it ended, where it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub discontinued: Option<Date>,
    /// What could not be had.
    pub gaps: Vec<Gap>,
    /// Where it contradicts itself.
    pub contradictions: Vec<Contradiction>,
}

impl Audited {
    /// A service with what an audit could not have, sorted and each once.
    pub fn new(service: &Service, facts: &Facts, judgement: &Judgement) -> Self {
        Self {
            service: service.id.clone(),
            name: service.name.clone(),
            category: service.category.clone(),
            discontinued: match service.status {
                Status::Active => None,
                Status::Discontinued { since } => Some(since),
            },
            gaps: gaps(facts),
            contradictions: judgement.contradictions.clone(),
        }
    }
}

impl Rating {
    /// Rates a judged service by a method.
    pub fn new(service: &Service, facts: &Facts, judgement: &Judgement, method: &Method) -> Self {
        let Score { light, points, coverage, settle, .. } = score(method, &judgement.findings);
        let counts = |contradiction: &&Contradiction| {
            contradiction.criteria.is_empty()
                || contradiction.criteria.iter().any(|id| method.entries.iter().any(|entry| entry.id == *id))
        };
        let findings = method.entries.iter().filter_map(|entry| {
            judgement.findings.get(entry.criterion).map(|finding| Rated::new(finding, entry.weight))
        });
        Self {
            service: service.id.clone(),
            method: method.id.clone(),
            light,
            points,
            coverage,
            settle,
            note: note(service, &judgement.findings),
            findings: findings.collect(),
            gaps: gaps(facts),
            contradictions: judgement.contradictions.iter().filter(counts).cloned().collect(),
        }
    }

    /// Sets the grade of a criterion as a person decided; what stands in `decided` of the machine's is filled in here.
    /// [`Rating::rescore`] follows.
    pub fn set(&mut self, criterion: &str, grade: Grade, mut decided: Decided) {
        let Some(finding) = self.findings.iter_mut().find(|one| one.criterion == criterion) else { return };
        (decided.machine, decided.between) = match finding.decided.take() {
            Some(before) => (before.machine, before.between),
            None => (finding.grade, std::mem::take(&mut finding.between)),
        };
        (finding.grade, finding.between) = (grade, Vec::new());
        finding.decided = Some(Box::new(decided));
    }

    /// Takes back what persons decided. [`Rating::rescore`] follows.
    pub fn unset(&mut self) {
        for finding in &mut self.findings {
            if let Some(decided) = finding.decided.take() {
                (finding.grade, finding.between) = (decided.machine, decided.between);
            }
        }
    }

    /// Makes light, points and coverage follow the grades again. Without its method nobody can say the light.
    pub fn rescore(&mut self, method: Option<&Method>) {
        let Some(method) = method else {
            (self.light, self.settle) = (Light::Undecided, None);
            return;
        };
        let most = method.entries.iter().map(|entry| entry.criterion + 1).max().unwrap_or_default();
        let mut outlooks = vec![Outlook::OPEN; most];
        for entry in &method.entries {
            if let Some(finding) = self.findings.iter().find(|one| one.criterion == entry.id) {
                outlooks[entry.criterion] = Outlook::among(finding.grade, &finding.between);
            }
        }
        let Score { light, points, coverage, settle, .. } = score_outlooks(method, &outlooks);
        (self.light, self.points, self.coverage, self.settle) = (light, points, coverage, settle);
    }
}

impl Rated {
    /// A finding as a method weighs it.
    pub fn new(finding: &Finding, weight: u32) -> Self {
        Self {
            criterion: finding.criterion.clone(),
            revision: finding.revision,
            grade: finding.grade,
            between: finding.between.clone(),
            basis: finding.basis,
            weight,
            because: finding.because.en.clone(),
            because_de: finding.because.de.clone(),
            citations: finding.citations.clone(),
            elsewhere: finding.elsewhere.clone(),
            searched: finding.searched.clone(),
            attested: finding.attested.clone(),
            missing: finding.missing.iter().map(|missing| missing.text.en.clone()).collect(),
            missing_de: finding.missing.iter().map(|missing| missing.text.de.clone()).collect(),
            contradicted: finding.contradicted.clone(),
            decided: None,
        }
    }
}

fn gaps(facts: &Facts) -> Vec<Gap> {
    let mut gaps = facts.gaps.clone();
    gaps.sort();
    gaps.dedup();
    gaps
}

/// What a reader must know of a service that has ended: it is rated by the last evidence, and evidence from after its end
/// may show a successor.
fn note(service: &Service, findings: &[Finding]) -> Option<Sentence> {
    let Status::Discontinued { since } = service.status else { return None };
    let last = findings.iter().flat_map(|finding| &finding.citations).map(|citation| citation.captured).max();
    let ended = (format!("The service ended on {since}."), format!("Der Dienst endete am {since}."));
    let Some(last) = last.map(|captured| jiff::tz::Offset::UTC.to_datetime(captured).date()) else {
        return Some(Sentence::new(ended.0, ended.1));
    };
    Some(if last > since {
        Sentence::new(
            format!("{} Evidence of {last} is from after that and may show a successor.", ended.0),
            format!("{} Belege vom {last} stammen aus der Zeit danach und können einen Nachfolger zeigen.", ended.1),
        )
    } else {
        Sentence::new(
            format!("{} It is rated by the last evidence, of {last}.", ended.0),
            format!("{} Er ist nach den letzten Belegen bewertet, vom {last}.", ended.1),
        )
    })
}

/// The schema of the format, as JSON Schema (2020-12).
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Audit).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("$id".to_owned(), serde_json::Value::from(SCHEMA));
    }
    schema
}

#[cfg(test)]
mod tests;
