//! What must hold for any bytes: no panic, blocks in order and whole, quotes that stand in the text.

use probity_rules::document::{Kind, Language};
use probity_rules::reader;
use probity_rules::text::{self, Hints};

/// Reads bytes in a format and checks what comes out. `most` is the most text that they may become.
pub fn check(bytes: &[u8], media_type: &str, most: usize) {
    let hints = Hints {
        media_type: Some(media_type),
        url: Some("https://service.example/privacy"),
        language: bytes.first().and_then(|byte| [None, Some(Language::De), Some(Language::Fr)][usize::from(byte % 3)]),
        kind: Some(Kind::Terms),
    };
    let Ok(page) = text::read(bytes, &hints) else { return };
    let document = &page.document;
    assert!(document.text.len() <= most, "{} bytes became {}", bytes.len(), document.text.len());
    let mut end = 0;
    for (index, block) in document.blocks.iter().enumerate() {
        assert!(block.span.start >= end && document.text.get(block.span.clone()).is_some_and(|text| !text.is_empty()));
        assert!([block.heading, block.lead].into_iter().flatten().all(|other| other < index));
        end = block.span.end;
    }
    for reading in reader::read(document, Some(Kind::Terms)) {
        for span in reading.spans.iter().chain(&reading.against) {
            assert!(document.text.get(span.clone()).is_some_and(|quote| !quote.trim().is_empty()));
        }
    }
}
