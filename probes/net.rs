//! The door to the network and the archive behind it: the only room that opens a connection or writes evidence.

pub mod archive;
pub mod capture;
mod client;
pub mod coding;
mod cookies;
mod crawl;
pub mod digest;
mod dns;
pub mod door;
mod exchange;
mod files;
pub mod gather;
pub mod guard;
pub mod loopback;
pub mod options;
mod pace;
pub mod post;
pub mod provider;
pub mod question;
mod raw;
mod resolution;
mod retry;
pub mod robots;
pub mod visit;
pub mod warc;
