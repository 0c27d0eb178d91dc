//! What the reader finds by claim files in a folder, without building the program again:
//! `finds RULES [--cases] [--all] [CLAIM…] < LIST`.
//!
//! RULES is a folder like `rules/`; its `claims/*.md` and `reader/lexicon/*.txt` stand in the place of those of the program.
//! LIST names a document a line: path, kind and language, with tabs between; each gives a line of JSON with the claims that it
//! states or denies, as `probity read` gives them, and of each passage the line of the pattern that found it. `--all` gives
//! every claim, `--cases` runs the cases of the claim files instead. Errors in files go to standard error.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is what it is for")]

use probity_rules::claim::{ClaimId, State};
use probity_rules::document::{Kind, Language};
use probity_rules::reader::{Edition, Grade};
use probity_rules::text::{self, Hints};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::BufRead as _;
use std::path::Path;
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (flags, words): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|word| word.starts_with("--"));
    let rules = words.first().ok_or("which folder of rules?")?;
    let claims: Vec<ClaimId> = words[1..].iter().map(|word| word.parse()).collect::<Result<_, _>>()?;
    let is_asked = |claim: ClaimId| claims.is_empty() || claims.contains(&claim);
    let mut files = files(Path::new(rules))?;
    // What nobody asks for is not compiled: it is much quicker.
    let implied = |text: &str| {
        let head = text.lines().find(|line| line.starts_with("implies")).unwrap_or_default();
        claims.iter().any(|claim| head.contains(claim.as_str()))
    };
    for claim in ClaimId::all().filter(|claim| !is_asked(*claim)) {
        if let Some(text) = files.get_mut(&format!("claims/{claim}.md")).filter(|text| !implied(text)) {
            text.clear();
        }
    }
    let (edition, errors) = Edition::new(files);
    let mut code = ExitCode::SUCCESS;
    for error in errors.iter().filter(|error| claims.is_empty() || is_of(&error.file, &claims)) {
        eprintln!("ERROR {error}");
        code = ExitCode::FAILURE;
    }
    if flags.iter().any(|flag| *flag == "--cases") {
        let (mut all, mut wrong) = (0, 0);
        for outcome in ClaimId::all().filter(|claim| is_asked(*claim)).flat_map(|claim| edition.cases(claim)) {
            all += 1;
            if !outcome.holds() {
                wrong += 1;
                code = ExitCode::FAILURE;
                let (claim, line, text) = (outcome.claim, outcome.line, &outcome.text);
                println!("{claim}:{line}: expected {:?}, read {:?}: {text}", outcome.expected, outcome.read);
            }
        }
        println!("{all} cases, {wrong} wrong");
        return Ok(code);
    }
    let all = flags.iter().any(|flag| *flag == "--all");
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let cells: Vec<&str> = line.split('\t').collect();
        let [path, kind, language] = cells[..] else { return Err(format!("no path, kind, language: {line}").into()) };
        let kind: Kind = kind.parse()?;
        let hints =
            Hints { url: Some(path), language: Language::from_tag(language), kind: Some(kind), ..Hints::default() };
        let page = match text::read(&fs::read(path)?, &hints) {
            Ok(page) => page,
            Err(error) => {
                println!("{}", json!({ "file": path, "error": error.to_string() }));
                continue;
            }
        };
        let document = &page.document;
        let found = edition.found(document, Some(kind));
        let quote = |span: &std::ops::Range<usize>| document.text.get(span.clone()).unwrap_or_default().to_owned();
        let mut said: Vec<Value> = Vec::new();
        for (reading, grade) in edition.graded(document, Some(kind)) {
            let is_found = matches!(reading.state, State::Stated | State::Denied);
            if !is_asked(reading.claim) || !(all || is_found) {
                continue;
            }
            let lines = |span: &std::ops::Range<usize>| -> Vec<usize> {
                let of = found.iter().filter(|one| one.claim == reading.claim && one.span.start < span.end);
                of.filter(|one| span.start < one.span.end).map(|one| one.line).collect()
            };
            let cited = |spans: &[std::ops::Range<usize>]| -> Vec<Value> {
                spans
                    .iter()
                    .map(|span| json!({ "quote": quote(span), "start": span.start, "end": span.end, "lines": lines(span) }))
                    .collect()
            };
            said.push(json!({
                "claim": reading.claim, "state": reading.state, "confidence": reading.confidence,
                "suggests": reading.only_suggests, "grade": grade.map(Grade::as_str), "citations": cited(&reading.spans), "against": cited(&reading.against),
                "mentioned": cited(&reading.mentioned),
            }));
        }
        println!("{}", json!({ "file": path, "kind": kind, "claims": said }));
    }
    Ok(code)
}

/// Whether an error concerns a claim that was asked for; one in a lexicon concerns all.
fn is_of(file: &str, claims: &[ClaimId]) -> bool {
    !file.starts_with("claims/") || claims.iter().any(|claim| file == format!("claims/{claim}.md"))
}

/// The files of a folder of rules, by their names below it.
fn files(rules: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let mut files = BTreeMap::new();
    for (folder, suffix) in [("claims", "md"), ("reader/lexicon", "txt")] {
        for entry in fs::read_dir(rules.join(folder))? {
            let path = entry?.path();
            if path.extension().is_some_and(|of| of == suffix) {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                files.insert(format!("{folder}/{name}"), fs::read_to_string(&path)?);
            }
        }
    }
    Ok(files)
}
