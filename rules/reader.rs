//! The claims reader: which claims a document states, denies or lacks, with the sentences that say so.
//!
//! Pure and deterministic; work is linear in the document's length and bounded per sentence. It understands no grammar
//! beyond what the lexicons say, reads only English, German and French, and believes what a text says.
//!
//! The rooms: `token` (words), `units` (sentences with lead-in and headings), `pattern` (the language of patterns),
//! `file` (claim files and lexicons), `compile` and `table` (what is built once), `masks` (where words stand), `matcher` (the machine), `scope`
//! (negation, exception, duty), `memo` (sentences that were read before), `scan` (the pass), `decide` (state and citations),
//! [`wild`] and [`absence`] (how sure that is), [`measure`].
#![doc = include_str!("reader/README.md")]

use crate::claim::{ClaimId, FILES, Reading, State};
use crate::country;
use crate::document::{Document, Kind, Language, Region};
use crate::sentence::Sentence;
use std::sync::LazyLock;

mod compile;
mod decide;
mod edition;
mod file;
mod lists;
mod masks;
mod matcher;
mod memo;
mod pattern;
mod scan;
mod scope;
mod table;
#[cfg(test)]
mod tests;
mod token;
mod units;

pub mod absence;
pub mod cases;
pub mod labelled;
pub mod measure;
pub mod wild;

pub use decide::Grade;
pub use edition::{Edition, Found};
pub use file::{Actor, FileError, Head, Negated, Title};

/// Reads what a document says on every claim, in the vocabulary's order.
///
/// `kind` is what the document was declared as; `dpa.*` claims are read only in agreements and terms. Where a third or more
/// is in languages in which a claim has no patterns, the claim is unknown if it was not found, not absent.
pub fn read(document: &Document, kind: Option<Kind>) -> Vec<Reading> {
    read_by(&table::of, document, kind)
}

/// Reads by other tables than those of the program.
fn read_by<'t>(
    tables: &dyn Fn(Language) -> Option<&'t table::Table>,
    document: &Document,
    kind: Option<Kind>,
) -> Vec<Reading> {
    graded(tables, document, kind).into_iter().map(|(reading, _)| reading).collect()
}

/// The readings, each with the grade of its evidence.
fn graded<'t>(
    tables: &dyn Fn(Language) -> Option<&'t table::Table>,
    document: &Document,
    kind: Option<Kind>,
) -> Vec<(Reading, Option<Grade>)> {
    let (parts, texts) = (Parts::new(document), wild::Texts::of(kind));
    let (found, used) = evidence(tables, document, kind, &parts);
    let mut readings: Vec<(Reading, Option<Grade>)> = ClaimId::all()
        .map(|claim| {
            if claim.is_of_contract() && !kind.is_some_and(Kind::is_contract) {
                return (Reading::nothing(claim, State::Absent), None);
            }
            let from = found.partition_point(|evidence| evidence.claim < claim);
            let to = found.partition_point(|evidence| evidence.claim <= claim);
            let covered = used.iter().filter(|(_, table)| table.covers(claim)).map(|(language, _)| parts.of(*language));
            let accuses = used.iter().any(|(_, table)| table.accuses(claim));
            decide::reading(claim, &found[from..to], parts.are_enough(covered.sum()), texts, accuses)
        })
        .collect();
    if let Some((_, table)) = used.first() {
        relate(&mut readings, table);
    }
    readings
}

/// All passages that say something on a claim, and the tables that found them.
fn evidence<'t>(
    tables: &dyn Fn(Language) -> Option<&'t table::Table>,
    document: &Document,
    kind: Option<Kind>,
    parts: &Parts,
) -> (Vec<scan::Evidence>, Vec<(Language, &'t table::Table)>) {
    let prepared = units::Prepared::new(document);
    let (mut found, mut used) = (Vec::new(), Vec::new());
    for language in Language::READ {
        if (parts.of(language) > 0 || prepared.units.iter().any(|unit| unit.language == Some(language)))
            && let Some(table) = tables(language)
        {
            found.extend(scan::Scan::run(table, document, &prepared, language, kind));
            used.push((language, table));
        }
    }
    found.sort_by_key(|evidence| (evidence.claim, evidence.unit, evidence.line));
    (found, used)
}

/// What one claim says of another: who names the United States names a third country.
fn relate(readings: &mut [(Reading, Option<Grade>)], table: &table::Table) {
    for claim in ClaimId::all() {
        for implied in table.head(claim).into_iter().flat_map(|head| &head.implies) {
            let open = matches!(readings[implied.index()].0.state, State::Absent | State::Unknown);
            if open && readings[claim.index()].0.state == State::Stated {
                let (reading, grade) = readings[claim.index()].clone();
                readings[implied.index()] = (Reading { claim: *implied, against: vec![], ..reading }, grade);
            }
        }
    }
}

/// How many bytes of the main text are in which language.
struct Parts {
    all: usize,
    of: [usize; Language::READ.len()],
}

impl Parts {
    fn new(document: &Document) -> Self {
        let mut parts = Self { all: 0, of: [0; Language::READ.len()] };
        for block in document.blocks.iter().filter(|block| block.region == Region::Main) {
            parts.all += block.span.len();
            let language = block.language.or(document.language);
            if let Some(place) = Language::READ.iter().position(|known| Some(*known) == language) {
                parts.of[place] += block.span.len();
            }
        }
        parts
    }

    fn of(&self, language: Language) -> usize {
        Language::READ.iter().position(|known| *known == language).map_or(0, |place| self.of[place])
    }

    /// Whether a text was read far enough to say that something does not stand in it: a foreign sentence here and there (a
    /// name, a quote) hides nothing, a third of the text does.
    fn are_enough(&self, read: usize) -> bool {
        (self.all - read) * 3 < self.all || self.all == 0
    }
}

/// What a claim says, as a person reads it.
pub fn title(claim: ClaimId) -> Sentence {
    static TITLES: LazyLock<Vec<Sentence>> = LazyLock::new(|| {
        let title = |(claim, (_, text)): (ClaimId, &(&str, &str))| {
            let lines: Vec<&str> = text.lines().collect();
            file::head(&lines).map_or_else(
                |_| Sentence::new(claim.as_str(), claim.as_str()),
                |(head, _)| Sentence::new(head.title.en, head.title.de),
            )
        };
        ClaimId::all().zip(FILES).map(title).collect()
    });
    TITLES[claim.index()].clone()
}

/// The share of right ones among a claim's finds in ordinary documents that were judged; none where none was.
pub fn precision(claim: ClaimId) -> Option<f32> {
    let of = wild::Wild::embedded().rows().filter(|(find, _)| find.claim == claim).map(|(_, judged)| judged);
    let (right, all) = of.fold((0, 0), |(right, all), one| (right + one.right, all + one.all));
    (all > 0).then(|| right as f32 / all as f32)
}

/// Whether a find decides a grade, by what was judged in ordinary documents.
pub fn decides(find: wild::Find) -> bool {
    let accuses = table::of(Language::En).is_some_and(|table| table.accuses(find.claim));
    wild::Wild::embedded().decides(find, accuses == (find.state == State::Stated))
}

/// Whether a claim that is stated decides no grade by one passage, in any language and kind of text.
pub fn only_suggests(claim: ClaimId) -> bool {
    let find = |language, texts| wild::Find { claim, language, texts, state: State::Stated, grade: Grade::Single };
    !Language::READ.into_iter().any(|language| wild::Texts::ALL.into_iter().any(|texts| decides(find(language, texts))))
}

/// Builds what reading in a language takes, which else the first text waits for.
pub fn prepare(language: Language) {
    let _ = table::of(language);
}

/// The files that texts are read by, by their names below `rules/`: claim files, lexicons, what was judged of finds and
/// absences, the names of countries. What can change a reading changes one of them, or the version of the program.
pub fn files() -> impl Iterator<Item = (String, &'static str)> {
    let claims = ClaimId::all().map(|claim| (file::name(claim), FILES[claim.index()].1));
    let tables =
        [("reader/absence.tsv", absence::TSV), ("reader/wild.tsv", wild::TSV), ("country.tsv", country::TABLE_FILE)];
    claims.chain(table::lexicons().chain(tables).map(|(name, text)| (name.to_owned(), text)))
}

/// Forgets the sentences that were read before: they make reading faster and change no reading. For measuring what a text
/// costs at first sight.
pub fn forget() {
    Language::READ.into_iter().filter_map(table::of).for_each(|table| table.pool.clear());
}

/// Everything that is wrong in the reader's own files; empty in a program that passed its tests.
pub fn check() -> Vec<FileError> {
    let mut errors: Vec<FileError> =
        Language::READ.into_iter().flat_map(|language| table::Table::embedded(language).1).collect();
    errors.sort();
    errors.dedup();
    errors
}
