//! The integration tests: one binary, one file or folder for each part of what users touch.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]
#![expect(clippy::print_stderr, reason = "a test that is left out says so")]

mod audit;
mod bad_input;
mod browser;
mod bucket;
mod cli;
mod common;
mod conditions;
mod contributing;
mod demo;
mod floors;
mod formats;
mod keep;
mod live;
mod offline;
mod openid;
mod rehearse;
mod report;
mod second;
mod serve;
mod watch;
