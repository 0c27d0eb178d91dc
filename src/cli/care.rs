//! Care for data files: `services`, `rules`, `geoip`.
//!
//! It only says what can be written.

use super::shared::{Format, Network, RulesFolder, ServicesFolder};
use clap::{Subcommand, ValueHint};
use std::path::PathBuf;

/// `probity services …`
#[derive(Subcommand, Debug)]
pub(crate) enum Services {
    /// List the declared services
    List {
        #[command(flatten)]
        folder: ServicesFolder,
        /// Form of the result
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Write the beginning of a declaration, ready to be filled in
    Add {
        /// Id of the service: lower-case words joined by hyphens
        #[arg(value_name = "ID")]
        id: String,
        /// Address of its home page
        #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
        home: String,
        /// What people call it; without it, the id in capitals
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// The field it is rated in
        #[arg(long, value_name = "CATEGORY", default_value = "video-conferencing")]
        category: String,
        /// Folder to write it into
        #[arg(long = "services", value_name = "DIR", default_value = "services", env = "PROBITY_SERVICES")]
        #[arg(value_hint = ValueHint::DirPath, hide_env_values = true)]
        folder: PathBuf,
    },
    /// Check declarations, without asking the network
    Check {
        #[command(flatten)]
        folder: ServicesFolder,
        /// Form of the result
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

/// `probity rules …`
#[derive(Subcommand, Debug)]
pub(crate) enum Rules {
    /// Check every rule file: shape, types, references
    Check {
        #[command(flatten)]
        rules: RulesFolder,
        /// Form of the result
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Run the cases that stand in the rule files
    Test {
        #[command(flatten)]
        rules: RulesFolder,
        /// Measure the reader on a folder of labelled documents, or a file of passages, instead
        #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
        corpus: Option<PathBuf>,
        /// Form of the result
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Judge every kept audit by changed rules, and list each rating that would flip (then the code is 1)
    Rehearse {
        /// Folder of the changed rules, laid over those that stand
        #[arg(long = "rules", value_name = "DIR", value_hint = ValueHint::DirPath)]
        changed: PathBuf,
        /// Form of the result
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// List claims, criteria, methods and law
    List {
        #[command(flatten)]
        rules: RulesFolder,
        /// Form of the result
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

/// `probity geoip …`
#[derive(Subcommand, Debug)]
pub(crate) enum Geoip {
    /// Show the databases with their dates, and where they place addresses
    Info {
        /// Addresses to look up
        #[arg(value_name = "ADDRESS")]
        addresses: Vec<std::net::IpAddr>,
        /// GeoIP database (.mmdb) to ask beside the embedded ones (repeat for several)
        #[arg(long, value_name = "FILE", env = "PROBITY_GEOIP", value_delimiter = ',', hide_env_values = true)]
        geoip: Vec<PathBuf>,
        /// Form of the result
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Fetch a newer database from an address of your choice into the data folder
    Update {
        /// Address of the .mmdb file (also gzip); without it, `update-url` of the configuration
        #[arg(value_name = "URL", value_hint = ValueHint::Url)]
        url: Option<String>,
        #[command(flatten)]
        network: Network,
    },
}
