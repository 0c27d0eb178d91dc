//! `probity show`: the findings of the last audit of a service, with quotes.

use crate::app::network;
use crate::app::register;
use crate::base::failure::Failure;
use crate::base::plain::plain;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Format, Global, Show};
use crate::keep::data::{self, Data};
use crate::keep::workspace::House;
use crate::present::output::ranking::{light, span};
use crate::present::output::tree::Node;
use crate::present::output::{COMMAND, FAINT, HEADING, PARTIAL, Screen, evidence};
use probity_rules::judge::Grade;
use probity_rules::rating::{Audit, Audited, Rating};
use serde::Serialize;

/// What `--format json` prints: the part of the result that is about the service.
#[derive(Serialize)]
struct Shown<'a> {
    schema: &'a str,
    as_of: jiff::Timestamp,
    ratings: Vec<&'a Rating>,
    service: &'a Audited,
}

pub(crate) fn run(command: &Show, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    let (result, _) = register::last(&command.service, &config.keep)?;
    let mut kept = data::result(&result)?;
    let audit = result.parent().and_then(|folder| folder.file_name()).unwrap_or_default().to_string_lossy();
    let decided = network::runtime()?.block_on(async {
        let house = House::within(Data::of(&config.keep)?, &config.keep).await?;
        Ok::<_, Failure>(house.store.decided().await?)
    })?;
    register::overrule(&mut kept.ratings, &audit, &decided);
    let about = kept.services.iter().find(|one| one.service == command.service);
    let about = about.ok_or_else(|| Failure::new(format_args!("{} says nothing of it", result.display())))?;
    let wanted = |rating: &&Rating| {
        rating.service == command.service && command.method.as_ref().is_none_or(|method| rating.method == *method)
    };
    let ratings: Vec<_> = kept.ratings.iter().filter(wanted).collect();
    if ratings.is_empty() {
        let methods = kept.ratings.iter().filter(|rating| rating.service == command.service);
        let methods: Vec<_> = methods.map(|rating| rating.method.as_str()).collect();
        return Err(Failure::new("the last audit did not rate it by that method")
            .next(format_args!("it was rated by: {}", methods.join(", "))));
    }
    match command.format {
        Format::Json => {
            screen.json(&Shown { schema: &kept.schema, as_of: kept.as_of, ratings, service: about })?;
        }
        Format::Table => {
            head(about, &kept, screen)?;
            for rating in &ratings {
                self::rating(rating, screen)?;
            }
            tail(about, &ratings, screen)?;
        }
    }
    Ok(Exit::Done)
}

fn head(about: &Audited, kept: &Audit, screen: &mut Screen) -> Result<(), Failure> {
    let ended = about.discontinued.map(|day| format!(" · ended {day}")).unwrap_or_default();
    screen.line(format_args!(
        "{HEADING}{}{HEADING:#}{FAINT} · {}{ended} · seen as of {}, law of {}{FAINT:#}",
        plain(&about.name),
        about.category,
        kept.as_of,
        kept.law.day
    ))
}

fn rating(rating: &Rating, screen: &mut Screen) -> Result<(), Failure> {
    let (word, style) = light(rating.light);
    let points = rating.points;
    screen.line("")?;
    screen.line(format_args!(
        "{HEADING}{}{HEADING:#}  {style}{word}{style:#}  {} of {} points, {:.0} % known",
        rating.method,
        span(points.low, points.high),
        points.max,
        rating.coverage * 100.0
    ))?;
    if let Some(note) = &rating.note {
        screen.line(format_args!(" {PARTIAL}{}{PARTIAL:#}", note.en))?;
    }
    // What is against a better light first; within a grade the order of the method.
    let order = [Grade::Poor, Grade::Partial, Grade::Inconclusive, Grade::Good, Grade::NotApplicable];
    for grade in order {
        for finding in rating.findings.iter().filter(|finding| finding.grade == grade) {
            screen.tree(&evidence::finding(finding))?;
        }
    }
    Ok(())
}

fn tail(about: &Audited, ratings: &[&Rating], screen: &mut Screen) -> Result<(), Failure> {
    if !about.contradictions.is_empty() {
        screen.line(format_args!("\n{HEADING}contradictions{HEADING:#}"))?;
        for contradiction in &about.contradictions {
            screen.tree(&evidence::contradiction(contradiction))?;
        }
    }
    if !about.gaps.is_empty() {
        screen.line(format_args!("\n{HEADING}what could not be had{HEADING:#} (it makes nothing worse)"))?;
        for gap in &about.gaps {
            let detail = if gap.detail.is_empty() { String::new() } else { format!(": {}", gap.detail) };
            let text = format!("{}  {}{detail}", gap.why, gap.target);
            screen.tree(&Node { mark: "·", text, ..Node::default() })?;
        }
    }
    let first = ratings.iter().flat_map(|rating| &rating.findings).find(|finding| finding.grade != Grade::Good);
    if let Some(finding) = first {
        screen.line(format_args!(
            "\n next: {COMMAND}probity explain {} {}{COMMAND:#}",
            about.service, finding.criterion
        ))?;
    }
    Ok(())
}
