//! What is new, as one text: changes that were raised, items that wait, work that failed.
//!
//! Pure. What is told was bounded and made harmless before; a mail or a feed is no place for ten thousand lines.

use super::state::Channel;
use crate::present::text;
use crate::present::words::{date, day};
use jiff::Timestamp;
use probity_rules::judge::Grade;
use probity_rules::method::Light;
use probity_rules::sentence::Lang;
use serde::Serialize;
use std::fmt::Write as _;

/// Lines of each kind that a digest has at most; what is more is counted.
const LINES: usize = 50;

/// A change of a rating that was raised for a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Told {
    /// The number of its item.
    pub(crate) id: i64,
    /// The service's id.
    pub(crate) service: String,
    /// The method's id.
    pub(crate) method: String,
    /// The criterion's id.
    pub(crate) criterion: String,
    /// The grade before.
    pub(crate) from: Grade,
    /// The grade now.
    pub(crate) to: Grade,
    /// The light before.
    pub(crate) light_from: Light,
    /// The light now.
    pub(crate) light_to: Light,
    /// When it was raised.
    pub(crate) raised_at: Timestamp,
    /// Why, by name.
    pub(crate) cause: String,
    /// Whether it waits for a decision.
    pub(crate) waits: bool,
}

/// Work that failed and will not be tried again by itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Failed {
    /// What.
    pub(crate) what: String,
    /// Why.
    pub(crate) why: String,
    /// When.
    pub(crate) at: Timestamp,
}

/// What there is to tell.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct News {
    /// Changes, the newest first.
    pub(crate) changes: Vec<Told>,
    /// How many items wait for a decision, new ones or old.
    pub(crate) waiting: usize,
    /// Failures, the newest first.
    pub(crate) failures: Vec<Failed>,
}

impl News {
    /// What a channel does not know yet.
    pub(super) fn since(&self, channel: &Channel) -> Self {
        let new = |failed: &&Failed| channel.last.is_none_or(|last| failed.at > last);
        Self {
            changes: self.changes.iter().filter(|change| change.id > channel.told).cloned().collect(),
            waiting: self.waiting,
            failures: self.failures.iter().filter(new).cloned().collect(),
        }
    }

    /// Whether nothing happened. That something still waits is no news.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.failures.is_empty()
    }

    /// The number of the newest item.
    pub(super) fn newest(&self) -> i64 {
        self.changes.iter().map(|change| change.id).max().unwrap_or(0)
    }

    /// The digest in one line.
    pub(crate) fn subject(&self, lang: Lang) -> String {
        let (changes, failures) = (self.changes.len(), self.failures.len());
        let mut parts = Vec::new();
        let count = |number: usize, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
        match lang {
            Lang::En => {
                if changes > 0 {
                    parts.push(count(changes, "change", "changes"));
                }
                if failures > 0 {
                    parts.push(count(failures, "failure", "failures"));
                }
                parts.push(count(self.waiting, "item waits", "items wait"));
            }
            Lang::De => {
                if changes > 0 {
                    parts.push(count(changes, "Änderung", "Änderungen"));
                }
                if failures > 0 {
                    parts.push(count(failures, "Fehler", "Fehler"));
                }
                parts.push(count(self.waiting, "Eintrag wartet", "Einträge warten"));
            }
        }
        format!("Probity: {}", parts.join(", "))
    }

    /// The digest in words.
    pub(crate) fn text(&self, link: Option<&str>, lang: Lang) -> String {
        let mut out = String::new();
        let (heading, failed, more, look) = match lang {
            Lang::En => ("Changes that wait for a decision or were decided:", "What failed:", "more", "The board:"),
            Lang::De => {
                ("Änderungen, die warten oder entschieden sind:", "Was fehlschlug:", "weitere", "Die Übersicht:")
            }
        };
        let _ = writeln!(out, "{}", self.subject(lang));
        if !self.changes.is_empty() {
            let _ = writeln!(out, "\n{heading}\n");
            for change in self.changes.iter().take(LINES) {
                let _ = writeln!(out, "- {}", change.line(lang));
            }
            rest(self.changes.len(), more, &mut out);
        }
        if !self.failures.is_empty() {
            let _ = writeln!(out, "\n{failed}\n");
            for failure in self.failures.iter().take(LINES) {
                let what = text::brief(&failure.what, 200);
                let _ = writeln!(out, "- {what}, {}: {}", day(date(failure.at), lang), text::brief(&failure.why, 300));
            }
            rest(self.failures.len(), more, &mut out);
        }
        if let Some(link) = link {
            let _ = writeln!(out, "\n{look} {link}");
        }
        out
    }
}

fn rest(all: usize, more: &str, out: &mut String) {
    if let Some(rest) = all.checked_sub(LINES).filter(|rest| *rest > 0) {
        let _ = writeln!(out, "- … {rest} {more}");
    }
}

impl Told {
    /// The change in one line.
    pub(crate) fn line(&self, lang: Lang) -> String {
        let word = |light| Light::word(light, lang);
        let grade = |grade| Grade::word(grade, lang);
        let lights = match self.light_from == self.light_to {
            true => word(self.light_to).to_owned(),
            false => format!("{} → {}", word(self.light_from), word(self.light_to)),
        };
        format!(
            "{}: {lights} ({}; {}: {} → {}; {}; {})",
            text::brief(&self.service, 100),
            text::brief(&self.method, 100),
            text::brief(&self.criterion, 100),
            grade(self.from),
            grade(self.to),
            text::brief(&self.cause, 100),
            day(date(self.raised_at), lang)
        )
    }
}
