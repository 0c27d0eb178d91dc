//! The second reader of a service's documents: puts the questions to the model, and adds what its archived answers show.
//!
//! Asking is part of gathering; reading the answers is pure, so that a replay finds what the live audit found without any model.
//! What the first reader found stays as it is. Beside it, a passage of the second reader is a suggestion to a person, and what it
//! did not answer, or answered without proof, is a gap. How good the model is is not known here.

use super::pages;
use super::sheet::{self, Sheet};
use super::survey::{self, Found, Survey};
use crate::net::archive::recorder::RecordError;
use crate::net::capture::{Capture, Entry, Exchange};
use crate::net::door::Net;
use crate::net::question;
use crate::net::visit::Visit;
use futures::future::try_join_all;
use probity_rules::claim::ClaimId;
use probity_rules::document::{Document, Kind};
use probity_rules::facts::{Facts, Gap, Stand};
use probity_rules::observation::{Citation, Observation, Why};
use probity_rules::second::{self, Dropped, Passage};
use probity_rules::service::Service;
use std::collections::BTreeMap;
use tokio::time::{Instant, timeout_at};

/// What its gaps are called by.
const NAME: &str = "second-reader";
/// The most questions about one service; what is beyond is a gap.
const QUESTIONS: usize = 24;
/// The most parts of a document that are looked for in an archive.
const PARTS: usize = 16;
/// The longest answer, content codings removed.
const LIMIT: usize = 1 << 20;
/// Quotes that are kept of all documents for one claim and side.
const QUOTES: usize = 3;

/// Puts all questions about the documents of a service, where the door knows a model. Afterwards the capture holds an answer or a
/// gap for each. What is not answered when the time for a service is over is a gap.
///
/// # Errors
/// Only where the evidence could not be kept.
pub async fn gather(service: &Service, net: &Net, visit: &Visit<'_>, capture: &Capture) -> Result<(), RecordError> {
    let Some(model) = &net.options().model else { return Ok(()) };
    let deadline = Instant::now() + net.options().service_timeout;
    let mut asked = net.aside(|| questions(service, capture, &model.name)).await;
    let beyond = asked.split_off(asked.len().min(QUESTIONS));
    try_join_all(asked.iter().map(|(target, body)| async move {
        match timeout_at(deadline, net.question(visit, target, body)).await {
            Ok(done) => done,
            Err(_) if capture.get(target).is_some() => Ok(()),
            Err(_) => net.gap(visit, target, Why::Unreachable, "no answer within the time for one service".to_owned()),
        }
    }))
    .await?;
    for (target, _) in beyond {
        net.gap(visit, &target, Why::NotAsked, format!("over the bound of {QUESTIONS} questions for one service"))?;
    }
    Ok(())
}

/// The questions: targets and bodies.
fn questions(service: &Service, capture: &Capture, model: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let survey = survey::survey(service, capture, survey::Aim::Reading);
    each_page(&survey, |found, sheet| {
        let Ok((exchange, page)) = pages::page(capture, &sheet.url, found.kind, None) else { return };
        let open: Vec<ClaimId> = ClaimId::all().filter(|claim| !is_found(sheet, *claim)).collect();
        let (bodies, _) = second::questions(&page.document, found.kind, &open, model);
        for (number, body) in (1..).zip(bodies) {
            let target = question::target(&exchange.digest, number);
            if !all.iter().any(|(other, _)| *other == target) && capture.get(&target).is_none() {
                all.push((target, body));
            }
        }
    });
    all
}

fn is_found(sheet: &Sheet, claim: ClaimId) -> bool {
    sheet.passages.iter().any(|passage| passage.claim == claim)
}

fn each_page(survey: &Survey, mut look: impl FnMut(&Found, &Sheet)) {
    for found in &survey.documents {
        for sheet in &found.pages {
            look(found, sheet);
        }
    }
}

/// Adds what the archived answers show of claims that the first reader did not find, and what went wrong.
pub(super) fn add(survey: &Survey, capture: &Capture, facts: &mut Facts) {
    let mut stands: BTreeMap<ClaimId, Stand> = BTreeMap::new();
    let mut gaps: Vec<Gap> = Vec::new();
    each_page(survey, |found, sheet| {
        let Some(payload) = payload(capture, &sheet.url) else { return };
        let answers: Vec<_> = (1..=PARTS).map_while(|part| capture.get(&question::target(&payload, part))).collect();
        if answers.is_empty() {
            return;
        }
        let Ok((exchange, page)) = pages::page(capture, &sheet.url, found.kind, None) else { return };
        let mut dropped = Dropped::default();
        for answer in answers {
            match passages(&answer, &page.document, found.kind) {
                Ok((passages, without)) => {
                    dropped.add(without);
                    for passage in passages {
                        put(&mut stands, &passage, &exchange, &page.document);
                    }
                }
                Err((why, detail)) => gaps.push(gap(
                    &sheet.url,
                    why,
                    format!("the language model gave no answer that can be used: {detail}"),
                )),
            }
        }
        if dropped.count() > 0 {
            let detail = format!("{} of its answers do not count: {dropped}", dropped.count());
            gaps.push(gap(&sheet.url, Why::Malformed, detail));
        }
        let open: Vec<ClaimId> = ClaimId::all().filter(|claim| !is_found(sheet, *claim)).collect();
        if second::questions(&page.document, found.kind, &open, "").1 {
            gaps.push(gap(&sheet.url, Why::NotAsked, "the document is longer than what it is asked about".to_owned()));
        }
    });
    for (claim, stand) in stands {
        if !matches!(facts.claims.get(&claim), Some(Observation::Seen { .. })) {
            facts.claims.insert(claim, Observation::said(stand));
        }
    }
    gaps.sort();
    gaps.dedup();
    facts.gaps.extend(gaps);
}

fn gap(target: &str, why: Why, detail: String) -> Gap {
    Gap { probe: NAME.to_owned(), target: target.to_owned(), why, detail }
}

/// The digest of the payload that holds a page.
fn payload(capture: &Capture, url: &str) -> Option<String> {
    match &*capture.follow(url).answer.ok()? {
        Entry::Http(exchange) => Some(exchange.digest.clone()),
        Entry::Dns(_) | Entry::Gap { .. } => None,
    }
}

fn passages(entry: &Entry, document: &Document, kind: Kind) -> Result<(Vec<Passage>, Dropped), (Why, String)> {
    let exchange = match entry {
        Entry::Http(exchange) => exchange,
        Entry::Gap { why, detail, .. } => return Err((*why, detail.clone())),
        Entry::Dns(_) => return Err((Why::Bug, "no answer of a model under its target".to_owned())),
    };
    sheet::usable(exchange)?;
    let body = exchange.decoded(LIMIT)?;
    let reply = second::reply(document, kind, &body).map_err(|detail| (Why::Malformed, detail))?;
    Ok((reply.passages, reply.dropped))
}

fn put(stands: &mut BTreeMap<ClaimId, Stand>, passage: &Passage, exchange: &Exchange, document: &Document) {
    let Some(quote) = document.text.get(passage.span.clone()) else { return };
    let stand =
        stands.entry(passage.claim).or_insert_with(|| Stand { only_suggests: true, second: true, ..Stand::default() });
    let side = if passage.stated { &mut stand.stated } else { &mut stand.denied };
    if side.len() < QUOTES && !side.iter().any(|other| other.quote == quote) {
        side.push(Citation {
            record: exchange.digest.clone(),
            url: exchange.url.clone(),
            captured: exchange.captured,
            quote: quote.to_owned(),
            span: Some([passage.span.start, passage.span.end]),
        });
    }
}
