//! Methods: how findings become a rating (`methods/<id>.toml`).
//!
//! Two kinds. *Weighted*: points for grades times weights, and limits for the lights. *Gated*: parts in order, and the
//! worst defect decides the light. A method is data; the arithmetic is in `score`.

use crate::criterion::case::{self, FACT_KEYS, beside_facts};
use crate::criterion::{Criterion, named_as_file, revision};
use crate::facts::Facts;
use crate::head::{Node, RuleError, Source, Table, nearest};
use crate::judge::{Grade, Kinds};
use crate::sentence::{Lang, Sentence};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A light. The order is from the best to the worst; undecided is no light of a method, but of a rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Light {
    /// Nothing in the way.
    Green,
    /// With reservations.
    Yellow,
    /// Not to be used.
    Red,
    /// What is unknown could change the light.
    Undecided,
}

impl Light {
    const NAMES: &[(&str, Self)] = &[("green", Self::Green), ("yellow", Self::Yellow), ("red", Self::Red)];

    /// The name in files and reports.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, light)| *light == self).map_or("undecided", |(name, _)| *name)
    }

    /// The word for people.
    pub fn word(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Green, Lang::De) => "grün",
            (Self::Yellow, Lang::De) => "gelb",
            (Self::Red, Lang::De) => "rot",
            (Self::Undecided, Lang::De) => "offen",
            (light, Lang::En) => light.as_str(),
        }
    }
}

/// Where a method comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reference {
    /// What it is.
    pub title: String,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Of which day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub date: Option<Date>,
}

/// What a criterion counts for in a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The criterion's place in the catalogue.
    pub criterion: usize,
    /// The criterion's id.
    pub id: String,
    /// Its weight.
    pub weight: u32,
    /// The best light that is left by a partial grade.
    pub partial: Light,
    /// The best light that is left by a poor grade.
    pub poor: Light,
    /// The part it belongs to, by its place in [`Method::parts`].
    pub part: usize,
}

impl Entry {
    /// The best light that a grade leaves.
    pub fn light(&self, grade: Grade) -> Light {
        match grade {
            Grade::Partial => self.partial,
            Grade::Poor => self.poor,
            Grade::Good | Grade::NotApplicable | Grade::Inconclusive => Light::Green,
        }
    }
}

/// From which points on a light is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The fewest points of green.
    pub green: u32,
    /// The fewest points of yellow.
    pub yellow: u32,
}

/// A method.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    /// Its id: the file's name without `.toml`.
    pub id: String,
    /// Its title.
    pub title: Sentence,
    /// Counted up whenever the same findings would give another rating.
    pub revision: u32,
    /// The categories of services that it is about; all where there is none.
    pub categories: Vec<String>,
    /// That it is our reading and not the author's verdict, and what in it is ours.
    pub reading: Sentence,
    /// Its sources.
    pub sources: Vec<Reference>,
    /// Points for good, partial and poor.
    pub points: [u32; 3],
    /// The limits of the lights, where the points decide them.
    pub limits: Option<Limits>,
    /// The titles of its parts, in order; a weighted method has one.
    pub parts: Vec<Sentence>,
    /// What each criterion counts for, in the order of the file.
    pub entries: Vec<Entry>,
    /// Its cases.
    pub cases: Vec<MethodCase>,
}

/// A case of a method: facts, and the rating that they must get.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodCase {
    /// What it shows.
    pub name: String,
    /// The fewest points, where the case says so.
    pub low: Option<u32>,
    /// The most points, where the case says so.
    pub high: Option<u32>,
    /// The light.
    pub light: Light,
    /// The day as of which it is judged.
    pub day: Date,
    /// The facts.
    pub facts: Facts,
    /// `file:line`.
    pub place: String,
}

const KEYS: &[&str] = &[
    "id",
    "title",
    "kind",
    "revision",
    "categories",
    "reading",
    "sources",
    "points",
    "lights",
    "weigh",
    "part",
    "case",
];

impl Method {
    /// Reads a method. `file` is its name for messages; where it ends in `.toml` the id must be its stem.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place and what was expected; also a criterion that does not exist.
    pub fn parse(file: &str, text: &str, criteria: &[Criterion]) -> Result<Self, RuleError> {
        let mut table = Source::whole(file, text).table(KEYS)?;
        let id = table.need("id", "the file's name without `.toml`")?;
        let mut method = Self {
            id: named_as_file(file, "toml", &id)?,
            title: Sentence::parse(table.need("title", "the title in two languages")?)?,
            revision: revision(&mut table)?,
            categories: table.take("categories").map_or(Ok(Vec::new()), Node::texts)?,
            reading: Sentence::parse(table.need("reading", "that this is our reading, and what in it is ours")?)?,
            sources: sources(table.need("sources", "where the method comes from")?)?,
            points: points(table.need("points", "`{ good = 6, partial = 3, poor = 1 }`")?)?,
            limits: None,
            parts: Vec::new(),
            entries: Vec::new(),
            cases: Vec::new(),
        };
        let kind = table.need("kind", "`weighted` or `gated`")?;
        if kind.word("kind of method", &[("weighted", true), ("gated", false)])? {
            method.weighted(&mut table, criteria)?;
        } else {
            method.gated(&mut table, criteria)?;
        }
        if let Some(node) = ["lights", "weigh", "part"].into_iter().find_map(|key| table.take(key)) {
            return Err(node.error(format!("`{}` does not belong to this kind of method", node.name()), "it left out"));
        }
        for node in table.take("case").map_or(Ok(Vec::new()), Node::list)? {
            method.cases.push(MethodCase::parse(file, node)?);
        }
        Ok(method)
    }

    /// The most points that can be had.
    pub fn max(&self) -> u32 {
        self.entries.iter().map(|entry| entry.weight * self.points[0]).sum()
    }

    /// The sum of all weights.
    pub fn weight(&self) -> u32 {
        self.entries.iter().map(|entry| entry.weight).sum()
    }

    /// Whether it is about services of this category.
    pub fn rates(&self, category: &str) -> bool {
        self.categories.is_empty() || self.categories.iter().any(|mine| mine == category)
    }

    fn weighted(&mut self, table: &mut Table, criteria: &[Criterion]) -> Result<(), RuleError> {
        self.parts.push(self.title.clone());
        for node in table.need("weigh", "tables `[[weigh]]` with `criterion` and `weight`")?.list()? {
            let mut table = node.table(&["criterion", "weight", "knock-out"])?;
            let knock_out = table.take("knock-out").map_or(Ok(false), |node| node.flag())?;
            let poor = if knock_out { Light::Red } else { Light::Green };
            self.enter(&mut table, criteria, Light::Green, poor, true)?;
        }
        let mut lights = table.need("lights", "`{ green = 201, yellow = 100 }`")?.table(&["green", "yellow"])?;
        let max = i64::from(self.max());
        let green = lights.need("green", "the fewest points of green")?.number(1..=max)?;
        let yellow = lights.need("yellow", "the fewest points of yellow")?.number(1..=green)?;
        let limit = |number| u32::try_from(number).unwrap_or(u32::MAX);
        self.limits = Some(Limits { green: limit(green), yellow: limit(yellow) });
        Ok(())
    }

    fn gated(&mut self, table: &mut Table, criteria: &[Criterion]) -> Result<(), RuleError> {
        for node in table.need("part", "tables `[[part]]` with `title` and `criteria`")?.list()? {
            let mut table = node.table(&["title", "criteria"])?;
            self.parts.push(Sentence::parse(table.need("title", "what the part asks, in two languages")?)?);
            let entries = table.need("criteria", "such as `[{ criterion = \"exports\", poor = \"red\" }]`")?;
            for node in entries.list()? {
                let mut table = node.table(&["criterion", "weight", "partial", "poor"])?;
                let light = |node: Node| node.word("light", Light::NAMES);
                let poor = table.need("poor", "the light that a poor finding leaves: `green`, `yellow` or `red`")?;
                let partial = table.take("partial").map_or(Ok(Light::Green), light)?;
                if poor.word("light", Light::NAMES)? < partial {
                    return Err(poor.error("poor leaves a better light than partial", "the same or a worse one"));
                }
                let poor = light(poor)?;
                self.enter(&mut table, criteria, partial, poor, false)?;
            }
        }
        Ok(())
    }

    /// Takes in what one criterion counts for.
    fn enter(
        &mut self,
        table: &mut Table,
        criteria: &[Criterion],
        partial: Light,
        poor: Light,
        weighs: bool,
    ) -> Result<(), RuleError> {
        let node = table.need("criterion", "the id of a criterion")?;
        let id = node.text()?;
        let Some(place) = criteria.iter().position(|criterion| criterion.id == id) else {
            let hint = nearest(&id, criteria.iter().map(|criterion| criterion.id.as_str()));
            let hint = hint.map(|name| format!(": did you mean `{name}`?")).unwrap_or_default();
            return Err(
                node.error(format!("unknown criterion `{}`", id.escape_debug()), format!("one of the catalogue{hint}"))
            );
        };
        if self.entries.iter().any(|entry| entry.criterion == place) {
            return Err(node.error(format!("`{id}` counts twice"), "each criterion once"));
        }
        let weight = match table.take("weight") {
            Some(node) => u32::try_from(node.number(1..=1000)?).unwrap_or(1),
            None if weighs => return Err(table.missing("weight", "a whole number from 1")),
            None => 1,
        };
        self.entries.push(Entry {
            criterion: place,
            id,
            weight,
            partial,
            poor,
            part: self.parts.len().saturating_sub(1),
        });
        Ok(())
    }
}

fn sources(node: Node) -> Result<Vec<Reference>, RuleError> {
    let empty = node.error("`sources` is empty", "at least one source");
    let sources: Vec<_> = node
        .list()?
        .into_iter()
        .map(|node| {
            let mut table = node.table(&["title", "url", "date"])?;
            Ok(Reference {
                title: table.need("title", "what the source is")?.text()?,
                url: table.take("url").map(|node| node.text()).transpose()?,
                date: table.take("date").map(|node| node.date()).transpose()?,
            })
        })
        .collect::<Result<_, RuleError>>()?;
    if sources.is_empty() { Err(empty) } else { Ok(sources) }
}

fn points(node: Node) -> Result<[u32; 3], RuleError> {
    let wrong = node.error("the points do not fall from good to poor", "such as `{ good = 6, partial = 3, poor = 1 }`");
    let mut table = node.table(&["good", "partial", "poor"])?;
    let mut points = [0; 3];
    for (place, grade) in ["good", "partial", "poor"].into_iter().enumerate() {
        let number = table.need(grade, "the points of this grade")?.number(0..=1000)?;
        points[place] = u32::try_from(number).unwrap_or(0);
    }
    if points[0] > points[1] && points[1] >= points[2] { Ok(points) } else { Err(wrong) }
}

impl MethodCase {
    fn parse(file: &str, node: Node) -> Result<Self, RuleError> {
        const LIGHTS: &[(&str, Light)] =
            &[("green", Light::Green), ("yellow", Light::Yellow), ("red", Light::Red), ("undecided", Light::Undecided)];
        let start = node.error("", "");
        static KEYS: [&str; 5 + FACT_KEYS.len()] = beside_facts(["name", "light", "points", "low", "high"]);
        let mut table = node.table(&KEYS)?;
        let mut number = |key| -> Result<Option<u32>, RuleError> {
            let Some(node) = table.take(key) else { return Ok(None) };
            Ok(u32::try_from(node.number(0..=1_000_000)?).ok())
        };
        let (points, low, high) = (number("points")?, number("low")?, number("high")?);
        Ok(Self {
            name: table.need("name", "what the case shows, in a few words")?.text()?,
            low: points.or(low),
            high: points.or(high),
            light: table.need("light", "the light that must be given")?.word("light", LIGHTS)?,
            day: case::day(&mut table)?,
            facts: case::facts(&mut table, Kinds::NONE)?,
            place: format!("{file}:{}", start.line),
        })
    }
}
