//! What of a page's letters can be seen: its crop box, clips, colours, what is painted over them, lines through them, layers.
//!
//! Rectangles and plain colours only. What is not understood (patterns, pictures, other shapes) hides nothing, and neither does what
//! is painted when a page has more of it than is looked at.

use super::file::File;
use super::letters::Glyph;
use super::object::{Dict, Object};
use std::collections::BTreeSet;

/// Left, bottom, right, top.
pub(super) type Area = [f64; 4];

/// The most boxes and lines that are kept of a page, and the most comparisons with letters.
const BOXES: usize = 20_000;
const LOOKS: usize = 20_000_000;

/// How letters are painted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ink {
    /// Red, green, blue from 0 to 1; nothing where it is a pattern or in a space that is not known.
    pub(super) fill: Option<[f64; 3]>,
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
        Self { fill: Some([0.0; 3]), cover: 1.0, is_mixed: false, mode: 0.0, clip }
    }

    /// Sets the colour by its parts: grey, RGB or CMYK by their number.
    pub(super) fn colour(&mut self, parts: &[Object]) {
        let parts: Vec<f64> = parts.iter().filter_map(Object::number).collect();
        self.fill = match *parts {
            [grey] => Some([grey; 3]),
            [red, green, blue] => Some([red, green, blue]),
            [cyan, magenta, yellow, black] => Some([cyan, magenta, yellow].map(|part| (1.0 - part) * (1.0 - black))),
            _ => None,
        };
    }
}

/// A path in the making: the areas of its parts, and whether it is one rectangle.
#[derive(Default)]
pub(super) struct Path {
    area: Option<Area>,
    parts: usize,
    is_box: bool,
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
    colour: Option<[f64; 3]>,
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

fn is_same(one: [f64; 3], other: [f64; 3]) -> bool {
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
        let height = area[3] - area[1];
        if height < 2.5 && area[2] - area[0] > 4.0 {
            if self.lines.len() < BOXES && !ink.fill.is_some_and(|fill| is_same(fill, [1.0; 3])) {
                self.lines.push(area);
            }
        } else if self.painted.len() < BOXES {
            let area = [
                area[0].max(ink.clip[0]),
                area[1].max(ink.clip[1]),
                area[2].min(ink.clip[2]),
                area[3].min(ink.clip[3]),
            ];
            let is_whole = fills && path.is_box && ink.cover > 0.95 && !ink.is_mixed && ink.fill.is_some();
            self.painted.push(Painted { area, colour: ink.fill.filter(|_| fills), is_whole });
        }
    }

    /// A picture or a shade.
    pub(super) fn picture(&mut self, area: Area) {
        self.picture = self.picture.max((area[2] - area[0]) * (area[3] - area[1]));
        if self.painted.len() < BOXES {
            self.painted.push(Painted { area, colour: None, is_whole: false });
        }
    }

    /// Whether a letter at a place can be told from what is behind it.
    pub(super) fn shows(&mut self, ink: &Ink, at: (f64, f64)) -> bool {
        if !holds(ink.clip, at) || ink.cover < 0.05 {
            return false;
        }
        // Letters that are only outlined have another colour.
        let Some(fill) = ink.fill.filter(|_| matches!(ink.mode as i64, 0 | 4)) else { return true };
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

/// The layers that are off: numbers of their objects.
#[derive(Debug, Default)]
pub(super) struct Layers(BTreeSet<u32>);

fn numbers(list: Option<Object>) -> Vec<u32> {
    let list = list.as_ref().and_then(Object::array).unwrap_or_default();
    list.iter().filter_map(|entry| if let Object::Reference(number) = entry { Some(*number) } else { None }).collect()
}

impl Layers {
    /// As a viewer finds them when it opens the file.
    pub(super) fn of(file: &File) -> Self {
        let Some(all) = file.dict(&file.catalog(), b"OCProperties") else { return Self::default() };
        let Some(first) = file.dict(&all, b"D") else { return Self::default() };
        let mut off: BTreeSet<u32> = numbers(file.get(&first, b"OFF")).into_iter().collect();
        if file.get(&first, b"BaseState").as_ref().and_then(Object::name) == Some(b"OFF") {
            off.extend(numbers(file.get(&all, b"OCGs")));
            for number in numbers(file.get(&first, b"ON")) {
                off.remove(&number);
            }
        }
        Self(off)
    }

    /// Whether what belongs to a layer, or to a group of them, is off.
    pub(super) fn hide(&self, file: &File, layer: Option<&Object>) -> bool {
        let Some(layer) = layer.filter(|_| !self.0.is_empty()) else { return false };
        if let Object::Reference(number) = layer
            && self.0.contains(number)
        {
            return true;
        }
        let Object::Dict(group) = file.resolve(layer) else { return false };
        let group: Dict = group;
        let members = match group.get(&b"OCGs"[..]) {
            Some(Object::Reference(number)) if self.0.contains(number) => return true,
            Some(_) => numbers(file.get(&group, b"OCGs")),
            None => return false,
        };
        let is_off = |number: &u32| self.0.contains(number);
        match group.get(&b"P"[..]).and_then(Object::name) {
            Some(b"AllOn") => members.iter().any(is_off),
            _ => !members.is_empty() && members.iter().all(is_off),
        }
    }
}
