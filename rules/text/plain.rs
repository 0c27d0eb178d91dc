//! Plain text to blocks.

use super::Page;
use crate::document::{Block, Region, Role};

/// Reads plain text: paragraphs are separated by empty lines.
pub(super) fn read(text: &str) -> Page {
    let mut page = Page::default();
    for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        let document = &mut page.document;
        if !document.text.is_empty() {
            document.text.push('\n');
        }
        let start = document.text.len();
        document.text.push_str(paragraph);
        document.blocks.push(Block {
            span: start..document.text.len(),
            role: Role::Paragraph,
            region: Region::Main,
            language: None,
            heading: None,
            lead: None,
        });
    }
    page
}
