//! A small writer of PDF files, for tests only: lines of text in Helvetica, as many pages as it takes.

use super::super::glyphs::SANS;
use miniz_oxide::deflate::compress_to_vec_zlib;

/// An object: a dictionary, and the bytes of a stream.
#[derive(Clone, Debug)]
pub(super) struct Part(pub(super) String, pub(super) Option<Vec<u8>>);

impl Part {
    pub(super) fn dict(dict: impl Into<String>) -> Self {
        Self(dict.into(), None)
    }

    pub(super) fn stream(bytes: impl Into<Vec<u8>>) -> Self {
        Self(String::new(), Some(bytes.into()))
    }

    pub(super) fn packed(bytes: &[u8]) -> Self {
        Self("/Filter /FlateDecode".to_owned(), Some(compress_to_vec_zlib(bytes, 6)))
    }
}

/// A file of some objects, the first of which is number 1 and the catalog.
pub(super) fn file(parts: &[Part]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    for (index, part) in parts.iter().enumerate() {
        bytes.extend(format!("{} 0 obj\n", index + 1).bytes());
        match &part.1 {
            None => bytes.extend(format!("<< {} >>", part.0).bytes()),
            Some(stream) => {
                bytes.extend(format!("<< {} /Length {} >>\nstream\n", part.0, stream.len()).bytes());
                bytes.extend(stream);
                bytes.extend(b"\nendstream");
            }
        }
        bytes.extend(b"\nendobj\n");
    }
    bytes.extend(b"trailer\n<< /Root 1 0 R >>\n%%EOF\n");
    bytes
}

/// A file of one page with this content; its font is `F1`, further objects begin with number 6.
pub(super) fn page(content: Part, more: &[Part]) -> Vec<u8> {
    let mut parts = vec![
        Part::dict("/Type /Catalog /Pages 2 0 R"),
        Part::dict("/Type /Pages /Kids [3 0 R] /Count 1"),
        Part::dict(
            "/Type /Page /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >>",
        ),
        content,
        Part::dict("/Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding"),
    ];
    parts.extend_from_slice(more);
    file(&parts)
}

/// One line at a place.
pub(super) fn at(x: f64, y: f64, size: f64, text: &str) -> String {
    format!("BT /F1 {size} Tf {x} {y} Td ({}) Tj ET\n", escaped(text))
}

fn escaped(text: &str) -> String {
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let mut out = String::new();
    for byte in bytes.iter() {
        match byte {
            b'(' | b')' | b'\\' => out.push_str(&format!("\\{}", *byte as char)),
            0x20..0x7f => out.push(*byte as char),
            _ => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out
}

pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|letter| f64::from(*SANS.get((letter as usize).wrapping_sub(32)).unwrap_or(&556))).sum::<f64>()
        * size
        / 1000.0
}

/// What a document is made of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece {
    Heading(u8, &'static str),
    Paragraph(&'static str),
    Item(&'static str),
}

/// The same as HTML.
pub(super) fn html(pieces: &[Piece]) -> String {
    let mut out = String::from("<!doctype html><html lang=en><body><main>");
    let mut open = false;
    for piece in pieces {
        let is_item = matches!(piece, Piece::Item(_));
        if open != is_item {
            out.push_str(if is_item { "<ul>" } else { "</ul>" });
            open = is_item;
        }
        match piece {
            Piece::Heading(level, text) => out.push_str(&format!("<h{level}>{text}</h{level}>")),
            Piece::Paragraph(text) => out.push_str(&format!("<p>{text}</p>")),
            Piece::Item(text) => out.push_str(&format!("<li>{text}</li>")),
        }
    }
    out
}

/// The same as PDF, wrapped at a width, with a running head and page numbers; `tagged` instead of with bullets.
pub(super) fn pdf(pieces: &[Piece], tagged: bool) -> Vec<u8> {
    let mut pages: Vec<(String, Vec<(u32, u32)>)> = Vec::new();
    let mut y = 0.0;
    let mut place = |page: &mut Vec<(String, Vec<(u32, u32)>)>, drop: f64| {
        y -= drop;
        if page.is_empty() || y < 500.0 {
            let number = page.len() + 1;
            page.push((
                format!(
                    "{}{}",
                    at(60.0, 770.0, 8.0, "Acme Ltd - all about privacy"),
                    at(290.0, 30.0, 8.0, &format!("Page {number}"))
                ),
                vec![],
            ));
            y = 730.0;
        }
        y
    };
    for (number, piece) in (0_u32..).zip(pieces) {
        let (text, size, x, before, tag) = match piece {
            Piece::Heading(level, text) => (*text, 22.0 - 3.0 * f64::from(*level), 60.0, 14.0, format!("H{level}")),
            Piece::Paragraph(text) => (*text, 10.0, 60.0, 8.0, "P".to_owned()),
            Piece::Item(text) => (*text, 10.0, 80.0, 2.0, "LI".to_owned()),
        };
        for (index, line) in wrap(text, size, 380.0).iter().enumerate() {
            let y = place(&mut pages, size * 1.3 + if index == 0 { before } else { 0.0 });
            let (content, marks) = pages.last_mut().unwrap();
            if tagged {
                let mark = marks.len() as u32;
                marks.push((number, mark));
                content.push_str(&format!("/{tag} << /MCID {mark} >> BDC\n{}EMC\n", at(x, y, size, line)));
            } else {
                if index == 0 && matches!(piece, Piece::Item(_)) {
                    content.push_str(&at(66.0, y, size, "•"));
                }
                content.push_str(&at(x, y, size, line));
            }
        }
    }
    assemble(pieces, &pages, tagged)
}

fn assemble(pieces: &[Piece], pages: &[(String, Vec<(u32, u32)>)], tagged: bool) -> Vec<u8> {
    let page = |index: usize| 5 + 2 * index;
    let kids: String = (0..pages.len()).map(|index| format!("{} 0 R ", page(index))).collect();
    let mut parts = vec![
        Part::dict(format!(
            "/Type /Catalog /Pages 2 0 R /Lang (en) {}",
            if tagged { "/StructTreeRoot 4 0 R" } else { "" }
        )),
        Part::dict(format!("/Type /Pages /Kids [{kids}]")),
        Part::dict("/Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding"),
        Part::dict(String::new()),
    ];
    for (index, (content, _)) in pages.iter().enumerate() {
        parts.push(Part::dict(format!(
            "/Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {} 0 R /Resources << /Font << /F1 3 0 R >> >>",
            page(index) + 1
        )));
        parts.push(Part::packed(content.as_bytes()));
    }
    let mut tree = String::new();
    let mut open = false;
    for (number, piece) in (0_u32..).zip(pieces) {
        let is_item = matches!(piece, Piece::Item(_));
        if open != is_item {
            tree.push_str(if is_item { "<< /S /L /K [" } else { "] >>" });
            open = is_item;
        }
        let role = match piece {
            Piece::Heading(level, _) => format!("H{level}"),
            Piece::Paragraph(_) => "Body".to_owned(),
            Piece::Item(_) => "LI".to_owned(),
        };
        tree.push_str(&format!("<< /S /{role} /K ["));
        for (index, (_, marks)) in pages.iter().enumerate() {
            for (_, mark) in marks.iter().filter(|(of, _)| *of == number) {
                tree.push_str(&format!("<< /Type /MCR /Pg {} 0 R /MCID {mark} >>", page(index)));
            }
        }
        tree.push_str("] >>");
    }
    if open {
        tree.push_str("] >>");
    }
    parts[3] = Part::dict(format!("/Type /StructTreeRoot /RoleMap << /Body /P >> /K [{tree}]"));
    file(&parts)
}

fn wrap(text: &str, size: f64, most: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size) <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
