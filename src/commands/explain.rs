//! `probity explain`: how one grade came about, down to the passages and records that it rests on.
//!
//! The facts of the last audit are judged again by the rules at hand, which shows the whole trace; where these are not
//! the rules of that audit, it says so.

use crate::app::audit::results::Judged;
use crate::app::register;
use crate::base::failure::Failure;
use crate::base::plain::plain;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Explain, Format, Global};
use crate::keep::data;
use crate::keep::ruleset;
use crate::present::output::grid::wrap;
use crate::present::output::{FAINT, HEADING, Screen, evidence};
use crate::present::text::{REVISION, brief};
use probity_rules::catalogue::Rules;
use probity_rules::criterion::Criterion;
use probity_rules::head::nearest;
use probity_rules::judge::Finding;
use probity_rules::sentence::Lang;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

pub(crate) fn run(command: &Explain, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    let rules = ruleset::load(config.rules(&command.rules))?;
    let place = rules.criteria.iter().position(|criterion| criterion.id == command.criterion);
    let place = place.ok_or_else(|| unknown(&command.criterion, &rules))?;
    let (result, facts) = register::last(&command.service, &config.keep)?;
    let kept = data::result(&result)?;
    let facts = self::facts(&facts, &command.service)?;
    let judgement = rules.judge(&facts.facts, &rules.law_on(kept.law.day));
    let (criterion, finding) = (&rules.criteria[place], &judgement.findings[place]);
    if rules.revision != kept.tool.rules {
        Failure::new(format_args!(
            "judged again by rules {}; the audit of {} was judged by {}",
            brief(&rules.revision, REVISION),
            kept.as_of,
            brief(&kept.tool.rules, REVISION)
        ))
        .next("audit again to have both the same, or give the rules of that audit with --rules DIR")
        .warn();
    }
    match command.format {
        Format::Json => screen.json(finding)?,
        Format::Table => {
            let name = kept.services.iter().find(|one| one.service == command.service).map(|one| one.name.as_str());
            draw(name.unwrap_or(&command.service), criterion, finding, screen)?;
            for contradiction in &judgement.contradictions {
                if finding.contradicted.contains(&contradiction.id) {
                    screen.line("")?;
                    screen.tree(&evidence::contradiction(contradiction))?;
                }
            }
            prose(criterion, screen)?;
        }
    }
    Ok(Exit::Done)
}

fn unknown(id: &str, rules: &Rules) -> Failure {
    let near = nearest(id, rules.criteria.iter().map(|criterion| criterion.id.as_str()));
    let hint = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    Failure::new(format_args!("unknown criterion `{id}`")).next(format_args!("{hint}probity rules list   shows them"))
}

/// The facts of a service.
pub(super) fn facts(path: &Path, service: &str) -> Result<Judged, Failure> {
    let again = format!("probity audit {service}");
    let file = File::open(path).map_err(|error| data::unreadable(path, &error).next(&again))?;
    let start = format!("{{\"service\":\"{service}\",");
    for line in BufReader::new(file).lines() {
        let line = line.map_err(|error| data::unreadable(path, &error))?;
        if line.starts_with(&start) {
            return serde_json::from_str(&line).map_err(|error| {
                Failure::new(format_args!("{} holds facts of another version: {error}", path.display()))
                    .next(format_args!("probity audit {service}"))
            });
        }
    }
    Err(Failure::new(format_args!("{} holds no facts of `{service}`", path.display()))
        .next(format_args!("probity audit {service}")))
}

fn draw(name: &str, criterion: &Criterion, finding: &Finding, screen: &mut Screen) -> Result<(), Failure> {
    let (mark, style) = evidence::grade(finding.grade);
    screen.line(format_args!(
        "{HEADING}{} · {}{HEADING:#}{FAINT} · {}{FAINT:#}",
        plain(name),
        criterion.title.en,
        criterion.legal.join(", ")
    ))?;
    screen.line(format_args!("{style}{mark} {}, {}{style:#}", finding.grade.as_str(), finding.basis.as_str()))?;
    paragraph(&finding.because.en, screen)?;
    screen.line("")?;
    for step in &finding.trace {
        screen.tree(&evidence::step(step))?;
    }
    Ok(())
}

/// What a reader has to know beside the trace.
fn prose(criterion: &Criterion, screen: &mut Screen) -> Result<(), Failure> {
    for (heading, text) in criterion.prose.in_lang(Lang::En) {
        screen.line(format_args!("\n{HEADING}{heading}{HEADING:#}"))?;
        for part in text.split("\n\n") {
            paragraph(&part.replace('\n', " "), screen)?;
        }
    }
    Ok(())
}

fn paragraph(text: &str, screen: &mut Screen) -> Result<(), Failure> {
    for line in wrap(&plain(text), screen.width().min(110) - 2) {
        screen.line(format_args!(" {line}"))?;
    }
    Ok(())
}
