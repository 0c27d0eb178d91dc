//! A read document: its extracted text and the structure over it. What the claims reader works on.
//!
//! It knows nothing of bytes, charsets or markup (that is `text`), nor of what the text claims (that is `reader`).

use crate::sentence::Lang;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// What a page is for. The names stand in service declarations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The information for data subjects (Art. 13 and 14 GDPR).
    PrivacyPolicy,
    /// The contract with users.
    Terms,
    /// The contract of processor and controller (Art. 28 GDPR).
    ProcessingAgreement,
    /// The list of further processors.
    Subprocessors,
    /// A page about security.
    Security,
    /// A help page.
    Help,
    /// Who runs the site (in Germany by law).
    Imprint,
    /// The information on cookies.
    CookiePolicy,
}

impl Kind {
    /// Every kind, in the order of declarations and reports.
    pub const ALL: [Self; 8] = [
        Self::PrivacyPolicy,
        Self::Terms,
        Self::ProcessingAgreement,
        Self::Subprocessors,
        Self::Security,
        Self::Help,
        Self::Imprint,
        Self::CookiePolicy,
    ];

    /// The name in declarations, reports and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PrivacyPolicy => "privacy-policy",
            Self::Terms => "terms",
            Self::ProcessingAgreement => "processing-agreement",
            Self::Subprocessors => "subprocessors",
            Self::Security => "security",
            Self::Help => "help",
            Self::Imprint => "imprint",
            Self::CookiePolicy => "cookie-policy",
        }
    }

    /// What people call it.
    pub fn title(self, lang: Lang) -> &'static str {
        let (en, de) = match self {
            Self::PrivacyPolicy => ("privacy policy", "Datenschutzerklärung"),
            Self::Terms => ("terms", "Nutzungsbedingungen"),
            Self::ProcessingAgreement => ("processing agreement", "Auftragsverarbeitungsvertrag"),
            Self::Subprocessors => ("sub-processors", "Unterauftragsverarbeiter"),
            Self::Security => ("security", "Sicherheit"),
            Self::Help => ("help", "Hilfe"),
            Self::Imprint => ("imprint", "Impressum"),
            Self::CookiePolicy => ("cookies", "Cookies"),
        };
        match lang {
            Lang::En => en,
            Lang::De => de,
        }
    }

    /// Whether `dpa.*` claims count here: agreements and terms only.
    pub fn is_contract(self) -> bool {
        matches!(self, Self::ProcessingAgreement | Self::Terms)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("unknown document kind `{name}`; known: {}", known.join(", "))
        })
    }
}

/// A language, as the reader tells them apart. What it does not know stays `Other` with its own code. Written as its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Another one, by its ISO 639-1 or 639-3 code in lower case, padded with zero bytes.
    Other([u8; 3]),
}

impl Language {
    /// The languages in which claims can be read.
    pub const READ: [Self; 3] = [Self::En, Self::De, Self::Fr];

    /// The language of a BCP 47 tag or ISO 639 code (`de-AT` is German), or none where it is no such tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
        Some(match primary.as_str() {
            "en" | "eng" => Self::En,
            "de" | "deu" | "ger" => Self::De,
            "fr" | "fra" | "fre" => Self::Fr,
            other if (2..=3).contains(&other.len()) && other.bytes().all(|byte| byte.is_ascii_lowercase()) => {
                let mut code = [0; 3];
                code[..other.len()].copy_from_slice(other.as_bytes());
                Self::Other(code)
            }
            _ => return None,
        })
    }

    /// The code, as in `<html lang>`.
    pub fn code(&self) -> &str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Other(code) => std::str::from_utf8(code).unwrap_or("und").trim_end_matches('\0'),
        }
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.code().to_owned()
    }
}

impl TryFrom<String> for Language {
    type Error = String;

    fn try_from(code: String) -> Result<Self, String> {
        Self::from_tag(&code).ok_or_else(|| format!("`{code}` is no code of a language; expected one such as `de`"))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A document: one text, cut into blocks that do not overlap and stand in reading order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// The extracted text; blocks are separated by line breaks. Quotes are slices of it.
    pub text: String,
    /// What stands in `<title>` or its like.
    pub title: Option<String>,
    /// The language of the greater part.
    pub language: Option<Language>,
    /// The blocks, in order.
    pub blocks: Vec<Block>,
}

/// A run of text that belongs together: a heading, a paragraph, a list item, a table row.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Byte range in [`Document::text`].
    pub span: Range<usize>,
    /// What it is.
    pub role: Role,
    /// Where on the page it stands.
    pub region: Region,
    /// Its own language, where the text or the markup tells; else the document's.
    pub language: Option<Language>,
    /// The heading over it: the index of that block.
    pub heading: Option<usize>,
    /// The block that this one hangs on: the lead-in sentence of a list, the header row of a table, the term of a
    /// definition.
    pub lead: Option<usize>,
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A heading of level 1 to 6 (also an accordion's summary).
    Heading(u8),
    /// Running text.
    Paragraph,
    /// A list item, with its depth from 1.
    Item(u8),
    /// A table row; cells are separated by tabs.
    Row,
    /// A term of a definition list.
    Term,
    /// What a term means.
    Definition,
}

/// Where on the page a block stands. Only `Main` is read for claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// The text itself.
    Main,
    /// Menus, breadcrumbs, lists of links.
    Navigation,
    /// A consent banner or another overlay.
    Banner,
    /// The page's footer.
    Footer,
}
