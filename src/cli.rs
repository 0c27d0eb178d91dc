//! The command line: every command and flag, from which parsing, help, completions and man pages are made.
//!
//! It only says what can be written. What a value means together with `probity.toml` is `config.rs`.

pub(crate) mod care;
pub(crate) mod config;
pub(crate) mod diff;
pub(crate) mod exit;
pub(crate) mod notify;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod serve;
pub(crate) mod shared;
pub(crate) mod values;
pub(crate) mod watch;

pub(crate) use care::{Geoip, Rules, Services};
pub(crate) use review::{OfRating, Review, Reviewer};
pub(crate) use serve::{Accounts, Demo, RoleName, Serve};
pub(crate) use shared::{AuditFormat, Basis, Format, Global, Network, RulesFolder, SecondReader};
pub(crate) use watch::{Export, History, Import, Rehearse, Status, Worker};

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use jiff::{SignedDuration, Timestamp};
use probity_rules::document::Kind;
use std::path::PathBuf;

const AFTER: &str = "\
Exit codes: 0 done; 1 the threshold of --fail-on was crossed or a check failed; 2 wrong usage, configuration or a \
store that cannot be written; 3 done with gaps that were to count as failure; 130 interrupted, what was done is kept.

Configuration: probity.toml in this folder (or the one named by --config), then PROBITY_* variables, then flags.";

/// Audits online services for privacy compliance: every colour has a sentence behind it, every sentence stands in the
/// evidence.
#[derive(Parser, Debug)]
#[command(name = "probity", version, after_long_help = AFTER, max_term_width = 100, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands, in the order of the help.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Audit services: gather evidence (or take a recorded archive), judge it, keep both, print a table
    Audit(Box<Audit>),
    /// Say what documents claim, with the passages
    Read(Read),
    /// Show the findings of the last audit of a service, with quotes
    Show(Show),
    /// Explain how one grade came about, down to the passages and records it rests on
    Explain(Explain),
    /// Show what differs between two audits of a service, and why
    Diff(diff::Diff),
    /// Write the last audits as a report: HTML, PDF, JSON, CSV, Markdown, OSCAL, or a static site
    Report(report::Report),
    /// Tell by mail, webhook and Atom files what is new
    Notify(notify::Notify),
    /// Audit on schedule: put on the list what is due, work on what is on it
    Worker(Box<Worker>),
    /// Say what is due, what failed, and what waits for whom
    Status(Status),
    /// Show the rating of a service over time
    History(History),
    /// Decide on what waits for a person
    #[command(subcommand)]
    Review(Review),
    /// Run recorded captures as if each had been audited on its day, and say what would have been raised
    Rehearse(Rehearse),
    /// Write everything that is remembered into a folder, as open files with the evidence
    Export(Export),
    /// Fill an empty store with what `export` wrote
    Import(Import),
    /// Care for the declarations of services
    #[command(subcommand)]
    Services(Services),
    /// Care for claims, criteria, methods and law
    #[command(subcommand)]
    Rules(Rules),
    /// Show or renew the databases that place addresses in countries
    #[command(subcommand)]
    Geoip(Geoip),
    /// Show everything on web pages: the board, services, the archive; and as JSON for programs
    Serve(Serve),
    /// Care for the accounts of people who sign in to `serve`
    #[command(subcommand)]
    Accounts(Accounts),
    /// Audit six invented services on a small internet inside this process, offline
    Demo(Demo),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the man page, or write one for each command into a folder
    Man(Man),
}

/// `probity audit`
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  probity audit zoom jitsi-meet
  probity audit --services my-services --method berlin-short-test --format markdown
  probity audit --replay recorded.warc.gz --as-of 2026-06-02 --format json")]
pub(crate) struct Audit {
    /// Ids of the services to audit; without any, all that are declared and still offered
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    #[command(flatten)]
    pub(crate) basis: Basis,
    /// Judge recorded archives (WARC) instead of asking the network
    #[arg(long, value_name = "FILE", num_args = 1.., value_hint = ValueHint::FilePath)]
    pub(crate) replay: Vec<PathBuf>,
    /// Day or time of the audit, for evidence and for the law (2026-06-02, 2026-06-02T06:00:00Z); a day is its end
    #[arg(long, value_name = "DATE", requires = "replay", value_parser = values::as_of)]
    pub(crate) as_of: Option<Timestamp>,
    /// Form of the result on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = AuditFormat::Table)]
    pub(crate) format: AuditFormat,
    /// End with code 1 when a light is red, or worse than in the last audit; with code 3 when something could not be had
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',')]
    pub(crate) fail_on: Vec<FailOn>,
    /// Ask for every page whole, also where a server could say that it has not changed since the last audit
    #[arg(long, conflicts_with = "replay")]
    pub(crate) no_conditional: bool,
    /// How long after the first look a second one has to show a change before it is raised (26h)
    #[arg(long, value_name = "TIME", env = "PROBITY_CONFIRM_AFTER", value_parser = values::span, hide_env_values = true)]
    pub(crate) confirm_after: Option<SignedDuration>,
    #[command(flatten)]
    pub(crate) network: Network,
    #[command(flatten)]
    pub(crate) second: SecondReader,
}

/// `probity read`
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  probity read privacy.html --format json
  curl -s https://example.org/privacy | probity read - --kind privacy-policy
  probity read https://example.org/privacy --language de")]
pub(crate) struct Read {
    /// HTML, PDF, Markdown or text files, addresses, or `-` for standard input
    #[arg(value_name = "FILE|URL", required = true, value_hint = ValueHint::FilePath)]
    pub(crate) documents: Vec<String>,
    /// What the documents are for
    #[arg(long, value_name = "KIND", default_value = "privacy-policy", value_parser = values::kind())]
    pub(crate) kind: Kind,
    /// Their language (en, de, fr); without it, as the documents show
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,
    /// Form of the result: a table, or one JSON object a line
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) network: Network,
}

/// `probity show`
#[derive(Args, Debug)]
pub(crate) struct Show {
    /// Id of the service
    #[arg(value_name = "SERVICE")]
    pub(crate) service: String,
    /// Show only this method's rating
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Form of the result
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// `probity explain`
#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// Id of the service
    #[arg(value_name = "SERVICE")]
    pub(crate) service: String,
    /// Id of the criterion (`probity rules list`)
    #[arg(value_name = "CRITERION")]
    pub(crate) criterion: String,
    #[command(flatten)]
    pub(crate) rules: RulesFolder,
    /// Form of the result
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// What makes an audit end with another code than 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// A light is red (code 1)
    Red,
    /// A light is worse than in the last audit of that service (code 1)
    Worse,
    /// Something could not be had (code 3)
    Gaps,
}

/// `probity completions`
#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// `probity man`
#[derive(Args, Debug)]
pub(crate) struct Man {
    /// Folder to write one page a command into
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) folder: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn definitions_are_sound() {
        Cli::command().debug_assert();
    }
}
