//! `probity history`: the rating of a service over time, as a plot and a table.

use crate::cli::{Format, Global, History};
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::network;
use crate::output::grid::{Cell, Column, Grid};
use crate::output::ranking::{light, span};
use crate::output::{FAINT, HEADING, Screen, plain, plot};
use crate::remember::House;
use crate::store::Mark;
use crate::store::changes::KnownChange;
use crate::store::ratings::{Brief, KnownService};
use serde::Serialize;
use std::collections::BTreeMap;

/// What `--format json` prints.
#[derive(Serialize)]
struct Told<'a> {
    service: &'a KnownService,
    ratings: &'a [Brief],
    changes: &'a [KnownChange],
}

pub(crate) fn run(command: &History, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global.config.as_deref())?;
    let (service, mut ratings, changes) = network::runtime()?.block_on(read(command, global, &config))?;
    ratings.reverse();
    if command.format == Format::Json {
        screen.json(&Told { service: &service, ratings: &ratings, changes: &changes })?;
        return Ok(Exit::Done);
    }
    let mut methods: BTreeMap<&str, Vec<&Brief>> = BTreeMap::new();
    for rating in &ratings {
        methods.entry(&rating.method).or_default().push(rating);
    }
    screen.line(format_args!("{HEADING}{}{HEADING:#}{FAINT} · {}{FAINT:#}", plain(&service.name), service.category))?;
    for (method, ratings) in methods {
        screen.line(format_args!("\n{HEADING}{}{HEADING:#}", plain(method)))?;
        let points: Vec<_> = ratings.iter().map(|one| (one.points, one.light)).collect();
        for line in plot::lines(&points, screen.width()) {
            screen.line(line)?;
        }
        screen.grid(&table(&ratings, &changes))?;
    }
    Ok(Exit::Done)
}

/// The newest ratings and changes of the service, the newest first.
async fn read(
    command: &History,
    global: &Global,
    config: &Config,
) -> Result<(KnownService, Vec<Brief>, Vec<KnownChange>), Failure> {
    let house = House::open(global, config).await?;
    let Some(service) = house.store.service(&command.service).await? else {
        return Err(Failure::new(format_args!("no audit of `{}` in {}", command.service, house.store.place().shown()))
            .next(format_args!("probity audit {}", command.service)));
    };
    let mut ratings: Vec<Brief> = Vec::new();
    while ratings.len() < command.last {
        let before = ratings.last().map(|last| Mark { at: last.as_of, id: last.audit.clone() });
        let some = house.store.history(&command.service, command.method.as_deref(), before.as_ref(), 500).await?;
        if some.is_empty() {
            break;
        }
        ratings.extend(some);
    }
    ratings.truncate(command.last);
    let changes = house.store.changes(Some(&command.service), None, 500).await?;
    Ok((service, ratings, changes))
}

fn table(ratings: &[&Brief], changes: &[KnownChange]) -> Grid<'static> {
    let mut grid = Grid::new(vec![
        Column::words("as of"),
        Column::words("light"),
        Column::numbers("points"),
        Column::numbers("known"),
        Column::words("status"),
        Column::brief("what changed"),
    ]);
    for rating in ratings.iter().rev() {
        let (word, style) = light(rating.light);
        let changed = changes.iter().filter(|one| one.audit == rating.audit && one.change.method == rating.method);
        let changed: Vec<_> = changed
            .map(|one| {
                let change = &one.change;
                format!(
                    "{}: {} to {} ({})",
                    change.criterion,
                    change.from.as_str(),
                    change.to.as_str(),
                    change.cause.says().en
                )
            })
            .collect();
        grid.row(vec![
            rating.as_of.strftime("%Y-%m-%d %H:%M").to_string().into(),
            Cell::new(word, style),
            span(rating.points.low, rating.points.high).into(),
            format!("{:.0} %", rating.coverage * 100.0).into(),
            rating.status.as_str().into(),
            changed.join("; ").into(),
        ]);
    }
    grid
}
