//! The score: from findings to points, a light and a coverage by a method.
//!
//! Pure arithmetic. What is unknown makes the points an interval over a fixed denominator; where the interval crosses a
//! limit the light is undecided, and the unknown that would settle it soonest is named. It asks no facts.

use crate::judge::{Finding, Grade, Outlook};
use crate::method::{Entry, Light, Method};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The points as far as they are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Points {
    /// What is sure, whatever the unknown turns out to be.
    pub low: u32,
    /// What is possible.
    pub high: u32,
    /// What nobody can exceed.
    pub max: u32,
}

/// The unknown that would settle a light soonest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Settle {
    /// The criterion to look at.
    pub criterion: String,
    /// Whether it decides the light alone, whatever comes out.
    pub alone: bool,
    /// How many points it can make.
    pub points: u32,
}

/// What a method makes of findings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// The method's id.
    pub method: String,
    /// The light.
    pub light: Light,
    /// The points.
    pub points: Points,
    /// The share of the weight that could be decided, 0 to 1.
    pub coverage: f64,
    /// What to find out first, where the light is undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settle: Option<Settle>,
    /// The light of each part, in order.
    pub parts: Vec<Light>,
}

/// Scores findings, which stand in the order of the catalogue.
pub fn score(method: &Method, findings: &[Finding]) -> Score {
    score_outlooks(method, &findings.iter().map(Finding::outlook).collect::<Vec<_>>())
}

/// Scores the grades that are left for each criterion, in the order of the catalogue. A criterion that is not there is
/// open.
pub fn score_outlooks(method: &Method, outlooks: &[Outlook]) -> Score {
    let left = |entry: &Entry| left(entry, outlooks);
    let (low, high) = interval(method, left);
    let coverage = f64::from(decided(method, left)) / f64::from(method.weight().max(1));
    let light = light_of(method, outlooks);
    Score {
        method: method.id.clone(),
        light,
        points: Points { low, high, max: method.max() },
        coverage,
        settle: if light == Light::Undecided { settle(method, left) } else { None },
        parts: if method.limits.is_some() {
            vec![light]
        } else {
            (0..method.parts.len()).map(|part| self::light(method, Some(part), left)).collect()
        },
    }
}

/// The light alone, where many are judged again.
pub fn light_of(method: &Method, outlooks: &[Outlook]) -> Light {
    let left = |entry: &Entry| left(entry, outlooks);
    // Without any evidence there is no colour, whatever the limits of a method say.
    if decided(method, left) > 0 { light(method, None, left) } else { Light::Undecided }
}

fn left(entry: &Entry, outlooks: &[Outlook]) -> Outlook {
    outlooks.get(entry.criterion).copied().unwrap_or(Outlook::OPEN)
}

/// The weight of what could be decided.
fn decided(method: &Method, left: impl Fn(&Entry) -> Outlook) -> u32 {
    let decided = method.entries.iter().filter(|entry| left(entry).grade() != Grade::Inconclusive);
    decided.map(|entry| entry.weight).sum()
}

/// The points of a grade. What does not apply takes nothing away: the denominator stays the same for all services.
fn points(method: &Method, entry: &Entry, grade: Grade) -> u32 {
    entry.weight
        * match grade {
            Grade::Good | Grade::NotApplicable => method.points[0],
            Grade::Partial => method.points[1],
            Grade::Poor | Grade::Inconclusive => method.points[2],
        }
}

fn interval(method: &Method, left: impl Fn(&Entry) -> Outlook) -> (u32, u32) {
    method.entries.iter().fold((0, 0), |(low, high), entry| {
        let mut least = u32::MAX;
        let mut most = 0;
        for grade in left(entry).grades() {
            let points = points(method, entry, grade);
            (least, most) = (least.min(points), most.max(points));
        }
        (low + least.min(most), high + most)
    })
}

/// The light, of one part or of all: that of the best case, if the worst case gives the same.
fn light(method: &Method, part: Option<usize>, left: impl Fn(&Entry) -> Outlook) -> Light {
    let (mut best, mut worst) = (Light::Green, Light::Green);
    for entry in method.entries.iter().filter(|entry| part.is_none_or(|part| entry.part == part)) {
        let lights = || left(entry).grades().map(|grade| entry.light(grade));
        best = best.max(lights().min().unwrap_or(Light::Green));
        worst = worst.max(lights().max().unwrap_or(Light::Green));
    }
    if let Some(limits) = method.limits {
        let of = |points: u32| match points {
            points if points >= limits.green => Light::Green,
            points if points >= limits.yellow => Light::Yellow,
            _ => Light::Red,
        };
        let (low, high) = interval(method, left);
        best = best.max(of(high));
        worst = worst.max(of(low));
    }
    if best == worst { best } else { Light::Undecided }
}

/// The open criterion that would settle the light soonest: one that settles it whatever comes out, then the one with the
/// most outcomes that do, then the one that moves most points, then the first.
fn settle(method: &Method, left: impl Fn(&Entry) -> Outlook + Copy) -> Option<Settle> {
    let open = method.entries.iter().filter(|entry| left(entry).grade() == Grade::Inconclusive);
    let weighed = open.map(|entry| {
        let mut outcomes = (0_u32, 0_u32);
        let (mut least, mut most) = (u32::MAX, 0);
        for grade in left(entry).grades() {
            let then = |other: &Entry| {
                if other.criterion == entry.criterion { Outlook::of(grade) } else { left(other) }
            };
            outcomes.0 += 1;
            outcomes.1 += u32::from(light(method, None, then) != Light::Undecided);
            let points = points(method, entry, grade);
            (least, most) = (least.min(points), most.max(points));
        }
        let span = u32::from(entry.poor as u8 - Light::Green as u8);
        (outcomes.0 == outcomes.1, outcomes.1, span, most - least.min(most), entry)
    });
    weighed
        .reduce(|best, one| if (one.0, one.1, one.2, one.3) > (best.0, best.1, best.2, best.3) { one } else { best })
        .map(|(alone, _, _, points, entry)| Settle { criterion: entry.id.clone(), alone, points })
}
