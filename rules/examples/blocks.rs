//! Prints the blocks that the reader sees in documents: `cargo run -p probity-rules --example blocks -- FILE…`.
//!
//! For whoever wonders why a sentence was or was not read. It shows no claims: that is `probity read`.

#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use probity_rules::text::{self, Hints};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for name in std::env::args().skip(1) {
        let page = std::fs::read(&name).map_err(|error| error.to_string()).and_then(|bytes| {
            text::read(&bytes, &Hints { url: Some(&name), ..Hints::default() }).map_err(|error| error.to_string())
        });
        match page {
            Ok(page) => {
                let document = &page.document;
                println!("== {name}: {:?}, {:?}, {} links", page.verdict, document.language, page.links.len());
                for block in &document.blocks {
                    let text = document.text.get(block.span.clone()).unwrap_or_default();
                    println!("{:?} {:?} {text:?}", block.region, block.role);
                }
            }
            Err(error) => {
                println!("== {name}: {error}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
