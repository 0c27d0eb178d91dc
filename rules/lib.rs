//! The pure half of Probity: the vocabulary, the reader of texts, the judge and the score.
//!
//! Same input, same output: nothing here opens a file or a socket, asks the clock or draws a random number. What needs
//! the world lives in `probity-probes`; what needs a user lives in `probity`.

pub mod claim;
pub mod condition;
pub mod country;
pub mod document;
pub mod facts;
pub mod head;
pub mod law;
pub mod observation;
pub mod reader;
pub mod sentence;
pub mod service;
pub mod text;
