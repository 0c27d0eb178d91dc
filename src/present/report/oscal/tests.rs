//! Whether the document has the shape that the OSCAL reference gives for assessment results (model version 1.1): which
//! fields an object must have and may have, and the form of each value. The table below holds the part that we write.

use super::oscal;
use crate::present::report::build::tests::{hostile, sample};
use probity_rules::catalogue::Rules;
use probity_rules::sentence::Lang;
use serde_json::Value;
use std::collections::BTreeSet;

/// The form of a value.
enum Form {
    Line,
    Long,
    Time,
    Uuid,
    Token,
    Uri,
    Reference,
    Word(&'static [&'static str]),
    Object(&'static str),
    Some(&'static Form),
}
use Form::{Line, Long, Object, Reference, Some as List, Time, Token, Uri, Uuid, Word};

type Fields = &'static [(&'static str, bool, Form)];

/// Object, and its fields: name, whether it must be there, form.
const SHAPES: &[(&str, Fields)] = &[
    ("document", &[("assessment-results", true, Object("assessment-results"))]),
    (
        "assessment-results",
        &[
            ("uuid", true, Uuid),
            ("metadata", true, Object("metadata")),
            ("import-ap", true, Object("import-ap")),
            ("results", true, List(&Object("result"))),
            ("back-matter", false, Object("back-matter")),
        ],
    ),
    (
        "metadata",
        &[
            ("title", true, Line),
            ("last-modified", true, Time),
            ("version", true, Line),
            ("oscal-version", true, Line),
            ("remarks", false, Long),
        ],
    ),
    ("import-ap", &[("href", true, Reference)]),
    (
        "result",
        &[
            ("uuid", true, Uuid),
            ("title", true, Line),
            ("description", true, Long),
            ("start", true, Time),
            ("end", false, Time),
            ("props", false, List(&Object("property"))),
            ("local-definitions", false, Object("local-definitions")),
            ("reviewed-controls", true, Object("reviewed-controls")),
            ("observations", false, List(&Object("observation"))),
            ("findings", false, List(&Object("finding"))),
            ("remarks", false, Long),
        ],
    ),
    ("local-definitions", &[("components", false, List(&Object("component")))]),
    (
        "component",
        &[
            ("uuid", true, Uuid),
            ("type", true, Line),
            ("title", true, Line),
            ("description", true, Long),
            ("status", true, Object("component-status")),
        ],
    ),
    ("component-status", &[("state", true, Word(&["under-development", "operational", "disposition", "other"]))]),
    ("reviewed-controls", &[("control-selections", true, List(&Object("selection")))]),
    ("selection", &[("include-all", false, Object("all")), ("include-controls", false, List(&Object("control")))]),
    ("all", &[]),
    ("control", &[("control-id", true, Token)]),
    (
        "observation",
        &[
            ("uuid", true, Uuid),
            ("title", false, Line),
            ("description", true, Long),
            ("props", false, List(&Object("property"))),
            ("methods", true, List(&Word(&["EXAMINE", "INTERVIEW", "TEST", "UNKNOWN"]))),
            ("types", false, List(&Token)),
            ("subjects", false, List(&Object("subject"))),
            ("relevant-evidence", false, List(&Object("evidence"))),
            ("collected", true, Time),
            ("remarks", false, Long),
        ],
    ),
    (
        "subject",
        &[
            ("subject-uuid", true, Uuid),
            ("type", true, Word(&["component", "inventory-item", "location", "party", "user", "resource"])),
        ],
    ),
    (
        "evidence",
        &[("href", false, Reference), ("description", true, Long), ("props", false, List(&Object("property")))],
    ),
    (
        "finding",
        &[
            ("uuid", true, Uuid),
            ("title", true, Line),
            ("description", true, Long),
            ("props", false, List(&Object("property"))),
            ("target", true, Object("target")),
            ("related-observations", false, List(&Object("related"))),
        ],
    ),
    (
        "target",
        &[
            ("type", true, Word(&["statement-id", "objective-id"])),
            ("target-id", true, Token),
            ("status", true, Object("status")),
        ],
    ),
    ("status", &[("state", true, Word(&["satisfied", "not-satisfied"])), ("reason", false, Token)]),
    ("related", &[("observation-uuid", true, Uuid)]),
    ("property", &[("name", true, Token), ("ns", false, Uri), ("value", true, Line), ("class", false, Token)]),
    ("back-matter", &[("resources", false, List(&Object("resource")))]),
    (
        "resource",
        &[
            ("uuid", true, Uuid),
            ("title", false, Line),
            ("description", false, Long),
            ("rlinks", false, List(&Object("rlink"))),
        ],
    ),
    ("rlink", &[("href", true, Reference), ("hashes", false, List(&Object("hash")))]),
    ("hash", &[("algorithm", true, Word(&["SHA-224", "SHA-256", "SHA-384", "SHA-512"])), ("value", true, Line)]),
];

/// What is wrong with a value, at its place.
fn check(value: &Value, form: &Form, place: &str, wrong: &mut Vec<String>) {
    let text = value.as_str();
    let sound = match form {
        Line => text.is_some_and(|text| !text.is_empty() && !text.contains('\n') && text.trim() == text),
        Long => text.is_some_and(|text| !text.trim().is_empty()),
        Time => text.is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok() && text.ends_with('Z')),
        Uuid => text.is_some_and(uuid),
        Token => text.is_some_and(token),
        Uri => text.is_some_and(|text| text.contains(':') && !text.contains(char::is_whitespace)),
        Reference => text.is_some_and(|text| !text.is_empty() && !text.contains(char::is_whitespace)),
        Word(words) => text.is_some_and(|text| words.contains(&text)),
        List(each) => {
            let list = value.as_array().map_or(&[][..], Vec::as_slice);
            for (at, one) in list.iter().enumerate() {
                check(one, each, &format!("{place}[{at}]"), wrong);
            }
            !list.is_empty()
        }
        Object(name) => {
            object(value, name, place, wrong);
            value.is_object()
        }
    };
    if !sound {
        wrong.push(format!("{place}: {value:.120}"));
    }
}

fn object(value: &Value, name: &str, place: &str, wrong: &mut Vec<String>) {
    let (_, fields) = SHAPES.iter().find(|(known, _)| *known == name).expect("a shape");
    for (key, must, form) in *fields {
        match value.get(key) {
            Some(value) => check(value, form, &format!("{place}/{key}"), wrong),
            None if *must => wrong.push(format!("{place}: no {key}")),
            None => {}
        }
    }
    for key in value.as_object().into_iter().flat_map(|map| map.keys()) {
        if !fields.iter().any(|(known, ..)| known == key) {
            wrong.push(format!("{place}: unknown field {key}"));
        }
    }
}

fn uuid(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let lengths: Vec<_> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
        && parts[2].starts_with(['4', '5'])
        && parts[3].starts_with(['8', '9', 'a', 'b', 'A', 'B'])
}

fn token(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
        && text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_'))
}

fn made(sources: &[crate::present::report::build::Source]) -> Value {
    let rules = Rules::embedded().expect("rules");
    serde_json::to_value(oscal(sources, &rules, Lang::En)).expect("JSON")
}

#[test]
fn the_document_has_the_shape_of_the_model() {
    for sources in [vec![sample()], vec![sample(), hostile()]] {
        let document = made(&sources);
        let mut wrong = Vec::new();
        object(&document, "document", "", &mut wrong);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn every_reference_leads_somewhere_and_no_identifier_is_used_twice() {
    let document = made(&[sample(), hostile()]);
    let results = &document["assessment-results"];
    let mut ids = BTreeSet::new();
    let mut take = |value: &Value| {
        let id = value["uuid"].as_str().expect("an id").to_owned();
        assert!(ids.insert(id.clone()), "{id} twice");
    };
    take(results);
    let resources = results["back-matter"]["resources"].as_array().expect("resources");
    resources.iter().for_each(&mut take);
    for result in results["results"].as_array().expect("results") {
        take(result);
        for list in ["observations", "findings"] {
            result[list].as_array().into_iter().flatten().for_each(&mut take);
        }
    }
    let text = document.to_string();
    for part in text.split("\"href\":\"#").skip(1) {
        let id = part.split('"').next().expect("an id");
        assert!(ids.contains(id), "{id} leads nowhere");
    }
}

#[test]
fn what_nobody_knows_is_no_finding() {
    let document = made(&[sample()]);
    let result = &document["assessment-results"]["results"][0];
    let findings = result["findings"].as_array().expect("findings");
    let observations = result["observations"].as_array().expect("observations");
    let grade =
        |one: &Value| one["props"].as_array().and_then(|props| Some(props.first()?["value"].as_str()?.to_owned()));
    assert!(observations.iter().any(|one| grade(one).as_deref() == Some("inconclusive")));
    assert!(findings.iter().all(|one| grade(one).as_deref() != Some("inconclusive")));
    let poor = findings.iter().find(|one| grade(one).as_deref() == Some("poor")).expect("a poor one");
    assert_eq!(poor["target"]["status"]["state"], "not-satisfied");
}
