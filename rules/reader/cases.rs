//! The cases of the claim files: short texts with what the reader must say of them.
//!
//! It runs those of the program, and those of a file that somebody is writing. A case shows that a file does what its
//! author meant; how good a claim is, only `measure` tells.

use super::file::{self, Case, FileError};
use super::pattern::{Classes, Says};
use super::{Edition, read};
use crate::claim::{ClaimId, FILES, State};
use crate::document::{Block, Document, Kind, Region, Role};

/// A case and what the reader said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The claim.
    pub claim: ClaimId,
    /// The case's line in the claim's file.
    pub line: usize,
    /// What the case asks for.
    pub expected: State,
    /// What the reader says.
    pub read: State,
    /// Whether it asks for a mention that the reader does not see.
    pub unmentioned: bool,
    /// The case's text.
    pub text: String,
}

impl Outcome {
    /// Whether the reader says what the case asks for.
    pub fn holds(&self) -> bool {
        self.expected == self.read && !self.unmentioned
    }
}

/// Runs the cases of every claim file in the program, in the vocabulary's order.
pub fn run() -> Vec<Outcome> {
    let files = ClaimId::all()
        .filter_map(|claim| file::claim(claim, FILES[claim.index()].1, None, &Classes::default(), &mut Vec::new()));
    files.flat_map(|file| outcomes(file.claim, &file.cases, |document, kind| read(document, Some(kind)))).collect()
}

/// Runs the cases of a claim file as if it stood in the program instead of the claim's own.
///
/// # Errors
/// What is wrong in the file, with its lines.
pub fn try_file(claim: ClaimId, text: &str) -> Result<Vec<Outcome>, Vec<FileError>> {
    let (edition, errors) = Edition::new([(file::name(claim), text.to_owned())].into());
    if errors.is_empty() { Ok(edition.cases(claim)) } else { Err(errors) }
}

pub(super) fn outcomes(
    claim: ClaimId,
    cases: &[Case],
    read: impl Fn(&Document, Kind) -> Vec<crate::claim::Reading>,
) -> Vec<Outcome> {
    let kind = if claim.is_of_contract() { Kind::ProcessingAgreement } else { Kind::PrivacyPolicy };
    let outcome = |case: &Case| {
        let reading = read(&document(case), kind).swap_remove(claim.index());
        Outcome {
            claim,
            line: case.line,
            expected: match case.says {
                Says::Stated => State::Stated,
                Says::Denied => State::Denied,
                Says::Nothing => State::Absent,
            },
            read: reading.state,
            unmentioned: case.mentioned && reading.mentioned.is_empty(),
            text: case.text.clone(),
        }
    };
    cases.iter().map(outcome).collect()
}

/// A document out of a case: parts separated by ` // `; `# ` is a heading, `- ` an item that hangs on the paragraph
/// before the list, `| ` a table row that hangs on the list's first row.
fn document(case: &Case) -> Document {
    let mut document = Document { language: Some(case.language), ..Document::default() };
    let (mut heading, mut lead, mut row) = (None, None, None);
    for part in case.text.split(" // ") {
        if !document.text.is_empty() {
            document.text.push('\n');
        }
        let (role, text) = match part.split_at_checked(2) {
            Some(("# ", text)) => (Role::Heading(2), text),
            Some(("- ", text)) => (Role::Item(1), text),
            Some(("| ", text)) => (Role::Row, text),
            _ => (Role::Paragraph, part),
        };
        let index = document.blocks.len();
        let start = document.text.len();
        document.text.push_str(text);
        document.blocks.push(Block {
            span: start..document.text.len(),
            role,
            region: Region::Main,
            language: None,
            heading: if matches!(role, Role::Heading(_)) { None } else { heading },
            lead: match role {
                Role::Item(_) => lead,
                Role::Row => row,
                _ => None,
            },
        });
        match role {
            Role::Heading(_) => heading = Some(index),
            Role::Paragraph => lead = Some(index),
            Role::Row if row.is_none() => row = Some(index),
            _ => {}
        }
    }
    document
}
