//! What does not get in: names of others, forms of others, too much, too slow; and what every answer carries.

use super::world::{World, ask, get, post, token};
use crate::present::web::server;
use axum::http::StatusCode;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::test]
async fn every_answer_has_a_strict_policy() {
    let world = World::usual();
    let site = world.site().await;
    for path in ["/", "/services/alpha", "/nonsense", "/api/v1/services", "/api/v1/nonsense", "/healthz", "/feed.atom"]
    {
        let answer = get(&site, path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
    }
}

#[tokio::test]
async fn no_page_needs_what_the_policy_forbids() {
    let world = World::usual();
    let site = world.site().await;
    for path in
        ["/", "/services/alpha", "/review", "/review/1", "/compare?service=alpha&service=beta", "/criteria", "/methods"]
    {
        let page = get(&site, path).await.text;
        for forbidden in
            [" style=", "<style", " onclick=", "javascript:", "<script>", "src=\"http", "@import", "<iframe"]
        {
            assert!(!page.contains(forbidden), "{path}: {forbidden}");
        }
        for (_, asset) in page.match_indices("src=\"").chain(page.match_indices("stylesheet\" href=\"")) {
            assert!(!asset.is_empty());
        }
    }
    let board = get(&site, "/").await.text;
    let (_, style) = board.split_once("rel=\"stylesheet\" href=\"").unwrap();
    let style = get(&site, style.split('"').next().unwrap()).await;
    assert!(style.status == StatusCode::OK && style.header("cache-control").contains("immutable"));
    assert!(!style.text.contains("http") && !style.text.contains("@import"));
}

#[tokio::test]
async fn names_that_were_bent_to_this_machine_are_refused() {
    let world = World::usual();
    let site = world.site().await;
    let answer = ask(&site, "GET", "/", &[("host", "evil.example")], "").await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    assert!(!answer.text.contains("Alpha"));
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let world = World::usual();
    let site = world.site().await;
    let word = token(&get(&site, "/review/1").await.text);
    let body = format!("token={word}&version=1&decision=accept&who=Eve");
    let form = ("content-type", "application/x-www-form-urlencoded");
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")] {
        let answer = ask(&site, "POST", "/review/1", &[form, (name, value)], &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name} {value}");
    }
    let answer =
        post(&site, "/review/1", "", &[("token", "guessed"), ("version", "1"), ("decision", "accept"), ("who", "Eve")])
            .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = post(&site, "/review/1", "", &[("version", "1"), ("decision", "accept"), ("who", "Eve")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(site.queue.item(1).await.unwrap().unwrap().version, 1);
}

#[tokio::test]
async fn bodies_have_a_limit() {
    let world = World::usual();
    let site = world.site().await;
    let body = format!("token={}", "x".repeat(1 << 20));
    let form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    let answer = ask(&site, "POST", "/review/1", &form, &body).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert_eq!(site.queue.item(1).await.unwrap().unwrap().version, 1);
}

#[tokio::test]
async fn no_path_leads_out_of_the_archive() {
    let world = World::usual();
    let site = world.site().await;
    for path in [
        "/archive/..?target=x",
        "/archive/%2e%2e?target=x",
        "/archive/..%2f..%2fetc%2fpasswd?target=x",
        "/archive/%2Fetc%2Fpasswd?target=x",
        "/archive/20260601T000000Z?target=../../result.json",
        "/archive/20260601T000000Z?target=file:///etc/passwd",
        "/archive/20260601T000000Z%00?target=x",
        "/archive/20260601T000000Z/certificate?digest=../../x",
        "/assets/..%2f..%2fCargo.toml",
        "/services/..%2f..%2fetc",
    ] {
        assert_eq!(get(&site, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_language_switch_stays_here() {
    let world = World::usual();
    let site = world.site().await;
    let answer = get(&site, "/services/alpha?method=x&lang=de").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/services/alpha?method=x"));
    assert!(answer.header("set-cookie").starts_with("lang=de;"));
    assert_eq!(get(&site, "//evil.example?lang=de").await.header("location"), "/evil.example");
    assert_eq!(get(&site, "/?lang=xx").await.status, StatusCode::OK);
}

/// A server on a socket.
async fn served() -> (std::net::SocketAddr, tokio::sync::oneshot::Sender<()>, World) {
    let world = World::usual();
    let site = world.site().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(server::serve(listener, Arc::clone(&site), async {
        let _ = stopped.await;
    }));
    (address, stop, world)
}

#[tokio::test]
async fn the_server_answers_and_ends() {
    let (address, stop, _world) = served().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200") && text.contains("\"status\":\"ok\""), "{text}");
    stop.send(()).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_client_that_dawdles_is_let_go() {
    let (address, _stop, _world) = served().await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ").await.unwrap();
    // Others are served meanwhile.
    let mut other = TcpStream::connect(address).await.unwrap();
    let request = format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    other.write_all(request.as_bytes()).await.unwrap();
    let mut text = Vec::new();
    other.read_to_end(&mut text).await.unwrap();
    assert!(text.starts_with(b"HTTP/1.1 200"));
    // The one that dawdles is let go after its patience.
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(std::time::Duration::from_secs(25), slow.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "still connected");
}
