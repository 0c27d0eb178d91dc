//! Sign-in by OpenID Connect, against a provider on loopback: the right way, and every wrong one.

use super::held::Held;
use super::provider::{ADDRESS, CLIENT, Plan, Provider, SECRET, Sign};
use super::world::{Answer, NOW, World, ask, change, get, post, time, token};
use crate::cli::Global;
use crate::cli::config::Config;
use crate::keep::workspace::House;
use crate::present::web::openid;
use crate::present::web::page::Role;
use crate::present::web::queue::Queue;
use crate::present::web::{Mode, Shared};
use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

const BACK: &str = "/login/openid-connect/callback";

/// A site whose people sign in at a provider, and the seconds that its clock is ahead.
async fn site_at(world: &World, issuer: &str, mode: Mode, queue: Arc<dyn Queue>) -> (Shared, Arc<AtomicI64>) {
    let folder = world.folder.path();
    std::fs::write(folder.join("secret"), SECRET).unwrap();
    let text = format!(
        "[openid-connect]\nissuer = \"{issuer}\"\nclient-id = \"{CLIENT}\"\nclient-secret-file = \"secret\"\n\
         address = \"{ADDRESS}\"\nlabel = \"House <i>Login</i>\"\n\
         roles = {{ staff = \"reader\", officers = \"reviewer\" }}\n"
    );
    std::fs::write(folder.join("probity.toml"), text).unwrap();
    let settings = Config::load(&Global { config: Some(folder.join("probity.toml")), ..Global::default() })
        .unwrap()
        .openid
        .unwrap();
    let openid = openid::open(settings, &crate::app::network::Settings::default()).unwrap();
    let ahead = Arc::new(AtomicI64::new(0));
    let hand = Arc::clone(&ahead);
    let clock = Arc::new(move || Timestamp::from_second(time(NOW).as_second() + hand.load(Relaxed)).unwrap());
    let site = Arc::new(world.bare(mode, queue, clock).with_openid(Some(openid)));
    site.look().await.unwrap();
    (site, ahead)
}

async fn usual(world: &World) -> (Provider, Shared, Arc<AtomicI64>) {
    let provider = Provider::start(time(NOW).as_second()).await;
    let queue = Arc::new(Held::new(vec![change(1, "alpha")]));
    let (site, ahead) = site_at(world, &provider.address, Mode::default(), queue).await;
    provider.plans(Plan::of(&[("groups", json!(["officers", "other"]))]));
    (provider, site, ahead)
}

async fn see(site: &Shared, path: &str, cookie: &str) -> Answer {
    ask(site, "GET", path, &[("cookie", cookie)], "").await
}

/// Begins a sign-in: where the browser is sent, and its cookie.
async fn begin(site: &Shared, to: &str) -> (String, String) {
    let answer = get(site, &format!("/login/openid-connect?to={to}")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly; SameSite=Lax") && cookie.contains("Max-Age=600"), "{cookie}");
    (answer.header("location").to_owned(), cookie.split(';').next().unwrap().to_owned())
}

/// Signs in at the provider and comes back, with another cookie beside.
async fn whole(site: &Shared, provider: &Provider, beside: &str) -> Answer {
    let (location, cookie) = begin(site, "/services/alpha").await;
    let (code, state) = provider.signs_in(&location);
    see(site, &format!("{BACK}?code={code}&state={state}"), &format!("{cookie}; {beside}")).await
}

/// The cookie of the session that an answer begins, if it begins one.
fn session(answer: &Answer) -> Option<String> {
    let cookies = answer.head.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let found = cookies.filter_map(|cookie| cookie.split(';').next()).find(|cookie| cookie.starts_with("session="));
    found.map(str::to_owned)
}

/// Nobody came in, and the page says why.
fn refused(answer: &Answer, status: StatusCode, words: &str) {
    assert_eq!((answer.status, session(answer)), (status, None), "{words}: {}", answer.text);
    assert!(answer.text.contains(words), "{words}: {}", answer.text);
}

#[tokio::test]
async fn people_sign_in_with_the_role_of_their_group() {
    let world = World::usual();
    let house = House::within(world.data(), &crate::keep::settings::Settings::default()).await.unwrap();
    let provider = Provider::start(time(NOW).as_second()).await;
    let (site, _) = site_at(&world, &provider.address, Mode::default(), Arc::new(house.clone())).await;
    site.accounts.put("Ada", Role::Administrator, "correct horse battery", time(NOW)).unwrap();
    let page = get(&site, "/login?to=/services/alpha").await.text;
    assert!(page.contains("Sign in with House &#60;i&#62;Login") && !page.contains("<i>Login"), "{page}");
    assert!(page.contains("/login/openid-connect?to=%2Fservices%2Falpha"), "{page}");
    provider.plans(Plan::of(&[("groups", json!(["officers", "staff"]))]));
    let answer = whole(&site, &provider, "").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/services/alpha"));
    let cookies: Vec<_> = answer.head.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("openid-connect=;") && cookie.contains("Max-Age=0")));
    let first = session(&answer).unwrap();
    let page = see(&site, "/services/alpha", &first).await;
    assert!(page.status == StatusCode::OK && page.text.contains("ada (2)"), "the name of another is not taken");
    assert_eq!(site.accounts.role("ada (2)"), Some(Role::Reviewer));
    let lines = house.store.log(Some("account/ada (2)"), None, 9).await.unwrap();
    let detail = json!({ "by": "openid-connect", "role": "reviewer", "issuer": provider.address, "subject": "4711" });
    assert_eq!((lines[0].who.as_str(), lines[0].what.as_str(), &lines[0].detail), ("ada (2)", "signed-in", &detail));
    // Once more: the same account, another session, another role, and the session before is over.
    provider.plans(Plan::of(&[("groups", json!("staff")), ("preferred_username", json!("renamed"))]));
    let second = session(&whole(&site, &provider, &first).await).unwrap();
    assert_ne!(first, second);
    assert_eq!(see(&site, "/", &first).await.status, StatusCode::SEE_OTHER);
    assert!(see(&site, "/", &second).await.text.contains("ada (2)"));
    assert_eq!((site.accounts.role("ada (2)"), site.accounts.list().unwrap().len()), (Some(Role::Reader), 2));
    // Passwords are written down, too.
    let form = [("token", token(&get(&site, "/login").await.text)), ("name", "Ada".into())];
    let form = [(form[0].0, form[0].1.as_str()), ("name", "Ada"), ("password", "correct horse battery")];
    assert_eq!(post(&site, "/login", "", &form).await.status, StatusCode::SEE_OTHER);
    let lines = house.store.log(Some("account/Ada"), None, 9).await.unwrap();
    assert_eq!(lines[0].detail, json!({ "by": "password", "role": "administrator" }));
    assert_eq!(house.store.check_log().await.unwrap(), None);
    assert_eq!(provider.asked(), 1, "what it says of itself is kept");
    // Signing out ends the session.
    let word = token(&see(&site, "/", &second).await.text);
    assert_eq!(post(&site, "/logout", &second, &[("token", &word)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(see(&site, "/", &second).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_token_that_is_not_right_opens_nothing() {
    let world = World::usual();
    let (provider, site, _) = usual(&world).await;
    let now = time(NOW).as_second();
    let plan = |claims: &[(&'static str, Value)]| {
        let mut plan = Plan::of(&[("groups", json!(["officers"]))]);
        plan.claims.extend_from_slice(claims);
        plan
    };
    for (what, plan) in [
        ("another nonce", plan(&[("nonce", json!("guessed"))])),
        ("no nonce", plan(&[("nonce", Value::Null)])),
        ("expired", plan(&[("exp", json!(now - 1))])),
        ("for another client", plan(&[("aud", json!("another"))])),
        ("for another client, too", plan(&[("aud", json!([CLIENT, "another"]))])),
        ("for another party", plan(&[("azp", json!("another"))])),
        ("of another issuer", plan(&[("iss", json!("https://evil.example"))])),
        ("of nobody", plan(&[("sub", json!(""))])),
        ("of a subject without end", plan(&[("sub", json!("x".repeat(256)))])),
        ("of a number", plan(&[("sub", json!(7))])),
        ("unsigned", Plan { sign: Sign::Not, ..plan(&[]) }),
        ("signed by another key", Plan { sign: Sign::Wrongly, ..plan(&[]) }),
        ("signed by the shared secret", Plan { sign: Sign::Shared, ..plan(&[]) }),
        ("signed by a key that is not published", Plan { kid: "unknown", ..plan(&[]) }),
    ] {
        provider.plans(plan);
        let answer = whole(&site, &provider, "").await;
        refused(&answer, StatusCode::FORBIDDEN, "did not pass the checks");
        assert!(site.accounts.list().unwrap().is_empty(), "{what}");
    }
    provider.plans(plan(&[]));
    assert!(session(&whole(&site, &provider, "").await).is_some(), "the world is sound");
}

#[tokio::test]
async fn an_answer_counts_once_and_in_one_browser() {
    let world = World::usual();
    let (provider, site, ahead) = usual(&world).await;
    let over = "not begun in this browser";
    let (location, cookie) = begin(&site, "/").await;
    let (code, state) = provider.signs_in(&location);
    let back = format!("{BACK}?code={code}&state={state}");
    // Another browser, an invented cookie, no answer at all.
    refused(&get(&site, &back).await, StatusCode::BAD_REQUEST, over);
    refused(&see(&site, &back, "openid-connect=0123").await, StatusCode::BAD_REQUEST, over);
    let (_, other) = begin(&site, "/").await;
    refused(&see(&site, &back, &other).await, StatusCode::BAD_REQUEST, over);
    assert!(session(&see(&site, &back, &cookie).await).is_some());
    // Replayed; and the code with a state of its own.
    refused(&see(&site, &back, &cookie).await, StatusCode::BAD_REQUEST, over);
    let (location, cookie) = begin(&site, "/").await;
    let (_, state) = provider.signs_in(&location);
    let replayed = see(&site, &format!("{BACK}?code={code}&state={state}"), &cookie).await;
    refused(&replayed, StatusCode::FORBIDDEN, "did not sign you in");
    // A wrong state ends the sign-in.
    let (location, cookie) = begin(&site, "/").await;
    let (code, state) = provider.signs_in(&location);
    let wrong = format!("{BACK}?code={code}&state=guessed");
    refused(&see(&site, &wrong, &cookie).await, StatusCode::BAD_REQUEST, over);
    let right = format!("{BACK}?code={code}&state={state}");
    refused(&see(&site, &right, &cookie).await, StatusCode::BAD_REQUEST, over);
    // Too late.
    let (location, cookie) = begin(&site, "/").await;
    let (code, state) = provider.signs_in(&location);
    ahead.store(600, Relaxed);
    refused(&see(&site, &format!("{BACK}?code={code}&state={state}"), &cookie).await, StatusCode::BAD_REQUEST, over);
}

#[tokio::test]
async fn what_the_provider_refuses_is_refused() {
    let world = World::usual();
    let (provider, site, _) = usual(&world).await;
    for (query, words) in [
        ("error=access_denied", "did not sign you in"),
        ("nothing=1", "did not sign you in"),
        ("code=x&iss=https%3A%2F%2Fevil.example", "did not pass the checks"),
    ] {
        let (location, cookie) = begin(&site, "/").await;
        let (_, state) = provider.signs_in(&location);
        let answer = see(&site, &format!("{BACK}?{query}&state={state}"), &cookie).await;
        refused(&answer, StatusCode::FORBIDDEN, words);
    }
    let fields = [("accept-language", "de")];
    let answer = ask(&site, "GET", &format!("{BACK}?code=x&state=y"), &fields, "").await;
    assert!(answer.text.contains("nicht in diesem Browser begonnen"), "{}", answer.text);
    // Nobody is led away.
    let (location, cookie) = begin(&site, "//evil.example/").await;
    let (code, state) = provider.signs_in(&location);
    let answer = see(&site, &format!("{BACK}?code={code}&state={state}"), &cookie).await;
    assert_eq!(answer.header("location"), "/");
}

#[tokio::test]
async fn whoever_has_no_role_or_is_disabled_stays_outside() {
    let world = World::usual();
    let (provider, site, _) = usual(&world).await;
    let open = session(&whole(&site, &provider, "").await).unwrap();
    assert_eq!(see(&site, "/", &open).await.status, StatusCode::OK);
    for groups in [json!(["unknown"]), json!([]), Value::Null, json!({ "officers": true })] {
        provider.plans(Plan::of(&[("groups", groups)]));
        refused(&whole(&site, &provider, "").await, StatusCode::FORBIDDEN, "You have no role here");
    }
    assert_eq!(see(&site, "/", &open).await.status, StatusCode::SEE_OTHER, "what was open is over");
    site.accounts.disable("ada").unwrap();
    provider.plans(Plan::of(&[("groups", json!(["officers"]))]));
    refused(&whole(&site, &provider, "").await, StatusCode::FORBIDDEN, "out of use");
}

#[tokio::test]
async fn a_provider_that_is_down_does_not_keep_passwords_out() {
    let world = World::usual();
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let queue = || Arc::new(Held::new(Vec::new()));
    let (site, _) = site_at(&world, &format!("http://{closed}"), Mode::default(), queue()).await;
    site.accounts.put("Ada", Role::Reader, "correct horse battery", time(NOW)).unwrap();
    refused(&get(&site, "/login/openid-connect").await, StatusCode::BAD_GATEWAY, "cannot be used now");
    let word = token(&get(&site, "/login").await.text);
    let form = [("token", word.as_str()), ("name", "Ada"), ("password", "correct horse battery")];
    assert_eq!(post(&site, "/login", "", &form).await.status, StatusCode::SEE_OTHER);
    // One that answers, but is another than the one that was named.
    let provider = Provider::start(time(NOW).as_second()).await;
    let (site, _) = site_at(&world, &format!("{}/", provider.address), Mode::default(), queue()).await;
    refused(&get(&site, "/login/openid-connect").await, StatusCode::BAD_GATEWAY, "cannot be used now");
    refused(&get(&site, "/login/openid-connect").await, StatusCode::BAD_GATEWAY, "cannot be used now");
    assert_eq!(provider.asked(), 1, "it is not asked again at once");
}

#[tokio::test]
async fn new_keys_of_the_provider_are_fetched() {
    let world = World::usual();
    let (provider, site, ahead) = usual(&world).await;
    assert!(session(&whole(&site, &provider, "").await).is_some());
    provider.renames_its_key("second");
    provider.plans(Plan { kid: "second", ..Plan::of(&[("groups", json!(["staff"]))]) });
    refused(&whole(&site, &provider, "").await, StatusCode::FORBIDDEN, "did not pass the checks");
    ahead.store(10, Relaxed);
    assert!(session(&whole(&site, &provider, "").await).is_some());
    assert_eq!(provider.asked(), 2);
}

#[tokio::test]
async fn cookies_are_for_https_where_the_pages_are() {
    let world = World::usual();
    let provider = Provider::start(time(NOW).as_second()).await;
    let queue = || Arc::new(Held::new(Vec::new()));
    let mode = Mode { secure: true, ..Mode::default() };
    let (site, _) = site_at(&world, &provider.address, mode, queue()).await;
    let cookie = begin_cookie(&site).await;
    assert!(cookie.starts_with("__Host-openid-connect=") && cookie.contains("; Secure"), "{cookie}");
    // Where nobody signs in, there is no such page.
    for mode in [Mode { public: true, ..Mode::default() }, Mode { trusted: true, ..Mode::default() }] {
        let (site, _) = site_at(&world, &provider.address, mode, queue()).await;
        assert_eq!(get(&site, "/login/openid-connect").await.status, StatusCode::NOT_FOUND);
        assert_eq!(get(&site, BACK).await.status, StatusCode::NOT_FOUND);
    }
}

async fn begin_cookie(site: &Shared) -> String {
    get(site, "/login/openid-connect").await.header("set-cookie").to_owned()
}
