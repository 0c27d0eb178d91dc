//! `probity rules`: whether the rule files are sound, whether their cases come out, and which there are.

mod corpus;
mod rehearse;

use crate::base::failure::Failure;
use crate::base::plain::plain;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Format, Global, Rules as Command, RulesFolder};
use crate::keep::data::Data;
use crate::keep::evidence::Evidence;
use crate::keep::ruleset;
use crate::present::output::grid::{Cell, Column, Grid};
use crate::present::output::{FAINT, GOOD, HEADING, POOR, Screen};
use probity_rules::catalogue::Rules;
use probity_rules::claim::ClaimId;
use probity_rules::head::RuleError;
use probity_rules::reader;
use serde::Serialize;
use serde_json::json;

pub(crate) fn run(command: Command, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    match command {
        Command::Check { rules, format } => check(ruleset::check(config.rules(&rules))?, format, screen),
        Command::Test { rules: _, corpus: Some(folder), format } => corpus::run(&folder, format, screen),
        Command::Test { rules, corpus: None, format } => test(&ruleset::load(config.rules(&rules))?, format, screen),
        Command::Rehearse { changed, format } => {
            let data = Data::of(&config.keep)?;
            let base = ruleset::load(config.rules(&RulesFolder::default()))?;
            let changed = ruleset::load(Some(&changed))?;
            let evidence = Evidence::open(data.clone(), &config.keep)?;
            rehearse::run(&data, &evidence, &base, &changed, format, screen)
        }
        Command::List { rules, format } => list(&ruleset::load(config.rules(&rules))?, format, screen),
    }
}

/// A complaint on a file, as both halves of the rules word it.
#[derive(Serialize)]
struct Complaint {
    file: String,
    line: usize,
    what: String,
    #[serde(skip)]
    excerpt: String,
}

fn check(rules: Result<Rules, Vec<RuleError>>, format: Format, screen: &mut Screen) -> Result<Exit, Failure> {
    let of_claims = reader::check().into_iter().map(|error| Complaint {
        file: format!("rules/{}", error.file),
        line: error.line,
        what: error.what,
        excerpt: String::new(),
    });
    let of_rules = rules.as_ref().err().into_iter().flatten().map(|error| {
        let expected = if error.expected.is_empty() { String::new() } else { format!("; expected {}", error.expected) };
        Complaint {
            file: error.file.clone(),
            line: error.line,
            what: format!("{}{expected}", error.what),
            excerpt: error.excerpt.clone(),
        }
    });
    let complaints: Vec<_> = of_claims.chain(of_rules).collect();
    match format {
        Format::Json => screen.json(&json!({ "errors": complaints }))?,
        Format::Table => {
            for Complaint { file, line, what, excerpt } in &complaints {
                screen.line(plain(&format!("{file}:{line}: {what}")))?;
                for line in excerpt.lines() {
                    screen.line(format_args!("  {}", plain(line)))?;
                }
            }
            match &rules {
                Ok(rules) if complaints.is_empty() => screen.line(format_args!(
                    "{GOOD}{} claims, {} criteria, {} methods and the law: all sound{GOOD:#}",
                    ClaimId::all().len(),
                    rules.criteria.len(),
                    rules.methods.len()
                ))?,
                _ => screen.line(format_args!("{POOR}{} to mend{POOR:#}", complaints.len()))?,
            }
        }
    }
    Ok(if complaints.is_empty() { Exit::Done } else { Exit::Threshold })
}

/// A case that did not come out.
#[derive(Serialize)]
struct Failed {
    place: String,
    name: String,
    what: String,
}

fn test(rules: &Rules, format: Format, screen: &mut Screen) -> Result<Exit, Failure> {
    let read = reader::cases::run();
    let count = rules.case_count() + read.len();
    let of_rules = rules.run_cases().into_iter().map(|failure| Failed {
        place: failure.place,
        name: failure.name,
        what: failure.what,
    });
    let of_claims = read.iter().filter(|outcome| !outcome.holds()).map(|outcome| Failed {
        place: format!("rules/claims/{}.md:{}", outcome.claim, outcome.line),
        name: outcome.text.clone(),
        what: format!("expected {}, read {}", word(&outcome.expected), word(&outcome.read)),
    });
    let failed: Vec<_> = of_rules.chain(of_claims).collect();
    match format {
        Format::Json => screen.json(&json!({ "cases": count, "failed": failed }))?,
        Format::Table => {
            for Failed { place, name, what } in &failed {
                screen.line(plain(&format!("{place}: {name}: {what}")))?;
            }
            match failed.len() {
                0 => screen.line(format_args!("{GOOD}{count} cases, all as they say{GOOD:#}"))?,
                failed => screen.line(format_args!("{POOR}{failed} of {count} cases came out otherwise{POOR:#}"))?,
            }
        }
    }
    Ok(if failed.is_empty() { Exit::Done } else { Exit::Threshold })
}

/// The name of a value in files.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn list(rules: &Rules, format: Format, screen: &mut Screen) -> Result<Exit, Failure> {
    if format == Format::Json {
        let criteria = rules.criteria.iter().map(|criterion| {
            json!({ "id": criterion.id, "title": criterion.title, "legal": criterion.legal,
                    "revision": criterion.revision, "lifecycle": criterion.lifecycle.as_str() })
        });
        let methods = rules.methods.iter().map(|method| {
            let criteria = method.entries.iter().map(|entry| json!({ "criterion": entry.id, "weight": entry.weight }));
            json!({ "id": method.id, "title": method.title, "revision": method.revision, "reading": method.reading,
                    "categories": method.categories, "criteria": criteria.collect::<Vec<_>>() })
        });
        screen.json(&json!({
            "revision": rules.revision,
            "methods": methods.collect::<Vec<_>>(),
            "criteria": criteria.collect::<Vec<_>>(),
            "claims": ClaimId::all().collect::<Vec<_>>(),
            "law": { "state": rules.law.state },
        }))?;
        return Ok(Exit::Done);
    }
    screen.line(format_args!("{HEADING}methods{HEADING:#}"))?;
    let mut grid = Grid::new([Column::words("id"), Column::numbers("criteria"), Column::text("what it is")]);
    for method in &rules.methods {
        let what = format!("{}. {}", method.title.en, method.reading.en);
        grid.row([method.id.as_str().into(), method.entries.len().to_string().into(), what.into()]);
    }
    screen.grid(&grid)?;
    screen.line(format_args!("\n{HEADING}criteria{HEADING:#}"))?;
    let mut grid = Grid::new([
        Column::words("id"),
        Column::text("title"),
        Column::text("where the law asks for it"),
        Column::text("in"),
    ]);
    for criterion in &rules.criteria {
        let uses = rules.methods.iter().filter(|method| method.entries.iter().any(|entry| entry.id == criterion.id));
        let uses: Vec<_> = uses.map(|method| method.id.as_str()).collect();
        let legal = Cell::new(criterion.legal.join(", "), FAINT);
        let title = criterion.title.en.as_str();
        grid.row([criterion.id.as_str().into(), title.into(), legal, Cell::new(uses.join(", "), FAINT)]);
    }
    screen.grid(&grid)?;
    screen.line(format_args!("\n{HEADING}claims{HEADING:#}"))?;
    let claims: Vec<_> = ClaimId::all().map(ClaimId::as_str).collect();
    for line in crate::present::output::grid::wrap(&claims.join(" "), screen.width() - 1) {
        screen.line(format_args!(" {line}"))?;
    }
    screen.line(format_args!(
        "\n{FAINT}law looked up to {}; revision of the rules {}{FAINT:#}",
        rules.law.state, rules.revision
    ))?;
    Ok(Exit::Done)
}
