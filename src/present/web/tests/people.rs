//! Accounts, sessions, roles, and decisions of people.

use super::world::{NOW, World, ask, get, post, time, token};
use crate::keep::settings::Settings;
use crate::keep::workspace::House;
use crate::present::web::page::Role;
use crate::present::web::{Mode, Shared};
use axum::http::StatusCode;
use std::sync::Arc;

const PASSWORD: &str = "correct horse battery";

async fn with_accounts(world: &World) -> Shared {
    let site = world.site_as(Mode::default()).await;
    for (name, role) in [("Rea", Role::Reader), ("Rex", Role::Reviewer), ("Ria", Role::Reviewer)] {
        site.accounts.put(name, role, PASSWORD, time(NOW)).unwrap();
    }
    site
}

/// Signs in and gives the cookie.
async fn enter(site: &Shared, name: &str) -> String {
    let form = get(site, "/login").await.text;
    let answer = post(site, "/login", "", &[("token", &token(&form)), ("name", name), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

async fn see(site: &Shared, path: &str, cookie: &str) -> super::world::Answer {
    ask(site, "GET", path, &[("cookie", cookie)], "").await
}

#[tokio::test]
async fn nobody_sees_anything_without_signing_in() {
    let world = World::usual();
    let site = with_accounts(&world).await;
    for path in ["/", "/services/alpha", "/review", "/review/1", "/archive/x", "/compare", "/feed.atom"] {
        let answer = get(&site, path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.header("location").starts_with("/login?to="), "{path}");
    }
    let answer = get(&site, "/api/v1/services").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::UNAUTHORIZED, "application/problem+json"));
    assert_eq!(get(&site, "/metrics").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&site, "/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn people_sign_in_and_out() {
    let world = World::usual();
    let site = with_accounts(&world).await;
    let cookie = enter(&site, "rex").await;
    let board = see(&site, "/", &cookie).await;
    assert!(board.status == StatusCode::OK && board.text.contains("Rex"));
    // Without the word of the session nobody is signed out.
    let answer = post(&site, "/logout", &cookie, &[("token", "x")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = post(&site, "/logout", &cookie, &[("token", &token(&board.text))]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(see(&site, "/", &cookie).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_that_somebody_planted_is_not_taken() {
    let world = World::usual();
    let site = with_accounts(&world).await;
    let planted = "session=0123456789012345678901234567890123456789012345678901234567890123";
    assert_eq!(see(&site, "/", planted).await.status, StatusCode::SEE_OTHER);
    let form = see(&site, "/login", planted).await.text;
    let fields = [("token", token(&form)), ("name", "Rex".to_owned()), ("password", PASSWORD.to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let answer = post(&site, "/login", planted, &fields).await;
    assert!(!answer.header("set-cookie").contains("0123456789"));
    assert_eq!(see(&site, "/", planted).await.status, StatusCode::SEE_OTHER);
    // Signing in again ends the session before.
    let first = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let answer = post(&site, "/login", &first, &fields).await;
    let second = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(see(&site, "/", &first).await.status, StatusCode::SEE_OTHER);
    assert_eq!(see(&site, "/", &second).await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_is_disabled_is_out_at_once() {
    let world = World::usual();
    let site = with_accounts(&world).await;
    let cookie = enter(&site, "Rex").await;
    site.accounts.disable("Rex").unwrap();
    assert_eq!(see(&site, "/", &cookie).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn guessing_is_slowed() {
    let world = World::usual();
    let site = with_accounts(&world).await;
    let word = token(&get(&site, "/login").await.text);
    for round in 0..9 {
        let answer = post(&site, "/login", "", &[("token", &word), ("name", "Rex"), ("password", "wrong wrong")]).await;
        let expected = if round < 8 { StatusCode::UNAUTHORIZED } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(answer.status, expected, "{round}");
    }
    // Even the right password has to wait now.
    let answer = post(&site, "/login", "", &[("token", &word), ("name", "Rex"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn readers_read_and_reviewers_decide() {
    let world = World::usual();
    let site = with_accounts(&world).await;
    let reader = enter(&site, "Rea").await;
    let page = see(&site, "/review/1", &reader).await.text;
    assert!(page.contains("Only reviewers decide") && !page.contains("data-decision"));
    let form = [("token", token(&page)), ("version", "1".into()), ("decision", "accept".into())];
    let form: Vec<(&str, &str)> = form.iter().map(|(key, value)| (*key, value.as_str())).collect();
    assert_eq!(post(&site, "/review/1", &reader, &form).await.status, StatusCode::FORBIDDEN);
    assert!(
        get(&site, "/healthz").await.status == StatusCode::OK
            && site.queue.item(1).await.unwrap().unwrap().version == 1
    );
}

#[tokio::test]
async fn a_change_is_shown_side_by_side_and_accepted() {
    let world = World::usual();
    let site = world.site().await;
    let queue = get(&site, "/review").await.text;
    assert!(
        queue.contains("Alpha Meet") && queue.contains("the service changed") && queue.contains("5 days old"),
        "{queue}"
    );
    let page = get(&site, "/review/1").await.text;
    for words in ["It was the default.", "It is a choice.", "</span>7<", "</span>90<", "reworded", "sha256:11"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let word = token(&page);
    let form = [("token", word.as_str()), ("version", "1"), ("decision", "accept"), ("who", "Ada"), ("text", "Seen.")];
    let answer = post(&site, "/review/1", "", &form).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/review/1?done=1#log"));
    let page = get(&site, "/review/1?done=1").await.text;
    assert!(page.contains("The decision is recorded.") && page.contains("Ada") && page.contains("Seen."));
    assert!(get(&site, "/review").await.text.contains("Nothing waits."));
    assert!(get(&site, "/services/alpha").await.text.contains("is-confirmed"));
}

#[tokio::test]
async fn an_override_needs_all_that_the_rules_want() {
    let world = World::usual();
    let site = world.site().await;
    let word = token(&get(&site, "/review/1").await.text);
    let base = [("token", word.as_str()), ("version", "1"), ("decision", "override"), ("who", "Ada")];
    let with =
        |more: &[(&'static str, &'static str)]| base.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>();
    for (more, words) in [
        (&[][..], "Please fill in: Grade"),
        (&[("grade", "poor")], "Please fill in: Reason"),
        (&[("grade", "poor"), ("reason", "misread"), ("text", "no")], "needs a reason in words"),
        (
            &[
                ("grade", "poor"),
                ("reason", "misread"),
                ("text", "The passage is of the web site."),
                ("expires", "2026-01-01"),
            ],
            "has passed",
        ),
        (
            &[
                ("grade", "poor"),
                ("reason", "misread"),
                ("text", "The passage is of the web site."),
                ("expires", "soon"),
            ],
            "Please fill in: Counts until",
        ),
        (&[("grade", "best"), ("reason", "misread")], "Please fill in: Grade"),
    ] {
        let answer = post(&site, "/review/1", "", &with(more)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{more:?}");
        assert!(answer.text.contains(words), "{words}");
    }
    let whole = [
        ("grade", "poor"),
        ("reason", "misread"),
        ("text", "The passage is of the web site."),
        ("expires", "2027-01-01"),
        ("two_persons", "1"),
    ];
    assert_eq!(post(&site, "/review/1", "", &with(&whole)).await.status, StatusCode::SEE_OTHER);
    let page = get(&site, "/review/1").await.text;
    assert!(page.contains("waits for a second signature") && page.contains("the passage was misread"));
    let sign = |who: &'static str| {
        [("token", word.clone()), ("version", "2".into()), ("decision", "sign".into()), ("who", who.into())]
    };
    for (who, status) in [("Ada", StatusCode::UNPROCESSABLE_ENTITY), ("Bob", StatusCode::SEE_OTHER)] {
        let form: Vec<(String, String)> =
            sign(who).map(|(key, value): (&str, String)| (key.to_owned(), value)).to_vec();
        let form: Vec<(&str, &str)> = form.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(post(&site, "/review/1", "", &form).await.status, status, "{who}");
    }
}

#[tokio::test]
async fn the_provider_is_asked_and_answers() {
    let world = World::usual();
    let site = world.site().await;
    let word = token(&get(&site, "/review/1").await.text);
    let form = [
        ("token", word.as_str()),
        ("version", "1"),
        ("decision", "ask-provider"),
        ("who", "Ada"),
        ("text", "Is that so for guests?"),
        ("deadline", "2026-07-01"),
    ];
    assert_eq!(post(&site, "/review/1", "", &form).await.status, StatusCode::SEE_OTHER);
    assert!(get(&site, "/services/alpha").await.text.contains("is-contested"));
    let page = get(&site, "/review/1").await.text;
    assert!(page.contains("Deadline 2026-07-01") && page.contains("Attach the reply"));
    let form = [
        ("token", word.as_str()),
        ("version", "2"),
        ("decision", "reply"),
        ("who", "Ada"),
        ("from", "Alpha Ltd"),
        ("text", "It is so for everybody."),
    ];
    assert_eq!(post(&site, "/review/1", "", &form).await.status, StatusCode::SEE_OTHER);
    assert!(get(&site, "/review/1").await.text.contains("It is so for everybody."));
}

#[tokio::test]
async fn the_second_of_two_reviewers_is_told() {
    let world = World::usual();
    let site = with_accounts(&world).await;
    let (rex, ria) = (enter(&site, "Rex").await, enter(&site, "Ria").await);
    let (of_rex, of_ria) = (see(&site, "/review/1", &rex).await.text, see(&site, "/review/1", &ria).await.text);
    let (of_rex, of_ria) = (token(&of_rex), token(&of_ria));
    assert_ne!(of_rex, of_ria, "each session has its own word");
    let form = [
        ("token", of_ria.as_str()),
        ("version", "1"),
        ("decision", "accept"),
        ("text", "fine"),
        ("who", "Somebody Else"),
    ];
    assert_eq!(post(&site, "/review/1", &ria, &form).await.status, StatusCode::SEE_OTHER);
    let form = [("token", of_rex.as_str()), ("version", "1"), ("decision", "reject"), ("text", "I see it otherwise.")];
    let answer = post(&site, "/review/1", &rex, &form).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text.contains("Somebody else decided meanwhile."));
    let log = see(&site, "/review/1", &rex).await.text;
    assert!(
        log.contains("Ria") && !log.contains("Somebody Else") && !log.contains("I see it otherwise."),
        "signed by the account"
    );
}

#[tokio::test]
async fn programs_read_the_queue_and_decide_with_json_alone() {
    let world = World::usual();
    let site = with_accounts(&world).await;
    let (rea, rex) = (enter(&site, "Rea").await, enter(&site, "Rex").await);
    let list: serde_json::Value = serde_json::from_str(&see(&site, "/api/v1/reviews", &rea).await.text).unwrap();
    assert_eq!((&list["items"][0]["id"], &list["next"]), (&1.into(), &serde_json::Value::Null));
    let sent = r#"{"version": 0, "decide": {"decision": "accept", "text": "Read."}, "by": "Somebody else"}"#;
    let version = list["items"][0]["version"].as_u64().unwrap();
    let sent = sent.replace('0', &version.to_string());
    let send = async |cookie: &str, media: &str, body: &str| {
        let fields = [("cookie", cookie), ("content-type", media), ("sec-fetch-site", "same-origin")];
        ask(&site, "POST", "/api/v1/reviews/1", &fields, body).await
    };
    assert_eq!(send(&rea, "application/json", &sent).await.status, StatusCode::FORBIDDEN);
    // What a form of another site can send is no decision.
    let form = send(&rex, "text/plain", &sent).await;
    assert_eq!(form.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", form.text);
    assert_eq!(send(&rex, "application/json", "{}").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = send(&rex, "application/json", &sent).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let item: serde_json::Value = serde_json::from_str(&done.text).unwrap();
    assert_eq!(item["state"], "decided");
    assert!(done.text.contains("Rex") && !done.text.contains("Somebody else"), "whoever is signed in signs");
    let again = send(&rex, "application/json", &sent).await;
    assert_eq!((again.status, again.header("content-type")), (StatusCode::CONFLICT, "application/problem+json"));
    let open: serde_json::Value = serde_json::from_str(&see(&site, "/api/v1/reviews", &rea).await.text).unwrap();
    assert_eq!(open["items"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_person_confirms_a_rating_and_only_then_the_public_sees_it() {
    let world = World::usual();
    let house = House::within(world.data(), &Settings::default()).await.unwrap();
    house.catch_up().await.unwrap();
    let public = world.site_with(Mode { public: true, ..Mode::default() }, Arc::new(house.clone())).await;
    assert_eq!(get(&public, "/services/beta").await.status, StatusCode::NOT_FOUND);
    let site = world.site_with(Mode { trusted: true, ..Mode::default() }, Arc::new(house)).await;
    let page = get(&site, "/services/beta?method=priva-score-video").await.text;
    let audit = page.split("name=\"audit\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let word = token(&page);
    let form = |audit: &'static str, who: &'static str| {
        [("method", "priva-score-video"), ("audit", audit), ("status", "confirmed"), ("text", "Read."), ("who", who)]
    };
    let audit: &'static str = audit.leak();
    let with = |form: [(&'static str, &'static str); 5], word: &str| {
        let mut form: Vec<(String, String)> = form.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
        form.push(("token".to_owned(), word.to_owned()));
        form
    };
    let send = async |form: Vec<(String, String)>| {
        let form: Vec<(&str, &str)> = form.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        post(&site, "/services/beta", "", &form).await.status
    };
    assert_eq!(send(with(form(audit, "Ada"), "x")).await, StatusCode::FORBIDDEN);
    assert_eq!(send(with(form(audit, ""), &word)).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(send(with(form("20260601T000000Z", "Ada"), &word)).await, StatusCode::CONFLICT, "of an older audit");
    assert_eq!(send(with(form(audit, "Ada"), &word)).await, StatusCode::SEE_OTHER);
    assert!(get(&site, "/services/beta?method=priva-score-video").await.text.contains("is-confirmed"));
    public.look().await.unwrap();
    assert_eq!(get(&public, "/services/beta").await.status, StatusCode::OK);
    assert_eq!(get(&public, "/services/gamma").await.status, StatusCode::NOT_FOUND);
    // The public sends no decisions.
    let answer =
        post(&public, "/services/beta", "", &[("token", &word), ("status", "withdrawn"), ("who", "Eve")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
