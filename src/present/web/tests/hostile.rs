//! A provider that tries to get out of its quotes: scripts, handlers, letters that steer, names and texts without end.

use super::world::{Found, World, ask, get};
use axum::http::StatusCode;
use std::fmt::Write as _;

const QUOTE: &str = "Data are kept <script>alert(1)</script> \"' onmouseover=alert(2) {{7*7}} for ever.";

fn world() -> World {
    let world = World::new();
    let name = format!("<img src=x onerror=alert(3)>\u{202e}\u{7}\u{1b}[31m{}", "W".repeat(300));
    let mut policy = String::from(
        "<h1 onclick=alert(4)>P</h1><script>alert(5)</script><style>body{display:none}</style>\
         <a href=\"javascript:alert(6)\">x</a><svg onload=alert(7)></svg><iframe src=//evil.example></iframe>",
    );
    let escaped = QUOTE.replace('&', "&amp;").replace('<', "&lt;");
    let _ = write!(policy, "<p>{escaped}</p>");
    world.audit(
        "2026-06-01T00:00:00Z",
        &[Found { id: "hostile", name: &name, policy: &policy, says: (QUOTE, "e2ee.default") }],
    );
    world
}

/// Whether a page holds markup that came from the provider.
fn is_clean(page: &str) {
    for hostile in [
        "<script>alert",
        "<img src=x",
        "onerror=alert(3)>",
        "<iframe",
        "<svg onload",
        "href=\"javascript",
        "\u{202e}",
        "\u{7}",
        "\u{1b}",
    ] {
        assert!(
            !page.contains(hostile),
            "{hostile:?} in {}",
            &page[page.find(hostile).unwrap_or(0).saturating_sub(200)..][..400.min(page.len())]
        );
    }
}

#[tokio::test]
async fn nothing_of_a_provider_becomes_markup() {
    let world = world();
    let site = world.site().await;
    let page = get(&site, "/services/hostile").await.text;
    let (_, link) = page.split_once("<a href=\"/archive/").unwrap();
    let link = format!("/archive/{}", link.split('"').next().unwrap()).replace("&#38;", "&").replace("&amp;", "&");
    let link = link.split('#').next().unwrap().to_owned();
    let document = "/services/hostile/document?url=https%3A%2F%2Fhostile.example%2Fprivacy";
    for path in [
        "/",
        "/services/hostile",
        &link,
        document,
        "/compare?service=hostile",
        "/feed.atom",
        "/services/hostile/feed.atom",
        "/criteria/end-to-end-encryption",
    ] {
        let answer = get(&site, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        is_clean(&answer.text);
    }
    assert!(
        page.contains("&#60;script&#62;alert(1)") || page.contains("&lt;script&gt;alert(1)"),
        "the quote is there, as text"
    );
    assert!(page.contains("{{7*7}}"));
}

#[tokio::test]
async fn nothing_of_an_address_becomes_markup() {
    let world = world();
    let site = world.site().await;
    let hostile = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    for path in [
        "/?q=X",
        "/?category=X",
        "/?method=X",
        "/compare?service=X&method=X",
        "/archive/X?target=X",
        "/services/X",
        "/criteria/X",
        "/X",
    ] {
        let answer = get(&site, &path.replace('X', hostile)).await;
        is_clean(&answer.text);
    }
    let answer =
        ask(&site, "GET", "/", &[("accept-language", "<script>alert(1)</script>"), ("cookie", "lang=<script>")], "")
            .await;
    is_clean(&answer.text);
}

#[tokio::test]
async fn ten_megabytes_of_tables_come_in_parts() {
    let world = World::new();
    let row = "<tr><td>cell</td><td>another cell</td></tr>\n";
    let policy = format!(
        "<p>Meetings are end-to-end encrypted by default.</p><table>{}</table>",
        row.repeat((10 << 20) / row.len())
    );
    world.audit(
        "2026-06-01T00:00:00Z",
        &[Found {
            id: "large",
            name: "Large",
            policy: &policy,
            says: ("Meetings are end-to-end encrypted by default.", "e2ee.default"),
        }],
    );
    let site = world.site().await;
    let page = get(&site, "/archive/20260601T000000Z?target=https%3A%2F%2Flarge.example%2Fprivacy").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.len() < 1 << 20, "{} bytes", page.text.len());
    assert!(page.text.contains("part=2") && page.text.contains("Part 1 of"));
    assert_eq!(get(&site, "/services/large").await.status, StatusCode::OK);
}
