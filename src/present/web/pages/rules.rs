//! The criteria and methods as pages, made from their files.

use crate::present::web::Shared;
use crate::present::web::page::{self, Asked, Frame};
use crate::present::web::view::board::methods as used;
use crate::present::web::view::parts::{self, Mark, Prose, criterion_title, is_web, prose};
use crate::present::web::words::Words;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use probity_rules::judge::Grade;
use probity_rules::method::Light;
use std::collections::BTreeMap;

/// How many services have which grade or light: the mark, how many, the share in hundred units, where it begins.
type Share = (Mark, usize, f64, f64);

struct Line {
    id: String,
    title: String,
    legal: String,
    methods: usize,
}

#[derive(Template)]
#[template(path = "web/criteria.html")]
struct Criteria {
    f: Frame,
    t: &'static Words,
    lines: Vec<Line>,
}

pub(crate) async fn criteria(State(site): State<Shared>, asked: Asked) -> Response {
    page::shared(&site, &asked, || {
        let (rules, t) = (&site.view.rules, asked.t);
        let lines = rules.criteria.iter().map(|criterion| Line {
            id: criterion.id.clone(),
            title: criterion.title.in_lang(t.lang).to_owned(),
            legal: criterion.legal_in(t.lang).join(", "),
            methods: rules
                .methods
                .iter()
                .filter(|one| one.entries.iter().any(|entry| entry.id == criterion.id))
                .count(),
        });
        let mut lines: Vec<Line> = lines.collect();
        lines.sort_by_key(|line| line.title.to_lowercase());
        Criteria { f: Frame::new(&site, &asked, "criteria", t.criteria), t, lines }
    })
}

#[derive(Template)]
#[template(path = "web/criterion.html")]
struct Criterion {
    f: Frame,
    t: &'static Words,
    id: String,
    title: String,
    legal: Vec<String>,
    revision: u32,
    lifecycle: &'static str,
    ladder: Vec<(Mark, String)>,
    sections: [(&'static str, Vec<Prose>); 4],
    references: Vec<Prose>,
    used_by: Vec<(String, String, u32)>,
    shares: Vec<Share>,
}

pub(crate) async fn criterion(State(site): State<Shared>, Path(id): Path<String>, asked: Asked) -> Response {
    let (rules, t) = (&site.view.rules, asked.t);
    let Some(found) = rules.criteria.iter().find(|one| one.id == id) else { return page::not_found(&site, &asked) };
    page::shared(&site, &asked, || {
        let snapshot = site.view.now();
        let mut counts: BTreeMap<Grade, usize> = BTreeMap::new();
        for known in snapshot.services.values() {
            let ratings = known.rated.iter().filter(|rated| site.shows(rated)).map(|rated| &rated.rating);
            let finding = ratings.flat_map(|rating| &rating.findings).find(|finding| finding.criterion == id);
            if let Some(finding) = finding {
                *counts.entry(finding.grade).or_default() += 1;
            }
        }
        Criterion {
            f: Frame::new(&site, &asked, "criteria", found.title.in_lang(t.lang)),
            t,
            id: found.id.clone(),
            title: found.title.in_lang(t.lang).to_owned(),
            legal: found.legal_in(t.lang),
            revision: found.revision,
            lifecycle: found.lifecycle.as_str(),
            ladder: found
                .ladder
                .iter()
                .map(|rung| (parts::grade(rung.grade, t), without_slots(rung.because.in_lang(t.lang))))
                .collect(),
            sections: found.prose.in_lang(t.lang).map(|(heading, text)| (heading, prose(text))),
            references: prose(&found.references),
            used_by: rules
                .methods
                .iter()
                .filter_map(|method| {
                    let entry = method.entries.iter().find(|entry| entry.id == found.id)?;
                    Some((method.id.clone(), method.title.in_lang(t.lang).to_owned(), entry.weight))
                })
                .collect(),
            shares: shares(counts.into_iter().map(|(grade, count)| (parts::grade(grade, t), count))),
        }
    })
}

struct Way {
    id: String,
    title: String,
    reading: String,
    criteria: usize,
    services: usize,
}

#[derive(Template)]
#[template(path = "web/methods.html")]
struct Methods {
    f: Frame,
    t: &'static Words,
    ways: Vec<Way>,
}

pub(crate) async fn methods(State(site): State<Shared>, asked: Asked) -> Response {
    page::shared(&site, &asked, || {
        let (rules, t, snapshot) = (&site.view.rules, asked.t, site.view.now());
        let first: Vec<&str> = used(rules, &snapshot).iter().map(|method| method.id.as_str()).collect();
        let mut all: Vec<_> = rules.methods.iter().collect();
        all.sort_by_key(|method| first.iter().position(|id| *id == method.id).unwrap_or(first.len()));
        let ways = all.iter().map(|method| Way {
            id: method.id.clone(),
            title: method.title.in_lang(t.lang).to_owned(),
            reading: method.reading.in_lang(t.lang).to_owned(),
            criteria: method.entries.len(),
            services: snapshot
                .services
                .values()
                .filter(|known| known.by(&method.id).is_some_and(|rated| site.shows(rated)))
                .count(),
        });
        let ways = ways.collect();
        Methods { f: Frame::new(&site, &asked, "methods", t.methods), t, ways }
    })
}

struct Entry {
    id: String,
    title: String,
    weight: u32,
    share: f64,
    partial: Mark,
    poor: Mark,
}

struct Part {
    title: Option<String>,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "web/method.html")]
struct Method {
    f: Frame,
    t: &'static Words,
    id: String,
    title: String,
    revision: u32,
    reading: String,
    sources: Vec<(String, Option<String>, Option<String>)>,
    grades: Vec<(Mark, u32)>,
    limits: Option<(u32, u32)>,
    weighed: bool,
    parts: Vec<Part>,
    shares: Vec<Share>,
}

pub(crate) async fn method(State(site): State<Shared>, Path(id): Path<String>, asked: Asked) -> Response {
    let (rules, t) = (&site.view.rules, asked.t);
    let Some(found) = parts::method(rules, &id) else { return page::not_found(&site, &asked) };
    page::shared(&site, &asked, || {
        let snapshot = site.view.now();
        let mut counts: BTreeMap<Light, usize> = BTreeMap::new();
        for rated in snapshot.services.values().filter_map(|known| known.by(&id)).filter(|rated| site.shows(rated)) {
            *counts.entry(rated.rating.light).or_default() += 1;
        }
        let heaviest = f64::from(found.entries.iter().map(|entry| entry.weight).max().unwrap_or(1).max(1));
        let entry = |entry: &probity_rules::method::Entry| Entry {
            id: entry.id.clone(),
            title: criterion_title(rules, &entry.id, t).to_owned(),
            weight: entry.weight,
            share: parts::tenth(f64::from(entry.weight) * 100.0 / heaviest),
            partial: parts::light(entry.partial, t),
            poor: parts::light(entry.poor, t),
        };
        let named = found.limits.is_none();
        let parts = found.parts.iter().enumerate().map(|(place, title)| Part {
            title: named.then(|| title.in_lang(t.lang).to_owned()),
            entries: found.entries.iter().filter(|one| one.part == place).map(entry).collect(),
        });
        Method {
            f: Frame::new(&site, &asked, "methods", found.title.in_lang(t.lang)),
            t,
            id: found.id.clone(),
            title: found.title.in_lang(t.lang).to_owned(),
            revision: found.revision,
            reading: found.reading.in_lang(t.lang).to_owned(),
            sources: found
                .sources
                .iter()
                .map(|source| {
                    let url = source.url.clone().filter(|url| is_web(url));
                    (source.title.clone(), url, source.date.map(|date| date.to_string()))
                })
                .collect(),
            grades: Grade::LADDER
                .iter()
                .zip(found.points)
                .map(|(grade, points)| (parts::grade(*grade, t), points))
                .collect(),
            limits: found.limits.map(|limits| (limits.green, limits.yellow)),
            weighed: found.entries.iter().any(|one| one.weight != found.entries[0].weight),
            parts: parts.collect(),
            shares: shares(counts.into_iter().map(|(light, count)| (parts::light(light, t), count))),
        }
    })
}

/// A sentence of a rung, which holds for any service: `…` stands for what an audit fills in.
fn without_slots(sentence: &str) -> String {
    let mut said = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, after)) = after.split_once('}') else { break };
        said.push_str(before);
        said.push('…');
        rest = after;
    }
    said + rest
}

/// Counts as shares of a bar of a hundred units.
fn shares(counts: impl Iterator<Item = (Mark, usize)>) -> Vec<Share> {
    let counts: Vec<_> = counts.collect();
    let all = counts.iter().map(|(_, count)| count).sum::<usize>().max(1);
    let mut from = 0.0;
    counts
        .into_iter()
        .map(|(mark, count)| {
            let width = count as f64 * 100.0 / all as f64;
            let share = (mark, count, parts::tenth(width), parts::tenth(from));
            from += width;
            share
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::without_slots;

    #[test]
    fn a_rung_shows_no_slots() {
        assert_eq!(without_slots("Its texts ({searched}) know none."), "Its texts (…) know none.");
        assert_eq!(without_slots("Nothing { to fill in."), "Nothing { to fill in.");
    }
}
