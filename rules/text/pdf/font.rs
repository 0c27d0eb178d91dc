//! Fonts: which letters a code stands for, how wide they are, whether they are bold.
//!
//! No outline is looked at: letters that only a picture of them tells stay unknown.

use super::Broken;
use super::cmap::CMap;
use super::file::File;
use super::glyphs::{self, Encoding, SANS, SERIF};
use super::object::{Dict, Object};
use std::collections::BTreeMap;

/// How codes are cut from a string.
#[derive(Debug)]
enum Codes {
    /// One byte each.
    Single,
    /// Two bytes each.
    Pairs,
    /// Two bytes each that are UTF-16.
    Utf16,
    /// As a table says.
    Table(CMap),
}

/// A font.
#[derive(Debug)]
pub(super) struct Font {
    codes: Codes,
    to_unicode: Option<CMap>,
    letters: Vec<Option<String>>,
    widths: BTreeMap<u32, f64>,
    /// First and last code, width.
    ranges: Vec<(u32, u32, f64)>,
    default_width: f64,
    is_signs: bool,
    pub(super) is_bold: bool,
    /// Its letters are drawings of any size (Type 3).
    pub(super) is_drawn: bool,
}

/// A code of a string, as shown.
#[derive(Debug, PartialEq)]
pub(super) struct Shown {
    /// Its letters; none where nobody knows them.
    pub(super) letters: Option<String>,
    /// How far it moves on, in sizes of the font.
    pub(super) width: f64,
    /// The single byte 32, which word spacing applies to.
    pub(super) is_space: bool,
}

impl Font {
    /// Reads a font.
    pub(super) fn read(file: &File, dict: &Dict) -> Result<Self, Broken> {
        let name = |dict: &Dict, key: &[u8]| {
            file.get(dict, key).and_then(|name| name.name().map(|name| String::from_utf8_lossy(name).into_owned()))
        };
        let kind = name(dict, b"Subtype").unwrap_or_default();
        let base = name(dict, b"BaseFont").unwrap_or_default();
        let descendant = match file.get(dict, b"DescendantFonts") {
            Some(Object::Array(fonts)) => fonts.first().map(|font| file.resolve(font)),
            _ => None,
        };
        let descendant = descendant.as_ref().and_then(Object::dict);
        let descriptor = file.dict(descendant.unwrap_or(dict), b"FontDescriptor").unwrap_or_default();
        let mut font = Self {
            codes: Codes::Single,
            to_unicode: match dict.get(&b"ToUnicode"[..]) {
                Some(table) => file.stream(table)?.map(|(_, bytes)| CMap::read(&bytes)),
                None => None,
            },
            letters: Vec::new(),
            widths: BTreeMap::new(),
            ranges: Vec::new(),
            default_width: 0.5,
            is_signs: ["Wingdings", "Webdings", "Dingbats"].iter().any(|signs| base.contains(signs)),
            is_bold: is_bold(&base, file, &descriptor),
            is_drawn: kind == "Type3",
        };
        if kind == "Type0" {
            font.codes = match dict.get(&b"Encoding"[..]).map(|encoding| (encoding, file.resolve(encoding))) {
                Some((_, Object::Name(name))) if name.starts_with(b"Identity") => Codes::Pairs,
                Some((_, Object::Name(name))) if name.windows(3).any(|part| part == b"UCS" || part == b"UTF") => {
                    Codes::Utf16
                }
                Some((stream, Object::Dict(_))) => match file.stream(stream)? {
                    Some((_, bytes)) => Codes::Table(CMap::read(&bytes)),
                    None => Codes::Pairs,
                },
                _ => Codes::Pairs,
            };
            if let Some(descendant) = descendant {
                font.wide(file, descendant);
            }
        } else {
            font.encode(file, dict, &kind, &base);
            font.simple_widths(file, dict, &kind, &base, &descriptor);
        }
        Ok(font)
    }

    /// The letters of a simple font's codes.
    fn encode(&mut self, file: &File, dict: &Dict, kind: &str, base: &str) {
        let encoding = file.get(dict, b"Encoding");
        let named = match &encoding {
            Some(Object::Name(name)) => Some(name.clone()),
            Some(Object::Dict(dict)) => {
                file.get(dict, b"BaseEncoding").and_then(|name| name.name().map(<[u8]>::to_vec))
            }
            _ => None,
        };
        let encoding_of = match named.as_deref() {
            _ if self.is_signs => Encoding::Signs,
            Some(b"WinAnsiEncoding") => Encoding::Windows,
            Some(b"MacRomanEncoding") => Encoding::Mac,
            None if kind == "TrueType" => Encoding::Windows,
            _ => Encoding::Standard,
        };
        self.letters =
            (0..=255).map(|code| glyphs::of_code(encoding_of, code).map(|letter| letter.to_string())).collect();
        if base.contains("Symbol") {
            self.letters[0xb7] = Some("•".to_owned());
        }
        let differences = match &encoding {
            Some(Object::Dict(dict)) => file.get(dict, b"Differences"),
            _ => None,
        };
        let mut code = 0_usize;
        for part in differences.as_ref().and_then(Object::array).unwrap_or_default() {
            match part {
                Object::Number(number) => code = *number as usize,
                Object::Name(name) => {
                    if let Some(place) = self.letters.get_mut(code) {
                        *place = std::str::from_utf8(name).ok().and_then(glyphs::of_name);
                    }
                    code = code.saturating_add(1);
                }
                _ => {}
            }
        }
    }

    fn simple_widths(&mut self, file: &File, dict: &Dict, kind: &str, base: &str, descriptor: &Dict) {
        let scale = if kind == "Type3" {
            let matrix = file.get(dict, b"FontMatrix");
            matrix.as_ref().and_then(Object::array).and_then(|matrix| matrix.first()?.number()).unwrap_or(0.001).abs()
        } else {
            0.001
        };
        let first = file.get(dict, b"FirstChar").and_then(|first| first.count()).unwrap_or(0);
        let widths = file.get(dict, b"Widths");
        if let Some(widths) = widths.as_ref().and_then(Object::array) {
            for (index, width) in widths.iter().take(256).enumerate() {
                if let Some(width) = file.resolve(width).number() {
                    self.widths.insert((first + index) as u32, width * scale);
                }
            }
            self.default_width =
                file.get(descriptor, b"MissingWidth").and_then(|width| width.number()).unwrap_or(0.0) * scale;
            return;
        }
        // One of the fonts that every reader has.
        let table = match base {
            name if name.contains("Courier") => {
                self.default_width = 0.6;
                return;
            }
            name if name.contains("Times") || name.contains("Serif") => &SERIF,
            _ => &SANS,
        };
        self.widths = (32..).zip(table).map(|(code, width)| (code, f64::from(*width) * 0.001)).collect();
    }

    /// The widths of a font with many glyphs.
    fn wide(&mut self, file: &File, dict: &Dict) {
        self.default_width = file.get(dict, b"DW").and_then(|width| width.number()).unwrap_or(1000.0) * 0.001;
        let Some(Object::Array(parts)) = file.get(dict, b"W") else { return };
        let mut parts = parts.iter().map(|part| file.resolve(part));
        while let (Some(first), Some(second)) = (parts.next(), parts.next()) {
            let Some(first) = first.count().map(|first| first as u32) else { break };
            match second {
                Object::Array(widths) => {
                    for (glyph, width) in (first..).zip(&widths) {
                        if let Some(width) = file.resolve(width).number() {
                            self.widths.insert(glyph, width * 0.001);
                        }
                    }
                }
                second => {
                    let (Some(last), Some(width)) = (second.count(), parts.next().and_then(|width| width.number()))
                    else {
                        break;
                    };
                    self.ranges.push((first, last as u32, width * 0.001));
                }
            }
        }
        self.ranges.sort_by_key(|(first, _, _)| *first);
    }

    fn width(&self, glyph: u32) -> f64 {
        if let Some(width) = self.widths.get(&glyph) {
            return *width;
        }
        let after = self.ranges.partition_point(|(first, _, _)| *first <= glyph);
        match self.ranges[..after].last() {
            Some((_, last, width)) if glyph <= *last => *width,
            _ => self.default_width,
        }
    }

    /// Calls `show` with each code of a string.
    pub(super) fn each(&self, bytes: &[u8], mut show: impl FnMut(Shown)) {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let (code, length) = match &self.codes {
                Codes::Single => (u32::from(rest[0]), 1),
                Codes::Pairs | Codes::Utf16 => match rest {
                    [high, low, ..] => (u32::from(*high) << 8 | u32::from(*low), 2),
                    _ => (u32::from(rest[0]), 1),
                },
                Codes::Table(table) => table.split(rest),
            };
            at += length.max(1);
            let glyph = match &self.codes {
                Codes::Table(table) => table.glyph(code).unwrap_or(code),
                _ => code,
            };
            show(Shown { letters: self.letters(code), width: self.width(glyph), is_space: length == 1 && code == 32 });
        }
    }

    fn letters(&self, code: u32) -> Option<String> {
        let of_table = self.to_unicode.as_ref().and_then(|table| table.letters(code));
        let letters = match of_table {
            Some(letters) if !letters.is_empty() && !letters.starts_with(['\0', '\u{fffd}']) => letters,
            _ if matches!(self.codes, Codes::Utf16) => char::from_u32(code)?.to_string(),
            _ => self.letters.get(code as usize).cloned().flatten()?,
        };
        // Fonts of pictures, and some of letters, have their codes in the area for private use.
        if let Some(code @ 0xf000..0xf100) = letters.chars().next().map(u32::from) {
            let letter =
                char::from_u32(code - 0xf000).filter(|letter| letter.is_ascii_alphanumeric() && !self.is_signs);
            return Some(letter.unwrap_or('•').to_string());
        }
        if self.is_signs && letters.trim().len() == 1 {
            return Some("•".to_owned());
        }
        Some(letters)
    }
}

fn is_bold(name: &str, file: &File, descriptor: &Dict) -> bool {
    let name = name.to_ascii_lowercase();
    let number = |key: &[u8]| file.get(descriptor, key).and_then(|number| number.number()).unwrap_or(0.0);
    ["bold", "black", "heavy", "demi"].iter().any(|word| name.contains(word))
        || number(b"FontWeight") >= 600.0
        || number(b"Flags") as u32 & (1 << 18) != 0
}
