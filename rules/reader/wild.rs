//! How often finds in ordinary documents are right: finds of each claim, drawn by lot from whole texts that mostly hold nothing
//! of it, read and judged one by one.
//!
//! The counts are data (`wild.tsv`), written by `cargo run --release -p probity-rules --example measure -- --judged FOLDER`; the
//! judged finds themselves are kept outside of the project. Passages that were chosen because they hold a claim say nothing of
//! how often it is found where it is not. It learns nothing itself.

use super::decide::Grade;
use crate::claim::{ClaimId, State};
use crate::document::Language;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// As many finds of all claims stand beside the finds of one.
const WEIGHT: f32 = 4.0;
/// Of so many judged finds on, their own share says whether a claim decides.
const ENOUGH: u32 = 10;
/// The precision that a claim needs to decide a grade.
const PRECISE: f32 = 0.9;
/// The precision of several passages that a claim needs which accuses.
const SEVERAL: f32 = 0.85;
/// The quantile of the normal distribution for a lower bound that holds in four of five cases.
const QUANTILE: f32 = 0.8416;

const TSV: &str = include_str!("wild.tsv");
const HEAD: &str = "claim\tlanguage\tstate\tweak\tsingle\tseveral";

static EMBEDDED: LazyLock<Wild> = LazyLock::new(|| Wild::parse(TSV).unwrap_or_default());

/// Right finds and judged finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// The right ones.
    pub right: u32,
    /// All.
    pub all: u32,
}

impl Judged {
    fn and(self, other: Self) -> Self {
        Self { right: self.right + other.right, all: self.all + other.all }
    }

    /// The lower bound of the share (Wilson's interval, one-sided, 80 %); 0 where nothing was judged.
    pub fn lower(self) -> f32 {
        if self.all == 0 {
            return 0.0;
        }
        let (all, z) = (self.all as f32, QUANTILE);
        let share = self.right as f32 / all;
        let (square, spread) = (z * z / all, (share * (1.0 - share) / all + z * z / (4.0 * all * all)).sqrt());
        ((share + square / 2.0 - z * spread) / (1.0 + square)).max(0.0)
    }

    /// The share, drawn towards another as if that had been seen [`WEIGHT`] times.
    fn drawn(self, towards: f32) -> f32 {
        (self.right as f32 + WEIGHT * towards) / (self.all as f32 + WEIGHT)
    }
}

type Key = (ClaimId, &'static str, State);

/// The judged finds by claim, language and state, for weak, single and several passages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wild {
    counts: BTreeMap<Key, [Judged; 3]>,
}

impl Wild {
    /// The judged finds that this program rests on.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Counts a judged find.
    pub fn add(&mut self, claim: ClaimId, language: Language, state: State, grade: Grade, right: bool) {
        let Some(language) = code(language) else { return };
        let of = &mut self.counts.entry((claim, language, state)).or_default()[column(grade)];
        *of = of.and(Judged { right: u32::from(right), all: 1 });
    }

    /// What was judged of a claim's finds in a language, whatever their evidence.
    pub fn judged(&self, claim: ClaimId, language: Language, state: State) -> Judged {
        self.of(claim, language, state).into_iter().fold(Judged::default(), Judged::and)
    }

    fn of(&self, claim: ClaimId, language: Language, state: State) -> [Judged; 3] {
        code(language).and_then(|language| self.counts.get(&(claim, language, state))).copied().unwrap_or_default()
    }

    /// How sure a find is: the share of right ones among judged finds of the same claim, language, state and evidence, drawn to
    /// those of the claim, and these to all, where there are few.
    pub fn confidence(&self, claim: ClaimId, language: Language, state: State, grade: Grade) -> f32 {
        let sum = |of: &dyn Fn(&Key) -> bool, column: Option<usize>| {
            let counts = self.counts.iter().filter(|(key, _)| of(key)).flat_map(|(_, counts)| {
                counts.iter().enumerate().filter(move |(at, _)| column.is_none_or(|column| column == *at))
            });
            counts.fold(Judged::default(), |sum, (_, one)| sum.and(*one))
        };
        let all = sum(&|_| true, Some(column(grade)));
        let general = (all.right as f32 + 1.0) / (all.all as f32 + 2.0);
        let of_claim = sum(&|key| key.0 == claim && key.2 == state, None).drawn(general);
        let of_language = self.judged(claim, language, state).drawn(of_claim);
        self.of(claim, language, state)[column(grade)].drawn(of_language)
    }

    /// Whether a find decides a grade. What accuses needs a lower bound of nine in ten, or several passages that are independent
    /// of each other; the rest a share of nine in ten.
    pub fn decides(&self, claim: ClaimId, language: Language, state: State, grade: Grade, accuses: bool) -> bool {
        let judged = self.judged(claim, language, state);
        let several = self.of(claim, language, state)[column(Grade::Several)];
        if accuses {
            let independent = grade == Grade::Several && several.drawn(judged.drawn(PRECISE)) >= SEVERAL;
            return judged.lower() >= PRECISE || independent;
        }
        if judged.all >= ENOUGH {
            return judged.right as f32 >= PRECISE * judged.all as f32;
        }
        self.confidence(claim, language, state, grade) >= SEVERAL
    }

    /// The file of these counts.
    pub fn to_tsv(&self) -> String {
        let mut text = format!("{HEAD}\n");
        for ((claim, language, state), counts) in &self.counts {
            let state = if *state == State::Denied { "denied" } else { "stated" };
            // Writing to a String cannot fail.
            let _ = write!(text, "{claim}\t{language}\t{state}");
            for count in counts {
                let _ = write!(text, "\t{}/{}", count.right, count.all);
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
        let mut wild = Self::default();
        for (number, line) in text.lines().enumerate().skip(1) {
            let wrong = |what: &str| format!("wild.tsv:{}: {what}", number + 1);
            let cells: Vec<&str> = line.split('\t').collect();
            let [claim, language, state, counts @ ..] = &cells[..] else {
                return Err(wrong("expected claim, language, state and three shares"));
            };
            let claim: ClaimId = claim.parse().map_err(|error: String| wrong(&error))?;
            let language = Language::from_tag(language).and_then(code).ok_or_else(|| wrong("expected en, de or fr"))?;
            let state = match *state {
                "stated" => State::Stated,
                "denied" => State::Denied,
                _ => return Err(wrong("expected stated or denied")),
            };
            if counts.len() != 3 {
                return Err(wrong("expected three shares: weak, single, several"));
            }
            let of = wild.counts.entry((claim, language, state)).or_default();
            for (share, cell) in of.iter_mut().zip(counts) {
                let (right, all) = cell.split_once('/').ok_or_else(|| wrong("a share is two numbers, such as 8/10"))?;
                let number = |text: &str| text.parse().map_err(|_| wrong("a share is two numbers, such as 8/10"));
                *share = Judged { right: number(right)?, all: number(all)? };
                if share.right > share.all {
                    return Err(wrong("more right ones than all"));
                }
            }
        }
        Ok(wild)
    }
}

fn code(language: Language) -> Option<&'static str> {
    match language {
        Language::En => Some("en"),
        Language::De => Some("de"),
        Language::Fr => Some("fr"),
        Language::Other(_) => None,
    }
}

fn column(grade: Grade) -> usize {
    match grade {
        Grade::Weak => 0,
        Grade::Single => 1,
        Grade::Several => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(right: u32, all: u32) -> Wild {
        let mut wild = Wild::default();
        for number in 0..all {
            wild.add(claim(), Language::En, State::Stated, Grade::Single, number < right);
        }
        wild
    }

    fn claim() -> ClaimId {
        "sharing.sale".parse().expect("a claim")
    }

    #[test]
    fn the_file_is_read_and_written_alike() {
        let wild = Wild::parse(TSV).expect("wild.tsv is right");
        assert_eq!(wild.to_tsv(), TSV);
        let error = Wild::parse("claim\nsharing.none\ten\tstated\t0/0\t3/2\t0/0\n").expect_err("3 of 2");
        assert_eq!(error, "wild.tsv:2: more right ones than all");
        assert_eq!(
            Wild::parse("claim\nsharing.none\ten\tsaid\n").expect_err("a state"),
            "wild.tsv:2: expected stated or denied"
        );
    }

    #[test]
    fn who_accuses_needs_a_lower_bound_or_independent_passages() {
        let decides = |wild: &Wild, grade, accuses| wild.decides(claim(), Language::En, State::Stated, grade, accuses);
        assert!(decides(&judged(29, 30), Grade::Single, true));
        assert!(!decides(&judged(28, 30), Grade::Single, true), "28 of 30 is no lower bound of nine in ten");
        assert!(decides(&judged(28, 30), Grade::Single, false));
        assert!(decides(&judged(28, 30), Grade::Several, true));
        assert!(!decides(&judged(5, 5), Grade::Single, true), "five lucky finds accuse nobody");
        assert!(!decides(&judged(12, 30), Grade::Several, true), "often wrong is wrong twice");
        assert!(!decides(&Wild::default(), Grade::Single, true));
    }

    #[test]
    fn few_finds_are_drawn_to_those_of_the_claim() {
        let mut wild = judged(30, 30);
        wild.add(claim(), Language::De, State::Stated, Grade::Single, false);
        let of = |language| wild.confidence(claim(), language, State::Stated, Grade::Single);
        assert!(
            of(Language::En) > 0.95 && of(Language::De) < of(Language::Fr),
            "{} {}",
            of(Language::De),
            of(Language::Fr)
        );
    }
}
