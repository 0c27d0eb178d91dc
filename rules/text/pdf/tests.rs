//! PDF files written here: the same text as in HTML, and files that are meant to hurt.

mod hostile;
mod writer;
mod written;
