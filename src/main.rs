//! The binary `probity`.

fn main() {}
