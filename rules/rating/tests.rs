use super::*;
use crate::catalogue::Rules;
use crate::observation::{Observation, Why};
use jiff::civil::date;
use std::path::Path;

fn audit() -> Audit {
    let rules = Rules::embedded().unwrap();
    let on = rules.law_on(date(2026, 6, 1));
    let service = Service::parse(
        "a.toml",
        "id = \"a\"\nname = \"A\"\ncategory = \"video-conferencing\"\nhome = \"https://a.example/\"\n\
         status = \"discontinued\"\nsince = 2025-05-05\noperator = { name = \"A Ltd\", country = \"US\" }",
    )
    .unwrap();
    let method = rules.method("priva-score-video").unwrap();
    let mut facts = method.cases[0].facts.clone();
    facts.merge(Facts::declared(&service));
    let gap =
        |target: &str| Gap { probe: "documents".into(), target: target.into(), why: Why::Empty, detail: String::new() };
    facts.gaps = vec![gap("https://a.example/z"), gap("https://a.example/b"), gap("https://a.example/z")];
    facts.claims.insert(
        "e2ee.default".parse().unwrap(),
        Observation::Unknown { why: Why::Refused, target: "https://a.example/security".into() },
    );
    let judgement = rules.judge(&facts, &on);
    Audit {
        schema: SCHEMA.into(),
        as_of: "2026-06-01T00:00:00Z".parse().unwrap(),
        tool: Tool { name: "probity".into(), version: "0".into(), rules: rules.revision.clone() },
        law: Applied::new(&rules.law, &on),
        geoip: vec![Database { name: "D".into(), date: date(2026, 5, 1), stale: false, attribution: None }],
        ratings: rules.methods.iter().map(|method| Rating::new(&service, &facts, &judgement, method)).collect(),
        services: vec![Audited::new(&service, &facts, &judgement)],
    }
}

#[test]
fn outside_tools_find_what_they_rely_on() {
    let json = serde_json::to_value(audit()).unwrap();
    for field in ["schema", "as_of", "tool", "law", "geoip", "ratings", "services"] {
        assert!(json.get(field).is_some(), "{field}");
    }
    let rating = &json["ratings"][2];
    assert_eq!(rating["method"], "priva-score-video");
    assert_eq!(rating["light"], "green");
    assert_eq!(rating["points"], serde_json::json!({ "low": 204, "high": 249, "max": 270 }));
    assert!((rating["coverage"].as_f64().unwrap() - 36.0 / 45.0).abs() < 1e-9);
    let finding = &rating["findings"][1];
    assert_eq!(finding["criterion"], "end-to-end-encryption");
    assert_eq!(finding["grade"], "inconclusive");
    assert_eq!(finding["basis"], "none");
    assert_eq!(finding["weight"], 9);
    assert_eq!(
        finding["missing"][0],
        "what the texts say on “Calls or messages are end-to-end encrypted by default”: it was refused (https://a.example/security)"
    );
    let citation = &rating["findings"][0]["citations"][0];
    for field in ["record", "url", "captured", "quote"] {
        assert!(citation[field].is_string(), "{field}");
    }
    let gaps = json["services"][0]["gaps"].as_array().unwrap();
    assert_eq!(
        gaps.iter().map(|gap| gap["target"].as_str().unwrap()).collect::<Vec<_>>(),
        ["https://a.example/b", "https://a.example/z"]
    );
    assert_eq!(rating["gaps"], json["services"][0]["gaps"]);
    assert_eq!(json["services"][0]["discontinued"], "2025-05-05");
}

#[test]
fn what_has_ended_is_rated_by_its_last_evidence_and_says_so() {
    let audit = audit();
    let note = audit.ratings[0].note.as_ref().unwrap();
    assert_eq!(note.en, "The service ended on 2025-05-05. It is rated by the last evidence, of 1970-01-01.");
}

#[test]
fn an_audit_comes_back_as_it_went() {
    let audit = audit();
    let text = serde_json::to_string(&audit).unwrap();
    assert_eq!(serde_json::from_str::<Audit>(&text).unwrap(), audit);
    assert_eq!(text, serde_json::to_string(&self::audit()).unwrap());
}

#[test]
fn an_audit_fits_its_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let mut json = serde_json::to_value(audit()).unwrap();
    assert!(validator.is_valid(&json), "{:?}", validator.iter_errors(&json).map(|error| error.to_string()).next());
    json["ratings"][0]["light"] = "blue".into();
    assert!(!validator.is_valid(&json));
}

#[test]
fn the_published_schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/audit.schema.json");
    let schema = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == schema, "docs/audit.schema.json is stale: UPDATE=1 cargo test -p probity-rules rating");
}
