use super::*;
use crate::base::change::{Cause, Cited, Kind};
use jiff::civil::date;
use probity_rules::method::Light;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn item() -> Item {
    let seen = at("2026-06-01T06:00:00Z");
    let change = Change {
        service: "example".into(),
        method: "gdpr-transparency".into(),
        criterion: "retention".into(),
        kind: Kind::Grade,
        from: Grade::Good,
        to: Grade::Poor,
        light_from: Light::Green,
        light_to: Light::Red,
        first_seen: seen,
        raised_at: seen,
        cause: Cause::ServiceChanged,
        also: Vec::new(),
        because_from: Sentence::new("They say it.", "Sie sagen es."),
        because_to: Sentence::new("They do not say it.", "Sie sagen es nicht."),
        citations: Cited::default(),
        passages: Vec::new(),
        evidence: "sha256:aa".into(),
    };
    Item::open(change, seen)
}

fn overriding(two_persons: bool) -> Decision {
    Decision::Override {
        grade: Grade::Partial,
        reason: Reason::Misread,
        text: "The period stands in the annex.".into(),
        expires: Some(date(2026, 12, 31)),
        two_persons,
    }
}

#[test]
fn the_second_of_two_reviewers_is_told() {
    let now = at("2026-06-02T06:00:00Z");
    let read = item();
    let first = read.decide(Decision::Accept { text: String::new() }, "ada", now, read.version).expect("allowed");
    assert_eq!((first.state, first.standing(), first.status()), (State::Decided, Standing::New, Status::Confirmed));
    let second = first.decide(Decision::Reject { text: "The passage stands.".into() }, "bo", now, read.version);
    insta::assert_snapshot!(second.expect_err("refused"), @"somebody decided in the meantime: you read version 1, it is at version 2; look at it again");
    let third = first.decide(Decision::Reject { text: "The passage stands.".into() }, "bo", now, first.version);
    insta::assert_snapshot!(third.expect_err("refused"), @"it is decided already (ada, 2026-06-02T06:00:00Z); a new audit opens it again where the evidence changes");
}

#[test]
fn a_decision_without_its_reason_is_refused() {
    let now = at("2026-06-02T06:00:00Z");
    let refused = |decision| item().decide(decision, "ada", now, 1).expect_err("refused").to_string();
    insta::assert_snapshot!(refused(Decision::Reject { text: " no ".into() }), @"a rejection needs a reason in words (at least 10 letters), so that it can be understood later");
    let Decision::Override { reason, text, expires, .. } = overriding(false) else { panic!("an override") };
    let open =
        Decision::Override { grade: Grade::Inconclusive, reason, text: text.clone(), expires, two_persons: false };
    insta::assert_snapshot!(refused(open), @"a person sets good, partial, poor or not-applicable; inconclusive");
    let past = Some(date(2026, 1, 1));
    let over = Decision::Override { grade: Grade::Good, reason, text, expires: past, two_persons: false };
    insta::assert_snapshot!(refused(over), @"2026-01-01 has passed already; name a day to come");
    assert_eq!(item().decide(overriding(false), " ", now, 1), Err(Refusal::Nobody));
}

#[test]
fn two_persons_sign_an_override() {
    let now = at("2026-06-02T06:00:00Z");
    let sign = || Decision::Sign { text: String::new() };
    assert!(item().decide(sign(), "bo", now, 1).is_err());
    let first = item().decide(overriding(true), "ada", now, 1).expect("allowed");
    assert_eq!((first.state, first.standing()), (State::WaitingForSigner, Standing::Waits));
    let alone = first.decide(sign(), "ada", now, 2).expect_err("refused");
    insta::assert_snapshot!(alone, @"ada made the override; the second signature has to be another person's");
    let both = first.decide(sign(), "bo", now, 2).expect("allowed");
    let Standing::Set(set) = both.standing() else { panic!("an override") };
    assert_eq!((set.grade, set.by), (Grade::Partial, vec!["ada".to_owned(), "bo".to_owned()]));
}

#[test]
fn an_override_counts_for_its_evidence_and_until_its_day() {
    let set = item().decide(overriding(false), "ada", at("2026-06-02T06:00:00Z"), 1).expect("allowed").standing();
    let Standing::Set(set) = set else { panic!("an override") };
    assert!(set.counts("sha256:aa", date(2026, 12, 31)));
    assert!(!set.counts("sha256:aa", date(2027, 1, 1)));
    assert!(!set.counts("sha256:bb", date(2026, 7, 1)));
}

#[test]
fn the_provider_has_a_right_of_reply_until_a_day() {
    let now = at("2026-06-02T06:00:00Z");
    let ask = Decision::AskProvider { text: "Where does the period stand?".into(), deadline: date(2026, 6, 16) };
    let asked = item().decide(ask, "ada", now, 1).expect("allowed");
    assert_eq!((asked.state, asked.status()), (State::WaitingForProvider, Status::Contested));
    assert_eq!(asked.on(date(2026, 6, 16)).state, State::WaitingForProvider);
    assert_eq!(asked.on(date(2026, 6, 17)).state, State::Open);
    let reply = Decision::Reply { from: "Example GmbH".into(), text: "In section 7.".into() };
    let answered = asked.decide(reply.clone(), "ada", now, 2).expect("allowed");
    assert_eq!((answered.state, answered.deadline, answered.log.len()), (State::Open, None, 2));
    assert!(answered.decide(reply, "ada", now, 3).is_err());
}

#[test]
fn decisions_are_kept_as_json() {
    let now = at("2026-06-02T06:00:00Z");
    let item = item().decide(overriding(true), "ada", now, 1).expect("allowed");
    let text = serde_json::to_string(&item).expect("JSON");
    assert_eq!(serde_json::from_str::<Item>(&text).expect("an item"), item);
    insta::assert_snapshot!(serde_json::to_string(&item.log).expect("JSON"), @r#"[{"at":"2026-06-02T06:00:00Z","by":"ada","decision":{"decision":"override","grade":"partial","reason":"misread","text":"The period stands in the annex.","expires":"2026-12-31","two_persons":true}}]"#);
}
