//! What can be set about the door: whom to ask for names, how to get out, how much, how fast, for how long.
//!
//! The values here are as valid; how users write them (flags, environment, file) is the application's.

use futures::future::BoxFuture;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Everything that can be set about the door. [`Options::default`] is polite to strangers and safe.
#[derive(Clone, Debug)]
pub struct Options {
    /// The name servers to ask, over UDP and TCP; none means those of the system.
    pub name_servers: Vec<SocketAddr>,
    /// The proxy for all HTTP: `http://`, `https://`, `socks5://` or `socks5h://`, credentials in the address. Never taken
    /// from the environment. It resolves names itself, past our own look at the addresses, so it must guard its own network.
    pub proxy: Option<Url>,
    /// Root certificates to trust beside those of the system, each a PEM bundle.
    pub extra_roots: Vec<Vec<u8>>,
    /// The language model that is a second reader; none asks none.
    pub model: Option<Model>,
    /// The only names that may lead to addresses that are not public; for tests.
    pub test_hosts: Vec<TestHost>,
    /// How the people behind the audit can be reached, sent with the user agent: an address of a page or of a mailbox.
    pub contact: Option<String>,
    /// Tokens by exact host name, sent as `Authorization: Bearer …` with requests to programming interfaces there.
    pub authorization: BTreeMap<String, Secret>,
    /// Ports beside 80 and 443 that may be asked at any host.
    pub ports: BTreeSet<u16>,
    /// Whether `robots.txt` is obeyed.
    pub robots: bool,
    /// The least time between the beginnings of two requests to one host.
    pub pace: Duration,
    /// Who gives turns with a host where several processes share one pace; none paces this process alone.
    pub turns: Option<Turns>,
    /// Exchanges in flight at once; fewer where the system allows too few open files.
    pub concurrency: usize,
    /// Exchanges in flight at once with one host.
    pub concurrency_per_host: usize,
    /// The longest time for a connection, TLS included.
    pub connect_timeout: Duration,
    /// The longest time without a byte, once an answer has begun.
    pub idle_timeout: Duration,
    /// The longest time for one exchange, from the first byte out to the last byte in.
    pub whole_timeout: Duration,
    /// The longest time for everything that is asked of one service, waiting for the pace included; what has no answer by
    /// then is a gap.
    pub service_timeout: Duration,
    /// The longest time for one question to the name servers.
    pub dns_timeout: Duration,
    /// The longest payload that is read, in bytes as they come over the wire; of a longer one only the beginning is kept.
    pub max_bytes: usize,
    /// Redirects that are followed for one request.
    pub max_redirects: usize,
    /// How often a request is repeated after a connection error or a 429, 502, 503, 504.
    pub retries: u32,
    /// The wait before the first repetition where the server names none; doubled each time.
    pub back_off: Duration,
    /// The longest wait that a server may ask for (`Retry-After`) before we take it as a no.
    pub max_wait: Duration,
    /// Rounds of wishes for one service; what is wanted after the last one is a gap.
    pub max_rounds: usize,
    /// Requests for one service, redirects not counted; what is wanted beyond is a gap.
    pub max_requests: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            name_servers: Vec::new(),
            proxy: None,
            extra_roots: Vec::new(),
            model: None,
            test_hosts: Vec::new(),
            contact: None,
            authorization: BTreeMap::new(),
            ports: BTreeSet::new(),
            robots: true,
            pace: Duration::from_millis(200),
            turns: None,
            concurrency: 256,
            concurrency_per_host: 4,
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(15),
            whole_timeout: Duration::from_secs(45),
            service_timeout: Duration::from_secs(600),
            dns_timeout: Duration::from_secs(5),
            max_bytes: 8 << 20,
            max_redirects: super::capture::MAX_HOPS,
            retries: 2,
            back_off: Duration::from_millis(500),
            max_wait: Duration::from_secs(20),
            max_rounds: 12,
            max_requests: 250,
        }
    }
}

/// Asked before each exchange for the host's next turn, for a pace that holds across processes.
#[derive(Clone)]
pub struct Turns(Arc<Reserve>);

/// Takes a host and the least time between two exchanges with it, reserves the next turn, gives the wait until then.
type Reserve = dyn Fn(String, Duration) -> BoxFuture<'static, Duration> + Send + Sync;

impl Turns {
    /// Turns that something outside gives.
    pub fn new(reserve: impl Fn(String, Duration) -> BoxFuture<'static, Duration> + Send + Sync + 'static) -> Self {
        Self(Arc::new(reserve))
    }

    /// Reserves the next turn with a host, and gives the wait until then.
    pub(super) async fn reserve(&self, host: &str, pace: Duration) -> Duration {
        (self.0)(host.to_owned(), pace).await
    }
}

impl fmt::Debug for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turns")
    }
}

impl Options {
    /// What we call ourselves: `Probity/<version>` and the contact, where there is one.
    pub fn user_agent(&self) -> String {
        match &self.contact {
            Some(contact) => format!("Probity/{} (+{contact})", env!("CARGO_PKG_VERSION")),
            None => format!("Probity/{}", env!("CARGO_PKG_VERSION")),
        }
    }

    /// The first rule for named test hosts that covers a name.
    pub fn test_host(&self, name: &str) -> Option<&TestHost> {
        self.test_hosts.iter().find(|host| host.covers(name))
    }
}

/// A language model behind an interface as OpenAI's `/chat/completions`, which many programs speak.
#[derive(Clone, Debug)]
pub struct Model {
    /// Where questions are posted to. The operator named it: it may be in a private network, and only there does it lead.
    pub address: Url,
    /// The name of the model.
    pub name: String,
    /// Sent as `Authorization: Bearer …`, over https or within this machine alone.
    pub key: Option<Secret>,
    /// The longest time for one answer.
    pub timeout: Duration,
}

/// A token that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a token as it stands in the environment.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Names that may lead to addresses that are not public, and where to connect for them.
///
/// Written `svc.test`, `*.test` or `*`, then optionally `=` and an address, a port, or both: `*.test=127.0.0.1:8080`,
/// `*.test=127.0.0.1:8080/8443` (the second port is for https), `*.test=:8080`, `svc.test=127.0.0.1`. Without an address the
/// name servers are asked. A port in the address of a page counts more than one that stands here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestHost {
    /// A name, or the suffix behind `*`, with its dot; in lower case.
    pattern: String,
    /// Where to connect; none asks the name servers.
    pub address: Option<IpAddr>,
    /// The port for http, where it is not 80.
    pub http: Option<u16>,
    /// The port for https, where it is not 443.
    pub https: Option<u16>,
}

impl TestHost {
    /// Whether a name is meant; `*.test` means every name below `test`, not `test` itself. An address in the place of a name has
    /// to be named itself: it is connected to as it stands, wherever the test host would lead.
    pub fn covers(&self, name: &str) -> bool {
        let is_address = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        match self.pattern.strip_prefix('*') {
            Some(suffix) => !is_address && name.len() > suffix.len() && name.ends_with(suffix),
            None => self.pattern == name,
        }
    }
}

/// A rule for test hosts that cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("test host {written:?}: {wrong}; write NAME or *.SUFFIX, then =ADDRESS:PORT, as in *.test=127.0.0.1:8080")]
pub struct TestHostError {
    written: String,
    wrong: &'static str,
}

impl FromStr for TestHost {
    type Err = TestHostError;

    fn from_str(written: &str) -> Result<Self, TestHostError> {
        let error = |wrong| TestHostError { written: written.to_owned(), wrong };
        let (pattern, target) = written.split_once('=').map_or((written, None), |(p, t)| (p, Some(t)));
        let pattern = pattern.trim().to_ascii_lowercase();
        let rest = pattern.strip_prefix('*').unwrap_or(&pattern);
        if pattern.is_empty()
            || rest.contains('*')
            || (pattern.len() > rest.len() && !rest.is_empty() && !rest.starts_with('.'))
        {
            return Err(error("the name is not one"));
        }
        let mut host = Self { pattern, address: None, http: None, https: None };
        let Some(target) = target.map(str::trim) else { return Ok(host) };
        if let Ok(address) = target.parse() {
            host.address = Some(address);
            return Ok(host);
        }
        let (address, ports) = target.rsplit_once(':').ok_or_else(|| error("the address is not one"))?;
        if !address.is_empty() {
            let bare = address.strip_prefix('[').and_then(|a| a.strip_suffix(']')).unwrap_or(address);
            host.address = Some(bare.parse().map_err(|_| error("the address is not one"))?);
        }
        let (http, https) = ports.split_once('/').unwrap_or((ports, ports));
        let port = |text: &str| text.parse().ok().filter(|port| *port != 0).ok_or_else(|| error("the port is not one"));
        host.http = Some(port(http)?);
        host.https = Some(port(https)?);
        Ok(host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(written: &str) -> TestHost {
        written.parse().unwrap()
    }

    #[test]
    fn test_hosts_are_read() {
        let all = host("*.test=127.0.0.1:8080/8443");
        assert_eq!((all.address, all.http, all.https), (Some([127, 0, 0, 1].into()), Some(8080), Some(8443)));
        assert_eq!(host("A.test=[::1]:81").address, Some("::1".parse().unwrap()));
        assert_eq!(host("a.test=::1").address, Some("::1".parse().unwrap()));
        assert_eq!((host("a.test=:81").address, host("a.test=:81").https), (None, Some(81)));
        assert_eq!(host("*.test").address, None);
        for bad in
            ["", "=1.2.3.4", "a*b", "*test", "a.test=nowhere", "a.test=1.2.3.4:x", "a.test=:0", "a.test=1.2.3.4:1/"]
        {
            assert!(bad.parse::<TestHost>().is_err(), "{bad}");
        }
    }

    #[test]
    fn test_hosts_cover_exactly_what_they_name() {
        assert!(host("*.test").covers("a.test") && host("*.test").covers("a.b.test"));
        assert!(
            !host("*.test").covers("test") && !host("*.test").covers("atest") && !host("*.test").covers("a.test.org")
        );
        assert!(host("a.test").covers("a.test") && !host("a.test").covers("b.a.test"));
        assert!(host("*").covers("anything.example"));
        // A page may name any address: a rule for names does not open the way to it.
        assert!(
            !host("*").covers("192.0.2.1") && !host("*").covers("[2001:db8::1]") && !host("*.1").covers("10.0.0.1")
        );
        assert!(host("192.0.2.1").covers("192.0.2.1"));
    }

    #[test]
    fn a_secret_is_not_shown() {
        let options = Options {
            authorization: [("api.example".to_owned(), Secret::new("hunter2"))].into(),
            contact: Some("https://audit.example/".into()),
            ..Options::default()
        };
        assert!(!format!("{options:?}").contains("hunter2"));
        assert!(options.user_agent().ends_with(" (+https://audit.example/)"), "{}", options.user_agent());
    }
}
