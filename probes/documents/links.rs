//! Which links of a page matter: those that may lead to legal texts, on to the next part, to another language, or to the
//! source code.
//!
//! Pure arithmetic over what a link says about itself: its text, its address, its `rel`, its place on the page. It knows
//! nothing of the page behind it.

use super::sites::{self, Sites};
use super::words::{self, Goal};
use probity_rules::document::{Language, Region};
use probity_rules::text::{Link, Page};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use url::Url;

/// A link that is worth following scores at least this much: a known address in a footer, or a known text anywhere.
pub(super) const WORTH: i32 = 60;

/// Candidates that are kept of one page.
const CANDIDATES: usize = 32;

/// Pages that a document may go on over, beside its first.
pub(super) const PARTS: usize = 11;

/// A page with fewer words of its own may be a table of contents over pages below it.
const HUB_WORDS: usize = 800;

/// Links on pages below that make a table of contents.
const HUB_LINKS: usize = 3;

/// A link that may lead to a legal text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Candidate {
    pub(super) goal: Goal,
    pub(super) url: String,
    pub(super) score: i32,
    /// The language that it seems to lead to.
    pub(super) language: Option<Language>,
}

/// The links of a page that may lead to legal texts of the provider, best first.
pub(super) fn candidates(page: &Page, here: &str, sites: &Sites) -> Vec<Candidate> {
    let mut best: BTreeMap<(Goal, &str), Candidate> = BTreeMap::new();
    for link in &page.links {
        let Some(url) = link.url.as_deref() else { continue };
        for candidate in judge(link, url, page.document.language, sites) {
            let entry = best.entry((candidate.goal, url)).or_insert_with(|| candidate.clone());
            if candidate.score > entry.score {
                *entry = candidate;
            }
        }
    }
    let mut found: Vec<_> = best.into_values().filter(|one| one.url != here && sites.own(&one.url)).collect();
    best_first(&mut found);
    found
}

/// What an address alone says about the page behind it.
pub(super) fn judge_address(url: &str, sites: &Sites) -> Vec<Candidate> {
    let link = Link {
        written: String::new(),
        url: None,
        text: String::new(),
        rel: String::new(),
        hreflang: None,
        region: Region::Main,
        title: None,
    };
    if sites.own(url) { judge(&link, url, None, sites) } else { Vec::new() }
}

/// Keeps those that are worth following, the best first.
pub(super) fn best_first(found: &mut Vec<Candidate>) {
    found.retain(|one| one.score >= WORTH);
    found.sort_by_cached_key(|one| (Reverse(one.score), one.goal, one.url.len(), one.url.clone()));
    found.truncate(CANDIDATES);
}

/// What a link may lead to.
fn judge(link: &Link, url: &str, page: Option<Language>, sites: &Sites) -> Vec<Candidate> {
    let text = words::fold(&link.text);
    // A sentence that mentions a policy is not the link to it; nor is the text of a whole card.
    let text_hits = if text.len() <= 80 { words::hits(&text) } else { Vec::new() };
    let rel = rel_goal(&link.rel);
    let segments = segments(url);
    let mut scores: BTreeMap<Goal, (i32, Option<&str>)> = BTreeMap::new();
    for hit in text_hits {
        let score = if hit.whole { 100 } else { 60 };
        let entry = scores.entry(hit.goal).or_default();
        if score > entry.0 {
            *entry = (score, Some(hit.language));
        }
    }
    let mut paths: BTreeMap<Goal, (i32, &str)> = BTreeMap::new();
    for (depth, segment) in segments.iter().rev().enumerate() {
        for hit in words::hits(segment) {
            let score = match (depth, hit.whole) {
                (0, true) => 50,
                (0, false) => 25,
                (_, true) => 15,
                (_, false) => 0,
            };
            let entry = paths.entry(hit.goal).or_insert((score, hit.language));
            *entry = (*entry).max((score, hit.language));
        }
    }
    for (goal, (score, language)) in paths {
        let entry = scores.entry(goal).or_default();
        *entry = (entry.0 + score, entry.1.or(Some(language).filter(|_| score > 0)));
    }
    if let Some(goal) = rel {
        scores.entry(goal).or_default().0 += 150;
    }
    if scores.is_empty() {
        return Vec::new();
    }
    let spoken = link.hreflang.or_else(|| tag(&segments));
    let region = if link.region == Region::Footer { 15 } else { 0 };
    let near = if sites.home(url) { 5 } else { 0 };
    let asked = if url.contains('?') { 5 } else { 0 };
    let deep = 3 * segments.len().saturating_sub(3) as i32;
    let other = words::otherwise(&text) || segments.iter().any(|part| words::otherwise(part));
    let other = if other { 100 } else { 0 };
    let candidate = |(goal, (score, word)): (Goal, (i32, Option<&str>))| {
        let language = spoken.or_else(|| word.and_then(Language::from_tag)).or(page);
        let known = match language {
            Some(language) if Language::READ.contains(&language) => 10,
            Some(_) => -10,
            None => 0,
        };
        let same = if language.is_some() && language == page { 5 } else { 0 };
        let score = score + region + near + known + same - asked - deep - other;
        Candidate { goal, url: url.to_owned(), score, language }
    };
    scores.into_iter().map(candidate).collect()
}

/// What a link is called or its address says, where it is worth following for that.
pub(super) fn goals(link: &Link, url: &str, page: Option<Language>, sites: &Sites) -> Vec<Goal> {
    let judged = judge(link, url, page, sites).into_iter().filter(|one| one.score >= WORTH);
    judged.map(|one| one.goal).collect()
}

/// Whether a link of a page leads to a text in another language than that of the page.
pub(super) fn is_of_other_language(link: &Link, url: &str, page: &Page) -> bool {
    let spoken = link.hreflang.or_else(|| named(&link.text)).or_else(|| tag(&segments(url)));
    spoken.zip(page.document.language).is_some_and(|(spoken, own)| spoken != own)
}

/// `rel` values of the HTML standard for legal texts (section 4.6.7, link types).
fn rel_goal(rel: &str) -> Option<Goal> {
    use probity_rules::document::Kind::{PrivacyPolicy, Terms};
    rel.split_whitespace().find_map(|word| match word {
        "privacy-policy" => Some(Goal::Kind(PrivacyPolicy)),
        "terms-of-service" => Some(Goal::Kind(Terms)),
        _ => None,
    })
}

/// The parts of an address's path, folded, without the suffix of the last.
fn segments(url: &str) -> Vec<String> {
    let Ok(url) = Url::parse(url) else { return Vec::new() };
    let parts = url.path().split('/').filter(|part| !part.is_empty());
    let mut folded: Vec<_> = parts.map(|part| words::fold(&decoded(stem(part)))).collect();
    folded.retain(|part| !part.is_empty() && part != "index");
    folded
}

fn stem(part: &str) -> &str {
    let known = ["html", "htm", "php", "aspx", "asp", "jsp", "pdf", "md", "txt"];
    part.rsplit_once('.')
        .filter(|(_, end)| known.contains(&end.to_ascii_lowercase().as_str()))
        .map_or(part, |(stem, _)| stem)
}

/// A part of a path without its percent signs.
fn decoded(part: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| (*byte as char).to_digit(16));
    let (bytes, mut plain, mut at) = (part.as_bytes(), Vec::with_capacity(part.len()), 0);
    while at < bytes.len() {
        if let (b'%', Some(high), Some(low)) = (bytes[at], digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            plain.push((high * 16 + low) as u8);
            at += 3;
        } else {
            plain.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// The language that a path names: `/de/…`, `/en-us/…`.
fn tag(segments: &[String]) -> Option<Language> {
    segments.iter().take(2).find_map(|part| tag_of(part))
}

/// The languages that addresses name; a country code alone (`/at/`) is none of them.
fn tag_of(part: &str) -> Option<Language> {
    let tags = ["en", "de", "fr", "nl", "it", "es", "pt", "pl", "sv", "da", "fi", "cs", "ja", "zh", "ko", "ru", "tr"];
    let (language, region) = part.split_once(' ').unwrap_or((part, ""));
    (tags.contains(&language) && region.len() <= 4).then(|| Language::from_tag(language)).flatten()
}

/// What the last part of an address's path says that the page is.
pub(super) fn named_in_path(url: &str) -> Vec<Goal> {
    segments(url).last().map(|last| words::hits(last).into_iter().map(|hit| hit.goal).collect()).unwrap_or_default()
}

/// Other language versions of a page: what its head names, then links that name a language.
pub(super) fn versions(page: &Page, here: &str, sites: &Sites) -> Vec<(Language, String)> {
    let head = page.meta.alternates.iter().filter_map(|(tag, url)| Some((Language::from_tag(tag)?, url.clone())));
    let links =
        page.links.iter().filter_map(|link| Some((link.hreflang.or_else(|| named(&link.text))?, link.url.clone()?)));
    let mut found: Vec<(Language, String)> = Vec::new();
    for (language, url) in head.chain(links) {
        let known = Language::READ.contains(&language) && sites.own(&url) && url != here;
        if known && !found.iter().any(|(other, _)| *other == language) {
            found.push((language, url));
        }
    }
    found
}

/// The language that a link's text is the name of.
fn named(text: &str) -> Option<Language> {
    Some(match words::fold(text).as_str() {
        "english" | "en" | "english version" | "englisch" | "anglais" => Language::En,
        "deutsch" | "de" | "deutsche version" | "german" | "allemand" => Language::De,
        "francais" | "fr" | "version francaise" | "french" | "franzosisch" => Language::Fr,
        _ => return None,
    })
}

/// The pages that continue a document: the next page, or the pages below a table of contents.
pub(super) fn parts(page: &Page, here: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut below: Vec<String> = Vec::new();
    let (base, host) = (base(here), sites::host(here));
    // A list of links is no running text: contents stand in navigation as often as in the text.
    for link in page.links.iter().filter(|link| matches!(link.region, Region::Main | Region::Navigation)) {
        let Some(url) = link.url.as_ref().filter(|url| sites::host(url) == host && *url != here) else { continue };
        let onward = link.rel.split_whitespace().any(|word| word == "next") || is_next(&words::fold(&link.text));
        if onward && folder(&self::base(url)) == folder(&base) && !parts.contains(url) {
            parts.push(url.clone());
        } else if is_below(url, &base) && !below.contains(url) {
            below.push(url.clone());
        }
    }
    let main = page.document.blocks.iter().filter(|block| block.region == Region::Main);
    // Six letters and a space make a word, near enough.
    if below.len() >= HUB_LINKS && main.map(|block| block.span.len()).sum::<usize>() / 7 < HUB_WORDS {
        parts.extend(below);
    }
    parts
}

/// Whether an address lies below another and is neither a translation nor an older version nor a switch.
fn is_below(url: &str, base: &str) -> bool {
    let path = self::base(url);
    let Some(rest) = path.strip_prefix(base).filter(|_| base.len() > 1) else { return false };
    let below: Vec<_> = rest.split('/').filter(|part| !part.is_empty()).map(words::fold).collect();
    rest.starts_with('/')
        && !below.is_empty()
        && below.iter().all(|part| !words::otherwise(part) && tag_of(part).is_none())
}

/// The path of an address without a trailing slash, suffix and `index`.
fn base(url: &str) -> String {
    let path = Url::parse(url).map(|url| url.path().to_owned()).unwrap_or_default();
    let path = path.trim_end_matches('/');
    match path.rsplit_once('/').map(|(folder, last)| (folder, stem(last))) {
        Some((folder, "index")) => folder.to_owned(),
        Some((folder, last)) => format!("{folder}/{last}"),
        None => String::new(),
    }
}

fn folder(base: &str) -> &str {
    base.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a folded text leads to the next page of the same document.
fn is_next(text: &str) -> bool {
    let numbered = ["part", "teil", "partie", "deel", "parte", "page", "seite", "pagina"];
    let next = ["next", "next page", "next part", "weiter", "nachste seite", "page suivante", "suite", "volgende"];
    match text.split_once(' ') {
        Some((word, number)) if numbered.contains(&word) => {
            number.split(' ').next().is_some_and(|number| number.parse::<u8>().is_ok())
        }
        _ => next.contains(&text),
    }
}

/// Addresses of repositories at the public forges, in the order of the page: `https://github.com/owner/name`.
pub(super) fn forges(page: &Page) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for url in page.links.iter().filter_map(|link| link.url.as_deref()) {
        if !["github.com/", "gitlab.com/", "codeberg.org/"].iter().any(|forge| url.contains(forge)) {
            continue;
        }
        let Ok(url) = Url::parse(url) else { continue };
        let host = url.host_str().unwrap_or_default().trim_start_matches("www.");
        let mut parts = url.path().split('/').filter(|part| !part.is_empty());
        let (Some(owner), Some(name)) = (parts.next(), parts.next()) else { continue };
        let pages = ["about", "collections", "features", "login", "marketplace", "orgs", "site", "sponsors", "topics"];
        if matches!(host, "github.com" | "gitlab.com" | "codeberg.org") && !pages.contains(&owner) {
            let repository = format!("https://{host}/{owner}/{}", name.trim_end_matches(".git"));
            if !found.contains(&repository) && found.len() < CANDIDATES {
                found.push(repository);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
