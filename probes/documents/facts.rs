//! From the documents of a service to facts: one item each, and for each claim what all of them say together.
//!
//! A claim is seen wherever one document says it. It is absent only where everything was read in which one would look for
//! it (`expected`), whole and in a language that the reader knows; else it is unknown, for the reason that stood in the way.

use super::expected;
use super::listed;
use super::sheet::{Lost, Passage, Sheet};
use super::survey::{Found, Survey};
use probity_rules::claim::ClaimId;
use probity_rules::document::Kind;
use probity_rules::facts::{Collection, Facts, Gap, Item, Silence, Stand, Value, Voice, Vote};
use probity_rules::observation::{Citation, Mention, Observation, Searched, Why};
use probity_rules::target;
use probity_rules::text::wording;
use std::collections::{BTreeMap, BTreeSet};

/// Quotes that are kept of all documents for one claim and side.
const QUOTES: usize = 6;

/// Terms that commit to this many duties of a processor are the processing agreement.
const DUTIES: usize = 2;

/// The facts of a survey.
pub(super) fn facts(survey: &Survey) -> Facts {
    let mut facts = Facts::default();
    let items = survey.documents.iter().map(item).collect();
    let incomplete = survey.missing.iter().map(|(kind, why, detail)| (*why, format!("{kind}: {detail}"))).collect();
    facts.collections.insert("documents".to_owned(), Collection { items, incomplete });
    facts.claims = ClaimId::all().map(|claim| (claim, stand(claim, survey))).collect();
    let lost: BTreeSet<&Lost> = survey.documents.iter().flat_map(|found| &found.lost).chain(&survey.lost).collect();
    facts.gaps = lost.into_iter().map(gap).collect();
    let (subprocessors, unread) = listed::collection(survey);
    facts.collections.insert("subprocessors".to_owned(), subprocessors);
    facts.gaps.extend(unread);
    facts
}

fn gap(lost: &Lost) -> Gap {
    Gap { probe: super::META.id.to_owned(), target: lost.target.clone(), why: lost.why, detail: lost.detail.clone() }
}

fn item(found: &Found) -> Item {
    let mut item = Item { id: found.asked.clone(), ..Item::default() };
    let mut put = |field: &str, value| item.fields.insert(field.to_owned(), value);
    put("kind", seen(Value::Text(found.kind.to_string()), Vec::new()));
    let head: Vec<Citation> = found.pages.iter().filter_map(|page| page.head.clone()).take(1).collect();
    let first = found.pages.first();
    let unknown = |why, target: &str| Observation::Unknown { why, target: target.to_owned() };
    match (first, found.lost.first()) {
        (None, lost) => {
            let (why, target) = lost.map_or((Why::Bug, found.asked.as_str()), |lost| (lost.why, &lost.target));
            for field in ["language", "title", "date", "words", "text"] {
                put(field, unknown(why, target));
            }
        }
        (Some(page), lost) => {
            let text = |value: Option<String>| match value {
                Some(value) => seen(Value::Text(value), head.clone()),
                None => absent(&[found]),
            };
            put("title", text(page.title.clone()));
            put(
                "language",
                match page.language {
                    Some(language) => seen(Value::Text(language.code().to_owned()), head.clone()),
                    None => unknown(Why::Unsupported, &page.url),
                },
            );
            let date = found.pages.iter().filter_map(|page| page.date.clone()).max_by_key(|(date, _)| *date);
            put(
                "date",
                match (date, lost) {
                    (Some((date, citation)), _) => seen(Value::Date(date), vec![citation]),
                    (None, Some(lost)) => unknown(lost.why, &lost.target),
                    (None, None) if page.is_known() => absent(&[found]),
                    (None, None) => unknown(Why::Unsupported, &page.url),
                },
            );
            put(
                "text",
                match lost {
                    Some(lost) => unknown(lost.why, &lost.target),
                    None => {
                        let traces = found.pages.iter().filter_map(|page| page.trace.as_ref());
                        seen(Value::Text(wording::text_digest(traces)), Vec::new())
                    }
                },
            );
            put(
                "words",
                match lost {
                    Some(lost) => unknown(lost.why, &lost.target),
                    None => {
                        let words: u64 = found.pages.iter().map(|page| page.words).sum();
                        seen(Value::Number(i64::try_from(words).unwrap_or(i64::MAX)), head.clone())
                    }
                },
            );
        }
    }
    item
}

/// What the documents together say on a claim.
fn stand(claim: ClaimId, survey: &Survey) -> Observation<Stand> {
    let of_claim = |found: &Found| found.pages.iter().any(|page| page.passages.iter().any(|one| one.claim == claim));
    let (saying, rest): (Vec<&Found>, Vec<&Found>) = survey.documents.iter().partition(|found| of_claim(found));
    let silence = match unread(claim, survey) {
        Some((why, target)) => Silence::Unknown { why, target },
        None => {
            let silent: Vec<&Found> = rest.into_iter().filter(|found| counts(claim, found)).collect();
            Silence::Absent(Searched { mentions: mentions(claim, &silent), ..searched(&silent) })
        }
    };
    if saying.is_empty() {
        return match silence {
            Silence::Absent(searched) => Observation::Absent { searched },
            Silence::Unknown { why, target } => Observation::Unknown { why, target },
        };
    }
    let vote = |citations: &[Citation], suggests: bool| match (citations.is_empty(), suggests) {
        (true, _) => Vote::None,
        (_, true) => Vote::Suggests,
        (_, false) => Vote::Decides,
    };
    let mut voices: BTreeMap<Kind, Voice> = BTreeMap::new();
    let mut passages: Vec<(Kind, &Passage)> = Vec::new();
    let said = saying.iter().flat_map(|found| found.pages.iter().map(|page| (found.kind, page)));
    for (kind, passage) in said.flat_map(|(kind, page)| page.passages.iter().map(move |passage| (kind, passage))) {
        if passage.claim != claim {
            continue;
        }
        let silent = || Voice { kind, urls: Vec::new(), stated: Vote::None, denied: Vote::None };
        let voice = voices.entry(kind).or_insert_with(silent);
        voice.stated = voice.stated.max(vote(&passage.stated, passage.stated_suggests));
        voice.denied = voice.denied.max(vote(&passage.denied, passage.denied_suggests));
        for citation in passage.stated.iter().chain(&passage.denied) {
            if !voice.urls.contains(&citation.url) {
                voice.urls.push(citation.url.clone());
            }
        }
        passages.push((kind, passage));
    }
    let voices: Vec<Voice> = voices.into_values().collect();
    // The sort is stable: of equals, the document that was declared or found first.
    passages.sort_by(|(_, a), (_, b)| b.confidence.total_cmp(&a.confidence));
    let cited = |side: fn(&Passage) -> &Vec<Citation>| {
        let mut cited: Vec<(Kind, Citation)> = Vec::new();
        for (kind, citation) in
            passages.iter().flat_map(|(kind, passage)| side(passage).iter().map(move |one| (kind, one)))
        {
            let of_kind = cited.iter().filter(|(of, _)| of == kind).count();
            if of_kind < QUOTES && !cited.iter().any(|(_, other)| other.quote == citation.quote) {
                cited.push((*kind, citation.clone()));
            }
        }
        cited.into_iter().map(|(_, citation)| citation).collect()
    };
    Observation::said(Stand {
        stated: cited(|passage| &passage.stated),
        denied: cited(|passage| &passage.denied),
        confidence: passages.first().map_or(0.0, |(_, passage)| passage.confidence),
        only_suggests: voices.iter().all(|voice| voice.stated.max(voice.denied) != Vote::Decides),
        second: false,
        voices,
        silence: Some(Box::new(silence)),
    })
}

/// Where documents that do not say it speak of the matter.
fn mentions(claim: ClaimId, silent: &[&Found]) -> Vec<Mention> {
    let mut mentions: Vec<Mention> = Vec::new();
    for found in silent {
        let of_claim = found.pages.iter().flat_map(|page| &page.mentions).filter(|(of, _)| *of == claim);
        for citation in of_claim.flat_map(|(_, citations)| citations) {
            if mentions.len() < QUOTES {
                mentions.push(Mention { kind: found.kind, citation: citation.clone() });
            }
        }
    }
    mentions
}

/// What stands in the way of an absence: a document that would have to be read and was not.
fn unread(claim: ClaimId, survey: &Survey) -> Option<(Why, String)> {
    for group in expected::of(claim) {
        let of_group = |found: &&Found| group.iter().any(|kind| serves(claim, *kind, found));
        let documents: Vec<&Found> = survey.documents.iter().filter(of_group).collect();
        if let Some(lost) = documents.iter().flat_map(|found| &found.lost).next() {
            return Some((lost.why, lost.target.clone()));
        }
        let mut pages = documents.iter().flat_map(|found| &found.pages);
        if let Some(page) = pages.find(|page| !page.is_known() || page.unread.contains(&claim)) {
            return Some((Why::Unsupported, page.url.clone()));
        }
        if documents.is_empty() {
            let missing = survey.missing.iter().find(|(kind, _, _)| group.contains(kind));
            let why = missing.map_or(Why::NotAsked, |(_, why, _)| *why);
            return Some((why, target::kinds(group.iter().copied())));
        }
    }
    None
}

/// Whether a document counts as one of a kind for a claim: terms that are the processing agreement count as one.
fn serves(claim: ClaimId, kind: Kind, found: &Found) -> bool {
    let agreement = kind == Kind::ProcessingAgreement && found.kind == Kind::Terms;
    found.kind == kind || agreement && claim.is_of_contract() && is_agreement(found)
}

/// Whether terms commit to duties of a processor themselves instead of pointing to an agreement.
fn is_agreement(terms: &Found) -> bool {
    let elsewhere = ["dpa.offered", "dpa.subprocessor-list", "dpa.own-purposes"];
    let passages = terms.pages.iter().flat_map(|page: &std::sync::Arc<Sheet>| &page.passages);
    let duties = passages.filter(|one| one.claim.is_of_contract() && !elsewhere.contains(&one.claim.as_str()));
    duties.filter(|one| !one.stated.is_empty()).map(|one| one.claim).collect::<BTreeSet<_>>().len() >= DUTIES
}

/// Whether a document is among those in which a claim was looked for.
fn counts(claim: ClaimId, found: &Found) -> bool {
    found.is_whole() && (!claim.is_of_contract() || found.kind.is_contract())
}

fn absent<T>(documents: &[&Found]) -> Observation<T> {
    Observation::Absent { searched: searched(documents) }
}

/// What documents are as the proof of an absence.
fn searched(documents: &[&Found]) -> Searched {
    let pages = || documents.iter().flat_map(|found| &found.pages);
    let languages: BTreeSet<String> = pages().filter_map(|page| Some(page.language?.code().to_owned())).collect();
    let kinds: BTreeSet<Kind> = documents.iter().map(|found| found.kind).collect();
    Searched {
        places: pages().map(|page| page.url.clone()).collect(),
        kinds: kinds.into_iter().collect(),
        languages: languages.into_iter().collect(),
        words: pages().map(|page| page.words).sum(),
        revision: super::META.revision,
        mentions: Vec::new(),
    }
}

fn seen<T>(value: T, citations: Vec<Citation>) -> Observation<T> {
    Observation::Seen { value, citations }
}
