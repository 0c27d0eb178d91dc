//! The claims reader: which claims a document states, denies or lacks, with the sentences that say so.
//!
//! Pure and deterministic; work is linear in the document's length and bounded per sentence. It understands no grammar
//! beyond what the lexicons say, reads only English, German and French, and believes what a text says.
//!
//! The rooms: `token` (words), `units` (sentences with lead-in and headings), `pattern` (the language of patterns),
//! `file` (claim files and lexicons), `compile` and `table` (what is built once), `matcher` (the machine), `scope`
//! (negation, exception, duty), `scan` (the pass), `decide` (state and citations), `calibration`, [`measure`].
#![doc = include_str!("reader/README.md")]

use crate::claim::{ClaimId, Reading, State};
use crate::document::{Document, Kind, Language, Region};

mod calibration;
mod compile;
mod decide;
mod file;
mod matcher;
mod pattern;
mod scan;
mod scope;
mod table;
#[cfg(test)]
mod tests;
mod token;
mod units;

pub mod cases;
pub mod measure;

pub use decide::Grade;
pub use file::{Actor, FileError, Head, Negated, Title};

/// Reads what a document says on every claim, in the vocabulary's order.
///
/// `kind` is what the document was declared as; `dpa.*` claims are read only in agreements and terms. Where the greater
/// part is in a language that the reader does not know, what was not found is unknown.
pub fn read(document: &Document, kind: Option<Kind>) -> Vec<Reading> {
    read_by(&table::of, document, kind)
}

/// Reads by other tables than those of the program.
fn read_by<'t>(
    tables: &dyn Fn(Language) -> Option<&'t table::Table>,
    document: &Document,
    kind: Option<Kind>,
) -> Vec<Reading> {
    let prepared = units::Prepared::new(document);
    let mut found = Vec::new();
    for language in Language::READ {
        if prepared.units.iter().any(|unit| unit.language == Some(language))
            && let Some(table) = tables(language)
        {
            found.extend(scan::Scan::run(table, document, &prepared, language, kind));
        }
    }
    found.sort_by_key(|evidence| (evidence.claim, evidence.unit, evidence.line));
    let known = is_known(document);
    ClaimId::all()
        .map(|claim| {
            if claim.is_of_contract() && !kind.is_some_and(Kind::is_contract) {
                return Reading { claim, state: State::Absent, confidence: 1.0, spans: vec![], against: vec![] };
            }
            let from = found.partition_point(|evidence| evidence.claim < claim);
            let to = found.partition_point(|evidence| evidence.claim <= claim);
            decide::reading(claim, &found[from..to], known)
        })
        .collect()
}

/// Whether at least half of the main text is in a language that the reader knows.
fn is_known(document: &Document) -> bool {
    let (mut known, mut all) = (0, 0);
    for block in document.blocks.iter().filter(|block| block.region == Region::Main) {
        all += block.span.len();
        if block.language.or(document.language).is_some_and(|language| Language::READ.contains(&language)) {
            known += block.span.len();
        }
    }
    known * 2 >= all
}

/// Everything that is wrong in the reader's own files; empty in a program that passed its tests.
pub fn check() -> Vec<FileError> {
    let mut errors: Vec<FileError> =
        Language::READ.into_iter().flat_map(|language| table::Table::embedded(language).1).collect();
    errors.sort();
    errors.dedup();
    errors
}
