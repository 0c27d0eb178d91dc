//! Plain text to blocks.
//!
//! Empty lines separate paragraphs, a line under a line makes a heading; what else looks like a heading, a list or a
//! wrapped line is found as in all formats (`blocks`).

use super::Page;
use super::blocks::{self, Piece};
use super::fold::Fold;
use crate::document::Role;

/// A line longer than this was not wrapped: it is a paragraph.
const LONG: usize = 160;

/// Reads plain text. Its title is its first heading.
pub(super) fn read(text: &str) -> Page {
    let mut fold = Fold::with_capacity(text.len());
    let mut pieces: Vec<Piece> = Vec::new();
    let mut lines = 0;
    // A carriage return alone ends a line only in texts that have no other line ends.
    let ends: &[char] = if text.contains('\n') { &['\n', '\u{c}'] } else { &['\r', '\u{c}'] };
    for line in text.split(ends) {
        let content = line.trim();
        let rule = rule_of(content);
        let is_border = content.is_empty() || rule.is_some() || line.len() > LONG;
        if is_border {
            end_paragraph(&mut fold, &mut pieces);
        }
        if let Some(level) = rule {
            if let Some(piece) = pieces.last_mut().filter(|_| lines == 1) {
                piece.role = Role::Heading(level);
            }
            lines = 0;
        } else if !content.is_empty() {
            if fold.is_empty() {
                lines = 0;
            }
            fold.push(content.as_bytes());
            fold.line_break();
            lines += 1;
            if line.len() > LONG {
                end_paragraph(&mut fold, &mut pieces);
            }
        }
    }
    end_paragraph(&mut fold, &mut pieces);
    let mut document = blocks::assemble(fold.finish(), pieces);
    let heading = document.blocks.iter().find(|block| matches!(block.role, Role::Heading(_)));
    document.title = heading.map(|block| document.text[block.span.clone()].to_owned());
    let mut page = Page { document, ..Page::default() };
    page.meta.title.clone_from(&page.document.title);
    page
}

fn end_paragraph(fold: &mut Fold, pieces: &mut Vec<Piece>) {
    if let Some((start, end)) = fold.cut() {
        pieces.push(Piece { keeps_lines: true, ..Piece::paragraph(start..end) });
    }
}

/// The level of a heading that a line of signs underlines.
fn rule_of(line: &str) -> Option<u8> {
    let sign = line.bytes().next().filter(|sign| b"=-_*~#".contains(sign))?;
    let is_rule = line.len() > 2 && line.bytes().all(|byte| byte == sign);
    is_rule.then_some(if sign == b'=' || sign == b'#' { 1 } else { 2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<(Role, String)> {
        let document = read(text).document;
        document.blocks.iter().map(|block| (block.role, document.text[block.span.clone()].to_owned())).collect()
    }

    fn check(text: &str, expected: &[(Role, &str)]) {
        let expected: Vec<_> = expected.iter().map(|(role, text)| (*role, (*text).to_owned())).collect();
        assert_eq!(blocks(text), expected);
    }

    #[test]
    fn headings_lists_and_wrapped_lines() {
        check(
            "PRIVACY POLICY\n==============\n\nThis policy says what we do with the data that you\r\ngive to us when you write to us or call us, and\n\
             for how long we keep them.\n\n2. What we collect\n\nWe collect:\n\n  * your name and the name of the company that you\n    \
             work for;\n  * your mail.\n\nThe end.\n",
            &[
                (Role::Heading(1), "PRIVACY POLICY"),
                (
                    Role::Paragraph,
                    "This policy says what we do with the data that you give to us when you write to us or call us, and for how long we keep them.",
                ),
                (Role::Heading(2), "2. What we collect"),
                (Role::Paragraph, "We collect:"),
                (Role::Item(1), "your name and the name of the company that you work for;"),
                (Role::Item(1), "your mail."),
                (Role::Paragraph, "The end."),
            ],
        );
    }

    #[test]
    fn numbered_lines() {
        check(
            "You can\n1. see your data,\n2. change your data,\n3. erase your data.",
            &[
                (Role::Paragraph, "You can"),
                (Role::Item(1), "1. see your data,"),
                (Role::Item(1), "2. change your data,"),
                (Role::Item(1), "3. erase your data."),
            ],
        );
    }

    #[test]
    fn an_address_keeps_its_lines() {
        check("Acme Ltd.\nMain Street 5\nDublin", &[(Role::Paragraph, "Acme Ltd.\nMain Street 5\nDublin")]);
    }

    #[test]
    fn one_paragraph_a_line() {
        let long = "We keep what you send us for as long as the contract lasts, and then for as long as the law wants us to, which is ten years \
                    for letters and six for the rest of it.";
        check(
            &format!("Storage\n{long}\n{long}"),
            &[(Role::Paragraph, "Storage"), (Role::Paragraph, long), (Role::Paragraph, long)],
        );
    }
}
