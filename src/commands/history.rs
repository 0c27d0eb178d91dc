//! `probity history`: the rating of a service over time, as a plot and a table.

use crate::app::network;
use crate::base::change::Change;
use crate::base::failure::Failure;
use crate::base::plain::plain;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Format, Global, History};
use crate::keep::store::Mark;
use crate::keep::store::changes::KnownChange;
use crate::keep::store::ratings::{Brief, KnownService};
use crate::keep::workspace::House;
use crate::present::output::grid::{Cell, Column, Grid};
use crate::present::output::ranking::{light, span};
use crate::present::output::{FAINT, HEADING, Screen, plot};
use jiff::Timestamp;
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
    let config = Config::load(global)?;
    let (service, mut ratings, changes) = network::runtime()?.block_on(read(command, &config))?;
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
    let mut folds = false;
    for (method, ratings) in methods {
        screen.line(format_args!("\n{HEADING}{}{HEADING:#}", plain(method)))?;
        let points: Vec<_> = ratings.iter().map(|one| (one.points, one.light)).collect();
        for line in plot::lines(&points, screen.width()) {
            screen.line(line)?;
        }
        let stretches = stretches(&ratings, &changes);
        folds |= stretches.iter().any(|stretch| stretch.audits > 1);
        screen.grid(&table(&stretches))?;
    }
    if folds {
        screen.line(format_args!("\n{FAINT}×2: two audits in a row that say the same{FAINT:#}"))?;
    }
    Ok(Exit::Done)
}

/// The newest ratings and changes of the service, the newest first.
async fn read(command: &History, config: &Config) -> Result<(KnownService, Vec<Brief>, Vec<KnownChange>), Failure> {
    let house = House::open(&config.keep).await?;
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

/// Audits in a row that say the same of a method.
struct Stretch<'a> {
    first: &'a Brief,
    last: &'a Brief,
    audits: usize,
    /// What was raised with the first one.
    changed: Vec<String>,
}

impl<'a> Stretch<'a> {
    fn new(rating: &'a Brief, changed: Vec<String>) -> Self {
        Self { first: rating, last: rating, audits: 1, changed }
    }

    fn goes_on(&self, rating: &Brief, changed: &[String]) -> bool {
        let says = |one: &Brief| (one.light, one.points, one.coverage.to_bits(), one.status);
        changed.is_empty() && says(self.last) == says(rating) && self.last.grades == rating.grades
    }

    /// `2026-03-01 06:00` for one; `2026-03-01`, `2026-03-01–03-09`, `2026-12-30–2027-01-02` for several.
    fn days(&self) -> String {
        let written = |at: Timestamp, form: &str| at.strftime(form).to_string();
        let (first, last) = (self.first.as_of, self.last.as_of);
        let (day, until) = (written(first, "%Y-%m-%d"), written(last, "%Y-%m-%d"));
        if first == last {
            return written(first, "%Y-%m-%d %H:%M");
        }
        match (day == until, written(first, "%Y") == written(last, "%Y")) {
            (true, _) => day,
            (_, true) => format!("{day}–{}", written(last, "%m-%d")),
            _ => format!("{day}–{until}"),
        }
    }

    /// `×3` for three audits.
    fn count(&self) -> String {
        if self.audits == 1 { String::new() } else { format!("×{}", self.audits) }
    }
}

/// The ratings by one method, the oldest first, where they say something else than before.
fn stretches<'a>(ratings: &[&'a Brief], changes: &[KnownChange]) -> Vec<Stretch<'a>> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for rating in ratings {
        let changed = changes.iter().filter(|one| one.audit == rating.audit && one.change.method == rating.method);
        let says = |change: &Change| {
            let Change { criterion, from, to, cause, .. } = change;
            format!("{criterion}: {} to {} ({})", from.as_str(), to.as_str(), cause.says().en)
        };
        let changed: Vec<_> = changed.map(|one| says(&one.change)).collect();
        match stretches.last_mut().filter(|stretch| stretch.goes_on(rating, &changed)) {
            Some(stretch) => (stretch.last, stretch.audits) = (rating, stretch.audits + 1),
            None => stretches.push(Stretch::new(rating, changed)),
        }
    }
    stretches
}

fn table(stretches: &[Stretch]) -> Grid<'static> {
    let mut grid = Grid::new(vec![
        Column::words("as of"),
        Column::words(""),
        Column::words("light"),
        Column::numbers("points"),
        Column::numbers("known"),
        Column::words("status"),
        Column::text("what changed"),
    ]);
    for stretch in stretches.iter().rev() {
        let Brief { points, coverage, status, .. } = stretch.last;
        let (word, style) = light(stretch.last.light);
        grid.row(vec![
            stretch.days().into(),
            stretch.count().into(),
            Cell::new(word, style),
            span(points.low, points.high).into(),
            format!("{:.0} %", coverage * 100.0).into(),
            status.as_str().into(),
            stretch.changed.join("; ").into(),
        ]);
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::review::Status;
    use probity_rules::judge::Grade;
    use probity_rules::method::Light;
    use probity_rules::score::Points;

    fn rating(as_of: &str, grade: Grade) -> Brief {
        Brief {
            service: "meet".into(),
            method: "score".into(),
            audit: as_of.into(),
            as_of: as_of.parse().expect("a time"),
            light: Light::Yellow,
            points: Points { low: 100, high: 120, max: 270 },
            coverage: 0.5,
            status: Status::Provisional,
            grades: [("dpo".to_owned(), grade)].into(),
        }
    }

    fn shown(ratings: &[Brief], changes: &[KnownChange]) -> String {
        let mut out = Vec::new();
        table(&stretches(&ratings.iter().collect::<Vec<_>>(), changes))
            .write(&mut out, 80)
            .expect("a vector takes everything");
        anstream::adapter::strip_str(&String::from_utf8(out).expect("text")).to_string()
    }

    #[test]
    fn audits_in_a_row_that_say_the_same_are_one_line() {
        let mut ratings = vec![
            rating("2026-03-01T06:00:00Z", Grade::Partial),
            rating("2026-03-02T06:00:00Z", Grade::Partial),
            rating("2026-03-09T06:00:00Z", Grade::Partial),
            rating("2026-03-10T06:00:00Z", Grade::Good),
            rating("2026-03-10T18:30:00Z", Grade::Good),
            rating("2026-03-11T06:00:00Z", Grade::Good),
        ];
        ratings[5].status = Status::Confirmed;
        insta::assert_snapshot!(shown(&ratings, &[]), @r"
        as of                 light      points  known  status       what changed
        2026-03-11 06:00      ▲ yellow  100–120   50 %  confirmed
        2026-03-10        ×2  ▲ yellow  100–120   50 %  provisional
        2026-03-01–03-09  ×3  ▲ yellow  100–120   50 %  provisional
        ");
    }

    #[test]
    fn a_change_that_was_raised_begins_a_line() {
        let ratings: Vec<Brief> =
            (1..5).map(|day| rating(&format!("2026-03-0{day}T06:00:00Z"), Grade::Partial)).collect();
        let raised = serde_json::json!({
            "service": "meet", "method": "score", "criterion": "dpo", "from": "poor", "to": "partial",
            "light_from": "yellow", "light_to": "yellow", "first_seen": "2026-03-01T06:00:00Z",
            "raised_at": "2026-03-03T06:00:00Z", "cause": "service-changed", "because_from": { "en": "no", "de": "nein" },
            "because_to": { "en": "yes", "de": "ja" }, "citations": { "before": [], "after": [] }, "evidence": "sha256:00",
        });
        let raised: Change = serde_json::from_value(raised).expect("a change");
        let change = KnownChange { id: "c".into(), audit: ratings[2].audit.clone(), change: raised };
        insta::assert_snapshot!(shown(&ratings, &[change]), @r"
        as of                 light      points  known  status       what changed
        2026-03-03–03-04  ×2  ▲ yellow  100–120   50 %  provisional  dpo: poor to
                                                                     partial (the
                                                                     service changed)
        2026-03-01–03-02  ×2  ▲ yellow  100–120   50 %  provisional
        ");
    }
}
