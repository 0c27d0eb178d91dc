//! The two HTTP clients behind the door, one for http and one for https, each made when first needed: where they resolve
//! names, which roots they trust, what they never do by themselves (follow, retry, decode, take a proxy from the environment).
//!
//! They are never handed out.

use super::dns::Dns;
use super::guard::{self, Refusal, plain};
use super::options::Options;
use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Connections that are kept open to one host, and how long: enough for the pages of one service, little memory for a thousand.
const IDLE_PER_HOST: usize = 2;
const IDLE_FOR: Duration = Duration::from_secs(5);

/// The longest block of header fields over HTTP/2; over HTTP/1.1 it is hyper's own limit of about 400 KiB and 100 fields.
const MAX_HEADERS: u32 = 128 << 10;

/// Bytes that a server may send ahead of our reading over HTTP/2, for a page and for all pages of a connection.
const WINDOW: u32 = 256 << 10;
const CONNECTION_WINDOW: u32 = 1 << 20;

/// Options of the door that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// A bundle of roots holds none, or something else.
    #[error("extra root certificates, bundle {number}: {wrong}; give a PEM file with at least one CERTIFICATE")]
    Roots {
        /// Which one, counted from 1.
        number: usize,
        /// What is wrong.
        wrong: String,
    },
    /// The proxy cannot be used.
    #[error("the proxy {0} cannot be used: {1}")]
    Proxy(String, String),
    /// The contact cannot stand in a header field.
    #[error("the contact {0:?} cannot stand in a header field: use printable ASCII")]
    Contact(String),
    /// The client library does not take the options.
    #[error("the HTTP client could not be made: {0}")]
    Client(String),
}

/// Why a name leads nowhere.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum NoWay {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("{0}")]
    Unresolved(String),
}

/// Where to connect for a name: every address was looked at, and nothing else is connected to.
pub(super) async fn connectable(
    dns: &Dns,
    options: &Options,
    name: &str,
    secure: bool,
) -> Result<Vec<SocketAddr>, NoWay> {
    let test = options.test_host(name);
    // 0 is the usual port of the scheme.
    let port = test.and_then(|host| if secure { host.https } else { host.http }).unwrap_or(0);
    if let Some(address) = test.and_then(|host| host.address) {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let found = dns.addresses(name).await.map_err(NoWay::Unresolved)?;
    let mut refused = None;
    let mut allowed = Vec::with_capacity(found.len());
    for address in found {
        match guard::address(address) {
            Err(refusal) if test.is_none() => refused = Some(refusal),
            _ => allowed.push(SocketAddr::new(address, port)),
        }
    }
    match refused {
        Some(refusal) if allowed.is_empty() => Err(NoWay::Refused(refusal)),
        _ => Ok(allowed),
    }
}

struct Guarded {
    dns: Arc<Dns>,
    options: Arc<Options>,
    secure: bool,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (dns, options, secure) = (self.dns.clone(), self.options.clone(), self.secure);
        Box::pin(async move {
            let name = plain(name.as_str());
            // The proxy stands where the operator says, mostly in the operator's own network.
            if options.proxy.as_ref().and_then(|proxy| proxy.host_str()).is_some_and(|host| plain(host) == name) {
                let found: Vec<SocketAddr> = tokio::net::lookup_host((name, 0)).await?.collect();
                return Ok(Box::new(found.into_iter()) as Addrs);
            }
            let found = connectable(&dns, &options, &name, secure).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Makes a client.
///
/// # Errors
/// [`OptionsError`]
pub(super) fn make(dns: &Arc<Dns>, options: &Arc<Options>, secure: bool) -> Result<Client, OptionsError> {
    // An https proxy needs roots also for http.
    let proxy_secure = options.proxy.as_ref().is_some_and(|proxy| proxy.scheme() == "https");
    let tls = config(options, secure || proxy_secure, &[b"h2", b"http/1.1"])?;
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    let mut client = Client::builder()
        .tls_backend_preconfigured(tls)
        .tls_info(true)
        .user_agent(options.user_agent())
        .dns_resolver(Guarded { dns: dns.clone(), options: options.clone(), secure })
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .connect_timeout(options.connect_timeout)
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .pool_idle_timeout(IDLE_FOR)
        .http2_initial_stream_window_size(WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
        .http2_max_header_list_size(MAX_HEADERS);
    if let Some(proxy) = &options.proxy {
        let shown = shown(proxy);
        if !matches!(proxy.scheme(), "http" | "https" | "socks5" | "socks5h") {
            return Err(OptionsError::Proxy(shown, "its scheme is none of http, https, socks5, socks5h".into()));
        }
        let proxy =
            reqwest::Proxy::all(proxy.as_str()).map_err(|error| OptionsError::Proxy(shown, error.to_string()))?;
        // There is no other way to ask through a proxy: header lines that are none are passed over.
        client = client
            .proxy(proxy)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_ignore_invalid_headers_in_responses(true);
    }
    client.build().map_err(|error| OptionsError::Client(error.to_string()))
}

/// What a connection by TLS takes for true, for these protocols.
///
/// # Errors
/// [`OptionsError`]
pub(super) fn tls(options: &Options, protocols: &[&[u8]]) -> Result<ClientConfig, OptionsError> {
    config(options, true, protocols)
}

fn config(options: &Options, with_roots: bool, protocols: &[&[u8]]) -> Result<ClientConfig, OptionsError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| OptionsError::Client(error.to_string()))?;
    let roots = if with_roots { roots(options)? } else { RootCertStore::empty() };
    let mut tls = builder.with_root_certificates(roots).with_no_client_auth();
    tls.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Ok(tls)
}

/// The address of a proxy without its credentials.
fn shown(proxy: &url::Url) -> String {
    format!("{}://{}", proxy.scheme(), proxy.host_str().unwrap_or_default())
}

/// Looks at what [`make`] would complain of, without making anything.
///
/// # Errors
/// [`OptionsError`]
pub(super) fn check(options: &Options) -> Result<(), OptionsError> {
    if let Some(contact) = &options.contact
        && !contact.bytes().all(|byte| (0x20..0x7f).contains(&byte))
    {
        return Err(OptionsError::Contact(contact.clone()));
    }
    if let Some(proxy) = &options.proxy
        && !matches!(proxy.scheme(), "http" | "https" | "socks5" | "socks5h")
    {
        let wrong = "its scheme is none of http, https, socks5, socks5h".to_owned();
        return Err(OptionsError::Proxy(shown(proxy), wrong));
    }
    extra_roots(options).map(drop)
}

/// The roots of the system, or where it has none (a bare container) those that Mozilla trusts; and the extra ones.
fn roots(options: &Options) -> Result<RootCertStore, OptionsError> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if store.is_empty() {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for (number, root) in extra_roots(options)? {
        store.add(root).map_err(|error| OptionsError::Roots { number, wrong: error.to_string() })?;
    }
    Ok(store)
}

fn extra_roots(options: &Options) -> Result<Vec<(usize, CertificateDer<'static>)>, OptionsError> {
    let mut found = Vec::new();
    for (number, bundle) in (1..).zip(&options.extra_roots) {
        let before = found.len();
        for root in CertificateDer::pem_slice_iter(bundle) {
            let root = root.map_err(|error| OptionsError::Roots { number, wrong: error.to_string() })?;
            found.push((number, root));
        }
        if found.len() == before {
            return Err(OptionsError::Roots { number, wrong: "it holds no certificate".into() });
        }
    }
    Ok(found)
}
