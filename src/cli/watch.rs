//! What keeps watch and what looks back: `worker`, `status`, `history`, `export`, `import`, `rehearse`.
//!
//! It only says what can be written.

use super::shared::{Basis, Format, Network, SecondReader, ServicesFolder};
use super::values;
use clap::{Args, ValueHint};
use jiff::SignedDuration;
use std::path::PathBuf;
use std::time::Duration;

/// `probity worker`
#[derive(Args, Debug)]
#[command(after_long_help = "\
The schedule stands in probity.toml, under [schedule]. Any number of workers may run, also on several machines over one \
PostgreSQL and one bucket: each job is done once, no service is audited twice at once, and a host is asked at one pace by all.

Examples:
  probity worker
  probity worker --store postgres://probity@db.example/probity --evidence s3://audits --hands 8")]
pub(crate) struct Worker {
    /// Audits at once
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) hands: u16,
    /// End when nothing is left to do, in place of waiting
    #[arg(long)]
    pub(crate) until_idle: bool,
    /// How long a worker may be silent until its jobs are another's
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = values::duration)]
    pub(crate) lease: Duration,
    /// How long after the first look a second one has to show a change before it is raised (26h)
    #[arg(long, value_name = "TIME", env = "PROBITY_CONFIRM_AFTER", value_parser = values::span, hide_env_values = true)]
    pub(crate) confirm_after: Option<SignedDuration>,
    /// Put all services (or the named ones) on the list now, whatever the schedule says
    #[arg(long, value_name = "SERVICE", num_args = 0.., value_delimiter = ',')]
    pub(crate) now: Option<Vec<String>>,
    #[command(flatten)]
    pub(crate) basis: Basis,
    #[command(flatten)]
    pub(crate) network: Network,
    #[command(flatten)]
    pub(crate) second: SecondReader,
}

/// `probity status`
#[derive(Args, Debug)]
pub(crate) struct Status {
    /// Read every archive and every line of the log again, and end with code 1 where one is missing or was altered
    #[arg(long)]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) folder: ServicesFolder,
    /// Form of the result
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `probity history`
#[derive(Args, Debug)]
pub(crate) struct History {
    /// Id of the service
    #[arg(value_name = "SERVICE")]
    pub(crate) service: String,
    /// Show only this method's ratings
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// How many ratings, the newest
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    pub(crate) last: usize,
    /// Form of the result
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `probity export`
#[derive(Args, Debug)]
pub(crate) struct Export {
    /// Folder to write into, empty or not there
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
}

/// `probity import`
#[derive(Args, Debug)]
pub(crate) struct Import {
    /// Folder that `export` wrote
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
}

/// `probity rehearse`
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  probity rehearse history.warc.gz --services my-services
  probity rehearse 2025.warc.gz 2026.warc.gz --service example-meet --confirm-after 3d --format json")]
pub(crate) struct Rehearse {
    /// Recorded archives (WARC) with several captures of the same addresses
    #[arg(value_name = "HISTORY", required = true, value_hint = ValueHint::FilePath)]
    pub(crate) histories: Vec<PathBuf>,
    /// Rehearse only this service (repeat for several)
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    pub(crate) service: Vec<String>,
    /// How long after the first look a second one has to show a change before it is raised
    #[arg(long, value_name = "TIME", value_parser = values::duration, default_value = "26h")]
    pub(crate) confirm_after: Duration,
    #[command(flatten)]
    pub(crate) basis: Basis,
    /// Form of the result
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}
