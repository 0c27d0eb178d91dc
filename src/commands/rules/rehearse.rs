//! `probity rules rehearse`: every kept audit judged again by changed rules, and each rating that would flip.
//!
//! It reads what was kept of the grounds of grades, line by line: what the reader itself would read differently is not seen here.

use crate::app::audit::grounds::Grounds;
use crate::app::audit::results::Judged as Kept;
use crate::app::network;
use crate::base::failure::Failure;
use crate::base::pool;
use crate::cli::Format;
use crate::cli::exit::Exit;
use crate::keep::data::{Data, unreadable};
use crate::keep::evidence::Evidence;
use crate::keep::manifest::{FACTS, GROUNDS, RESULT};
use crate::present::output::grid::{Cell, Column, Grid};
use crate::present::output::ranking::light;
use crate::present::output::{FAINT, GOOD, Screen, counted};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use probity_rules::catalogue::Rules;
use probity_rules::criterion::Criterion;
use probity_rules::facts::Facts;
use probity_rules::judge::{Grade, Outlook, outlooks};
use probity_rules::law::LawOn;
use probity_rules::method::{Entry, Light, Method};
use probity_rules::score::light_of;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// So many bytes of lines are handed out at once.
const BATCH: usize = 1 << 16;

/// A rating that would be another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Flip {
    audit: String,
    service: String,
    method: String,
    from: Light,
    to: Light,
    /// The criteria whose grades differ.
    criteria: Vec<Moved>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Moved {
    criterion: String,
    from: Option<Grade>,
    to: Grade,
}

/// What is printed.
#[derive(Serialize)]
struct Told {
    rules: String,
    judged: u64,
    flips: Vec<Flip>,
}

/// The head of a kept result.
#[derive(Deserialize)]
struct Head {
    as_of: Timestamp,
}

/// Judges every kept audit by the rules that stand and by the changed ones.
pub(super) fn run(
    data: &Data,
    evidence: &Evidence,
    base: &Rules,
    changed: &Rules,
    format: Format,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let judges = Judges::new(base, changed);
    let (judged, flips) = judges.judge(|feeder| match evidence.is_shared() {
        true => elsewhere(evidence, feeder),
        false => here(data, feeder),
    })?;
    let mut told = Told { rules: changed.revision.clone(), judged, flips };
    told.flips.sort();
    match format {
        Format::Json => screen.json(&told)?,
        Format::Table => print(&told, screen)?,
    }
    Ok(if told.flips.is_empty() { Exit::Done } else { Exit::Threshold })
}

/// The audits of the data folder, the oldest first.
fn here(data: &Data, feeder: &mut Feeder) -> Result<(), Failure> {
    let mut folders = data.audits(None)?;
    folders.reverse();
    for folder in &folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let grounds = folder.join(GROUNDS);
        let path = if grounds.exists() { grounds } else { folder.join(FACTS) };
        feeder.audit(&name, &folder.join(RESULT), &path)?;
    }
    Ok(())
}

/// The audits of a bucket, one after the other; a copy of one is here no longer than it takes. One that is lost or altered is
/// said, and left.
fn elsewhere(evidence: &Evidence, feeder: &mut Feeder) -> Result<(), Failure> {
    let runtime = network::runtime()?;
    for name in runtime.block_on(evidence.names())? {
        let fetched = runtime.block_on(async {
            let manifest = evidence.manifest(&name).await.map_err(|error| error.to_string())?;
            let has_grounds = manifest.files.iter().any(|file| file.name == GROUNDS);
            let facts = if has_grounds { GROUNDS } else { FACTS };
            let result = evidence.named(&name, &manifest.files, RESULT).await.map_err(|lost| lost.to_string())?;
            let facts = evidence.named(&name, &manifest.files, facts).await.map_err(|lost| lost.to_string())?;
            Ok::<_, String>((result, facts))
        });
        match fetched {
            Ok((result, facts)) => {
                let fed = feeder.audit(&name, &result, &facts);
                evidence.forget(&name);
                fed?;
            }
            Err(lost) => Failure::new(lost).next("the other audits are judged without it").warn(),
        }
    }
    Ok(())
}

fn print(told: &Told, screen: &mut Screen) -> Result<(), Failure> {
    if told.flips.is_empty() {
        let audits = counted(told.judged, "audit");
        return screen.line(format_args!("{GOOD}{audits} of services judged again: no rating would flip{GOOD:#}"));
    }
    let mut grid = Grid::new([
        Column::words("audit"),
        Column::text("service"),
        Column::text("method"),
        Column::words("light"),
        Column::text("criteria"),
    ]);
    for flip in &told.flips {
        let lights = match flip.from == flip.to {
            true => format!("stays {}", flip.to.as_str()),
            false => format!("{} → {}", flip.from.as_str(), flip.to.as_str()),
        };
        let moved = flip.criteria.iter().map(|moved| {
            let from = moved.from.map_or("none", Grade::as_str);
            format!("{} {from} → {}", moved.criterion, moved.to.as_str())
        });
        let moved: Vec<_> = moved.collect();
        let (audit, service, method) = (flip.audit.as_str(), flip.service.as_str(), flip.method.as_str());
        grid.row([
            audit.into(),
            service.into(),
            method.into(),
            Cell::new(lights, light(flip.to).1),
            moved.join(", ").into(),
        ]);
    }
    screen.grid(&grid)?;
    let (audits, ratings) = (counted(told.judged, "audit"), counted(told.flips.len(), "rating"));
    screen.line(format_args!("\n{FAINT}{audits} of services judged again, {ratings} would differ{FAINT:#}"))
}

/// Both rules, and what has to be judged twice.
struct Judges<'r> {
    base: &'r Rules,
    changed: &'r Rules,
    /// The changed criteria that are not as they stand.
    others: Vec<Criterion>,
    /// Each changed criterion, in order.
    places: Vec<Place>,
    /// The methods that both have.
    methods: Vec<Pair<'r>>,
}

/// A method as it stands and as it is changed.
struct Pair<'r> {
    was: &'r Method,
    is: &'r Method,
    /// Whether the two are the same.
    same: bool,
}

/// Where the outlook of a changed criterion comes from.
struct Place {
    /// The criterion as it stands; none where it is new.
    stands: Option<usize>,
    /// Its place among the others, if it is one.
    other: Option<usize>,
}

/// An audit of which lines are handed out.
struct Judged {
    name: String,
    path: PathBuf,
    /// Whether its lines are facts: audits of earlier versions have no grounds.
    is_whole: bool,
    /// The law of its day, by both rules.
    law: [LawOn; 2],
}

/// Some lines of an audit, as many as are worth the way to another thread.
struct Batch {
    audit: Arc<Judged>,
    /// The number of the first one.
    first: u64,
    text: Vec<u8>,
}

/// The place from which batches are taken, by one at a time.
type Batches = Mutex<Receiver<Batch>>;

impl<'r> Judges<'r> {
    fn new(base: &'r Rules, changed: &'r Rules) -> Self {
        // Another law, or another contradiction, can move every grade.
        let around = base.law == changed.law && base.opposites == changed.opposites;
        let (mut others, mut places) = (Vec::new(), Vec::new());
        for criterion in &changed.criteria {
            let stands = base.criteria.iter().position(|known| known.id == criterion.id);
            let same = around && stands.is_some_and(|place| base.criteria[place] == *criterion);
            let other = (!same).then_some(others.len());
            others.extend(other.map(|_| criterion.clone()));
            places.push(Place { stands, other });
        }
        let pair = |is: &'r Method| base.method(&is.id).ok().map(|was| Pair { was, is, same: was == is });
        Self { base, changed, others, places, methods: changed.methods.iter().filter_map(pair).collect() }
    }

    /// Judges on all cores what `feed` hands out: no more than some batches are in memory.
    fn judge(&self, feed: impl FnOnce(&mut Feeder) -> Result<(), Failure>) -> Result<(u64, Vec<Flip>), Failure> {
        let cores = pool::cores();
        let (sender, batches) = sync_channel(cores * 2);
        let batches = Arc::new(Mutex::new(batches));
        std::thread::scope(|scope| {
            let hand = |batches: Arc<Batches>| scope.spawn(move || self.work(&batches));
            let hands: Vec<_> = (0..cores).map(|_| hand(Arc::clone(&batches))).collect();
            // Where all of them have failed, the feeder is to see it.
            drop(batches);
            let fed = feed(&mut Feeder { judges: self, sender });
            let mut told = (0, Vec::new());
            for hand in hands {
                let (judged, flips) = pool::joined(hand)?;
                told.0 += judged;
                told.1.extend(flips);
            }
            fed.map(|()| told)
        })
    }

    fn work(&self, batches: &Batches) -> Result<(u64, Vec<Flip>), Failure> {
        let mut told = (0, Vec::new());
        loop {
            let next = batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(Batch { audit, first, text }) = next else { return Ok(told) };
            for (line, number) in text.split_inclusive(|byte| *byte == b'\n').zip(first..) {
                let (service, facts) = read(&audit, line).map_err(|error| {
                    Failure::new(format_args!("{}:{number}: this cannot be judged: {error}", audit.path.display()))
                        .next("it may be of another version: audit again")
                })?;
                told.0 += 1;
                told.1.extend(self.flips(&audit, &service, &facts));
            }
        }
    }

    fn flips(&self, audit: &Judged, service: &str, facts: &Facts) -> Vec<Flip> {
        let before = self.base.outlooks(facts, &audit.law[0]);
        let others = outlooks(facts, &self.others, &self.changed.opposites, &audit.law[1]);
        let stood = |place: &Place| place.stands.map(|stands| before[stands]);
        let now = |place: &Place| place.other.map(|other| others[other]).or(stood(place)).unwrap_or(Outlook::OPEN);
        let after: Vec<Outlook> = self.places.iter().map(now).collect();
        let flip = |pair: &Pair| {
            let (from, to, criteria) = self.moved(pair, &before, &after)?;
            let (audit, service, method) = (audit.name.clone(), service.to_owned(), pair.is.id.clone());
            Some(Flip { audit, service, method, from, to, criteria })
        };
        self.methods.iter().filter_map(flip).collect()
    }

    /// The lights by a method and the grades that differ; none where nothing does.
    fn moved(&self, pair: &Pair, before: &[Outlook], after: &[Outlook]) -> Option<(Light, Light, Vec<Moved>)> {
        let Pair { was, is, same } = pair;
        let moves = |entry: &Entry| (self.places[entry.criterion].stands.map(|at| before[at]), after[entry.criterion]);
        if *same && is.entries.iter().map(moves).all(|(from, to)| from == Some(to)) {
            return None;
        }
        let moved = is.entries.iter().filter_map(|entry| {
            let (from, to) = moves(entry);
            let (from, to) = (from.map(|outlook| outlook.grade()), to.grade());
            (from != Some(to)).then(|| Moved { criterion: entry.id.clone(), from, to })
        });
        let criteria: Vec<Moved> = moved.collect();
        let (from, to) = (light_of(was, before), light_of(is, after));
        (from != to || !criteria.is_empty()).then_some((from, to, criteria))
    }
}

/// A line of an audit.
fn read(audit: &Judged, line: &[u8]) -> serde_json::Result<(String, Facts)> {
    if audit.is_whole {
        let kept: Kept = serde_json::from_slice(line)?;
        return Ok((kept.service, kept.facts));
    }
    serde_json::from_slice(line).map(Grounds::facts)
}

/// Hands out the lines of audits.
struct Feeder<'r> {
    judges: &'r Judges<'r>,
    sender: SyncSender<Batch>,
}

impl Feeder<'_> {
    /// Hands out those of one audit.
    fn audit(&mut self, name: &str, result: &Path, path: &Path) -> Result<(), Failure> {
        let day = day(result)?;
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let audit = Arc::new(Judged {
            name: name.to_owned(),
            path: path.to_owned(),
            is_whole: !path.ends_with(GROUNDS),
            law: [self.judges.base.law_on(day), self.judges.changed.law_on(day)],
        });
        let mut lines = BufReader::with_capacity(1 << 16, file);
        let mut first = 1;
        loop {
            let (mut text, mut count) = (Vec::new(), 0);
            while text.len() < BATCH {
                match lines.read_until(b'\n', &mut text) {
                    Ok(0) => break,
                    Ok(_) => count += 1,
                    Err(error) => return Err(unreadable(path, &error)),
                }
            }
            // Where nobody takes any more, somebody has failed, and says why.
            if text.is_empty() || self.sender.send(Batch { audit: Arc::clone(&audit), first, text }).is_err() {
                return Ok(());
            }
            first += count;
        }
    }
}

/// The day whose law an audit was judged by: its head alone is read.
fn day(path: &Path) -> Result<Date, Failure> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut line = String::new();
    BufReader::new(file).read_line(&mut line).map_err(|error| unreadable(path, &error))?;
    let head = format!("{}}}", line.trim_end().trim_end_matches(','));
    let head: Head = serde_json::from_str(&head).map_err(|error| {
        Failure::new(format_args!("{} is not the result of an audit: {error}", path.display()))
            .next("it may be of another version: audit again")
    })?;
    Ok(Offset::UTC.to_datetime(head.as_of).date())
}
