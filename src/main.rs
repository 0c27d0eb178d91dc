//! The binary `probity`. Everything is in the library beside it, so that tests and benches can reach it.

use mimalloc::MiMalloc;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    probity::run(std::env::args_os())
}
