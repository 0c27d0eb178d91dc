//! What pages and the API show, read from where audits are kept: the narrow place between the store and the web.
//!
//! A snapshot holds the newest audit of each service and, compactly, the ratings before it. It is made anew when
//! something was added and handed out whole, so that a page never mixes two states. It decides nothing.

pub(crate) mod board;
pub(crate) mod captured;
pub(crate) mod parts;
pub(crate) mod plot;
pub(crate) mod review;
pub(crate) mod service;
pub(crate) mod versions;

use crate::base::failure::Failure;
use crate::base::review::{Item as Waiting, State, Status};
use crate::keep::data;
use crate::keep::manifest::{ARCHIVE, RESULT};
use crate::keep::shelf::Shelf;
use crate::present::web::queue::Standings;
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use probity_probes::net::archive::Archive;
use probity_rules::catalogue::Rules;
use probity_rules::facts::Item;
use probity_rules::judge::Grade;
use probity_rules::method::Light;
use probity_rules::rating::{Applied, Audit, Audited, Database, Rating, Tool};
use probity_rules::score::Points;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Archives that are kept open: an index each, not their bytes.
const OPEN_ARCHIVES: usize = 4;

/// A word that many things share: the id of an audit, of a criterion.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Word(Arc<str>);

impl Word {
    fn new(text: &str) -> Self {
        Self(Arc::from(text))
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Word {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

/// One rating of the past, without its findings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Point {
    /// The audit.
    pub(crate) audit: Word,
    /// As of when.
    pub(crate) as_of: Timestamp,
    /// The light.
    pub(crate) light: Light,
    /// The points.
    pub(crate) points: Points,
    /// The share of the weight that could be decided.
    pub(crate) coverage: f64,
    /// The grades, by criterion.
    pub(crate) grades: Vec<(Word, Grade)>,
}

/// What changed between two audits in a rating.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Turn {
    /// The service.
    pub(crate) service: String,
    /// The method.
    pub(crate) method: String,
    /// As of when it was seen.
    pub(crate) at: Timestamp,
    /// The light before and after.
    pub(crate) lights: (Light, Light),
    /// The grades that changed: criterion, before, after.
    pub(crate) grades: Vec<(Word, Grade, Grade)>,
}

/// A service by one method: now and before.
#[derive(Clone, Debug)]
pub(crate) struct Rated {
    /// The newest rating.
    pub(crate) rating: Arc<Rating>,
    /// Whether it counts as published.
    pub(crate) standing: Status,
    /// Whether a change of it ever was in the queue.
    pub(crate) decided: bool,
    /// All ratings, the oldest first; the last one is the newest.
    pub(crate) history: Vec<Point>,
}

/// A service as of its newest audit.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// What the audit says of it apart from any method.
    pub(crate) about: Arc<Audited>,
    /// The audit.
    pub(crate) audit: Arc<Head>,
    /// By method.
    pub(crate) rated: Vec<Rated>,
}

/// What an audit says of itself.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Head {
    /// The name of its folder.
    pub(crate) id: Word,
    /// As of when.
    pub(crate) as_of: Timestamp,
    /// What judged.
    pub(crate) tool: Tool,
    /// Which law was applied.
    pub(crate) law: Applied,
    /// Which databases placed addresses.
    pub(crate) geoip: Vec<Database>,
    /// The services in it.
    pub(crate) services: Vec<String>,
}

/// Everything that is shown, at one time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    /// Another word whenever anything in it is another.
    pub(crate) tag: String,
    /// The services, by id.
    pub(crate) services: BTreeMap<String, Known>,
    /// The audits, by id: the oldest first.
    pub(crate) audits: BTreeMap<Word, Arc<Head>>,
    /// What changed, the newest first.
    pub(crate) turns: Vec<Turn>,
    /// How many changes wait for a person.
    pub(crate) waiting: usize,
}

impl Known {
    /// Its rating by a method.
    pub(crate) fn by(&self, method: &str) -> Option<&Rated> {
        self.rated.iter().find(|rated| rated.rating.method == method)
    }

    fn by_mut(&mut self, method: &str) -> Option<&mut Rated> {
        self.rated.iter_mut().find(|rated| rated.rating.method == method)
    }
}

/// What a record of the archive is looked up by.
pub(crate) struct Library {
    /// Where the files of audits are read.
    pub(crate) shelf: Shelf,
    /// The rules at hand: titles, prose, methods.
    pub(crate) rules: Rules,
    now: RwLock<Arc<Snapshot>>,
    /// What was taken in so far, before anybody's decisions.
    base: Mutex<Snapshot>,
    /// Results of earlier audits whose ratings are published.
    read: Mutex<BTreeMap<Word, Arc<Audit>>>,
    archives: Mutex<Vec<(Word, Arc<Archive>)>>,
    items: Mutex<BTreeMap<String, Arc<Vec<Item>>>>,
}

impl Library {
    /// Reads what is kept.
    pub(crate) fn open(shelf: Shelf, rules: Rules) -> Result<Self, Failure> {
        let library = Self {
            shelf,
            rules,
            now: RwLock::default(),
            base: Mutex::default(),
            read: Mutex::default(),
            archives: Mutex::default(),
            items: Mutex::default(),
        };
        library.refresh(&[], None, false)?;
        Ok(library)
    }

    /// What is shown now.
    pub(crate) fn now(&self) -> Arc<Snapshot> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks whether something was added, or decided: `items` are those of the queue, decided ones too. For the public the
    /// newest confirmed ratings take the place of newer ones. Blocks.
    pub(crate) fn refresh(
        &self,
        items: &[Waiting],
        standings: Option<&Standings>,
        public: bool,
    ) -> Result<(), Failure> {
        let named: Vec<Word> = self.shelf.names()?.iter().map(|name| Word::new(name)).collect();
        let tag = tag(named.iter().map(|id| &**id), items, standings);
        if self.now().tag == tag && !tag.is_empty() {
            return Ok(());
        }
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let mut base = self.base.lock().unwrap_or_else(PoisonError::into_inner);
        // What was taken in stays; only what came behind it is read.
        let begins = base.audits.keys().zip(&named).all(|(known, id)| known == id);
        if !begins || base.audits.len() > named.len() {
            *base = Snapshot::default();
        }
        for id in named.iter().skip(base.audits.len()) {
            match self.result(id) {
                Ok(kept) => base.take(id, &kept),
                // An audit that cannot be read is said and left out: the others are still right.
                Err(failure) => failure.warn(),
            }
        }
        let mut snapshot = Snapshot { tag, ..base.clone() };
        drop(base);
        snapshot.stand(items, standings);
        let mut published: Vec<&str> = Vec::new();
        if let Some(standings) = standings.filter(|_| public) {
            for (service, method, audit) in &standings.published {
                let Some(id) = named.iter().find(|name| &***name == audit).cloned() else { continue };
                let kept = match read.get(&id) {
                    Some(kept) => Arc::clone(kept),
                    None => Arc::new(self.result(&id)?),
                };
                read.insert(id, Arc::clone(&kept));
                published.push(audit);
                let set = standings
                    .decided
                    .iter()
                    .find(|(of, rating)| of == audit && rating.service == *service && rating.method == *method);
                snapshot.publish(service, method, audit, &kept, set.map(|(_, rating)| rating));
            }
        }
        read.retain(|id, _| published.contains(&&**id));
        snapshot.turns.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| one.service.cmp(&other.service)));
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        Ok(())
    }

    fn result(&self, id: &str) -> Result<Audit, Failure> {
        data::result(&self.shelf.needed(id, RESULT)?)
    }

    /// Where a file of an audit lies. Only a name that is listed is ever made a path of. Blocks.
    pub(crate) fn file(&self, id: &str, name: &str) -> Option<PathBuf> {
        self.now().audits.get(id)?;
        self.shelf.file(id, name).ok()?
    }

    /// The archive of an audit. Blocks.
    pub(crate) fn archive(&self, id: &str) -> Option<Arc<Archive>> {
        let id = self.now().audits.get_key_value(id)?.0.clone();
        let mut open = self.archives.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = open.iter().position(|(name, _)| *name == id) {
            let found = open.remove(place);
            open.push(found.clone());
            return Some(found.1);
        }
        let archive = Arc::new(Archive::open(&[self.file(&id, ARCHIVE)?]).ok()?);
        if open.len() == OPEN_ARCHIVES {
            open.remove(0);
        }
        open.push((id, Arc::clone(&archive)));
        Some(archive)
    }
}

impl Snapshot {
    /// How ratings stand, by what was decided on their changes: of several, what is least settled.
    fn stand(&mut self, items: &[Waiting], standings: Option<&Standings>) {
        self.waiting = items.iter().filter(|item| item.state != State::Decided).count();
        if let Some(standings) = standings {
            for (service, method, status) in &standings.newest {
                let known = self.services.get_mut(service);
                if let Some(rated) = known.and_then(|known| known.by_mut(method)) {
                    rated.standing = *status;
                }
            }
            for (audit, rating) in &standings.decided {
                let Some(known) = self.services.get_mut(&rating.service) else { continue };
                let (newest, id) = (*known.audit.id == **audit, known.audit.id.clone());
                let as_of = known.audit.as_of;
                if let Some(rated) = known.by_mut(&rating.method).filter(|_| newest) {
                    rated.rating = Arc::new(rating.clone());
                    if let Some(last) = rated.history.last_mut() {
                        *last = Point::new(&id, as_of, rating);
                    }
                }
            }
            return;
        }
        for item in items {
            let known = self.services.get_mut(&item.change.service);
            let Some(rated) = known.and_then(|known| known.by_mut(&item.change.method)) else { continue };
            rated.standing = match (rated.decided, item.status()) {
                (true, Status::Confirmed) => rated.standing,
                (true, now) if rated.standing == Status::Confirmed => now,
                (true, now) => rated.standing.max(now),
                (false, now) => now,
            };
            rated.decided = true;
        }
    }

    /// Puts a confirmed rating of an earlier audit in the place of the newest.
    fn publish(&mut self, service: &str, method: &str, audit: &str, kept: &Audit, set: Option<&Rating>) {
        let Some(rated) = self.services.get_mut(service).and_then(|known| known.by_mut(method)) else { return };
        let found = kept.ratings.iter().find(|rating| rating.service == service && rating.method == method);
        if let Some(found) = set.or(found) {
            rated.rating = Arc::new(found.clone());
            rated.standing = Status::Confirmed;
            let until = rated.history.iter().position(|point| &*point.audit == audit);
            rated.history.truncate(until.map_or(rated.history.len(), |place| place + 1));
            let last = rated.history.last().map(|point| point.as_of);
            self.turns.retain(|turn| turn.service != service || turn.method != method || Some(turn.at) <= last);
        }
    }

    /// Takes an audit in, the oldest first.
    fn take(&mut self, id: &Word, audit: &Audit) {
        let head = Arc::new(Head {
            id: id.clone(),
            as_of: audit.as_of,
            tool: audit.tool.clone(),
            law: audit.law.clone(),
            geoip: audit.geoip.clone(),
            services: audit.services.iter().map(|about| about.service.clone()).collect(),
        });
        self.audits.insert(id.clone(), Arc::clone(&head));
        for about in &audit.services {
            let before = self.services.remove(&about.service);
            let mut past: BTreeMap<String, Vec<Point>> = BTreeMap::new();
            let mut kept: Vec<Rated> = Vec::new();
            for rated in before.into_iter().flat_map(|known| known.rated) {
                past.insert(rated.rating.method.clone(), rated.history.clone());
                kept.push(rated);
            }
            let from = audit.ratings.partition_point(|rating| rating.service < about.service);
            let ratings = audit.ratings[from..].iter().take_while(|rating| rating.service == about.service);
            for rating in ratings {
                let mut history = past.remove(&rating.method).unwrap_or_default();
                let point = Point::new(id, audit.as_of, rating);
                if let Some(turn) = history.last().and_then(|last| last.turned(&point, rating)) {
                    self.turns.push(turn);
                }
                history.push(point);
                kept.retain(|rated| rated.rating.method != rating.method);
                kept.push(Rated {
                    rating: Arc::new(rating.clone()),
                    standing: Status::Provisional,
                    decided: false,
                    history,
                });
            }
            kept.sort_by(|one, other| one.rating.method.cmp(&other.rating.method));
            let known = Known { about: Arc::new(about.clone()), audit: Arc::clone(&head), rated: kept };
            self.services.insert(about.service.clone(), known);
        }
    }
}

/// Another word whenever something that is shown is another.
fn tag<'a>(audits: impl Iterator<Item = &'a str>, items: &[Waiting], standings: Option<&Standings>) -> String {
    let mut sum = Sha256::new();
    for id in audits {
        sum.update(id);
        sum.update([0]);
    }
    for item in items {
        sum.update(item.id.to_be_bytes());
        sum.update(item.version.to_be_bytes());
    }
    for (service, method, status) in standings.iter().flat_map(|standings| &standings.newest) {
        sum.update(format!("{service} {method} {}\n", status.as_str()));
    }
    HEXLOWER.encode(&sum.finalize()[..16])
}

impl Point {
    fn new(audit: &Word, as_of: Timestamp, rating: &Rating) -> Self {
        Self {
            audit: audit.clone(),
            as_of,
            light: rating.light,
            points: rating.points,
            coverage: rating.coverage,
            grades: rating.findings.iter().map(|one| (Word::new(&one.criterion), one.grade)).collect(),
        }
    }

    /// What is another in a later rating of the same service by the same method.
    fn turned(&self, later: &Self, rating: &Rating) -> Option<Turn> {
        let mut grades = Vec::new();
        for (criterion, grade) in &later.grades {
            let before = self.grades.iter().find(|(known, _)| known == criterion);
            if let Some((_, before)) = before.filter(|(_, before)| before != grade) {
                grades.push((criterion.clone(), *before, *grade));
            }
        }
        (self.light != later.light || !grades.is_empty()).then(|| Turn {
            service: rating.service.clone(),
            method: rating.method.clone(),
            at: later.as_of,
            lights: (self.light, later.light),
            grades,
        })
    }
}
