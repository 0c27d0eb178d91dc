use super::*;
use crate::base::review::{Decision, Reason, Refusal, State, Status};
use crate::keep::store::changes::{Order, Which};

fn accept() -> Decision {
    Decision::Accept { text: String::new() }
}

async fn raised(store: &Store) {
    put(store, &audit("1", "2026-06-01T00:00:00Z", 1), &[service("a", Light::Green, Grade::Good)]).await;
    let changes = vec![change("a", "2026-06-03T00:00:00Z")];
    let after = compared(service("a", Light::Yellow, Grade::Poor), 0, r#"{"known":1}"#, changes);
    put(store, &audit("2", "2026-06-03T00:00:00Z", 1), &[after]).await;
}

#[test]
fn a_change_waits_for_a_person_and_counts_once() {
    on_each(|store| async move {
        raised(&store).await;
        assert_eq!(store.memory("a").await.expect("memory"), (1, Some(r#"{"known":1}"#.to_owned())));
        assert_eq!(store.changes(Some("a"), None, 9).await.expect("changes").len(), 1);
        // The same change in a later audit is not raised again.
        let again =
            compared(service("a", Light::Yellow, Grade::Poor), 1, "{}", vec![change("a", "2026-06-03T00:00:00Z")]);
        put(&store, &audit("3", "2026-06-04T00:00:00Z", 1), &[again]).await;
        let queue = store.queue(&Which::default(), 0, 9).await.expect("queue");
        assert_eq!(queue.len(), 1);
        assert_eq!((queue[0].id, queue[0].state, queue[0].version), (1, State::Open, 1));
        assert_eq!(store.waiting().await.expect("waiting"), [(State::Open, 1)]);
    });
}

#[test]
fn a_memory_that_changed_in_between_is_compared_again() {
    on_each(|store| async move {
        raised(&store).await;
        let late = compared(service("a", Light::Red, Grade::Poor), 0, "{}", vec![change("a", "2026-07-01T00:00:00Z")]);
        let new = audit("9", "2026-07-01T00:00:00Z", 1);
        let told = store.register(&new, &[late], true, None, new.head.as_of).await.expect("asked");
        assert_eq!(told, Registered::Again);
        assert_eq!(store.audit("9").await.expect("asked"), None, "nothing of it was done");
        assert_eq!(store.changes(None, None, 9).await.expect("changes").len(), 1);
    });
}

#[test]
fn the_second_of_two_reviewers_is_told() {
    on_each(|store| async move {
        raised(&store).await;
        let at = time("2026-06-05T12:00:00Z");
        let (one, two) = tokio::join!(
            store.decide(1, accept(), "Ada", at, 1, &[]),
            store.decide(1, Decision::Reject { text: "this is not what it says".into() }, "Bob", at, 1, &[]),
        );
        let (one, two) = (one.expect("the store"), two.expect("the store"));
        let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
        assert_eq!(won.expect("decided").state, State::Decided);
        assert_eq!(lost.expect_err("told"), Refusal::Stale { read: 1, now: 2 });
        let item = store.item(1).await.expect("asked").expect("one");
        assert_eq!((item.version, item.log.len()), (2, 1));
        assert_eq!(store.log(Some("item/1"), None, 9).await.expect("log").len(), 2);
        assert!(store.decide(7, accept(), "Ada", at, 1, &[]).await.is_err());
    });
}

#[test]
fn a_decision_is_followed_by_the_rating() {
    on_each(|store| async move {
        raised(&store).await;
        let at = time("2026-06-05T12:00:00Z");
        let status = async || store.service("a").await.expect("asked").expect("one").ratings[0].status;
        assert_eq!(status().await, Status::Provisional);
        let ask = Decision::AskProvider {
            text: "Is this what you mean?".into(),
            deadline: "2026-06-20".parse().expect("a day"),
        };
        store.decide(1, ask, "Ada", at, 1, &[]).await.expect("the store").expect("asked");
        assert_eq!(status().await, Status::Contested);
        let reply = Decision::Reply { from: "Provider".into(), text: "It is.".into() };
        store.decide(1, reply, "Ada", at, 2, &[]).await.expect("the store").expect("answered");
        let empty = Decision::Override {
            grade: Grade::Partial,
            reason: Reason::Misread,
            text: " ".into(),
            expires: None,
            two_persons: false,
        };
        let refused = store.decide(1, empty, "Ada", at, 3, &[]).await.expect("the store");
        assert_eq!(refused, Err(Refusal::NoReason { what: "an override" }));
        assert_eq!(store.item(1).await.expect("asked").expect("one").version, 3, "nothing was written");
        store.decide(1, accept(), "Ada", at, 3, &[]).await.expect("the store").expect("accepted");
        assert_eq!(status().await, Status::Confirmed);
        assert_eq!(store.published(None, 9).await.expect("published").len(), 1);
        assert!(store.queue(&Which::default(), 0, 9).await.expect("queue").is_empty());
        let all = Which { decided: true, ..Which::default() };
        assert_eq!(store.queue(&all, 0, 9).await.expect("queue").len(), 1);
    });
}

#[test]
fn the_queue_is_read_by_age_and_by_weight() {
    on_each(|store| async move {
        put(&store, &audit("1", "2026-06-01T00:00:00Z", 2), &[service("a", Light::Green, Grade::Good)]).await;
        let light = crate::base::change::Change { light_to: Light::Green, ..change("a", "2026-06-02T00:00:00Z") };
        let one = compared(service("a", Light::Green, Grade::Poor), 0, "{}", vec![light]);
        let two =
            compared(service("b", Light::Yellow, Grade::Poor), 0, "{}", vec![change("b", "2026-06-03T00:00:00Z")]);
        put(&store, &audit("2", "2026-06-03T00:00:00Z", 2), &[one, two]).await;
        let read = async |order| {
            let which = Which { order, ..Which::default() };
            let items = store.queue(&which, 0, 9).await.expect("queue");
            items.into_iter().map(|item| item.change.service).collect::<Vec<_>>()
        };
        assert_eq!(read(Order::Age).await, ["a", "b"]);
        assert_eq!(read(Order::Weight).await, ["b", "a"]);
    });
}

#[test]
fn a_word_can_be_given_and_taken_back() {
    on_each(|store| async move {
        let vouched = crate::keep::store::attestations::Vouched {
            service: "a".into(),
            claim: "e2ee.optional".into(),
            state: "stated".into(),
            text: None,
            by: "Ada".into(),
            date: "2026-06-01".parse().expect("a day"),
            source: None,
            note: Some("seen in a call".into()),
            expires: None,
        };
        let at = time("2026-06-02T00:00:00Z");
        let known = store.attest(vouched, at).await.expect("kept");
        assert_eq!(store.attestations("a").await.expect("asked"), std::slice::from_ref(&known));
        store.withdraw_attestation(&known.id, "Bob", at).await.expect("taken back");
        assert!(store.withdraw_attestation(&known.id, "Bob", at).await.is_err());
        assert_eq!(store.attestations("a").await.expect("asked")[0].withdrawn_at, Some(at));
        assert_eq!(store.log(Some("service/a"), None, 9).await.expect("log").len(), 2);
    });
}
