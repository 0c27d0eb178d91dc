//! `docs/reading.md`: the measured figures as a page. It computes nothing that `measure` does not.

use super::Drawing;
use probity_rules::claim::ClaimId;
use probity_rules::claim::State;
use probity_rules::reader::labelled::JudgedFind;
use probity_rules::reader::measure::{Figures, Labelled, Tally, measure};
use probity_rules::reader::wild::Wild;
use probity_rules::reader::{decides, precision};
use std::collections::BTreeMap;
use std::fmt::Write;

const HEAD: &str = "# How well the reader reads

This page is made, not written: `cargo run --release -p probity-rules --example measure -- FOLDER… PASSAGES.jsonl… --page
--judged .ci/judged > docs/reading.md`, from real policies with labels, which are not part of the project. To measure on texts of your own:
`probity rules test --corpus FOLDER`.

A pair of document and claim counts as found where the reader says *stated* or *denied*. Precision: of those, how many have the
label's state. Recall: of the labelled ones, how many were found with that state. Cited: of the right ones, how many quote a passage
that shares at least half of its words with a labelled quote. Labels that two careful readers could put differently are left out.
";

const FIRST: &str = include_str!("../../reader/first-sight.tsv");

/// The page for labelled texts and judged finds, by the names of their sets.
pub(super) fn page(sets: &[(String, Vec<Labelled>)], judged: &[Drawing]) -> Result<String, std::fmt::Error> {
    let mut out = String::from(HEAD);
    first_sight(&mut out)?;
    wild(&mut out, judged)?;
    writeln!(out, "\n## Texts that the rules were written with\n")?;
    writeln!(
        out,
        "The claim files were mended by looking at these texts: the figures show that nothing rots, not what a new text will give.\n"
    )?;
    writeln!(out, "| set | texts | precision | recall | F1 | cited |\n| --- | --- | --- | --- | --- | --- |")?;
    for (name, documents) in sets {
        let figures = measure(documents);
        let cited = match figures.cited {
            (_, 0) => "-".to_owned(),
            (right, of) => format!("{:.3}", f64::from(right) / f64::from(of)),
        };
        writeln!(out, "| {name} | {} | {} | {cited} |", documents.len(), scores(&figures.total))?;
        for (language, tally) in &figures.languages {
            writeln!(out, "| {name}, {language} | | {} | |", scores(tally))?;
        }
    }
    let all: Vec<Labelled> = sets.iter().flat_map(|(_, documents)| documents.iter().cloned()).collect();
    let figures = measure(&all);
    confidence(&mut out, &figures)?;
    claims(&mut out, &figures)?;
    Ok(out)
}

/// The table of what was measured before anybody looked.
fn first_sight(out: &mut String) -> std::fmt::Result {
    writeln!(out, "\n## Texts that the reader had not seen\n")?;
    writeln!(
        out,
        "Each batch was labelled by a careful reader of the whole text, then read by the rules as they were, and only then used to \
         mend them. These figures are the ones to expect of a new text.\n"
    )?;
    for (number, line) in FIRST.lines().enumerate() {
        writeln!(out, "| {} |", line.split('\t').collect::<Vec<_>>().join(" | "))?;
        if number == 0 {
            writeln!(out, "|{}", " --- |".repeat(line.split('\t').count()))?;
        }
    }
    Ok(())
}

fn confidence(out: &mut String, figures: &Figures) -> std::fmt::Result {
    writeln!(out, "\n## What a confidence means\n")?;
    writeln!(
        out,
        "A confidence is the share of right ones among the judged finds above of the same claim, language, kind of text, state and evidence \
         (weak passages that support each other, one strong passage, several), drawn to the shares of the claim and of all claims where there \
         are few. On the labelled texts of this page:\n"
    )?;
    writeln!(out, "| confidence | right | of | share |\n| --- | --- | --- | --- |")?;
    for bin in figures.reliability.values() {
        let of = bin.all as f32;
        writeln!(out, "| {:.2} | {} | {} | {:.2} |", bin.said / of, bin.right, bin.all, bin.right as f32 / of)?;
    }
    writeln!(out)
}

/// The table of finds in ordinary documents that were judged one by one.
fn wild(out: &mut String, judged: &[Drawing]) -> std::fmt::Result {
    writeln!(out, "\n## Finds in ordinary texts\n")?;
    writeln!(
        out,
        "Finds of each claim, drawn by lot from whole policies, terms and agreements, read in their context and judged one by one \
         (`rules/reader/wild.tsv`, counted from `.ci/judged`): up to 30 in each language, kind of text and state, where there were so \
         many. *Lower bound*: Wilson's interval, one-sided, 80 %. What accuses (a claim that providers are held to account for, or a \
         denial) decides a grade by one passage where its lower bound is 0.9, else by several passages that are independent of each \
         other; what does not accuse where nine in ten finds are right (of those with evidence as strong, where ten were judged; else of \
         all). Else it *suggests*: the finding is open, shows the passage and waits for a person.\n"
    )?;
    rounds(out, judged)?;
    writeln!(
        out,
        "| claim | language | texts | state | judged | right | share | lower bound | one passage |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    )?;
    let (mut right, mut all) = (0, 0);
    for (find, judged) in Wild::embedded().rows() {
        (right, all) = (right + judged.right, all + judged.all);
        let says = if find.state == State::Denied { "denied" } else { "stated" };
        let does = if decides(find) { "decides" } else { "suggests" };
        let (share, lower) = (f64::from(judged.right) / f64::from(judged.all.max(1)), judged.lower());
        let (claim, language, texts) = (find.claim, find.language.code(), find.texts.as_str());
        writeln!(
            out,
            "| `{claim}` | {language} | {texts} | {says} | {} | {} | {share:.2} | {lower:.2} | {does} |",
            judged.all, judged.right
        )?;
    }
    writeln!(out, "\n{right} of {all} finds are right ({:.1} %).", 100.0 * f64::from(right) / f64::from(all.max(1)))
}

/// What was right at each drawing, and what became of it.
fn rounds(out: &mut String, judged: &[Drawing]) -> std::fmt::Result {
    writeln!(
        out,
        "The claim files were mended by the kinds of what was wrong in the first drawing; what they do not give any more is left out of \
         the table of claims. The fresh ones were drawn after that, from the same documents: *by group* a few of each group, *by \
         lot* evenly from all that decide grades. What did not convince in the second lot led to one more mending of three claims; \
         *by claim* are finds of those, drawn after it and judged by one of the developers.\n"
    )?;
    writeln!(
        out,
        "| drawing | finds | right | share | first citation convinces | given no more |\n| --- | --- | --- | --- | --- | --- |"
    )?;
    for (name, finds) in judged {
        let count = |is: &dyn Fn(&JudgedFind) -> bool| finds.iter().filter(|find| is(find)).count();
        let (right, all) = (count(&|find| find.right), finds.len());
        let (convincing, gone) = (count(&|find| find.convincing == Some(true)), count(&|find| find.gone));
        let share = |part: usize| part as f64 / all.max(1) as f64;
        writeln!(out, "| {name} | {all} | {right} | {:.3} | {:.3} | {gone} |", share(right), share(convincing))?;
    }
    writeln!(out)
}

fn claims(out: &mut String, figures: &Figures) -> std::fmt::Result {
    writeln!(out, "## Claim by claim\n")?;
    writeln!(
        out,
        "*In ordinary texts* is the share of right ones among the judged finds of all languages and states.\n"
    )?;
    writeln!(
        out,
        "| claim | labels | precision | recall | F1 | in ordinary texts |\n| --- | --- | --- | --- | --- | --- |"
    )?;
    let tallies: &BTreeMap<ClaimId, Tally> = &figures.claims;
    for claim in ClaimId::all() {
        let tally = tallies.get(&claim).copied().unwrap_or_default();
        let sure = precision(claim).map_or("-".to_owned(), |share| format!("{share:.2}"));
        writeln!(out, "| `{claim}` | {} | {} | {sure} |", tally.right + tally.missed, scores(&tally))?;
    }
    Ok(())
}

fn scores(tally: &Tally) -> String {
    if *tally == Tally::default() {
        return "- | - | -".to_owned();
    }
    format!("{:.3} | {:.3} | {:.3}", tally.precision(), tally.recall(), tally.f1())
}
