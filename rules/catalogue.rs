//! The catalogue: every criterion, method, contradiction and the law, read and held against each other.
//!
//! The embedded files are listed here, in order; a folder of a user's own can take their place file by file. Nothing is
//! opened here: files come as names and texts.

mod cases;
mod page;

pub use cases::Failure;

use crate::criterion::Criterion;
use crate::facts::Facts;
use crate::head::{RuleError, Source, list, nearest};
use crate::judge::{Judgement, Opposites, Outlook, judge, outlooks};
use crate::law::{self, Law, LawOn};
use crate::method::Method;
use crate::reader;
use data_encoding::HEXLOWER;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::LazyLock;

macro_rules! files {
    ($folder:literal $ending:literal: $($id:literal)*) => {
        &[$((concat!($folder, "/", $id, $ending), include_str!(concat!($folder, "/", $id, $ending)))),*]
    };
}

/// The files of the embedded criteria, in order. A test holds the list against the folder.
pub const CRITERIA: &[(&str, &str)] = files! { "criteria" ".md":
    "agreement-assistance" "agreement-audit" "agreement-breach-notice" "agreement-confidentiality"
    "agreement-deletion" "agreement-instructions" "agreement-offered" "agreement-own-purposes"
    "agreement-security" "agreement-subprocessors" "anonymous-participation" "automated-decisions" "controller"
    "dpo" "end-to-end-encryption" "eu-representative" "exports" "foreign-disclosure" "legal-basis"
    "legitimate-interests" "no-metadata-to-third-parties" "no-recording-without-consent" "open-source"
    "purposes" "recipients" "retention" "right-access" "right-complaint" "right-erasure" "right-objection"
    "right-portability" "right-rectification" "right-restriction" "right-withdraw" "server-location"
    "source-of-data" "transfers" "transparency" "transport-encryption"
};

/// The files of the embedded methods, in order. A test holds the list against the folder.
pub const METHODS: &[(&str, &str)] =
    files! { "methods" ".toml": "berlin-short-test" "gdpr-transparency" "priva-score-video" };

/// The file of the embedded contradictions.
pub const CONTRADICTIONS: (&str, &str) = ("contradictions.toml", include_str!("contradictions.toml"));

/// The file that says by what texts are read: the digests of the reader's files. It is not in the folder; rules that were
/// kept hold that of their day, so that a judgement by another reader has another revision.
const READER: &str = "reader.sha256";

/// That of this program.
static TODAYS_READER: LazyLock<String> = LazyLock::new(|| digests(reader::files()));

/// All rules, valid and held against each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// The criteria, sorted by id.
    pub criteria: Vec<Criterion>,
    /// The methods, sorted by id.
    pub methods: Vec<Method>,
    /// What excludes each other, sorted by id.
    pub opposites: Vec<Opposites>,
    /// The dated law.
    pub law: Law,
    /// The SHA-256 of all files, those of the reader among them: what can change a judgement changes it. It is no signature.
    pub revision: String,
    /// The files themselves, by name: with [`Rules::load`] they are these rules again.
    pub sources: BTreeMap<String, String>,
}

impl Rules {
    /// Every embedded file, by name.
    pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
        CRITERIA.iter().chain(METHODS).chain(law::FILES).copied().chain([CONTRADICTIONS])
    }

    /// The reader's files of which the digests differ between these rules and others.
    pub fn other_reader(&self, other: &Self) -> Vec<String> {
        let lines = |rules: &Self| -> BTreeSet<String> {
            rules.sources.get(READER).into_iter().flat_map(|text| text.lines()).map(str::to_owned).collect()
        };
        let (ours, others) = (lines(self), lines(other));
        let names = ours.symmetric_difference(&others).filter_map(|line| line.split_once("  ").map(|(_, name)| name));
        names.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The rules that come with the program.
    ///
    /// # Errors
    /// A file of them is wrong; a test sees to it that none is.
    pub fn embedded() -> Result<Self, Vec<RuleError>> {
        Self::load(Self::files())
    }

    /// The embedded rules with files of a user's own: a file of the same name takes the place of ours, others are added.
    /// Names are relative to the folder: `criteria/<id>.md`, `methods/<id>.toml`, `law/<name>.toml`,
    /// `contradictions.toml`.
    ///
    /// # Errors
    /// What is wrong, one complaint for each file.
    pub fn overlaid<'a>(own: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<RuleError>> {
        let mut files: BTreeMap<&str, &str> = Self::files().collect();
        // By its place among the rules, wherever the folder lies: a path must not decide which of two files counts.
        files.extend(own.into_iter().map(|(name, text)| (short(name), text)));
        Self::load(files)
    }

    /// Reads rules from files, given as names and texts.
    ///
    /// # Errors
    /// What is wrong, one complaint for each file.
    pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<RuleError>> {
        let mut files: BTreeMap<&str, &str> = files.into_iter().map(|(name, text)| (short(name), text)).collect();
        files.entry(READER).or_insert(&TODAYS_READER);
        let of = |folder: &str| {
            let folder = folder.to_owned();
            files.iter().map(|(name, text)| (*name, *text)).filter(move |(name, _)| name.starts_with(&folder))
        };
        let mut errors = Vec::new();
        let mut keep = |error: RuleError| errors.push(error);
        for (name, text) in files.iter().filter(|(name, _)| !is_known(name)) {
            let expected = "`criteria/<id>.md`, `methods/<id>.toml`, `law/<name>.toml` or `contradictions.toml`";
            keep(Source::whole(name, text).error(0..0, "no such kind of rule".to_owned(), expected.to_owned()));
        }
        let criteria: Vec<_> =
            of("criteria/").filter_map(|(name, text)| Criterion::parse(name, text).map_err(&mut keep).ok()).collect();
        let criteria_are_whole = of("criteria/").count() == criteria.len();
        // Against a catalogue with holes every method would complain of criteria that do exist.
        let methods = of("methods/").filter(|_| criteria_are_whole);
        let methods =
            methods.filter_map(|(name, text)| Method::parse(name, text, &criteria).map_err(&mut keep).ok()).collect();
        let law = Law::parse(of("law/")).map_err(&mut keep);
        let mut opposites = Vec::new();
        for (name, text) in of("contradictions.toml") {
            match Opposites::parse(name, text) {
                Ok(read) => opposites = read,
                Err(error) => keep(error),
            }
            let criterion = |id: &String| criteria.iter().any(|criterion| criterion.id == *id);
            if let Some(id) =
                opposites.iter().flat_map(|one| &one.criteria).find(|id| criteria_are_whole && !criterion(id))
            {
                keep(unknown_criterion(name, text, id, &criteria));
            }
        }
        match law {
            Ok(law) if errors.is_empty() => {
                let revision =
                    HEXLOWER.encode(&Sha256::digest(digests(files.iter().map(|(name, text)| (*name, *text)))));
                let owned = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
                Ok(Self {
                    criteria,
                    methods,
                    opposites,
                    law,
                    revision,
                    sources: files.into_iter().map(owned).collect(),
                })
            }
            _ => Err(errors),
        }
    }

    /// A criterion by its id.
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.id == id)
    }

    /// A method by its id.
    ///
    /// # Errors
    /// There is none of that name: a sentence that says which there are.
    pub fn method(&self, id: &str) -> Result<&Method, String> {
        self.methods.iter().find(|method| method.id == id).ok_or_else(|| {
            let names = || self.methods.iter().map(|method| method.id.as_str());
            let hint = nearest(id, names()).map(|name| format!(": did you mean `{name}`?")).unwrap_or_default();
            format!("unknown method `{}`; expected one of {}{hint}", id.escape_debug(), list(names()))
        })
    }

    /// The law as it stood on a day.
    pub fn law_on(&self, day: Date) -> LawOn {
        self.law.on(day)
    }

    /// Judges the facts of a service as of a day.
    pub fn judge(&self, facts: &Facts, law: &LawOn) -> Judgement {
        judge(facts, &self.criteria, &self.opposites, law)
    }

    /// Only the grades that are left for each criterion, for judging many again.
    pub fn outlooks(&self, facts: &Facts, law: &LawOn) -> Vec<Outlook> {
        outlooks(facts, &self.criteria, &self.opposites, law)
    }
}

/// The name of a file inside the folder of rules, whatever stands before it.
fn short(name: &str) -> &str {
    let known = ["criteria/", "methods/", "law/", "contradictions.toml", READER];
    let at = |part: &str| name.rfind(part).filter(|at| *at == 0 || name.as_bytes()[at - 1] == b'/');
    known.iter().find_map(|part| at(part)).map_or(name, |at| &name[at..])
}

fn is_known(name: &str) -> bool {
    let inside = |folder: &str, ending: &str| {
        name.strip_prefix(folder).and_then(|rest| rest.strip_suffix(ending)).is_some_and(|stem| !stem.contains('/'))
    };
    inside("criteria/", ".md")
        || inside("methods/", ".toml")
        || inside("law/", ".toml")
        || name == "contradictions.toml"
        || name == READER
}

fn unknown_criterion(name: &str, text: &str, id: &str, criteria: &[Criterion]) -> RuleError {
    let at = text.find(&format!("\"{id}\"")).unwrap_or_default();
    let hint = nearest(id, criteria.iter().map(|criterion| criterion.id.as_str()));
    let hint = hint.map(|name| format!(": did you mean `{name}`?")).unwrap_or_default();
    let what = format!("unknown criterion `{}`", id.escape_debug());
    Source::whole(name, text).error(at..at + id.len() + 2, what, format!("one of the catalogue{hint}"))
}

/// The SHA-256 of each file, a line each, as `sha256sum` writes them.
fn digests<'a>(files: impl Iterator<Item = (impl Display, &'a str)>) -> String {
    files.map(|(name, text)| format!("{}  {name}\n", HEXLOWER.encode(&Sha256::digest(text)))).collect()
}

#[cfg(test)]
mod tests;
