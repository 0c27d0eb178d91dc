//! The files of the reader are right, and the cases in the claim files hold.

use super::{cases, check};
use crate::claim::State;
use crate::document::Kind;

#[test]
fn the_files_hold_no_error() {
    let errors: Vec<String> = check().iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn the_cases_of_the_claims_hold() {
    let outcomes = cases::run();
    assert!(!outcomes.is_empty());
    let wrong: Vec<String> = outcomes
        .iter()
        .filter(|outcome| !outcome.holds())
        .map(|it| format!("claims/{}.md:{}: {:?}, read {:?}: {}", it.claim, it.line, it.expected, it.read, it.text))
        .collect();
    assert!(wrong.is_empty(), "{} cases do not hold:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_file_that_is_being_written_is_tried_in_place_of_the_claims_own() {
    let claim = "tracking.none".parse().unwrap();
    let file = |pattern: &str, case: &str| {
        format!(
            "+++\nid = \"tracking.none\"\n[title]\nen = \"No tracking\"\nde = \"Kein Tracking\"\n+++\n\
             ## Meaning\nNothing tracks.\n## English\n```\n{pattern}\n```\n## Cases\n### English\n- {case}\n"
        )
    };
    let outcomes =
        cases::try_file(claim, &file("quietly unwatched", "stated: You are quietly unwatched here.")).unwrap();
    assert!(outcomes.len() == 1 && outcomes[0].holds(), "{outcomes:?}");
    let outcomes = cases::try_file(claim, &file("quietly unwatched", "stated: We use no trackers.")).unwrap();
    assert!(!outcomes[0].holds(), "the claim's own patterns are not asked: {outcomes:?}");
    let errors = cases::try_file(claim, &file("(unclosed", "not: x")).unwrap_err();
    assert!(errors[0].to_string().contains("claims/tracking.none.md:11"), "{errors:?}");
}

#[test]
fn what_is_understood_leaves_no_mention_open() {
    let mentioned = |claim: &str, text: &str| {
        let document = crate::text::read(text.as_bytes(), &crate::text::Hints::default()).unwrap().document;
        let claim = claim.parse().unwrap();
        let reading = super::read(&document, Some(Kind::PrivacyPolicy)).into_iter().find(|one| one.claim == claim);
        let reading = reading.unwrap();
        assert_eq!(reading.state, State::Absent, "{text}");
        !reading.mentioned.is_empty()
    };
    let padding = "This page tells what we do with your data when you use the service, and who is responsible for it.";
    assert!(!mentioned("recording.none", &format!("{padding} Hosts can record any meeting to the cloud.")));
    assert!(mentioned("recording.none", &format!("{padding} On the recording of meetings we wrote an article.")));
    assert!(!mentioned("e2ee.default", &format!("{padding} Hosts can turn on end-to-end encryption for a meeting.")));
    assert!(mentioned("e2ee.default", &format!("{padding} There is an article on end-to-end encryption.")));
    // What a sentence denies may go further than what it states.
    let unless = "We do not record your meetings unless the host starts a recording.";
    assert!(mentioned("recording.none", &format!("{padding} {unless}")));
}

#[test]
fn a_class_that_is_asked_word_by_word_holds_single_words_only() {
    let (mut classes, mut errors) = (super::pattern::Classes::default(), Vec::new());
    super::file::lexicon("de.txt", "@other = (es sei denn)\n@break = (aber|es sei denn)\n", &mut classes, &mut errors);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].to_string().contains("de.txt:2") && errors[0].what.contains("`@break`"), "{}", errors[0]);
}
