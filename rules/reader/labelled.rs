//! Labelled texts: whole documents and short passages, as a careful person has labelled them.
//!
//! It gives text a shape; loading files is the caller's. The format of a passage is one JSON object a line.

use super::measure::{Label, Labelled};
use crate::claim::{ClaimId, State};
use crate::document::{Block, Document, Kind, Language, Region, Role};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A line of a file of passages. Only the claims that it names are judged.
#[derive(Deserialize)]
struct Passage {
    id: String,
    language: String,
    kind: Kind,
    heading: Option<String>,
    text: String,
    labels: BTreeMap<ClaimId, State>,
}

/// A find in an ordinary document, drawn by lot and judged by a careful person.
#[derive(Clone, Debug, Deserialize)]
pub struct JudgedFind {
    /// The claim.
    pub claim: ClaimId,
    /// The language that it was read in.
    pub language: String,
    /// The kind of the document.
    pub kind: Kind,
    /// Stated or denied.
    pub state: State,
    /// The grade of the evidence: weak, single or several.
    pub grade: String,
    /// Whether the find is right: the document says so.
    pub right: bool,
    /// Whether the first citation would convince a reader.
    #[serde(default)]
    pub convincing: Option<bool>,
    /// Whether the reader, mended since, does not give it any more: it is not counted.
    #[serde(default)]
    pub gone: bool,
}

/// The judged finds of a file, one JSON object a line.
///
/// # Errors
/// The line and what is wrong in it.
pub fn finds(text: &str) -> Result<Vec<JudgedFind>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| serde_json::from_str(line).map_err(|error| format!("line {}: {error}", number + 1)))
        .collect()
}

/// The passages of a file, one a line.
///
/// # Errors
/// The line and what is wrong in it.
pub fn passages(text: &str) -> Result<Vec<Labelled>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            let passage = serde_json::from_str(line).map_err(|error| format!("line {}: {error}", number + 1))?;
            Ok(labelled(passage))
        })
        .collect()
}

fn labelled(passage: Passage) -> Labelled {
    let mut document = Document { language: Language::from_tag(&passage.language), ..Document::default() };
    let mut add = |text: &str, role: Role, heading: Option<usize>| {
        if !document.text.is_empty() {
            document.text.push('\n');
        }
        let start = document.text.len();
        document.text.push_str(text);
        let span = start..document.text.len();
        document.blocks.push(Block { span, role, region: Region::Main, language: None, heading, lead: None });
    };
    add(passage.heading.as_deref().unwrap_or("-"), Role::Heading(2), None);
    let mut paragraphs: Vec<String> = Vec::new();
    for part in passage.text.lines().filter(|part| !part.trim().is_empty()) {
        // A line that begins in lower case goes on with the line before.
        let goes_on = part.starts_with(|first: char| first.is_alphabetic() && !first.is_uppercase());
        match paragraphs.last_mut() {
            Some(last) if goes_on => {
                last.push(' ');
                last.push_str(part);
            }
            _ => paragraphs.push(part.to_owned()),
        }
    }
    paragraphs.iter().for_each(|part| add(part, Role::Paragraph, Some(0)));
    let label = |state: State| Label { state, quotes: vec![], doubtful: false };
    Labelled {
        name: passage.id,
        document,
        kind: Some(passage.kind),
        labels: passage.labels.into_iter().map(|(claim, state)| (claim, label(state))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::passages;
    use crate::reader::measure::measure;

    #[test]
    fn passages_are_measured_like_documents() {
        let text = "{\"id\": \"a\", \"language\": \"en\", \"kind\": \"privacy-policy\", \"heading\": \"Sharing\", \
                     \"text\": \"We never sell your personal data.\", \"labels\": {\"sharing.no-sale\": \"stated\", \
                     \"sharing.sale\": \"absent\"}}\n";
        let figures = measure(&passages(text).expect("one passage"));
        assert_eq!((figures.total.right, figures.total.wrong, figures.total.missed), (1, 0, 0));
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        let error = passages("\n{\"id\": 3}\n").expect_err("no passage");
        assert!(error.starts_with("line 2: "), "{error}");
    }
}
