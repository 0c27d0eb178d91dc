//! `probity report`: the last audits of services, in a form for files, pages and other programs.

use crate::cli::Global;
use crate::cli::report::{Report, ReportFormat};
use crate::config::Config;
use crate::data::{self, ARCHIVE, Data, RESULT};
use crate::exit::{Exit, Failure};
use crate::output::Screen;
use crate::report::build::{Source, build};
use crate::report::context::{Contexts, contexts};
use crate::report::html::{Look, html};
use crate::report::{csv, markdown, oscal, pdf, site};
use crate::ruleset;
use probity_probes::net::archive::Archive;
use probity_rules::observation::Citation;
use probity_rules::rating::Audit;
use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

pub(crate) fn run(command: &Report, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global.config.as_deref())?;
    let data = Data::new(global.data.clone().or_else(|| config.data.clone()))?;
    let rules = ruleset::load(&command.rules, &config)?;
    for method in &command.method {
        rules.method(method).map_err(|unknown| Failure::new(unknown).next("probity rules list   shows them"))?;
    }
    let format = format(command)?;
    let chosen = chosen(&data, &command.services)?;
    let mut sources = Vec::new();
    let mut around = Contexts::new();
    for (folder, services) in &chosen {
        let source = source(folder, services, &command.method)?;
        if command.site.is_some() || format.quotes() {
            around.extend(surroundings(folder, &source.audit));
        }
        sources.push(source);
    }
    if sources.iter().all(|source| source.audit.ratings.is_empty()) {
        return Err(unrated(command));
    }
    let lang = command.language.lang();
    if let Some(folder) = &command.site {
        let count = site::site(folder, &sources, &rules, &around, lang)?;
        screen.line(format_args!("{count} files in {}", crate::output::plain(&folder.display().to_string())))?;
        return Ok(Exit::Done);
    }
    let bytes = match format {
        ReportFormat::Html => html(&build(&sources, &rules, &around, lang), &Look::new())?.into_bytes(),
        ReportFormat::Pdf => {
            let page = html(&build(&sources, &rules, &around, lang), &Look::new())?;
            pdf::pdf(&page, command.chromium.as_deref())?
        }
        ReportFormat::Json => json(&sources)?,
        ReportFormat::Csv => csv::csv(&sources, &rules, lang).into_bytes(),
        ReportFormat::Markdown => markdown::markdown(&build(&sources, &rules, &around, lang)).into_bytes(),
        ReportFormat::Oscal => pretty(&oscal::oscal(&sources, &rules, lang))?,
    };
    match &command.out {
        Some(path) => site::write(path, &bytes)?,
        None => screen.bytes(&bytes)?,
    }
    Ok(Exit::Done)
}

/// The form that was asked for, or that the name of the file asks for.
fn format(command: &Report) -> Result<ReportFormat, Failure> {
    let by_name = || {
        let ending = command.out.as_deref()?.extension()?.to_str()?;
        Some(match ending {
            "json" => ReportFormat::Json,
            "csv" => ReportFormat::Csv,
            "md" => ReportFormat::Markdown,
            "pdf" => ReportFormat::Pdf,
            _ => ReportFormat::Html,
        })
    };
    let format = command.format.or_else(by_name).unwrap_or(ReportFormat::Html);
    let for_eyes = matches!(format, ReportFormat::Html | ReportFormat::Pdf);
    if for_eyes && command.out.is_none() && command.site.is_none() && std::io::stdout().is_terminal() {
        return Err(Failure::new("this form is not for a terminal")
            .next("give it a file: probity report --out report.html (or --format markdown)"));
    }
    Ok(format)
}

/// The folders of the audits to report of, the newest first, and which services of each: every service is taken from its
/// last audit.
fn chosen(data: &Data, named: &[String]) -> Result<Vec<(PathBuf, BTreeSet<String>)>, Failure> {
    let mut chosen: Vec<(PathBuf, BTreeSet<String>)> = Vec::new();
    let mut open: BTreeSet<&String> = named.iter().collect();
    let mut seen = BTreeSet::new();
    for folder in data.audits(None)? {
        if !named.is_empty() && open.is_empty() {
            break;
        }
        let mut mine = BTreeSet::new();
        for service in Data::services(&folder)? {
            if (named.is_empty() || open.contains(&service)) && seen.insert(service.clone()) {
                open.remove(&service);
                mine.insert(service);
            }
        }
        if !mine.is_empty() {
            chosen.push((folder, mine));
        }
    }
    if let Some(missing) = open.first() {
        // Names the folder and what is there instead.
        data.last(missing)?;
    }
    if chosen.is_empty() {
        return Err(Failure::new("there is no audit yet to report of").next("probity audit SERVICE, or probity demo"));
    }
    Ok(chosen)
}

/// An audit with the services and methods that were asked for.
fn source(folder: &Path, services: &BTreeSet<String>, methods: &[String]) -> Result<Source, Failure> {
    let mut audit = data::result(&folder.join(RESULT))?;
    audit.services.retain(|service| services.contains(&service.service));
    audit.ratings.retain(|rating| {
        services.contains(&rating.service) && (methods.is_empty() || methods.contains(&rating.method))
    });
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Source { audit, name, archived: folder.join(ARCHIVE).exists() })
}

/// What stands around the quotes of an audit. Without its archive they are shown alone, and that is said.
fn surroundings(folder: &Path, audit: &Audit) -> Contexts {
    let path = folder.join(ARCHIVE);
    let found = audit.ratings.iter().flat_map(|rating| &rating.findings).flat_map(|finding| &finding.citations);
    let sides = audit.services.iter().flat_map(|service| &service.contradictions).flat_map(|one| &one.sides);
    let citations: BTreeSet<&Citation> = found.chain(sides.flat_map(|side| &side.citations)).collect();
    // An audit of a recorded archive keeps none of its own.
    if !path.exists() || citations.is_empty() {
        return Contexts::new();
    }
    match Archive::open(&[&path]) {
        Ok(archive) => contexts(&archive, &citations),
        Err(error) => {
            Failure::new(format_args!("quotes are shown without their surroundings: {error}")).warn();
            Contexts::new()
        }
    }
}

/// One audit is one object, as `audit --format json` prints it; several are an object a line.
fn json(sources: &[Source]) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    for source in sources {
        serde_json::to_writer(&mut out, &source.audit).map_err(unwritten)?;
        out.push(b'\n');
    }
    Ok(out)
}

fn pretty(value: &impl serde::Serialize) -> Result<Vec<u8>, Failure> {
    let mut out = serde_json::to_vec_pretty(value).map_err(unwritten)?;
    out.push(b'\n');
    Ok(out)
}

/// A value that cannot be put into JSON: no such type is in it, so this is our fault.
fn unwritten(error: serde_json::Error) -> Failure {
    Failure::new(format_args!("the report cannot be written as JSON: {error}")).next("please report this")
}

fn unrated(command: &Report) -> Failure {
    match command.method.is_empty() {
        true => Failure::new("the audit rated nothing: no method is about the category of these services")
            .next("probity audit SERVICE --method METHOD"),
        false => Failure::new("the last audits did not rate these services by that method")
            .next("probity audit SERVICE --method METHOD, or report without --method"),
    }
}
