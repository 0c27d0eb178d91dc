//! Any bytes, read as `text/plain`.

#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| common::check(bytes, "text/plain", bytes.len() * 3 + 64));
