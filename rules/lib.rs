//! The pure half of Probity: the vocabulary, the reader of texts, the judge and the score.
//!
//! Same input, same output: nothing here opens a file or a socket, asks the clock or draws a random number. What needs
//! the world lives in `probity-probes`; what needs a user lives in `probity`.

pub mod catalogue;
pub mod claim;
pub mod condition;
pub mod country;
pub mod criterion;
pub mod document;
pub mod facts;
pub mod head;
pub mod judge;
pub mod law;
pub mod method;
pub mod observation;
pub mod rating;
pub mod reader;
pub mod score;
pub mod second;
pub mod sentence;
pub mod service;
pub mod subprocessors;
pub mod target;
pub mod text;
