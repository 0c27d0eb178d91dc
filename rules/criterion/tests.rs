use super::*;
use crate::sentence::Lang;

const FILE: &str = "criteria/right-access.md";
const TEXT: &str = include_str!("../criteria/right-access.md");

/// The complaint on the file with one thing changed, and the line that it points at.
fn complaint(from: &str, to: &str) -> String {
    assert!(TEXT.contains(from), "{from}");
    let text = TEXT.replacen(from, to, 1);
    let error = Criterion::parse(FILE, &text).unwrap_err();
    format!("{error}\n{}", error.excerpt)
}

#[test]
fn prose_is_asked_for_by_language() {
    let prose = Criterion::parse(FILE, TEXT).unwrap().prose;
    let headings = |lang| prose.in_lang(lang).map(|(heading, _)| heading);
    assert_eq!(headings(Lang::En), ["Why it matters", "What we look at", "What we cannot see", "How to fix it"]);
    assert_eq!(
        headings(Lang::De),
        ["Warum es wichtig ist", "Was wir prüfen", "Was wir nicht sehen können", "Wie es sich beheben lässt"]
    );
    for lang in [Lang::En, Lang::De] {
        let texts = [&prose.why, &prose.looks, &prose.unseen, &prose.fix].map(|part| part.in_lang(lang));
        assert_eq!(prose.in_lang(lang).map(|(_, text)| text), texts);
    }
    assert!(prose.looks.en.starts_with("Whether ") && prose.looks.de.starts_with("Ob "));
}

#[test]
fn a_heading_that_is_not_as_it_must_be_is_told_with_its_line() {
    let order = "the headings `Why it matters`, `What we look at`, `What we cannot see`, `How to fix it`, `Warum es \
                 wichtig ist`, `Was wir prüfen`, `Was wir nicht sehen können`, `Wie es sich beheben lässt`, \
                 `References`, `Cases` in this order";
    let german = TEXT.split_once("## Was wir prüfen").unwrap().1.split_once("## Was wir nicht").unwrap().0;
    let told = [
        complaint(&format!("## Was wir prüfen{german}"), ""),
        complaint("## Was wir prüfen", "## Was wir prufen"),
        complaint("## Was wir prüfen", "## What we look at"),
        complaint("## Was wir prüfen", "## Was wir nicht sehen können\n\nNichts.\n\n## Was wir prüfen"),
        complaint(
            &format!("## Was wir prüfen{german}## Was wir nicht sehen können"),
            &format!("## Was wir nicht sehen können{german}## Was wir prüfen"),
        ),
        complaint("## References", "## Was wir prüfen\n\nDasselbe.\n\n## References"),
        complaint("## Why it matters", "## Über uns\n\n## Why it matters"),
        complaint(german, "\n\n"),
        complaint("## Cases", "### Cases"),
    ];
    insta::assert_snapshot!(told.join("\n\n").replace(order, "ORDER"));
}
