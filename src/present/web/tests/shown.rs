//! What pages, the interface for programs and feeds show.

use super::world::{World, ask, get};
use crate::present::web::Mode;
use crate::present::web::api::openapi::{ADDRESSES, openapi};
use axum::http::StatusCode;

#[tokio::test]
async fn the_board_has_every_service_with_light_points_and_grades() {
    let world = World::usual();
    let site = world.site().await;
    let page = get(&site, "/").await;
    assert_eq!(page.status, StatusCode::OK);
    for words in ["Alpha Meet", "Beta Call", "Gamma Talk", "undecided", "of 270 points", "End-to-end encryption"] {
        assert!(page.text.contains(words), "{words}");
    }
    assert!(page.text.contains("What changed lately"));
    assert!(page.text.contains("href=\"/services/alpha?method=priva-score-video#end-to-end-encryption\""));
}

#[tokio::test]
async fn the_board_is_filtered_and_sorted() {
    let world = World::usual();
    let site = world.site().await;
    let found = get(&site, "/?q=BETA").await.text;
    assert!(found.contains("Beta Call") && !found.contains("Gamma Talk"));
    assert!(get(&site, "/?light=green").await.text.contains("No service matches."));
    let by_name = get(&site, "/?sort=name&q=a").await.text;
    let place = |name: &str| {
        by_name.find(&format!("<bdi>{name}</bdi></a></th>")).unwrap_or_else(|| by_name.find(name).unwrap())
    };
    assert!(place("Alpha Meet") < place("Beta Call") && place("Beta Call") < place("Gamma Talk"));
    for odd in ["/?page=999", "/?page=-1", "/?method=nonsense&sort=x&light=x", "/?q=%00%ff", "/?limit"] {
        assert_eq!(get(&site, odd).await.status, StatusCode::OK, "{odd}");
    }
}

#[tokio::test]
async fn a_service_shows_findings_quotes_history_and_documents() {
    let world = World::usual();
    let site = world.site().await;
    let page = get(&site, "/services/alpha").await.text;
    for words in [
        "End-to-end encryption can be turned on.",
        "Why it matters",
        "What would decide it",
        "<polyline class=\"line\"",
        "2 versions",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let german = ask(&site, "GET", "/services/alpha", &[("accept-language", "de")], "").await.text;
    assert!(german.contains("<html lang=\"de\">") && german.contains("Warum es wichtig ist"));
    assert_eq!(get(&site, "/services/nobody").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_quote_leads_to_its_place_in_the_archive() {
    let world = World::usual();
    let site = world.site().await;
    let page = get(&site, "/services/alpha").await.text;
    let (_, rest) = page.split_once("<a href=\"/archive/").unwrap();
    let link = format!("/archive/{}", rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"));
    let archived = get(&site, link.split('#').next().unwrap()).await;
    assert_eq!(archived.status, StatusCode::OK, "{link}: {}", archived.text);
    assert!(
        archived.text.contains("<mark id=\"quote\">End-to-end encryption can be turned on.</mark>"),
        "{}",
        archived.text
    );
    assert!(archived.text.contains("text/html; charset=utf-8") && archived.text.contains("sha256:"));
}

#[tokio::test]
async fn two_versions_of_a_document_are_compared() {
    let world = World::usual();
    let site = world.site().await;
    let page = get(&site, "/services/alpha/document?url=https%3A%2F%2Falpha.example%2Fprivacy").await.text;
    assert!(page.contains("<ins>") && page.contains("<del>"), "{page}");
    assert!(page.contains("90") && page.contains("Compare two versions"));
    assert_eq!(get(&site, "/services/alpha/document?url=nonsense").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn services_stand_side_by_side() {
    let world = World::usual();
    let site = world.site().await;
    let page = get(&site, "/compare?service=alpha&service=beta&service=nobody").await.text;
    assert!(page.contains("Alpha Meet") && page.contains("Beta Call") && page.contains("side-by-side"));
    assert_eq!(get(&site, "/compare").await.status, StatusCode::OK);
}

#[tokio::test]
async fn rules_are_pages() {
    let world = World::usual();
    let site = world.site().await;
    for (path, words) in [
        ("/criteria", "Legal basis"),
        ("/criteria/end-to-end-encryption", "The ladder of grades"),
        ("/methods", "our reading"),
        ("/methods/priva-score-video", "What counts how much"),
        ("/methods/berlin-short-test", "The processing agreement"),
    ] {
        let page = get(&site, path).await;
        assert!(page.status == StatusCode::OK && page.text.contains(words), "{path}");
    }
    assert_eq!(get(&site, "/criteria/nonsense").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&site, "/methods/nonsense").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_address_of_the_interface_answers_by_its_schema() {
    let world = World::usual();
    let site = world.site().await;
    let document = openapi();
    for address in ADDRESSES {
        let id = match address.path {
            path if path.starts_with("/services") => "alpha",
            path if path.starts_with("/reviews") => "1",
            path if path.starts_with("/criteria") => "end-to-end-encryption",
            _ => "priva-score-video",
        };
        let path = format!("/api/v1{}", address.path.replace("{id}", id));
        let answer = get(&site, &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let value: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
        let mut schema = serde_json::json!({ "$ref": format!("#/components/schemas/{}", address.answer) });
        schema["components"] = document["components"].clone();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let wrong: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", address.path);
        let tag = answer.header("etag").to_owned();
        let again = ask(&site, "GET", &path, &[("if-none-match", &tag)], "").await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
    }
}

#[tokio::test]
async fn lists_are_read_part_by_part() {
    let world = World::usual();
    let site = world.site().await;
    let (mut after, mut seen) = (String::new(), Vec::new());
    loop {
        let part = get(&site, &format!("/api/v1/services?limit=1&after={after}")).await;
        let part: serde_json::Value = serde_json::from_str(&part.text).unwrap();
        seen.extend(part["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match part["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, ["alpha", "beta", "gamma"]);
}

#[tokio::test]
async fn problems_are_told_as_the_standard_wants() {
    let world = World::usual();
    let site = world.site().await;
    for (path, status) in [
        ("/api/v1/services?limit=0", StatusCode::BAD_REQUEST),
        ("/api/v1/services?limit=x", StatusCode::BAD_REQUEST),
        ("/api/v1/services/nobody", StatusCode::NOT_FOUND),
        ("/api/v1/nonsense", StatusCode::NOT_FOUND),
        ("/api/v1/services/alpha/history?after=x", StatusCode::BAD_REQUEST),
    ] {
        let answer = get(&site, path).await;
        assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{path}");
        let value: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(value["status"], status.as_u16());
    }
}

#[tokio::test]
async fn changes_come_as_a_feed() {
    let world = World::usual();
    let site = world.site().await;
    let feed = get(&site, "/feed.atom").await;
    assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
    for words in ["<feed xmlns=\"http://www.w3.org/2005/Atom\"", "Alpha Meet", "<id>urn:probity:alpha:"] {
        assert!(feed.text.contains(words), "{words}: {}", feed.text);
    }
    assert!(!get(&site, "/services/beta/feed.atom").await.text.contains("<entry>"));
    assert_eq!(get(&site, "/services/nobody/feed.atom").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_public_sees_confirmed_ratings_only() {
    let world = World::usual();
    let site = world.site_as(Mode { public: true, ..Mode::default() }).await;
    let page = get(&site, "/").await.text;
    assert!(page.contains("No rating has been confirmed yet.") || page.contains("No service matches."), "{page}");
    for path in ["/services/alpha", "/review", "/review/1", "/api/v1/services/alpha", "/services/alpha/feed.atom"] {
        assert_eq!(get(&site, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!get(&site, "/api/v1/services").await.text.contains("alpha"));
    assert!(!get(&site, "/api/v1/changes").await.text.contains("alpha"));
    assert!(!get(&site, "/feed.atom").await.text.contains("Alpha"));
}

#[tokio::test]
async fn health_and_counts_are_told() {
    let world = World::usual();
    let site = world.site().await;
    assert!(get(&site, "/healthz").await.text.contains("\"services\":3"));
    let metrics = get(&site, "/metrics").await.text;
    for line in ["probity_services 3", "probity_http_responses_total{class=\"2xx\"} 1", "probity_review_waiting 1"] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
}
