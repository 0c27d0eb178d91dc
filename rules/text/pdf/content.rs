//! What a page shows: its operators run far enough to know each letter and where it stands.
//!
//! Colours, boxes and clips are followed as far as they hide letters (in `paint`), and what a file marks as an artifact (running heads, page numbers) is left
//! out. Work is bounded by operators and letters over the whole file.

use super::Broken;
use super::file::{File, Leaf};
use super::font::Font;
use super::object::{Dict, Lexer, Object, Token};
use super::paint::{Area, Ink, Layers, Path, Sheet};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The most operators of a file.
const OPERATORS: usize = 8_000_000;
/// The most letters of a file.
const LETTERS: usize = 6_000_000;
/// The most letters of a page.
const PAGE: usize = 300_000;
/// How deep forms are followed.
const FORMS: u32 = 12;
/// How deep states and marks are kept.
const STATES: usize = 256;

/// A code that is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    /// Where it begins and ends on its line.
    pub(super) from: f64,
    pub(super) to: f64,
    /// The height of its line, rising from the foot of the page.
    pub(super) base: f64,
    pub(super) size: f64,
    /// Byte range in [`Shown::text`].
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) is_bold: bool,
    /// The marked content that it is in.
    pub(super) mark: Option<u32>,
}

/// What one page shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) text: String,
    pub(super) glyphs: Vec<Glyph>,
    /// Foot and head of the page.
    pub(super) foot: f64,
    pub(super) head: f64,
    /// Letters that nobody knows.
    pub(super) unknown: usize,
    /// Its letters were recognised in a picture: they are not shown themselves.
    pub(super) is_recognised: bool,
    /// Something of the page could not be decoded.
    pub(super) is_damaged: bool,
}

type Matrix = [f64; 6];
const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// `first`, then `second`.
fn times(first: Matrix, second: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = first;
    let [p, q, r, s, t, u] = second;
    [a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u]
}

#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    letter_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
    ink: Ink,
    /// Whether numbers alone say which colour is meant.
    is_plain: bool,
}

/// What a content stream calls by name, looked up once.
struct Named<'r> {
    resources: &'r Rc<Dict>,
    fonts: Option<Dict>,
    forms: Option<Dict>,
    states: Option<Dict>,
    spaces: Option<Dict>,
    properties: Option<Dict>,
}

/// Runs the pages of one file.
pub(super) struct Interpreter<'f, 'a> {
    file: &'f File<'a>,
    fonts: BTreeMap<u32, Rc<Font>>,
    operators: usize,
    letters: usize,
    layers: Layers,
}

/// One page in the making.
struct Page {
    shown: Shown,
    /// Glyphs by direction: the baseline as it stands, and turned by one, two, three quarters.
    turned: [Vec<Glyph>; 4],
    /// The same for letters that are not painted: those that were recognised in a scan.
    unpainted: [Vec<Glyph>; 4],
    /// For each of `turned`: its middle, and what was painted before it.
    places: [Vec<(f32, f32, u32)>; 4],
    sheet: Sheet,
    /// Open marks: whether an artifact, the number, and the text that stands for all of it.
    marks: Vec<Mark>,
}

#[derive(Clone, Default)]
struct Mark {
    is_artifact: bool,
    number: Option<u32>,
    /// The text in place of what is shown; gone once it was put down.
    instead: Option<String>,
    is_replaced: bool,
}

impl<'f, 'a> Interpreter<'f, 'a> {
    pub(super) fn new(file: &'f File<'a>) -> Self {
        Self { file, fonts: BTreeMap::new(), operators: OPERATORS, letters: LETTERS, layers: Layers::of(file) }
    }

    /// Runs a page.
    pub(super) fn page(&mut self, leaf: &Leaf) -> Result<Shown, Broken> {
        let mut page = Page {
            shown: Shown::default(),
            turned: Default::default(),
            unpainted: Default::default(),
            places: Default::default(),
            sheet: Sheet::default(),
            marks: Vec::new(),
        };
        let content = leaf.dict.get(&b"Contents"[..]).cloned().unwrap_or(Object::Null);
        let parts = match self.file.resolve(&content) {
            Object::Array(parts) => parts,
            _ => vec![content],
        };
        let mut bytes = Vec::new();
        for part in &parts {
            match self.file.stream(part) {
                Ok(Some((_, part))) => {
                    bytes.extend_from_slice(&part);
                    bytes.push(b'\n');
                }
                Ok(None) => page.shown.is_damaged |= matches!(part, Object::Reference(_)),
                Err(Broken::Damaged) => page.shown.is_damaged = true,
                Err(broken) => return Err(broken),
            }
        }
        let state = State {
            matrix: IDENTITY,
            font: None,
            size: 0.0,
            letter_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            ink: Ink::on(leaf.size),
            is_plain: true,
        };
        self.run(&bytes, &leaf.resources, state, 0, &mut page)?;
        Ok(page.finish(leaf))
    }

    fn run(
        &mut self,
        bytes: &[u8],
        resources: &Rc<Dict>,
        mut state: State,
        depth: u32,
        page: &mut Page,
    ) -> Result<(), Broken> {
        let mut lexer = Lexer::new(bytes, 0);
        let mut operands: Vec<Object> = Vec::new();
        let mut states: Vec<State> = Vec::new();
        let mut named = Named { resources, fonts: None, forms: None, states: None, spaces: None, properties: None };
        let (mut path, mut clips) = (Path::default(), false);
        let (mut text, mut line) = (IDENTITY, IDENTITY);
        let marks = page.marks.len();
        while let Some(token) = lexer.token() {
            let Token::Word(operator) = token else {
                let mut parts = 0;
                operands.extend(lexer.object_from(token, 0, &mut parts));
                if operands.len() > 512 {
                    operands.drain(..256);
                }
                continue;
            };
            self.operators = self.operators.checked_sub(1).ok_or(Broken::TooMany)?;
            let number = |index: usize| operands.get(index).and_then(Object::number).unwrap_or(0.0);
            match operator {
                b"q" if states.len() < STATES => states.push(state.clone()),
                b"Q" => {
                    if let Some(before) = states.pop() {
                        state = before;
                    }
                }
                b"cm" => state.matrix = times(matrix(&operands), state.matrix),
                b"BT" => (text, line) = (IDENTITY, IDENTITY),
                b"Tf" => {
                    if let Some(name) = operands.first().and_then(Object::name) {
                        state.font = self.font(&mut named, name)?;
                    }
                    state.size = number(1);
                }
                b"Tr" => state.ink.mode = number(0),
                b"g" | b"rg" | b"k" => {
                    state.is_plain = true;
                    state.ink.colour(&operands);
                }
                b"cs" => {
                    state.is_plain =
                        operands.first().and_then(Object::name).is_some_and(|name| self.is_plain(&mut named, name));
                    state.ink.fill = state.is_plain.then_some([0.0; 3]);
                }
                b"sc" | b"scn" if state.is_plain => state.ink.colour(&operands),
                b"gs" => {
                    if let Some(name) = operands.first().and_then(Object::name) {
                        self.graphics(&mut named, name, &mut state.ink);
                    }
                }
                b"re" => {
                    let (x, y, wide, high) = (number(0), number(1), number(2), number(3));
                    let corners = [(x, y), (x + wide, y), (x, y + high), (x + wide, y + high)];
                    let [a, b, c, d, ..] = state.matrix;
                    let is_upright = a.abs().min(b.abs()) < 1e-6 && c.abs().min(d.abs()) < 1e-6;
                    path.add(&corners.map(|corner| place(state.matrix, corner)), is_upright);
                }
                b"m" | b"l" | b"c" | b"v" | b"y" => {
                    for pair in operands.chunks_exact(2) {
                        if let [Object::Number(x), Object::Number(y)] = *pair {
                            path.add(&[place(state.matrix, (x, y))], false);
                        }
                    }
                }
                b"W" | b"W*" => clips = true,
                b"n" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"S" | b"s" => {
                    if operator != b"n" {
                        page.sheet.paint(&path, &state.ink, !matches!(operator, b"S" | b"s"));
                    }
                    if std::mem::take(&mut clips) {
                        state.ink.clip = path.clip(state.ink.clip);
                    }
                    path = Path::default();
                }
                b"sh" => page.sheet.picture(state.ink.clip),
                b"Tc" => state.letter_space = number(0),
                b"Tw" => state.word_space = number(0),
                b"Tz" => state.stretch = number(0) / 100.0,
                b"TL" => state.leading = number(0),
                b"Ts" => state.rise = number(0),
                b"Td" | b"TD" => {
                    if operator == b"TD" {
                        state.leading = -number(1);
                    }
                    line = times([1.0, 0.0, 0.0, 1.0, number(0), number(1)], line);
                    text = line;
                }
                b"Tm" => {
                    line = matrix(&operands);
                    text = line;
                }
                b"T*" | b"'" | b"\"" => {
                    line = times([1.0, 0.0, 0.0, 1.0, 0.0, -state.leading], line);
                    text = line;
                    if operator == b"\"" {
                        (state.word_space, state.letter_space) = (number(0), number(1));
                    }
                    if let Some(Object::Text(shown)) = operands.last() {
                        self.show(shown, &state, &mut text, page)?;
                    }
                }
                b"Tj" => {
                    if let Some(Object::Text(shown)) = operands.last() {
                        self.show(shown, &state, &mut text, page)?;
                    }
                }
                b"TJ" => {
                    for part in operands.last().and_then(Object::array).unwrap_or_default() {
                        match part {
                            Object::Text(shown) => self.show(shown, &state, &mut text, page)?,
                            Object::Number(back) => {
                                let on = -back / 1000.0 * state.size * state.stretch;
                                text = times([1.0, 0.0, 0.0, 1.0, on, 0.0], text);
                            }
                            _ => {}
                        }
                    }
                }
                b"Do" => {
                    if let Some(name) = operands.first().and_then(Object::name) {
                        self.form(name, &mut named, &state, depth, page)?;
                    }
                }
                b"BMC" | b"BDC" if page.marks.len() < STATES => self.mark(&operands, &mut named, page),
                b"EMC" if page.marks.len() > marks => drop(page.marks.pop()),
                b"ID" => {
                    page.sheet.picture(unit(state.matrix));
                    skip_picture(&mut lexer);
                }
                _ => {}
            }
            operands.clear();
        }
        page.marks.truncate(marks);
        Ok(())
    }

    fn font(&mut self, named: &mut Named, name: &[u8]) -> Result<Option<Rc<Font>>, Broken> {
        let fonts = named.fonts.get_or_insert_with(|| self.file.dict(named.resources, b"Font").unwrap_or_default());
        let Some(entry) = fonts.get(name) else { return Ok(None) };
        let number = if let Object::Reference(number) = entry { Some(*number) } else { None };
        if let Some(known) = number.and_then(|number| self.fonts.get(&number)) {
            return Ok(Some(Rc::clone(known)));
        }
        let Object::Dict(dict) = self.file.resolve(entry) else { return Ok(None) };
        let font = Rc::new(match Font::read(self.file, &dict) {
            // A damaged table of letters leaves the others.
            Err(Broken::Damaged) => {
                let mut dict = dict;
                dict.remove(&b"ToUnicode"[..]);
                match Font::read(self.file, &dict) {
                    Err(Broken::Damaged) => return Ok(None),
                    other => other?,
                }
            }
            other => other?,
        });
        if let Some(number) = number {
            self.fonts.insert(number, Rc::clone(&font));
        }
        Ok(Some(font))
    }

    fn form(
        &mut self,
        name: &[u8],
        named: &mut Named,
        state: &State,
        depth: u32,
        page: &mut Page,
    ) -> Result<(), Broken> {
        let forms = named.forms.get_or_insert_with(|| self.file.dict(named.resources, b"XObject").unwrap_or_default());
        let Some(reference @ Object::Reference(_)) = forms.get(name) else { return Ok(()) };
        let is_form = match self.file.resolve(reference) {
            Object::Dict(dict) => {
                if self.layers.hide(self.file, dict.get(&b"OC"[..])) {
                    return Ok(());
                }
                dict.get(&b"Subtype"[..]).and_then(Object::name) == Some(b"Form")
            }
            _ => false,
        };
        if !is_form {
            page.sheet.picture(unit(state.matrix));
        }
        if !is_form || depth >= FORMS {
            return Ok(());
        }
        let (dict, bytes) = match self.file.stream(reference) {
            Ok(Some(form)) => form,
            Ok(None) | Err(Broken::Damaged) => {
                page.shown.is_damaged = true;
                return Ok(());
            }
            Err(broken) => return Err(broken),
        };
        let own = self.file.dict(&dict, b"Resources").map_or_else(|| Rc::clone(named.resources), Rc::new);
        let mut state = state.clone();
        if let Some(Object::Array(parts)) = self.file.get(&dict, b"Matrix") {
            state.matrix = times(matrix(&parts), state.matrix);
        }
        self.run(&bytes, &own, state, depth + 1, page)
    }

    /// Whether the numbers of a colour space are grey, RGB or CMYK.
    fn is_plain(&self, named: &mut Named, name: &[u8]) -> bool {
        let is_plain = |name: &[u8]| {
            matches!(name, b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" | b"CalGray" | b"CalRGB" | b"ICCBased")
        };
        if is_plain(name) {
            return true;
        }
        let spaces =
            named.spaces.get_or_insert_with(|| self.file.dict(named.resources, b"ColorSpace").unwrap_or_default());
        let space = self.file.get(spaces, name);
        let first = space.as_ref().and_then(Object::array).and_then(<[Object]>::first).or(space.as_ref());
        first.and_then(Object::name).is_some_and(is_plain)
    }

    /// Takes over what an extended graphics state says of fills.
    fn graphics(&self, named: &mut Named, name: &[u8], ink: &mut Ink) {
        let states =
            named.states.get_or_insert_with(|| self.file.dict(named.resources, b"ExtGState").unwrap_or_default());
        let Some(state) = self.file.dict(states, name) else { return };
        if let Some(cover) = self.file.get(&state, b"ca").as_ref().and_then(Object::number) {
            ink.cover = cover;
        }
        if let Some(mode) = self.file.get(&state, b"BM") {
            ink.is_mixed = !matches!(mode.name(), Some(b"Normal" | b"Compatible"));
        }
    }

    fn mark(&self, operands: &[Object], named: &mut Named, page: &mut Page) {
        let mut mark = page.marks.last().cloned().unwrap_or_default();
        let tag = operands.first().and_then(Object::name);
        let properties = match operands.get(1) {
            Some(Object::Dict(dict)) => Some(dict.clone()),
            Some(Object::Name(name)) => {
                let all = named
                    .properties
                    .get_or_insert_with(|| self.file.dict(named.resources, b"Properties").unwrap_or_default());
                mark.is_artifact |= tag == Some(b"OC") && self.layers.hide(self.file, all.get(&name[..]));
                self.file.dict(all, name)
            }
            _ => None,
        };
        mark.is_artifact |= tag == Some(b"Artifact");
        if let Some(properties) = properties {
            if let Some(number) = self.file.get(&properties, b"MCID").and_then(|number| number.count()) {
                mark.number = u32::try_from(number).ok();
            }
            if let Some(Object::Text(instead)) = self.file.get(&properties, b"ActualText") {
                mark.instead = Some(super::text_string(&instead));
                mark.is_replaced = true;
            }
        }
        page.marks.push(mark);
    }

    fn show(&mut self, bytes: &[u8], state: &State, text: &mut Matrix, page: &mut Page) -> Result<(), Broken> {
        let Some(font) = state.font.clone() else {
            page.shown.unknown += bytes.len();
            return Ok(());
        };
        let mut left = self.letters;
        font.each(bytes, |code| {
            let Some(rest) = left.checked_sub(1) else { return };
            left = rest;
            let on =
                (code.width * state.size + state.letter_space + if code.is_space { state.word_space } else { 0.0 })
                    * state.stretch;
            let whole = times(*text, state.matrix);
            let after = times([1.0, 0.0, 0.0, 1.0, on, 0.0], *text);
            page.put(code.letters.as_deref(), whole, times(after, state.matrix), state, font.is_bold);
            *text = after;
        });
        self.letters = left;
        if left == 0 || page.turned.iter().map(Vec::len).sum::<usize>() > PAGE { Err(Broken::TooMany) } else { Ok(()) }
    }
}

impl Page {
    fn put(&mut self, letters: Option<&str>, from: Matrix, to: Matrix, state: &State, is_bold: bool) {
        let mut letters = letters;
        let instead;
        if let Some(mark) = self.marks.last_mut() {
            if mark.is_artifact {
                return;
            }
            if mark.is_replaced {
                instead = mark.instead.take().unwrap_or_default();
                letters = Some(&instead);
            }
        }
        let Some(letters) = letters else {
            self.shown.unknown += 1;
            return;
        };
        if letters.is_empty() {
            return;
        }
        let [a, b, c, d, x, y] = from;
        let (rise_x, rise_y) = (c * state.rise, d * state.rise);
        let (x, y, end_x, end_y) = (x + rise_x, y + rise_y, to[4] + rise_x, to[5] + rise_y);
        let size = state.size.abs() * c.hypot(d);
        let length = a.hypot(b);
        if ![x, y, end_x, end_y, size].iter().all(|number| number.is_finite() && number.abs() < 1e7) || length == 0.0 {
            return;
        }
        // What stands slanted is a stamp over the page.
        let (cosine, sine) = (a / length, b / length);
        let (quarter, from, to, base) = if cosine > 0.995 {
            (0, x, end_x, y)
        } else if sine > 0.995 {
            (1, y, end_y, -x)
        } else if cosine < -0.995 {
            (2, -x, -end_x, -y)
        } else if sine < -0.995 {
            (3, -y, -end_y, x)
        } else {
            return;
        };
        if size <= 0.0 {
            return;
        }
        let start = self.shown.text.len() as u32;
        self.shown.text.push_str(letters);
        let mark = self.marks.last().and_then(|mark| mark.number);
        let end = self.shown.text.len() as u32;
        let glyph = Glyph { from, to, base, size, start, end, is_bold, mark };
        let height = c.hypot(d);
        let lift = if height > 0.0 { 0.3 * size / height } else { 0.0 };
        let middle = ((x + end_x) / 2.0 + c * lift, (y + end_y) / 2.0 + d * lift);
        if matches!(state.ink.mode as i64, 3 | 7) {
            self.unpainted[quarter].push(glyph);
        } else if self.sheet.shows(&state.ink, middle) {
            self.turned[quarter].push(glyph);
            self.places[quarter].push((middle.0 as f32, middle.1 as f32, self.sheet.count()));
        }
    }

    fn finish(mut self, leaf: &Leaf) -> Shown {
        self.clear();
        let [left, bottom, right, top] = leaf.size;
        let count = |turned: &[Vec<Glyph>; 4]| turned.iter().map(Vec::len).sum::<usize>();
        let is_scan = self.sheet.picture * 2.0 > ((right - left) * (top - bottom)).abs();
        if is_scan && count(&self.unpainted) > 20 && count(&self.unpainted) > 4 * count(&self.turned) {
            self.turned = std::mem::take(&mut self.unpainted);
            self.shown.is_recognised = true;
        }
        let most = (0..4).max_by_key(|&turn| (self.turned[turn].len(), std::cmp::Reverse(turn))).unwrap_or(0);
        (self.shown.foot, self.shown.head) = match most {
            0 => (bottom.min(top), bottom.max(top)),
            1 => (-left.max(right), -left.min(right)),
            2 => (-bottom.max(top), -bottom.min(top)),
            _ => (left.min(right), left.max(right)),
        };
        self.shown.glyphs = std::mem::take(&mut self.turned[most]);
        self.shown
    }
}

impl Page {
    /// Takes out the letters that something was painted over, or a line through.
    fn clear(&mut self) {
        for (quarter, (glyphs, places)) in self.turned.iter_mut().zip(&self.places).enumerate() {
            let mut places = places.iter();
            glyphs.retain(|glyph| {
                let Some(&(x, y, before)) = places.next() else { return true };
                let is_struck = quarter == 0 && self.sheet.strikes(glyph);
                !is_struck && !self.sheet.covers((f64::from(x), f64::from(y)), before)
            });
        }
    }
}

/// Where a point stands on the page.
fn place(matrix: Matrix, (x, y): (f64, f64)) -> (f64, f64) {
    let [a, b, c, d, e, f] = matrix;
    (a * x + c * y + e, b * x + d * y + f)
}

/// The area of a picture: the unit square.
fn unit(matrix: Matrix) -> Area {
    let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|corner| place(matrix, corner));
    let by = |pick: fn(f64, f64) -> f64, of: fn(&(f64, f64)) -> f64| corners.iter().map(of).fold(f64::NAN, pick);
    [by(f64::min, |at| at.0), by(f64::min, |at| at.1), by(f64::max, |at| at.0), by(f64::max, |at| at.1)]
}

fn matrix(operands: &[Object]) -> Matrix {
    let mut matrix = IDENTITY;
    for (place, operand) in matrix.iter_mut().zip(operands) {
        *place = operand.number().unwrap_or(0.0);
    }
    matrix
}

/// Goes past the bytes of a picture that stands within the content.
fn skip_picture(lexer: &mut Lexer) {
    let rest = &lexer.bytes[lexer.at..];
    for end in memchr::memmem::find_iter(rest, b"EI") {
        let before = end.checked_sub(1).and_then(|at| rest.get(at)).copied();
        let after = rest.get(end + 2).copied();
        if before.is_some_and(super::object::is_space) && after.is_none_or(super::object::is_space) {
            // Pictures may hold these letters by chance; then what follows is no text.
            let ahead = &rest[(end + 2).min(rest.len())..(end + 12).min(rest.len())];
            if ahead.iter().all(|byte| byte.is_ascii_graphic() || super::object::is_space(*byte)) {
                lexer.at += end + 2;
                return;
            }
        }
    }
    lexer.at = lexer.bytes.len();
}
