//! The command line of `probity report`, and the forms and languages of reports.

use super::shared::RulesFolder;
use clap::{Args, ValueEnum, ValueHint};
use probity_rules::sentence::Lang;
use std::path::PathBuf;

/// `probity report`
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  probity report --out report.html
  probity report zoom jitsi-meet --language de --out bericht.pdf
  probity report --method berlin-short-test --format csv
  probity report --site public --confirmed")]
pub(crate) struct Report {
    /// Ids of the services, each taken from its last audit; without any, all that were ever audited
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// Form of the report; without it, as the name of the file says, else html
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub(crate) format: Option<ReportFormat>,
    /// File to write instead of standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
    /// Folder to write a static site of the whole ranking into
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with_all = ["format", "out"])]
    pub(crate) site: Option<PathBuf>,
    /// Language of the report
    #[arg(long, value_name = "LANGUAGE", value_enum, default_value_t = ReportLanguage::En, env = "PROBITY_LANGUAGE")]
    #[arg(hide_env_values = true)]
    pub(crate) language: ReportLanguage,
    /// Only this method's ratings (repeat for several)
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Vec<String>,
    /// Only ratings that a person has confirmed, of the audits that they were confirmed for
    #[arg(long)]
    pub(crate) confirmed: bool,
    /// Browser that prints the PDF, instead of the first Chromium on the path
    #[arg(long, value_name = "FILE", env = "PROBITY_CHROMIUM", value_hint = ValueHint::ExecutablePath)]
    #[arg(hide_env_values = true)]
    pub(crate) chromium: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) rules: RulesFolder,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// One file for a browser or a printer, which asks nobody for anything
    Html,
    /// The same printed by a headless Chromium
    Pdf,
    /// For programs: the audits, as `audit --format json` prints them
    Json,
    /// For spreadsheets: a row for each finding
    Csv,
    /// For documents and tickets
    Markdown,
    /// For compliance tools: OSCAL assessment results
    Oscal,
}

impl ReportFormat {
    /// Whether it shows quotes in their surroundings.
    pub(crate) fn quotes(self) -> bool {
        matches!(self, Self::Html | Self::Pdf | Self::Markdown)
    }
}

/// The language of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportLanguage {
    /// English
    En,
    /// German
    De,
}

impl ReportLanguage {
    /// The same as the rules know it.
    pub(crate) fn lang(self) -> Lang {
        match self {
            Self::En => Lang::En,
            Self::De => Lang::De,
        }
    }
}
