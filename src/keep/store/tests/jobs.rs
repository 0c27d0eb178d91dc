use super::*;
use crate::keep::store::jobs::{ATTEMPTS, JobState};
use jiff::SignedDuration;
use std::time::Duration;

const LEASE: SignedDuration = SignedDuration::from_secs(120);
const NOW: &str = "2026-06-01T00:00:00Z";

async fn listed(store: &Store, services: &[&str]) {
    for service in services {
        assert!(store.enqueue(service, time(NOW), time(NOW)).await.expect("listed"));
    }
}

#[test]
fn a_job_is_listed_once_and_claimed_once() {
    on_each(|store| async move {
        listed(&store, &["a", "b"]).await;
        assert!(!store.enqueue("a", time(NOW), time(NOW)).await.expect("asked"), "the same");
        let later = time("2026-06-02T00:00:00Z");
        assert!(!store.enqueue("a", later, later).await.expect("asked"), "one of it waits");
        let early = time("2026-05-31T00:00:00Z");
        assert_eq!(store.claim("w1", LEASE, early).await.expect("asked"), None, "not yet");
        let one = store.claim("w1", LEASE, time(NOW)).await.expect("asked").expect("a job");
        let two = store.claim("w2", LEASE, time(NOW)).await.expect("asked").expect("a job");
        assert_ne!(one.service, two.service);
        assert_eq!(store.claim("w3", LEASE, time(NOW)).await.expect("asked"), None);
        assert_eq!((one.attempts, one.state), (1, JobState::Running));
    });
}

#[test]
fn many_hands_take_each_job_once() {
    on_each(|store| async move {
        let names: Vec<_> = (0..60).map(|number| format!("s{number:02}")).collect();
        listed(&store, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let mut hands = tokio::task::JoinSet::new();
        for hand in 0..6 {
            let store = store.clone();
            hands.spawn(async move {
                let mut mine = Vec::new();
                while let Some(job) = store.claim(&format!("w{hand}"), LEASE, time(NOW)).await.expect("asked") {
                    mine.push(job.service);
                }
                mine
            });
        }
        let mut all = hands.join_all().await.concat();
        all.sort();
        assert_eq!(all, names);
    });
}

#[test]
fn who_fell_silent_loses_the_job_and_what_it_would_register() {
    on_each(|store| async move {
        listed(&store, &["a"]).await;
        let first = store.claim("w1", LEASE, time(NOW)).await.expect("asked").expect("a job");
        assert!(store.renew(&first.claim(), LEASE, time(NOW)).await.expect("renewed"));
        let later = time(NOW) + LEASE + SignedDuration::from_secs(1);
        let second = store.claim("w2", LEASE, later).await.expect("asked").expect("the job again");
        assert_eq!((second.id.as_str(), second.attempts), (first.id.as_str(), 2));
        assert!(!store.renew(&first.claim(), LEASE, later).await.expect("asked"));

        let new = audit("1", NOW, 1);
        let services = [service("a", Light::Green, Grade::Good)];
        let told = store.register(&new, &services, true, Some(&first.claim()), later).await.expect("asked");
        assert_eq!(told, Registered::Superseded);
        assert_eq!(store.audit("1").await.expect("asked"), None, "nothing of it was done");
        let told = store.register(&new, &services, true, Some(&second.claim()), later).await.expect("asked");
        assert_eq!(told, Registered::Done);
        let job = store.job(&first.id).await.expect("asked").expect("the job");
        assert_eq!((job.state, job.audit.as_deref()), (JobState::Done, Some("1")));
        assert_eq!(claim(&first.id, "w2", 2), second.claim());
    });
}

#[test]
fn what_fails_is_tried_later_and_then_buried() {
    on_each(|store| async move {
        listed(&store, &["a"]).await;
        let mut now = time(NOW);
        for attempt in 1..=ATTEMPTS {
            let job = store.claim("w", LEASE, now).await.expect("asked").expect("the job");
            assert_eq!(job.attempts, attempt);
            store.fail(&job.claim(), "no network", now).await.expect("noted");
            let job = store.job(&job.id).await.expect("asked").expect("the job");
            assert_eq!(job.error.as_deref(), Some("no network"));
            if attempt < ATTEMPTS {
                assert!(job.not_before > now && job.state == JobState::Waiting);
                assert_eq!(store.claim("w", LEASE, now).await.expect("asked"), None, "it waits");
                now = job.not_before;
            } else {
                assert_eq!((job.state, job.ended_at), (JobState::Dead, Some(now)));
            }
        }
        assert_eq!(store.jobs(JobState::Dead, 9).await.expect("dead").len(), 1);
        let next = time("2026-06-08T00:00:00Z");
        assert!(store.enqueue("a", next, next).await.expect("listed"), "the next time it is tried again");
    });
}

#[test]
fn a_worker_that_dies_again_and_again_is_noticed() {
    on_each(|store| async move {
        listed(&store, &["a"]).await;
        let mut now = time(NOW);
        for _ in 0..ATTEMPTS {
            assert!(store.claim("w", LEASE, now).await.expect("asked").is_some());
            now += LEASE + SignedDuration::from_secs(1);
        }
        assert_eq!(store.claim("w", LEASE, now).await.expect("asked"), None);
        assert_eq!(store.jobs(JobState::Dead, 9).await.expect("dead").len(), 1);
        assert_eq!(store.log(None, None, 9).await.expect("log")[0].what, "job-dead");
    });
}

#[test]
fn a_job_that_is_given_back_was_not_begun() {
    on_each(|store| async move {
        listed(&store, &["a"]).await;
        let job = store.claim("w", LEASE, time(NOW)).await.expect("asked").expect("the job");
        store.release(&job.claim()).await.expect("given back");
        let again = store.claim("v", LEASE, time(NOW)).await.expect("asked").expect("the job");
        assert_eq!(again.attempts, 1);
    });
}

#[test]
fn workers_share_the_pace_of_a_host() {
    on_each(|store| async move {
        let pace = Duration::from_millis(500);
        let mut waits = Vec::new();
        for _ in 0..3 {
            waits.push(store.turn("a.example", pace, time(NOW)).await.expect("a turn").as_millis());
        }
        assert_eq!(waits, [0, 500, 1000]);
        assert_eq!(store.turn("b.example", pace, time(NOW)).await.expect("a turn").as_millis(), 0);
        // A clock that was far ahead for a moment holds nobody up.
        store.turn("c.example", pace, time("2031-01-01T00:00:00Z")).await.expect("a turn");
        assert_eq!(store.turn("c.example", pace, time(NOW)).await.expect("a turn").as_millis(), 0);
    });
}
