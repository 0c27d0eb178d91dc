//! All that the reader knows in one language, compiled: patterns of every claim, filed by what wakes them.
//!
//! Built once for each language, from files that are part of the program. A line with an error is left out and reported;
//! a test asserts that there is none.

use super::compile::{Builder, Program, Sets};
use super::file::{self, Actor, ClaimFile, FileError, Head};
use super::lists::Lists;
use super::memo::Pool;
use super::pattern::{Atom, Classes, Flags, Node, Rule, Says, Strength, Where};
use crate::claim::{ClaimId, FILES};
use crate::document::{Kind, Language};
use std::rc::Rc;
use std::sync::LazyLock;

/// A pattern, ready to run.
#[derive(Debug)]
pub(super) struct Pattern {
    pub claim: ClaimId,
    pub line: usize,
    pub strength: Strength,
    pub says: Says,
    pub all: Vec<Program>,
    pub none: Vec<Program>,
    pub conditions: Vec<(Where, bool, Program)>,
    pub kinds: Vec<Kind>,
    pub flags: Flags,
}

/// What belongs to a claim as a whole.
#[derive(Debug, Default)]
pub(super) struct OfClaim {
    pub head: Option<Head>,
    pub headings: Vec<Program>,
    pub vetoes: Vec<Pattern>,
    /// Whether it has patterns.
    pub covered: bool,
}

/// Classes of the lexicon that the engine itself asks for.
#[derive(Debug)]
pub(super) struct Grammar {
    /// Words that may stand between the words of a pattern.
    pub filler: u16,
    /// "not", "no", "never".
    pub negator: u16,
    /// "without": negates what follows closely.
    pub negator_near: u16,
    /// Negators that count also after what they negate.
    pub negator_after: u16,
    /// Half of a negation ("ne"): it negates nothing alone, but a pattern that asks for it has asked for the negation.
    pub negator_part: u16,
    /// What looks like a negation and is none: "not only".
    pub not_negation: Program,
    /// Words that begin a new clause.
    pub breaker: u16,
    /// Words that begin a new clause after a comma.
    pub clause_start: u16,
    /// Conjunctions: after a comma they begin a clause where a clause start follows.
    pub conjunction: u16,
    /// What begins a condition: "if", "as long as".
    pub condition: Program,
    /// What takes back all that stands before it: ": we have none".
    pub taken_back: Program,
    /// Verbs that make a statement of what stands behind a colon.
    pub auxiliary: u16,
    /// What a colon only introduces, last before it: "the following".
    pub announcement: u16,
    /// "but", behind a negator: it denies what follows, not what stands before.
    pub adversative: u16,
    /// Words that no verb is and that stand before a place or a thing.
    pub preposition: u16,
    /// Words for a subject behind its verb, where a language puts the verb first in a condition.
    pub subject: u16,
    /// "refrain from", "instead of": they negate as "not" does.
    pub refusal: Program,
    /// "were we to", "not yet supported": what is supposed or planned.
    pub unreal: Program,
    /// "unless", "except".
    pub exception: Program,
    /// "you must", "the customer shall".
    pub duty: Program,
    /// "X means".
    pub definition: Program,
    /// Words for personal data: what a claim may ask of terms.
    pub matter: Program,
}

/// One language.
#[derive(Debug)]
pub(super) struct Table {
    pub sets: Sets,
    /// Per set: the patterns filed under it.
    pub filed: Lists<u32>,
    pub patterns: Vec<Pattern>,
    /// For each pattern the sets of which words must stand in a sentence, the rarest but one first: that
    /// wakes it. Most are woken and fail here.
    pub needs: Lists<u16>,
    pub claims: Vec<OfClaim>,
    pub grammar: Grammar,
    /// What was read before with it.
    pub pool: Pool,
}

/// The lexicon of all languages.
const COMMON: (&str, &str) = ("reader/lexicon/common.txt", include_str!("lexicon/common.txt"));

const LEXICON: [(Language, &str, &str); 3] = [
    (Language::En, "reader/lexicon/en.txt", include_str!("lexicon/en.txt")),
    (Language::De, "reader/lexicon/de.txt", include_str!("lexicon/de.txt")),
    (Language::Fr, "reader/lexicon/fr.txt", include_str!("lexicon/fr.txt")),
];

static ENGLISH: LazyLock<Table> = LazyLock::new(|| Table::embedded(Language::En).0);
static GERMAN: LazyLock<Table> = LazyLock::new(|| Table::embedded(Language::De).0);
static FRENCH: LazyLock<Table> = LazyLock::new(|| Table::embedded(Language::Fr).0);

/// The embedded lexicons, by their names below `rules/`.
pub(super) fn lexicons() -> impl Iterator<Item = (&'static str, &'static str)> {
    std::iter::once(COMMON).chain(LEXICON.map(|(_, name, text)| (name, text)))
}

/// The compiled table of a language that the reader knows.
pub(super) fn of(language: Language) -> Option<&'static Table> {
    match language {
        Language::En => Some(&ENGLISH),
        Language::De => Some(&GERMAN),
        Language::Fr => Some(&FRENCH),
        Language::Other(_) => None,
    }
}

impl Table {
    /// The table of the files in the program, and what is wrong in them.
    pub(super) fn embedded(language: Language) -> (Self, Vec<FileError>) {
        Self::with(language, &|_| None)
    }

    /// The same, with other texts in place of some files, which `other` knows by their names below `rules/`.
    pub(super) fn with<'a>(language: Language, other: &dyn Fn(&str) -> Option<&'a str>) -> (Self, Vec<FileError>) {
        let mut errors = Vec::new();
        let mut classes = Classes::default();
        let own = LEXICON.iter().filter(|(of, _, _)| *of == language).map(|(_, name, text)| (*name, *text));
        for (name, text) in std::iter::once(COMMON).chain(own) {
            file::lexicon(name, other(name).unwrap_or(text), &mut classes, &mut errors);
        }
        let text = |claim: ClaimId| other(&file::name(claim)).unwrap_or(FILES[claim.index()].1);
        let files: Vec<ClaimFile> = ClaimId::all()
            .filter(|claim| !text(*claim).trim().is_empty())
            .filter_map(|claim| file::claim(claim, text(claim), Some(language), &classes, &mut errors))
            .collect();
        (Self::build(files, &classes), errors)
    }

    /// Compiles claim files over a lexicon.
    pub(super) fn build(files: Vec<ClaimFile>, classes: &Classes<'_>) -> Self {
        let mut builder = Builder::default();
        if let Some(common) = classes.get("common") {
            builder.set_common(common);
        }
        let grammar = Grammar::build(&mut builder, classes);
        let (mut patterns, mut needs) = (Vec::new(), Lists::default());
        let mut filed: Vec<(u16, u32)> = Vec::new();
        let mut claims: Vec<OfClaim> = ClaimId::all().map(|_| OfClaim::default()).collect();
        for file in files {
            let of = &mut claims[file.claim.index()];
            of.headings = file.section.headings.iter().map(|node| builder.program(node)).collect();
            for rule in file.section.vetoes {
                let veto = pattern(&mut builder, file.claim, 0, rule);
                of.vetoes.push(veto);
            }
            let kinds = file.head.kinds.clone();
            of.head = Some(file.head);
            of.covered = file.section.rules.iter().any(|(_, rule)| rule.strength != Strength::Mention);
            for (line, mut rule) in file.section.rules {
                // A line may name fewer kinds than its claim, not others.
                if rule.kinds.is_empty() {
                    rule.kinds.clone_from(&kinds);
                }
                let pattern = pattern(&mut builder, file.claim, line, rule);
                let of = builder.needs(&pattern.all);
                filed.extend(of.first().map(|set| (*set, patterns.len() as u32)));
                needs.push(of.into_iter().skip(1));
                patterns.push(pattern);
            }
        }
        let sets = builder.finish();
        let mut by_set = vec![Vec::new(); sets.count];
        for (set, pattern) in filed {
            by_set[usize::from(set)].push(pattern);
        }
        Self { sets, filed: by_set.into_iter().collect(), needs, patterns, claims, grammar, pool: Pool::default() }
    }

    /// Whether there are patterns of a claim in this language.
    pub(super) fn covers(&self, claim: ClaimId) -> bool {
        self.claims[claim.index()].covered
    }

    /// The head of a claim's file.
    pub(super) fn head(&self, claim: ClaimId) -> Option<&Head> {
        self.claims[claim.index()].head.as_ref()
    }

    /// Whether who states a claim is held to account for it.
    pub(super) fn accuses(&self, claim: ClaimId) -> bool {
        self.head(claim).is_some_and(|head| head.accuses)
    }

    /// The claims whose passages are no open mentions of this one.
    pub(super) fn settled_by(&self, claim: ClaimId) -> &[ClaimId] {
        self.head(claim).map_or(&[], |head| &head.settled_by)
    }

    /// Whether a claim's head lets count what is only supposed or planned.
    pub(super) fn counts_unreal(&self, claim: ClaimId) -> bool {
        self.head(claim).is_some_and(|head| head.hypothetical)
    }

    /// Whether a claim's head lets users' and customers' duties count.
    pub(super) fn any_actor(&self, claim: ClaimId) -> bool {
        self.head(claim).is_some_and(|head| head.actor == Actor::Any)
    }
}

fn pattern(builder: &mut Builder, claim: ClaimId, line: usize, rule: Rule) -> Pattern {
    Pattern {
        claim,
        line,
        strength: rule.strength,
        says: rule.says,
        all: rule.all.iter().map(|node| builder.program(node)).collect(),
        none: rule.none.iter().map(|node| builder.program(node)).collect(),
        conditions: rule
            .conditions
            .iter()
            .map(|condition| (condition.place, condition.not, builder.program(&condition.node)))
            .collect(),
        kinds: rule.kinds,
        flags: rule.flags,
    }
}

impl Grammar {
    /// The classes of words that deny, wherever they stand to what they deny.
    pub(super) fn negators(&self) -> [u16; 3] {
        [self.negator, self.negator_near, self.negator_after]
    }

    fn build(builder: &mut Builder, classes: &Classes<'_>) -> Self {
        let never = Node::Set(Rc::from([Atom::Raw("\u{0}".to_owned())]));
        let node = |name: &str| classes.get(name).unwrap_or(&never);
        let mut set = |name: &str| {
            debug_assert!(file::WORD_BY_WORD.contains(&name), "{name}");
            match node(name) {
                Node::Set(atoms) => builder.set(atoms),
                _ => builder.set(&Rc::from([])),
            }
        };
        let (filler, negator, negator_near, negator_after) =
            (set("filler"), set("negator"), set("negator-near"), set("negator-after"));
        let negator_part = set("negator-part");
        let (breaker, clause_start, conjunction) = (set("break"), set("clause-start"), set("conjunction"));
        let (auxiliary, announcement) = (set("auxiliary"), set("announcement"));
        let (adversative, preposition, subject) = (set("adversative"), set("preposition"), set("subject"));
        let mut program = |name: &str| builder.program(node(name));
        Self {
            filler,
            negator,
            negator_near,
            negator_after,
            negator_part,
            breaker,
            clause_start,
            conjunction,
            auxiliary,
            announcement,
            adversative,
            preposition,
            subject,
            condition: program("condition"),
            taken_back: program("taken-back"),
            refusal: program("refusal"),
            unreal: program("unreal"),
            not_negation: program("not-negation"),
            exception: program("exception"),
            duty: program("duty"),
            definition: program("definition"),
            matter: program("matter"),
        }
    }
}
