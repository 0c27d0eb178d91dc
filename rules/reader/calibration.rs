//! How sure a reading is: the share of right ones among readings with evidence of the same grade, on labelled texts.
//!
//! The counts are data (`calibration.tsv`), written by `cargo run --release -p probity-rules --example measure -- FOLDER…
//! --calibrate`. Few labels for a claim are stretched by those of all claims, so that three lucky documents do not make a
//! claim certain. It learns nothing itself, and what it says holds for texts like the labelled ones.

use super::decide::Grade;
use crate::claim::ClaimId;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// As many labels of all claims stand beside the labels of one claim.
const WEIGHT: f32 = 10.0;
/// The columns of a claim: three grades of evidence, then what was not found.
const COLUMNS: usize = 4;
/// The column of what was not found.
const ABSENT: usize = 3;

const TSV: &str = include_str!("calibration.tsv");

static EMBEDDED: LazyLock<Calibration> = LazyLock::new(|| Calibration::new(&Counts::parse(TSV).unwrap_or_default()));

/// Right readings and all readings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// The right ones.
    pub right: u32,
    /// All.
    pub all: u32,
}

/// What labelled texts say of each claim and grade of evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    claims: Vec<[Share; COLUMNS]>,
}

impl Counts {
    /// Counts a reading; `grade` is that of its evidence, none where nothing was found.
    pub fn add(&mut self, claim: ClaimId, grade: Option<Grade>, right: bool) {
        self.claims.resize(ClaimId::all().len(), Default::default());
        let share = &mut self.claims[claim.index()][grade.map_or(ABSENT, column)];
        share.all += 1;
        share.right += u32::from(right);
    }

    /// Takes away what another set of labels has counted.
    pub fn without(&self, other: &Self) -> Self {
        let mut rest = self.clone();
        for (mine, theirs) in rest.claims.iter_mut().zip(&other.claims) {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                mine.right = mine.right.saturating_sub(theirs.right);
                mine.all = mine.all.saturating_sub(theirs.all);
            }
        }
        rest
    }

    /// The file of these counts.
    pub fn to_tsv(&self) -> String {
        let mut text = String::from("claim\tweak\tsingle\tseveral\tabsent\n");
        for claim in ClaimId::all() {
            text.push_str(claim.as_str());
            for share in self.claims.get(claim.index()).copied().unwrap_or_default() {
                // Writing to a String cannot fail.
                let _ = write!(text, "\t{}/{}", share.right, share.all);
            }
            text.push('\n');
        }
        text
    }

    /// Reads such a file.
    ///
    /// # Errors
    /// The line and what is wrong in it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut counts = Self { claims: vec![Default::default(); ClaimId::all().len()] };
        for (number, line) in text.lines().enumerate().skip(1) {
            let wrong = |what: &str| format!("calibration.tsv:{}: {what}", number + 1);
            let mut cells = line.split('\t');
            let claim: ClaimId = cells.next().unwrap_or_default().parse().map_err(|error: String| wrong(&error))?;
            for share in &mut counts.claims[claim.index()] {
                let cell =
                    cells.next().and_then(|cell| cell.split_once('/')).ok_or_else(|| wrong("a share is missing"))?;
                let number = |text: &str| text.parse().map_err(|_| wrong("a share is two numbers, such as 8/10"));
                *share = Share { right: number(cell.0)?, all: number(cell.1)? };
                if share.right > share.all {
                    return Err(wrong("more right ones than all"));
                }
            }
            if cells.next().is_some() {
                return Err(wrong("more columns than the first line names"));
            }
        }
        Ok(counts)
    }
}

/// What counts say of the readings to come.
#[derive(Clone, Debug)]
pub struct Calibration {
    claims: Vec<[f32; COLUMNS]>,
    precision: Vec<f32>,
}

impl Calibration {
    /// Fits: each claim's own share, drawn towards that of all claims; better evidence is never less sure.
    pub fn new(counts: &Counts) -> Self {
        let mut all = [Share::default(); COLUMNS];
        for claim in &counts.claims {
            for (sum, share) in all.iter_mut().zip(claim) {
                sum.right += share.right;
                sum.all += share.all;
            }
        }
        // Two readings more, one of them right: nothing is ever certain, and nothing known is even odds.
        let general = rising(all.map(|share| (share.right as f32 + 1.0) / (share.all as f32 + 2.0)));
        let found = all[..ABSENT]
            .iter()
            .fold(Share::default(), |sum, share| Share { right: sum.right + share.right, all: sum.all + share.all });
        let overall = (found.right as f32 + 1.0) / (found.all as f32 + 2.0);
        let nothing = [Share::default(); COLUMNS];
        let of = |claim: ClaimId| counts.claims.get(claim.index()).unwrap_or(&nothing);
        let claims = ClaimId::all().map(|claim| {
            let mut drawn = general;
            for (drawn, share) in drawn.iter_mut().zip(of(claim)) {
                *drawn = (share.right as f32 + WEIGHT * *drawn) / (share.all as f32 + WEIGHT);
            }
            rising(drawn)
        });
        let precision = ClaimId::all().map(|claim| {
            let (right, all) = of(claim)[..ABSENT].iter().fold((0, 0), |sum, one| (sum.0 + one.right, sum.1 + one.all));
            (right as f32 + WEIGHT * overall) / (all as f32 + WEIGHT)
        });
        Self { claims: claims.collect(), precision: precision.collect() }
    }

    /// The calibration of this program.
    pub(super) fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// The confidence of a claim found with evidence of a grade, or not found at all.
    pub fn of(&self, claim: ClaimId, grade: Option<Grade>) -> f32 {
        self.claims.get(claim.index()).map_or(0.5, |claim| claim[grade.map_or(ABSENT, column)])
    }

    /// The share of right ones among all readings that found a claim.
    pub fn precision(&self, claim: ClaimId) -> f32 {
        self.precision.get(claim.index()).copied().unwrap_or(0.5)
    }
}

fn column(grade: Grade) -> usize {
    match grade {
        Grade::Weak => 0,
        Grade::Single => 1,
        Grade::Several => 2,
    }
}

/// Better evidence is never less sure than worse evidence.
fn rising(mut shares: [f32; COLUMNS]) -> [f32; COLUMNS] {
    shares[1] = shares[1].max(shares[0]);
    shares[2] = shares[2].max(shares[1]);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(id: &str) -> ClaimId {
        id.parse().expect("a claim")
    }

    #[test]
    fn the_file_is_read_and_written_alike() {
        let counts = Counts::parse(TSV).expect("calibration.tsv is right");
        assert_eq!(counts.to_tsv(), TSV);
        let error = Counts::parse("claim\nsharing.none\t3/2\t0/0\t0/0\t0/0\n").expect_err("3 of 2");
        assert_eq!(error, "calibration.tsv:2: more right ones than all");
    }

    #[test]
    fn few_labels_are_drawn_to_those_of_all_claims() {
        let mut counts = Counts::default();
        for _ in 0..90 {
            counts.add(claim("info.controller"), Some(Grade::Single), true);
        }
        for _ in 0..10 {
            counts.add(claim("info.controller"), Some(Grade::Single), false);
        }
        counts.add(claim("sharing.sale"), Some(Grade::Single), true);
        let fitted = Calibration::new(&counts);
        let one = fitted.of(claim("sharing.sale"), Some(Grade::Single));
        assert!(one > 0.85 && one < 0.95, "one lucky document makes nothing certain: {one}");
        assert!(fitted.of(claim("sharing.sale"), Some(Grade::Several)) >= one);
    }

    #[test]
    fn a_claim_that_is_often_wrong_falls_under_its_floor() {
        let mut counts = Counts::default();
        for number in 0..40 {
            counts.add(claim("sharing.sale"), Some(Grade::Single), number % 2 == 0);
            counts.add(claim("info.controller"), Some(Grade::Several), true);
        }
        let fitted = Calibration::new(&counts);
        assert!(fitted.precision(claim("sharing.sale")) < 0.7);
        assert!(fitted.precision(claim("info.controller")) > 0.9);
    }
}
