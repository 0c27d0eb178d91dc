//! A sentence in the two languages of reports.

use crate::head::{Node, RuleError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language of reports and pages. Languages of documents are another thing (`document::Language`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lang {
    /// English.
    En,
    /// German.
    De,
}

/// The same said in English and in German.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Sentence {
    /// In English.
    pub en: String,
    /// In German.
    pub de: String,
}

impl Sentence {
    /// Both languages at once.
    pub fn new(en: impl Into<String>, de: impl Into<String>) -> Self {
        Self { en: en.into(), de: de.into() }
    }

    /// In one language.
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::De => &self.de,
        }
    }

    /// Reads `{ en = "…", de = "…" }`.
    ///
    /// # Errors
    /// It is something else, or a language is missing or blank.
    pub fn parse(node: Node) -> Result<Self, RuleError> {
        let mut table = node.table(&["en", "de"])?;
        Ok(Self {
            en: table.need("en", "the sentence in English")?.text()?,
            de: table.need("de", "the sentence in German")?.text()?,
        })
    }
}
