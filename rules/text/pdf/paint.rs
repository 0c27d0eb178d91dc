//! What of a page's letters can be seen: its crop box, clips, colours, what is painted over them, lines through them.
//!
//! Rectangles and plain colours only. What is not understood (patterns, pictures, other shapes) hides nothing, and neither does what
//! is painted when a page has more of it than is looked at.

use super::colours::Colour;
use super::letters::Glyph;

/// Left, bottom, right, top.
pub(super) type Area = [f64; 4];

/// The most boxes and lines that are kept of a page, and the most comparisons with letters.
const BOXES: usize = 20_000;
const LOOKS: usize = 20_000_000;

/// How letters are painted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ink {
    /// Nothing where it is a pattern or in a space that is not known.
    pub(super) fill: Option<Colour>,
    /// The same of outlines.
    pub(super) stroke: Option<Colour>,
    /// How much it covers.
    pub(super) cover: f64,
    /// Whether it is mixed with what is behind it.
    pub(super) is_mixed: bool,
    /// The render mode of text.
    pub(super) mode: f64,
    /// What it cannot leave.
    pub(super) clip: Area,
}

impl Ink {
    /// Black, on a page of this size.
    pub(super) fn on(page: Area) -> Self {
        let [left, bottom, right, top] = page;
        let clip = [left.min(right) - 1.0, bottom.min(top) - 1.0, left.max(right) + 1.0, bottom.max(top) + 1.0];
        Self { fill: Some([0.0; 3]), stroke: Some([0.0; 3]), cover: 1.0, is_mixed: false, mode: 0.0, clip }
    }

    /// Whether nothing is seen through it.
    fn covers(&self) -> bool {
        self.cover > 0.95 && !self.is_mixed
    }
}

/// A path in the making: the areas of its parts, and whether it is one rectangle.
#[derive(Default)]
pub(super) struct Path {
    area: Option<Area>,
    parts: usize,
    is_box: bool,
    /// The first points of straight lines.
    points: Vec<(f64, f64)>,
}

impl Path {
    /// Adds points that belong together.
    pub(super) fn add(&mut self, points: &[(f64, f64)], is_box: bool) {
        for &(x, y) in points {
            let area = self.area.get_or_insert([x, y, x, y]);
            *area = [area[0].min(x), area[1].min(y), area[2].max(x), area[3].max(y)];
        }
        self.parts += 1;
        self.is_box = is_box && self.parts == 1;
    }

    /// Adds the end of a straight line.
    pub(super) fn line(&mut self, point: (f64, f64)) {
        self.add(&[point], false);
        if self.points.len() < self.parts && self.parts <= 6 {
            self.points.push(point);
        }
    }

    /// Whether it is one rectangle, drawn as such or by its four sides.
    fn is_box(&self) -> bool {
        let Some([left, bottom, right, top]) = self.area else { return false };
        let near = |one: f64, other: f64| (one - other).abs() < 0.1;
        let corners = [(left, bottom), (left, top), (right, bottom), (right, top)];
        let is_corner = |at: &(f64, f64), corner: &(f64, f64)| near(at.0, corner.0) && near(at.1, corner.1);
        let is_side = |pair: &[(f64, f64)]| near(pair[0].0, pair[1].0) || near(pair[0].1, pair[1].1);
        self.is_box
            || matches!(self.parts, 4 | 5)
                && self.points.len() == self.parts
                && self.points.windows(2).all(is_side)
                && corners.iter().all(|corner| self.points.iter().any(|at| is_corner(at, corner)))
    }

    /// What lies within a clip and the path.
    pub(super) fn clip(&self, clip: Area) -> Area {
        let Some(area) = self.area else { return clip };
        [clip[0].max(area[0]), clip[1].max(area[1]), clip[2].min(area[2]), clip[3].min(area[3])]
    }
}

/// Something painted that is no letter.
#[derive(Clone, Copy, Debug)]
struct Painted {
    area: Area,
    colour: Option<Colour>,
    /// All of the area is covered.
    is_whole: bool,
}

/// A page as it is painted.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    painted: Vec<Painted>,
    lines: Vec<Area>,
    /// The area of the largest picture.
    pub(super) picture: f64,
    looks: usize,
}

fn holds(area: Area, (x, y): (f64, f64)) -> bool {
    area[0] <= x && x <= area[2] && area[1] <= y && y <= area[3]
}

fn is_same(one: Colour, other: Colour) -> bool {
    one.iter().zip(other).all(|(one, other)| (one - other).abs() < 0.03)
}

impl Sheet {
    /// How many things are painted so far.
    pub(super) fn count(&self) -> u32 {
        self.painted.len() as u32
    }

    /// Fills or strokes a path.
    pub(super) fn paint(&mut self, path: &Path, ink: &Ink, fills: bool) {
        let Some(area) = path.area else { return };
        let colour = if fills { ink.fill } else { ink.stroke };
        let height = area[3] - area[1];
        if height < 2.5 && area[2] - area[0] > 4.0 {
            if self.lines.len() < BOXES && !colour.is_some_and(|colour| is_same(colour, [1.0; 3])) {
                self.lines.push(area);
            }
        } else if self.painted.len() < BOXES {
            let area = path.clip(ink.clip);
            let is_whole = fills && path.is_box() && ink.covers() && ink.fill.is_some();
            self.painted.push(Painted { area, colour: ink.fill.filter(|_| fills), is_whole });
        }
    }

    /// A picture or a shade, and whether nothing is seen through it.
    pub(super) fn picture(&mut self, area: Area, ink: &Ink, is_whole: bool) {
        self.picture = self.picture.max((area[2] - area[0]) * (area[3] - area[1]));
        if self.painted.len() < BOXES {
            let clip = ink.clip;
            let area = [area[0].max(clip[0]), area[1].max(clip[1]), area[2].min(clip[2]), area[3].min(clip[3])];
            self.painted.push(Painted { area, colour: None, is_whole: is_whole && ink.covers() });
        }
    }

    /// Whether a letter at a place can be told from what is behind it.
    pub(super) fn shows(&mut self, ink: &Ink, at: (f64, f64)) -> bool {
        if !holds(ink.clip, at) || ink.cover < 0.05 {
            return false;
        }
        match ink.mode as i64 {
            0 | 4 => self.stands_out(ink.fill, at),
            1 | 5 => self.stands_out(ink.stroke, at),
            2 | 6 => self.stands_out(ink.fill, at) || self.stands_out(ink.stroke, at),
            _ => true,
        }
    }

    /// Whether a colour is another one than what is behind it.
    fn stands_out(&mut self, colour: Option<Colour>, at: (f64, f64)) -> bool {
        let Some(fill) = colour else { return true };
        for painted in self.painted.iter().rev() {
            self.looks += 1;
            if self.looks > LOOKS {
                return true;
            }
            if holds(painted.area, at) {
                if !painted.colour.is_some_and(|colour| is_same(colour, fill)) {
                    return true;
                }
                if painted.is_whole {
                    return false;
                }
            }
        }
        !is_same(fill, [1.0; 3])
    }

    /// Whether something is painted over a place later than what was `before` it.
    pub(super) fn covers(&mut self, at: (f64, f64), before: u32) -> bool {
        let later = self.painted.get(before as usize..).unwrap_or_default();
        self.looks += later.len();
        self.looks <= LOOKS && later.iter().any(|painted| painted.is_whole && holds(painted.area, at))
    }

    /// Whether a line goes through a letter of a line of text that stands upright.
    pub(super) fn strikes(&mut self, glyph: &Glyph) -> bool {
        self.looks += self.lines.len();
        let middle = (glyph.from + glyph.to) / 2.0;
        let band = glyph.base + 0.15 * glyph.size..glyph.base + 0.45 * glyph.size;
        self.looks <= LOOKS
            && self.lines.iter().any(|line| {
                line[0] - 0.5 <= middle && middle <= line[2] + 0.5 && band.contains(&((line[1] + line[3]) / 2.0))
            })
    }
}
