//! Settings from flags, `PROBITY_*` variables and `probity.toml`, in this order, as the plain structs of those who need them.
//!
//! This is the only place where the three meet (clap joins the first two). Secrets never stand here: tokens of forges come
//! from the environment alone.

use super::shared::{Basis, Global, Network, RulesFolder, SecondReader, ServicesFolder};
use super::values;
use crate::app::network::{self, model_address};
use crate::app::schedule::{Schedule, ScheduleError};
use crate::base::failure::Failure;
use crate::keep::settings;
use crate::keep::store::Place;
use crate::present::notify::Settings;
use crate::present::web::openid;
use jiff::SignedDuration;
use probity_probes::net::options::TestHostError;
use probity_rules::head::{Node, RuleError, Source, Table};
use std::io;
use std::path::{Path, PathBuf};

/// The name that is looked for where none is given.
const NAME: &str = "probity.toml";

/// What holds for a command. What has a flag of its own is asked for with that flag.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Where things are kept.
    pub(crate) keep: settings::Settings,
    /// Where `geoip update` fetches from.
    pub(crate) geoip_update_url: Option<String>,
    /// When services are audited again.
    pub(crate) schedule: Schedule,
    /// Whom to tell what is new.
    pub(crate) notify: Option<Settings>,
    /// How people sign in to the pages by OpenID Connect.
    pub(crate) openid: Option<openid::Settings>,
    /// What flags of a command come before.
    file: File,
}

/// What the file says, as written. Paths are taken from the folder of the file.
#[derive(Clone, Debug, Default)]
struct File {
    data: Option<PathBuf>,
    store: Option<String>,
    evidence: Option<String>,
    evidence_endpoint: Option<String>,
    services: Option<PathBuf>,
    rules: Option<PathBuf>,
    methods: Vec<String>,
    geoip: Vec<PathBuf>,
    geoip_update_url: Option<String>,
    network: Network,
    second: SecondReader,
    schedule: Schedule,
    notify: Option<Settings>,
    openid: Option<openid::Settings>,
    confirm_after: Option<SignedDuration>,
}

impl Config {
    /// The settings of a command line and of the file that it names, or of `probity.toml` where that is there.
    pub(crate) fn load(global: &Global) -> Result<Self, Failure> {
        let mut file = File::load(global.config.as_deref())?;
        let flags = global.clone();
        let keep = settings::Settings {
            data: flags.data.or(file.data.take()),
            store: flags.store.or(file.store.take()),
            evidence: flags.evidence.or(file.evidence.take()),
            evidence_endpoint: flags.evidence_endpoint.or(file.evidence_endpoint.take()),
            rules: file.rules.clone(),
            confirm_after: file.confirm_after,
        };
        Ok(Self {
            keep,
            geoip_update_url: file.geoip_update_url.take(),
            schedule: std::mem::take(&mut file.schedule),
            notify: file.notify.take(),
            openid: file.openid.take(),
            file,
        })
    }

    /// The same, where a flag may say how long after the first look a second one has to show a change.
    #[must_use]
    pub(crate) fn confirming_after(mut self, flag: Option<SignedDuration>) -> Self {
        self.keep.confirm_after = flag.or(self.keep.confirm_after);
        self
    }

    /// The folder of service declarations; none are the embedded ones.
    pub(crate) fn services<'a>(&'a self, flags: &'a ServicesFolder) -> Option<&'a Path> {
        flags.path.as_deref().or(self.file.services.as_deref())
    }

    /// The folder of rules of one's own.
    pub(crate) fn rules<'a>(&'a self, flags: &'a RulesFolder) -> Option<&'a Path> {
        flags.path.as_deref().or(self.file.rules.as_deref())
    }

    /// The methods to rate by; none are all that fit.
    pub(crate) fn methods<'a>(&'a self, flags: &'a Basis) -> &'a [String] {
        if flags.method.is_empty() { &self.file.methods } else { &flags.method }
    }

    /// The databases of addresses beside the embedded ones.
    pub(crate) fn geoip<'a>(&'a self, flags: &'a [PathBuf]) -> &'a [PathBuf] {
        if flags.is_empty() { &self.file.geoip } else { flags }
    }

    /// How the network is asked.
    pub(crate) fn network(&self, flags: &Network) -> network::Settings {
        let said = flags.clone().or(self.file.network.clone());
        network::Settings {
            name_servers: said.name_server,
            proxy: said.proxy,
            root_certs: said.root_cert,
            test_hosts: said.test_host,
            contact: said.contact,
            pace: said.pace,
            concurrency: said.concurrency,
            timeout: said.timeout,
            service_timeout: said.service_timeout,
            host_concurrency: said.host_concurrency,
        }
    }

    /// The language model that is a second reader.
    pub(crate) fn second_reader(&self, flags: &SecondReader) -> network::SecondReader {
        let SecondReader { url, model, timeout } = flags.clone().or(self.file.second.clone());
        network::SecondReader { url, model, timeout }
    }
}

impl File {
    /// Reads the file that was named, or `probity.toml` where it is there.
    fn load(named: Option<&Path>) -> Result<Self, Failure> {
        let path = named.unwrap_or(Path::new(NAME));
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let base = path.parent().unwrap_or(Path::new(""));
                let parsed = Self::parse(&path.display().to_string(), &text, base);
                parsed.map_err(|error| Failure::from(error).next("mend that line"))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => Ok(Self::default()),
            Err(error) => Err(Failure::new(format_args!("cannot read the configuration {}: {error}", path.display()))
                .next("name another one with --config, or leave it out")),
        }
    }

    fn parse(file: &str, text: &str, base: &Path) -> Result<Self, RuleError> {
        let mut table = Source::whole(file, text).table(&[
            "data",
            "store",
            "evidence",
            "evidence-endpoint",
            "services",
            "rules",
            "methods",
            "confirm-after",
            "geoip",
            "network",
            "second-reader",
            "schedule",
            "notify",
            "openid-connect",
        ])?;
        let mut config = Self {
            data: path(&mut table, "data", base)?,
            store: store(&mut table, base)?,
            evidence: table.take("evidence").map(|node| node.text()).transpose()?,
            evidence_endpoint: table.take("evidence-endpoint").map(|node| node.text()).transpose()?,
            services: path(&mut table, "services", base)?,
            rules: path(&mut table, "rules", base)?,
            methods: list(&mut table, "methods")?,
            confirm_after: table.take("confirm-after").map(|node| value(&node, values::span)).transpose()?,
            ..Self::default()
        };
        if let Some(node) = table.take("geoip") {
            let mut geoip = node.table(&["files", "update-url"])?;
            config.geoip = list(&mut geoip, "files")?.into_iter().map(|file| base.join(file)).collect();
            config.geoip_update_url = geoip.take("update-url").map(|node| node.text()).transpose()?;
        }
        config.notify = table.take("notify").map(|node| Settings::parse(node, base)).transpose()?;
        config.openid = table.take("openid-connect").map(|node| openid::Settings::parse(node, base)).transpose()?;
        if let Some(node) = table.take("network") {
            config.network = network_table(node, base)?;
        }
        if let Some(node) = table.take("second-reader") {
            config.second = second_reader(node)?;
        }
        if let Some(node) = table.take("schedule") {
            config.schedule = schedule(node)?;
        }
        Ok(config)
    }
}

/// `[schedule]`: an expression for all, others for some services, and how they are spread.
fn schedule(node: Node<'_>) -> Result<Schedule, RuleError> {
    fn told(node: &Node<'_>, done: Result<(), ScheduleError>) -> Result<(), RuleError> {
        done.map_err(|error| {
            let said = error.to_string();
            let (what, expected) = said.split_once("; expected ").unwrap_or((&said, "something else"));
            node.error(what, expected)
        })
    }
    let mut table = node.table(&["default", "time-zone", "jitter", "quiet", "services"])?;
    let mut schedule = Schedule::default();
    if let Some(node) = table.take("time-zone") {
        told(&node, schedule.set_zone(&node.text()?))?;
    }
    if let Some(node) = table.take("default") {
        told(&node, schedule.set_default(&node.text()?))?;
    }
    if let Some(node) = table.take("jitter") {
        schedule.set_jitter(value(&node, values::duration)?);
    }
    if let Some(node) = table.take("quiet") {
        told(&node, schedule.set_quiet(&node.text()?))?;
    }
    if let Some(node) = table.take("services") {
        for (service, node) in node.entries()? {
            told(&node, schedule.set_service(&service.slug()?, &node.text()?))?;
        }
    }
    Ok(schedule)
}

fn network_table(node: Node<'_>, base: &Path) -> Result<Network, RuleError> {
    let mut table = node.table(&[
        "name-servers",
        "proxy",
        "root-certs",
        "test-hosts",
        "contact",
        "pace",
        "concurrency",
        "timeout",
        "service-timeout",
        "host-concurrency",
    ])?;
    let mut count = |key| -> Result<Option<u16>, RuleError> {
        let number = table.take(key).map(|node| node.number(1..=i64::from(u16::MAX))).transpose()?;
        Ok(number.and_then(|number| u16::try_from(number).ok()))
    };
    let (concurrency, host_concurrency) = (count("concurrency")?, count("host-concurrency")?);
    Ok(Network {
        name_server: each(&mut table, "name-servers", values::name_server)?,
        proxy: table.take("proxy").map(|node| node.text()).transpose()?,
        root_cert: list(&mut table, "root-certs")?.into_iter().map(|file| base.join(file)).collect(),
        test_host: each(&mut table, "test-hosts", |text| {
            text.parse().map_err(|error: TestHostError| error.to_string())
        })?,
        contact: table.take("contact").map(|node| node.text()).transpose()?,
        pace: table.take("pace").map(|node| value(&node, values::duration)).transpose()?,
        concurrency,
        timeout: table.take("timeout").map(|node| value(&node, values::duration)).transpose()?,
        service_timeout: table.take("service-timeout").map(|node| value(&node, values::duration)).transpose()?,
        host_concurrency,
    })
}

/// `[second-reader]`: which language model is asked.
fn second_reader(node: Node<'_>) -> Result<SecondReader, RuleError> {
    let mut table = node.table(&["url", "model", "timeout"])?;
    let url = table.take("url").map(|node| value(&node, model_address).map(|_| node.text())).transpose()?;
    Ok(SecondReader {
        url: url.transpose()?,
        model: table.take("model").map(|node| node.text()).transpose()?,
        timeout: table.take("timeout").map(|node| value(&node, values::duration)).transpose()?,
    })
}

fn path(table: &mut Table<'_>, key: &'static str, base: &Path) -> Result<Option<PathBuf>, RuleError> {
    Ok(table.take(key).map(|node| node.text()).transpose()?.map(|file| base.join(file)))
}

/// A store: what is no URL is a path.
fn store(table: &mut Table<'_>, base: &Path) -> Result<Option<String>, RuleError> {
    let named = table.take("store").map(|node| node.text()).transpose()?;
    Ok(named.map(|named| match Place::parse(&named) {
        Place::File(path) => base.join(path).display().to_string(),
        Place::Server(url) => url,
    }))
}

fn list(table: &mut Table<'_>, key: &'static str) -> Result<Vec<String>, RuleError> {
    Ok(table.take(key).map(Node::texts).transpose()?.unwrap_or_default())
}

/// A text that means something, read as the flag of the same name is read.
fn value<T>(node: &Node<'_>, read: fn(&str) -> Result<T, String>) -> Result<T, RuleError> {
    let text = node.text()?;
    read(&text).map_err(|expected| {
        let expected = expected.strip_prefix("expected ").unwrap_or(&expected).to_owned();
        node.error(format!("`{}` is `{text}`", node.name()), expected)
    })
}

fn each<T>(table: &mut Table<'_>, key: &'static str, read: fn(&str) -> Result<T, String>) -> Result<Vec<T>, RuleError> {
    let nodes = table.take(key).map(Node::list).transpose()?.unwrap_or_default();
    nodes.iter().map(|node| value(node, read)).collect()
}

impl SecondReader {
    /// These flags, and what the file says where they say nothing.
    #[must_use]
    pub(crate) fn or(self, file: Self) -> Self {
        Self { url: self.url.or(file.url), model: self.model.or(file.model), timeout: self.timeout.or(file.timeout) }
    }
}

impl Network {
    /// These flags, and what the file says where they say nothing.
    #[must_use]
    pub(crate) fn or(self, file: Self) -> Self {
        fn first<T>(mine: Vec<T>, other: Vec<T>) -> Vec<T> {
            if mine.is_empty() { other } else { mine }
        }
        Self {
            name_server: first(self.name_server, file.name_server),
            proxy: self.proxy.or(file.proxy),
            root_cert: first(self.root_cert, file.root_cert),
            test_host: first(self.test_host, file.test_host),
            contact: self.contact.or(file.contact),
            pace: self.pace.or(file.pace),
            concurrency: self.concurrency.or(file.concurrency),
            timeout: self.timeout.or(file.timeout),
            service_timeout: self.service_timeout.or(file.service_timeout),
            host_concurrency: self.host_concurrency.or(file.host_concurrency),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn parse(text: &str) -> Result<File, String> {
        File::parse("etc/probity.toml", text, Path::new("etc")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_whole_file() {
        let config = parse(
            r#"
            data = "evidence"
            services = "/srv/services"
            methods = ["berlin-short-test"]
            [geoip]
            files = ["a.mmdb"]
            update-url = "https://geo.example/a.mmdb"
            [network]
            name-servers = ["9.9.9.9"]
            pace = "2s"
            concurrency = 8
            contact = "audit@example.org"
            "#,
        )
        .expect("sound");
        assert_eq!(config.data, Some("etc/evidence".into()));
        assert_eq!(config.services, Some("/srv/services".into()));
        assert_eq!(config.geoip, [Path::new("etc/a.mmdb")]);
        assert_eq!(config.network.pace, Some(Duration::from_secs(2)));
        assert_eq!(config.network.concurrency, Some(8));
    }

    #[test]
    fn mistakes_point_at_the_place() {
        let error = parse("[network]\nconcurency = 8\n").expect_err("unknown key");
        assert!(error.starts_with("etc/probity.toml:2:1: unknown key `concurency`"), "{error}");
        assert!(error.contains("did you mean `concurrency`?"), "{error}");
        let error = parse("[network]\npace = \"slow\"\n").expect_err("no time");
        assert_eq!(
            error,
            "etc/probity.toml:2:8: `pace` is `slow`; expected a time such as 30s, 250ms or a number of seconds"
        );
        assert!(parse("methods = \"all\"\n").is_err());
        assert!(parse("[network]\nconcurrency = 0\n").is_err());
    }

    #[test]
    fn a_second_reader() {
        let config =
            parse("[second-reader]\nurl = \"http://localhost:11434/v1\"\nmodel = \"small\"\ntimeout = \"2m\"\n");
        let second = config.expect("sound").second;
        assert_eq!(second.url.as_deref(), Some("http://localhost:11434/v1"));
        assert_eq!((second.model.as_deref(), second.timeout), (Some("small"), Some(Duration::from_secs(120))));
        for (text, at) in [
            (
                "[second-reader]\nurl = \"localhost\"\n",
                "etc/probity.toml:2:7: `url` is `localhost`; expected an address such as",
            ),
            ("[second-reader]\nmodell = \"x\"\n", "etc/probity.toml:2:1: unknown key `modell`"),
            ("[second-reader]\nkey = \"x\"\n", "etc/probity.toml:2:1: unknown key `key`"),
            ("[second-reader]\ntimeout = \"long\"\n", "etc/probity.toml:2:11: `timeout` is `long`"),
        ] {
            let error = parse(text).expect_err("wrong");
            assert!(error.starts_with(at), "{error}");
        }
    }

    #[test]
    fn a_schedule() {
        let config = parse(
            r#"
            store = "memory/probity.db"
            evidence = "s3://audits/probity"
            evidence-endpoint = "https://s3.example"
            [schedule]
            default = "30 4 * * mon"
            time-zone = "Europe/Berlin"
            jitter = "30m"
            quiet = "08:00-18:00"
            [schedule.services]
            zoom = "@daily"
            skype = "none"
            "#,
        )
        .expect("sound");
        assert_eq!(config.store.as_deref(), Some("etc/memory/probity.db"));
        assert_eq!(config.schedule.named().collect::<Vec<_>>(), ["skype", "zoom"]);
        assert!(!config.schedule.is_empty());
        for (text, at) in [
            (
                "[schedule]\ndefault = \"0 4 31 2 *\"\n",
                "etc/probity.toml:2:11: `0 4 31 2 *` is no cron expression (that day never comes",
            ),
            (
                "[schedule.services]\nzoom = \"0 4 31 4,6,9,11 *\"\n",
                "etc/probity.toml:2:8: `0 4 31 4,6,9,11 *` is no cron expression (that day never comes",
            ),
            ("[schedule]\ndefault = \"61 * * * *\"\n", "etc/probity.toml:2:11: `61 * * * *` is no cron expression"),
            ("[schedule]\ntime-zone = \"Mars\"\n", "etc/probity.toml:2:13: `Mars` is no time zone"),
            ("[schedule.services]\nzoom = \"often\"\n", "etc/probity.toml:2:8: `often` is no cron expression"),
        ] {
            let error = parse(text).expect_err("wrong");
            assert!(error.starts_with(at), "{error}");
        }
    }

    #[test]
    fn flags_come_before_the_file() {
        let flags = Network { timeout: Some(Duration::from_secs(1)), ..Network::default() };
        let file = Network { timeout: Some(Duration::from_secs(9)), proxy: Some("p".into()), ..Network::default() };
        let both = flags.or(file);
        assert_eq!((both.timeout, both.proxy), (Some(Duration::from_secs(1)), Some("p".into())));
    }
}
