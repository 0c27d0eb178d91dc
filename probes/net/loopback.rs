//! A small internet on loopback: name servers, web servers with and without TLS, and a proxy, in this process. For the
//! demonstration and for tests; everything it serves was put in by the caller.
//!
//! ```no_run
//! # async fn f() -> std::io::Result<()> {
//! use probity_probes::net::loopback::{Page, World};
//! let world = World::start().await?;
//! world.page("https://alpha.test/privacy", Page::html("<h1>Privacy</h1>"));
//! world.record("alpha.test", "A", "185.199.108.153");
//! let options = world.options(); // name server, root and test hosts of this world, no pace, short back-off
//! # Ok(()) }
//! ```
//!
//! - One port speaks http, https (it looks at the first byte) and, as a proxy, absolute addresses and `CONNECT`.
//! - A host with a page needs no DNS record: it has the address 127.0.0.1. A host with records has those and no others. What
//!   has neither does not exist.
//! - `https` certificates are made for whatever name is asked for, signed by a root of this world ([`World::root`]).
//! - An address may be given several pages in a row ([`World::then`]); the last one stays. Pages may be changed at any time.
//! - A recorded world can be served again ([`World::fill`]).
//! - A page with an `ETag` answers a matching `If-None-Match` with 304. HEAD, ranges and HTTP/2 are not served.

mod certificates;
mod names;
mod page;
mod recorded;
mod serve;

pub use certificates::Certificate;
pub use names::Trouble;
pub use page::{Fault, Page};

use super::guard::plain;
use super::options::Options;
use certificates::Authority;
use page::Series;
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, UdpSocket};
use tokio::task::JoinSet;
use url::Url;

/// Requests that are remembered; later ones are served and forgotten.
const MEMORY: usize = 100_000;

/// A request that the world was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The whole address, as a browser would show it.
    pub url: String,
    /// The header fields, names in lower case.
    pub headers: Vec<(String, String)>,
    /// What was sent with it, where something was.
    pub body: String,
    /// Whether it came through the proxy.
    pub proxied: bool,
}

impl Asked {
    /// The first header field of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A small internet. It ends when dropped.
pub struct World {
    shared: Arc<Shared>,
    web: SocketAddr,
    names: SocketAddr,
    _tasks: JoinSet<()>,
}

/// What the servers serve.
struct Shared {
    pages: Mutex<BTreeMap<String, Series>>,
    otherwise: Mutex<Page>,
    /// Whether an address with a query is only itself.
    exact: AtomicBool,
    zones: Mutex<names::Zones>,
    asked: Mutex<Vec<Asked>>,
    questions: Mutex<Vec<(String, String)>>,
    authority: Authority,
}

impl World {
    /// Starts an empty world on free ports of 127.0.0.1.
    ///
    /// # Errors
    /// No port, or no certificate, could be had.
    pub async fn start() -> io::Result<Self> {
        let authority = Authority::new()?;
        let web = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (udp, tcp) = bind_both().await?;
        let (web_at, names_at) = (web.local_addr()?, udp.local_addr()?);
        let shared = Arc::new(Shared {
            pages: Mutex::default(),
            otherwise: Mutex::new(Page::html("<h1>Not found</h1>").with_status(404)),
            exact: AtomicBool::default(),
            zones: Mutex::default(),
            asked: Mutex::default(),
            questions: Mutex::default(),
            authority,
        });
        let mut tasks = JoinSet::new();
        tasks.spawn(serve::listen(web, shared.clone()));
        tasks.spawn(names::listen_udp(udp, shared.clone()));
        tasks.spawn(names::listen_tcp(tcp, shared.clone()));
        Ok(Self { shared, web: web_at, names: names_at, _tasks: tasks })
    }

    /// Puts a page at an address; whatever stood there is gone. An address with a query counts more than the same without.
    pub fn page(&self, url: &str, page: Page) {
        lock(&self.shared.pages).insert(key(url), Series::of(page));
    }

    /// Adds the page that is given when those before it have each been given once.
    pub fn then(&self, url: &str, page: Page) {
        lock(&self.shared.pages).entry(key(url)).or_default().add(page);
    }

    /// Puts a page at every address that has none of its own; a 404 stands there at first.
    pub fn otherwise(&self, page: Page) {
        *lock(&self.shared.otherwise) = page;
    }

    /// Whether an address has a page of its own.
    pub fn has(&self, url: &str) -> bool {
        lock(&self.shared.pages).contains_key(&key(url))
    }

    /// Takes a page away.
    pub fn remove(&self, url: &str) {
        lock(&self.shared.pages).remove(&key(url));
    }

    /// Adds a DNS record: `A`, `AAAA`, `CNAME`, `MX` (data `10 mail.alpha.test`) or `NS`. Other kinds and data that cannot be read
    /// are left out.
    pub fn record(&self, name: &str, kind: &str, data: &str) {
        lock(&self.shared.zones).record(&plain(name), kind, data);
    }

    /// Lets a name exist, though it may have no record.
    pub fn exists(&self, name: &str) {
        lock(&self.shared.zones).record(&plain(name), "", "");
    }

    /// Takes all DNS records and troubles of a name away.
    pub fn forget(&self, name: &str) {
        lock(&self.shared.zones).forget(&plain(name));
    }

    /// Lets questions about a name go wrong.
    pub fn trouble(&self, name: &str, trouble: Trouble) {
        lock(&self.shared.zones).trouble(&plain(name), trouble);
    }

    /// Gives a host another certificate than a good one.
    pub fn certificate(&self, host: &str, certificate: Certificate) {
        self.shared.authority.set(&plain(host), certificate);
    }

    /// Where the web servers and the proxy listen.
    pub fn web(&self) -> SocketAddr {
        self.web
    }

    /// Where the name server listens, UDP and TCP.
    pub fn names(&self) -> SocketAddr {
        self.names
    }

    /// The proxy, as an address.
    ///
    /// # Errors
    /// None in practice: the address is made of numbers.
    pub fn proxy(&self) -> Result<Url, url::ParseError> {
        Url::parse(&format!("http://{}", self.web))
    }

    /// The root certificate of this world, PEM.
    pub fn root(&self) -> String {
        self.shared.authority.root()
    }

    /// Options that lead to this world and nowhere else: every name is connected to it, whatever its DNS records say.
    pub fn options(&self) -> Options {
        let everywhere = format!("*={}", self.web);
        Options {
            name_servers: vec![self.names],
            extra_roots: vec![self.root().into_bytes()],
            test_hosts: everywhere.parse().into_iter().collect(),
            pace: Duration::ZERO,
            back_off: Duration::from_millis(5),
            ..Options::default()
        }
    }

    /// All requests so far, in the order in which they came.
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.shared.asked).clone()
    }

    /// How often an address was asked for.
    pub fn count(&self, url: &str) -> usize {
        let key = key(url);
        lock(&self.shared.asked).iter().filter(|asked| asked.url == key).count()
    }

    /// All questions to the name server so far: name and kind.
    pub fn questions(&self) -> Vec<(String, String)> {
        lock(&self.shared.questions).clone()
    }
}

impl Shared {
    fn remember(&self, asked: Asked) {
        let mut all = lock(&self.asked);
        if all.len() < MEMORY {
            all.push(asked);
        }
    }

    /// The page at an address, or else at the same address without its query, or else the one for all others.
    fn find(&self, url: &str) -> Page {
        let mut pages = lock(&self.pages);
        let shorter = url.split('?').next().filter(|_| !self.exact.load(Ordering::Relaxed));
        let exact = pages.get_mut(url).map(Series::next);
        let found = exact.or_else(|| pages.get_mut(shorter?).map(Series::next)).flatten();
        found.unwrap_or_else(|| lock(&self.otherwise).clone())
    }

    fn has_host(&self, name: &str) -> bool {
        let pages = lock(&self.pages);
        pages.keys().any(|url| Url::parse(url).is_ok_and(|url| url.host_str() == Some(name)))
    }
}

fn key(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), String::from)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One port for both ways of asking a name server; the system may have given the TCP port of the first try away.
async fn bind_both() -> io::Result<(UdpSocket, TcpListener)> {
    let mut last = io::Error::other("no port");
    for _ in 0..16 {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        match TcpListener::bind(udp.local_addr()?).await {
            Ok(tcp) => return Ok((udp, tcp)),
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests;
