//! The history of a rating as a plot: where its points and lines are. The template draws them.
//!
//! Time runs to the right, points upwards. What is possible is a band, what is sure its lower edge.

use super::Point;
use super::parts::{self, Mark, span, tenth};
use crate::present::web::words::Words;
use jiff::Timestamp;
use probity_rules::method::Limits;

/// How large a plot is drawn, in units of about a pixel: letters are the same in all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// `wide` or `narrow`: the style sheet shows one of them.
    class: &'static str,
    width: f64,
    height: f64,
}

impl Size {
    /// For a window of usual width.
    pub(crate) const WIDE: Self = Self { class: "wide", width: 720.0, height: 230.0 };
    /// For the window of a telephone.
    pub(crate) const NARROW: Self = Self { class: "narrow", width: 300.0, height: 200.0 };
}

/// Room for words at the left, right, top and bottom.
const ROOM: (f64, f64, f64, f64) = (34.0, 8.0, 18.0, 30.0);
/// Points that are drawn at most: of more, the newest.
const MOST: usize = 120;

/// A zone of points in which a light is given.
#[derive(Clone, Debug)]
pub(crate) struct Zone {
    /// The class of its colour.
    pub(crate) tone: &'static str,
    /// The upper edge.
    pub(crate) y: f64,
    /// The height.
    pub(crate) height: f64,
}

/// An audit.
#[derive(Clone, Debug)]
pub(crate) struct Dot {
    /// Where it is.
    pub(crate) x: f64,
    /// Where its sure points are.
    pub(crate) y: f64,
    /// The light.
    pub(crate) light: Mark,
    /// The day.
    pub(crate) day: String,
    /// The points in words.
    pub(crate) points: String,
    /// The share known, as a percentage.
    pub(crate) known: u32,
    /// The number of the change that it brought, from 1.
    pub(crate) change: Option<usize>,
}

/// A plot.
#[derive(Clone, Debug)]
pub(crate) struct Plot {
    /// `wide` or `narrow`.
    pub(crate) class: &'static str,
    /// `0 0 720 230`.
    pub(crate) view: String,
    /// The left and right edges of the field.
    pub(crate) edges: (f64, f64),
    /// The lower edge of the field.
    pub(crate) floor: f64,
    /// The upper edge of the field.
    pub(crate) top: f64,
    /// The zones of the lights.
    pub(crate) zones: Vec<Zone>,
    /// The lines of the scale: height and number.
    pub(crate) scale: Vec<(f64, u32)>,
    /// The days along the bottom: place, word, how it is anchored.
    pub(crate) days: Vec<(f64, String, &'static str)>,
    /// The band of what is possible, as points of a polygon.
    pub(crate) band: String,
    /// The line of what is sure, as points.
    pub(crate) line: String,
    /// The audits.
    pub(crate) dots: Vec<Dot>,
}

/// The plot of a history with at least one point. `changed` says at which times something changed, the oldest first.
pub(crate) fn plot(history: &[Point], limits: Option<Limits>, changed: &[Timestamp], size: Size, t: &Words) -> Plot {
    let history = &history[history.len().saturating_sub(MOST)..];
    let max = history.iter().map(|point| point.points.max).max().unwrap_or(1).max(1);
    let (left, right, top, floor) = (ROOM.0, size.width - ROOM.1, ROOM.2, size.height - ROOM.3);
    let first = history.first().map_or(0, |point| point.as_of.as_second());
    let last = history.last().map_or(0, |point| point.as_of.as_second());
    let x = |time: Timestamp| {
        let share = match last - first {
            0 => 0.5,
            whole => (time.as_second() - first) as f64 / whole as f64,
        };
        tenth(left + 12.0 + share * (right - left - 24.0))
    };
    let y = |points: u32| tenth(floor - f64::from(points.min(max)) / f64::from(max) * (floor - top));
    let zone = |tone, from: u32, to: u32| Zone { tone, y: y(to), height: tenth(y(from) - y(to)) };
    let zones = limits.map_or_else(Vec::new, |limits| {
        vec![
            zone("red", 0, limits.yellow),
            zone("yellow", limits.yellow, limits.green),
            zone("green", limits.green, max),
        ]
    });
    let mut scale = vec![(y(0), 0), (y(max), max)];
    scale.extend(limits.into_iter().flat_map(|limits| [limits.yellow, limits.green]).map(|limit| (y(limit), limit)));
    let pair = |x: f64, y: f64| format!("{x},{y}");
    let upper = history.iter().map(|point| pair(x(point.as_of), y(point.points.high)));
    let lower = history.iter().rev().map(|point| pair(x(point.as_of), y(point.points.low)));
    let mut days: Vec<(f64, String, &'static str)> = Vec::new();
    for (place, point) in history.iter().enumerate() {
        let is_edge = place == 0 || place + 1 == history.len();
        let apart = |other: &(f64, String, &str)| (other.0 - x(point.as_of)).abs() > 96.0;
        let to_last = history.last().is_none_or(|last| x(last.as_of) - x(point.as_of) > 96.0);
        if is_edge && days.iter().all(|other| apart(other) || place == 0) || (to_last && days.iter().all(apart)) {
            days.push((x(point.as_of), t.day(point.as_of), "middle"));
        }
    }
    if let (true, Some(day)) = (history.len() > 1, days.first_mut()) {
        (day.0, day.2) = (left, "start");
    }
    if let Some(day) = days.last_mut().filter(|day| day.2 == "middle" && history.len() > 1 && day.0 > right - 60.0) {
        (day.0, day.2) = (right, "end");
    }
    Plot {
        class: size.class,
        view: format!("0 0 {} {}", size.width, size.height),
        edges: (left, right),
        floor,
        top,
        zones,
        scale,
        days,
        band: upper.chain(lower).collect::<Vec<_>>().join(" "),
        line: history.iter().map(|point| pair(x(point.as_of), y(point.points.low))).collect::<Vec<_>>().join(" "),
        dots: history
            .iter()
            .map(|point| Dot {
                x: x(point.as_of),
                y: y(point.points.low),
                light: parts::light(point.light, t),
                day: t.day(point.as_of),
                points: span(point.points),
                known: parts::percent(point.coverage),
                change: changed.iter().position(|at| *at == point.as_of).map(|place| place + 1),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::present::web::words::Words;
    use probity_rules::method::Light;
    use probity_rules::score::Points;
    use probity_rules::sentence::Lang;

    fn point(at: &str, low: u32, high: u32) -> Point {
        Point {
            audit: crate::present::web::view::Word::new("a"),
            as_of: at.parse().unwrap(),
            light: Light::Yellow,
            points: Points { low, high, max: 270 },
            coverage: 1.0,
            grades: Vec::new(),
        }
    }

    #[test]
    fn everything_stays_within_the_field() {
        let history = [
            point("2026-01-01T00:00:00Z", 0, 270),
            point("2026-01-01T00:00:01Z", 120, 160),
            point("2026-03-01T00:00:00Z", 270, 270),
        ];
        let changed = ["2026-03-01T00:00:00Z".parse().unwrap()];
        let limits = Some(Limits { green: 201, yellow: 100 });
        let plot = plot(&history, limits, &changed, Size::WIDE, Words::of(Lang::En));
        for dot in &plot.dots {
            assert!(dot.x >= plot.edges.0 && dot.x <= plot.edges.1 && dot.y >= plot.top && dot.y <= plot.floor);
        }
        assert_eq!(plot.dots.iter().map(|dot| dot.change).collect::<Vec<_>>(), [None, None, Some(1)]);
        assert_eq!(plot.days.iter().map(|day| day.1.as_str()).collect::<Vec<_>>(), ["1 Jan 2026", "1 Mar 2026"]);
        let heights: f64 = plot.zones.iter().map(|zone| zone.height).sum();
        assert!((heights - (plot.floor - plot.top)).abs() < 0.2);
    }

    #[test]
    fn one_audit_stands_in_the_middle() {
        let plot = plot(&[point("2026-01-01T00:00:00Z", 10, 10)], None, &[], Size::NARROW, Words::of(Lang::De));
        assert_eq!(plot.dots.len(), 1);
        assert!((plot.dots[0].x - (plot.edges.0 + plot.edges.1) / 2.0).abs() < 1.0);
    }
}
