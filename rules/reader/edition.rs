//! An edition of the reader's files: those of the program with others in their place, so that whoever edits claim files sees
//! what they find without building the program.
//!
//! It loads nothing: texts come from the caller. Confidences are those of the program.

use super::cases::{self, Outcome};
use super::decide::Grade;
use super::file::{self, FileError};
use super::pattern::{Classes, Says};
use super::table::Table;
use super::{Parts, evidence, read_by};
use crate::claim::{ClaimId, FILES, Reading, State};
use crate::document::{Document, Kind, Language};
use std::collections::BTreeMap;
use std::ops::Range;

/// The reader by other files than those of the program.
#[derive(Debug)]
pub struct Edition {
    files: BTreeMap<String, String>,
    tables: Vec<(Language, Table)>,
}

/// A passage and the pattern that found it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The claim.
    pub claim: ClaimId,
    /// What the passage says of it.
    pub says: State,
    /// The line of the pattern in the claim's file.
    pub line: usize,
    /// The citation: a byte range of the document's text.
    pub span: Range<usize>,
}

impl Edition {
    /// Compiles files, by their names below `rules/` (`claims/sharing.sale.md`, `reader/lexicon/en.txt`); what is not among
    /// them is the program's. Lines with errors are left out and reported.
    pub fn new(files: BTreeMap<String, String>) -> (Self, Vec<FileError>) {
        let (mut tables, mut errors) = (Vec::new(), Vec::new());
        for language in Language::READ {
            let (table, wrong) = Table::with(language, &|name| files.get(name).map(String::as_str));
            tables.push((language, table));
            errors.extend(wrong);
        }
        errors.sort();
        errors.dedup();
        (Self { files, tables }, errors)
    }

    fn table(&self, language: Language) -> Option<&Table> {
        self.tables.iter().find(|(known, _)| *known == language).map(|(_, table)| table)
    }

    /// Reads what a document says on every claim, in the vocabulary's order.
    pub fn read(&self, document: &Document, kind: Option<Kind>) -> Vec<Reading> {
        read_by(&|language| self.table(language), document, kind)
    }

    /// The same with the grade of each reading's evidence, where something was found.
    pub fn graded(&self, document: &Document, kind: Option<Kind>) -> Vec<(Reading, Option<Grade>)> {
        super::graded(&|language| self.table(language), document, kind)
    }

    /// Every passage that a pattern found, by claim and place.
    pub fn found(&self, document: &Document, kind: Option<Kind>) -> Vec<Found> {
        let (found, _) = evidence(&|language| self.table(language), document, kind, &Parts::new(document));
        let of = |says| if says == Says::Denied { State::Denied } else { State::Stated };
        found
            .into_iter()
            .map(|one| Found { claim: one.claim, says: of(one.says), line: one.line, span: one.span })
            .collect()
    }

    /// Runs the cases of a claim's file.
    pub fn cases(&self, claim: ClaimId) -> Vec<Outcome> {
        let text = self.files.get(&file::name(claim)).map_or(FILES[claim.index()].1, String::as_str);
        let file = file::claim(claim, text, None, &Classes::default(), &mut Vec::new());
        let read = |document: &Document, kind| self.read(document, Some(kind));
        file.map_or_else(Vec::new, |file| cases::outcomes(claim, &file.cases, read))
    }
}
