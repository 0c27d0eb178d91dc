//! `probity report`: the last audits of services, in a form for files, pages and other programs.

use crate::app::network;
use crate::app::register;
use crate::base::failure::Failure;
use crate::base::review::Status;
use crate::cli::Global;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::report::{Report, ReportFormat};
use crate::keep::data::{self, Data};
use crate::keep::manifest::{ARCHIVE, RESULT};
use crate::keep::ruleset;
use crate::keep::shelf::Shelf;
use crate::keep::workspace::House;
use crate::present::output::Screen;
use crate::present::report::build::{Source, build};
use crate::present::report::context::{Contexts, contexts};
use crate::present::report::html::{Look, html};
use crate::present::report::{csv, markdown, oscal, pdf, site};
use probity_probes::net::archive::Archive;
use probity_rules::observation::Citation;
use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;

/// Services that are asked of the store at once.
const AT_ONCE: u32 = 500;

pub(crate) fn run(command: &Report, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    let runtime = network::runtime()?;
    let data = Data::of(&config.keep)?;
    let far = config.keep.evidence.is_some();
    if !far && data.audits(None)?.is_empty() {
        return Err(nothing(&data, &command.services));
    }
    // What is not registered yet, nobody has confirmed: a report need not do it.
    let house = runtime.block_on(House::within(data.clone(), &config.keep))?;
    let shelf = Shelf::of(data.clone(), house.evidence.clone(), runtime.handle().clone());
    let rules = ruleset::load(config.rules(&command.rules))?;
    for method in &command.method {
        rules.method(method).map_err(|unknown| Failure::new(unknown).next("probity rules list   shows them"))?;
    }
    let format = format(command)?;
    let chosen = match command.confirmed {
        true => runtime.block_on(confirmed(&house, &command.services))?,
        false => chosen(&shelf, &data, &command.services, &runtime.block_on(states(&house))?)?,
    };
    let decided = runtime.block_on(house.store.decided())?;
    let mut sources = Vec::new();
    let mut around = Contexts::new();
    for (name, states) in chosen {
        let mut source = source(&shelf, name, states, &command.method)?;
        register::overrule(&mut source.audit.ratings, &source.name, &decided);
        if command.site.is_some() || format.quotes() {
            around.extend(surroundings(&shelf, &source));
        }
        sources.push(source);
    }
    if sources.iter().all(|source| source.audit.ratings.is_empty()) {
        return Err(unrated(command));
    }
    let lang = command.language.lang();
    if let Some(folder) = &command.site {
        let count = site::site(folder, &sources, &rules, &around, lang)?;
        screen.line(format_args!("{count} files in {}", crate::base::plain::plain(&folder.display().to_string())))?;
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

/// How ratings stand, by service and method. Of one that is not there nothing is said.
type States = BTreeMap<(String, String), Status>;

/// Which services of an audit are meant, and how their ratings stand; with `only`, nothing but those ratings.
struct Meant {
    services: BTreeSet<String>,
    states: States,
    only: bool,
}

/// The audits to report of, the newest first: every service is taken from its last audit.
fn chosen(shelf: &Shelf, data: &Data, named: &[String], states: &States) -> Result<Vec<(String, Meant)>, Failure> {
    let mut chosen: Vec<(String, Meant)> = Vec::new();
    let mut open: BTreeSet<&String> = named.iter().collect();
    let mut seen = BTreeSet::new();
    for audit in shelf.names()?.into_iter().rev() {
        if !named.is_empty() && open.is_empty() {
            break;
        }
        let mut mine = BTreeSet::new();
        for service in shelf.services(&audit)? {
            if (named.is_empty() || open.contains(&service)) && seen.insert(service.clone()) {
                open.remove(&service);
                mine.insert(service);
            }
        }
        if !mine.is_empty() {
            let states = states.iter().filter(|((service, _), _)| mine.contains(service));
            let states = states.map(|(key, status)| (key.clone(), *status)).collect();
            chosen.push((audit, Meant { services: mine, states, only: false }));
        }
    }
    if !open.is_empty() || chosen.is_empty() {
        return Err(nothing(data, named));
    }
    Ok(chosen)
}

/// How the newest ratings stand.
async fn states(house: &House) -> Result<States, Failure> {
    let (mut states, mut after) = (States::new(), None);
    loop {
        let some = house.store.services(after.as_deref(), AT_ONCE).await?;
        let Some(last) = some.last() else { return Ok(states) };
        after = Some(last.id.clone());
        for rating in some.into_iter().flat_map(|service| service.ratings) {
            states.insert((rating.service, rating.method), rating.status);
        }
    }
}

/// The audits whose ratings a person has confirmed, the newest first, with those ratings alone.
async fn confirmed(house: &House, named: &[String]) -> Result<Vec<(String, Meant)>, Failure> {
    let mut chosen: BTreeMap<String, Meant> = BTreeMap::new();
    let mut after: Option<String> = None;
    loop {
        let some = house.store.published(after.as_deref(), AT_ONCE).await?;
        let Some(last) = some.last() else { break };
        after = Some(last.service.clone());
        for rating in some.into_iter().filter(|one| named.is_empty() || named.contains(&one.service)) {
            let new = || Meant { services: BTreeSet::new(), states: States::new(), only: true };
            let meant = chosen.entry(rating.audit).or_insert_with(new);
            meant.services.insert(rating.service.clone());
            meant.states.insert((rating.service, rating.method), Status::Confirmed);
        }
    }
    if chosen.is_empty() {
        return Err(Failure::new("no rating of these services has been confirmed by a person")
            .next("confirm them on the pages (probity serve) or with probity review, or report without --confirmed"));
    }
    Ok(chosen.into_iter().rev().collect())
}

/// There is nothing to report of.
fn nothing(data: &Data, named: &[String]) -> Failure {
    // Names the folder and what is there instead.
    let missing = named.iter().find_map(|service| data.last(service).err());
    missing.unwrap_or_else(|| {
        Failure::new("there is no audit yet to report of").next("probity audit SERVICE, or probity demo")
    })
}

/// An audit with the services and methods that were asked for.
fn source(shelf: &Shelf, name: String, meant: Meant, methods: &[String]) -> Result<Source, Failure> {
    let mut audit = data::result(&shelf.needed(&name, RESULT)?)?;
    let Meant { services, states, only } = meant;
    audit.services.retain(|service| services.contains(&service.service));
    audit.ratings.retain(|rating| {
        services.contains(&rating.service)
            && (methods.is_empty() || methods.contains(&rating.method))
            && (!only || states.contains_key(&(rating.service.clone(), rating.method.clone())))
    });
    let archived = shelf.file(&name, ARCHIVE)?.is_some();
    Ok(Source { audit, name, archived, states })
}

/// What stands around the quotes of an audit. Without its archive they are shown alone, and that is said.
fn surroundings(shelf: &Shelf, source: &Source) -> Contexts {
    let audit = &source.audit;
    let found = audit.ratings.iter().flat_map(|rating| &rating.findings).flat_map(|finding| &finding.citations);
    let sides = audit.services.iter().flat_map(|service| &service.contradictions).flat_map(|one| &one.sides);
    let citations: BTreeSet<&Citation> = found.chain(sides.flat_map(|side| &side.citations)).collect();
    // An audit of a recorded archive keeps none of its own.
    let Ok(Some(path)) = shelf.file(&source.name, ARCHIVE) else { return Contexts::new() };
    if citations.is_empty() {
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
