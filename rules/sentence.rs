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

/// A provision of the GDPR as a language cites it: `Art. 28(3)(e) and (f) GDPR` is `Art. 28 Abs. 3 lit. e und f DSGVO`. What is
/// cited otherwise stays as it is.
pub fn provision(cited: &str, lang: Lang) -> String {
    let Some(article) = cited.strip_prefix("Art. ").and_then(|rest| rest.strip_suffix(" GDPR")) else {
        return cited.to_owned();
    };
    if lang == Lang::En {
        return cited.to_owned();
    }
    let (number, places) = article.split_at(article.find('(').unwrap_or(article.len()));
    let (mut paragraph, mut letters) = (String::new(), Vec::new());
    for place in places.split(['(', ')']).map(str::trim).filter(|place| !place.is_empty() && *place != "and") {
        match place.parse::<u32>() {
            Ok(_) => paragraph = format!(" Abs. {place}"),
            Err(_) => letters.push(place),
        }
    }
    let letters = if letters.is_empty() { String::new() } else { format!(" lit. {}", letters.join(" und ")) };
    format!("Art. {}{paragraph}{letters} DSGVO", number.replace(" to ", " bis "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provisions_as_germans_cite_them() {
        for (cited, german) in [
            ("Art. 13 GDPR", "Art. 13 DSGVO"),
            ("Art. 12(1) GDPR", "Art. 12 Abs. 1 DSGVO"),
            ("Art. 28(10) GDPR", "Art. 28 Abs. 10 DSGVO"),
            ("Art. 13(2)(b) GDPR", "Art. 13 Abs. 2 lit. b DSGVO"),
            ("Art. 28(3)(e) and (f) GDPR", "Art. 28 Abs. 3 lit. e und f DSGVO"),
            ("Art. 44 to 49 GDPR", "Art. 44 bis 49 DSGVO"),
            ("§ 25 TDDDG", "§ 25 TDDDG"),
        ] {
            assert_eq!(provision(cited, Lang::De), german);
            assert_eq!(provision(cited, Lang::En), cited);
        }
    }
}
