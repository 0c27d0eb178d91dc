//! Criteria: documents that happen to be executable (`criteria/<id>.md`).
//!
//! A criterion is a TOML head (what it asks and the ladder of grades), prose under fixed headings in two languages (what reports
//! show), and cases that are run as tests. It is read here and judged in `judge`.

mod body;
pub mod case;

pub use body::Prose;
pub use case::Case;

use crate::condition::Condition;
use crate::document::Kind;
use crate::head::{Node, RuleError, Source, Table};
use crate::judge::{Grade, Kinds};
use crate::law::provision;
use crate::sentence::{Lang, Sentence};
use body::Body;
use std::collections::BTreeSet;
use std::path::Path;

/// How settled a criterion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// Tried out; methods that we ship do not use it.
    Experimental,
    /// In use.
    Stable,
    /// Kept so that old ratings can be judged again.
    Deprecated,
}

impl Lifecycle {
    const NAMES: &[(&str, Self)] =
        &[("experimental", Self::Experimental), ("stable", Self::Stable), ("deprecated", Self::Deprecated)];

    /// The name in files and reports.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, lifecycle)| *lifecycle == self).map_or("", |(name, _)| *name)
    }
}

/// One rung of a ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung {
    /// The grade that it gives.
    pub grade: Grade,
    /// When it gives it.
    pub when: Condition,
    /// The sentence behind it.
    pub because: Sentence,
}

/// To which services a criterion applies.
#[derive(Clone, Debug, PartialEq)]
pub struct Applies {
    /// The condition.
    pub when: Condition,
    /// The sentence behind "not applicable".
    pub otherwise: Sentence,
}

/// A criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// Its id: the file's name without `.md`.
    pub id: String,
    /// Its title.
    pub title: Sentence,
    /// Where the law, or the method that it serves, asks for it.
    pub legal: Vec<String>,
    /// Counted up whenever the same facts would give another finding.
    pub revision: u32,
    /// How settled it is.
    pub lifecycle: Lifecycle,
    /// The facts that its conditions ask, sorted.
    pub asks: BTreeSet<String>,
    /// The kinds of documents whose silence counts: one of them was read whole, and none of them is a gap.
    pub reads: Kinds,
    /// To which services it applies; to all where there is none.
    pub applies: Option<Applies>,
    /// The grades, from the top.
    pub ladder: Vec<Rung>,
    /// What would decide it where no rung holds.
    pub missing: Sentence,
    /// What reports and pages say of it.
    pub prose: Prose,
    /// What can be read on it, as Markdown.
    pub references: String,
    /// The cases.
    pub cases: Vec<Case>,
}

impl Criterion {
    /// Where the law asks for it, as a language cites it.
    pub fn legal_in(&self, lang: Lang) -> Vec<String> {
        self.legal.iter().map(|cited| provision(cited, lang)).collect()
    }

    /// Reads a criterion. `file` is its name for messages; where it ends in `.md` the id must be its stem.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place and what was expected.
    pub fn parse(file: &str, text: &str) -> Result<Self, RuleError> {
        let (head, body) = Source::head(file, text)?;
        let mut table = head.table(&[
            "id",
            "title",
            "legal",
            "revision",
            "lifecycle",
            "asks",
            "reads",
            "applies",
            "otherwise",
            "grade",
            "missing",
        ])?;
        let id = table.need("id", "the file's name without `.md`")?;
        let asks = table.need("asks", "the facts that the conditions ask, such as `asks = [\"location.eu-only\"]`")?;
        let mut criterion = Self {
            id: named_as_file(file, "md", &id)?,
            title: Sentence::parse(table.need("title", "the title in two languages")?)?,
            legal: table.need("legal", "where the law asks for it, such as `legal = [\"Art. 44 GDPR\"]`")?.texts()?,
            revision: revision(&mut table)?,
            lifecycle: table
                .need("lifecycle", "`experimental`, `stable` or `deprecated`")?
                .word("lifecycle", Lifecycle::NAMES)?,
            asks: BTreeSet::new(),
            reads: table.take("reads").map_or(Ok(Kinds::NONE), kinds)?,
            applies: applies(&mut table)?,
            ladder: ladder(&mut table)?,
            missing: Sentence::parse(table.need("missing", "what would decide it where no grade holds")?)?,
            prose: Prose::default(),
            references: String::new(),
            cases: Vec::new(),
        };
        criterion.check_asks(asks)?;
        let body = Body::parse(file, text, body)?;
        (criterion.prose, criterion.references) = (body.prose, body.references);
        for block in body.cases {
            criterion.cases.push(Case::parse(Source::part(file, text, block), criterion.reads)?);
        }
        Ok(criterion)
    }

    /// Holds the list of facts in the head against the conditions.
    fn check_asks(&mut self, node: Node) -> Result<(), RuleError> {
        let mut used = BTreeSet::new();
        self.ladder.iter().for_each(|rung| rung.when.asks(&mut used));
        self.applies.iter().for_each(|applies| applies.when.asks(&mut used));
        let whole = node.error("`asks` is not complete", "");
        let mut listed = BTreeSet::new();
        for node in node.list()? {
            let name = node.text()?;
            if !used.contains(&name) {
                return Err(
                    node.error(format!("no condition asks `{}`", name.escape_debug()), "only facts that are asked")
                );
            }
            if !listed.insert(name) {
                return Err(node.error("listed twice", "each fact once"));
            }
        }
        match used.difference(&listed).next() {
            Some(name) => {
                let expected = format!("`{name}` in `asks`, because a condition asks it");
                Err(RuleError { expected, ..whole })
            }
            None => {
                self.asks = listed;
                Ok(())
            }
        }
    }
}

/// An id that must be the file's name.
pub(crate) fn named_as_file(file: &str, ending: &str, node: &Node) -> Result<String, RuleError> {
    let id = node.slug()?;
    let path = Path::new(file);
    let stem = path.file_stem().filter(|_| path.extension().is_some_and(|found| found == ending));
    match stem.and_then(|stem| stem.to_str()) {
        Some(stem) if stem != id => Err(node.error(
            format!("the id `{id}` is not the file's name"),
            format!("`{stem}`, or the file to be called `{id}.{ending}`"),
        )),
        _ => Ok(id),
    }
}

/// The revision: a whole number from 1.
pub(crate) fn revision(table: &mut Table) -> Result<u32, RuleError> {
    let number = table.need("revision", "a whole number from 1, counted up with each change of meaning")?;
    Ok(u32::try_from(number.number(1..=9999)?).unwrap_or(1))
}

fn kinds(node: Node) -> Result<Kinds, RuleError> {
    let words = Kind::ALL.map(|kind| (kind.as_str(), kind));
    let kinds: Vec<_> = node.list()?.iter().map(|node| node.word("document kind", &words)).collect::<Result<_, _>>()?;
    Ok(Kinds::of(kinds))
}

fn applies(table: &mut Table) -> Result<Option<Applies>, RuleError> {
    match (table.take("applies"), table.take("otherwise")) {
        (None, None) => Ok(None),
        (Some(when), Some(otherwise)) => {
            Ok(Some(Applies { when: Condition::parse(when)?, otherwise: sentence(otherwise)? }))
        }
        (Some(when), None) => {
            Err(when.error("`applies` without `otherwise`", "the sentence for services to which it does not apply"))
        }
        (None, Some(otherwise)) => {
            Err(otherwise.error("`otherwise` without `applies`", "a condition `applies` beside it"))
        }
    }
}

fn ladder(table: &mut Table) -> Result<Vec<Rung>, RuleError> {
    const GRADES: &[(&str, Grade)] = &[("good", Grade::Good), ("partial", Grade::Partial), ("poor", Grade::Poor)];
    let node = table.need("grade", "a ladder: tables `[[grade]]` with `is`, `when` and `because`")?;
    let mut ladder: Vec<Rung> = Vec::new();
    for node in node.list()? {
        let mut table = node.table(&["is", "when", "because"])?;
        let is = table.need("is", "`good`, `partial` or `poor`")?;
        let grade = is.word("grade", GRADES)?;
        if ladder.last().is_some_and(|above| above.grade > grade) {
            return Err(
                is.error(format!("`{}` stands below a worse grade", grade.as_str()), "grades from good to poor")
            );
        }
        let when = table.need("when", "the condition for this grade")?;
        let alone = when.error(
            "the country of an address could make this poor alone",
            "a second sign beside it: the operator, a statement, a sub-processor",
        );
        let when = Condition::parse(when)?;
        if grade == Grade::Poor && when.rests_on_testimony().0 {
            return Err(alone);
        }
        let because = sentence(table.need("because", "the sentence behind the grade, in two languages")?)?;
        ladder.push(Rung { grade, when, because });
    }
    if ladder.is_empty() { Err(table.error("the ladder has no rungs", "at least one `[[grade]]`")) } else { Ok(ladder) }
}

/// A sentence whose placeholders all name something.
fn sentence(node: Node) -> Result<Sentence, RuleError> {
    let wrong = node.error("", "a fact, such as `{hosts.countries}`, `{hosts}`, `{operator.country}` or `{searched}`");
    let sentence = Sentence::parse(node)?;
    for text in [&sentence.en, &sentence.de] {
        if let Some(name) = crate::judge::unknown_placeholder(text) {
            return Err(RuleError {
                what: format!("the placeholder `{{{}}}` names nothing", name.escape_debug()),
                ..wrong
            });
        }
    }
    Ok(sentence)
}

#[cfg(test)]
mod tests;
