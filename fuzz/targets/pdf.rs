//! Any bytes, read as `application/pdf`.

#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| common::check(bytes, "application/pdf", 64 << 20));
