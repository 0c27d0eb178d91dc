//! The ratings of an audit as a table: for a terminal, for documents (Markdown), for spreadsheets (CSV).
//!
//! Lights have a shape and a word, never colour alone. What stands behind a light is in `show` and `explain`.

use super::grid::{Cell, Column, Grid};
use super::{FAINT, GOOD, HEADING, PARTIAL, POOR};
use anstyle::{AnsiColor, Style};
use probity_rules::catalogue::Rules;
use probity_rules::judge::Grade;
use probity_rules::method::{Light, Method};
use probity_rules::rating::{Rated, Rating};
use probity_rules::score::Points;
use probity_rules::service::{Service, Status};
use std::cmp::Reverse;
use std::fmt::Write as _;
use std::io::{self, Write};

/// From this width on several methods stand side by side.
const WIDE: usize = 132;

/// One rating, as a table shows it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The service's id.
    pub(crate) service: String,
    /// What people call it.
    pub(crate) name: String,
    /// The method's id.
    pub(crate) method: String,
    /// The light.
    pub(crate) light: Light,
    /// The points, where the method decides by points.
    pub(crate) points: Option<Points>,
    /// The share of the weight that could be decided, 0 to 1.
    pub(crate) coverage: f64,
    /// The criterion that would settle an undecided light soonest, or that weighs most against a better one.
    pub(crate) criterion: Option<String>,
    /// The sentence on it; may be empty.
    pub(crate) reason: String,
}

/// Shape, word and style of a light.
pub(crate) fn light(light: Light) -> (&'static str, Style) {
    match light {
        Light::Green => ("● green", GOOD),
        Light::Yellow => ("▲ yellow", PARTIAL),
        Light::Red => ("■ red", POOR),
        Light::Undecided => ("○ undecided", AnsiColor::Blue.on_default()),
    }
}

impl Row {
    /// The row of a rating.
    pub(crate) fn new(service: &Service, rating: &Rating, rules: &Rules) -> Self {
        let method = rules.method(&rating.method).ok();
        let finding = match &rating.settle {
            Some(settle) => rating.findings.iter().find(|finding| finding.criterion == settle.criterion),
            None => method.and_then(|method| worst(rating, method)),
        };
        let reason = finding.map(|finding| match finding.missing.first() {
            Some(missing) => missing.clone(),
            None => finding.because.clone(),
        });
        let ended = match service.status {
            Status::Active => String::new(),
            Status::Discontinued { since } => format!(" (ended {since})"),
        };
        Self {
            service: service.id.clone(),
            name: format!("{}{ended}", service.name),
            method: rating.method.clone(),
            light: rating.light,
            points: method.filter(|method| method.limits.is_some()).map(|_| rating.points),
            coverage: rating.coverage,
            criterion: finding.map(|finding| finding.criterion.clone()),
            reason: reason.unwrap_or_default(),
        }
    }

    fn points(&self) -> String {
        self.points.map(|Points { low, high, .. }| span(low, high)).unwrap_or_default()
    }

    fn coverage(&self) -> String {
        format!("{:.0} %", self.coverage * 100.0)
    }

    /// The criterion and the sentence on it.
    fn why(&self) -> String {
        self.criterion.as_ref().map(|criterion| format!("{criterion}: {}", self.reason)).unwrap_or_default()
    }

    /// The best first: light, then points that are sure, then points that are possible.
    fn rank(&self) -> (Light, Reverse<u32>, Reverse<u32>) {
        let points = self.points.unwrap_or(Points { low: 0, high: 0, max: 0 });
        (self.light, Reverse(points.low), Reverse(points.high))
    }
}

/// The finding that weighs most against a better light; none where everything is good.
pub(crate) fn worst<'r>(rating: &'r Rating, method: &Method) -> Option<&'r Rated> {
    let bad = rating.findings.iter().filter(|finding| matches!(finding.grade, Grade::Poor | Grade::Partial));
    let weight = |finding: &&Rated| {
        let entry = method.entries.iter().find(|entry| entry.id == finding.criterion);
        (entry.map(|entry| entry.light(finding.grade)), finding.grade, finding.weight)
    };
    // Of equal ones the first, in the order of the method.
    bad.rev().max_by_key(weight)
}

/// An interval; one number where it is one.
pub(crate) fn span(low: u32, high: u32) -> String {
    if low == high { low.to_string() } else { format!("{low}–{high}") }
}

/// The methods: those with points first, for they make a ranking; else in the order in which they come.
fn methods(rows: &[Row]) -> Vec<&str> {
    let mut methods: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|row| row.points.is_some()).chain(rows) {
        if !methods.contains(&row.method.as_str()) {
            methods.push(&row.method);
        }
    }
    methods
}

/// The rows of a method, the best first; equal ones in the order in which they come.
fn ranked<'r>(rows: &'r [Row], method: &str) -> Vec<&'r Row> {
    let mut ranked: Vec<_> = rows.iter().filter(|row| row.method == method).collect();
    ranked.sort_by_key(|row| row.rank());
    ranked
}

/// Writes the ratings for a terminal: a section for each method, or side by side where there is room.
pub(crate) fn table(rows: &[Row], width: usize, out: &mut dyn Write) -> io::Result<()> {
    let methods = methods(rows);
    if methods.len() > 1 && width >= WIDE {
        return side_by_side(rows, &methods).write(out, width);
    }
    for (at, method) in methods.iter().enumerate() {
        let most = rows.iter().find(|row| row.method == *method).and_then(|row| row.points).map(|points| points.max);
        let most = most.map(|most| format!("{FAINT} · of {most} points{FAINT:#}")).unwrap_or_default();
        writeln!(out, "{}{HEADING}{method}{HEADING:#}{most}", if at > 0 { "\n" } else { "" })?;
        section(&ranked(rows, method)).write(out, width)?;
    }
    Ok(())
}

fn section(rows: &[&Row]) -> Grid<'static> {
    let mut columns = vec![Column::text("service"), Column::words("light")];
    let pointed = rows.iter().any(|row| row.points.is_some());
    if pointed {
        columns.push(Column::numbers("points"));
    }
    columns.extend([Column::numbers("known"), Column::brief("why, or what is missing")]);
    let mut grid = Grid::new(columns);
    for row in rows {
        let (word, style) = light(row.light);
        let mut cells = vec![row.name.as_str().into(), Cell::new(word, style)];
        if pointed {
            cells.push(row.points().into());
        }
        cells.extend([row.coverage().into(), row.why().into()]);
        grid.row(cells);
    }
    grid
}

fn side_by_side<'a>(rows: &[Row], methods: &[&'a str]) -> Grid<'a> {
    let mut columns = vec![Column::text("service")];
    columns.extend(methods.iter().map(|method| Column::words(method)));
    columns.push(Column::brief("why, or what is missing"));
    let mut grid = Grid::new(columns);
    for first in ranked(rows, methods[0]) {
        let mut cells: Vec<Cell> = vec![first.name.as_str().into()];
        for method in methods {
            cells.push(match rows.iter().find(|row| row.service == first.service && row.method == *method) {
                Some(row) => {
                    let (word, style) = light(row.light);
                    let points = row.points();
                    Cell::new(format!("{word:<11}  {points:>7}  {:>5}", row.coverage()), style)
                }
                None => Cell::default(),
            });
        }
        cells.push(first.why().into());
        grid.row(cells);
    }
    grid
}

/// The ratings as a Markdown table.
pub(crate) fn markdown(rows: &[Row]) -> String {
    let mut out = String::new();
    for method in methods(rows) {
        let _ = write!(
            out,
            "### {}\n\n| Service | Light | Points | Known | Why, or what is missing |\n",
            markdown_text(method)
        );
        out.push_str("| --- | --- | ---: | ---: | --- |\n");
        for row in ranked(rows, method) {
            let points = row.points.map(|points| format!("{} of {}", span(points.low, points.high), points.max));
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                markdown_text(&row.name),
                light(row.light).0,
                points.unwrap_or_default(),
                row.coverage(),
                markdown_text(&row.why())
            );
        }
        out.push('\n');
    }
    out
}

/// Text from outside as it can stand in Markdown, also in a table: no markup, no line break.
pub(crate) fn markdown_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in crate::base::plain::plain(text).chars() {
        if matches!(letter, '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '!') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// The ratings as CSV (RFC 4180), in the order in which they come.
pub(crate) fn csv(rows: &[Row]) -> String {
    let mut out = "service,name,method,light,points_low,points_high,points_max,coverage,criterion,why\r\n".to_owned();
    for row in rows {
        let number = |of: fn(Points) -> u32| row.points.map(|points| of(points).to_string()).unwrap_or_default();
        let cells = [
            field(&row.service),
            field(&row.name),
            field(&row.method),
            row.light.as_str().to_owned(),
            number(|points| points.low),
            number(|points| points.high),
            number(|points| points.max),
            format!("{:.3}", row.coverage),
            field(row.criterion.as_deref().unwrap_or_default()),
            field(&row.reason),
        ];
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

/// A text as a CSV field: quoted where it must be, and never the beginning of a formula in a spreadsheet.
pub(crate) fn field(text: &str) -> String {
    let text = crate::base::plain::plain(text);
    // Spreadsheets take the wide forms for the same signs.
    let formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let text = if formula { format!("'{text}") } else { text.into_owned() };
    if text.contains(['"', ',', '\r', '\n']) || formula { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests;
