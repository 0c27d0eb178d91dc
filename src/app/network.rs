//! From settings to the options of the door, and the tokens of forges from the environment.
//!
//! It opens no connection.

use crate::base::clock;
use crate::base::failure::Failure;
use probity_probes::net::capture::{Capture, Entry, Request};
use probity_probes::net::door::{Net, OptionsError};
use probity_probes::net::options::{Model, Options, Secret, TestHost};
use probity_probes::net::visit::Visit;
use probity_rules::observation::Why;
use probity_rules::service::{Service, Status};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use url::Url;

/// The variables that hold tokens of forges, and the hosts that they are for. They are read from the environment alone.
const TOKENS: &[(&str, &str)] =
    &[("GITHUB_TOKEN", "api.github.com"), ("GITLAB_TOKEN", "gitlab.com"), ("CODEBERG_TOKEN", "codeberg.org")];

/// Tokens of other forges: `host=token`, separated by commas.
const MORE_TOKENS: &str = "PROBITY_TOKENS";

/// The variable that holds the key of the second reader. It is read from the environment alone.
const SECOND_READER_KEY: &str = "PROBITY_SECOND_READER_KEY";

/// How long the second reader may take for one answer.
const MODEL_TIMEOUT: Duration = Duration::from_secs(120);

/// The longest page that is taken outside of an audit, unpacked.
const MAX_PAGE: usize = 64 << 20;

/// How the network is asked. What is not said is as [`Options::default`] has it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// Name servers instead of the system's.
    pub(crate) name_servers: Vec<SocketAddr>,
    /// The proxy for all web requests.
    pub(crate) proxy: Option<String>,
    /// Files of further root certificates.
    pub(crate) root_certs: Vec<PathBuf>,
    /// Hosts that may have private addresses.
    pub(crate) test_hosts: Vec<TestHost>,
    /// Whom operators can turn to.
    pub(crate) contact: Option<String>,
    /// The least time between two requests to one host.
    pub(crate) pace: Option<Duration>,
    /// Services audited at once.
    pub(crate) concurrency: Option<u16>,
    /// The longest time for one exchange.
    pub(crate) timeout: Option<Duration>,
    /// The longest time for one service.
    pub(crate) service_timeout: Option<Duration>,
    /// Exchanges at once with one host.
    pub(crate) host_concurrency: Option<u16>,
}

/// The language model that is a second reader, as it was named; [`audit_options`] checks that it is whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct SecondReader {
    /// The address of its interface.
    pub(crate) url: Option<String>,
    /// The name of the model there.
    pub(crate) model: Option<String>,
    /// The longest time for one answer.
    pub(crate) timeout: Option<Duration>,
}

/// The door with these options.
pub(crate) fn door(network: &Settings) -> Result<Net, Failure> {
    opened(options(network)?, &network.root_certs)
}

/// The door with options that are ready.
pub(crate) fn open(options: Options) -> Result<Net, Failure> {
    opened(options, &[])
}

/// The same; `roots` are the files of the extra roots, so that a complaint can name one.
fn opened(options: Options, roots: &[PathBuf]) -> Result<Net, Failure> {
    Net::new(options, Arc::new(clock::now)).map_err(|error| match &error {
        OptionsError::Roots { number, wrong } => {
            let path = roots.get(number.saturating_sub(1)).map(|path| path.display().to_string()).unwrap_or_default();
            Failure::new(format_args!("cannot use the root certificate {path}: {wrong}"))
                .next("name a PEM file that holds at least one CERTIFICATE with --root-cert")
        }
        OptionsError::Proxy(..) => {
            Failure::new(error).next("give an address such as http://proxy.example:3128 with --proxy")
        }
        _ => Failure::new(error).next("see `probity audit --help`, heading Network"),
    })
}

/// The runtime in which the door works.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format_args!("cannot start the runtime of the network: {error}")))
}

/// A page that was fetched outside of an audit.
pub(crate) struct Page {
    /// Where it was in the end.
    pub(crate) url: String,
    /// Its `Content-Type`.
    pub(crate) media_type: Option<String>,
    /// Its bytes, content codings taken off.
    pub(crate) bytes: Vec<u8>,
}

/// Fetches one page through the door, with all its limits and refusals. Nothing is archived, for nothing is judged by it.
/// The inner error says why there is none.
pub(crate) fn page(net: &Net, address: &str, language: Option<String>) -> Result<Result<Page, String>, Failure> {
    let mut request = Request::page(address);
    if let Request::Http { language: wanted, .. } = &mut request {
        *wanted = language;
    }
    let capture = Capture::live(clock::now());
    let visit = Visit::new(&stranger(address), &capture, None);
    runtime()?.block_on(net.fetch(&visit, &request)).map_err(Failure::new)?;
    let followed = capture.follow(address);
    let said = |(why, detail): (Why, String)| format!("{why}: {detail}");
    Ok(match followed.answer.as_deref() {
        Ok(Entry::Http(answer)) if answer.status == 200 => match (&answer.cut, answer.decoded(MAX_PAGE)) {
            (Some(cut), _) => Err(said((Why::Malformed, cut.detail.clone()))),
            (None, Err(gap)) => Err(said(gap)),
            (None, Ok(body)) => Ok(Page {
                url: answer.url.clone(),
                media_type: answer.header("content-type").map(str::to_owned),
                bytes: body.into_owned(),
            }),
        },
        Ok(Entry::Http(answer)) => Err(format!("the server answered {}", answer.status)),
        Ok(_) => Err("something else than a page came".to_owned()),
        Err(gap) => Err(said(gap.clone())),
    })
}

/// A service of which nothing is known but an address: the door wants to know for whom it asks.
fn stranger(address: &str) -> Service {
    Service {
        id: String::new(),
        name: String::new(),
        category: String::new(),
        home: address.to_owned(),
        status: Status::Active,
        operator: None,
        documents: Vec::new(),
        hosts: Vec::new(),
        repositories: Vec::new(),
        attestations: Vec::new(),
    }
}

/// The door of an audit, with a second reader where one is named.
pub(crate) fn audit_door(network: &Settings, second: &SecondReader) -> Result<Net, Failure> {
    opened(audit_options(network, second)?, &network.root_certs)
}

/// What the door of an audit is made with.
pub(crate) fn audit_options(network: &Settings, second: &SecondReader) -> Result<Options, Failure> {
    Ok(Options { model: model(second, std::env::var(SECOND_READER_KEY).ok())?, ..options(network)? })
}

/// Where questions to a language model go: the address of its interface, up to `/v1` or whole.
pub(crate) fn model_address(text: &str) -> Result<Url, String> {
    let expected =
        || "expected an address such as http://localhost:11434/v1, without a name or password in it".to_owned();
    let mut url = Url::parse(text.trim()).map_err(|_| expected())?;
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    if !plain || !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(expected());
    }
    url.set_fragment(None);
    if !url.path().ends_with("/chat/completions") {
        url.path_segments_mut().map_err(|()| expected())?.pop_if_empty().extend(["chat", "completions"]);
    }
    Ok(url)
}

/// The language model, where one is named.
fn model(second: &SecondReader, key: Option<String>) -> Result<Option<Model>, Failure> {
    let Some(url) = &second.url else {
        return match second.model {
            Some(_) => Err(Failure::new("the second reader has a model and no address")
                .next("give --second-reader http://localhost:11434/v1, or `url` under [second-reader]")),
            None => Ok(None),
        };
    };
    let address = model_address(url).map_err(|expected| {
        Failure::new(format_args!("the second reader's address `{url}` cannot be used: {expected}"))
            .next("mend --second-reader, or `url` under [second-reader] in the configuration")
    })?;
    let Some(name) = second.model.clone().filter(|name| !name.trim().is_empty()) else {
        return Err(Failure::new("the second reader has an address and no model")
            .next("give --second-reader-model NAME, or `model` under [second-reader] in the configuration"));
    };
    let key = key.filter(|key| !key.is_empty()).map(Secret::new);
    let model = Model { address, name, key, timeout: second.timeout.unwrap_or(MODEL_TIMEOUT) };
    if model.shows_key() {
        return Err(Failure::new(format_args!("{SECOND_READER_KEY} would be sent to {url} for all to read"))
            .next("use an https address, or unset the variable"));
    }
    Ok(Some(model))
}

/// What the door is made with.
pub(crate) fn options(network: &Settings) -> Result<Options, Failure> {
    let usual = Options::default();
    let proxy = network.proxy.as_deref().map(|proxy| {
        proxy.parse().map_err(|error| {
            Failure::new(format_args!("the proxy `{proxy}` is no address: {error}"))
                .next("give an address such as http://proxy.example:3128 with --proxy")
        })
    });
    let extra_roots = network.root_certs.iter().map(|path| {
        std::fs::read(path).map_err(|error| {
            Failure::new(format_args!("cannot read the root certificate {}: {error}", path.display()))
                .next("name a PEM file with --root-cert")
        })
    });
    Ok(Options {
        name_servers: network.name_servers.clone(),
        proxy: proxy.transpose()?,
        extra_roots: extra_roots.collect::<Result<_, _>>()?,
        test_hosts: network.test_hosts.clone(),
        contact: network.contact.clone(),
        authorization: tokens(|name| std::env::var(name).ok()),
        pace: network.pace.unwrap_or(usual.pace),
        service_timeout: network.service_timeout.unwrap_or(usual.service_timeout),
        concurrency_per_host: network.host_concurrency.map_or(usual.concurrency_per_host, usize::from),
        whole_timeout: network.timeout.unwrap_or(usual.whole_timeout),
        connect_timeout: network.timeout.map_or(usual.connect_timeout, |all| all.min(usual.connect_timeout)),
        idle_timeout: network.timeout.map_or(usual.idle_timeout, |all| all.min(usual.idle_timeout)),
        dns_timeout: network.timeout.map_or(usual.dns_timeout, |all| all.min(usual.dns_timeout)),
        ..usual
    })
}

/// The tokens by host.
fn tokens(variable: impl Fn(&str) -> Option<String>) -> BTreeMap<String, Secret> {
    let known = TOKENS.iter().filter_map(|(name, host)| Some(((*host).to_owned(), variable(name)?)));
    let more = variable(MORE_TOKENS).unwrap_or_default();
    let more = more.split(',').filter_map(|pair| pair.split_once('='));
    let more = more.map(|(host, token)| (host.trim().to_lowercase(), token.trim().to_owned()));
    known.chain(more).filter(|(_, token)| !token.is_empty()).map(|(host, token)| (host, Secret::new(token))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_reader_is_whole_or_none() {
        let named = |url: Option<&str>, name: Option<&str>| SecondReader {
            url: url.map(str::to_owned),
            model: name.map(str::to_owned),
            timeout: None,
        };
        let made = |url, name, key: Option<&str>| model(&named(url, name), key.map(str::to_owned));
        assert!(made(None, None, Some("k")).expect("none").is_none());
        let local = made(Some("http://localhost:1/v1"), Some("m"), Some("k")).expect("sound").expect("a model");
        assert_eq!(local.address.as_str(), "http://localhost:1/v1/chat/completions");
        assert!(!format!("{local:?}").contains("\"k\""));
        for (url, name, key) in [
            (None, Some("m"), None),
            (Some("http://localhost:1/v1"), None, None),
            (Some("http://localhost:1/v1"), Some(" "), None),
            (Some("ftp://localhost/v1"), Some("m"), None),
            (Some("https://me:secret@models.example/v1"), Some("m"), None),
            (Some("http://models.example/v1"), Some("m"), Some("k")),
        ] {
            assert!(made(url, name, key).is_err(), "{url:?} {name:?}");
        }
    }

    #[test]
    fn addresses_of_models() {
        let at = |text| model_address(text).map(String::from);
        let whole = "https://models.example/v1/chat/completions";
        assert_eq!(at("https://models.example/v1"), Ok(whole.to_owned()));
        assert_eq!(at("https://models.example/v1/"), Ok(whole.to_owned()));
        assert_eq!(at(whole), Ok(whole.to_owned()));
        for bad in [
            "",
            "models.example",
            "localhost:11434",
            "ftp://a.example",
            "https://a:b@c.example/v1",
            "https://a.example/?q",
        ] {
            assert!(model_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn tokens_come_by_host() {
        let set = [("GITHUB_TOKEN", "a"), ("GITLAB_TOKEN", ""), (MORE_TOKENS, "Git.example = b, nonsense")];
        let tokens = tokens(|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()));
        assert_eq!(tokens.keys().collect::<Vec<_>>(), ["api.github.com", "git.example"]);
    }
}
