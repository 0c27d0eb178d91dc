//! The board: services by one method, filtered, sorted and cut into pages.

use super::parts::{self, Bar, Mark, encoded, percent};
use super::{Known, Library, Rated, Snapshot, Turn};
use crate::present::web::words::Words;
use crate::present::words::category;
use probity_rules::catalogue::Rules;
use probity_rules::judge::Grade;
use probity_rules::method::{Light, Method};
use serde::Deserialize;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Services on one page of the board.
pub(crate) const PER_PAGE: usize = 50;
/// Changes that the board shows.
const TURNS: usize = 8;

/// What is asked of the board. What it does not know it takes as not asked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    /// The method.
    pub(crate) method: String,
    /// The category.
    pub(crate) category: String,
    /// The light.
    pub(crate) light: String,
    /// A part of the name or id.
    pub(crate) q: String,
    /// By what it is sorted.
    pub(crate) sort: String,
    /// Which page.
    pub(crate) page: String,
}

/// A choice among several.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// Its value in the form.
    pub(crate) value: String,
    /// Its words.
    pub(crate) word: String,
    /// Whether it is chosen.
    pub(crate) here: bool,
}

/// A column of grades.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// The criterion.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
}

/// A grade in a row.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// The criterion.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// The grade.
    pub(crate) grade: Mark,
}

/// A service.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its category.
    pub(crate) category: String,
    /// When it ended.
    pub(crate) ended: Option<String>,
    /// The light.
    pub(crate) light: Mark,
    /// The points.
    pub(crate) bar: Bar,
    /// The share known, as a percentage.
    pub(crate) known: u32,
    /// The day of the audit.
    pub(crate) day: String,
    /// Whether it counts as published.
    pub(crate) standing: Mark,
    /// What that means.
    pub(crate) standing_says: &'static str,
    /// The grades, in the order of the columns.
    pub(crate) cells: Vec<Cell>,
}

/// A change.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// The service.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// By which method.
    pub(crate) method: String,
    /// The method's title.
    pub(crate) method_title: String,
    /// When.
    pub(crate) day: String,
    /// The light before and after, where it changed.
    pub(crate) lights: Option<(Mark, Mark)>,
    /// Grades that changed: id, title, before, after.
    pub(crate) grades: Vec<(String, String, Mark, Mark)>,
}

/// The board.
#[derive(Clone, Debug)]
pub(crate) struct Board {
    /// The methods.
    pub(crate) methods: Vec<Choice>,
    /// The method's id.
    pub(crate) method: String,
    /// The method's title.
    pub(crate) title: String,
    /// That it is our reading.
    pub(crate) reading: String,
    /// The categories.
    pub(crate) categories: Vec<Choice>,
    /// The lights.
    pub(crate) lights: Vec<Choice>,
    /// The orders.
    pub(crate) sorts: Vec<Choice>,
    /// The text that is searched for.
    pub(crate) q: String,
    /// How many services have which light.
    pub(crate) counts: Vec<(Mark, usize, String)>,
    /// The grades, for the legend.
    pub(crate) grades: Vec<Mark>,
    /// The columns.
    pub(crate) columns: Vec<Column>,
    /// The rows of this page.
    pub(crate) rows: Vec<Row>,
    /// How many services match.
    pub(crate) matching: usize,
    /// How many services there are by this method.
    pub(crate) all: usize,
    /// Whether anything narrows the board.
    pub(crate) filtered: bool,
    /// This page, and how many there are.
    pub(crate) page: (usize, usize),
    /// The addresses of the pages before and after.
    pub(crate) around: (Option<String>, Option<String>),
    /// What changed lately.
    pub(crate) changes: Vec<Change>,
}

const SORTS: [&str; 5] = ["light", "name", "points", "known", "date"];

/// Makes the board. `shown` says which ratings may be seen.
pub(crate) fn board(
    library: &Library,
    snapshot: &Snapshot,
    filter: &Filter,
    shown: &dyn Fn(&Rated) -> bool,
    t: &Words,
) -> Board {
    let rules = &library.rules;
    let method = chosen(rules, snapshot, &filter.method);
    let mut all: Vec<(&Known, &Rated)> = Vec::new();
    for known in snapshot.services.values() {
        all.extend(known.by(&method).filter(|rated| shown(rated)).map(|rated| (known, rated)));
    }
    let categories: BTreeSet<&str> = all.iter().map(|(known, _)| known.about.category.as_str()).collect();
    let needle = filter.q.trim().to_lowercase();
    let wanted = Light::from_word(&filter.light);
    let matches = |known: &Known| {
        (filter.category.is_empty() || known.about.category == filter.category)
            && (needle.is_empty()
                || known.about.name.to_lowercase().contains(&needle)
                || known.about.service.contains(&needle))
    };
    let mut rows: Vec<(&Known, &Rated)> = all.iter().copied().filter(|(known, _)| matches(known)).collect();
    let count = |light: Light| rows.iter().filter(|(_, rated)| rated.rating.light == light).count();
    let counts = LIGHTS.map(|light| {
        let narrowed = Filter { light: light.as_str().to_owned(), page: String::new(), ..filter.clone() };
        (parts::light(light, t), count(light), address(&narrowed, &method, 1))
    });
    rows.retain(|(_, rated)| wanted.is_none_or(|light| rated.rating.light == light));
    let sort = SORTS.iter().copied().find(|sort| *sort == filter.sort).unwrap_or("light");
    order(&mut rows, sort);
    let pages = rows.len().div_ceil(PER_PAGE).max(1);
    let page = filter.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let entries = parts::method(rules, &method).map_or(&[][..], |method| &method.entries);
    let columns: Vec<Column> = entries
        .iter()
        .map(|entry| Column { id: entry.id.clone(), title: parts::criterion_title(rules, &entry.id, t).to_owned() })
        .collect();
    let choice = |value: &str, word: &str, here: bool| Choice { value: value.to_owned(), word: word.to_owned(), here };
    let known_methods = methods(rules, snapshot);
    Board {
        methods: known_methods.iter().map(|one| choice(&one.id, one.title.in_lang(t.lang), one.id == method)).collect(),
        title: parts::method_title(rules, &method, t).to_owned(),
        reading: parts::method(rules, &method).map_or("", |one| one.reading.in_lang(t.lang)).to_owned(),
        categories: categories.into_iter().map(|id| choice(id, &category(id, t.lang), id == filter.category)).collect(),
        lights: LIGHTS.map(|light| choice(light.as_str(), t.light(light), wanted == Some(light))).to_vec(),
        sorts: SORTS
            .iter()
            .zip([t.sort_light, t.sort_name, t.sort_score, t.sort_known, t.sort_date])
            .map(|(value, word)| choice(value, word, *value == sort))
            .collect(),
        q: parts::name(&filter.q),
        counts: counts.into_iter().filter(|(_, count, _)| *count > 0).collect(),
        grades: GRADES.map(|grade| parts::grade(grade, t)).to_vec(),
        rows: rows
            .iter()
            .skip((page - 1) * PER_PAGE)
            .take(PER_PAGE)
            .map(|(known, rated)| row(rules, known, rated, &columns, t))
            .collect(),
        matching: rows.len(),
        all: all.len(),
        filtered: !filter.category.is_empty() || !needle.is_empty() || wanted.is_some(),
        page: (page, pages),
        around: (
            (page > 1).then(|| address(filter, &method, page - 1)),
            (page < pages).then(|| address(filter, &method, page + 1)),
        ),
        changes: snapshot
            .turns
            .iter()
            .filter(|turn| {
                turn.method == method
                    && snapshot.services.get(&turn.service).and_then(|known| known.by(&method)).is_some_and(shown)
            })
            .take(TURNS)
            .map(|turn| change(rules, snapshot, turn, t))
            .collect(),
        columns,
        method,
    }
}

/// The lights, from the best to what is not known.
const LIGHTS: [Light; 4] = [Light::Green, Light::Yellow, Light::Red, Light::Undecided];

/// The grades, likewise.
const GRADES: [Grade; 5] = [Grade::Good, Grade::Partial, Grade::Poor, Grade::Inconclusive, Grade::NotApplicable];

/// A light by the word that addresses use.
trait FromWord: Sized {
    fn from_word(word: &str) -> Option<Self>;
}

impl FromWord for Light {
    fn from_word(word: &str) -> Option<Self> {
        LIGHTS.into_iter().find(|light| light.as_str() == word)
    }
}

/// The methods by which something is rated, in the order of the catalogue; those that are about fewest first.
pub(crate) fn methods<'r>(rules: &'r Rules, snapshot: &Snapshot) -> Vec<&'r Method> {
    let used: BTreeSet<&str> =
        snapshot.services.values().flat_map(|known| &known.rated).map(|rated| rated.rating.method.as_str()).collect();
    let mut methods: Vec<&Method> = rules.methods.iter().filter(|method| used.contains(method.id.as_str())).collect();
    // What has limits is read at a glance: it comes first.
    methods.sort_by_key(|method| (method.limits.is_none(), method.entries.len()));
    methods
}

/// The method that was asked for, or the first.
fn chosen(rules: &Rules, snapshot: &Snapshot, asked: &str) -> String {
    let methods = methods(rules, snapshot);
    let found = methods.iter().find(|method| method.id == asked).or(methods.first());
    found.map_or_else(String::new, |method| method.id.clone())
}

fn order(rows: &mut [(&Known, &Rated)], sort: &str) {
    let points = |rated: &Rated| (Reverse(rated.rating.points.low), Reverse(rated.rating.points.high));
    let name = |known: &Known| known.about.name.to_lowercase();
    match sort {
        "name" => rows.sort_by_key(|(known, _)| name(known)),
        "points" => rows.sort_by_key(|(known, rated)| (points(rated), name(known))),
        "known" => rows.sort_by(|one, other| {
            other.1.rating.coverage.total_cmp(&one.1.rating.coverage).then_with(|| name(one.0).cmp(&name(other.0)))
        }),
        "date" => rows.sort_by_key(|(known, _)| (Reverse(known.audit.as_of), name(known))),
        _ => rows.sort_by_key(|(known, rated)| (rated.rating.light, points(rated), name(known))),
    }
}

/// A row of a service.
pub(crate) fn row(rules: &Rules, known: &Known, rated: &Rated, columns: &[Column], t: &Words) -> Row {
    let rating = &rated.rating;
    let (standing, standing_says) = parts::standing(rated.standing, t);
    let cells = columns.iter().map(|column| {
        let finding = rating.findings.iter().find(|finding| finding.criterion == column.id);
        let grade = finding.map_or(probity_rules::judge::Grade::Inconclusive, |finding| finding.grade);
        Cell { id: column.id.clone(), title: column.title.clone(), grade: parts::grade(grade, t) }
    });
    Row {
        id: known.about.service.clone(),
        name: parts::name(&known.about.name),
        category: category(&known.about.category, t.lang),
        ended: known.about.discontinued.map(|day| day.to_string()),
        light: parts::light(rating.light, t),
        bar: Bar::new(rating.points, parts::method(rules, &rating.method).and_then(|method| method.limits)),
        known: percent(rating.coverage),
        day: t.day(known.audit.as_of),
        standing,
        standing_says,
        cells: cells.collect(),
    }
}

/// A change as pages show it.
pub(crate) fn change(rules: &Rules, snapshot: &Snapshot, turn: &Turn, t: &Words) -> Change {
    let name = snapshot.services.get(&turn.service).map_or(turn.service.as_str(), |known| known.about.name.as_str());
    let (before, after) = turn.lights;
    Change {
        id: turn.service.clone(),
        name: parts::name(name),
        method: turn.method.clone(),
        method_title: parts::method_title(rules, &turn.method, t).to_owned(),
        day: t.day(turn.at),
        lights: (before != after).then(|| (parts::light(before, t), parts::light(after, t))),
        grades: turn
            .grades
            .iter()
            .map(|(id, before, after)| {
                let title = parts::criterion_title(rules, id, t).to_owned();
                (id.to_string(), title, parts::grade(*before, t), parts::grade(*after, t))
            })
            .collect(),
    }
}

/// The address of a page of the board.
fn address(filter: &Filter, method: &str, page: usize) -> String {
    let mut query = vec![format!("method={}", encoded(method))];
    for (key, value) in
        [("category", &filter.category), ("light", &filter.light), ("q", &filter.q), ("sort", &filter.sort)]
    {
        if !value.is_empty() {
            query.push(format!("{key}={}", encoded(value)));
        }
    }
    if page > 1 {
        query.push(format!("page={page}"));
    }
    format!("/?{}", query.join("&"))
}
