//! Two or more services side by side, by one method.

use crate::present::web::Shared;
use crate::present::web::page::{self, Asked, Frame};
use crate::present::web::view::board::{Choice, Filter, Row, board};
use crate::present::web::view::parts::{criterion_title, grade, method_title, name};
use crate::present::web::view::{self, parts::Mark};
use crate::present::web::words::Words;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use probity_rules::sentence::Lang;
use std::borrow::Cow;

/// Services side by side at most.
const MOST: usize = 6;
/// Services to choose from at most.
const CHOICES: usize = 2_000;

struct Cell {
    grade: Mark,
    because: String,
    link: String,
}

#[derive(Template)]
#[template(path = "web/compare.html")]
struct Page {
    f: Frame,
    t: &'static Words,
    methods: Vec<Choice>,
    method_title: String,
    choices: Vec<Choice>,
    columns: Vec<Row>,
    rows: Vec<(String, String, Vec<Option<Cell>>)>,
}

pub(crate) async fn show(State(site): State<Shared>, RawQuery(query): RawQuery, asked: Asked) -> Response {
    let query = query.unwrap_or_default();
    let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = url::form_urlencoded::parse(query.as_bytes()).take(64).collect();
    let mut chosen: Vec<&str> = Vec::new();
    for (key, value) in &pairs {
        if key == "service" && chosen.len() < MOST && !chosen.contains(&value.as_ref()) {
            chosen.push(value);
        }
    }
    let method = pairs.iter().find(|(key, _)| key == "method").map_or("", |(_, value)| value);
    let (library, t, snapshot) = (&site.view, asked.t, site.view.now());
    let filter = Filter { method: method.to_owned(), sort: "name".to_owned(), ..Filter::default() };
    let whole = board(library, &snapshot, &filter, &|rated| site.shows(rated), t);
    let shown = |id: &str| {
        let known = snapshot.services.get(id)?;
        known.by(&whole.method).filter(|rated| site.shows(rated)).map(|rated| (known, rated))
    };
    let compared: Vec<(&view::Known, &view::Rated)> = chosen.iter().filter_map(|id| shown(id)).collect();
    let rows = whole.columns.iter().map(|column| {
        let cells = compared.iter().map(|(known, rated)| {
            let finding = rated.rating.findings.iter().find(|finding| finding.criterion == column.id)?;
            let because = match t.lang {
                Lang::De if !finding.because_de.is_empty() => &finding.because_de,
                _ => &finding.because,
            };
            let service = view::parts::encoded(&known.about.service);
            Some(Cell {
                grade: grade(finding.grade, t),
                because: view::parts::sentence(because, 300),
                link: format!("/services/{service}?method={}#{}", view::parts::encoded(&whole.method), column.id),
            })
        });
        (column.id.clone(), criterion_title(&library.rules, &column.id, t).to_owned(), cells.collect())
    });
    let rows = rows.collect();
    let columns =
        compared.iter().map(|(known, rated)| view::board::row(&library.rules, known, rated, &[], t)).collect();
    let mut choices: Vec<Choice> = snapshot
        .services
        .values()
        .filter(|known| shown(&known.about.service).is_some())
        .take(CHOICES)
        .map(|known| Choice {
            value: known.about.service.clone(),
            word: name(&known.about.name),
            here: chosen.contains(&known.about.service.as_str()),
        })
        .collect();
    choices.sort_by_key(|choice| choice.word.to_lowercase());
    let f = Frame::new(&site, &asked, "compare", t.compare_title);
    let method_title = method_title(&library.rules, &whole.method, t).to_owned();
    let page = Page { f, t, methods: whole.methods, method_title, choices, columns, rows };
    page::show(&asked, StatusCode::OK, &page)
}
