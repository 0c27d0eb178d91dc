//! The run itself: read in parallel, compared in order.
//!
//! Captures are read in small batches on all cores, for reading is nearly all of the work; what follows from them is a function
//! of the order of time. A capture that shows the same bytes as the one before is not read again.

use super::library::Texts;
use super::{Course, Rehearsal, SCHEMA, captures};
use crate::app::audit::{Audit, seen};
use crate::app::compare::cause::Before;
use crate::app::compare::document::{Seen, What};
use crate::app::compare::memory::{Noticed, Quiet};
use crate::app::compare::{Events, Look, Memory, Terms};
use crate::base::progress::Progress;
use jiff::Timestamp;
use jiff::tz::Offset;
use probity_probes::net::archive::Archive;
use probity_probes::net::capture::{Capture, Entry};
use probity_rules::facts::Facts;
use probity_rules::law::LawOn;
use probity_rules::service::Service;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// What a capture of a service was read as.
struct Reading {
    seen: Vec<Seen>,
    facts: Arc<Facts>,
    /// Whether the same bytes will be read as the same, whatever else was captured.
    is_plain: bool,
}

/// One time at which something was captured.
struct Moment {
    at: Timestamp,
    capture: Capture,
    /// What each address answered.
    answers: Vec<(String, String)>,
}

/// Rehearses the services.
pub(crate) fn rehearse(audit: &Audit, archive: &Arc<Archive>, services: Vec<Service>, terms: Terms) -> Rehearsal {
    let mut rehearsal = Rehearsal {
        schema: SCHEMA.to_owned(),
        confirm_after_hours: terms.confirm_after.as_secs_f64() / 3600.0,
        ..Rehearsal::default()
    };
    for service in services {
        let course = one(audit, archive, &Arc::new(service), terms, &mut rehearsal);
        if course.audits == 0 {
            continue;
        }
        rehearsal.audits += course.audits;
        rehearsal.raw_changes += course.raw_changes;
        rehearsal.text_changes += course.text_changes;
        rehearsal.flickers += course.flickers;
        rehearsal.gaps += course.gaps;
        rehearsal.services.push(course);
    }
    rehearsal.reviews.sort_by(|one, other| {
        let key = |change: &crate::base::change::Change| {
            (change.raised_at, change.service.clone(), change.method.clone(), change.criterion.clone())
        };
        key(one).cmp(&key(other))
    });
    rehearsal
}

/// The look before: the answer to each address, by digest, and what was read of them.
type Last = (Vec<(String, String)>, Arc<Reading>);

fn one(audit: &Audit, archive: &Arc<Archive>, service: &Arc<Service>, terms: Terms, all: &mut Rehearsal) -> Course {
    let (times, targets) = captures::times(service, archive);
    let times: Vec<Timestamp> = times.into_iter().collect();
    let mut texts = Texts::new(Arc::clone(archive), Arc::clone(service));
    let mut course = Course { service: service.id.clone(), ..Course::default() };
    let mut memory = Memory::default();
    let mut reference: Option<(Arc<Facts>, LawOn)> = None;
    let mut last: Option<Last> = None;
    let mut noticed: BTreeMap<(String, Timestamp, &'static str), Noticed> = BTreeMap::new();
    let methods: Vec<_> = audit.methods_for(service).collect();
    let progress = Progress::new(times.len(), "captures");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for batch in times.chunks(2 * cores) {
        let moments: Vec<Moment> = batch.iter().map(|at| moment(archive, &targets, *at)).collect();
        let read = read(audit, service, &moments, last.as_ref().map(|(answers, _)| answers), cores);
        for (moment, read) in moments.into_iter().zip(read) {
            let reading = match (read, &last) {
                (Some(reading), _) => Arc::new(reading),
                (None, Some((_, last))) => again(last, &moment.capture),
                (None, None) => continue,
            };
            let law = audit.rules.law_on(Offset::UTC.to_datetime(moment.at).date());
            let judgement = audit.rules.judge(&reading.facts, &law);
            let look = Look {
                service: &service.id,
                at: moment.at,
                seen: &reading.seen,
                facts: &reading.facts,
                judgement: &judgement,
                rules: &audit.rules,
                law: &law,
                methods: &methods,
            };
            let before = reference.as_ref();
            let before = before.map(|(facts, law)| Before { facts, reread: None, rules: None, law });
            texts.remember(&reading.seen, moment.at);
            let events = memory.take(&look, before.as_ref(), &texts, terms);
            if events.is_reference {
                reference = Some((Arc::clone(&reading.facts), law));
            }
            count(&mut course, all, events, &mut noticed);
            last = Some((moment.answers, reading));
            progress.done(&service.name);
        }
    }
    all.noticed.extend(noticed.into_values());
    course
}

/// Reads what is not the same as the moment before it, on all cores.
fn read(
    audit: &Audit,
    service: &Service,
    moments: &[Moment],
    last: Option<&Vec<(String, String)>>,
    cores: usize,
) -> Vec<Option<Reading>> {
    let slots: Vec<OnceLock<Reading>> = moments.iter().map(|_| OnceLock::new()).collect();
    let before = |place: usize| match place {
        0 => last,
        place => Some(&moments[place - 1].answers),
    };
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..cores.min(moments.len()) {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(moment) = moments.get(place) else { return };
                    if before(place) != Some(&moment.answers) {
                        let facts = Arc::new(audit.read(service, &moment.capture));
                        let (seen, is_plain) = seen::look(service, &moment.capture);
                        let _ = slots[place].set(Reading { seen, facts, is_plain });
                    }
                }
            });
        }
    });
    slots.into_iter().map(OnceLock::into_inner).collect()
}

fn moment(archive: &Arc<Archive>, targets: &BTreeSet<String>, at: Timestamp) -> Moment {
    let capture = Capture::replay(Arc::clone(archive) as Arc<_>, at);
    let answers = targets.iter().filter_map(|target| {
        let answer = match &*capture.get(target)? {
            Entry::Http(exchange) => format!("{} {}", exchange.status, exchange.digest),
            Entry::Dns(resolution) => resolution.digest.clone(),
            Entry::Gap { why, detail, .. } => format!("{why} {detail}"),
        };
        Some((target.clone(), answer))
    });
    Moment { at, answers: answers.collect(), capture }
}

/// The same reading at a later time.
fn again(last: &Arc<Reading>, capture: &Capture) -> Arc<Reading> {
    let mut seen = last.seen.clone();
    for one in &mut seen {
        let followed = capture.follow(&one.asked);
        let times = followed.hops.iter().filter_map(|hop| match &*capture.get(hop)? {
            Entry::Http(exchange) => Some(exchange.captured),
            Entry::Gap { at, .. } => Some(*at),
            Entry::Dns(_) => None,
        });
        one.captured = times.max();
    }
    Arc::new(Reading { seen, facts: Arc::clone(&last.facts), is_plain: last.is_plain })
}

/// Adds the events of an audit to the figures.
fn count(
    course: &mut Course,
    all: &mut Rehearsal,
    events: Events,
    noticed: &mut BTreeMap<(String, Timestamp, &'static str), Noticed>,
) {
    course.audits += 1;
    for event in events.texts {
        course.raw_changes += u32::from(event.raw);
        match event.event {
            What::Same if event.raw => course.same += 1,
            What::Same => {}
            What::Changed | What::Replaced { .. } => course.text_changes += 1,
            What::Returned { .. } => {
                course.text_changes += 1;
                course.flickers += 1;
            }
            What::Gap { .. } => course.gaps += 1,
            What::First => {}
        }
        if event.event != What::Same {
            course.texts.push(event);
        }
    }
    for change in events.raised {
        noticed.retain(|(criterion, first, why), _| {
            *criterion != change.criterion || *first != change.first_seen || *why != Quiet::Unconfirmed.as_str()
        });
        course.reviews += 1;
        all.reviews.push(change);
    }
    for one in events.noticed {
        // What came back is not waiting any more; what waits is told once.
        if one.why == Quiet::Returned {
            noticed.remove(&(one.criterion.clone(), one.first_seen, Quiet::Unconfirmed.as_str()));
        }
        let lasts = matches!(one.why, Quiet::Gap | Quiet::SameWords);
        let same = |other: &&mut Noticed| {
            lasts && (&other.criterion, other.to, other.why) == (&one.criterion, one.to, one.why)
        };
        match noticed.values_mut().find(same) {
            Some(known) => known.at = one.at,
            None => {
                noticed.insert((one.criterion.clone(), one.first_seen, one.why.as_str()), one);
            }
        }
    }
    all.notices.extend(events.notices);
}
