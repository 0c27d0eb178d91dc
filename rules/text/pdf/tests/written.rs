//! What is written in a file is read from it, and reads like the same text in HTML.

use super::writer::{Part, Piece, at, file, html, page, pdf};
use crate::claim::State;
use crate::document::{Kind, Role};
use crate::observation::Why;
use crate::reader;
use crate::text::{self, Hints, Page, Verdict};

fn read(bytes: &[u8]) -> Page {
    text::read(bytes, &Hints { kind: Some(Kind::PrivacyPolicy), ..Hints::default() }).unwrap()
}

fn blocks(page: &Page) -> Vec<(Role, &str)> {
    page.document.blocks.iter().map(|block| (block.role, &page.document.text[block.span.clone()])).collect()
}

const POLICY: &[Piece] = &[
    Piece::Heading(1, "Privacy policy"),
    Piece::Paragraph(
        "This policy says what Acme Ltd does with the personal data of those who use its video meetings, and what you can do about it.",
    ),
    Piece::Heading(2, "Who is responsible"),
    Piece::Paragraph(
        "The controller in the sense of the General Data Protection Regulation is Acme Ltd, 5 Main Street, Dublin. You reach us at privacy@acme.example.",
    ),
    Piece::Heading(2, "What we do not do"),
    Piece::Paragraph(
        "We never sell your personal data to anybody. We do not record your meetings unless all participants have given their consent before.",
    ),
    Piece::Heading(2, "How long we keep data"),
    Piece::Paragraph(
        "We delete the records of your meetings thirty days after the end of each meeting, and your account data when you close the account, unless the law wants us to keep them for longer than that.",
    ),
    Piece::Heading(2, "Your rights"),
    Piece::Paragraph("You have the right to:"),
    Piece::Item(
        "obtain access to the personal data that we hold about you and a copy of them in a format that other programs can read;",
    ),
    Piece::Item("the erasure of your personal data;"),
    Piece::Item("the rectification of data that are wrong;"),
    Piece::Item("lodge a complaint with a supervisory authority."),
    Piece::Paragraph("Write to us whenever you like. We answer within a month."),
    Piece::Heading(2, "Where data are"),
    Piece::Paragraph(
        "All data are stored on servers in Germany. We transfer personal data to the United States only on the basis of the standard contractual clauses of the European Commission.",
    ),
    Piece::Paragraph(
        "Our lawful basis for running the service is the performance of the contract with you (Article 6(1)(b) GDPR).",
    ),
    Piece::Heading(2, "Changes"),
    Piece::Paragraph(
        "When this policy changes we tell you by mail before the new one applies, and keep the old ones on this page.",
    ),
];

#[test]
fn the_same_claims_as_html() {
    let page = read(html(POLICY).as_bytes());
    let of_html = reader::read(&page.document, Some(Kind::PrivacyPolicy));
    let found = of_html.iter().filter(|reading| reading.state != State::Absent).count();
    assert!(found > 8, "a policy of which little is read shows little: {found}");
    for tagged in [true, false] {
        let printed = read(&pdf(POLICY, tagged));
        assert_eq!(blocks(&printed), blocks(&page), "tagged: {tagged}");
        let of_pdf = reader::read(&printed.document, Some(Kind::PrivacyPolicy));
        assert_eq!(of_pdf, of_html, "tagged: {tagged}");
        assert_eq!(printed.document.language, page.document.language);
    }
}

#[test]
fn two_columns_row_by_row() {
    let left = [
        "This is the left of two columns and its",
        "lines are read one after the other, down",
        "to the end of the column, before any of",
        "the other one is read. We put enough of",
        "them here for everybody to see that this",
        "is prose and not a table with two cells",
        "in each of its rows, which would be read",
        "across, and then it ends.",
    ];
    let right = [
        "Here the right column begins, and while",
        "the file puts its lines down next to the",
        "left ones, nobody would read them so. A",
        "reader that did would find sentences of",
        "no sense at all, and would cite them to",
        "the reader of a report, who would not be",
        "amused by this. So we end this column as",
        "well, at the same height.",
    ];
    let mut content = String::new();
    for (index, (left, right)) in left.iter().zip(&right).enumerate() {
        let y = 700.0 - 13.0 * index as f64;
        content.push_str(&at(60.0, y, 10.0, left));
        content.push_str(&at(320.0, y, 10.0, right));
    }
    let page = read(&page(Part::packed(content.as_bytes()), &[]));
    let expected = format!("{} {}", left.join(" "), right.join(" "));
    assert_eq!(page.document.text.replace('\n', " "), expected);
}

#[test]
fn tables_addresses_contents() {
    let mut content = at(60.0, 740.0, 10.0, "Your rights ................. 7");
    for (index, (purpose, basis)) in
        [("Purpose", "Legal basis"), ("run the service", "contract"), ("newsletter", "consent")].iter().enumerate()
    {
        let y = 700.0 - 20.0 * index as f64;
        content.push_str(&at(60.0, y, 10.0, purpose));
        content.push_str(&at(260.0, y, 10.0, basis));
    }
    for (index, line) in [
        "Acme Ltd is the controller of all this in the sense of the law, and you can",
        "write to",
        "Acme Ltd",
        "5 Main Street",
        "Dublin",
    ]
    .iter()
    .enumerate()
    {
        content.push_str(&at(60.0, 600.0 - 12.0 * index as f64, 10.0, line));
    }
    let page = read(&page(Part::packed(content.as_bytes()), &[]));
    assert_eq!(
        blocks(&page)[1..],
        [
            (Role::Row, "Purpose\tLegal basis"),
            (Role::Row, "run the service\tcontract"),
            (Role::Row, "newsletter\tconsent"),
            (
                Role::Paragraph,
                "Acme Ltd is the controller of all this in the sense of the law, and you can write to\nAcme Ltd\n5 Main Street\nDublin"
            ),
        ]
    );
    assert_eq!(page.document.blocks[0].region, crate::document::Region::Navigation);
}

#[test]
fn fonts_that_say_what_their_codes_are() {
    let table = "1 begincodespacerange <0000> <ffff> endcodespacerange 2 beginbfchar <0001> <fb01> <0002> <006e> endbfchar 1 beginbfrange <0010> <0012> <0061> endbfrange";
    let wide = "/Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 7 0 R /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /DW 500 /W [1 [600 500]] >>]";
    let parts = [
        Part::dict("/Type /Catalog /Pages 2 0 R"),
        Part::dict("/Kids [3 0 R]"),
        Part::dict("/Type /Page /Contents [4 0 R] /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >>"),
        Part::stream("BT /F1 10 Tf 50 700 Td <000100020010> Tj /F2 10 Tf [(A) 50 (\\001)-400(\\002b)] TJ ET"),
        Part::dict(wide),
        Part::dict(
            "/Type /Font /Subtype /Type1 /BaseFont /Y /FirstChar 0 /Widths [500 500 500] /Encoding << /Differences [1 /eacute /f_i 65 /Euro] >>",
        ),
        Part::packed(table.as_bytes()),
    ];
    assert_eq!(read(&file(&parts)).document.text, "fina€é fib");
}

#[test]
fn objects_in_streams() {
    let content = at(60.0, 700.0, 10.0, "All data are stored in Germany.");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Kids [3 0 R] >>",
        "<< /Type /Page /Contents 7 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /TrueType /BaseFont /Arial >> >> >> >>",
    ];
    let mut offset = 0;
    let mut head = String::new();
    for (index, object) in objects.iter().enumerate() {
        head.push_str(&format!("{} {offset} ", index + 1));
        offset += object.len() + 1;
    }
    let pack = Part::packed(format!("{head}{}", objects.join(" ")).as_bytes());
    let mut bytes = b"%PDF-1.5\n".to_vec();
    for (number, part) in [
        (6, Part(format!("/Type /ObjStm /N 3 /First {} {}", head.len(), pack.0), pack.1)),
        (7, Part::packed(content.as_bytes())),
        (8, Part("/Type /XRef /Root 1 0 R".to_owned(), Some(vec![0; 8]))),
    ] {
        let stream = part.1.unwrap();
        bytes.extend(format!("{number} 0 obj << {} /Length {} >> stream\r\n", part.0, stream.len()).bytes());
        bytes.extend(stream);
        bytes.extend(b"\r\nendstream endobj\n");
    }
    assert_eq!(read(&bytes).document.text, "All data are stored in Germany.");
}

#[test]
fn what_is_marked_as_no_text_is_left_out() {
    let content = format!(
        "/Artifact BMC {} EMC /Span << /ActualText (Vertr\\344ge) >> BDC {} EMC",
        at(50.0, 30.0, 9.0, "7 of 9"),
        at(50.0, 700.0, 10.0, "Vertr ge")
    );
    assert_eq!(read(&page(Part::stream(content), &[])).document.text, "Verträge");
}

#[test]
fn a_narrow_cell_ends_with_its_page() {
    let left = "We give your data to those who are named beside this column and to nobody else at all.";
    let narrow = ["- partners who help", "us to build the", "rooms and to make", "them better for"];
    let mut first = at(60.0, 760.0, 10.0, left);
    for (number, line) in (0_u8..).zip(narrow) {
        first.push_str(&at(480.0, 110.0 - 12.0 * f64::from(number), 10.0, line));
    }
    let second = at(60.0, 760.0, 10.0, "Technical data that our servers write down, such as:");
    let leaf = |content: u8| {
        Part::dict(format!(
            "/Type /Page /MediaBox [0 0 600 800] /Contents {content} 0 R /Resources << /Font << /F1 7 0 R >> >>"
        ))
    };
    let bytes = file(&[
        Part::dict("/Type /Catalog /Pages 2 0 R"),
        Part::dict("/Type /Pages /Kids [3 0 R 4 0 R] /Count 2"),
        leaf(5),
        leaf(6),
        Part::stream(first),
        Part::stream(second),
        Part::dict("/Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding"),
    ]);
    let page = read(&bytes);
    let text = &page.document.text;
    assert!(text.contains("better for") && text.contains("Technical data"), "{text}");
    assert!(blocks(&page).iter().all(|(_, text)| !text.contains("better for Technical")), "{:?}", blocks(&page));
}

#[test]
fn letters_that_nobody_sees() {
    let seen = at(60.0, 700.0, 10.0, "We keep your name for a year.");
    let unseen = at(60.0, 600.0, 10.0, "All data are stored in Germany.");
    let off = "/OCProperties << /OCGs [8 0 R 9 0 R 10 0 R] /D << /OFF [8 0 R] /AS [<< /Event /View /Category [/View] /OCGs \
               [9 0 R] >>] >> >>";
    let picture = "/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8";
    let form = "/Subtype /Form /Resources << /Font << /F1 5 0 R >> >>";
    for (content, is_read) in [
        (format!("{seen}{unseen}"), true),
        (format!("{seen}{}", unseen.replace("60 600", "60 -600")), false),
        (format!("{seen}1 g {unseen}"), false),
        (format!("{seen}q 0 0 0 0 k {unseen} Q"), false),
        (format!("{seen}0 0 1 rg 50 580 400 40 re f 0 0 1 rg {unseen}"), false),
        (format!("{seen}0 0 1 rg 50 580 400 40 re f 1 g {unseen}"), true),
        (format!("{seen}0 g 50 580 m 450 580 l 450 620 l 50 620 l f 1 g {unseen}"), true),
        (format!("{seen}q 0 0 10 10 re W n {unseen} Q"), false),
        (format!("{seen}q 0 0 600 800 re W n {unseen} Q"), true),
        (format!("{seen}{unseen} 0.9 g 50 580 400 40 re f"), false),
        (format!("{seen}0.9 g 50 580 400 40 re f 0 g {unseen}"), true),
        (format!("{seen}/OC /L1 BDC {unseen} EMC"), false),
        (format!("{seen}3 Tr {unseen}"), false),
        (format!("{seen}{unseen} 0 g 55 603 300 0.7 re f"), false),
        (format!("{seen}{unseen} 0 g 55 598 300 0.7 re f"), true),
        (format!("{seen}{unseen} 0.7 w 55 603 m 355 603 l S"), false),
        (format!("{seen}/G1 gs {unseen}"), false),
        // A box drawn by its sides; a triangle.
        (format!("{seen}{unseen} 1 g 50 580 m 450 580 l 450 620 l 50 620 l h f*"), false),
        (format!("{seen}{unseen} 0.9 g 50 580 m 450 580 l 450 620 l h f"), true),
        // Inks, tables and other spaces of colours; outlines.
        (format!("{seen}/Ink cs 0 scn {unseen}"), false),
        (format!("{seen}/Ink cs 1 scn {unseen}"), true),
        (format!("{seen}/Table cs 1 sc {unseen}"), false),
        (format!("{seen}/Table cs 0 sc {unseen}"), true),
        (format!("{seen}/Light cs 100 0 0 sc {unseen}"), false),
        (format!("{seen}1 Tr 1 G {unseen}"), false),
        (format!("{seen}1 Tr 1 g {unseen}"), true),
        (format!("{seen}2 Tr 1 g 1 1 1 RG {unseen}"), false),
        (format!("{seen}2 Tr 1 g {unseen}"), true),
        // Too small, too narrow.
        (format!("{seen}q 0.01 0 0 0.01 60 600 cm {} Q", at(0.0, 0.0, 10.0, "All data are stored in Germany.")), false),
        (format!("{seen}1 Tz {unseen}"), false),
        (format!("{seen}60 Tz {unseen}"), true),
        // Pictures over it, and such that are seen through; what a form is cut to.
        (format!("{seen}{unseen}q 500 0 0 60 50 580 cm /Full Do Q"), false),
        (format!("{seen}{unseen}q 500 0 0 60 50 580 cm /Open Do Q"), true),
        (format!("{seen}q 500 0 0 60 50 580 cm /Full Do Q {unseen}"), true),
        (format!("{seen}/Cut Do"), false),
        (format!("{seen}/Whole Do"), true),
        // Layers by rule and by use.
        (format!("{seen}/OC /L2 BDC {unseen} EMC"), false),
        (format!("{seen}/OC /L3 BDC {unseen} EMC"), false),
        (format!("{seen}/OC /L4 BDC {unseen} EMC"), true),
        // A text in the place of one letter.
        (
            format!(
                "{seen}/Span << /ActualText (All data are stored in Germany.) >> BDC {} EMC",
                at(60.0, 600.0, 10.0, "x")
            ),
            false,
        ),
    ] {
        let bytes = file(&[
            Part::dict(format!("/Type /Catalog /Pages 2 0 R {off}")),
            Part::dict("/Type /Pages /Kids [3 0 R] /Count 1"),
            Part::dict(
                "/Type /Page /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> \
                 /Properties << /L1 8 0 R /L2 << /VE [/Not 10 0 R] >> /L3 9 0 R /L4 << /VE [/Or 8 0 R 10 0 R] >> >> \
                 /XObject << /Full 11 0 R /Open 12 0 R /Cut 13 0 R /Whole 14 0 R >> /ColorSpace << /Ink [/Separation /Blue \
                 /DeviceCMYK 6 0 R] /Table [/Indexed /DeviceRGB 1 <000000ffffff>] /Light [/Lab << >>] >> /ExtGState << /G1 << /ca 0 >> >> >>",
            ),
            Part::stream(content.clone()),
            Part::dict("/Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding"),
            Part::dict(""),
            Part::dict(""),
            Part::dict("/Type /OCG /Name (No)"),
            Part::dict("/Type /OCG /Name (Use) /Usage << /View << /ViewState /OFF >> >>"),
            Part::dict("/Type /OCG /Name (Yes)"),
            Part(picture.to_owned(), Some(vec![0])),
            Part(format!("{picture} /SMask 11 0 R"), Some(vec![0])),
            Part(format!("{form} /BBox [0 0 50 50]"), Some(unseen.clone().into_bytes())),
            Part(format!("{form} /BBox [0 0 600 800]"), Some(unseen.clone().into_bytes())),
        ]);
        let text = read(&bytes).document.text;
        assert!(text.contains("your name"), "{content}: {text}");
        assert_eq!(text.contains("Germany"), is_read, "{content}: {text}");
    }
}

#[test]
fn a_page_is_cut_to_what_it_inherits() {
    let content = format!("{}{}", at(60.0, 700.0, 10.0, "We keep your name."), at(60.0, 600.0, 10.0, "In Germany."));
    for (above, own, is_read) in [
        ("/CropBox [0 650 600 800]", "/MediaBox [0 0 600 800]", false),
        ("/MediaBox [0 0 600 800]", "/CropBox [0 650 600 2000]", false),
        ("/CropBox [0 650 600 800] /MediaBox [0 0 600 800]", "/CropBox [0 0 600 800]", true),
        // Corners in another order, and a cut that leaves nothing.
        ("/MediaBox [600 800 0 0]", "/CropBox [600 800 0 0]", true),
        ("/MediaBox [0 0 600 800]", "/CropBox [900 900 950 950]", true),
    ] {
        let bytes = file(&[
            Part::dict("/Type /Catalog /Pages 2 0 R"),
            Part::dict(format!("/Type /Pages /Kids [3 0 R] /Count 1 {above}")),
            Part::dict(format!("/Type /Page {own} /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >>")),
            Part::stream(content.clone()),
            Part::dict("/Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding"),
        ]);
        let text = read(&bytes).document.text;
        assert!(text.contains("your name"), "{above} {own}: {text}");
        assert_eq!(text.contains("Germany"), is_read, "{above} {own}: {text}");
    }
}

#[test]
fn a_scan_whose_text_a_program_recognised_is_a_gap() {
    let lines: String =
        (0..8).map(|row| at(60.0, 700.0 - 14.0 * f64::from(row), 10.0, "We never sell your personal data.")).collect();
    let picture = Part(
        "/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8".to_owned(),
        Some(vec![0]),
    );
    let verdict = |place: &str| {
        let content = format!("q {place} cm /X Do Q 3 Tr {lines}");
        text::read(&page(Part::stream(content), std::slice::from_ref(&picture)), &Hints::default()).unwrap().verdict
    };
    let recognised = verdict("600 0 0 800 0 0");
    assert!(
        matches!(&recognised, Verdict::Gap { why: Why::Unsupported, detail } if detail.contains("recognised")),
        "{recognised:?}"
    );
    // A small picture is no scan: what nobody sees is not read.
    let hidden = verdict("60 0 0 80 0 0");
    assert!(matches!(&hidden, Verdict::Gap { why: Why::Empty, .. }), "{hidden:?}");
}
