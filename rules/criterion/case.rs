//! Cases: facts in a short form, and the grade that a criterion must give them.
//!
//! A claim that a case does not name is absent from the documents that were read, as it would be after a real reading.
//! The evidence of a case is made up: its citations say so.

use crate::claim::ClaimId;
use crate::condition::claim_id;
use crate::document::Kind;
use crate::facts::{
    Attested, COLLECTIONS, Collection, Facts, Field, Item, PARENT, Silence, Stand, Type, Value, Voice, Vote,
};
use crate::head::{Node, RuleError, Source, Table, list};
use crate::judge::{Basis, Grade, Kinds};
use crate::law::country_code;
use crate::observation::{Citation, Mention, Observation, Searched, Why};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

/// The keys of the facts of a case; others stand beside them.
pub(crate) const FACT_KEYS: [&str; 12] = [
    "day",
    "read",
    "unread",
    "claims",
    "attested",
    "operator",
    "parent",
    "status",
    "hosts",
    "repositories",
    "subprocessors",
    "incomplete",
];
/// Keys, and after them those of the facts; `ALL` is how many both are.
pub(crate) const fn beside_facts<const OWN: usize, const ALL: usize>(own: [&'static str; OWN]) -> [&'static str; ALL] {
    assert!(OWN + FACT_KEYS.len() == ALL, "all keys have their places");
    let mut all = [""; ALL];
    let mut at = 0;
    while at < ALL {
        all[at] = if at < OWN { own[at] } else { FACT_KEYS[at - OWN] };
        at += 1;
    }
    all
}

/// The day of a case that names none.
pub const DAY: Date = date(2026, 6, 1);

/// A case of a criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The grade that must be given.
    pub expect: Grade,
    /// On what it must rest, where the case says so.
    pub basis: Option<Basis>,
    /// The day as of which it is judged.
    pub day: Date,
    /// The facts.
    pub facts: Facts,
    /// `file:line` of its first line.
    pub place: String,
}

const WHYS: &[(&str, Why)] = &[
    ("unreachable", Why::Unreachable),
    ("refused", Why::Refused),
    ("rate-limited", Why::RateLimited),
    ("robots", Why::Robots),
    ("unsupported", Why::Unsupported),
    ("malformed", Why::Malformed),
    ("empty", Why::Empty),
    ("not-asked", Why::NotAsked),
    ("ambiguous", Why::Ambiguous),
    ("bug", Why::Bug),
];

impl Case {
    /// Reads a case. `reads` are the kinds of documents that were read where the case names none.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub(crate) fn parse(source: Source, reads: Kinds) -> Result<Self, RuleError> {
        const GRADES: &[(&str, Grade)] = &[
            ("good", Grade::Good),
            ("partial", Grade::Partial),
            ("poor", Grade::Poor),
            ("inconclusive", Grade::Inconclusive),
            ("not-applicable", Grade::NotApplicable),
        ];
        const BASES: &[(&str, Basis)] = &[
            ("measured", Basis::Measured),
            ("stated", Basis::Stated),
            ("attested", Basis::Attested),
            ("none", Basis::None),
        ];
        let start = source.error(0..0, String::new(), String::new());
        static KEYS: [&str; 3 + FACT_KEYS.len()] = beside_facts(["case", "expect", "basis"]);
        let mut table = source.table(&KEYS)?;
        Ok(Self {
            name: table.need("case", "what the case shows, in a few words")?.text()?,
            expect: table.need("expect", "the grade that must be given")?.word("grade", GRADES)?,
            basis: table.take("basis").map(|node| node.word("basis", BASES)).transpose()?,
            day: day(&mut table)?,
            facts: facts(&mut table, reads)?,
            place: format!("{}:{}", start.file, start.line),
        })
    }
}

/// The day of a case.
pub(crate) fn day(table: &mut Table) -> Result<Date, RuleError> {
    table.take("day").map_or(Ok(DAY), |node| node.date())
}

/// The facts of a case, by [`FACT_KEYS`].
pub(crate) fn facts(table: &mut Table, reads: Kinds) -> Result<Facts, RuleError> {
    let read = table.take("read").map_or_else(|| Ok(reads.list().collect()), kinds)?;
    let unread = table.take("unread").map_or(Ok(Vec::new()), kinds)?;
    let mut facts = Facts::default();
    for (fact, key) in [("operator.country", "operator"), (PARENT, "parent"), ("status", "status")] {
        if let Some(node) = table.take(key) {
            let value = if key != "status" {
                Value::Countries([country_code(&node)?].into())
            } else {
                Value::Text(node.text()?)
            };
            facts.service.insert(fact.to_owned(), Observation::Seen { value, citations: Vec::new() });
        }
    }
    claims(table, &read, &mut facts)?;
    if !read.is_empty() || !unread.is_empty() {
        facts.collections.insert("documents".to_owned(), documents(&read, &unread));
        // Who reads documents reads their lists; a case that names no sub-processor has none.
        facts.collections.insert("subprocessors".to_owned(), Collection::default());
    }
    for (name, fields) in COLLECTIONS.iter().filter(|(name, _)| *name != "documents") {
        if let Some(node) = table.take(name) {
            facts.collections.insert((*name).to_owned(), collection(node, fields)?);
        }
    }
    if let Some(node) = table.take("incomplete") {
        for (key, why) in node.entries()? {
            let why = why.word("reason", WHYS)?;
            let Some((name, _)) = COLLECTIONS.iter().find(|(name, _)| *name == key.name()) else {
                let expected = format!("one of {}", list(COLLECTIONS.iter().map(|(name, _)| *name)));
                return Err(key.error(format!("unknown collection `{}`", key.name()), expected));
            };
            facts
                .collections
                .entry((*name).to_owned())
                .or_default()
                .incomplete
                .push((why, format!("{name} of the case")));
        }
    }
    Ok(facts)
}

fn kinds(node: Node) -> Result<Vec<Kind>, RuleError> {
    let words = Kind::ALL.map(|kind| (kind.as_str(), kind));
    node.list()?.iter().map(|node| node.word("document kind", &words)).collect()
}

/// Where what a case says stands.
const CASE: &str = "https://case.example/";

/// A made-up place that says that it is one.
fn cite(what: &str) -> Citation {
    Citation {
        record: "sha256:0000000000000000000000000000000000000000000000000000000000000000".to_owned(),
        url: CASE.to_owned(),
        captured: Timestamp::UNIX_EPOCH,
        quote: format!("({what}, in a case)"),
        span: None,
    }
}

fn claims(table: &mut Table, read: &[Kind], facts: &mut Facts) -> Result<(), RuleError> {
    let searched = |kinds: &[Kind]| Searched {
        places: kinds.iter().map(|kind| format!("https://case.example/{kind}")).collect(),
        kinds: kinds.to_vec(),
        languages: vec!["en".to_owned()],
        words: 2000 * kinds.len() as u64,
        revision: 1,
        mentions: Vec::new(),
    };
    for claim in ClaimId::all() {
        let contract = |kind: &&Kind| !claim.is_of_contract() || kind.is_contract();
        let kinds: Vec<_> = read.iter().filter(contract).copied().collect();
        if !kinds.is_empty() {
            facts.claims.insert(claim, Observation::Absent { searched: searched(&kinds) });
        }
    }
    let Some(node) = table.take("claims") else { return attested(table, facts) };
    for (key, state) in node.entries()? {
        let claim = claim_id(&key)?;
        let (stated, denied, only_suggests) = match state.as_text()? {
            "absent" => continue,
            "mentioned" => {
                if let Some(Observation::Absent { searched }) = facts.claims.get_mut(&claim) {
                    let mention = |kind: &Kind| Mention { kind: *kind, citation: cite(&format!("{claim} mentioned")) };
                    searched.mentions = searched.kinds.iter().map(mention).collect();
                }
                continue;
            }
            "stated" => (true, false, false),
            "denied" => (false, true, false),
            "both" => (true, true, false),
            "suggested" => (true, false, true),
            _ => {
                let why = state.word("state of a claim", WHYS).map_err(|error| RuleError {
                    expected: "`stated`, `denied`, `both`, `suggested`, `mentioned`, `absent`, or a reason such as `unreachable`"
                        .into(),
                    ..error
                })?;
                facts.claims.insert(claim, Observation::Unknown { why, target: "https://case.example/".into() });
                continue;
            }
        };
        let passages = |is: bool, word: &str| if is { vec![cite(&format!("{claim} {word}"))] } else { Vec::new() };
        let vote = |is: bool| match (is, only_suggests) {
            (false, _) => Vote::None,
            (_, true) => Vote::Suggests,
            (_, false) => Vote::Decides,
        };
        // What is said stands in every document of the case that was read.
        let voice = |kind: &Kind| Voice {
            kind: *kind,
            urls: vec![CASE.to_owned()],
            stated: vote(stated),
            denied: vote(denied),
        };
        let value = Stand {
            stated: passages(stated, "stated"),
            denied: passages(denied, "denied"),
            confidence: 1.0,
            only_suggests,
            second: false,
            voices: read.iter().map(voice).collect(),
            silence: Some(Box::new(Silence::Absent(searched(read)))),
        };
        facts.claims.insert(claim, Observation::said(value));
    }
    attested(table, facts)
}

fn attested(table: &mut Table, facts: &mut Facts) -> Result<(), RuleError> {
    let Some(node) = table.take("attested") else { return Ok(()) };
    const WORDS: &[(&str, (bool, bool))] =
        &[("stated", (true, false)), ("denied", (false, false)), ("expired", (true, true))];
    for (key, state) in node.entries()? {
        let (stated, expired) = state.word("state of an attestation", WORDS)?;
        facts.attested.entry(claim_id(&key)?).or_default().push(Attested {
            stated,
            absent: false,
            text: None,
            by: "A. Auditor".to_owned(),
            date: date(2020, 1, 1),
            source: None,
            note: None,
            expires: expired.then_some(date(2020, 1, 2)),
        });
    }
    Ok(())
}

fn documents(read: &[Kind], unread: &[Kind]) -> Collection {
    let seen = |value| Observation::Seen { value, citations: Vec::new() };
    let item = |kind: &Kind, words: Observation<Value>| Item {
        id: format!("https://case.example/{kind}"),
        fields: BTreeMap::from([("kind".to_owned(), seen(Value::Text(kind.to_string()))), ("words".to_owned(), words)]),
    };
    let lost =
        |kind: &Kind| Observation::Unknown { why: Why::Unreachable, target: format!("https://case.example/{kind}") };
    let read = read.iter().map(|kind| item(kind, seen(Value::Number(2000))));
    let unread = unread.iter().map(|kind| item(kind, lost(kind)));
    Collection { items: read.chain(unread).collect(), incomplete: Vec::new() }
}

fn collection(node: Node, fields: &'static [Field]) -> Result<Collection, RuleError> {
    let mut items = Vec::new();
    for node in node.list()? {
        let mut item = Item { id: format!("item-{}", items.len() + 1), fields: BTreeMap::new() };
        for (key, value) in node.entries()? {
            let Some(field) = fields.iter().find(|field| field.name == key.name()) else {
                let expected = format!("one of {}", list(fields.iter().map(|field| field.name)));
                return Err(key.error(format!("unknown field `{}`", key.name().escape_debug()), expected));
            };
            let value = observation(value, field)?;
            if let ("name" | "url", Some(Value::Text(text))) = (field.name, value.value()) {
                item.id.clone_from(text);
            }
            item.fields.insert(field.name.to_owned(), value);
        }
        items.push(item);
    }
    Ok(Collection { items, incomplete: Vec::new() })
}

fn observation(node: Node, field: &Field) -> Result<Observation<Value>, RuleError> {
    if node.is_table() {
        let mut table = node.table(&["unknown", "absent"])?;
        if let Some(node) = table.take("unknown") {
            return Ok(Observation::Unknown { why: node.word("reason", WHYS)?, target: String::new() });
        }
        table.need("absent", "`{ unknown = \"ambiguous\" }` or `{ absent = true }`")?.flag()?;
        return Ok(Observation::Absent { searched: Searched::default() });
    }
    let value = match field.kind {
        Type::Flag => Value::Flag(node.flag()?),
        Type::Text => Value::Text(node.text()?),
        Type::Texts => Value::Texts(node.texts()?.into_iter().collect()),
        Type::Countries => Value::Countries(node.list()?.iter().map(country_code).collect::<Result<_, _>>()?),
        Type::Number => Value::Number(node.number(i64::MIN..=i64::MAX)?),
        Type::Date => Value::Date(node.date()?),
    };
    let citations = vec![cite(&format!("{} {value}", field.name))];
    Ok(Observation::Seen { value, citations })
}
