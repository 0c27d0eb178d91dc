//! Which pages are the documents of a service: the declared ones, and for the kinds that are not declared those that the
//! home page leads to.
//!
//! One walk over what was captured, the same for asking and for reading: while asking it stops where an answer is missing
//! and says what it wants; while reading it goes round what is missing. It finds by links, then by the site map, and
//! guesses an address only where nothing else is left.

mod parts;

use super::links::{self, Candidate, WORTH};
use super::sheet::{self, Look, Lost, Purpose, Sheet};
use super::sitemap;
use super::sites::Sites;
use super::words::Goal;
use crate::net::capture::{Capture, MAX_HOPS, Request};
use probity_rules::document::{Kind, Language};
use probity_rules::observation::Why;
use probity_rules::service::Service;
use probity_rules::target;
use std::collections::BTreeSet;
use std::sync::Arc;
use url::Url;

/// The kinds that are searched for, in the order of search. Help pages are many and never the one: they are declared.
const SEARCHED: [Kind; 7] = [
    Kind::PrivacyPolicy,
    Kind::Terms,
    Kind::ProcessingAgreement,
    Kind::Subprocessors,
    Kind::Security,
    Kind::Imprint,
    Kind::CookiePolicy,
];

/// The kinds for which a page that only links legal texts is opened.
const WORTH_A_HUB: [Kind; 4] = [Kind::PrivacyPolicy, Kind::Terms, Kind::ProcessingAgreement, Kind::Subprocessors];

/// Pages that are asked for of one service at most, whatever its links say.
const PAGES: usize = 64;

/// Candidates that are tried for one kind.
const TRIES: usize = 3;

/// Pages that only link legal texts that are opened.
const HUBS: usize = 2;

/// Addresses at which a policy stands on many sites, tried one after the other where nothing leads to one.
const GUESSES: [(Kind, &[&str]); 2] =
    [(Kind::PrivacyPolicy, &["/privacy", "/privacy-policy", "/datenschutz"]), (Kind::Terms, &["/terms"])];

/// A page that was guessed counts from this many words on.
const GUESSED_WORDS: u64 = 150;

/// A document: declared or found, read or lost.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) kind: Kind,
    /// The address that was asked for.
    pub(super) asked: String,
    /// Its pages; several where it is split.
    pub(super) pages: Vec<Arc<Sheet>>,
    /// What of it could not be had.
    pub(super) lost: Vec<Lost>,
}

impl Found {
    /// Whether all of it could be read.
    pub(super) fn is_whole(&self) -> bool {
        self.lost.is_empty() && !self.pages.is_empty()
    }
}

/// What the walk found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) documents: Vec<Found>,
    /// Kinds of which no document was found, and why not.
    pub(super) missing: Vec<(Kind, Why, String)>,
    /// What could not be had beside the documents: the home page, pages on the way.
    pub(super) lost: Vec<Lost>,
    /// Whether the home page could be read.
    pub(super) home: bool,
    /// Links to places where source code is kept, the home page's first.
    pub(super) forges: Vec<String>,
    /// What is still wanted.
    pub(super) wanted: Vec<Request>,
}

impl Survey {
    /// Once a document of a kind is read, a link to another of it that leads nowhere (404, empty) is a gap and no document
    /// any more: it holds nothing. What was refused or unreachable stays one: it may hold something.
    fn drop_dead_links(&mut self, kind: Kind) {
        let dead = |found: &Found| found.pages.is_empty() && found.lost.iter().all(|lost| lost.why == Why::Empty);
        for found in std::mem::take(&mut self.documents) {
            if found.kind == kind && dead(&found) {
                self.lost.extend(found.lost);
            } else {
                self.documents.push(found);
            }
        }
    }
}

/// What a walk is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// To say what is still wanted.
    Asking,
    /// To read what the documents state; nothing more will come, what is missing is lost.
    Reading,
    /// The same for their texts alone.
    Texts,
}

/// Walks over what was captured.
pub(super) fn survey(service: &Service, capture: &Capture, aim: Aim) -> Survey {
    let sites = Sites::of(service);
    let declared = service.documents.iter().map(|document| (document.url.clone(), document.kind)).collect();
    let mut walk = Walk { capture, sites, aim, declared, asked: BTreeSet::new(), wanted: Vec::new() };
    let mut survey = Survey::default();
    let mut waiting = false;
    for declared in &service.documents {
        let language = declared.language.as_deref().and_then(Language::from_tag);
        match walk.document(&declared.url, declared.kind, language) {
            Some(found) => survey.documents.push(found),
            None => waiting = true,
        }
    }
    let declared: BTreeSet<Kind> = service.documents.iter().map(|document| document.kind).collect();
    let open: Vec<Kind> = SEARCHED.into_iter().filter(|kind| !declared.contains(kind)).collect();
    if !open.is_empty() {
        let home = walk.page(&service.home, Purpose::Way, None);
        match home {
            Some(home) if !waiting => walk.search(&home, &open, &mut survey),
            _ => {}
        }
    }
    survey.wanted = walk.wanted;
    for page in survey.documents.iter().flat_map(|found| &found.pages) {
        survey.forges.extend(page.forges.iter().cloned());
    }
    let mut seen = BTreeSet::new();
    survey.forges.retain(|url| seen.insert(url.clone()));
    survey
}

struct Walk<'a> {
    capture: &'a Capture,
    sites: Sites,
    aim: Aim,
    /// The declared documents.
    declared: Vec<(String, Kind)>,
    asked: BTreeSet<String>,
    wanted: Vec<Request>,
}

impl Walk<'_> {
    /// What a document is looked at for.
    fn purpose(&self, kind: Kind) -> Purpose {
        match self.aim {
            Aim::Texts => Purpose::Text(kind),
            Aim::Asking | Aim::Reading => Purpose::Document(kind),
        }
    }

    /// A page, or the one that it leads to by itself; none while one is waited for.
    fn page(&mut self, url: &str, purpose: Purpose, language: Option<Language>) -> Option<Result<Arc<Sheet>, Lost>> {
        let mut hops: Vec<String> = Vec::new();
        let mut here = url.to_owned();
        loop {
            let sheet = match self.one(&here, purpose, language)? {
                Ok(sheet) => sheet,
                Err(lost) => return Some(Err(lost)),
            };
            let Some(next) = sheet.refresh.clone() else { return Some(Ok(sheet)) };
            hops.push(sheet.url.clone());
            let lost = |detail: String| Some(Err(Lost { target: next.clone(), why: Why::Unreachable, detail }));
            if hops.contains(&next) {
                return lost("redirect loop".to_owned());
            }
            if hops.len() > MAX_HOPS {
                return lost(format!("more than {MAX_HOPS} redirects"));
            }
            here = next;
        }
    }

    /// One page; none while it is waited for.
    fn one(&mut self, url: &str, purpose: Purpose, language: Option<Language>) -> Option<Result<Arc<Sheet>, Lost>> {
        let lost = |why, detail: &str| Lost { target: url.to_owned(), why, detail: detail.to_owned() };
        let url = match Url::parse(url) {
            Ok(mut parsed) => {
                parsed.set_fragment(None);
                String::from(parsed)
            }
            Err(_) => return Some(Err(lost(Why::Malformed, "no web address"))),
        };
        if !self.asked.contains(&url) && self.asked.len() >= PAGES {
            return Some(Err(lost(Why::NotAsked, "left out: too many pages of this service")));
        }
        self.asked.insert(url.clone());
        match sheet::look(self.capture, &self.sites, &url, purpose, language) {
            Look::Page(sheet) => Some(Ok(sheet)),
            Look::Lost(lost) => Some(Err(lost)),
            Look::Missing if self.aim != Aim::Asking => Some(Err(lost(Why::NotAsked, "no capture of this address"))),
            Look::Missing => {
                let request = match Request::page(url) {
                    Request::Http { url, accept, access, .. } => {
                        let language = language.map(|language| language.code().to_owned());
                        Request::Http { url, accept, language, access }
                    }
                    other => other,
                };
                // One address is asked for once, in the language in which it was wanted first.
                if !self.wanted.iter().any(|other| other.target() == request.target()) {
                    self.wanted.push(request);
                }
                None
            }
        }
    }

    /// The version of a page in a language that can be read: the declared one, else the first of English, German, French.
    /// A page that is in such a language already, or has no other version that can be had, stays.
    fn version(&mut self, page: Arc<Sheet>, kind: Kind, declared: Option<Language>) -> Option<Arc<Sheet>> {
        let declared = declared.filter(|language| Language::READ.contains(language));
        let fits = match (page.language, declared) {
            (None, _) => true,
            (Some(language), Some(declared)) => language == declared,
            (Some(_), None) => page.is_known(),
        };
        if fits {
            return Some(page);
        }
        let order = declared.into_iter().chain(Language::READ.into_iter().filter(|_| !page.is_known()));
        for language in order {
            let Some((_, url)) = page.versions.iter().find(|(version, _)| *version == language) else { continue };
            if let Ok(version) = self.page(url, self.purpose(kind), Some(language))?
                && version.trouble.is_none()
                && version.language == Some(language)
            {
                return Some(version);
            }
        }
        Some(page)
    }

    /// Looks for the kinds that are not declared.
    fn search(&mut self, home: &Result<Arc<Sheet>, Lost>, open: &[Kind], survey: &mut Survey) {
        let mut candidates: Vec<Candidate> = Vec::new();
        match home {
            Ok(home) => {
                survey.home = home.trouble.is_none();
                survey.forges.extend(home.forges.iter().cloned());
                candidates.extend(home.candidates.iter().cloned());
            }
            Err(lost) => survey.lost.push(lost.clone()),
        }
        let declared = survey.documents.iter().flat_map(|found| &found.pages);
        add(&mut candidates, declared.flat_map(|page| page.candidates.iter().cloned()));
        if !self.hubs(&mut candidates, open, survey) {
            return;
        }
        let mut lacking: Vec<Kind> =
            open.iter().copied().filter(|kind| self.pick(*kind, &candidates, survey)).collect();
        if self.waits() {
            return;
        }
        // What was found may lead on: a policy to the list of sub-processors, terms to the agreement.
        let further = survey.documents.iter().flat_map(|found| &found.pages);
        let further: Vec<_> = further.flat_map(|page| page.candidates.iter().cloned()).collect();
        add(&mut candidates, further.into_iter());
        lacking.retain(|kind| self.pick(*kind, &candidates, survey));
        if self.waits() {
            return;
        }
        let dead =
            home.as_ref().err().is_some_and(|lost| matches!(lost.why, Why::Unreachable | Why::NotAsked | Why::Robots));
        let sought: Vec<Kind> = GUESSES.iter().map(|(kind, _)| *kind).filter(|kind| lacking.contains(kind)).collect();
        if !dead && sought.contains(&Kind::PrivacyPolicy) {
            let Some(mapped) =
                sitemap::candidates(self.capture, &self.sites, survey_home(home), self.aim != Aim::Asking)
            else {
                return self.wanted.extend(sitemap::wanted(self.capture, survey_home(home)));
            };
            add(&mut candidates, mapped.into_iter());
            lacking.retain(|kind| !sought.contains(kind) || self.pick(*kind, &candidates, survey));
            lacking.retain(|kind| !sought.contains(kind) || self.guess(*kind, survey_home(home), survey));
            if self.waits() {
                return;
            }
        }
        for kind in lacking {
            let tried = survey.documents.iter().any(|found| found.kind == kind);
            if tried {
                continue;
            }
            let (why, detail) = match home {
                Ok(home) => match &home.trouble {
                    Some(trouble) => (trouble.why, format!("{}: {}", target::UNREADABLE_HOME.0, trouble.detail)),
                    None => (Why::NotAsked, target::NOT_LINKED.0.to_owned()),
                },
                Err(lost) => (lost.why, format!("{}: {}", target::NO_HOME.0, lost.detail)),
            };
            survey.missing.push((kind, why, detail));
        }
        // A home page that fills itself by script is no gap where everything was found all the same.
        let trouble = home.as_ref().ok().and_then(|home| home.trouble.clone());
        survey.lost.extend(trouble.filter(|lost| lost.why != Why::Empty || !survey.missing.is_empty()));
    }

    fn waits(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// Opens pages that only link legal texts, where a link for a wanted kind is missing; false while one is waited for.
    fn hubs(&mut self, candidates: &mut Vec<Candidate>, open: &[Kind], survey: &mut Survey) -> bool {
        let lacks = |kind: &Kind| open.contains(kind) && !candidates.iter().any(|one| one.goal == Goal::Kind(*kind));
        if !WORTH_A_HUB.iter().any(lacks) {
            return true;
        }
        let hubs: Vec<_> = candidates.iter().filter(|one| one.goal == Goal::Hub).take(HUBS).cloned().collect();
        for hub in hubs {
            match self.page(&hub.url, Purpose::Way, hub.language) {
                None => {}
                Some(Ok(page)) => add(candidates, page.candidates.iter().cloned()),
                Some(Err(lost)) => survey.lost.push(lost),
            }
        }
        !self.waits()
    }

    /// Takes the best readable candidate of a kind; true if there is none. What was tried and lost stays on record: the best
    /// as a document that could not be read, the others as gaps.
    fn pick(&mut self, kind: Kind, candidates: &[Candidate], survey: &mut Survey) -> bool {
        if survey.documents.iter().any(|found| found.kind == kind && found.is_whole()) {
            return false;
        }
        let of_kind = candidates.iter().filter(|one| one.goal == Goal::Kind(kind) && one.score >= WORTH);
        for candidate in of_kind.take(TRIES) {
            let tried = survey.documents.iter().any(|found| found.kind == kind && found.asked == candidate.url);
            // A part of one document is not another.
            let mut parts = survey.documents.iter().flat_map(|found| found.pages.iter().skip(1));
            if tried
                || parts.any(|part| part.url == candidate.url)
                || survey.lost.iter().any(|lost| lost.target == candidate.url)
            {
                continue;
            }
            let language = candidate.language.filter(|language| Language::READ.contains(language));
            let Some(found) = self.document(&candidate.url, kind, language) else { return false };
            if found.is_whole() {
                survey.documents.push(found);
                survey.drop_dead_links(kind);
                return false;
            }
            if survey.documents.iter().any(|other| other.kind == kind) {
                survey.lost.extend(found.lost);
            } else {
                survey.documents.push(found);
            }
        }
        true
    }

    /// Tries the usual addresses of a kind, one after the other; true if there is nothing. A failed guess is no gap.
    fn guess(&mut self, kind: Kind, home: &str, survey: &mut Survey) -> bool {
        let paths = GUESSES.iter().find(|(guessed, _)| *guessed == kind).map_or(&[][..], |(_, paths)| paths);
        for path in paths {
            let Some(url) = Url::parse(home).ok().and_then(|home| home.join(path).ok()).map(String::from) else {
                continue;
            };
            let Some(found) = self.document(&url, kind, None) else { return false };
            let fits = |page: &Arc<Sheet>| {
                page.words >= GUESSED_WORDS
                    && page.is_known()
                    && links::named_in_path(&page.url).contains(&Goal::Kind(kind))
            };
            if found.is_whole() && found.pages.first().is_some_and(fits) {
                survey.documents.push(found);
                return false;
            }
        }
        true
    }
}

/// The address of the home page where redirects led, which is where guesses start from.
fn survey_home(home: &Result<Arc<Sheet>, Lost>) -> &str {
    match home {
        Ok(page) => &page.url,
        Err(lost) => &lost.target,
    }
}

/// Adds candidates that are not there yet, and keeps the best first.
fn add(candidates: &mut Vec<Candidate>, more: impl Iterator<Item = Candidate>) {
    for one in more {
        if !candidates.iter().any(|other| other.goal == one.goal && other.url == one.url) {
            candidates.push(one);
        }
    }
}
