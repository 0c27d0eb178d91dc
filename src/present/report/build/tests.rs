//! Reports of made-up audits: what stands in them, and what a hostile provider cannot do to them.

use super::*;
use crate::present::report::html::{Look, html, index, service_page};
use crate::present::report::{atom, badge, csv, markdown, site};
use jiff::Timestamp;
use probity_rules::facts::{Attested, Gap};
use probity_rules::judge::{Basis, Contradiction, Side};
use probity_rules::observation::Why;
use probity_rules::rating::{Applied, Database, SCHEMA, Tool};
use probity_rules::score::{Points, Settle};
use probity_rules::sentence::Sentence;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn rules() -> Rules {
    Rules::embedded().expect("rules")
}

fn cite(url: &str, quote: &str, span: Option<[usize; 2]>) -> Citation {
    Citation {
        record: format!("sha256:{:064x}", quote.len()),
        url: url.to_owned(),
        captured: at("2026-03-01T10:00:00Z"),
        quote: quote.to_owned(),
        span,
    }
}

fn rated(criterion: &str, grade: Grade, because: &str) -> Rated {
    Rated {
        criterion: criterion.to_owned(),
        revision: 1,
        grade,
        between: Vec::new(),
        basis: if grade == Grade::Inconclusive { Basis::None } else { Basis::Stated },
        weight: 2,
        because: because.to_owned(),
        because_de: format!("{because} (deutsch)"),
        citations: Vec::new(),
        elsewhere: Vec::new(),
        searched: None,
        attested: Vec::new(),
        missing: Vec::new(),
        missing_de: Vec::new(),
        contradicted: Vec::new(),
        decided: None,
    }
}

fn audit(services: Vec<Audited>, ratings: Vec<Kept>) -> Audit {
    Audit {
        schema: SCHEMA.to_owned(),
        as_of: at("2026-03-01T12:00:00Z"),
        tool: Tool { name: "probity".to_owned(), version: "0.1.0".to_owned(), rules: "0123456789ab".to_owned() },
        law: Applied {
            state: "2026-01-01".parse().expect("a day"),
            day: "2026-03-01".parse().expect("a day"),
            eea: vec!["DE".to_owned(), "FR".to_owned()],
            adequate: vec!["CH".to_owned()],
            registered: vec!["US".to_owned()],
        },
        geoip: vec![Database {
            name: "A <Lite> base".to_owned(),
            date: "2026-02-01".parse().expect("a day"),
            stale: true,
            attribution: Some("A & B".to_owned()),
        }],
        ratings,
        services,
    }
}

fn service(id: &str, name: &str) -> Audited {
    Audited {
        service: id.to_owned(),
        name: name.to_owned(),
        category: "video-conferencing".to_owned(),
        discontinued: None,
        gaps: Vec::new(),
        contradictions: Vec::new(),
    }
}

fn rating(service: &str, method: &str, light: Light, points: [u32; 3], findings: Vec<Rated>) -> Kept {
    Kept {
        service: service.to_owned(),
        method: method.to_owned(),
        light,
        points: Points { low: points[0], high: points[1], max: points[2] },
        coverage: 0.8,
        settle: None,
        note: None,
        findings,
        gaps: Vec::new(),
        contradictions: Vec::new(),
    }
}

/// Three services, two methods, with everything that a report can hold.
pub(crate) fn sample() -> Source {
    let policy = "https://meet.example/privacy";
    let mut poor = rated("agreement-own-purposes", Grade::Poor, "The contract allows purposes of its own.");
    poor.citations =
        (0..5).map(|n| cite(policy, &format!("We use your data for purpose {n}."), Some([n, n + 30]))).collect();
    let mut open = rated("exports", Grade::Inconclusive, "What is missing: the list of sub-processors.");
    open.between = vec![Grade::Good, Grade::Partial];
    open.missing = vec!["the list of sub-processors".to_owned()];
    open.missing_de = vec!["die Liste der Unterauftragsverarbeiter".to_owned()];
    let mut good = rated("transport-encryption", Grade::Good, "Transport is encrypted.");
    good.basis = Basis::Attested;
    good.attested = vec![Attested {
        stated: true,
        absent: false,
        text: None,
        by: "A. Auditor".to_owned(),
        date: "2026-02-02".parse().expect("a day"),
        source: Some("https://meet.example/paper.pdf".to_owned()),
        note: Some("seen in a test call".to_owned()),
        expires: Some("2027-02-02".parse().expect("a day")),
    }];
    let mut located = rated("server-location", Grade::Partial, "Some servers are elsewhere.");
    located.basis = Basis::Measured;
    located.citations = vec![cite(
        "dns:meet.example",
        "meet.example.\t60\tIN\tA\t192.0.2.1\nmeet.example.\t60\tIN\tA\t192.0.2.2",
        None,
    )];
    let mut silent = rated("open-source", Grade::Poor, "No source code was found.");
    silent.searched = Some(Searched {
        places: vec![policy.to_owned()],
        kinds: Vec::new(),
        languages: vec!["en".to_owned()],
        words: 12_345,
        revision: 1,
        mentions: Vec::new(),
    });
    let mut meet = service("meet", "Meet");
    meet.gaps = vec![Gap {
        probe: "documents".to_owned(),
        target: "https://meet.example/dpa".to_owned(),
        why: Why::Refused,
        detail: "status 403".to_owned(),
    }];
    meet.contradictions = vec![Contradiction {
        id: "eu-only-but-abroad".to_owned(),
        says: Sentence::new("It says one thing and does another.", "Es sagt das eine und tut das andere."),
        sides: vec![
            Side {
                what: "stated".to_owned(),
                what_de: String::new(),
                basis: Basis::Stated,
                citations: vec![cite(policy, "Only in the EU.", Some([0, 15]))],
            },
            Side {
                what: "measured".to_owned(),
                what_de: String::new(),
                basis: Basis::Measured,
                citations: located.citations.clone(),
            },
        ],
        criteria: vec!["server-location".to_owned()],
        unsettles: true,
    }];
    let mut open_rating = rating("meet", "priva-score-video", Light::Undecided, [90, 210, 270], vec![located, silent]);
    open_rating.settle = Some(Settle { criterion: "server-location".to_owned(), alone: true, points: 50 });
    let ratings = vec![
        rating("meet", "berlin-short-test", Light::Red, [4, 8, 20], vec![good, open, poor]),
        open_rating,
        rating("talk", "priva-score-video", Light::Green, [230, 230, 270], Vec::new()),
        rating("plain", "priva-score-video", Light::Green, [230, 230, 270], Vec::new()),
    ];
    let mut ended = service("talk", "Talk");
    ended.discontinued = Some("2026-01-31".parse().expect("a day"));
    Source {
        audit: audit(vec![meet, service("plain", "Plain"), ended], ratings),
        name: "20260301T120000Z".to_owned(),
        archived: true,
        states: BTreeMap::from([(("talk".to_owned(), "priva-score-video".to_owned()), Status::Confirmed)]),
    }
}

/// What somebody would put into texts, names and addresses to get at who reads the report.
const ATTACK: &str =
    "\"><script>alert(1)</script><img src=x onerror=alert(2)>'</style></title>{{7*7}}\u{202e}\u{0}\u{1b}[31m";

/// An audit of a provider that attacks its auditors.
pub(crate) fn hostile() -> Source {
    let long = format!("{}{}", ATTACK, "n".repeat(300));
    let mut poor = rated("agreement-own-purposes", Grade::Poor, ATTACK);
    poor.citations = vec![
        cite("javascript:alert(3)", ATTACK, Some([0, 3])),
        cite(&format!("https://evil.example/{ATTACK}"), &"tables ".repeat(1_500_000), Some([0, 10_500_000])),
        cite("dns:evil.example", &format!("=HYPERLINK(\"x\")\n{ATTACK}"), None),
    ];
    poor.searched = Some(Searched {
        places: vec![ATTACK.to_owned(); 40],
        kinds: Vec::new(),
        languages: vec![ATTACK.to_owned()],
        words: u64::MAX,
        revision: 1,
        mentions: Vec::new(),
    });
    poor.attested = vec![Attested {
        stated: false,
        absent: false,
        text: None,
        by: ATTACK.to_owned(),
        date: "2026-02-02".parse().expect("a day"),
        source: Some(format!("javascript:{ATTACK}")),
        note: Some(ATTACK.to_owned()),
        expires: None,
    }];
    let mut unknown = rated("no-such-criterion", Grade::Inconclusive, "=1+1");
    unknown.missing = vec![ATTACK.to_owned()];
    let mut evil = service("evil", &long);
    evil.category = ATTACK.to_owned();
    evil.gaps = (0..3_000)
        .map(|n| Gap {
            probe: "documents".to_owned(),
            target: format!("{ATTACK}{n}"),
            why: Why::Malformed,
            detail: ATTACK.to_owned(),
        })
        .collect();
    evil.contradictions = vec![Contradiction {
        id: ATTACK.to_owned(),
        says: Sentence::new(ATTACK, ATTACK),
        sides: vec![Side {
            what: ATTACK.to_owned(),
            what_de: ATTACK.to_owned(),
            basis: Basis::Stated,
            citations: poor.citations.clone(),
        }],
        criteria: vec![ATTACK.to_owned()],
        unsettles: true,
    }];
    let ratings = vec![
        rating("evil", "berlin-short-test", Light::Red, [u32::MAX, 0, 0], vec![poor, unknown]),
        rating("evil", "no-such-method", Light::Undecided, [0, u32::MAX, 1], Vec::new()),
    ];
    Source { audit: audit(vec![evil], ratings), name: ATTACK.to_owned(), archived: true, states: BTreeMap::new() }
}

/// Holds HTML against the tags and attributes that our templates have.
fn harmless(page: &str) {
    assert!(!page.contains('\u{202e}') && !page.contains('\u{0}') && !page.contains('\u{1b}'), "strange letters");
    let body = page.split("</style>").collect::<Vec<_>>();
    assert_eq!(body.len(), 2, "one style sheet");
    for tag in page.split('<').skip(1) {
        let name: String = tag.chars().take_while(|letter| letter.is_ascii_alphanumeric()).collect();
        assert!(
            !["script", "img", "iframe", "object", "embed", "form", "base", "foreignObject"].contains(&name.as_str()),
            "<{tag:.80}"
        );
        let inside = tag.split('>').next().unwrap_or_default();
        for attribute in [" on", " style=", "javascript:", " src="] {
            let quoted = inside.split('"').step_by(2).collect::<String>();
            assert!(!quoted.contains(attribute), "<{inside:.200}");
        }
        for (_, address) in inside.match_indices("href=\"").map(|(place, found)| (found, &inside[place + 6..])) {
            let safe = ["#", "https://", "http://", "services/", "../", "feed.xml", "findings.csv", "evil", "meet"];
            assert!(safe.iter().any(|start| address.starts_with(start)), "<{inside:.200}");
        }
    }
}

#[test]
fn nothing_of_a_hostile_provider_becomes_markup() {
    let rules = rules();
    let look = Look::new();
    for lang in [Lang::En, Lang::De] {
        let report = build(&[hostile(), sample()], &rules, &Contexts::new(), lang);
        harmless(&html(&report, &look).expect("a page"));
        harmless(&index(&report, &look).expect("a page"));
        harmless(&service_page(&build(&[hostile()], &rules, &Contexts::new(), lang), &look).expect("a page"));
        let written = markdown::markdown(&report);
        let bare = written.replace("\\<", "");
        assert!(!bare.contains("<script") && !bare.contains("<img") && !written.contains('\u{202e}'), "Markdown");
        assert!(!badge::badge(&report.services[0].name, Light::Red, lang).contains("<script"));
    }
}

#[test]
fn ten_megabytes_are_bounded() {
    let report = build(&[hostile()], &rules(), &Contexts::new(), Lang::En);
    let page = html(&report, &Look::new()).expect("a page");
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
    assert!(report.services[0].gaps.len() <= GAPS + 1);
    assert!(report.services[0].name.chars().count() <= text::NAME + 1);
    assert!(csv::csv(&[hostile()], &rules(), Lang::En).len() < 100_000);
}

#[test]
fn no_cell_begins_a_formula() {
    let made = csv::csv(&[hostile(), sample()], &rules(), Lang::En);
    let mut rows = 0;
    let (mut field, mut quoted) = (String::new(), false);
    let mut fields = vec![Vec::new()];
    for letter in made.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => fields[rows].push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                fields[rows].push(std::mem::take(&mut field));
                fields.push(Vec::new());
                rows += 1;
            }
            '\r' => {}
            letter => field.push(letter),
        }
    }
    for row in &fields[..rows] {
        assert_eq!(row.len(), csv::COLUMNS.len(), "{row:?}");
        for cell in row {
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
    assert_eq!(rows, 1 + 2 + 5);
}

#[test]
fn the_same_audits_give_the_same_bytes() {
    let rules = rules();
    let once = || {
        let report = build(&[sample()], &rules, &Contexts::new(), Lang::De);
        let page = html(&report, &Look::new()).expect("a page");
        (page, markdown::markdown(&report), csv::csv(&[sample()], &rules, Lang::De))
    };
    assert_eq!(once(), once());
}

#[test]
fn a_report_in_words() {
    let report = build(&[sample()], &rules(), &Contexts::new(), Lang::En);
    insta::assert_snapshot!("markdown-en", markdown::markdown(&report));
    insta::assert_snapshot!("csv", csv::csv(&[sample()], &rules(), Lang::En));
    let german = build(&[sample()], &rules(), &Contexts::new(), Lang::De);
    insta::assert_snapshot!("markdown-de", markdown::markdown(&german));
}

#[test]
fn exhibits_are_numbered_in_the_order_of_reading_and_each_passage_has_one_number() {
    let report = build(&[sample()], &rules(), &Contexts::new(), Lang::En);
    let numbers: Vec<_> = report.exhibits.iter().map(|exhibit| exhibit.number).collect();
    assert_eq!(numbers, (1..=report.exhibits.len()).collect::<Vec<_>>());
    // Five of the contract, one of the name server that two parts cite, one side of the contradiction.
    assert_eq!(report.exhibits.len(), 7);
    let page = html(&report, &Look::new()).expect("a page");
    for exhibit in &report.exhibits {
        assert!(page.contains(&format!("id=\"e-{}\"", exhibit.number)), "{}", exhibit.number);
        assert!(page.contains(&exhibit.record), "{}", exhibit.record);
    }
    // Every link within the page leads somewhere.
    for part in page.split("href=\"#").skip(1) {
        let id = part.split('"').next().unwrap_or_default();
        assert!(page.contains(&format!("id=\"{id}\"")), "#{id}");
    }
}

#[test]
fn ranks_are_shared_and_the_undecided_have_none() {
    let report = build(&[sample()], &rules(), &Contexts::new(), Lang::En);
    assert_eq!(report.rankings[0].method, "priva-score-video");
    let ranks: Vec<_> = report.rankings[0].rows.iter().map(|row| (row.name.as_str(), row.rank)).collect();
    assert_eq!(ranks, [("Plain", Some(1)), ("Talk", Some(1)), ("Meet", None)]);
}

#[test]
fn the_policy_allows_the_style_sheet_and_nothing_else() {
    let look = Look::new();
    let page = html(&build(&[sample()], &rules(), &Contexts::new(), Lang::En), &look).expect("a page");
    assert!(look.policy.starts_with("default-src 'none'; style-src 'sha256-"), "{}", look.policy);
    assert!(!look.policy.contains("unsafe"));
    let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).expect("a style sheet");
    assert_eq!(style, look.style);
    assert!(!style.contains("url(") && !style.contains("@import"), "nothing is fetched");
}

#[test]
fn a_site_stands_in_its_folder_and_only_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("public");
    let write = |sources: &[Source]| site::site(&place, sources, &rules(), &Contexts::new(), Lang::En);
    assert_eq!(write(&[sample(), hostile()]).map_err(|_| "written"), Ok(3 + 4 * 2 + 6));
    let page = std::fs::read_to_string(place.join("services/evil.html")).expect("a page");
    harmless(&page);
    assert!(page.contains("href=\"../index.html\""));
    write(&[sample()]).map_err(|_| "written").expect("again");
    assert!(!place.join("services/evil.html").exists(), "what is no longer part of it is removed");
    let index = std::fs::read_to_string(place.join("index.html")).expect("a page");
    for address in index.split("href=\"services/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(place.join("services").join(address).exists(), "{address}");
    }
    std::fs::write(folder.path().join("mine.txt"), "x").expect("written");
    let there = site::site(folder.path(), &[sample()], &rules(), &Contexts::new(), Lang::En);
    assert!(there.is_err(), "a folder with something else in it is left alone");
    let _ = atom::atom;
}
