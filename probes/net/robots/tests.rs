use super::*;
use proptest::prelude::*;

fn allowed(text: &str, path: &str) -> bool {
    let url = Url::parse("https://service.test").unwrap().join(path).unwrap();
    Robots::parse(text.as_bytes(), PRODUCT).allows(&url).is_ok()
}

/// (robots.txt, path, allowed); `|` stands for a line end.
fn table(cases: &[(&str, &str, bool)]) {
    for (text, path, expected) in cases {
        assert_eq!(allowed(&text.replace(" | ", "\n"), path), *expected, "{text:?} for {path}");
    }
}

#[test]
fn the_group_that_names_us_counts_else_the_star() {
    table(&[
        ("", "/x", true),
        ("User-agent: * | Disallow: /x", "/x", false),
        ("User-agent: * | Disallow: /x", "/y", true),
        ("User-agent: probity | Disallow: /x", "/x", false),
        ("USER-AGENT : PROBITY | DISALLOW : /x", "/x", false),
        ("User-agent: Probity/2.0 | Disallow: /x", "/x", false),
        ("User-agent: Probity 2.0 (audit) | Disallow: /x", "/x", false),
        ("User-agent: ProbityBot | Disallow: /x", "/x", true),
        ("User-agent: Probi | Disallow: /x", "/x", true),
        ("User-agent: Probity-Images | Disallow: /x", "/x", true),
        ("User-agent: * | Disallow: / | User-agent: Probity | Allow: /x", "/y", true),
        ("User-agent: * | Disallow: / | User-agent: Probity | Disallow:", "/y", true),
        ("User-agent: * | Disallow: / | User-agent: Probity", "/y", true),
        ("User-agent: Other | User-agent: Probity | Disallow: /x", "/x", false),
        ("User-agent: Probity | User-agent: Other | Disallow: /x", "/x", false),
        ("User-agent: Probity | Disallow: /a | User-agent: Probity | Disallow: /b", "/b", false),
        ("User-agent: Probity | Disallow: /a | User-agent: Other | Disallow: /b", "/b", true),
        ("User-agent: Probity | Sitemap: https://x.test/s.xml | User-agent: Other | Disallow: /b", "/b", false),
        ("User-agent: Probity | Crawl-delay: 10 | Disallow: /b", "/b", false),
        ("Disallow: /x", "/x", true),
        ("User-agent: *foo | Disallow: /x", "/x", true),
        ("User-agent: * # everybody | Disallow: /x # here", "/x", false),
    ]);
}

#[test]
fn the_longest_rule_wins_and_allow_wins_a_draw() {
    table(&[
        ("User-agent: * | Disallow: / | Allow: /privacy", "/privacy", true),
        ("User-agent: * | Disallow: / | Allow: /privacy", "/terms", false),
        ("User-agent: * | Allow: / | Disallow: /privacy", "/privacy/en", false),
        ("User-agent: * | Allow: /x | Disallow: /x", "/x", true),
        ("User-agent: * | Disallow: /x | Allow: /x", "/x", true),
        ("User-agent: * | Allow: /*.html | Disallow: /legal", "/legal/a.html", true),
        ("User-agent: * | Allow: /a*b | Disallow: /a/longer", "/a/longer/b", false),
        ("User-agent: * | Disallow: /", "/robots.txt", true),
    ]);
}

#[test]
fn patterns() {
    table(&[
        ("User-agent: * | Disallow: /fish", "/fish.html", false),
        ("User-agent: * | Disallow: /fish", "/Fish", true),
        ("User-agent: * | Disallow: /fish/", "/fish", true),
        ("User-agent: * | Disallow: fish", "/fish", true),
        ("User-agent: * | Disallow: *fish", "/catfish", false),
        ("User-agent: * | Disallow: /*.pdf$", "/a.pdf", false),
        ("User-agent: * | Disallow: /*.pdf$", "/a.pdf?x=1", true),
        ("User-agent: * | Disallow: /*.pdf$", "/a.pdf.pdf", false),
        ("User-agent: * | Disallow: /x$", "/x", false),
        ("User-agent: * | Disallow: /x$", "/xy", true),
        ("User-agent: * | Disallow: /a$b", "/a$b", false),
        ("User-agent: * | Disallow: /*?session=", "/x?session=1", false),
        ("User-agent: * | Disallow: /**x", "/abcx", false),
        ("User-agent: * | Disallow: /a*b*c", "/a-c-b", true),
        ("User-agent: * | Disallow: /a*b*c", "/a-b-c", false),
        ("User-agent: * | Disallow: /a%2A", "/a*", false),
        ("User-agent: * | Disallow: /%7Ejoe", "/~joe", false),
        ("User-agent: * | Disallow: /~joe", "/%7ejoe", false),
        ("User-agent: * | Disallow: /a%2fb", "/a/b", true),
        ("User-agent: * | Disallow: /a%2fb", "/a%2Fb", false),
        ("User-agent: * | Disallow: /datenschutz-erklärung", "/datenschutz-erkl%C3%A4rung", false),
        ("User-agent: * | Disallow: /%", "/%", false),
    ]);
}

#[test]
fn other_line_ends_a_mark_and_rubbish() {
    assert!(!allowed("\u{feff}User-agent: *\r\nDisallow: /x\r\n", "/x"));
    assert!(!allowed("User-agent: *\rDisallow: /x", "/x"));
    assert!(allowed("<html><body>404: not found</body></html>", "/x"));
    let mut text = b"User-agent: *\nDisallow: /x\n\xff\xfe\nDisallow: /".to_vec();
    assert!(Robots::parse(&text, PRODUCT).allows(&Url::parse("http://a.test/y").unwrap()).is_err());
    text = [b"User-agent: *\n".as_slice(), &b"#".repeat(MAX_BYTES), b"\nDisallow: /x"].concat();
    let url = Url::parse("http://a.test/x").unwrap();
    assert_eq!(Robots::parse(&text, PRODUCT).allows(&url), Ok(()), "what is over the limit is not read");
}

#[test]
fn the_rule_is_named() {
    let robots = Robots::parse(b"# ours\nUser-agent: *\nDisallow: /intern*\n", PRODUCT);
    let told = robots.allows(&Url::parse("http://a.test/internal").unwrap());
    assert_eq!(told, Err("`Disallow: /intern*` in line 3".to_owned()));
}

#[test]
fn hostile_rules_cost_little() {
    let text = format!("User-agent: *\n{}", "Disallow: /*a*a*a*a*a*a*a*a*b$\n".repeat(10_000));
    let url = Url::parse(&format!("http://a.test/{}", "a".repeat(2_000))).unwrap();
    assert_eq!(Robots::parse(text.as_bytes(), PRODUCT).allows(&url), Ok(()));
}

/// The definition, letter by letter: what a pattern means, without thought for cost.
fn by_definition(pattern: &[u8], path: &[u8]) -> bool {
    match pattern {
        [] => true,
        [b'$'] => path.is_empty(),
        [b'*', rest @ ..] => (0..=path.len()).any(|n| by_definition(rest, &path[n..])),
        [letter, rest @ ..] => {
            path.split_first().is_some_and(|(first, left)| first == letter && by_definition(rest, left))
        }
    }
}

proptest! {
    #[test]
    fn matching_is_what_the_definition_says(pattern in "/[ab*]{0,8}\\$?", path in "/[ab]{0,10}") {
        prop_assert_eq!(Pattern::new(&pattern).matches(&path), by_definition(pattern.as_bytes(), path.as_bytes()));
    }

    #[test]
    fn no_text_breaks_it(text: Vec<u8>, path in "/\\PC{0,40}") {
        let robots = Robots::parse(&text, PRODUCT);
        if let Ok(url) = Url::parse("http://a.test").unwrap().join(&path) {
            let _ = robots.allows(&url);
        }
    }
}
