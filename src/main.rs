//! The binary `probity`. Everything is in the library beside it, so that tests and benches can reach it.

use std::process::ExitCode;
use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    probity::run(std::env::args_os())
}
