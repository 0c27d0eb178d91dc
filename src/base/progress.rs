//! How far a long work is, on standard error where that is a terminal; elsewhere nothing.
//!
//! It shows and decides nothing.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// A bar with a count, a time and what was last done.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar for so many things of a kind (`services`).
    pub(crate) fn new(count: usize, things: &str) -> Self {
        let bar = ProgressBar::new(u64::try_from(count).unwrap_or(u64::MAX));
        let template = format!("{{elapsed_precise}} {{bar:24}} {{pos}}/{{len}} {things}  {{wide_msg}}");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// One is done.
    pub(crate) fn done(&self, what: &str) {
        self.0.set_message(crate::base::plain::plain(what).into_owned());
        self.0.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
