use super::*;
use crate::base::review::Status;
use crate::keep::store::Mark;
use crate::keep::store::db::values;
use crate::keep::store::ratings::KnownCapture;
use crate::keep::store::transfer::TABLES;
use probity_rules::observation::Citation;

#[test]
fn what_was_registered_is_found() {
    on_each(|store| async move {
        let first = audit("20260601T000000Z", "2026-06-01T00:00:00Z", 2);
        put(&store, &first, &[service("a", Light::Green, Grade::Good), service("b", Light::Red, Grade::Poor)]).await;
        let second = audit("20260701T000000Z", "2026-07-01T00:00:00Z", 1);
        put(&store, &second, &[service("a", Light::Yellow, Grade::Partial)]).await;

        let services = store.services(None, 10).await.expect("services");
        assert_eq!(services.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(services[0].ratings[0].light, Light::Yellow);
        assert_eq!(services[0].ratings[0].coverage, 11.0 / 13.0);
        assert_eq!(services[0].ratings[0].grades["open-source"], Grade::Partial);
        assert_eq!(services[0].audited_at, Some(time("2026-07-01T00:00:00Z")));
        assert_eq!(store.services(Some("a"), 10).await.expect("services").len(), 1);
        assert_eq!(store.service("a").await.expect("one"), Some(services[0].clone()));
        assert_eq!(store.service("c").await.expect("none"), None);

        let history = store.history("a", None, None, 10).await.expect("history");
        assert_eq!(history.iter().map(|one| one.light).collect::<Vec<_>>(), [Light::Yellow, Light::Green]);
        let mark = Mark { at: history[0].as_of, id: history[0].audit.clone() };
        assert_eq!(store.history("a", Some("score"), Some(&mark), 10).await.expect("history"), history[1..]);

        let audits = store.audits(None, None, 10).await.expect("audits");
        assert_eq!(audits.iter().map(|one| one.services).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(audits[1].head, first.head);
        let of_b = store.audits(Some("b"), None, 10).await.expect("audits");
        assert_eq!(of_b, audits[1..]);
        assert_eq!(store.services_of(&first.id).await.expect("services"), ["a", "b"]);

        let (rating, status) = store.rating("a", "score", Some(&first.id)).await.expect("asked").expect("one");
        assert_eq!((rating.light, status), (Light::Green, Status::Provisional));
        let (known, audited, ratings) = store.findings("a", None).await.expect("asked").expect("some");
        assert_eq!((known.id, audited.name, ratings.len()), (second.id, "A".to_owned(), 1));
        assert_eq!(store.check_log().await.expect("checked"), None);
    });
}

#[test]
fn an_earlier_audit_that_comes_later_is_history() {
    on_each(|store| async move {
        let june = audit("late", "2026-06-01T00:00:00Z", 1);
        let july = audit("20260701T000000Z", "2026-07-01T00:00:00Z", 1);
        put(&store, &july, &[service("a", Light::Green, Grade::Good)]).await;
        put(&store, &june, &[service("a", Light::Red, Grade::Poor)]).await;
        let now = store.service("a").await.expect("asked").expect("one");
        assert_eq!((now.ratings.len(), now.ratings[0].light), (1, Light::Green));
        assert_eq!(now.audited_at, Some(july.head.as_of));
        assert_eq!(store.history("a", None, None, 9).await.expect("history").len(), 2);
    });
}

#[test]
fn an_audit_counts_once_and_is_taken_up_where_it_stopped() {
    on_each(|store| async move {
        let new = audit("20260601T000000Z", "2026-06-01T00:00:00Z", 2);
        let (one, two) = (service("a", Light::Green, Grade::Good), service("b", Light::Red, Grade::Poor));
        let at = new.head.as_of;
        let some = store.register(&new, std::slice::from_ref(&one), false, None, at).await.expect("half of it");
        assert_eq!(some, Registered::Done);
        assert_eq!(store.unregistered(&["x".into(), new.id.clone()]).await.expect("asked"), ["x", &new.id]);
        put(&store, &new, &[one.clone(), two]).await;
        put(&store, &new, &[one]).await;
        assert!(store.unregistered(std::slice::from_ref(&new.id)).await.expect("asked").is_empty());
        assert_eq!(store.history("a", None, None, 9).await.expect("history").len(), 1);
        let lines = store.log(Some("audit/20260601T000000Z"), None, 9).await.expect("log");
        assert_eq!(lines.len(), 1, "registered once");
    });
}

#[test]
fn records_are_found_by_audit_and_by_digest() {
    on_each(|store| async move {
        let mut new = audit("one", "2026-06-01T00:00:00Z", 0);
        new.captures = (0..450)
            .map(|number| KnownCapture {
                audit: "one".into(),
                target: format!("https://a.example/{number:03}"),
                captured: time("2026-06-01T00:00:00.25Z"),
                kind: "http".into(),
                digest: (number % 2 == 0).then(|| format!("sha256:{:02}", number % 8)),
            })
            .collect();
        put(&store, &new, &[]).await;
        let page = store.captures("one", Some("https://a.example/443"), 4).await.expect("records");
        assert_eq!(page, new.captures[444..448]);
        assert_eq!(store.captures("one", None, 1000).await.expect("records").len(), 450);
        assert_eq!(store.captures_with("sha256:04", 1000).await.expect("records").len(), 56);
    });
}

#[test]
fn only_what_a_person_confirmed_is_published() {
    on_each(|store| async move {
        let first = audit("1", "2026-06-01T00:00:00Z", 1);
        put(&store, &first, &[service("a", Light::Green, Grade::Good)]).await;
        assert!(store.published(None, 10).await.expect("published").is_empty());
        let rating = store.service("a").await.expect("asked").expect("one").ratings.remove(0);
        store.set_status(&rating, Status::Confirmed, "Ada", "looked at it", first.head.as_of).await.expect("set");
        // The same again stays confirmed, another light does not.
        put(&store, &audit("2", "2026-06-02T00:00:00Z", 1), &[service("a", Light::Green, Grade::Good)]).await;
        let published = store.published(None, 10).await.expect("published");
        assert_eq!(published.iter().map(|one| one.audit.as_str()).collect::<Vec<_>>(), ["2"]);
        put(&store, &audit("3", "2026-06-03T00:00:00Z", 1), &[service("a", Light::Red, Grade::Poor)]).await;
        let published = store.published(None, 10).await.expect("published");
        assert_eq!(published.iter().map(|one| one.audit.as_str()).collect::<Vec<_>>(), ["2"]);
        let now = store.service("a").await.expect("asked").expect("one");
        assert_eq!(now.ratings[0].status, Status::Provisional);
        let gone = crate::keep::store::ratings::Brief { audit: "9".into(), ..rating };
        assert!(store.set_status(&gone, Status::Withdrawn, "Ada", "", first.head.as_of).await.is_err());
    });
}

#[test]
fn a_line_of_the_log_that_was_changed_is_found() {
    on_each(|store| async move {
        for number in 1..=3 {
            put(&store, &audit(&format!("{number}"), "2026-06-01T00:00:00Z", 0), &[]).await;
        }
        assert_eq!(store.check_log().await.expect("checked"), None);
        let mut tx = store.db.write().await.expect("a transaction");
        tx.script("update log set who = 'nobody' where number = 2").await.expect("changed");
        tx.commit().await.expect("done");
        assert_eq!(store.check_log().await.expect("checked"), Some(2));
    });
}

#[test]
fn long_columns_are_packed_and_read_like_plain_ones() {
    on_each(|store| async move {
        let mut long = service("a", Light::Green, Grade::Good);
        let citation = |number: usize| Citation {
            record: format!("sha256:{:064}", 7),
            url: "https://a.example/privacy".into(),
            captured: time("2026-06-01T00:00:00Z"),
            quote: format!("We keep none of it, and \u{201e}{number}\u{201c} says so."),
            span: Some([number, number + 9]),
        };
        long.ratings[0].findings[0].citations = (0..60).map(citation).collect();
        let memory = format!("{{\"known\":\"{}\"}}", "it ".repeat(900));
        let new = compared(long.clone(), 0, &memory, Vec::new());
        put(&store, &audit("1", "2026-06-01T00:00:00Z", 1), &[new]).await;
        let held =
            async |sql| store.db.row(sql, values![]).await.expect("asked").expect("a row").text(0).expect("text");
        for held in [held("select body from rating").await, held("select memory from service").await] {
            assert!(held.starts_with('~') && held.len() < 1500, "{held}");
        }
        let rating = async || store.rating("a", "score", None).await.expect("asked").expect("one").0;
        assert_eq!(rating().await, long.ratings[0]);
        assert_eq!(store.memory("a").await.expect("memory"), (1, Some(memory.clone())));
        // An export holds JSON.
        let table = TABLES.iter().find(|table| table.name == "rating").expect("the table");
        let mut out = Vec::new();
        assert_eq!(store.export(table, &mut out).await.expect("exported"), 1);
        let line: serde_json::Value = serde_json::from_slice(&out).expect("a line of JSON");
        assert_eq!(line["body"]["findings"][0]["citations"][59]["span"][0], 59);
        // What was written before there were packed columns is read as it is.
        let mut tx = store.db.write().await.expect("a transaction");
        let sql = "update rating set body = $1";
        let plain = serde_json::to_string(&long.ratings[0]).expect("JSON");
        tx.run(sql, values![plain]).await.expect("written");
        tx.commit().await.expect("kept");
        assert_eq!(rating().await, long.ratings[0]);
    });
}
