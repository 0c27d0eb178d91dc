//! The command line: every command and flag, from which parsing, help, completions and man pages are made.
//!
//! It only says what can be written. What a value means together with `probity.toml` is `config.rs`.

pub(crate) mod diff;
pub(crate) mod notify;
pub(crate) mod report;
pub(crate) mod values;

use crate::review::Reason;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use probity_probes::net::options::TestHost;
use probity_rules::document::Kind;
use probity_rules::judge::Grade;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

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
    /// Method to rate by (repeat for several); without it, every method that is about the services' category
    #[arg(long, value_name = "METHOD", env = "PROBITY_METHOD", value_delimiter = ',', hide_env_values = true)]
    pub(crate) method: Vec<String>,
    /// Judge recorded archives (WARC) instead of asking the network
    #[arg(long, value_name = "FILE", num_args = 1.., value_hint = ValueHint::FilePath)]
    pub(crate) replay: Vec<PathBuf>,
    /// Day or time of the audit, for evidence and for the law (2026-06-02, 2026-06-02T06:00:00Z); a day is its end
    #[arg(long, value_name = "DATE", requires = "replay", value_parser = values::as_of)]
    pub(crate) as_of: Option<Timestamp>,
    /// Folder of service declarations instead of the embedded ones
    #[command(flatten)]
    pub(crate) folder: ServicesFolder,
    #[command(flatten)]
    pub(crate) rules: RulesFolder,
    /// Form of the result on standard output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = AuditFormat::Table)]
    pub(crate) format: AuditFormat,
    /// End with code 1 when a light is red, or worse than in the last audit; with code 3 when something could not be had
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',')]
    pub(crate) fail_on: Vec<FailOn>,
    /// How long after the first look a second one has to show a change before it is raised (26h)
    #[arg(long, value_name = "TIME", env = "PROBITY_CONFIRM_AFTER", value_parser = values::span, hide_env_values = true)]
    pub(crate) confirm_after: Option<SignedDuration>,
    /// GeoIP database (.mmdb) to ask beside the embedded ones (repeat for several)
    #[arg(long, value_name = "FILE", env = "PROBITY_GEOIP", value_delimiter = ',', hide_env_values = true)]
    pub(crate) geoip: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) network: Network,
    #[command(flatten)]
    pub(crate) second: SecondReader,
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

/// `probity review …`
#[derive(Subcommand, Debug)]
pub(crate) enum Review {
    /// List what waits for a person
    List {
        /// Only of this service
        #[arg(long, value_name = "SERVICE")]
        service: Option<String>,
        /// Decided items, too
        #[arg(long)]
        all: bool,
        /// What comes first: what waits longest, or what weighs most
        #[arg(long, value_name = "ORDER", value_enum, default_value_t = QueueOrder::Age)]
        order: QueueOrder,
        /// Form of the result
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Show an item: before and now with the quotes, the cause, what was done with it
    Show {
        /// Number of the item
        #[arg(value_name = "ITEM")]
        item: i64,
        /// Form of the result
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Confirm the new grade
    Accept {
        /// Number of the item
        #[arg(value_name = "ITEM")]
        item: i64,
        /// A remark
        #[arg(long, value_name = "TEXT", default_value = "")]
        text: String,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Keep the old grade, until the evidence changes
    Reject {
        /// Number of the item
        #[arg(value_name = "ITEM")]
        item: i64,
        /// Why
        #[arg(long, value_name = "TEXT")]
        text: String,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Set another grade, for a reason, while the evidence is the same
    Override {
        /// Number of the item
        #[arg(value_name = "ITEM")]
        item: i64,
        /// The grade that counts: good, partial, poor, not-applicable
        #[arg(long, value_name = "GRADE", value_parser = values::grade())]
        grade: Grade,
        /// The kind of reason
        #[arg(long, value_name = "REASON", value_parser = values::reason())]
        reason: Reason,
        /// The reason in words
        #[arg(long, value_name = "TEXT")]
        text: String,
        /// The last day on which it counts
        #[arg(long, value_name = "DAY")]
        expires: Option<Date>,
        /// A second person has to sign before it counts
        #[arg(long)]
        two_persons: bool,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Sign the override of another person
    Sign {
        /// Number of the item
        #[arg(value_name = "ITEM")]
        item: i64,
        /// A remark
        #[arg(long, value_name = "TEXT", default_value = "")]
        text: String,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Ask the provider before anything is decided
    Ask {
        /// Number of the item
        #[arg(value_name = "ITEM")]
        item: i64,
        /// What is asked
        #[arg(long, value_name = "TEXT")]
        text: String,
        /// Until when the answer is awaited
        #[arg(long, value_name = "DAY")]
        deadline: Date,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Attach the provider's answer; the item is open again
    Reply {
        /// Number of the item
        #[arg(value_name = "ITEM")]
        item: i64,
        /// Who answered
        #[arg(long, value_name = "NAME")]
        from: String,
        /// The answer
        #[arg(long, value_name = "TEXT")]
        text: String,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Confirm the newest ratings of a service on which nothing waits: from then on they count as published
    Confirm(OfRating),
    /// Say that the newest ratings of a service are disputed, and not settled
    Contest(OfRating),
    /// Take the newest ratings of a service back: they do not count any more, and no older one in their place
    Withdraw(OfRating),
    /// Vouch for a claim that no probe can see
    Attest {
        /// Id of the service
        #[arg(value_name = "SERVICE")]
        service: String,
        /// Id of the claim (`probity rules list`)
        #[arg(value_name = "CLAIM")]
        claim: String,
        /// Whether it holds
        #[arg(long, value_name = "STATE", value_enum, default_value_t = Vouch::Stated)]
        state: Vouch,
        /// Where it can be looked up
        #[arg(long, value_name = "SOURCE")]
        source: Option<String>,
        /// What was seen
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        /// The last day on which it counts
        #[arg(long, value_name = "DAY")]
        expires: Option<Date>,
        #[command(flatten)]
        reviewer: Reviewer,
    },
}

/// Which ratings a person speaks of, and what is said of them.
#[derive(Args, Clone, Debug)]
pub(crate) struct OfRating {
    /// Id of the service
    #[arg(value_name = "SERVICE")]
    pub(crate) service: String,
    /// Only its rating by this method
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Why; needed unless it is a confirmation
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) text: String,
    /// Name of who says so; it stands in the log
    #[arg(long = "as", value_name = "NAME", env = "PROBITY_REVIEWER", hide_env_values = true)]
    pub(crate) by: String,
}

/// Who decides.
#[derive(Args, Clone, Debug)]
pub(crate) struct Reviewer {
    /// Name of who decides; it stands in the log
    #[arg(long = "as", value_name = "NAME", env = "PROBITY_REVIEWER", hide_env_values = true)]
    pub(crate) by: String,
    /// Version of the item that was read (`review show`): refused where somebody decided since; without it, the newest
    #[arg(long, value_name = "VERSION")]
    pub(crate) read: Option<u64>,
}

/// What comes first in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum QueueOrder {
    /// What waits longest
    Age,
    /// What weighs most
    Weight,
}

impl From<QueueOrder> for crate::store::changes::Order {
    fn from(order: QueueOrder) -> Self {
        match order {
            QueueOrder::Age => Self::Age,
            QueueOrder::Weight => Self::Weight,
        }
    }
}

/// Whether a claim holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Vouch {
    /// It holds
    Stated,
    /// It does not
    Denied,
}

impl Vouch {
    /// The word in the store.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Denied => "denied",
        }
    }
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
    /// Form of the result
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

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
