//! Any bytes, read as `text/html`.

#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| common::check(bytes, "text/html", bytes.len() * 3 + 64));
