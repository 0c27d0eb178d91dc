//! The contact for reports of security holes (RFC 9116): whether the site's security.txt names one.
//!
//! It cannot know whether anybody answers there.

use probity_probes::net::capture::{Capture, Entry, Exchange, Request};
use probity_probes::{Context, Meta, Probe};
use probity_rules::facts::{Facts, Gap, Value};
use probity_rules::observation::{Citation, Observation, Searched, Why};
use probity_rules::service::Service;
use url::Url;

/// Looks for the contact.
pub struct SecurityTxt;

const META: Meta = Meta {
    id: "security_txt",
    summary: "the contact for reports of security holes",
    facts: &["security-contact"],
    revision: 1,
};

/// The longest file that is read; real ones have some lines.
const LIMIT: usize = 64 << 10;

impl Probe for SecurityTxt {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn wants(&self, service: &Service, _: &Capture) -> Vec<Request> {
        address(service).map(Request::page).into_iter().collect()
    }

    fn read(&self, service: &Service, capture: &Capture, _: &Context) -> Facts {
        let mut facts = Facts::default();
        let Some(target) = address(service) else { return facts };
        let seen = contact(capture, &target).unwrap_or_else(|(why, detail)| {
            facts.gaps.push(Gap { probe: META.id.to_owned(), target: target.clone(), why, detail });
            Observation::Unknown { why, target }
        });
        facts.service.insert("security-contact".to_owned(), seen);
        facts
    }
}

fn address(service: &Service) -> Option<String> {
    Url::parse(&service.home).ok()?.join("/.well-known/security.txt").ok().map(String::from)
}

/// The contact, or that there is none; the error is the gap where nobody can know.
fn contact(capture: &Capture, target: &str) -> Result<Observation<Value>, (Why, String)> {
    let entry = capture.follow(target).answer?;
    let Entry::Http(answer) = &*entry else { return Err((Why::Bug, "no web answer".to_owned())) };
    match (answer.status, &answer.cut) {
        (200, None) => read(answer),
        (200, Some(cut)) => Err((Why::Malformed, cut.to_string())),
        (404 | 410, _) => Ok(absent(answer, 0)),
        (401 | 403 | 451, _) => Err((Why::Refused, format!("status {}", answer.status))),
        (status, _) => Err((Why::Unreachable, format!("status {status}"))),
    }
}

fn read(answer: &Exchange) -> Result<Observation<Value>, (Why, String)> {
    let body = answer.decoded(LIMIT)?;
    let text = std::str::from_utf8(&body).map_err(|_| (Why::Malformed, "the file is no UTF-8".to_owned()))?;
    if text.trim_start().starts_with('<') {
        return Err((Why::Empty, "a page stands in the place of the file".to_owned()));
    }
    let field = |line: &&str| line.get(..8).is_some_and(|name| name.eq_ignore_ascii_case("contact:"));
    let Some(line) = text.lines().find(field) else { return Ok(absent(answer, text.split_whitespace().count())) };
    let quote = Citation {
        record: answer.digest.clone(),
        url: answer.url.clone(),
        captured: answer.captured,
        quote: line.to_owned(),
        span: None,
    };
    Ok(Observation::Seen { value: Value::Text(line[8..].trim().to_owned()), citations: vec![quote] })
}

fn absent(answer: &Exchange, words: usize) -> Observation<Value> {
    let words = u64::try_from(words).unwrap_or(u64::MAX);
    let places = vec![answer.url.clone()];
    Observation::Absent { searched: Searched { places, words, revision: META.revision, ..Searched::default() } }
}
