//! `probity diff`: what differs between two audits of a service, and why.
//!
//! The evidence of both is read again by today's reader; grades and claims are those that were kept.

use crate::app::compare::cause::{Before, Now};
use crate::app::compare::difference::{Point, Side as Compared, difference};
use crate::app::network;
use crate::app::register::compared::findings;
use crate::app::register::kept::Side;
use crate::base::failure::Failure;
use crate::cli::config::Config;
use crate::cli::diff::Diff;
use crate::cli::exit::Exit;
use crate::cli::{Format, Global};
use crate::keep::store::Mark;
use crate::keep::store::ratings::KnownAudit;
use crate::keep::workspace::House;
use crate::present::output::{FAINT, Screen, difference as shown};
use jiff::Timestamp;

pub(crate) fn run(command: &Diff, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    network::runtime()?.block_on(work(command, &config, screen))
}

async fn work(command: &Diff, config: &Config, screen: &mut Screen) -> Result<Exit, Failure> {
    let house = House::open(&config.keep).await?;
    let service = &command.service;
    let to = audit(&house, service, command.to.as_deref(), None).await?;
    let Some(to) = to else {
        return Err(Failure::new(format_args!("no such audit of `{service}` in {}", house.store.place().shown()))
            .next(format_args!("probity history {service}   shows them; probity audit {service}   makes one")));
    };
    let from = audit(&house, service, command.from.as_deref(), Some(&to)).await?;
    let Some(from) = from else {
        return Err(Failure::new(format_args!("there is no audit of `{service}` before {}", to.id))
            .next(format_args!("audit it again later: probity audit {service}")));
    };
    let (old, new) = (Side::open(&house, &from.id, service).await?, Side::open(&house, &to.id, service).await?);
    let at_hand = house.rules()?;
    let of_old = house.rules_of(&old.head.tool.rules).await?;
    let of_new = house.rules_of(&new.head.tool.rules).await?.unwrap_or(at_hand);
    let other = of_old.as_ref().filter(|rules| rules.revision != of_new.revision);
    let reread = old.reread();
    let (then, law) = (other.unwrap_or(&of_new).law_on(old.head.law.day), of_new.law_on(new.head.law.day));
    let before =
        Before { facts: &old.judged.facts, reread: reread.as_ref(), rules: other.map(|rules| &**rules), law: &then };
    let now = Now { facts: &new.judged.facts, rules: &of_new, law: &law };
    let keep = |side: &Side| {
        let asked = |method: &String| command.method.as_ref().is_none_or(|named| named == method);
        let ratings: Vec<_> = side.ratings.iter().filter(|rating| asked(&rating.method)).cloned().collect();
        (findings(&ratings), ratings)
    };
    let ((old_findings, old_ratings), (new_findings, new_ratings)) = (keep(&old), keep(&new));
    if old_ratings.is_empty() && new_ratings.is_empty() && command.method.is_some() {
        let method = command.method.as_deref().unwrap_or_default();
        return Err(Failure::new(format_args!("`{service}` was not rated by `{method}`"))
            .next("probity rules list   shows the methods"));
    }
    let (points, seen) = ((point(&old), point(&new)), (old.seen(), new.seen()));
    let told = difference(
        service,
        Compared {
            point: &points.0,
            ratings: &old_ratings,
            findings: &old_findings,
            facts: &old.judged.facts,
            seen: &seen.0,
        },
        Compared {
            point: &points.1,
            ratings: &new_ratings,
            findings: &new_findings,
            facts: &new.judged.facts,
            seen: &seen.1,
        },
        &before,
        &now,
    );
    match command.format {
        Format::Json => screen.json(&told)?,
        Format::Table => {
            let known = house.store.service(service).await?;
            shown::print(known.as_ref().map_or(service, |known| &known.name), &told, screen)?;
            let files = other.map(|rules| rules.other_reader(&of_new)).unwrap_or_default();
            if let [first, more @ ..] = &files[..] {
                let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
                screen.line(format_args!("{FAINT}read by another reader: {first}{more} differ{FAINT:#}"))?;
            }
        }
    }
    Ok(Exit::Done)
}

/// The audit that is meant: by name, the newest at a day or time, or the newest of all (before another one).
async fn audit(
    house: &House,
    service: &str,
    named: Option<&str>,
    before: Option<&KnownAudit>,
) -> Result<Option<KnownAudit>, Failure> {
    let mut mark = before.map(|one| Mark { at: one.as_of, id: one.id.clone() });
    if let Some(named) = named {
        // The name of an audit can be read as a time too: the name comes first.
        if let Some(found) = house.store.audit(named).await? {
            let holds = house.store.services_of(named).await?.iter().any(|one| one == service);
            return Ok(Some(found).filter(|_| holds));
        }
        let Ok(at) = crate::cli::values::as_of(named) else { return Ok(None) };
        let until = at.checked_add(jiff::SignedDuration::from_micros(1)).unwrap_or(Timestamp::MAX);
        mark = Some(Mark { at: until, id: String::new() });
    }
    Ok(house.store.audits(Some(service), mark.as_ref(), 1).await?.into_iter().next())
}

fn point(side: &Side) -> Point {
    Point {
        audit: side.audit.clone(),
        as_of: side.head.as_of,
        version: side.head.tool.version.clone(),
        rules: side.head.tool.rules.clone(),
        law: side.head.law.day,
        databases: side.head.geoip.iter().map(|one| format!("{} of {}", one.name, one.date)).collect(),
    }
}
