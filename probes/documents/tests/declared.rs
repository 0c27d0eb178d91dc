//! Documents that the service declares: what they state, and what an error may never become.

use super::world::*;
use crate::net::capture::{Capture, Notes};
use jiff::Timestamp;
use probity_rules::document::Kind::{PrivacyPolicy, ProcessingAgreement, Terms};
use probity_rules::facts::Value;
use probity_rules::observation::{Observation, Why};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn what_a_policy_states_is_seen_with_its_quote_and_silence_is_absent() {
    let service = service(&[(PrivacyPolicy, "/privacy", Some("en"))]);
    let world = World::site().text("/privacy", POLICY);
    let facts = world.facts(&service);
    let quote = passages(&facts, "recording.none")[0];
    assert_eq!(quote.quote, "We do not record any calls.");
    assert_eq!(quote.url, url("/privacy"));
    let [start, end] = quote.span.unwrap();
    assert!(end > start && quote.record.starts_with("sha256:"));
    let Observation::Absent { searched } = claim(&facts, "info.right-portability") else { panic!() };
    assert_eq!(searched.places, [url("/privacy")]);
    assert_eq!(searched.kinds, [PrivacyPolicy]);
    assert_eq!(searched.languages, ["en"]);
    assert!(searched.words > 80);
}

#[test]
fn silence_on_what_stands_elsewhere_is_unknown() {
    let service = service(&[(PrivacyPolicy, "/privacy", Some("en"))]);
    let facts = World::site().text("/privacy", POLICY).facts(&service);
    for id in ["dpa.offered", "dpa.instructions", "e2ee.default", "recording.consent", "access.guest", "source.open"] {
        assert_eq!(why(&facts, id), Some(Why::NotAsked), "{id}");
    }
    let missing = &facts.collections["documents"].incomplete;
    assert!(missing.iter().any(|(_, detail)| detail.starts_with("processing-agreement: ")), "{missing:?}");
}

#[test]
fn an_item_says_what_the_document_is() {
    let service = service(&[(PrivacyPolicy, "/privacy", Some("en"))]);
    let facts = World::site().text("/privacy", POLICY).facts(&service);
    let item = &items(&facts)[0];
    assert_eq!(item.id, url("/privacy"));
    assert_eq!(item.fields["kind"].value(), Some(&Value::Text("privacy-policy".into())));
    assert_eq!(item.fields["language"].value(), Some(&Value::Text("en".into())));
    assert!(matches!(item.fields["words"].value(), Some(Value::Number(words)) if *words > 80));
}

#[test]
fn a_pdf_states_what_its_page_shows() {
    let service = service(&[(PrivacyPolicy, "/privacy.pdf", Some("en"))]);
    let lines: Vec<&str> = POLICY.lines().flat_map(|line| line.split_inclusive(". ")).map(str::trim).collect();
    let facts = World::site().pdf("/privacy.pdf", &lines).facts(&service);
    let quote = passages(&facts, "recording.none")[0];
    assert_eq!(
        (quote.quote.as_str(), quote.url.as_str()),
        ("We do not record any calls.", url("/privacy.pdf").as_str())
    );
    assert!(matches!(items(&facts)[0].fields["words"].value(), Some(Value::Number(words)) if *words > 80));
    assert!(matches!(claim(&facts, "info.right-portability"), Observation::Absent { .. }), "{:?}", facts.gaps);
    assert_eq!(facts.gaps.iter().filter(|gap| gap.target == url("/privacy.pdf")).count(), 0);
}

#[test]
fn whatever_goes_wrong_nothing_becomes_absent() {
    let service =
        service(&[(PrivacyPolicy, "/privacy", None), (Terms, "/terms", None), (ProcessingAgreement, "/dpa", None)]);
    let worlds: [(World, Why); 12] = [
        (World::default(), Why::Empty),
        (World::default().answer("/privacy", 403, &[], "no"), Why::Refused),
        (World::default().answer("/privacy", 401, &[], "no"), Why::Refused),
        (World::default().answer("/privacy", 451, &[], "no"), Why::Refused),
        (World::default().answer("/privacy", 429, &[], "slow down"), Why::RateLimited),
        (World::default().answer("/privacy", 503, &[], "busy"), Why::Unreachable),
        (World::default().answer("/privacy", 500, &[], POLICY), Why::Unreachable),
        (World::default().answer("/privacy", 204, &[], ""), Why::Empty),
        (World::site().text("/privacy", "  \n "), Why::Empty),
        (World::default().answer("/privacy", 302, &[("Location", "/privacy")], ""), Why::Unreachable),
        (World::default().gap("/privacy", Why::Robots, "robots.txt forbids it"), Why::Robots),
        (World::default().gap("/privacy", Why::Malformed, "more than 8 MiB"), Why::Malformed),
    ];
    for (world, expected) in worlds {
        let facts = world.facts(&service);
        for state in states(&facts) {
            assert!(!state.ends_with(" absent") && !state.ends_with(" seen"), "{expected}: {state}");
        }
        assert_eq!(gap(&facts, "/privacy").why, expected);
        assert_eq!(why(&facts, "info.controller"), Some(expected));
        let item = &items(&facts)[0];
        assert_eq!(item.fields["kind"].value(), Some(&Value::Text("privacy-policy".into())));
        assert!(matches!(&item.fields["words"], Observation::Unknown { why, .. } if *why == expected));
    }
}

#[test]
fn one_failed_policy_of_two_leaves_silence_unknown() {
    let service = service(&[(PrivacyPolicy, "/privacy", Some("en")), (PrivacyPolicy, "/app-privacy", None)]);
    let world = World::site().text("/privacy", POLICY).answer("/app-privacy", 503, &[], "busy");
    let facts = world.facts(&service);
    assert!(claim(&facts, "recording.none").value().is_some(), "what is stated is stated");
    assert_eq!(why(&facts, "info.right-portability"), Some(Why::Unreachable));
}

#[test]
fn an_archive_without_the_page_is_a_gap() {
    let service = service(&[(PrivacyPolicy, "/privacy", None)]);
    let facts = read(&service, &crate::net::capture::Capture::live(at()));
    assert_eq!(gap(&facts, "/privacy").why, Why::NotAsked);
    assert!(states(&facts).iter().all(|state| state.ends_with(" not-asked")));
}

#[test]
fn terms_that_are_the_agreement_count_as_one() {
    let plain = "Terms of service\n\nYou may use Meet for video calls of any length. You pay by the month. These terms are \
        governed by German law. We may change prices with a notice of four weeks. The place of jurisdiction is Berlin.";
    let duties = "Terms of service\n\nThe provider processes personal data only on documented instructions of the customer. \
        The provider ensures that persons authorised to process the personal data have committed themselves to \
        confidentiality. The provider deletes all personal data at the end of the contract.";
    let service = service(&[(PrivacyPolicy, "/privacy", None), (Terms, "/terms", Some("en"))]);
    let silent = World::site().text("/privacy", POLICY).text("/terms", plain).facts(&service);
    assert!(matches!(claim(&silent, "dpa.offered"), Observation::Absent { .. }));
    assert_eq!(why(&silent, "dpa.audit"), Some(Why::NotAsked));
    let bound = World::site().text("/privacy", POLICY).text("/terms", duties).facts(&service);
    assert!(claim(&bound, "dpa.instructions").value().is_some(), "{:#?}", states(&bound));
    let Observation::Absent { searched } = claim(&bound, "dpa.audit") else { panic!("{:#?}", states(&bound)) };
    assert_eq!(searched.kinds, [Terms]);
}

#[test]
fn the_same_capture_gives_the_same_facts() {
    let service = service(&[(PrivacyPolicy, "/privacy", None)]);
    let (capture, _) = World::site().text("/privacy", POLICY).gather(&service);
    assert_eq!(read(&service, &capture), read(&service, &capture));
}

#[test]
fn a_redirect_is_followed_and_the_citation_points_to_where_it_led() {
    let service = service(&[(PrivacyPolicy, "/privacy", Some("en"))]);
    let world = World::site()
        .answer("/privacy", 301, &[("Location", "https://www.meet.example/legal/privacy")], "")
        .text("/legal/privacy", POLICY);
    let facts = world.facts(&service);
    assert_eq!(passages(&facts, "recording.none")[0].url, url("/legal/privacy"));
    assert_eq!(items(&facts)[0].id, url("/privacy"));
}

/// Notes as an audit keeps them, and how often one was asked for that is there.
struct Noted {
    notes: BTreeMap<String, String>,
    taken: AtomicUsize,
}

impl Notes for Noted {
    fn note(&self, key: &str) -> Option<String> {
        let note = self.notes.get(key).cloned();
        self.taken.fetch_add(usize::from(note.is_some()), Ordering::Relaxed);
        note
    }
}

#[test]
fn a_page_that_was_noted_says_the_same_and_is_cited_as_of_today() {
    let service = service(&[(PrivacyPolicy, "/privacy", Some("en")), (Terms, "/terms", None)]);
    let terms = "<html lang=en><h1>Terms</h1><p>Last updated: 3 May 2026</p><p>The host may record the meeting.</p>\
                 <footer><a href=/security>Security</a> <a href=https://github.com/meet/meet>Source</a></footer></html>";
    let world = World::site().text("/privacy", POLICY).html("/terms", terms);
    let noting = |notes: BTreeMap<String, String>| Arc::new(Noted { notes, taken: AtomicUsize::new(0) });
    let audit = |world: &World, at: Timestamp, notes: &Arc<Noted>| {
        let (capture, _) = world.gather_at(&service, Capture::live(at).with_notes(Arc::clone(notes) as Arc<_>), at);
        (read(&service, &capture), crate::documents::notes(&capture))
    };
    let later = at() + jiff::SignedDuration::from_hours(24);
    let none = noting(BTreeMap::new());
    let (first, notes) = audit(&world, at(), &none);
    assert_eq!((&first, none.taken.load(Ordering::Relaxed)), (&world.facts(&service), 0));
    let notes = notes.expect("something was read");
    let kept = noting(notes.clone());
    let (second, again) = audit(&world, later, &kept);
    assert_eq!(second, audit(&world, later, &none).0);
    assert!(passages(&second, "recording.by-host").iter().all(|citation| citation.captured == later));
    // Every page was taken from the notes, so there is nothing to note.
    assert_eq!((again, kept.taken.load(Ordering::Relaxed)), (None, notes.len()));
    // A note that is damaged is read anew, and noted again.
    let damaged = notes.keys().map(|key| (key.clone(), "{".to_owned())).collect();
    assert_eq!(audit(&world, at(), &noting(damaged)), (first, Some(notes.clone())));
    // A page that says something else is read.
    let changed = world.html("/terms", "<html lang=en><h1>Terms</h1><p>Nobody can record meetings with us.</p></html>");
    let (third, again) = audit(&changed, later, &kept);
    assert_eq!(third, audit(&changed, later, &none).0);
    assert!(third != second && again.is_some_and(|again| again.len() == notes.len()));
}
