//! The floor of the work: audits, workers, schedule, comparison, rehearsal. It shows nothing.

/// The pipeline: gather, read, judge, write.
pub(crate) mod audit;
/// What changed between two audits, and why.
pub mod compare;
/// The small internet of `probity demo`.
pub(crate) mod demo;
/// Address databases of an audit.
pub(crate) mod geoip;
/// Options of the door to the network.
pub(crate) mod network;
/// Kept audits into the store.
pub(crate) mod register;
/// Recorded captures run as audits of their day.
pub mod rehearse;
/// When services are due.
pub(crate) mod schedule;
/// Jobs of the store, worked on.
pub(crate) mod worker;
