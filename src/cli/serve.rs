//! The pages and who may see them: `serve`, `accounts`, `demo`.
//!
//! It only says what can be written.

use super::shared::{AuditFormat, Format, RulesFolder, ServicesFolder};
use clap::{Args, Subcommand, ValueEnum};
use std::net::SocketAddr;

/// `probity serve`
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  probity serve
  probity serve --listen 0.0.0.0:8080 --host probity.example.org --https
  probity serve --listen 0.0.0.0:8080 --public

On a loopback address whoever can reach it is its owner and needs no account. Elsewhere people sign in: see
`probity accounts add --help`. Speak HTTPS through a proxy in front of it, and say so with --https.

Where probity.toml has a [schedule], what is due is audited here, too, and [notify] tells of it; workers on other machines may \
help. --hands 0 leaves both to them.")]
pub(crate) struct Serve {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS:PORT", env = "PROBITY_LISTEN", default_value = "127.0.0.1:8080")]
    #[arg(hide_env_values = true)]
    pub(crate) listen: SocketAddr,
    /// Show confirmed ratings only, to everybody, and let nobody decide
    #[arg(long)]
    pub(crate) public: bool,
    /// Name by which the server is asked, beside loopback (repeat for several); other names are refused
    #[arg(long, value_name = "NAME", env = "PROBITY_HOST", value_delimiter = ',', hide_env_values = true)]
    pub(crate) host: Vec<String>,
    /// A proxy in front of it speaks HTTPS: cookies are for HTTPS only, and its X-Forwarded-For is believed
    #[arg(long)]
    pub(crate) https: bool,
    /// Audits at once of what the schedule says is due; none with 0
    #[arg(long, value_name = "NUMBER", default_value_t = 2)]
    pub(crate) hands: u16,
    #[command(flatten)]
    pub(crate) folder: ServicesFolder,
    #[command(flatten)]
    pub(crate) rules: RulesFolder,
}

/// `probity accounts …`
#[derive(Subcommand, Debug)]
pub(crate) enum Accounts {
    /// Add an account, or give one another role and password; the password is read from standard input
    Add {
        /// What the person is called, and signs decisions with
        #[arg(value_name = "NAME")]
        name: String,
        /// What the person may do
        #[arg(long, value_name = "ROLE", value_enum, default_value_t = RoleName::Reader)]
        role: RoleName,
    },
    /// List the accounts
    List {
        /// Form of the result
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Take an account out of use
    Disable {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
    },
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleName {
    /// See everything
    Reader,
    /// Decide, too
    Reviewer,
    /// Everything
    Administrator,
}

/// `probity demo`
#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// Open the pages on it: a board with a history, and a changed rating that waits for a decision
    #[arg(long)]
    pub(crate) serve: bool,
    /// Address and port of the pages
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", requires = "serve")]
    pub(crate) listen: SocketAddr,
    /// Form of the result on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = AuditFormat::Table)]
    pub(crate) format: AuditFormat,
}
