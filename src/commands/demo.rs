//! `probity demo`: the whole way from names and pages to lights, on a small internet inside this process.

use crate::audit::run::run;
use crate::audit::{Audit as Pipeline, Evidence};
use crate::cli::{AuditFormat, Demo, Global};
use crate::commands::audit::{cores, recorder};
use crate::config::Config;
use crate::data::Data;
use crate::exit::{Exit, Failure};
use crate::output::{COMMAND, FAINT, Screen, plain, report};
use crate::{clock, demo, network};
use jiff::tz::TimeZone;
use probity_probes::geoip::Databases;
use probity_rules::catalogue::Rules;
use std::sync::Arc;
use tokio::sync::Semaphore;

pub(crate) fn run_command(command: &Demo, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global.config.as_deref())?;
    let named = global.data.clone().or(config.data);
    let folder = named.clone().unwrap_or_else(|| std::env::temp_dir().join("probity-demo"));
    let data = Data::new(Some(folder.clone()))?;
    let rules = Rules::embedded()
        .map_err(|errors| errors.into_iter().next().map_or_else(|| Failure::new("no rules"), Failure::from))?;
    let services = demo::services()?;
    let runtime = network::runtime()?;
    let cannot = |error| Failure::new(format_args!("cannot start the small internet on loopback: {error}"));
    let world = runtime.block_on(demo::internet()).map_err(cannot)?;
    let net = network::open(world.options())?;
    let as_of = clock::now();
    let draft = data.begin(as_of)?;
    let recorder = recorder(&draft, as_of, &net.options().user_agent())?;
    let law = rules.law_on(TimeZone::UTC.to_datetime(as_of).date());
    let audit = Pipeline {
        evidence: Evidence::Live(Arc::new(net), recorder),
        as_of,
        databases: Arc::new(Databases::embedded()),
        rules: Arc::new(rules),
        law,
        methods: Vec::new(),
        cores: Arc::new(Semaphore::new(cores())),
    };
    if command.format == AuditFormat::Table {
        screen.line(format_args!(
            "{FAINT}Six invented services on a small internet inside this process, audited through the door.{FAINT:#}\n"
        ))?;
    }
    let report = run(audit, services, 6, draft)?;
    report::print(&report, command.format, true, screen)?;
    if command.format == AuditFormat::Table && named.is_none() {
        screen.line(format_args!(
            "\n These commands need to know where the demo was kept:\n   {COMMAND}export PROBITY_DATA={}{COMMAND:#}",
            plain(&folder.display().to_string())
        ))?;
    }
    drop(world);
    Ok(Exit::Done)
}
