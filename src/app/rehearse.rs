//! Recorded captures run as if each had been audited on its day: what would have been raised, and what not.
//!
//! Each time at which something of a service was captured is one audit by the pipeline of a live one; what follows goes through
//! the same `Memory`. Pure but for reading the archive. It raises nothing anywhere: it only says what would be.

mod captures;
pub(crate) mod library;
mod run;

pub(crate) use run::rehearse;

use crate::app::compare::Notice;
use crate::app::compare::document::TextEvent;
use crate::app::compare::memory::Noticed;
use crate::base::change::Change;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the format.
pub const SCHEMA: &str = "probity-rehearsal-1";

/// What `probity rehearse --format json` prints (docs/formats.md).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rehearsal {
    /// The version of the format.
    pub schema: String,
    /// How long after the first look a second one had to show a change, in hours.
    pub confirm_after_hours: f64,
    /// Audits: each distinct time of capture of each service.
    pub audits: u32,
    /// Captures of documents whose bytes differ from those of the capture before.
    pub raw_changes: u32,
    /// Captures of documents that say something else than the last good one.
    pub text_changes: u32,
    /// Those of them that return to a text that was known already.
    pub flickers: u32,
    /// Captures that show something else than the document.
    pub gaps: u32,
    /// What a person would have been asked, in the order of time.
    pub reviews: Vec<Change>,
    /// Changes that were seen and not raised, with the reason.
    pub noticed: Vec<Noticed>,
    /// Documents that could not be had for long.
    pub notices: Vec<Notice>,
    /// The same figures for each service, sorted by id.
    pub services: Vec<Course>,
}

/// What came of one service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Course {
    /// Its id.
    pub service: String,
    /// Audits.
    pub audits: u32,
    /// Captures of documents whose bytes differ from those of the capture before.
    pub raw_changes: u32,
    /// Captures of documents that say something else than the last good one.
    pub text_changes: u32,
    /// Those of them that return to a text that was known already.
    pub flickers: u32,
    /// Captures that show something else than the document.
    pub gaps: u32,
    /// Changed bytes that say the same.
    pub same: u32,
    /// What a person would have been asked.
    pub reviews: u32,
    /// The looks at its documents that came to something else than the same, in the order of time.
    pub texts: Vec<TextEvent>,
}

/// The schema of the format, as JSON Schema (2020-12).
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Rehearsal).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("$id".to_owned(), serde_json::Value::from(SCHEMA));
    }
    schema
}
