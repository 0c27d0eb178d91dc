//! From TOML to a typed condition. Every complaint points at the word that is wrong.

use super::{Asked, Condition, Items, Moment, Quantifier, Test};
use crate::claim::ClaimId;
use crate::facts::{COLLECTIONS, Field, SERVICE, Type, Value};
use crate::head::{Node, RuleError, Table, list, nearest};
use crate::law::{Group, country_code};

const SUBJECTS: &[&str] = &["all", "any", "not", "claim", "fact", "every", "some", "none", "count"];
const TESTS: &[&str] = &["is", "in", "at-least", "before"];
const KEYS: &[&str] = &[
    "all", "any", "not", "claim", "fact", "every", "some", "none", "count", "is", "in", "at-least", "before", "where",
    "has",
];

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// The first thing that is wrong: an unknown word, fact, claim, country group, or a value of the wrong type.
    pub fn parse(node: Node) -> Result<Self, RuleError> {
        let mut table = node.table(KEYS)?;
        let present = |table: &Table, words: &[&'static str]| -> Vec<&'static str> {
            let keys = table.keys();
            words.iter().copied().filter(|word| keys.iter().any(|key| key == word)).collect()
        };
        let subject = match present(&table, SUBJECTS)[..] {
            [subject] => subject,
            [] => {
                let expected = format!("exactly one of {}", list(SUBJECTS.iter().copied()));
                return Err(table.error("a condition does not say what it asks of", expected));
            }
            [first, second, ..] => {
                let what = format!("a condition has `{first}` and `{second}`");
                return Err(table.error(what, "one of them, or both inside `all = […]` or `any = […]`"));
            }
        };
        let Some(node) = table.take(subject) else { return Err(table.missing(subject, "")) };
        let condition = match subject {
            "all" => Self::All(parts(node)?),
            "any" => Self::Any(parts(node)?),
            "not" => Self::Not(Box::new(Self::parse(node)?)),
            "claim" => Self::Claim { claim: claim_id(&node)?, asked: asked(&mut table)? },
            "fact" => {
                let field = place(&node, "fact", SERVICE)?;
                Self::Fact { field, test: inline_test(&mut table, &SERVICE[field], &node)? }
            }
            quantifier => Self::Items(items(quantifier, &node, &mut table)?),
        };
        for word in KEYS {
            if let Some(node) = table.take(word) {
                return Err(node.error(format!("`{word}` does not belong to `{subject}`"), "it left out"));
            }
        }
        Ok(condition)
    }
}

fn parts(node: Node) -> Result<Vec<Condition>, RuleError> {
    let empty = node.error(format!("`{}` is empty", node.name()), "at least one condition");
    let parts: Vec<_> = node.list()?.into_iter().map(Condition::parse).collect::<Result<_, _>>()?;
    if parts.is_empty() { Err(empty) } else { Ok(parts) }
}

/// A claim of the vocabulary.
pub(crate) fn claim_id(node: &Node) -> Result<ClaimId, RuleError> {
    let text = node.text()?;
    text.parse().map_err(|_| {
        let hint = nearest(&text, ClaimId::all().map(ClaimId::as_str));
        let hint = hint.map(|name| format!(": did you mean `{name}`?")).unwrap_or_default();
        node.error(format!("unknown claim `{}`", text.escape_debug()), format!("a claim of the vocabulary{hint}"))
    })
}

fn asked(table: &mut Table) -> Result<Asked, RuleError> {
    const WORDS: &[(&str, Asked)] = &[("stated", Asked::Stated), ("denied", Asked::Denied), ("absent", Asked::Absent)];
    table.take("is").map_or(Ok(Asked::Stated), |node| node.word("state of a claim", WORDS))
}

/// The place of the field that a text names.
fn place(node: &Node, what: &str, fields: &'static [Field]) -> Result<usize, RuleError> {
    let name = node.text()?;
    fields.iter().position(|field| field.name == name).ok_or_else(|| {
        let names = || fields.iter().map(|field| field.name);
        let hint = nearest(&name, names()).map(|name| format!(": did you mean `{name}`?")).unwrap_or_default();
        let what = format!("unknown {what} `{}`", name.escape_debug());
        node.error(what, format!("one of {}{hint}", list(names())))
    })
}

fn items(word: &str, node: &Node, table: &mut Table) -> Result<Items, RuleError> {
    let places: Vec<_> = COLLECTIONS.iter().enumerate().map(|(place, (name, _))| (*name, place)).collect();
    let collection = node.word("collection", &places)?;
    let fields = COLLECTIONS[collection].1;
    let filter = table.take("where").map_or(Ok(Vec::new()), |node| tests(node, fields))?;
    let has = table.take("has").map_or(Ok(Vec::new()), |node| tests(node, fields))?;
    let quantifier = match word {
        "every" if has.is_empty() => {
            return Err(table.missing("has", "what every one must be, such as `has = { osi = true }`"));
        }
        "every" => Quantifier::Every,
        "some" => Quantifier::Some,
        "none" => Quantifier::None,
        _ => {
            let least =
                table.need("at-least", "how many there must be, such as `at-least = 2`")?.number(1..=i64::MAX)?;
            Quantifier::AtLeast(usize::try_from(least).unwrap_or(usize::MAX))
        }
    };
    Ok(Items { quantifier, collection, filter, has })
}

fn tests(node: Node, fields: &'static [Field]) -> Result<Vec<(usize, Test)>, RuleError> {
    let empty = node.error(format!("`{}` is empty", node.name()), "at least one field with its test");
    let tests: Vec<_> = node
        .entries()?
        .into_iter()
        .map(|(key, value)| {
            let field = place(&key, "field", fields)?;
            Ok((field, test(value, &fields[field])?))
        })
        .collect::<Result<_, RuleError>>()?;
    if tests.is_empty() { Err(empty) } else { Ok(tests) }
}

/// A test behind a field's name: a value that it is, a list that it is in, or a table with one word.
fn test(node: Node, field: &Field) -> Result<Test, RuleError> {
    if node.is_list() {
        return one_of(node, field);
    }
    if !node.is_table() {
        return is(&node, field);
    }
    let mut table = node.table(&["is", "in", "at-least", "before", "not"])?;
    if let Some(node) = table.take("not") {
        if let Some(word) = table.keys().first() {
            return Err(table.error(format!("a test has `not` and `{word}`"), "one of them"));
        }
        return Ok(Test::Not(Box::new(test(node, field)?)));
    }
    let blank =
        table.error(format!("the test of `{}` is empty", field.name), "one of `is`, `in`, `at-least`, `before`, `not`");
    match take_test(&mut table, field)? {
        Some(test) => Ok(test),
        None => Err(blank),
    }
}

/// The test that stands beside `fact = "…"`.
fn inline_test(table: &mut Table, field: &Field, fact: &Node) -> Result<Test, RuleError> {
    let missing = || {
        fact.error(format!("`{}` is not tested", field.name), "a test beside it: `is`, `in`, `at-least` or `before`")
    };
    take_test(table, field)?.ok_or_else(missing)
}

fn take_test(table: &mut Table, field: &Field) -> Result<Option<Test>, RuleError> {
    let mut found: Option<Test> = None;
    for word in TESTS {
        let Some(node) = table.take(word) else { continue };
        if found.is_some() {
            return Err(node.error(format!("a second test `{word}` of one value"), "one test; `all = […]` for both"));
        }
        found = Some(match *word {
            "is" => is(&node, field)?,
            "in" => one_of(node, field)?,
            "at-least" => match field.kind {
                Type::Number => Test::AtLeast(node.number(i64::MIN..=i64::MAX)?),
                _ => return Err(misfit(&node, word, field)),
            },
            _ => match field.kind {
                Type::Date => Test::Before(moment(&node)?),
                _ => return Err(misfit(&node, word, field)),
            },
        });
    }
    Ok(found)
}

/// The complaint that a word does not fit the type of a field.
fn misfit(node: &Node, word: &str, field: &Field) -> RuleError {
    let (kind, fitting) = match field.kind {
        Type::Flag => ("true or false", "`is`"),
        Type::Text => ("a text", "`is` or `in`"),
        Type::Texts => ("a list of texts", "`in`"),
        Type::Countries => ("a set of countries", "`is` or `in`"),
        Type::Number => ("a whole number", "`is` or `at-least`"),
        Type::Date => ("a day", "`is` or `before`"),
    };
    node.error(format!("`{word}` does not fit `{}`, which is {kind}", field.name), fitting)
}

fn is(node: &Node, field: &Field) -> Result<Test, RuleError> {
    Ok(Test::Is(match field.kind {
        Type::Flag => Value::Flag(node.flag()?),
        Type::Text => Value::Text(word(node, field)?),
        Type::Texts => return Err(misfit(node, "is", field)),
        Type::Countries => Value::Countries([country_code(node)?].into()),
        Type::Number => Value::Number(node.number(i64::MIN..=i64::MAX)?),
        Type::Date => Value::Date(node.date()?),
    }))
}

fn one_of(node: Node, field: &Field) -> Result<Test, RuleError> {
    match field.kind {
        Type::Countries if !node.is_list() => return Ok(Test::Group(node.word("country group", Group::NAMES)?)),
        Type::Text | Type::Texts | Type::Countries => {}
        Type::Flag | Type::Number | Type::Date => return Err(misfit(&node, "in", field)),
    }
    let empty = node.error(format!("`{}` is empty", node.name()), "at least one value");
    let values: std::collections::BTreeSet<_> = node
        .list()?
        .iter()
        .map(|node| if field.kind == Type::Countries { country_code(node) } else { word(node, field) })
        .collect::<Result<_, _>>()?;
    if values.is_empty() { Err(empty) } else { Ok(Test::OneOf(values)) }
}

/// A text that a field can be.
fn word(node: &Node, field: &Field) -> Result<String, RuleError> {
    if field.words.is_empty() {
        return node.text();
    }
    let words: Vec<_> = field.words.iter().map(|word| (*word, *word)).collect();
    Ok(node.word(field.name, &words)?.to_owned())
}

/// A day, or a time before the day of the audit: `2018-05-25`, `"2 years"`, `"18 months"`, `"90 days"`.
fn moment(node: &Node) -> Result<Moment, RuleError> {
    let Ok(text) = node.as_text() else { return Ok(Moment::Day(node.date()?)) };
    let wrong = || {
        let what = format!("`{}` is no time before the audit", text.escape_debug());
        node.error(
            what,
            "such as `\"2 years\"`, `\"18 months\"`, `\"90 days\"`, or a day such as 2018-05-25 without quotes",
        )
    };
    let (number, unit) = text.split_once(' ').ok_or_else(wrong)?;
    let number: i32 = number.parse().ok().filter(|number| (1..=1000).contains(number)).ok_or_else(wrong)?;
    let (mut years, mut months, mut days) = (0, 0, 0);
    match unit.trim_end_matches('s') {
        "year" => years = number,
        "month" => months = number,
        "day" => days = number,
        _ => return Err(wrong()),
    }
    Ok(Moment::Ago { years, months, days })
}
