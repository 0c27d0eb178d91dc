//! The files of the reader are right, and the cases in the claim files hold.

use super::file::{self, Case};
use super::pattern::{Classes, Says};
use super::{check, read};
use crate::claim::{ClaimId, FILES, State};
use crate::document::{Block, Document, Kind, Region, Role};

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

#[test]
fn the_files_hold_no_error() {
    let errors: Vec<String> = check().iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn the_cases_of_the_claims_hold() {
    let mut wrong = Vec::new();
    for claim in ClaimId::all() {
        let text = FILES[claim.index()].1;
        let Some(file) = file::claim(claim, text, None, &Classes::new(), &mut Vec::new()) else { continue };
        let kind = if claim.is_of_contract() { Kind::ProcessingAgreement } else { Kind::PrivacyPolicy };
        for case in &file.cases {
            let document = document(case);
            let readings = read(&document, Some(kind));
            let reading = &readings[claim.index()];
            let expected = match case.says {
                Says::Stated => reading.state == State::Stated,
                Says::Denied => reading.state == State::Denied,
                Says::Nothing => reading.state == State::Absent,
            };
            if !expected {
                let line = case.line;
                wrong.push(format!(
                    "claims/{claim}.md:{line}: {:?}, read {:?}: {}",
                    case.says, reading.state, case.text
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} cases do not hold:\n{}", wrong.len(), wrong.join("\n"));
}
