//! What an audit prints: its result in the form that was asked for, and around the table what a reader must know of it.

use crate::app::audit::run::Report;
use crate::base::failure::Failure;
use crate::base::plain::plain;
use crate::cli::AuditFormat;
use crate::keep::manifest::RESULT;
use crate::present::output::grid;
use crate::present::output::ranking::{Row, csv, markdown, table};
use crate::present::output::{COMMAND, FAINT, PARTIAL, Screen};
use crate::present::text::{REVISION, brief};
use probity_rules::method::Light;
use probity_rules::observation::Why;
use std::fs::File;
use std::io;

/// Prints a report; `live` says whether the network was asked.
/// `program` is what a next command begins with.
pub(crate) fn print(
    report: &Report<Row>,
    format: AuditFormat,
    live: bool,
    program: &str,
    screen: &mut Screen,
) -> Result<(), Failure> {
    match format {
        AuditFormat::Table => {
            let width = screen.width();
            screen.styled(|out| table(&report.rows, width, out))?;
            footer(report, program, screen)?;
        }
        AuditFormat::Markdown => {
            screen.bytes(markdown(&report.rows).as_bytes())?;
            screen.bytes(testimony(report).join("\n").as_bytes())?;
            screen.bytes(b"\n")?;
        }
        AuditFormat::Csv => screen.bytes(csv(&report.rows).as_bytes())?,
        AuditFormat::Json => {
            let path = report.folder.join(RESULT);
            let mut file = File::open(&path).map_err(|error| crate::keep::data::unreadable(&path, &error))?;
            screen.raw(|out| io::copy(&mut file, out).map(|_| ()))?;
        }
    }
    if let Some(all) = report.interrupted {
        let mut done: Vec<_> = report.rows.iter().map(|row| &row.service).collect();
        done.dedup();
        Failure::new(format_args!("interrupted: {} of {all} services were audited and are kept", done.len())).warn();
    }
    if live && report.blind && report.gaps.keys().all(|why| *why == Why::Unreachable) && !report.gaps.is_empty() {
        Failure::new("nothing answered: every light is undecided because nothing could be asked")
            .next("check the connection; behind a firewall give --name-server ADDRESS or --proxy URL")
            .warn();
    }
    Ok(())
}

/// What places, law and methods the ratings rest on.
fn testimony(report: &Report<Row>) -> Vec<String> {
    let head = &report.head;
    let mut lines = vec![format!(
        "Seen as of {}, judged by the law of {} (looked up to {}), rules {}.",
        head.as_of,
        head.law.day,
        head.law.state,
        brief(&head.tool.rules, REVISION)
    )];
    let databases = head.geoip.iter().map(|database| {
        let age = if database.stale { ", older than a year" } else { "" };
        let whom = database.attribution.as_ref().map(|whom| format!(" ({whom})")).unwrap_or_default();
        format!("{} of {}{age}{whom}", database.name, database.date)
    });
    lines.push(format!("Places are testimony, not fact: {}.", databases.collect::<Vec<_>>().join("; ")));
    lines.push("The methods are our readings, not verdicts of their authors (docs/methods.md).".to_owned());
    lines
}

fn footer(report: &Report<Row>, program: &str, screen: &mut Screen) -> Result<(), Failure> {
    let width = screen.width().saturating_sub(2);
    screen.line("")?;
    if !report.gaps.is_empty() {
        let count: usize = report.gaps.values().sum();
        let each: Vec<_> = report.gaps.iter().map(|(why, count)| format!("{count} {why}")).collect();
        let line = format!("{count} gaps: {}. They make nothing worse.", each.join(", "));
        for part in grid::wrap(&line, width) {
            screen.line(format_args!(" {PARTIAL}{part}{PARTIAL:#}"))?;
        }
    }
    for line in testimony(report) {
        for part in grid::wrap(&plain(&line), width) {
            screen.line(format_args!(" {FAINT}{part}{FAINT:#}"))?;
        }
    }
    screen.line(format_args!(" {FAINT}Kept in {}{FAINT:#}", plain(&report.folder.display().to_string())))?;
    // The service that a reader most wants to know more of: one that is red, else undecided, else the first.
    let order = [Light::Red, Light::Undecided, Light::Yellow, Light::Green];
    let asks = order.iter().find_map(|light| report.rows.iter().find(|row| row.light == *light));
    if let Some(row) = asks {
        screen.line("")?;
        screen.line(format_args!(" next: {COMMAND}{program} show {}{COMMAND:#}", row.service))?;
        if let Some(criterion) = &row.criterion {
            screen.line(format_args!("       {COMMAND}{program} explain {} {criterion}{COMMAND:#}", row.service))?;
        }
    }
    Ok(())
}
