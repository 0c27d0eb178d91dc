//! The door to the network and the archive behind it: the only room that opens a connection or writes evidence.

pub mod archive;
pub mod capture;
pub mod coding;
pub mod digest;
pub mod warc;
