//! `docs/conditions.md` teaches the language of conditions: its examples are read, its facts are those of the schema.
//!
//! It cannot see whether a word is well explained.

use probity_rules::condition::Condition;
use probity_rules::facts::{COLLECTIONS, Field, SERVICE, Type};
use probity_rules::head::Source;
use probity_rules::law::Group;
use std::fmt::Write;
use std::path::Path;

const FILE: &str = "docs/conditions.md";

fn page() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE)).unwrap()
}

#[test]
fn its_examples_are_read() {
    let page = page();
    let blocks = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let examples: Vec<_> = blocks.flat_map(str::lines).filter(|line| line.starts_with("when = ")).collect();
    assert!(examples.len() > 15, "{} examples", examples.len());
    for example in examples {
        let condition = Source::whole(FILE, example)
            .table(&["when"])
            .and_then(|mut table| Condition::parse(table.need("when", "a condition")?));
        assert!(condition.is_ok(), "{example}: {}", condition.unwrap_err());
    }
}

#[test]
fn its_groups_of_countries_are_all_there_are() {
    let page = page();
    let told = page.split("Groups of countries").nth(1).and_then(|rest| rest.split("## ").next()).unwrap();
    for (name, _) in Group::NAMES {
        assert!(told.contains(&format!("`{name}`")), "{name} is not explained");
    }
}

/// The table of facts is made from the schema: `UPDATE=1` writes it anew.
#[test]
fn its_facts_are_those_of_the_schema() {
    let head = "| fact | type | meaning |\n| --- | --- | --- |\n";
    let page = page();
    let (before, told) = page.split_once(head).unwrap();
    let mut made = String::new();
    let mut row = |name: String, field: &Field| {
        let kind = match field.kind {
            Type::Flag => "yes or no",
            Type::Text => "text",
            Type::Texts => "several texts",
            Type::Countries => "countries",
            Type::Number => "number",
            Type::Date => "day",
        };
        let words = field.words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ");
        let words = if words.is_empty() { words } else { format!(": {words}") };
        let testimony = if field.testimony { "; testimony, it never makes a grade poor alone" } else { "" };
        writeln!(made, "| `{name}` | {kind} | {}{words}{testimony} |", field.summary).unwrap();
    };
    for field in SERVICE {
        row(field.name.to_owned(), field);
    }
    for (collection, fields) in COLLECTIONS {
        for field in *fields {
            row(format!("{collection}.{}", field.name), field);
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE), format!("{before}{head}{made}")).unwrap();
        return;
    }
    assert_eq!(told, made, "{FILE} is stale: UPDATE=1 cargo test --test integration conditions");
}
