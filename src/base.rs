//! The lowest floor: types and helpers that every floor may use. Nothing here knows another floor.

/// A change of a grade that is put before a person.
pub mod change;
/// The clock of the process.
pub(crate) mod clock;
/// A failure with what, where and the next step.
pub(crate) mod failure;
/// Text from outside made harmless for a terminal.
pub(crate) mod plain;
/// Many tasks at once, within bounds.
pub(crate) mod pool;
/// Progress of long work on standard error.
pub(crate) mod progress;
/// Review items, decisions, and which decision is allowed when.
pub mod review;
