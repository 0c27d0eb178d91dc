//! What holds of every text: comparing is steady, passages are found again, a difference leads from one text to the other.

use super::anchor::Alignment;
use super::difference::{Mark, hunks};
use crate::base::change::Anchor;
use jiff::Timestamp;
use probity_rules::observation::Citation;
use probity_rules::text::wording::{self, Line, Place, Text};
use proptest::prelude::*;

fn at() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().expect("a time")
}

fn cited(quote: &str) -> Citation {
    let (record, url) = ("sha256:aa".to_owned(), "https://a.example/p".to_owned());
    Citation { record, url, captured: at(), quote: quote.to_owned(), span: None }
}

/// A text of these sentences.
fn of(sentences: &[String]) -> Text {
    let place = Place { url: "https://a.example/p".into(), record: "sha256:aa".into(), captured: at() };
    let mut text = Text { pages: vec![place], ..Text::default() };
    let mut end = 0;
    for raw in sentences {
        let norm = wording::quote(&cited(raw));
        let hash = norm.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(131).wrapping_add(byte.into()));
        let span = [end, end + raw.len()];
        end += raw.len() + 1;
        text.lines.push(Line { page: 0, span, raw: raw.clone(), norm, hash, heading: false });
    }
    text
}

fn sentence() -> impl Strategy<Value = String> {
    prop::collection::vec("[a-z]{2,9}", 4..9).prop_map(|words| words.join(" "))
}

fn sentences() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(sentence(), 1..12)
}

proptest! {
    #[test]
    fn what_means_nothing_is_taken_out_and_taken_out_once(words in prop::collection::vec("[A-Za-zäöüß]{1,12}", 1..12)) {
        let plain = wording::quote(&cited(&words.join(" ")));
        let dressed = format!("  {},\n\t", words.join(" \u{a0}\n "));
        prop_assert_eq!(&wording::quote(&cited(&dressed)), &plain);
        prop_assert_eq!(&wording::quote(&cited(&plain)), &plain, "steady");
    }

    #[test]
    fn any_text_can_be_compared(quote in "\\PC{0,200}") {
        let norm = wording::quote(&cited(&quote));
        prop_assert!(!norm.contains("  ") && norm.trim() == norm);
    }

    #[test]
    fn every_sentence_is_found_where_it_stands_and_where_it_went(mut old in sentences(), turned in any::<prop::sample::Index>()) {
        old.sort();
        old.dedup();
        let text = of(&old);
        let same = Alignment::new(&text, &text);
        let mut other = old.clone();
        other.rotate_left(turned.index(old.len()));
        let moved = of(&other);
        let there = Alignment::new(&text, &moved);
        for sentence in &old {
            prop_assert_eq!(same.anchor(&cited(sentence)).0, Anchor::Carried);
            let (anchor, stands) = there.anchor(&cited(sentence));
            prop_assert!(matches!(anchor, Anchor::Carried | Anchor::Moved), "{:?}", anchor);
            prop_assert!(stands.iter().any(|line| line.raw.contains(sentence.as_str())));
        }
        prop_assert!(hunks(&text, &text).is_empty());
    }

    #[test]
    fn a_difference_leads_from_one_text_to_the_other(old in sentences(), new in sentences(), kept in sentences()) {
        let before = of(&[old.clone(), kept.clone()].concat());
        let after = of(&[new, kept].concat());
        let lines: Vec<_> = hunks(&before, &after).into_iter().flat_map(|hunk| hunk.lines).collect();
        let count = |mark| lines.iter().filter(|line| line.mark == mark).count();
        // What stands in both and is not shown is the same number of sentences on either side.
        let (gone, come) = (count(Mark::Before), count(Mark::After));
        prop_assert_eq!(before.lines.len() - gone, after.lines.len() - come);
        let texts = |text: &Text| text.lines.iter().map(|line| line.raw.clone()).collect::<Vec<_>>();
        let (olds, news) = (texts(&before), texts(&after));
        for line in &lines {
            prop_assert!(line.mark == Mark::Before || news.contains(&line.text));
            prop_assert!(line.mark == Mark::After || olds.contains(&line.text));
        }
    }
}
