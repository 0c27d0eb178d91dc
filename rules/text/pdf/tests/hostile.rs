//! Files that are meant to hurt, and files that cannot be read: each ends soon, and says why.

use super::writer::{Part, at, file, page};
use crate::document::Kind;
use crate::observation::Why;
use crate::text::{self, Hints, Verdict};
use miniz_oxide::deflate::compress_to_vec_zlib;
use proptest::prelude::*;

fn why(bytes: &[u8]) -> Why {
    match text::read(bytes, &Hints { kind: Some(Kind::Terms), ..Hints::default() }) {
        Err(error) => error.why,
        Ok(page) => match page.verdict {
            Verdict::Gap { why, .. } => why,
            Verdict::Readable => panic!("read as {:?}", page.document.text),
        },
    }
}

#[test]
fn files_that_are_not_read_say_why() {
    let text = at(50.0, 700.0, 10.0, "We keep nothing.");
    let mut encrypted = page(Part::stream(text.clone()), &[]);
    encrypted.extend(b"trailer << /Encrypt << /Filter /Standard >> >>");
    assert_eq!(why(&encrypted), Why::Unsupported);
    assert_eq!(why(&page(Part::stream("q 100 0 0 100 0 0 cm /X Do Q"), &[])), Why::Empty);
    assert_eq!(why(b"%PDF-1.4\nnothing"), Why::Malformed);
    let mut damaged = compress_to_vec_zlib(text.repeat(50).as_bytes(), 6);
    let middle = damaged.len() / 2;
    damaged.truncate(middle);
    assert_eq!(why(&page(Part("/Filter /FlateDecode".to_owned(), Some(damaged)), &[])), Why::Malformed);
    let unknown = Part::dict("/Type /Font /Subtype /Type0 /Encoding /Identity-H /BaseFont /Q");
    let content = format!("BT /F1 10 Tf <{}> Tj ET", "0041".repeat(200));
    let parts = [
        Part::dict("/Type /Catalog /Pages 2 0 R"),
        Part::dict("/Kids [3 0 R]"),
        Part::dict("/Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >>"),
        Part::stream(content),
        unknown,
    ];
    assert_eq!(why(&file(&parts)), Why::Unsupported);
}

#[test]
fn streams_that_inflate_without_end() {
    // Ten thousand bytes that become ten thousand million, in three layers.
    let mut bomb = vec![b' '; 40 << 20];
    let mut filters = String::new();
    for _ in 0..3 {
        bomb = compress_to_vec_zlib(&bomb, 6);
        filters.push_str("/FlateDecode ");
    }
    assert!(bomb.len() < 10_000);
    assert_eq!(why(&page(Part(format!("/Filter [{filters}]"), Some(bomb)), &[])), Why::Malformed);
    // Many streams, none too big by itself.
    let part = Part::packed(&vec![b' '; 9 << 20]);
    let many: Vec<Part> = vec![part; 14];
    let contents: String = (6..20).map(|number| format!("{number} 0 R ")).collect();
    let bytes = page(Part::stream(""), &many);
    let place = memchr::memmem::find(&bytes, b"/Contents 4 0 R").unwrap();
    let bytes = [&bytes[..place], format!("/Contents [{contents}]").as_bytes(), &bytes[place + 15..]].concat();
    assert_eq!(why(&bytes), Why::Malformed);
}

#[test]
fn forms_within_forms() {
    // Each calls the next a hundred times: a hundred to the power of ten.
    let forms: Vec<Part> = (0..10)
        .map(|depth| {
            let next = 7 + depth;
            let dict = format!("/Subtype /Form /Resources << /XObject << /X {next} 0 R >> >>");
            Part(dict, Some("/X Do ".repeat(100).into_bytes()))
        })
        .collect();
    assert_eq!(why(&page(Part::stream("/X Do"), &forms)), Why::Malformed);
    // One that calls itself is left at some depth.
    let own = Part("/Subtype /Form /Resources << /XObject << /X 6 0 R >> >>".to_owned(), Some(b"/X Do".to_vec()));
    assert_eq!(why(&page(Part::stream("/X Do"), &[own])), Why::Empty);
}

#[test]
fn trees_that_loop_and_nest() {
    let looped = [Part::dict("/Type /Catalog /Pages 2 0 R"), Part::dict("/Kids [2 0 R 2 0 R 1 0 R]")];
    assert_eq!(why(&file(&looped)), Why::Empty);
    let nested = format!("%PDF-1.4\n1 0 obj {} endobj", "[".repeat(200_000));
    assert_eq!(why(nested.as_bytes()), Why::Malformed);
    let unclosed = format!("%PDF-1.4\n{}", "1 0 obj (".repeat(50_000));
    assert_eq!(why(unclosed.as_bytes()), Why::Malformed);
    let streams = format!("%PDF-1.4\n{}", "1 0 obj << >> stream ".repeat(50_000));
    assert_eq!(why(streams.as_bytes()), Why::Malformed);
    let objects: String = (1..400_000).map(|number| format!("{number} 0 obj\n")).collect();
    assert_eq!(why(format!("%PDF-1.4\n{objects}").as_bytes()), Why::Malformed);
    let chain = "%PDF-1.4\n1 0 obj 2 0 R endobj 2 0 obj 1 0 R endobj trailer << /Root 1 0 R >>";
    assert_eq!(why(chain.as_bytes()), Why::Malformed);
}

#[test]
fn numbers_without_sense() {
    for numbers in [
        "1e999 0 0 1 0 0 cm",
        "0 0 0 0 0 0 cm",
        "99999999999999 0 0 99999999999999 0 0 cm",
        "-1 0 0 -1 0 0 cm",
        "1 1 1 1 1 1 cm",
    ] {
        let content = format!("{numbers} {}", at(1e9, -1e9, 1e7, "far away"));
        let _ = text::read(&page(Part::stream(content), &[]), &Hints::default());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn changed_and_cut_files_end(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20), cut in any::<prop::sample::Index>(), is_cut: bool) {
        let mut bytes = page(Part::stream(at(50.0, 700.0, 10.0, "We keep nothing that you do not want us to keep.").repeat(3)), &[]);
        for (index, byte) in changes {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()).max(8));
        }
        let _ = text::read(&bytes, &Hints::default());
    }
}
