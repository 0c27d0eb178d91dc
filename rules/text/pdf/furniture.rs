//! What stands on pages and is not of the text: running heads and feet, page numbers.
//!
//! A line is furniture if it is at the edge of the page and stands in the same place on other pages, figures aside. What
//! a file repeats within its text stays.

use super::line::Line;
use std::collections::BTreeMap;

/// How many lines at either edge are looked at, and how far from it, as a part of the page.
const EDGE: (usize, f64) = (24, 0.2);

/// A page: its lines, its foot and its head.
pub(super) struct Page {
    pub(super) lines: Vec<Line>,
    pub(super) foot: f64,
    pub(super) head: f64,
}

/// Takes the furniture off the pages.
pub(super) fn clear(pages: &mut [Page]) {
    let mut seen: BTreeMap<(bool, String), Vec<f64>> = BTreeMap::new();
    let edges: Vec<Vec<(usize, bool)>> = pages.iter().map(edges).collect();
    for (page, edges) in pages.iter().zip(&edges) {
        for (at, is_top) in edges {
            let line = &page.lines[*at];
            let height = if *is_top { page.head - line.base } else { line.base - page.foot };
            seen.entry((*is_top, pattern(&line.text))).or_default().push(height);
        }
    }
    let count = pages.iter().filter(|page| !page.lines.is_empty()).count();
    for (page, edges) in pages.iter_mut().zip(&edges) {
        let mut gone: Vec<usize> = Vec::new();
        for (at, is_top) in edges {
            let line = &page.lines[*at];
            let height = if *is_top { page.head - line.base } else { line.base - page.foot };
            let heights = seen.get(&(*is_top, pattern(&line.text))).map_or(&[][..], Vec::as_slice);
            let same = heights.iter().filter(|other| (**other - height).abs() < line.size).count();
            let is_repeated = same >= 2 && same * 3 >= count;
            let zone = (page.head - page.foot) * 0.12;
            if is_repeated || height < zone && is_page_number(&line.text) {
                gone.push(*at);
            }
        }
        gone.sort_unstable();
        gone.dedup();
        let mut index = 0;
        page.lines.retain(|_| {
            index += 1;
            gone.binary_search(&(index - 1)).is_err()
        });
    }
}

/// The lines near the head and near the foot of a page; whether the head.
fn edges(page: &Page) -> Vec<(usize, bool)> {
    let zone = (page.head - page.foot) * EDGE.1;
    let mut order: Vec<usize> = (0..page.lines.len()).collect();
    order.sort_by(|&one, &other| page.lines[other].base.total_cmp(&page.lines[one].base));
    let top = order.iter().take(EDGE.0).filter(|&&at| page.head - page.lines[at].base < zone).map(|&at| (at, true));
    let bottom = order.iter().rev().take(EDGE.0).filter(|&&at| page.lines[at].base - page.foot < zone);
    top.chain(bottom.map(|&at| (at, false))).collect()
}

/// The text with its figures alike.
fn pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
        match letter {
            '0'..='9' if pattern.ends_with('#') => {}
            '0'..='9' => pattern.push('#'),
            _ => pattern.push(letter),
        }
    }
    pattern
}

/// `3`, `- 3 -`, `Page 3 of 12`, `3/12`, `iv`.
fn is_page_number(text: &str) -> bool {
    let mut figures = 0;
    let is_of_page = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).all(|word| {
        let lower = word.to_lowercase();
        if word.len() < 5 && word.bytes().all(|byte| byte.is_ascii_digit()) {
            figures += 1;
            return true;
        }
        matches!(lower.as_str(), "page" | "seite" | "of" | "von" | "sur" | "de" | "p" | "s" | "pagina" | "página")
    });
    is_of_page && (1..=2).contains(&figures) && text.len() < 24
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers() {
        for text in ["3", "- 3 -", "Page 3 of 12", "Seite 1 von 2", "3/12", "p. 4"] {
            assert!(is_page_number(text), "{text}");
        }
        for text in ["2024-05-01-3", "Article 3", "3 years", "", "Page", "+49 30 1234567"] {
            assert!(!is_page_number(text), "{text}");
        }
    }
}
