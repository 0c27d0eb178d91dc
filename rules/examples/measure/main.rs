//! Measures the reader against labelled documents: `measure FOLDER|PASSAGES.jsonl… [--claims] [--misses CLAIM] [--says CLAIM]`.
//!
//! A folder holds one folder a document with `page.html`, `meta.toml` and `labels.json`. `--misses all` prints every
//! difference, `--says CLAIM` what the reader finds for a claim in each document; without labels, too. `--absences` prints
//! how often what was not found is not there (`rules/reader/absence.tsv`); `--judged FOLDER` counts finds in ordinary
//! documents that were judged one by one (`rules/reader/wild.tsv`);
//! `--page` prints `docs/reading.md`, with `--judged FOLDER` also what was right at each drawing.

mod page;

use probity_rules::claim::ClaimId;
use probity_rules::document::{Kind, Language};
use probity_rules::reader::labelled::{self, JudgedFind};
use probity_rules::reader::measure::{Figures, Label, Labelled, Reliability, measure};
use probity_rules::reader::wild::{Find, Texts, Wild};
use probity_rules::{reader, text};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

#[derive(Deserialize)]
struct Meta {
    kind: Kind,
    language: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value =
        |name: &str| arguments.iter().position(|word| word == name).and_then(|at| arguments.get(at + 1)).cloned();
    let (misses, says) = (value("--misses"), value("--says"));
    let mut out = std::io::stdout().lock();
    for error in reader::check() {
        writeln!(out, "ERROR {error}")?;
    }
    let paths = || arguments.iter().take_while(|word| !word.starts_with("--"));
    let load = |path: &String| -> Result<Vec<Labelled>, Box<dyn Error>> {
        if path.ends_with(".jsonl") {
            Ok(labelled::passages(&fs::read_to_string(path)?)?)
        } else {
            folder(Path::new(path))
        }
    };
    if arguments.iter().any(|word| word == "--absences") {
        let documents: Vec<Vec<Labelled>> = paths().map(load).collect::<Result<_, _>>()?;
        write!(out, "{}", measure(documents.iter().flatten()).absences.to_tsv())?;
        return Ok(());
    }
    let judged = value("--judged").map_or(Ok(Vec::new()), |folder| judged(Path::new(&folder)))?;
    if arguments.iter().any(|word| word == "--page") {
        let sets: Vec<_> =
            paths().map(|path| Ok((name(Path::new(path)), load(path)?))).collect::<Result<_, Box<dyn Error>>>()?;
        write!(out, "{}", page::page(&sets, &judged)?)?;
        return Ok(());
    }
    if !judged.is_empty() {
        let mut wild = Wild::default();
        for find in judged.into_iter().flat_map(|(_, finds)| finds).filter(|find| !find.gone) {
            let language = Language::from_tag(&find.language).ok_or("a language")?;
            let (claim, texts, state) = (find.claim, Texts::of(Some(find.kind)), find.state);
            wild.add(Find { claim, language, texts, state, grade: find.grade.parse()? }, find.right);
        }
        write!(out, "{}", wild.to_tsv())?;
        return Ok(());
    }
    for path in paths() {
        let documents = load(path)?;
        let begin = Instant::now();
        let figures = measure(&documents);
        let took = begin.elapsed();
        let bytes: usize = documents.iter().map(|labelled| labelled.document.text.len()).sum();
        writeln!(out, "== {path}: {} documents, {bytes} bytes of text, read in {took:?}", documents.len())?;
        if let Some(claim) = &says {
            print_says(&mut out, &documents, claim.parse()?)?;
        }
        print(&mut out, &figures, arguments.iter().any(|word| word == "--claims"), misses.as_deref())?;
    }
    Ok(())
}

/// The name of a set: that of its file or folder.
fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Judged finds that were drawn together, with the name of their file.
type Drawing = (String, Vec<JudgedFind>);

/// The drawings of a folder.
fn judged(folder: &Path) -> Result<Vec<Drawing>, Box<dyn Error>> {
    let mut files: Vec<_> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.sort();
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|suffix| suffix == "jsonl"));
    files
        .map(|path| {
            let finds =
                labelled::finds(&fs::read_to_string(&path)?).map_err(|error| format!("{}: {error}", path.display()))?;
            Ok((name(&path), finds))
        })
        .collect()
}

fn print_says(out: &mut impl Write, documents: &[Labelled], claim: ClaimId) -> Result<(), Box<dyn Error>> {
    for labelled in documents {
        let readings = reader::read(&labelled.document, labelled.kind);
        let reading = &readings[claim.index()];
        for (side, spans) in
            [(format!("{:?}", reading.state), &reading.spans), ("against".to_owned(), &reading.against)]
        {
            for span in spans {
                let label =
                    labelled.labels.get(&claim).map_or("no label".to_owned(), |label| format!("{:?}", label.state));
                writeln!(
                    out,
                    "{} [{label}] {side}: {}",
                    labelled.name,
                    one_line(&labelled.document.text[span.clone()])
                )?;
            }
        }
    }
    Ok(())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(700).collect()
}

fn print(out: &mut impl Write, figures: &Figures, claims: bool, misses: Option<&str>) -> Result<(), Box<dyn Error>> {
    for miss in &figures.misses {
        if misses.is_some_and(|wanted| wanted == "all" || wanted == miss.claim.as_str()) {
            writeln!(out, "{} {}: label {:?}, reader {:?}", miss.document, miss.claim, miss.label, miss.reader)?;
            for passage in &miss.passages {
                writeln!(out, "     {}", one_line(passage))?;
            }
        }
    }
    if claims {
        let mut sorted: Vec<_> = figures.claims.iter().collect();
        sorted.sort_by(|a, b| a.1.f1().total_cmp(&b.1.f1()).then(a.0.cmp(b.0)));
        for (claim, tally) in sorted {
            let (precision, recall, f1) = (tally.precision(), tally.recall(), tally.f1());
            writeln!(
                out,
                "{:<30} P {precision:.2} R {recall:.2} F {f1:.2}  (right {}, wrong {}, missed {})",
                claim.as_str(),
                tally.right,
                tally.wrong,
                tally.missed
            )?;
        }
        writeln!(out, "macro F {:.3}", figures.macro_f1())?;
    }
    for (language, tally) in &figures.languages {
        writeln!(out, "language {language} P {:.3} R {:.3} F {:.3}", tally.precision(), tally.recall(), tally.f1())?;
    }
    reliability(out, &figures.reliability)?;
    let total = figures.total;
    let cited = f64::from(figures.cited.0) / f64::from(figures.cited.1.max(1));
    let (precision, recall, f1) = (total.precision(), total.recall(), total.f1());
    writeln!(out, "all: P {precision:.4} R {recall:.4} F {f1:.4}  cited {cited:.4}")?;
    Ok(())
}

fn reliability(out: &mut impl Write, bins: &BTreeMap<u8, Reliability>) -> std::io::Result<()> {
    for bin in bins.values() {
        let all = bin.all as f32;
        let (said, right) = (bin.said / all, bin.right as f32 / all);
        writeln!(out, "confidence {said:.3}: {right:.3} right ({} of {})", bin.right, bin.all)?;
    }
    Ok(())
}

fn folder(path: &Path) -> Result<Vec<Labelled>, Box<dyn Error>> {
    let mut entries: Vec<_> = fs::read_dir(path)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut documents = Vec::new();
    for entry in entries {
        let (page, labels) = (entry.path().join("page.html"), entry.path().join("labels.json"));
        let (bytes, kind, language, labels) = if page.exists() && labels.exists() {
            let meta: Meta = toml::from_str(&fs::read_to_string(entry.path().join("meta.toml"))?)?;
            let labels: BTreeMap<ClaimId, Label> = serde_json::from_str(&fs::read_to_string(labels)?)?;
            (fs::read(page)?, meta.kind, Language::from_tag(&meta.language), labels)
        } else if entry.path().extension().is_some_and(|suffix| suffix == "html") {
            (fs::read(entry.path())?, Kind::PrivacyPolicy, None, BTreeMap::new())
        } else {
            continue;
        };
        let hints = text::Hints { language, kind: Some(kind), media_type: Some("text/html"), ..text::Hints::default() };
        let document = text::read(&bytes, &hints)?.document;
        documents.push(Labelled {
            name: entry.file_name().to_string_lossy().into_owned(),
            document,
            kind: Some(kind),
            labels,
        });
    }
    Ok(documents)
}
