//! The lowest floor: types and helpers that every floor may use. Nothing here knows another floor.

/// The clock of the process.
pub(crate) mod clock;
/// A failure with what, where and the next step.
pub(crate) mod failure;
/// Many tasks at once, within bounds.
pub(crate) mod pool;
/// Progress of long work on standard error.
pub(crate) mod progress;
/// Review items, decisions, and which decision is allowed when.
pub mod review;
