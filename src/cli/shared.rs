//! Flags and forms that several commands share.

use super::values;
use clap::{Args, ValueEnum, ValueHint};
use probity_probes::net::options::TestHost;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// What every command takes.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Global {
    /// Configuration file instead of probity.toml
    #[arg(long, global = true, value_name = "FILE", env = "PROBITY_CONFIG", value_hint = ValueHint::FilePath)]
    #[arg(hide_env_values = true, help_heading = "Everywhere")]
    pub(crate) config: Option<PathBuf>,
    /// Folder where audits and their evidence are kept
    #[arg(long, global = true, value_name = "DIR", env = "PROBITY_DATA", value_hint = ValueHint::DirPath)]
    #[arg(hide_env_values = true, help_heading = "Everywhere")]
    pub(crate) data: Option<PathBuf>,
    /// Store of what is remembered: a SQLite file, or postgres://… (without it, probity.db in the data folder)
    #[arg(long, global = true, value_name = "FILE|URL", env = "PROBITY_STORE")]
    #[arg(hide_env_values = true, help_heading = "Everywhere")]
    pub(crate) store: Option<String>,
    /// Where archives and results are kept instead of the data folder: s3://bucket/prefix or file:///folder
    #[arg(long, global = true, value_name = "URL", env = "PROBITY_EVIDENCE")]
    #[arg(hide_env_values = true, help_heading = "Everywhere")]
    pub(crate) evidence: Option<String>,
    /// Address of an S3-compatible server other than Amazon's
    #[arg(long, global = true, value_name = "URL", env = "PROBITY_EVIDENCE_ENDPOINT")]
    #[arg(hide_env_values = true, help_heading = "Everywhere")]
    pub(crate) evidence_endpoint: Option<String>,
}

/// How the network is asked. `robots.txt` is always obeyed, save for named test hosts.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Network")]
pub(crate) struct Network {
    /// Name server to ask instead of the system's (repeat for several)
    #[arg(long, value_name = "ADDRESS[:PORT]", env = "PROBITY_NAME_SERVER", value_delimiter = ',')]
    #[arg(value_parser = values::name_server, hide_env_values = true)]
    pub(crate) name_server: Vec<SocketAddr>,
    /// Proxy for all web requests (http:, https:, socks5: address)
    #[arg(long, value_name = "URL", env = "PROBITY_PROXY", hide_env_values = true)]
    pub(crate) proxy: Option<String>,
    /// Further root certificate to trust, a PEM file (repeat for several)
    #[arg(long, value_name = "FILE", env = "PROBITY_ROOT_CERT", value_delimiter = ',', hide_env_values = true)]
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) root_cert: Vec<PathBuf>,
    /// Host that may have a private address and is reached there; `*.` takes in its subdomains (for tests)
    #[arg(long, value_name = "NAME=ADDRESS:PORT")]
    pub(crate) test_host: Vec<TestHost>,
    /// Address or page that operators can turn to; part of the user agent
    #[arg(long, value_name = "TEXT", env = "PROBITY_CONTACT", hide_env_values = true)]
    pub(crate) contact: Option<String>,
    /// Least time between two requests to one host (1s, 250ms)
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    pub(crate) pace: Option<Duration>,
    /// Services audited at once
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) concurrency: Option<u16>,
    /// Longest time for one whole exchange (30s)
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    pub(crate) timeout: Option<Duration>,
    /// Longest time for everything that is asked of one service (10m)
    #[arg(long, value_name = "TIME", value_parser = values::duration)]
    pub(crate) service_timeout: Option<Duration>,
    /// Exchanges at once with one host
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) host_concurrency: Option<u16>,
}

/// A language model as a second reader of the documents. Its passages are suggestions to a person and decide nothing.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Second reader")]
pub(crate) struct SecondReader {
    /// Address of a language model (an interface as OpenAI's, up to `/v1`) that gets the texts and suggests passages
    #[arg(long = "second-reader", value_name = "URL", env = "PROBITY_SECOND_READER", hide_env_values = true)]
    pub(crate) url: Option<String>,
    /// Name of the model there
    #[arg(long = "second-reader-model", value_name = "MODEL", env = "PROBITY_SECOND_READER_MODEL")]
    #[arg(hide_env_values = true)]
    pub(crate) model: Option<String>,
    /// Longest time for one answer; set in the configuration
    #[arg(skip)]
    pub(crate) timeout: Option<Duration>,
}

/// What is audited and judged by what.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Basis {
    /// Method to rate by (repeat for several); without it, every method that is about the services' category
    #[arg(long, value_name = "METHOD", env = "PROBITY_METHOD", value_delimiter = ',', hide_env_values = true)]
    pub(crate) method: Vec<String>,
    #[command(flatten)]
    pub(crate) folder: ServicesFolder,
    #[command(flatten)]
    pub(crate) rules: RulesFolder,
    /// GeoIP database (.mmdb) to ask beside the embedded ones (repeat for several)
    #[arg(long, value_name = "FILE", env = "PROBITY_GEOIP", value_delimiter = ',', hide_env_values = true)]
    pub(crate) geoip: Vec<PathBuf>,
}

/// Which declarations are meant.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ServicesFolder {
    /// Folder of service declarations instead of the embedded ones
    #[arg(id = "services-folder", long = "services", value_name = "DIR", env = "PROBITY_SERVICES")]
    #[arg(value_hint = ValueHint::DirPath)]
    #[arg(hide_env_values = true)]
    pub(crate) path: Option<PathBuf>,
}

/// Which rules are meant.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct RulesFolder {
    /// Folder of rules of your own, laid over the embedded ones: criteria/, methods/, law/, contradictions.toml
    #[arg(id = "rules-folder", long = "rules", value_name = "DIR", env = "PROBITY_RULES", value_hint = ValueHint::DirPath)]
    #[arg(hide_env_values = true)]
    pub(crate) path: Option<PathBuf>,
}

/// The form of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For programs
    Json,
}

/// The form of an audit's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuditFormat {
    /// For people at a terminal
    Table,
    /// For programs: everything, with findings and citations
    Json,
    /// For spreadsheets: a row for each rating
    Csv,
    /// For documents and tickets
    Markdown,
}
