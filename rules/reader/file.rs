//! The two kinds of files of the reader: claim files (`claims/*.md`) and lexicons (`reader/lexicon/*.txt`).
//!
//! Errors name file, line and what was expected. It does not know what patterns match.

use super::pattern::{self, Classes, Node, Rule, Says};
use crate::claim::ClaimId;
use crate::document::{Kind, Language};
use serde::Deserialize;
use std::fmt;
use thiserror::Error;

/// What is wrong in a file of the reader.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
#[error("{file}:{line}: {what}")]
pub struct FileError {
    /// The file, by its name below `rules/`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what was expected.
    pub what: String,
}

/// A title in the languages of reports.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// English.
    pub en: String,
    /// German.
    pub de: String,
}

/// The name of a claim's file below `rules/`.
pub(super) fn name(claim: ClaimId) -> String {
    format!("claims/{claim}.md")
}

/// What a match says that the sentence negates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Negated {
    /// The claim is denied.
    Denied,
    /// Nothing: the sentence says something else.
    #[default]
    Nothing,
    /// It is stated all the same.
    Stated,
}

/// Whose acts count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// Not what users or customers must do.
    #[default]
    Provider,
    /// Anybody's.
    Any,
}

/// The head of a claim file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Head {
    /// The claim's id, as the file's name says it.
    pub id: String,
    /// Its title in reports.
    pub title: Title,
    /// What a negated match says; nothing if left out.
    #[serde(default)]
    pub negated: Negated,
    /// What a negated match with an exception ("unless", "except") says; nothing if left out.
    #[serde(default)]
    pub excepted: Negated,
    /// Whose acts count; the provider's if left out.
    #[serde(default)]
    pub actor: Actor,
    /// The kinds of documents it is read in; all if left out.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Claims that are stated wherever this one is, by the same passages where nothing else says so.
    #[serde(default)]
    pub implies: Vec<ClaimId>,
    /// Claims of the same matter: a passage that says one of them is understood, and no open mention of this one.
    #[serde(default)]
    pub settled_by: Vec<ClaimId>,
    /// Whether in terms the sentence, its lead-in or a heading above has to speak of personal data (`@matter` of the lexicon).
    #[serde(default)]
    pub matter_in_terms: bool,
    /// Whether who states it is held to account for it (a sale, an account that is needed); else who denies it is.
    #[serde(default)]
    pub accuses: bool,
    /// Whether what is only supposed or planned counts ("were we to …", "not yet supported"); else it says nothing.
    #[serde(default)]
    pub hypothetical: bool,
}

/// The lines of a claim file in one language.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    /// Patterns with their line numbers.
    pub rules: Vec<(usize, Rule)>,
    /// Headings that support what stands under them (`§ …`).
    pub headings: Vec<Node>,
    /// What no evidence may hold (`! …`).
    pub vetoes: Vec<Rule>,
}

/// A case of a claim file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Case {
    /// Its line.
    pub line: usize,
    /// Its language.
    pub language: Language,
    /// What the reader must say: stated, denied, or none of it.
    pub says: Says,
    /// Whether it must at least see that the matter is spoken of.
    pub mentioned: bool,
    /// The document: parts separated by ` // `.
    pub text: String,
}

/// A claim file.
#[derive(Clone, Debug)]
pub(super) struct ClaimFile {
    /// Which claim.
    pub claim: ClaimId,
    /// Its head.
    pub head: Head,
    /// The first paragraph of its meaning.
    pub meaning: String,
    /// Patterns of the asked language.
    pub section: Section,
    /// Cases of all languages.
    pub cases: Vec<Case>,
}

/// Reads the lexicon lines `@name = alternatives` into `classes`.
pub(super) fn lexicon(file: &str, text: &str, classes: &mut Classes<'_>, errors: &mut Vec<FileError>) {
    for (line, entry) in logical(text.lines().enumerate().map(|(at, line)| (at + 1, line))) {
        if let Err(what) = class(&entry, classes) {
            errors.push(FileError { file: file.to_owned(), line, what });
        }
    }
}

fn class(entry: &str, classes: &mut Classes<'_>) -> Result<(), String> {
    let (name, body) = entry
        .strip_prefix('@')
        .and_then(|entry| entry.split_once('='))
        .ok_or_else(|| format!("expected `@name = alternatives`, not `{entry}`"))?;
    let name = name.trim();
    let node = pattern::alternatives(body, classes)?;
    if WORD_BY_WORD.contains(&name) && !matches!(node, Node::Set(_)) {
        return Err(format!("`@{name}` is asked word by word: it may hold single words only"));
    }
    classes.insert(name.to_owned(), node);
    Ok(())
}

/// The classes of a lexicon that the machine asks of one word at a time.
pub(super) const WORD_BY_WORD: [&str; 14] = [
    "adversative",
    "announcement",
    "auxiliary",
    "break",
    "clause-start",
    "common",
    "conjunction",
    "filler",
    "negator",
    "negator-after",
    "negator-near",
    "negator-part",
    "preposition",
    "subject",
];

/// Joins continuation lines (indented) and drops comments and empty lines.
fn logical<'a>(lines: impl Iterator<Item = (usize, &'a str)>) -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    for (number, line) in lines {
        let line = match line.find(" #") {
            _ if line.starts_with('#') => "",
            Some(at) => &line[..at],
            None => line,
        };
        if line.trim().is_empty() {
            continue;
        }
        match out.last_mut() {
            Some((_, last)) if line.starts_with([' ', '\t']) => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => out.push((number, line.trim().to_owned())),
        }
    }
    out
}

const LANGUAGES: [(&str, Language); 3] =
    [("English", Language::En), ("Deutsch", Language::De), ("Français", Language::Fr)];

/// The head of a claim file, and the place of the line that closes it; or the line with an error, and what is wrong.
pub(super) fn head(lines: &[&str]) -> Result<(Head, usize), (usize, String)> {
    let close = lines.iter().skip(1).position(|line| *line == "+++").map(|at| at + 1);
    let (Some(&"+++"), Some(close)) = (lines.first(), close) else {
        return Err((1, "expected a TOML head between two lines `+++`".to_owned()));
    };
    let text = lines[1..close].join("\n");
    let head = toml::from_str(&text).map_err(|error| {
        let before = error.span().map_or(0, |span| span.start);
        (2 + text[..before].matches('\n').count(), error.message().to_owned())
    })?;
    Ok((head, close))
}

/// Reads a claim file; `classes` are those of the lexicon of `language`, whose patterns are wanted.
///
/// Lines with errors are left out and reported.
pub(super) fn claim(
    claim: ClaimId,
    text: &str,
    language: Option<Language>,
    classes: &Classes<'_>,
    errors: &mut Vec<FileError>,
) -> Option<ClaimFile> {
    let file = name(claim);
    let mut report = |line: usize, what: String| errors.push(FileError { file: file.clone(), line, what });
    let lines: Vec<&str> = text.lines().collect();
    let (head, close) = match head(&lines) {
        Ok(head) => head,
        Err((line, what)) => {
            report(line, what);
            return None;
        }
    };
    if head.id != claim.as_str() {
        report(2, format!("expected id = \"{claim}\", as the file is called"));
    }
    let mut read = ClaimFile { claim, head, meaning: String::new(), section: Section::default(), cases: vec![] };
    let mut place = Place::Outside;
    let mut own = Classes::over(classes);
    let mut fenced: Option<Vec<(usize, &str)>> = None;
    for (number, line) in lines.iter().enumerate().skip(close + 1).map(|(at, line)| (at + 1, *line)) {
        if let Some(block) = &mut fenced {
            if !line.starts_with("```") {
                block.push((number, line));
                continue;
            }
            let block = fenced.take().unwrap_or_default();
            if let Place::Patterns(of) = place
                && Some(of) == language
            {
                for (number, entry) in logical(block.into_iter()) {
                    if let Err(what) = pattern_line(&entry, number, &mut own, &mut read.section) {
                        report(number, what);
                    }
                }
            }
            continue;
        }
        if line.starts_with("```") {
            fenced = Some(Vec::new());
        } else if let Some(title) = line.strip_prefix('#') {
            match place.enter(title.trim_start_matches('#').trim(), title.starts_with("##")) {
                Ok(next) => place = next,
                Err(what) => report(number, what),
            }
        } else if let Place::Cases(Some(of)) = place {
            match case(line, number, of) {
                Ok(found) => read.cases.extend(found),
                Err(what) => report(number, what),
            }
        } else if place == Place::Meaning && !line.trim().is_empty() {
            if !read.meaning.is_empty() {
                read.meaning.push(' ');
            }
            read.meaning.push_str(line.trim());
        } else if matches!(place, Place::Patterns(_)) && !line.trim().is_empty() {
            report(number, "patterns stand in a fenced block (```)".to_owned());
        }
    }
    if fenced.is_some() {
        report(lines.len(), "expected ``` to close the block".to_owned());
    }
    Some(read)
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Outside,
    Meaning,
    NotMeant,
    Patterns(Language),
    Cases(Option<Language>),
}

impl Place {
    /// The place under a heading; cases have the languages' headings one level deeper.
    fn enter(self, title: &str, deeper: bool) -> Result<Self, String> {
        let language = LANGUAGES.iter().find(|(name, _)| *name == title).map(|(_, language)| *language);
        match (title, language) {
            (_, Some(language)) if deeper && matches!(self, Self::Cases(_)) => Ok(Self::Cases(Some(language))),
            (_, Some(language)) => Ok(Self::Patterns(language)),
            ("Meaning", _) => Ok(Self::Meaning),
            ("Not meant", _) => Ok(Self::NotMeant),
            ("Cases", _) => Ok(Self::Cases(None)),
            _ => {
                Err(format!("unknown section `{title}`; known: Meaning, Not meant, English, Deutsch, Français, Cases"))
            }
        }
    }
}

fn pattern_line(entry: &str, line: usize, classes: &mut Classes<'_>, section: &mut Section) -> Result<(), String> {
    if entry.starts_with('@') && entry.split_once('=').is_some_and(|(name, _)| !name.trim().contains(' ')) {
        return class(entry, classes);
    }
    if let Some(heading) = entry.strip_prefix('§') {
        section.headings.push(pattern::alternatives(heading, classes)?);
    } else if let Some(veto) = entry.strip_prefix("veto ") {
        section.vetoes.push(pattern::rule(veto, classes)?);
    } else if let Some(mention) = entry.strip_prefix("mention ") {
        section.rules.push((line, pattern::mention(mention, classes)?));
    } else {
        section.rules.push((line, pattern::rule(entry, classes)?));
    }
    Ok(())
}

fn case(line: &str, number: usize, language: Language) -> Result<Option<Case>, String> {
    let Some(entry) = line.trim().strip_prefix("- ") else {
        return if line.trim().is_empty() {
            Ok(None)
        } else {
            Err("expected a case: `- stated: …`, `- denied: …`, `- mentioned: …` or `- not: …`".to_owned())
        };
    };
    let (word, text) = entry.split_once(": ").ok_or("expected `stated: `, `denied: ` or `not: `")?;
    let says = match word {
        "stated" => Says::Stated,
        "denied" => Says::Denied,
        "not" | "mentioned" => Says::Nothing,
        _ => return Err(format!("expected `stated`, `denied`, `mentioned` or `not`, not `{word}`")),
    };
    Ok(Some(Case { line: number, language, says, mentioned: word == "mentioned", text: text.trim().to_owned() }))
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}
