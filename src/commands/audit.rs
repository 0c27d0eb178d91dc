//! `probity audit`: gathers evidence or takes recorded archives, judges it, keeps both, prints what came of it.

pub(crate) mod print;

use crate::app::audit::run::{Report, run};
use crate::app::audit::{Audit as Pipeline, Basis, Evidence, recorder, replayed};
use crate::app::geoip;
use crate::app::network;
use crate::base::clock;
use crate::base::failure::Failure;
use crate::base::pool::cores;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Audit, FailOn, Global};
use crate::keep::data::Data;
use crate::keep::declared;
use crate::keep::manifest::RESULT;
use crate::keep::ruleset;
use crate::keep::workspace::House;
use crate::present::output::Screen;
use crate::present::output::ranking::Row;
use probity_rules::catalogue::Rules;
use probity_rules::document::Language;
use probity_rules::method::Light;
use probity_rules::rating::Audit as Kept;
use probity_rules::reader;
use probity_rules::service::Service;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Services in flight at once on the network, where nothing else is asked for: each waits for its answers most of the
/// time, and the door keeps its own bounds for each host.
const AT_ONCE: usize = 256;

pub(crate) fn run_command(command: Audit, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    // What the first answers need is made ready while the rest is.
    std::thread::spawn(probity_probes::geoip::prepare);
    let config = Config::load(global)?.confirming_after(command.confirm_after);
    let data = Data::of(&config.keep)?;
    let services = declared::chosen(declared::all(config.services(&command.basis.folder))?, &command.services)?;
    prepare(&services);
    let (rules, methods) = ruleset::with_methods(config.rules(&command.basis.rules), config.methods(&command.basis))?;
    let databases = geoip::databases(config.geoip(&command.basis.geoip), &data)?;
    let network = config.network(&command.network);
    let started = clock::now();
    let (mut evidence, as_of, at_once, draft) = if command.replay.is_empty() {
        let net = network::audit_door(&network, &config.second_reader(&command.second))?;
        let draft = data.begin(started)?;
        let recorder = recorder(&draft, started, &net.options().user_agent())?;
        (Evidence::Live(Arc::new(net), recorder, None), started, AT_ONCE, draft)
    } else {
        let (archive, latest) = replayed(&command.replay)?;
        let as_of = command.as_of.unwrap_or(latest);
        (Evidence::Recorded(Arc::new(archive)), as_of, 2 * cores(), data.begin(started)?)
    };
    let rules = Arc::new(rules);
    let runtime = network::runtime()?;
    let (house, services) = runtime.block_on(prepared(data.clone(), &config, &rules, services))?;
    if let Evidence::Live(_, _, earlier) = &mut evidence
        && !command.no_conditional
    {
        let ids: Vec<String> = services.iter().map(|service| service.id.clone()).collect();
        *earlier = runtime.block_on(house.earlier(&ids));
    }
    let before = if command.fail_on.contains(&FailOn::Worse) { lights(&data, &services)? } else { BTreeMap::new() };
    let notes = matches!(evidence, Evidence::Live(..)).then_some(&data);
    let audit = Pipeline::new(evidence, as_of, Basis::new(databases, rules, methods), notes);
    let report = run(audit, services, network.concurrency.map_or(at_once, usize::from), draft, Row::new)?;
    runtime.block_on(register(&report, &house))?;
    print::print(&report, command.format, command.replay.is_empty(), "probity", screen)?;
    runtime.block_on(house.tidy())?;
    Ok(exit(&report, &command.fail_on, &before))
}

/// Makes the reader ready for the languages that are declared.
fn prepare(services: &[Service]) {
    let documents = services.iter().flat_map(|service| &service.documents);
    let languages: BTreeSet<Language> =
        documents.filter_map(|document| Language::from_tag(document.language.as_deref()?)).collect();
    std::thread::spawn(move || languages.into_iter().for_each(reader::prepare));
}

/// The house in which the audit is kept, and the services with what persons vouch for in its store.
async fn prepared(
    data: Data,
    config: &Config,
    rules: &Arc<Rules>,
    services: Vec<Service>,
) -> Result<(House, Vec<Service>), Failure> {
    let house = House::within(data, &config.keep).await?;
    house.judges_by(rules)?;
    let mut attested = Vec::with_capacity(services.len());
    for service in &services {
        attested.push(house.attested(service).await?);
    }
    Ok((house, attested))
}

/// Puts an audit that is kept into the store, and those before it that came to no store.
async fn register(report: &Report<Row>, house: &House) -> Result<(), Failure> {
    let done = house.catch_up().await;
    done.map_err(|failure| failure.showing(&format!("the audit itself is kept in {}", report.folder.display())))
}

/// The lights of the last audit of each service, by service and method.
fn lights(data: &Data, services: &[Service]) -> Result<BTreeMap<(String, String), Light>, Failure> {
    let mut lights = BTreeMap::new();
    let mut read: BTreeMap<PathBuf, Kept> = BTreeMap::new();
    for service in services {
        let Some(folder) = data.audits(Some(&service.id))?.into_iter().next() else { continue };
        if !read.contains_key(&folder) {
            read.insert(folder.clone(), crate::keep::data::result(&folder.join(RESULT))?);
        }
        let ratings = read.get(&folder).map_or(&[][..], |kept| &kept.ratings);
        for rating in ratings.iter().filter(|rating| rating.service == service.id) {
            lights.insert((rating.service.clone(), rating.method.clone()), rating.light);
        }
    }
    Ok(lights)
}

/// The code that the run ends with.
fn exit(report: &Report<Row>, fail_on: &[FailOn], before: &BTreeMap<(String, String), Light>) -> Exit {
    let worse = |row: &Row| {
        let then = before.get(&(row.service.clone(), row.method.clone())).copied().unwrap_or(Light::Red);
        // What nobody knows any more is no worse light: it is a gap.
        row.light != Light::Undecided && then != Light::Undecided && row.light > then
    };
    let red = fail_on.contains(&FailOn::Red) && report.rows.iter().any(|row| row.light == Light::Red);
    if report.interrupted.is_some() {
        Exit::Interrupted
    } else if red || report.rows.iter().any(worse) {
        Exit::Threshold
    } else if fail_on.contains(&FailOn::Gaps) && !report.gaps.is_empty() {
        Exit::Gaps
    } else {
        Exit::Done
    }
}
