//! Findings as OSCAL assessment results (NIST, model version 1.1.3, JSON), for tools of governance and compliance.
//!
//! A decided finding becomes a finding with a status; an inconclusive or not applicable one becomes an observation only, so
//! that what nobody knows can never be read as "not satisfied". `docs/formats.md` has the whole mapping. There is no
//! assessment plan in OSCAL to import: the document names its own rules instead.

mod make;
mod shape;

pub(crate) use make::oscal;

#[cfg(test)]
mod tests;
