//! What changed between two audits of a service, and why.
//!
//! `Memory` and a `Look` go in, `Events` come out. Pure: no store, no network, no clock. A change is raised for a person
//! only after it was seen twice; it says what the grade rested on before and rests on now, letter by letter. It decides nothing
//! about publishing: that is `review`.

pub mod anchor;
pub mod cause;
pub mod difference;
pub mod document;
mod grades;
pub mod memory;
pub mod passages;
#[cfg(test)]
mod properties;

pub use grades::{Events, Look, Notice, Terms};
pub use memory::Memory;
