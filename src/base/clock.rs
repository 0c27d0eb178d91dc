//! The only place that asks the clock, so that everything else is a function of its input.
//!
//! `PROBITY_CLOCK_SHIFT` (such as `26h` or `-3d`) puts the clock of a process forward or back: for tests and rehearsals.

use crate::base::failure::Failure;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use std::sync::OnceLock;

/// The variable that shifts the clock.
const SHIFT: &str = "PROBITY_CLOCK_SHIFT";

/// By how much the clock is shifted.
static SHIFTED: OnceLock<SignedDuration> = OnceLock::new();

/// Reads the variable. A clock that nobody shifted needs no call.
pub(crate) fn set() -> Result<(), Failure> {
    let Ok(text) = std::env::var(SHIFT) else { return Ok(()) };
    let span = text.parse::<Span>().and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    let span = span.map_err(|_| {
        Failure::new(format_args!("{SHIFT} is `{text}`, which is no span of time"))
            .next("write it like 26h or -3d, or leave it out")
    })?;
    let _ = SHIFTED.set(span);
    Ok(())
}

/// Now, in whole seconds: finer time would only make two records of one audit look further apart than they are.
pub(crate) fn now() -> Timestamp {
    let now = precise();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// Now, as finely as the machine knows it: for waits that are shorter than a second.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub(crate) fn precise() -> Timestamp {
    let now = Timestamp::now();
    SHIFTED.get().and_then(|shift| now.checked_add(*shift).ok()).unwrap_or(now)
}
