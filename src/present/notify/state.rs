//! What each channel was told and how it fared: a small file in the data folder.
//!
//! It is written aside and renamed. Where it is lost, a channel is told everything once more; nothing else hangs on it.

use super::digest::News;
use super::{FIRST_WAIT, LONGEST_WAIT};
use crate::base::failure::Failure;
use crate::keep::data::unreadable;
use crate::present::report::site::write;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

/// The name of the file.
pub(crate) const FILE: &str = "notify.json";

/// All channels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// By name.
    pub(crate) channels: BTreeMap<String, Channel>,
}

/// One channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Channel {
    /// The number of the newest item that it was told of.
    #[serde(default)]
    pub(crate) told: i64,
    /// When it was last told something.
    #[serde(default)]
    pub(crate) last: Option<Timestamp>,
    /// How often in a row it failed.
    #[serde(default)]
    pub(crate) failures: u32,
    /// When it is tried again.
    #[serde(default)]
    pub(crate) next: Option<Timestamp>,
    /// What was wrong.
    #[serde(default)]
    pub(crate) error: Option<String>,
}

impl Channel {
    /// It was told all that is known now.
    pub(super) fn done(&mut self, all: &News, now: Timestamp) {
        *self = Self { told: all.newest().max(self.told), last: Some(now), ..Self::default() };
    }

    /// It could not be told.
    pub(super) fn failed(&mut self, error: &str, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        let doubled = FIRST_WAIT.checked_mul(1_i32 << (self.failures - 1).min(12)).unwrap_or(LONGEST_WAIT);
        self.next = now.checked_add(doubled.min(LONGEST_WAIT)).ok();
        self.error = Some(crate::present::text::brief(error, 500));
    }
}

impl State {
    /// Reads it from the data folder; an empty one where there is none.
    pub(crate) fn load(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                Failure::new(format_args!("{} is damaged: {error}", path.display()))
                    .next("remove it: every channel is then told everything once more")
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(unreadable(&path, &error)),
        }
    }

    /// Writes it into the data folder.
    pub(crate) fn save(&self, folder: &Path) -> Result<(), Failure> {
        let bytes = serde_json::to_vec_pretty(self).map_err(|error| Failure::new(error).next("please report this"))?;
        write(&folder.join(FILE), &bytes)
    }
}
