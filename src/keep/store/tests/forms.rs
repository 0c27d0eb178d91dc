use super::*;
use crate::keep::store::error::StoreError;
use crate::keep::store::migrate::{STEPS, Step};

/// A step that fails in its second half.
const BAD: Step = Step {
    sqlite: "create table half (a bigint); insert into nowhere values (1)",
    postgres: "create table half (a bigint); insert into nowhere values (1)",
};
const GOOD: Step = Step { sqlite: "create table half (a bigint)", postgres: "create table half (a bigint)" };

fn with(step: Step) -> Vec<Step> {
    STEPS.iter().copied().chain([step]).collect()
}

async fn places() -> (tempfile::TempDir, Vec<Place>) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut places = vec![Place::File(folder.path().join("probity.db"))];
    places.extend(server("forms").await);
    (folder, places)
}

#[test]
fn a_step_that_fails_half_way_leaves_the_old_form() {
    run(async {
        let (_folder, places) = places().await;
        for place in places {
            let store = Store::open(place.clone()).await.expect("a store");
            put(&store, &audit("1", "2026-06-01T00:00:00Z", 1), &[service("a", Light::Green, Grade::Good)]).await;
            store.close().await;
            let error = Store::open_with(place.clone(), &with(BAD)).await.expect_err("a step that fails");
            assert!(error.to_string().contains("nothing of that step was done"), "{error}");
            // The old form works, and the step can be taken once it is right.
            let store = Store::open(place.clone()).await.expect("the old form");
            assert_eq!(store.services(None, 9).await.expect("services").len(), 1);
            store.close().await;
            let store = Store::open_with(place, &with(GOOD)).await.expect("the new form");
            assert_eq!(store.services(None, 9).await.expect("services").len(), 1);
            store.close().await;
        }
    });
}

#[test]
fn a_newer_form_is_refused() {
    run(async {
        let (_folder, places) = places().await;
        for place in places {
            Store::open_with(place.clone(), &with(GOOD)).await.expect("a later version").close().await;
            let error = Store::open(place).await.expect_err("too new");
            let newest = i64::try_from(STEPS.len()).expect("a number");
            assert!(matches!(error, StoreError::Newer { found, known, .. } if found == known + 1 && known == newest));
            assert!(error.to_string().contains("is of a newer version of this program"), "{error}");
        }
    });
}

#[test]
fn several_processes_may_open_it_for_the_first_time_at_once() {
    run(async {
        let (_folder, places) = places().await;
        for place in places {
            let opened = (0..4).map(|_| Store::open(place.clone()));
            for store in futures(opened).await {
                store.expect("a store").close().await;
            }
        }
    });
}

async fn futures<F: Future + Send + 'static>(all: impl Iterator<Item = F>) -> Vec<F::Output>
where
    F::Output: Send,
{
    let mut set = tokio::task::JoinSet::new();
    for one in all {
        set.spawn(one);
    }
    set.join_all().await
}

#[test]
fn a_file_that_is_no_database_is_said() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("probity.db");
        std::fs::write(
            &path,
            "this is a text, and not a short one: it is longer than a header of a database".repeat(9),
        )
        .expect("a file");
        let error = Store::open(Place::File(path)).await.expect_err("no database");
        assert!(error.to_string().contains("not a database"), "{error}");
    });
}

#[test]
fn a_place_is_shown_without_its_password() {
    let place = Place::parse("postgres://ada:secret@db.example:5432/probity?sslmode=require");
    assert_eq!(place.shown(), "postgres://db.example:5432/probity");
    assert_eq!(Place::parse("sqlite:///srv/p.db"), Place::File("/srv/p.db".into()));
    assert_eq!(Place::parse("sqlite:p.db"), Place::parse("p.db"));
    assert_eq!(Place::parse("p.db").shown(), "p.db");
}
