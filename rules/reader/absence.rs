//! How sure it is that a claim does not stand in a text in which it was not found: the share of right ones among such readings
//! of labelled texts.
//!
//! The counts are data (`absence.tsv`), written by `cargo run --release -p probity-rules --example measure -- FOLDER… --absences`.
//! How sure a find is, `wild` says.

use super::wild::Judged;
use crate::claim::ClaimId;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// As many readings of all claims stand beside those of one.
const WEIGHT: f32 = 10.0;

/// The file.
pub(super) const TSV: &str = include_str!("absence.tsv");

static EMBEDDED: LazyLock<Absences> = LazyLock::new(|| Absences::parse(TSV).unwrap_or_default());

/// The readings that did not find a claim, by claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Absences(BTreeMap<ClaimId, Judged>);

impl Absences {
    /// Those that this program rests on.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Counts a reading.
    pub fn add(&mut self, claim: ClaimId, right: bool) {
        let judged = self.0.entry(claim).or_default();
        *judged = judged.and(Judged::one(right));
    }

    /// The share of right ones, drawn to that of all claims where there are few.
    pub fn confidence(&self, claim: ClaimId) -> f32 {
        let all = self.0.values().copied().fold(Judged::default(), Judged::and);
        // Two readings more, one of them right: nothing is ever certain, and nothing known is even odds.
        let general = (all.right as f32 + 1.0) / (all.all as f32 + 2.0);
        self.0.get(&claim).copied().unwrap_or_default().drawn(general, WEIGHT)
    }

    /// The file of these counts.
    pub fn to_tsv(&self) -> String {
        let mut text = String::from("claim\tright\n");
        for claim in ClaimId::all() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{claim}\t{}", self.0.get(&claim).copied().unwrap_or_default());
        }
        text
    }

    /// Reads such a file.
    ///
    /// # Errors
    /// The line and what is wrong in it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut absences = Self::default();
        for (number, line) in text.lines().enumerate().skip(1) {
            let wrong = |what: String| format!("absence.tsv:{}: {what}", number + 1);
            let (claim, share) =
                line.split_once('\t').ok_or_else(|| wrong("expected a claim and a share, such as 8/10".to_owned()))?;
            absences.0.insert(claim.parse().map_err(wrong)?, share.parse().map_err(wrong)?);
        }
        Ok(absences)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_and_written_alike() {
        let absences = Absences::parse(TSV).expect("absence.tsv is right");
        assert_eq!(absences.to_tsv(), TSV);
        let error = Absences::parse("claim\tright\nsharing.none\t3/2\n").expect_err("3 of 2");
        assert_eq!(error, "absence.tsv:2: more right ones than all");
    }

    #[test]
    fn few_readings_are_drawn_to_those_of_all_claims() {
        let claim = |id: &str| id.parse().expect("a claim");
        let mut absences = Absences::default();
        for number in 0..100 {
            absences.add(claim("info.controller"), number % 10 > 0);
        }
        absences.add(claim("sharing.sale"), true);
        let one = absences.confidence(claim("sharing.sale"));
        assert!(one > 0.85 && one < 0.95, "one lucky text makes nothing certain: {one}");
    }
}
