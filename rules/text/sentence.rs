//! Sentences of a document: the unit that claims are read in and quotes are cut to.
//!
//! A sentence never reaches over a block. It knows nothing of grammar.

use crate::document::Document;
use std::ops::Range;

/// A sentence, or a list item, heading or table row that is none but stands for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Byte range in [`Document::text`], without white space at its ends.
    pub span: Range<usize>,
    /// The index of its block.
    pub block: usize,
}

/// The sentences of all blocks, in order.
pub fn split(document: &Document) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    for (block, entry) in document.blocks.iter().enumerate() {
        let text = &document.text[entry.span.clone()];
        let mut start = 0;
        for (end, _) in text.match_indices(". ").map(|(at, _)| (at + 1, ())).chain([(text.len(), ())]) {
            let part = &text[start..end];
            let lead = part.len() - part.trim_start().len();
            let from = entry.span.start + start + lead;
            let span = from..from + part.trim().len();
            if !span.is_empty() {
                sentences.push(Sentence { span, block });
            }
            start = end;
        }
    }
    sentences
}
