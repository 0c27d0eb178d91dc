//! A request to an identity provider that the operator named: one exchange through a door of its own, within a short time and
//! a short length.
//!
//! It is no evidence and is not archived. No redirect is followed, nothing is repeated, and nothing goes over http to another
//! machine. What an answer means is not known here.

use super::door::Net;
use super::exchange;
use super::guard::is_here;
use super::options::Options;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::time::Duration;
use url::{Host, Url};

/// How long one exchange may take.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// The longest answer, in bytes: what providers publish of themselves has a tenth of it.
const MAX_ANSWER: usize = 256 << 10;

/// An answer of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The status.
    pub status: u16,
    /// Its `Content-Type`.
    pub media_type: Option<String>,
    /// Its bytes.
    pub body: Bytes,
}

/// The options of a door to a provider. Its own host may stand in a private network; others only where they are named test
/// hosts.
pub fn options(usual: Options, issuer: &Url) -> Options {
    let here = is_here(issuer);
    let at = if here && matches!(issuer.host(), Some(Host::Domain(_))) { "=127.0.0.1" } else { "" };
    let mut test_hosts = usual.test_hosts;
    test_hosts.extend(format!("{}{at}", issuer.host_str().unwrap_or_default()).parse());
    Options {
        model: None,
        proxy: usual.proxy.filter(|_| !here),
        test_hosts,
        authorization: BTreeMap::new(),
        connect_timeout: CONNECT,
        idle_timeout: PATIENCE,
        whole_timeout: PATIENCE,
        max_bytes: MAX_ANSWER,
        ..usual
    }
}

impl Net {
    /// Asks a provider: with a body it is a POST, else a GET.
    ///
    /// # Errors
    /// A sentence: why nothing was sent, or why no whole answer came.
    pub async fn provider(
        &self,
        address: &str,
        fields: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Result<Told, String> {
        let (url, request) = self.request(address, fields, body)?;
        if url.scheme() != "https" && !is_here(&url) {
            return Err(format!("{address} would be asked over http, for others to read"));
        }
        let answer = exchange::send(request, &self.options, &self.large).await;
        let answer = answer.map_err(|failure| failure.detail)?;
        if let Some(cut) = answer.cut {
            return Err(format!("the answer is not whole: {}", cut.detail));
        }
        let media_type = answer.headers.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        Ok(Told { status: answer.status, media_type: media_type.map(|(_, value)| value), body: answer.body })
    }
}
