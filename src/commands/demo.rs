//! `probity demo`: the whole way from names and pages to lights, on a small internet inside this process.
//!
//! With `--serve` it has a past: several audits on earlier days, on pages that said something else, and a changed rating
//! that waits for a person.

use crate::app::audit::run::{Report, run};
use crate::app::audit::{Audit as Pipeline, Basis, Evidence, recorder};
use crate::app::demo;
use crate::app::demo::past::DAYS;
use crate::app::network;
use crate::base::clock;
use crate::base::failure::Failure;
use crate::base::plain::plain;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{AuditFormat, Demo, Global};
use crate::commands::audit::print;
use crate::commands::serve::serve;
use crate::keep::data::Data;
use crate::keep::settings::Settings;
use crate::keep::shelf::Shelf;
use crate::keep::workspace::House;
use crate::present::output::ranking::Row;
use crate::present::output::{FAINT, Screen};
use crate::present::web::accounts::{self, Accounts};
use crate::present::web::view::Library;
use crate::present::web::{Mode, Site};
use jiff::{SignedDuration, Timestamp};
use probity_probes::geoip::Databases;
use probity_probes::net::door::Net;
use probity_rules::catalogue::Rules;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Services that are audited at once.
const AT_ONCE: usize = 6;

pub(crate) fn run_command(command: &Demo, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    let named = config.keep.data;
    if command.serve {
        return pages(command, named, screen);
    }
    let folder = named.clone().unwrap_or_else(|| std::env::temp_dir().join("probity-demo"));
    let data = own_data(folder.clone())?;
    if command.format == AuditFormat::Table {
        screen.line(format_args!(
            "{FAINT}Six invented services on a small internet inside this process, audited through the door.{FAINT:#}\n"
        ))?;
    }
    let report = audited(&data, &rules()?, clock::now(), 0, Arc::new(clock::now))?;
    let program = match named {
        Some(_) => "probity".to_owned(),
        None => format!("{} --data {}", called(), plain(&folder.display().to_string())),
    };
    print::print(&report, command.format, true, &program, screen)?;
    Ok(Exit::Done)
}

/// How this program was called, where that is a path; else its name.
fn called() -> String {
    let first = std::env::args().next().filter(|path| path.contains(std::path::MAIN_SEPARATOR));
    first.map_or_else(|| "probity".to_owned(), |path| plain(&path).into_owned())
}

/// The data folder of a demo: never one with audits of other services.
fn own_data(folder: PathBuf) -> Result<Data, Failure> {
    let data = Data::new(Some(folder))?;
    let invented: Vec<String> = demo::services()?.into_iter().map(|service| service.id).collect();
    for audit in data.audits(None)? {
        if let Some(other) = Data::services(&audit)?.into_iter().find(|id| !invented.contains(id)) {
            return Err(Failure::new(format_args!(
                "{} holds audits of other services (`{}`): the demo would mix invented ones into them",
                plain(&data.root().display().to_string()),
                plain(&other)
            ))
            .next("probity demo --data FOLDER   with a folder of its own, or without PROBITY_DATA"));
        }
    }
    Ok(data)
}

fn rules() -> Result<Rules, Failure> {
    Rules::embedded()
        .map_err(|errors| errors.into_iter().next().map_or_else(|| Failure::new("no rules"), Failure::from))
}

/// Audits the small internet as it was so many days ago.
fn audited(
    data: &Data,
    rules: &Rules,
    as_of: Timestamp,
    days: i64,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
) -> Result<Report<Row>, Failure> {
    let runtime = network::runtime()?;
    let cannot = |error| Failure::new(format_args!("cannot start the small internet on loopback: {error}"));
    let world = runtime.block_on(demo::internet_of(days)).map_err(cannot)?;
    let net = Net::new(world.options(), clock).map_err(Failure::new)?;
    let draft = data.begin(as_of)?;
    let recorder = recorder(&draft, as_of, &net.options().user_agent())?;
    let basis = Basis::new(Databases::embedded(), Arc::new(rules.clone()), Vec::new());
    let audit = Pipeline::new(Evidence::Live(Arc::new(net), recorder, None), as_of, basis, None);
    let report = run(audit, demo::services()?, AT_ONCE, draft, Row::new)?;
    drop(world);
    Ok(report)
}

/// The pages over a past of half a year: each audit is compared with what is remembered of those before, as a worker does.
fn pages(command: &Demo, named: Option<PathBuf>, screen: &mut Screen) -> Result<Exit, Failure> {
    let mode = Mode { trusted: command.listen.ip().is_loopback(), ..Mode::default() };
    if !mode.trusted {
        return Err(Failure::new("the demo has no accounts, so it listens on loopback only")
            .next("choose an address such as 127.0.0.1:8080 with --listen"));
    }
    let own = Own::new(named.is_none());
    let folder = named.unwrap_or_else(|| own.folder.clone());
    let data = own_data(folder.clone())?;
    let rules = rules()?;
    screen.line(format_args!(
        "{FAINT}Six invented services, audited {} times in half a year on a small internet inside this process.{FAINT:#}",
        DAYS.len()
    ))?;
    screen.flush()?;
    let runtime = network::runtime()?;
    // The demo remembers beside its own evidence, whatever store is set up for real work.
    let house = runtime.block_on(House::within(data.clone(), &Settings::default()))?;
    let now = clock::now();
    for days in DAYS {
        let at = now - SignedDuration::from_hours(24 * days);
        audited(&data, &rules, at, days, Arc::new(move || at))?;
        runtime.block_on(async {
            house.catch_up().await?;
            if days == DAYS[0] {
                demo::reviewer::confirm(&house.store, at).await?;
            }
            if days == 0 { Ok(()) } else { demo::reviewer::decide(&house.store, at).await }
        })?;
    }
    let accounts = Accounts::new(folder.join(accounts::FILE));
    let site =
        Site::new(Library::open(Shelf::folder(data), rules)?, accounts, Arc::new(house), mode, Arc::new(clock::now));
    serve(command.listen, Arc::new(site), None, runtime, screen)
}

/// A folder of this run alone, which is gone afterwards.
struct Own {
    folder: PathBuf,
    used: bool,
}

impl Own {
    fn new(used: bool) -> Self {
        let folder = std::env::temp_dir().join(format!("probity-demo-{}", std::process::id()));
        Self { folder, used }
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        if self.used {
            remove(&self.folder);
        }
    }
}

fn remove(folder: &Path) {
    // What cannot be removed lies among temporary files.
    let _ = std::fs::remove_dir_all(folder);
}
