//! A PDF file as a set of objects: where each of them stands, its streams, its pages.
//!
//! The file is searched for its objects from the first byte to the last, so that a broken or lying table of contents
//! does no harm: what stands later wins, as with updates. Encrypted files are not read.

use super::Broken;
use super::filter::{self, Budget};
use super::object::{Dict, Lexer, Object, Token, is_space};
use super::paint::Area;
use memchr::memmem;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The most objects of a file.
const OBJECTS: usize = 300_000;
/// The most bytes that are read as objects, as a multiple of the file's length and above that.
const READ: (usize, usize) = (8, 1 << 20);
/// The most parts of objects that are handed out, each time counted anew.
const COPIED: usize = 20_000_000;
/// The most bytes of coded streams, each time they are asked for counted anew.
const SCANNED: usize = 512 << 20;
/// The most pages that are read.
const PAGES: usize = 2000;
/// How deep the tree of pages is followed.
const DEPTH: u32 = 40;

/// Where an object stands.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// In the file, after its number.
    At(usize),
    /// In a stream of objects: which of [`File::packs`], and where in it.
    Packed(usize, usize),
}

/// A PDF file.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    places: BTreeMap<u32, Place>,
    packs: Vec<Rc<[u8]>>,
    trailer: Dict,
    known: RefCell<BTreeMap<u32, Option<Rc<Object>>>>,
    unread: Cell<usize>,
    uncopied: Cell<usize>,
    unscanned: Cell<usize>,
    pub(super) budget: Budget,
}

/// A page with what it inherits.
#[derive(Clone, Debug, Default)]
pub(super) struct Leaf {
    pub(super) dict: Dict,
    pub(super) resources: Rc<Dict>,
    /// The corners of what is shown.
    pub(super) size: Area,
    media: Area,
    /// What the page is cut to, which it may inherit, too.
    crop: Option<Area>,
    /// The number of its object.
    pub(super) number: u32,
}

impl<'a> File<'a> {
    /// Finds the objects of a file.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Broken> {
        let mut file = Self {
            bytes,
            places: BTreeMap::new(),
            packs: Vec::new(),
            trailer: Dict::new(),
            known: RefCell::default(),
            unread: Cell::new(bytes.len().saturating_mul(READ.0).saturating_add(READ.1)),
            uncopied: Cell::new(COPIED),
            unscanned: Cell::new(SCANNED),
            budget: Budget::default(),
        };
        let marks = file.search()?;
        for trailer in marks.trailers {
            let mut lexer = Lexer::new(bytes, trailer);
            if let Some(Object::Dict(dict)) = file.object(&mut lexer) {
                // Later ones win, but an entry that they lack stays.
                file.trailer.extend(dict);
            }
        }
        if file.get(&file.trailer, b"Encrypt").is_some_and(|object| object != Object::Null) {
            return Err(Broken::Encrypted);
        }
        file.unpack(&marks.packs)?;
        Ok(file)
    }

    /// One pass over the file.
    fn search(&mut self) -> Result<Marks, Broken> {
        let bytes = self.bytes;
        let mut marks = Marks::default();
        let (object, stream) = (memmem::Finder::new(b"obj"), memmem::Finder::new(b"stream"));
        let end = memmem::Finder::new(b"endstream");
        let find = |finder: &memmem::Finder, from: usize| {
            bytes.get(from..).and_then(|rest| finder.find(rest)).map_or(usize::MAX, |at| from + at)
        };
        let (mut next_object, mut next_stream) = (find(&object, 0), find(&stream, 0));
        let mut header: Option<(u32, usize)> = None;
        while next_object != usize::MAX || next_stream != usize::MAX {
            if next_object < next_stream {
                if let Some(number) = number_before(bytes, next_object) {
                    header = Some((number, next_object + 3));
                    self.places.insert(number, Place::At(next_object + 3));
                    if self.places.len() > OBJECTS {
                        return Err(Broken::TooMany);
                    }
                }
                next_object = find(&object, next_object + 3);
                continue;
            }
            let after = next_stream + 6;
            let is_start = bytes[..next_stream].trim_ascii_end().ends_with(b">>");
            if let (true, Some((number, from))) = (is_start, header.take()) {
                let head = bytes.get(from..next_stream.min(from + 4096)).unwrap_or_default();
                if memmem::find(head, b"ObjStm").is_some() {
                    marks.packs.push((number, from));
                }
                if memmem::find(head, b"XRef").is_some() {
                    marks.trailers.push(from);
                }
                let close = find(&end, after);
                let resume = close.saturating_add(9);
                (next_object, next_stream) = (find(&object, resume), find(&stream, resume));
            } else {
                next_stream = find(&stream, after);
            }
        }
        // The trailers before the cross-reference streams: files have one kind or the other, or both say the same.
        let mut trailers: Vec<usize> = memmem::find_iter(bytes, b"trailer").map(|at| at + 7).take(1000).collect();
        trailers.append(&mut marks.trailers);
        marks.trailers = trailers;
        Ok(marks)
    }

    /// Opens the streams of objects, in the order of the file.
    fn unpack(&mut self, packs: &[(u32, usize)]) -> Result<(), Broken> {
        for &(number, from) in packs {
            let Some(Place::At(at)) = self.places.get(&number).copied() else { continue };
            if at != from {
                continue;
            }
            let reference = Object::Reference(number);
            let Some((dict, data)) = self.stream(&reference)? else { continue };
            let (Some(count), Some(first)) = (
                self.get(&dict, b"N").and_then(|count| count.count()),
                self.get(&dict, b"First").and_then(|first| first.count()),
            ) else {
                continue;
            };
            let mut head = Lexer::new(&data[..first.min(data.len())], 0);
            let pack = self.packs.len();
            for _ in 0..count.min(OBJECTS) {
                let (Some(Token::Number(number)), Some(Token::Number(offset))) = (head.token(), head.token()) else {
                    break;
                };
                let (number, offset) = (number as u32, first.saturating_add(offset as usize));
                let is_newer = match self.places.get(&number) {
                    Some(Place::At(at)) => *at < from,
                    Some(Place::Packed(..)) | None => true,
                };
                if is_newer {
                    self.places.insert(number, Place::Packed(pack, offset));
                    self.known.borrow_mut().remove(&number);
                }
            }
            if self.places.len() > OBJECTS {
                return Err(Broken::TooMany);
            }
            self.packs.push(data.into());
        }
        Ok(())
    }

    /// Reads an object, within what may be read in all.
    fn object(&self, lexer: &mut Lexer) -> Option<Object> {
        let left = self.unread.get();
        let end = lexer.at.saturating_add(left).min(lexer.bytes.len());
        let mut bounded = Lexer::new(&lexer.bytes[..end], lexer.at);
        let object = bounded.object();
        self.unread.set(left.saturating_sub(bounded.at - lexer.at));
        lexer.at = bounded.at;
        object
    }

    fn load(&self, number: u32) -> Option<Rc<Object>> {
        if let Some(known) = self.known.borrow().get(&number) {
            return known.clone();
        }
        let object = match self.places.get(&number)? {
            Place::At(at) => self.object(&mut Lexer::new(self.bytes, *at)),
            Place::Packed(pack, at) => {
                let pack = Rc::clone(self.packs.get(*pack)?);
                self.object(&mut Lexer::new(&pack, *at))
            }
        };
        let object = object.map(Rc::new);
        self.known.borrow_mut().insert(number, object.clone());
        object
    }

    /// What a reference leads to, or the object itself.
    pub(super) fn resolve(&self, object: &Object) -> Object {
        let Object::Reference(number) = object else { return self.copy(object) };
        let mut number = *number;
        for _ in 0..8 {
            match self.load(number).as_deref() {
                Some(Object::Reference(next)) => number = *next,
                Some(object) => return self.copy(object),
                None => return Object::Null,
            }
        }
        Object::Null
    }

    fn copy(&self, object: &Object) -> Object {
        let left = self.uncopied.get().saturating_sub(weight(object));
        self.uncopied.set(left);
        if left > 0 { object.clone() } else { Object::Null }
    }

    /// Whether all that was asked for was within the limits.
    pub(super) fn check(&self) -> Result<(), Broken> {
        if self.unread.get() == 0 || self.uncopied.get() == 0 { Err(Broken::TooMany) } else { Ok(()) }
    }

    /// An entry of a dictionary, references followed; none where it is missing.
    pub(super) fn get(&self, dict: &Dict, key: &[u8]) -> Option<Object> {
        dict.get(key).map(|object| self.resolve(object)).filter(|object| *object != Object::Null)
    }

    /// The same, where it is a dictionary.
    pub(super) fn dict(&self, dict: &Dict, key: &[u8]) -> Option<Dict> {
        match self.get(dict, key)? {
            Object::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    /// The dictionary and the decoded bytes of a stream; none where it is none or holds no text.
    pub(super) fn stream(&self, object: &Object) -> Result<Option<(Dict, Vec<u8>)>, Broken> {
        let Object::Reference(number) = object else { return Ok(None) };
        let Some(Place::At(at)) = self.places.get(number).copied() else { return Ok(None) };
        let mut lexer = Lexer::new(self.bytes, at);
        let Some(Object::Dict(dict)) = self.object(&mut lexer) else { return Ok(None) };
        if lexer.token() != Some(Token::Word(b"stream")) {
            return Ok(None);
        }
        let mut from = lexer.at;
        match self.bytes.get(from..from + 2) {
            Some(b"\r\n") => from += 2,
            Some([b'\n' | b'\r', _]) => from += 1,
            _ => {}
        }
        let rest = self.bytes.get(from..).unwrap_or_default();
        let stated = self.get(&dict, b"Length").and_then(|length| length.count());
        let is_right = |length: &usize| {
            rest.get(*length..).is_some_and(|after| {
                let after = &after[..after.len().min(64)];
                after.trim_ascii_start().starts_with(b"endstream") || after.trim_ascii_start().starts_with(b"endobj")
            })
        };
        let length = stated.filter(is_right).or_else(|| memmem::find(rest, b"endstream")).unwrap_or(rest.len());
        let left = self.unscanned.get().checked_sub(length).ok_or(Broken::TooMany)?;
        self.unscanned.set(left);
        Ok(filter::decode(self, &dict, &rest[..length], &self.budget)?.map(|data| (dict, data)))
    }

    /// The catalog: where everything begins.
    pub(super) fn catalog(&self) -> Dict {
        if let Some(root) = self.dict(&self.trailer, b"Root") {
            return root;
        }
        self.of_type(b"Catalog").next().map(|(_, dict)| dict).unwrap_or_default()
    }

    /// What the file says of itself: `Title` and the like.
    pub(super) fn info(&self) -> Dict {
        self.dict(&self.trailer, b"Info").unwrap_or_default()
    }

    fn of_type<'s>(&'s self, kind: &'s [u8]) -> impl Iterator<Item = (u32, Dict)> + 's {
        self.places.keys().filter_map(move |number| match self.load(*number).as_deref() {
            Some(Object::Dict(dict)) if dict.get(&b"Type"[..]).and_then(Object::name) == Some(kind) => {
                Some((*number, dict.clone()))
            }
            _ => None,
        })
    }

    /// The pages in their order.
    pub(super) fn pages(&self) -> Result<Vec<Leaf>, Broken> {
        let mut pages = Vec::new();
        let mut seen = BTreeSet::new();
        if let Some(root) = self.catalog().get(&b"Pages"[..]) {
            self.walk(root, &Leaf { media: [0.0, 0.0, 612.0, 792.0], ..Leaf::default() }, 0, &mut seen, &mut pages)?;
        }
        if pages.is_empty() {
            let loose: Vec<(u32, Dict)> = self.of_type(b"Page").take(PAGES).collect();
            for (number, _) in loose {
                let above = Leaf { media: [0.0, 0.0, 612.0, 792.0], ..Leaf::default() };
                self.walk(&Object::Reference(number), &above, 0, &mut seen, &mut pages)?;
            }
        }
        Ok(pages)
    }

    fn walk(
        &self,
        node: &Object,
        above: &Leaf,
        depth: u32,
        seen: &mut BTreeSet<u32>,
        pages: &mut Vec<Leaf>,
    ) -> Result<(), Broken> {
        let number = if let Object::Reference(number) = node { *number } else { 0 };
        if depth > DEPTH || number > 0 && !seen.insert(number) {
            return Ok(());
        }
        let Object::Dict(dict) = self.resolve(node) else { return Ok(()) };
        let mut leaf = Leaf { number, ..above.clone() };
        if let Some(resources) = self.dict(&dict, b"Resources") {
            leaf.resources = Rc::new(resources);
        }
        let corners = |key: &[u8], from: Area| {
            let list = self.get(&dict, key);
            let list = list.as_ref().and_then(Object::array).filter(|list| list.len() == 4)?;
            let mut corners = from;
            for (place, corner) in corners.iter_mut().zip(list) {
                *place = self.resolve(corner).number().unwrap_or(*place);
            }
            Some(corners)
        };
        leaf.media = corners(b"MediaBox", leaf.media).unwrap_or(leaf.media);
        leaf.crop = corners(b"CropBox", leaf.media).or(leaf.crop);
        leaf.size = leaf.crop.and_then(|crop| common(crop, leaf.media)).unwrap_or(leaf.media);
        match self.get(&dict, b"Kids") {
            Some(Object::Array(kids)) => {
                for kid in &kids {
                    self.walk(kid, &leaf, depth + 1, seen, pages)?;
                }
            }
            _ => {
                leaf.dict = dict;
                pages.push(leaf);
                if pages.len() > PAGES {
                    return Err(Broken::TooMany);
                }
            }
        }
        Ok(())
    }
}

/// What lies within two areas, whichever corners they name.
fn common(one: Area, other: Area) -> Option<Area> {
    let [one, other] = [one, other].map(|[a, b, c, d]| [a.min(c), b.min(d), a.max(c), b.max(d)]);
    let area = [one[0].max(other[0]), one[1].max(other[1]), one[2].min(other[2]), one[3].min(other[3])];
    (area[0] < area[2] && area[1] < area[3]).then_some(area)
}

/// What the search found beside the objects.
#[derive(Default)]
struct Marks {
    trailers: Vec<usize>,
    /// Streams of objects: their number and where they stand.
    packs: Vec<(u32, usize)>,
}

fn weight(object: &Object) -> usize {
    match object {
        Object::Array(parts) => 1 + parts.iter().map(weight).sum::<usize>(),
        Object::Dict(dict) => 1 + dict.values().map(|value| 1 + weight(value)).sum::<usize>(),
        Object::Text(text) | Object::Name(text) => 1 + text.len() / 32,
        _ => 1,
    }
}

/// The number of the object whose `obj` stands at a place.
fn number_before(bytes: &[u8], at: usize) -> Option<u32> {
    let mut position = at;
    let mut back = |is: fn(u8) -> bool, most: usize| {
        let end = position;
        while position > 0 && end - position < most && is(bytes[position - 1]) {
            position -= 1;
        }
        &bytes[position..end]
    };
    back(is_space, 4);
    let generation = back(|byte| byte.is_ascii_digit(), 5);
    let gap = back(is_space, 4);
    let number = back(|byte| byte.is_ascii_digit(), 10);
    if generation.is_empty() || gap.is_empty() || number.is_empty() {
        return None;
    }
    std::str::from_utf8(number).ok()?.parse().ok()
}
