//! Any text as a claim file: whole, or as the patterns of one; then a page read by it.

#![no_main]

use probity_rules::claim::ClaimId;
use probity_rules::document::Kind;
use probity_rules::reader::Edition;
use probity_rules::text::{self, Hints};
use std::collections::BTreeMap;

/// The claim that the file stands for. All others are left empty: they take time to compile and say nothing.
const CLAIM: &str = "tracking.none";

const PAGE: &str = "# Cookies\n\nWe do not use trackers (none at all), unless you ask for it. Do we share data? No: never.\n\n\
                    - your IP address, 12.5 % of it\n- e-mail: jo@example.org, https://example.org/a\n\n\
                    Wir verzichten auf Tracking. Aucun traceur n'est utilisé sans votre accord.\n";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let written = String::from_utf8_lossy(bytes);
    let file = if written.starts_with("+++") {
        written.into_owned()
    } else {
        let fence = |name: &str| format!("## {name}\n```\n{written}\n```\n");
        let head = "+++\nid = \"tracking.none\"\n[title]\nen = \"No tracking\"\nde = \"Kein Tracking\"\n+++\n## Meaning\nNothing.\n";
        format!("{head}{}{}## Cases\n### English\n- not: {written}\n", fence("English"), fence("Français"))
    };
    let mut files: BTreeMap<String, String> =
        ClaimId::all().map(|claim| (format!("claims/{claim}.md"), String::new())).collect();
    let name = format!("claims/{CLAIM}.md");
    let lines = file.lines().count();
    files.insert(name.clone(), file);
    let (edition, errors) = Edition::new(files);
    for error in errors.iter().filter(|error| error.file == name) {
        assert!(error.line <= lines + 1, "a line that the file does not have: {error}");
    }
    let page = text::read(PAGE.as_bytes(), &Hints { kind: Some(Kind::PrivacyPolicy), ..Hints::default() }).unwrap();
    for reading in edition.read(&page.document, Some(Kind::PrivacyPolicy)) {
        assert!(reading.spans.iter().all(|span| page.document.text.get(span.clone()).is_some()));
    }
    let _ = edition.cases(CLAIM.parse().unwrap());
});
