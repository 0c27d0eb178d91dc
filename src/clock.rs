//! The only place that asks the clock, so that everything else is a function of its input.

use jiff::Timestamp;

/// Now, in whole seconds: finer time would only make two records of one audit look further apart than they are.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub(crate) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// Now, as finely as the machine knows it: for waits that are shorter than a second.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub(crate) fn precise() -> Timestamp {
    Timestamp::now()
}
