use super::*;
use unicode_width::UnicodeWidthStr;

fn row(name: &str, method: &str, light: Light, points: Option<(u32, u32)>, coverage: f64, reason: &str) -> Row {
    let (criterion, reason) = reason.split_once(": ").unzip();
    Row {
        service: name.to_lowercase().replace(' ', "-"),
        name: name.to_owned(),
        method: method.to_owned(),
        light,
        points: points.map(|(low, high)| Points { low, high, max: 270 }),
        coverage,
        criterion: criterion.map(str::to_owned),
        reason: reason.unwrap_or_default().to_owned(),
    }
}

fn rows() -> Vec<Row> {
    let (score, test) = ("priva-score-video", "berlin-short-test");
    vec![
        row(
            "Gatherly",
            test,
            Light::Red,
            None,
            0.9,
            "agreement-own-purposes: The contract allows the provider to use the customer’s data for purposes of its own.",
        ),
        row(
            "Gatherly",
            score,
            Light::Red,
            Some((90, 95)),
            0.98,
            "server-location: The provider says that data go to a third country and offers no region in the EU.",
        ),
        row("Lindenhof Meet", test, Light::Green, None, 1.0, ""),
        row(
            "Lindenhof Meet",
            score,
            Light::Green,
            Some((249, 249)),
            1.0,
            "no-recording-without-consent: Recording needs the host’s consent only.",
        ),
        row("会議 (ended 2025-05-05)", test, Light::Yellow, None, 0.81, "agreement-offered: No agreement is offered."),
        row(
            "会議 (ended 2025-05-05)",
            score,
            Light::Undecided,
            Some((45, 270)),
            0.0,
            "server-location: what the texts say on “Data stay in the EU/EEA”: it was refused (https://kaigi.example/a/very/long/path/that/does/not/end)",
        ),
    ]
}

fn written(width: usize) -> String {
    let mut out = Vec::new();
    table(&rows(), width, &mut out).expect("a vector takes everything");
    let text = anstream::adapter::strip_bytes(&out).into_vec();
    String::from_utf8(text).expect("text")
}

#[test]
fn the_table_as_it_is_seen() {
    for width in [80, 160] {
        let text = written(width);
        assert!(text.lines().all(|line| line.width() <= width), "{text}");
        insta::assert_snapshot!(format!("table-{width}"), text);
    }
}

#[test]
fn the_best_comes_first_and_what_nobody_knows_last() {
    let names: Vec<_> = ranked(&rows(), "priva-score-video").iter().map(|row| row.name.chars().next()).collect();
    assert_eq!(names, [Some('L'), Some('G'), Some('会')]);
}

#[test]
fn documents_and_spreadsheets() {
    insta::assert_snapshot!("markdown", markdown(&rows()));
    insta::assert_snapshot!("csv", csv(&rows()));
}

#[test]
fn no_text_becomes_markup_or_a_formula() {
    assert_eq!(markdown_text("a|b [x](y) <b>"), "a\\|b \\[x\\](y) \\<b\\>");
    assert_eq!(field("=1+1"), "\"'=1+1\"");
    assert_eq!(field(" \t@SUM(A1)"), "\"'  @SUM(A1)\"");
    assert_eq!(field("-2"), "\"'-2\"");
    assert_eq!(field("a \"b\", c"), "\"a \"\"b\"\", c\"");
    assert_eq!(field("plain"), "plain");
}
