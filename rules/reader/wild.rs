//! How often finds in ordinary documents are right: finds of each claim, drawn by lot from whole texts that mostly hold nothing
//! of it, read and judged one by one.
//!
//! The counts are data (`wild.tsv`), written by `cargo run --release -p probity-rules --example measure -- --judged .ci/judged`;
//! there each find stands with its document and a digest of its citation, without its text. Passages that were chosen because
//! they hold a claim say nothing of how often it is found where it is not. It learns nothing itself.

use super::decide::Grade;
use crate::claim::{ClaimId, State};
use crate::document::{Kind, Language};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::str::FromStr;
use std::sync::LazyLock;

/// As many finds of all claims stand beside the finds of one.
const WEIGHT: f32 = 4.0;
/// Of so many judged finds on, their own share says whether a claim decides: of those with evidence as strong, else of all.
const ENOUGH: u32 = 10;
/// The precision that a claim needs to decide a grade.
const PRECISE: f32 = 0.9;
/// The precision of several passages that a claim needs which accuses.
const SEVERAL: f32 = 0.85;
/// The quantile of the normal distribution for a lower bound that holds in four of five cases.
const QUANTILE: f32 = 0.8416;

/// The file.
pub(super) const TSV: &str = include_str!("wild.tsv");
const HEAD: &str = "claim\tlanguage\ttexts\tstate\tweak\tsingle\tseveral";

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
    /// One find.
    pub(super) fn one(right: bool) -> Self {
        Self { right: right.into(), all: 1 }
    }

    pub(super) fn and(self, other: Self) -> Self {
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

    /// The share, drawn towards another as if that had been seen `weight` times.
    pub(super) fn drawn(self, towards: f32, weight: f32) -> f32 {
        (self.right as f32 + weight * towards) / (self.all as f32 + weight)
    }
}

impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.right, self.all)
    }
}

impl FromStr for Judged {
    type Err = String;

    fn from_str(share: &str) -> Result<Self, String> {
        let numbers = share.split_once('/').and_then(|(right, all)| Some((right.parse().ok()?, all.parse().ok()?)));
        let (right, all) = numbers.ok_or("a share is two numbers, such as 8/10")?;
        if right > all { Err("more right ones than all".to_owned()) } else { Ok(Self { right, all }) }
    }
}

/// A claim in a language, in policies and their like or in contracts, stated or denied.
type Key = (ClaimId, &'static str, Texts, State);

/// What is found where it is at home is right more often than what is found in contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Texts {
    /// Policies, notices, help and security pages.
    Notices,
    /// Terms and agreements.
    Contracts,
}

impl Texts {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Notices, Self::Contracts];

    /// Those of a kind.
    pub fn of(kind: Option<Kind>) -> Self {
        if kind.is_some_and(Kind::is_contract) { Self::Contracts } else { Self::Notices }
    }

    /// The word in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notices => "notices",
            Self::Contracts => "contracts",
        }
    }
}

/// What a find is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Find {
    /// The claim.
    pub claim: ClaimId,
    /// The language that it was read in.
    pub language: Language,
    /// In what it was found.
    pub texts: Texts,
    /// Stated or denied.
    pub state: State,
    /// How strong the evidence is.
    pub grade: Grade,
}

/// The judged finds by claim, language and state, for weak, single and several passages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wild {
    counts: BTreeMap<Key, [Judged; 3]>,
    /// The sums for weak, single and several passages.
    of_grade: [Judged; 3],
    /// The sums of a claim, stated or denied.
    of_claim: BTreeMap<(ClaimId, State), Judged>,
}

impl Wild {
    /// The judged finds that this program rests on.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Counts a judged find.
    pub fn add(&mut self, find: Find, right: bool) {
        let Some(language) = code(find.language) else { return };
        self.count((find.claim, language, find.texts, find.state), column(find.grade), Judged::one(right));
    }

    fn count(&mut self, key: Key, column: usize, judged: Judged) {
        let of_claim = self.of_claim.entry((key.0, key.3)).or_default();
        for sum in [of_claim, &mut self.of_grade[column], &mut self.counts.entry(key).or_default()[column]] {
            *sum = sum.and(judged);
        }
    }

    /// The judged finds like one, whatever their evidence.
    pub fn judged(&self, find: Find) -> Judged {
        self.like(find).into_iter().fold(Judged::default(), Judged::and)
    }

    fn like(&self, find: Find) -> [Judged; 3] {
        let key = code(find.language).map(|language| (find.claim, language, find.texts, find.state));
        key.and_then(|key| self.counts.get(&key)).copied().unwrap_or_default()
    }

    /// How sure a find is: the share of right ones among judged finds of the same claim, language, texts, state and evidence,
    /// drawn to those of the claim, and these to all, where there are few.
    pub fn confidence(&self, find: Find) -> f32 {
        let all = self.of_grade[column(find.grade)];
        let general = (all.right as f32 + 1.0) / (all.all as f32 + 2.0);
        let of_claim = self.of_claim.get(&(find.claim, find.state)).copied().unwrap_or_default();
        let of_claim = of_claim.drawn(general, WEIGHT);
        let of_texts = self.judged(find).drawn(of_claim, WEIGHT);
        self.like(find)[column(find.grade)].drawn(of_texts, WEIGHT)
    }

    /// Whether a find decides a grade. What accuses needs a lower bound of nine in ten, or several passages that are independent
    /// of each other; the rest a share of nine in ten.
    pub fn decides(&self, find: Find, accuses: bool) -> bool {
        let judged = self.judged(find);
        if accuses {
            let several = self.like(find)[column(Grade::Several)].drawn(judged.drawn(PRECISE, WEIGHT), WEIGHT);
            return judged.lower() >= PRECISE || find.grade == Grade::Several && several >= SEVERAL;
        }
        let of_grade = self.like(find)[column(find.grade)];
        if let Some(judged) = [of_grade, judged].into_iter().find(|judged| judged.all >= ENOUGH) {
            return judged.right as f32 >= PRECISE * judged.all as f32;
        }
        self.confidence(find) >= SEVERAL
    }

    /// What was judged, in the order of the vocabulary; as finds by one strong passage.
    pub fn rows(&self) -> impl Iterator<Item = (Find, Judged)> {
        let sum = |counts: &[Judged; 3]| counts.iter().copied().fold(Judged::default(), Judged::and);
        self.counts.iter().filter_map(move |((claim, language, texts, state), counts)| {
            let (claim, language, texts, state) = (*claim, Language::from_tag(language)?, *texts, *state);
            Some((Find { claim, language, texts, state, grade: Grade::Single }, sum(counts)))
        })
    }

    /// The file of these counts.
    pub fn to_tsv(&self) -> String {
        let mut text = format!("{HEAD}\n");
        for ((claim, language, texts, state), counts) in &self.counts {
            let state = if *state == State::Denied { "denied" } else { "stated" };
            // Writing to a String cannot fail.
            let _ = write!(text, "{claim}\t{language}\t{}\t{state}", texts.as_str());
            for count in counts {
                let _ = write!(text, "\t{count}");
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
            let [claim, language, texts, state, counts @ ..] = &cells[..] else {
                return Err(wrong("expected claim, language, texts, state and three shares"));
            };
            let claim: ClaimId = claim.parse().map_err(|error: String| wrong(&error))?;
            let language = Language::from_tag(language).and_then(code).ok_or_else(|| wrong("expected en, de or fr"))?;
            let texts = Texts::ALL.into_iter().find(|known| known.as_str() == *texts);
            let texts = texts.ok_or_else(|| wrong("expected notices or contracts"))?;
            let state = match *state {
                "stated" => State::Stated,
                "denied" => State::Denied,
                _ => return Err(wrong("expected stated or denied")),
            };
            if counts.len() != 3 {
                return Err(wrong("expected three shares: weak, single, several"));
            }
            for (column, cell) in counts.iter().enumerate() {
                let judged = cell.parse().map_err(|error: String| wrong(&error))?;
                wild.count((claim, language, texts, state), column, judged);
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

    fn find(language: Language, grade: Grade) -> Find {
        Find { claim: claim(), language, texts: Texts::Notices, state: State::Stated, grade }
    }

    fn judged(right: u32, all: u32) -> Wild {
        let mut wild = Wild::default();
        for number in 0..all {
            wild.add(find(Language::En, Grade::Single), number < right);
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
        let error = Wild::parse("claim\nsharing.none\ten\tnotices\tstated\t0/0\t3/2\t0/0\n").expect_err("3 of 2");
        assert_eq!(error, "wild.tsv:2: more right ones than all");
        assert_eq!(
            Wild::parse("claim\nsharing.none\ten\tnotices\tsaid\n").expect_err("a state"),
            "wild.tsv:2: expected stated or denied"
        );
    }

    #[test]
    fn who_accuses_needs_a_lower_bound_or_independent_passages() {
        let decides = |wild: &Wild, grade, accuses| wild.decides(find(Language::En, grade), accuses);
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
        wild.add(find(Language::De, Grade::Single), false);
        let of = |language| wild.confidence(find(language, Grade::Single));
        assert!(
            of(Language::En) > 0.95 && of(Language::De) < of(Language::Fr),
            "{} {}",
            of(Language::De),
            of(Language::Fr)
        );
    }
}
