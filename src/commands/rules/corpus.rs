//! `probity rules test --corpus DIR`: how well the reader reads, measured on labelled documents of a user's own.
//!
//! A folder for each document: `page.html` (or `page.pdf`, `page.md`, `page.txt`), `meta.toml` with `kind` and, if known,
//! `language`, and `labels.json`: for each claim its `state`, `quotes`, and whether it is `doubtful`. In place of a folder, a
//! file of passages: one JSON object a line with `id`, `language`, `kind`, `heading`, `text` and `labels`.

use crate::base::failure::Failure;
use crate::cli::Format;
use crate::cli::exit::Exit;
use crate::present::output::grid::{Column, Grid};
use crate::present::output::{FAINT, Screen};
use probity_rules::claim::ClaimId;
use probity_rules::document::{Kind, Language};
use probity_rules::head::{RuleError, Source};
use probity_rules::reader::labelled::passages;
use probity_rules::reader::measure::{Figures, Label, Labelled, Tally, measure};
use probity_rules::reader::only_suggests;
use probity_rules::text::{self, Hints};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The names that a document may have.
const PAGES: [&str; 4] = ["page.html", "page.pdf", "page.md", "page.txt"];

pub(super) fn run(path: &Path, format: Format, screen: &mut Screen) -> Result<Exit, Failure> {
    let documents = if path.is_file() { lines(path)? } else { load(path)? };
    let figures = measure(&documents);
    match format {
        Format::Json => screen.json(&as_json(&figures, documents.len()))?,
        Format::Table => {
            let mut grid = Grid::new([
                Column::words("claim"),
                Column::numbers("precision"),
                Column::numbers("recall"),
                Column::numbers("F1"),
                Column::numbers("right"),
                Column::numbers("wrong"),
                Column::numbers("missed"),
                Column::words("decides"),
            ]);
            let claims = figures.claims.iter().map(|(claim, tally)| (claim.as_str(), tally, under(*claim)));
            let languages = figures.languages.iter().map(|(language, tally)| (language.as_str(), tally, ""));
            for (name, tally, note) in claims.chain(languages).chain([("all", &figures.total, "")]) {
                let share = |share: f32| format!("{share:.3}").into();
                let count = |count: u32| count.to_string().into();
                grid.row([
                    name.into(),
                    share(tally.precision()),
                    share(tally.recall()),
                    share(tally.f1()),
                    count(tally.right),
                    count(tally.wrong),
                    count(tally.missed),
                    note.into(),
                ]);
            }
            screen.grid(&grid)?;
            let mut grid = Grid::new([
                Column::numbers("confidence"),
                Column::numbers("right"),
                Column::numbers("of"),
                Column::numbers("share"),
            ]);
            for bin in figures.reliability.values() {
                let all = bin.all as f32;
                let (said, share) = (format!("{:.2}", bin.said / all), format!("{:.2}", bin.right as f32 / all));
                grid.row([said.into(), bin.right.to_string().into(), bin.all.to_string().into(), share.into()]);
            }
            screen.line(format_args!("\nHow sure, and how often right"))?;
            screen.grid(&grid)?;
            let (cited, of) = figures.cited;
            screen.line(format_args!(
                "\n{FAINT} {} documents; macro F1 {:.3}; {cited} of {of} right ones cite the labelled passage{FAINT:#}",
                documents.len(),
                figures.macro_f1()
            ))?;
        }
    }
    Ok(Exit::Done)
}

/// Whether a claim only suggests.
fn under(claim: ClaimId) -> &'static str {
    if only_suggests(claim) { "one passage only suggests" } else { "" }
}

/// A file of passages.
fn lines(path: &Path) -> Result<Vec<Labelled>, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::new(format_args!("cannot read {}: {error}", path.display())))?;
    passages(&text).map_err(|error| {
        Failure::new(format_args!("{}: {error}", path.display()))
            .next("one JSON object a line: id, language, kind, heading, text, labels")
    })
}

fn load(folder: &Path) -> Result<Vec<Labelled>, Failure> {
    let cannot = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::new(format_args!("cannot read {}: {error}", path.display()))
            .next("give a folder of documents, each a folder with a page, meta.toml and labels.json")
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| cannot(folder, &error))? {
        let path = entry.map_err(|error| cannot(folder, &error))?.path();
        if path.join("labels.json").exists() {
            paths.push(path);
        }
    }
    paths.sort();
    let mut documents = Vec::new();
    for path in paths {
        let labels = path.join("labels.json");
        let text = fs::read(&labels).map_err(|error| cannot(&labels, &error))?;
        let labels: BTreeMap<ClaimId, Label> =
            serde_json::from_slice(&text).map_err(|error| cannot(&labels, &error))?;
        let meta = path.join("meta.toml");
        let text = fs::read_to_string(&meta).map_err(|error| cannot(&meta, &error))?;
        let (kind, language) = self::meta(&meta.display().to_string(), &text)?;
        let page = PAGES.iter().map(|name| path.join(name)).find(|page| page.exists());
        let page = page.ok_or_else(|| cannot(&path, &format!("it has no {}", PAGES.join(", "))))?;
        let bytes = fs::read(&page).map_err(|error| cannot(&page, &error))?;
        let url = page.display().to_string();
        let hints = Hints { media_type: None, url: Some(&url), language, kind: Some(kind) };
        let read = text::read(&bytes, &hints).map_err(|error| cannot(&page, &error))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        documents.push(Labelled { name, document: read.document, kind: Some(kind), labels });
    }
    if documents.is_empty() {
        return Err(cannot(folder, &"no labels.json in any folder of it"));
    }
    Ok(documents)
}

/// The kind and the language of a document; `?` is an unknown language.
fn meta(file: &str, text: &str) -> Result<(Kind, Option<Language>), RuleError> {
    let mut table =
        Source::whole(file, text).table(&["service", "kind", "language", "source", "title", "url", "note"])?;
    let node = table.need("kind", "what the document is for, such as `kind = \"privacy-policy\"`")?;
    let kind = node.word("document kind", &Kind::ALL.map(|kind| (kind.as_str(), kind)))?;
    let tag = table.take("language").map(|node| node.text()).transpose()?;
    Ok((kind, tag.as_deref().and_then(Language::from_tag)))
}

fn as_json(figures: &Figures, documents: usize) -> Value {
    let tally = |tally: &Tally| {
        json!({ "precision": tally.precision(), "recall": tally.recall(), "f1": tally.f1(),
                "right": tally.right, "wrong": tally.wrong, "missed": tally.missed })
    };
    let claims: BTreeMap<_, _> = figures.claims.iter().map(|(claim, one)| (claim.as_str(), tally(one))).collect();
    let reliability: Vec<_> = figures
        .reliability
        .values()
        .map(|bin| json!({ "said": bin.said / bin.all as f32, "right": bin.right, "of": bin.all }))
        .collect();
    let suggests: Vec<_> = ClaimId::all().filter(|claim| only_suggests(*claim)).collect();
    let languages: BTreeMap<_, _> = figures.languages.iter().map(|(language, one)| (language, tally(one))).collect();
    json!({
        "documents": documents,
        "total": tally(&figures.total),
        "macro_f1": figures.macro_f1(),
        "cited": { "right": figures.cited.0, "of": figures.cited.1 },
        "claims": claims,
        "languages": languages,
        "reliability": reliability,
        "only_suggest": suggests,
    })
}
