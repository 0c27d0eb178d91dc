//! `probity review`: the queue of what waits for a person, and the decisions, without the web page.

use crate::app::network;
use crate::app::register;
use crate::base::clock;
use crate::base::failure::Failure;
use crate::base::plain::plain;
use crate::base::review::{Decision, Item, State, Status};
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Format, Global, OfRating, Review, Reviewer};
use crate::keep::store::attestations::Vouched;
use crate::keep::store::changes::Which;
use crate::keep::workspace::House;
use crate::present::output::grid::{Cell, Column, Grid};
use crate::present::output::{COMMAND, FAINT, GOOD, HEADING, Screen, rehearsal};
use jiff::tz::Offset;
use probity_rules::facts::Value;

/// The most items that are listed.
const MOST: u32 = 500;

pub(crate) fn run(command: Review, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    network::runtime()?.block_on(work(command, &config, screen))
}

/// The digest of what a document said in the newest audit of a service.
async fn text_of(house: &House, service: &str, address: &str) -> Result<String, Failure> {
    let (_, facts) = register::kept(house, service).await?;
    let facts = super::explain::facts(&facts, service)?.facts;
    let documents = || facts.collections.get("documents").into_iter().flat_map(|documents| &documents.items);
    let text =
        documents().filter(|item| item.id == address).find_map(|item| match item.fields.get("text")?.value()? {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        });
    text.ok_or_else(|| {
        let known: Vec<&str> = documents().map(|item| item.id.as_str()).collect();
        Failure::new(format_args!("the newest audit of `{service}` has no text of {address}"))
            .next(format_args!("its documents are {}", known.join(", ")))
    })
}

async fn work(command: Review, config: &Config, screen: &mut Screen) -> Result<Exit, Failure> {
    let house = House::open(&config.keep).await?;
    let decided = match command {
        Review::List { service, all, order, format } => {
            let which = Which { service, decided: all, order: order.into() };
            let items = house.store.queue(&which, 0, MOST).await?;
            list(&items, format, screen)?;
            return Ok(Exit::Done);
        }
        Review::Show { item, format } => {
            let item = found(&house, item).await?;
            match format {
                Format::Json => screen.json(&item)?,
                Format::Table => show(&item, screen)?,
            }
            return Ok(Exit::Done);
        }
        Review::Attest { service, claim, state, document, source, note, expires, reviewer } => {
            let (now, by) = (clock::now(), reviewer.by);
            if claim.parse::<probity_rules::claim::ClaimId>().is_err() {
                return Err(
                    Failure::new(format_args!("unknown claim `{claim}`")).next("probity rules list   shows them")
                );
            }
            let date = Offset::UTC.to_datetime(now).date();
            let state = state.as_str().to_owned();
            let text = match document {
                Some(address) => Some(text_of(&house, &service, &address).await?),
                None => None,
            };
            let vouched = Vouched { service, claim, state, text, by, date, source, note, expires };
            house.store.attest(vouched, now).await?;
            screen.line(format_args!("{GOOD}attested{GOOD:#}; it counts from the next audit on"))?;
            return Ok(Exit::Done);
        }
        Review::Confirm(asked) => return status(&house, asked, Status::Confirmed, screen).await,
        Review::Contest(asked) => return status(&house, asked, Status::Contested, screen).await,
        Review::Withdraw(asked) => return status(&house, asked, Status::Withdrawn, screen).await,
        Review::Accept { item, text, reviewer } => (item, Decision::Accept { text }, reviewer),
        Review::Reject { item, text, reviewer } => (item, Decision::Reject { text }, reviewer),
        Review::Override { item, grade, reason, text, expires, two_persons, reviewer } => {
            (item, Decision::Override { grade, reason, text, expires, two_persons }, reviewer)
        }
        Review::Sign { item, text, reviewer } => (item, Decision::Sign { text }, reviewer),
        Review::Ask { item, text, deadline, reviewer } => (item, Decision::AskProvider { text, deadline }, reviewer),
        Review::Reply { item, from, text, reviewer } => (item, Decision::Reply { from, text }, reviewer),
    };
    let (id, decision, Reviewer { by, read }) = decided;
    let before = found(&house, id).await?;
    let read = read.unwrap_or(before.version);
    match house.decide(id, decision, &by, clock::now(), read).await? {
        Ok(item) => {
            let what = item.log.last().map_or("", |step| step.decision.as_str());
            let (service, criterion) = (plain(&item.change.service), &item.change.criterion);
            screen.line(format_args!(
                "{GOOD}{what}{GOOD:#}: item {id}, {service} {criterion}, is {}",
                item.state.as_str()
            ))?;
            Ok(Exit::Done)
        }
        Err(refusal) => {
            Err(Failure::new(format_args!("item {id}: {refusal}")).next(format_args!("probity review show {id}")))
        }
    }
}

/// A person says how the newest ratings of a service stand.
async fn status(house: &House, asked: OfRating, status: Status, screen: &mut Screen) -> Result<Exit, Failure> {
    let OfRating { service, method, text, by } = asked;
    if status != Status::Confirmed && text.trim().chars().count() < 10 {
        return Err(Failure::new(format_args!("that a rating is {} needs a reason in words", status.as_str()))
            .next("say it with --text, in ten letters or more, so that it can be understood later"));
    }
    let known = house.store.service(&service).await?;
    let ratings = known.into_iter().flat_map(|known| known.ratings);
    let ratings: Vec<_> = ratings.filter(|one| method.as_ref().is_none_or(|method| *method == one.method)).collect();
    if ratings.is_empty() {
        return Err(Failure::new(format_args!("there is no such rating of `{service}`"))
            .next(format_args!("probity history {service}   shows them")));
    }
    if status == Status::Confirmed {
        let which = Which { service: Some(service.clone()), ..Which::default() };
        let waiting = house.store.queue(&which, 0, MOST).await?;
        let waiting = waiting.iter().find(|item| ratings.iter().any(|one| one.method == item.change.method));
        if let Some(item) = waiting {
            return Err(Failure::new(format_args!("item {} on a rating of `{service}` waits for a decision", item.id))
                .next(format_args!("probity review show {}", item.id)));
        }
    }
    for rating in &ratings {
        house.store.set_status(rating, status, by.trim(), text.trim(), clock::now()).await?;
        let (method, word) = (plain(&rating.method), status.as_str());
        screen.line(format_args!("{GOOD}{word}{GOOD:#}: {} by {method}, as of {}", plain(&service), rating.as_of))?;
    }
    Ok(Exit::Done)
}

async fn found(house: &House, id: i64) -> Result<Item, Failure> {
    house.store.item(id).await?.ok_or_else(|| {
        Failure::new(format_args!("there is no item {id}")).next("probity review list   shows what waits")
    })
}

fn list(items: &[Item], format: Format, screen: &mut Screen) -> Result<(), Failure> {
    if format == Format::Json {
        return screen.json(&items);
    }
    if items.is_empty() {
        return screen.line(format_args!("{GOOD}nothing waits{GOOD:#}"));
    }
    let mut grid = Grid::new([
        Column::numbers("item"),
        Column::words("raised"),
        Column::text("service"),
        Column::text("criterion"),
        Column::words("change"),
        Column::text("cause"),
        Column::words("state"),
    ]);
    for item in items {
        let change = &item.change;
        let what = format!("{} → {}", change.from.as_str(), change.to.as_str());
        let state = match item.deadline.filter(|_| item.state == State::WaitingForProvider) {
            Some(deadline) => format!("asked until {deadline}"),
            None => item.state.as_str().to_owned(),
        };
        grid.row([
            item.id.to_string().into(),
            Offset::UTC.to_datetime(change.raised_at).date().to_string().into(),
            change.service.as_str().into(),
            change.criterion.as_str().into(),
            what.into(),
            Cell::new(change.cause.says().en, FAINT),
            state.into(),
        ]);
    }
    screen.grid(&grid)?;
    let first = items.first().map_or(0, |item| item.id);
    screen.line(format_args!("\n next: {COMMAND}probity review show {first}{COMMAND:#}"))
}

fn show(item: &Item, screen: &mut Screen) -> Result<(), Failure> {
    screen.line(format_args!(
        "{HEADING}item {}{HEADING:#}{FAINT} · {} · version {}{FAINT:#}",
        item.id,
        item.state.as_str(),
        item.version
    ))?;
    screen.tree(&rehearsal::review(&[&item.change]))?;
    for step in &item.log {
        let text = serde_json::to_value(&step.decision).ok();
        let text = text.as_ref().and_then(|value| value.get("text")).and_then(|text| text.as_str()).unwrap_or_default();
        let at = Offset::UTC.to_datetime(step.at).strftime("%Y-%m-%d %H:%M");
        screen.line(format_args!(
            " {FAINT}{at}{FAINT:#} {}: {} {}",
            plain(&step.by),
            step.decision.as_str(),
            plain(text)
        ))?;
    }
    if item.state == State::Open {
        let id = item.id;
        screen.line(format_args!(
            "\n next: {COMMAND}probity review accept {id}{COMMAND:#}, {COMMAND}reject{COMMAND:#}, {COMMAND}override{COMMAND:#} or {COMMAND}ask{COMMAND:#} (--as NAME)"
        ))?;
    }
    Ok(())
}
