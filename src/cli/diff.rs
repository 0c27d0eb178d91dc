//! `probity diff`: its flags.
//!
//! It only says what can be written.

use super::shared::Format;
use clap::Args;

/// `probity diff`
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  probity diff zoom
  probity diff zoom --from 2026-03-01 --to 2026-06-01
  probity diff zoom --method berlin-short-test --format json")]
pub(crate) struct Diff {
    /// Id of the service
    #[arg(value_name = "SERVICE")]
    pub(crate) service: String,
    /// Older audit: its name, or a day or time (the newest until then); without it, the one before the newer
    #[arg(long, value_name = "AUDIT|DATE")]
    pub(crate) from: Option<String>,
    /// Newer audit, in the same way; without it, the newest
    #[arg(long, value_name = "AUDIT|DATE")]
    pub(crate) to: Option<String>,
    /// Compare only this method's ratings
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Form of the result
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}
