//! What a page shows: its operators run far enough to know each letter and where it stands.
//!
//! Colours, boxes and clips are followed as far as they hide letters (in `paint`), and what a file marks as an artifact (running heads, page numbers) is left
//! out. Work is bounded by operators and letters over the whole file.

use super::Broken;
use super::colours::{Space, numbers, plain};
use super::file::{File, Leaf};
use super::font::Font;
use super::layers::Layers;
use super::letters::{Page, Shown, Style};
use super::matrix::{IDENTITY, Matrix, bounds, is_upright, matrix, place, step, times, unit};
use super::object::{Dict, Lexer, Object, Token};
use super::paint::{Ink, Path};
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
    /// What the numbers of a colour mean.
    fills: Space,
    strokes: Space,
}

/// What a content stream calls by name.
struct Named<'r> {
    resources: &'r Rc<Dict>,
    /// The kinds of resources that were looked up.
    known: BTreeMap<&'static [u8], Dict>,
}

impl Named<'_> {
    /// The resources of a kind, looked up once.
    fn of(&mut self, kind: &'static [u8], file: &File<'_>) -> &Dict {
        self.known.entry(kind).or_insert_with(|| file.dict(self.resources, kind).unwrap_or_default())
    }
}

/// Runs the pages of one file.
pub(super) struct Interpreter<'f, 'a> {
    file: &'f File<'a>,
    fonts: BTreeMap<u32, Rc<Font>>,
    operators: usize,
    letters: usize,
    layers: Layers,
}

impl<'f, 'a> Interpreter<'f, 'a> {
    pub(super) fn new(file: &'f File<'a>) -> Self {
        Self { file, fonts: BTreeMap::new(), operators: OPERATORS, letters: LETTERS, layers: Layers::of(file) }
    }

    /// Runs a page.
    pub(super) fn page(&mut self, leaf: &Leaf) -> Result<Shown, Broken> {
        let mut page = Page::of(leaf);
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
            fills: Space::Plain,
            strokes: Space::Plain,
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
        let mut named = Named { resources, known: BTreeMap::new() };
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
                    state.fills = Space::Plain;
                    state.ink.fill = plain(&numbers(&operands));
                }
                b"G" | b"RG" | b"K" => {
                    state.strokes = Space::Plain;
                    state.ink.stroke = plain(&numbers(&operands));
                }
                b"cs" => {
                    state.fills = self.space(&mut named, operands.first());
                    state.ink.fill = state.fills.first();
                }
                b"CS" => {
                    state.strokes = self.space(&mut named, operands.first());
                    state.ink.stroke = state.strokes.first();
                }
                b"sc" | b"scn" => state.ink.fill = state.fills.colour(&operands),
                b"SC" | b"SCN" => state.ink.stroke = state.strokes.colour(&operands),
                b"gs" => {
                    if let Some(name) = operands.first().and_then(Object::name) {
                        self.graphics(&mut named, name, &mut state.ink);
                    }
                }
                b"re" => {
                    let (x, y, wide, high) = (number(0), number(1), number(2), number(3));
                    let corners = [(x, y), (x + wide, y), (x, y + high), (x + wide, y + high)];
                    path.add(&corners.map(|corner| place(state.matrix, corner)), is_upright(state.matrix));
                }
                b"m" | b"l" => path.line(place(state.matrix, (number(0), number(1)))),
                b"c" | b"v" | b"y" => {
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
                b"sh" => page.sheet.picture(state.ink.clip, &state.ink, false),
                b"Tc" => state.letter_space = number(0),
                b"Tw" => state.word_space = number(0),
                b"Tz" => state.stretch = number(0) / 100.0,
                b"TL" => state.leading = number(0),
                b"Ts" => state.rise = number(0),
                b"Td" | b"TD" => {
                    if operator == b"TD" {
                        state.leading = -number(1);
                    }
                    line = times(step(number(0), number(1)), line);
                    text = line;
                }
                b"Tm" => {
                    line = matrix(&operands);
                    text = line;
                }
                b"T*" | b"'" | b"\"" => {
                    line = times(step(0.0, -state.leading), line);
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
                                text = times(step(on, 0.0), text);
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
                b"EMC" if page.marks.len() > marks => page.end_mark(),
                b"ID" => {
                    page.sheet.picture(unit(state.matrix), &state.ink, false);
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
        let fonts = named.of(b"Font", self.file);
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
        let forms = named.of(b"XObject", self.file);
        let Some(reference @ Object::Reference(_)) = forms.get(name) else { return Ok(()) };
        let mut is_whole = false;
        let is_form = match self.file.resolve(reference) {
            Object::Dict(dict) => {
                if self.layers.hide(self.file, dict.get(&b"OC"[..])) {
                    return Ok(());
                }
                is_whole = is_upright(state.matrix) && self.is_opaque(&dict);
                dict.get(&b"Subtype"[..]).and_then(Object::name) == Some(b"Form")
            }
            _ => false,
        };
        if !is_form {
            page.sheet.picture(unit(state.matrix), &state.ink, is_whole);
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
        if let Some(Object::Array(corners)) = self.file.get(&dict, b"BBox")
            && let [left, bottom, right, top] = *numbers(&corners)
        {
            let mut frame = Path::default();
            let [left, bottom, right, top] = bounds(state.matrix, [left, bottom, right, top]);
            frame.add(&[(left, bottom), (right, top)], true);
            state.ink.clip = frame.clip(state.ink.clip);
        }
        self.run(&bytes, &own, state, depth + 1, page)
    }

    /// Whether nothing is seen through a picture; where its own format may say so, nobody knows.
    fn is_opaque(&self, dict: &Dict) -> bool {
        let is_mask = self.file.get(dict, b"ImageMask") == Some(Object::Bool(true));
        let filter = self.file.get(dict, b"Filter");
        let is_jpx = |name: &Object| name.name() == Some(b"JPXDecode");
        let is_open = filter
            .as_ref()
            .is_some_and(|filter| is_jpx(filter) || filter.array().is_some_and(|all| all.iter().any(is_jpx)));
        !is_mask && !is_open && !dict.contains_key(&b"SMask"[..]) && !dict.contains_key(&b"Mask"[..])
    }

    /// The space of colours that a name stands for.
    fn space(&self, named: &mut Named, name: Option<&Object>) -> Space {
        let Some(name) = name else { return Space::Unknown };
        let spaces = named.of(b"ColorSpace", self.file);
        let own = name.name().and_then(|name| spaces.get(name));
        Space::read(self.file, own.unwrap_or(name))
    }

    /// Takes over what an extended graphics state says of fills.
    fn graphics(&self, named: &mut Named, name: &[u8], ink: &mut Ink) {
        let states = named.of(b"ExtGState", self.file);
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
                let all = named.of(b"Properties", self.file);
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
                (mark.put, mark.letters, mark.shown) = (None, 0, 0);
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
            let after = times(step(on, 0.0), *text);
            let style = Style {
                size: state.size,
                stretch: if font.is_drawn { f64::INFINITY } else { state.stretch },
                rise: state.rise,
                ink: &state.ink,
                is_bold: font.is_bold,
            };
            page.put(code.letters.as_deref(), whole, times(after, state.matrix), style);
            *text = after;
        });
        self.letters = left;
        if left == 0 || page.count() > PAGE { Err(Broken::TooMany) } else { Ok(()) }
    }
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
