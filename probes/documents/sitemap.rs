//! The site map: addresses that a site lists for crawlers, where no link leads to a policy.
//!
//! Read for the addresses in it and nothing else, up to fixed limits; an index of site maps is followed one step. It is
//! looked at as text, not parsed as XML: what is no site map gives no address.

use super::links::{self, Candidate};
use super::sites::{self, Sites};
use crate::net::capture::{Capture, Entry, Request};
use std::borrow::Cow;
use url::Url;

/// Bytes of one site map that are looked at: a fifth of what the protocol allows.
const LIMIT: usize = 10 << 20;

/// Addresses of one site map that are looked at.
const ADDRESSES: usize = 5_000;

/// Site maps of an index that are opened.
const MAPS: usize = 3;

/// What the site maps offer; none while one is waited for.
pub(super) fn candidates(capture: &Capture, sites: &Sites, home: &str, last: bool) -> Option<Vec<Candidate>> {
    if !last && !wanted(capture, home).is_empty() {
        return None;
    }
    let mut found = Vec::new();
    for map in maps(capture, home) {
        for address in addresses(capture, &map).unwrap_or_default() {
            found.extend(links::judge_address(&address, sites));
        }
    }
    links::best_first(&mut found);
    Some(found)
}

/// The site maps that are still to be had.
pub(super) fn wanted(capture: &Capture, home: &str) -> Vec<Request> {
    let missing = |url: &String| capture.get(url).is_none();
    maps(capture, home).into_iter().filter(missing).map(Request::page).collect()
}

/// The addresses of the site maps: the one that stands at the usual place, and those that it is an index of.
fn maps(capture: &Capture, home: &str) -> Vec<String> {
    let Some(first) = Url::parse(home).ok().and_then(|home| home.join("/sitemap.xml").ok()).map(String::from) else {
        return Vec::new();
    };
    let mut further = Vec::new();
    if let Some((text, true)) = body(capture, &first).map(|text| (text.clone(), text.contains("<sitemapindex"))) {
        further = locations(&text).filter(|url| sites::host(url) == sites::host(home)).take(ADDRESSES).collect();
        // Maps of posts and products hold no policies; those of pages do.
        further.sort_by_key(|url| (!url.contains("page"), url.len(), url.clone()));
        further.truncate(MAPS);
    }
    [first].into_iter().chain(further).collect()
}

/// The addresses in a captured site map; none where there is none or where it is an index.
fn addresses(capture: &Capture, map: &str) -> Option<Vec<String>> {
    let text = body(capture, map)?;
    (!text.contains("<sitemapindex")).then(|| locations(&text).take(ADDRESSES).collect())
}

fn body(capture: &Capture, url: &str) -> Option<String> {
    let entry = capture.follow(url).answer.ok()?;
    let Entry::Http(exchange) = &*entry else { return None };
    let body = exchange.decoded(LIMIT).ok().filter(|_| exchange.status == 200)?;
    Some(String::from_utf8_lossy(&body).into_owned())
}

/// What stands between `<loc>` and `</loc>`.
fn locations(text: &str) -> impl Iterator<Item = String> {
    text.split("<loc>").skip(1).filter_map(|rest| {
        let (url, _) = rest.split_once("</loc>")?;
        let url = url.trim();
        let url = url.strip_prefix("<![CDATA[").and_then(|url| url.strip_suffix("]]>")).unwrap_or(url).trim();
        let url: Cow<str> = if url.contains('&') { url.replace("&amp;", "&").into() } else { url.into() };
        let url = Url::parse(&url).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| url.into())
    })
}
