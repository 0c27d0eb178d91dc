//! `docs/reading.md`: the measured figures as a page. It computes nothing that `measure` does not.

use probity_rules::claim::ClaimId;
use probity_rules::reader::measure::{Figures, Labelled, Tally, leave_one_out, measure};
use probity_rules::reader::{floor, precision};
use std::collections::BTreeMap;
use std::fmt::Write;

const HEAD: &str = "# How well the reader reads

This page is made, not written: `cargo run --release -p probity-rules --example measure -- FOLDER… PASSAGES.jsonl… --page >
docs/reading.md`, from real policies with labels, which are not part of the project. To measure on texts of your own:
`probity rules test --corpus FOLDER`.

A pair of document and claim counts as found where the reader says *stated* or *denied*. Precision: of those, how many have the
label's state. Recall: of the labelled ones, how many were found with that state. Cited: of the right ones, how many quote a passage
that shares at least half of its words with a labelled quote. Labels that two careful readers could put differently are left out.
";

/// Done by hand in November 2026, before the wrong ones were mended; another round replaces these figures.
const SAMPLE: &str = "
## Texts without labels

Of 61 further policies (43 English, 13 French, 5 German; two of them PDF) none fails, each has a language, and every quote stands in the
text. 100 of the 1315 claims that were found in them were drawn by lot and read by eye with their context: 93 are right. The seven
others (data kept on a server taken for a recipient, a choice for the restriction of processing, the sale of a subsidiary for
sharing within a group, and the like) were mended afterwards, each with a case in its claim file.
";

const FIRST: &str = include_str!("../../reader/first-sight.tsv");

/// The page for labelled texts by the names of their sets.
pub(super) fn page(sets: &[(String, Vec<Labelled>)]) -> Result<String, std::fmt::Error> {
    let mut out = String::from(HEAD);
    first_sight(&mut out)?;
    out.push_str(SAMPLE);
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
    calibration(&mut out, &all)?;
    claims(&mut out, &measure(&all))?;
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

fn calibration(out: &mut String, all: &[Labelled]) -> std::fmt::Result {
    writeln!(out, "\n## What a confidence means\n")?;
    writeln!(
        out,
        "A confidence is the share of right ones among earlier readings of the same claim with evidence of the same grade (weak passages \
         that support each other, one strong passage, several), counted at first sight and drawn to the share of all claims where labels are few. \
         *Left out*: each text is read with the confidences that all *other* texts of this page teach. *As shipped*: with those of the program.\n"
    )?;
    for (name, bins) in [("left out", leave_one_out(all)), ("as shipped", measure(all).reliability)] {
        writeln!(out, "| confidence, {name} | right | of | share |\n| --- | --- | --- | --- |")?;
        for bin in bins.values() {
            let of = bin.all as f32;
            writeln!(out, "| {:.2} | {} | {} | {:.2} |", bin.said / of, bin.right, bin.all, bin.right as f32 / of)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn claims(out: &mut String, figures: &Figures) -> std::fmt::Result {
    writeln!(out, "## Claim by claim\n")?;
    writeln!(
        out,
        "*At first sight* is the precision that confidences rest on. A claim under its floor only suggests: its finding says so, and it \
         decides no grade alone.\n"
    )?;
    writeln!(
        out,
        "| claim | labels | precision | recall | F1 | at first sight | floor |\n| --- | --- | --- | --- | --- | --- | --- |"
    )?;
    let tallies: &BTreeMap<ClaimId, Tally> = &figures.claims;
    for claim in ClaimId::all() {
        let tally = tallies.get(&claim).copied().unwrap_or_default();
        let (sure, floor) = (precision(claim), floor(claim));
        let under = if sure < floor { ", only suggests" } else { "" };
        let labels = tally.right + tally.missed;
        writeln!(out, "| `{claim}` | {labels} | {} | {sure:.2} | {floor:.2}{under} |", scores(&tally))?;
    }
    Ok(())
}

fn scores(tally: &Tally) -> String {
    if *tally == Tally::default() {
        return "- | - | -".to_owned();
    }
    format!("{:.3} | {:.3} | {:.3}", tally.precision(), tally.recall(), tally.f1())
}
