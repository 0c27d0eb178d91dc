//! The cases of criteria and methods, run: what `rules test` does, and our own tests.

use super::Rules;
use crate::criterion::Criterion;
use crate::judge::{Finding, Grade};
use crate::score::score;
use std::collections::BTreeSet;
use std::fmt;

/// A case that did not come out as it says, or a rung that no case reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// `file:line`, or the file where a case is missing.
    pub place: String,
    /// What the case shows.
    pub name: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place, self.name, self.what)
    }
}

impl Rules {
    /// How many cases there are.
    pub fn case_count(&self) -> usize {
        let criteria = self.criteria.iter().map(|criterion| criterion.cases.len());
        criteria.chain(self.methods.iter().map(|method| method.cases.len())).sum()
    }

    /// Runs every case. A criterion must have a case for each rung, one that is inconclusive, and one for "not applicable"
    /// where it has conditions for applying.
    pub fn run_cases(&self) -> Vec<Failure> {
        let mut failures = Vec::new();
        for (place, criterion) in self.criteria.iter().enumerate() {
            self.run_criterion(place, criterion, &mut failures);
        }
        for method in &self.methods {
            for case in &method.cases {
                let judgement = self.judge(&case.facts, &self.law_on(case.day));
                let score = score(method, &judgement.findings);
                let (low, high) = (case.low.unwrap_or(score.points.low), case.high.unwrap_or(score.points.high));
                if (low, high, case.light) != (score.points.low, score.points.high, score.light) {
                    let what = format!(
                        "expected {low} to {high} points and {}, got {} to {} and {}: {}",
                        case.light.as_str(),
                        score.points.low,
                        score.points.high,
                        score.light.as_str(),
                        method
                            .entries
                            .iter()
                            .map(|entry| format!("{} {}", entry.id, judgement.findings[entry.criterion].grade.as_str()))
                            .collect::<Vec<_>>()
                            .join(", ")
                    );
                    failures.push(Failure { place: case.place.clone(), name: case.name.clone(), what });
                }
            }
        }
        failures
    }

    fn run_criterion(&self, place: usize, criterion: &Criterion, failures: &mut Vec<Failure>) {
        let mut reached = BTreeSet::new();
        let mut grades = BTreeSet::new();
        for case in &criterion.cases {
            let finding = self.judge(&case.facts, &self.law_on(case.day)).findings.swap_remove(place);
            grades.insert(finding.grade);
            if matches!(finding.grade, Grade::Good | Grade::Partial | Grade::Poor) {
                reached.insert(finding.trace.len() - usize::from(criterion.applies.is_some()));
            }
            let mut fail = |what: String| {
                failures.push(Failure { place: case.place.clone(), name: case.name.clone(), what });
            };
            if finding.grade != case.expect {
                fail(format!(
                    "expected {}, got {}: {}",
                    case.expect.as_str(),
                    finding.grade.as_str(),
                    finding.because.en
                ));
            } else if let Some(basis) = case.basis.filter(|basis| *basis != finding.basis) {
                fail(format!("expected it to be {}, got {}", basis.as_str(), finding.basis.as_str()));
            } else if let Some(what) = unsound(&finding) {
                fail(what.to_owned());
            }
        }
        let mut lacks = |name: String| {
            let place = format!("criteria/{}.md", criterion.id);
            failures.push(Failure { place, name, what: "no case shows it".to_owned() });
        };
        for rung in 1..=criterion.ladder.len() {
            if !reached.contains(&rung) {
                lacks(format!("rung {rung} ({})", criterion.ladder[rung - 1].grade.as_str()));
            }
        }
        if !grades.contains(&Grade::Inconclusive) {
            lacks("inconclusive".to_owned());
        }
        if criterion.applies.is_some() && !grades.contains(&Grade::NotApplicable) {
            lacks("not-applicable".to_owned());
        }
    }
}

/// What no finding may be, whatever the criterion: a grade without anything behind it, an open one that does not say why.
fn unsound(finding: &Finding) -> Option<&'static str> {
    let shown = !finding.citations.is_empty() || finding.searched.is_some() || !finding.attested.is_empty();
    match finding.grade {
        Grade::Inconclusive if finding.missing.is_empty() => Some("inconclusive without saying what is missing"),
        Grade::Inconclusive if finding.between.len() < 2 => Some("inconclusive with nothing left open"),
        Grade::Poor if !shown => Some("poor without evidence"),
        _ if finding.because.en.is_empty() || finding.because.de.is_empty() => Some("no sentence behind the grade"),
        _ => None,
    }
}
