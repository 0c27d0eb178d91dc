//! An answer that the client library does not take for HTTP, asked for once more and read byte by byte: header lines that are
//! none, folded ones, control characters, as servers send them and browsers read them.
//!
//! HTTP/1.1 over one connection that is then closed, to the same addresses and with the same roots as ever. What came is kept
//! letter by letter, be it HTTP or not. Behind a proxy there is no such connection.

use super::capture::{Cut, CutReason};
use super::client::{connectable, tls};
use super::dns::Dns;
use super::exchange::{Answer, KEPT, NO_GOODBYE};
use super::options::Options;
use super::warc::http;
use bytes::{Bytes, BytesMut};
use reqwest::header::HeaderMap;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use url::{Position, Url};

/// The longest head that is read, in bytes: what Chromium reads at most.
const HEAD: usize = 256 << 10;

/// What came.
pub(super) enum Came {
    /// An answer.
    Answer(Box<Answer>),
    /// Something else, or its beginning.
    Else(Bytes),
}

/// What is taken for true, once it was needed; none where it cannot be made.
pub(super) type Roots = OnceLock<Option<Arc<ClientConfig>>>;

/// How an answer ended.
enum End {
    /// As its head says.
    Whole,
    /// With the connection; whether properly.
    Closed(bool),
    Cut(CutReason, String),
}

/// Asks once; none where no connection can be made.
pub(super) async fn get(dns: &Dns, options: &Options, roots: &Roots, url: &Url, fields: &HeaderMap) -> Option<Came> {
    if options.proxy.is_some() {
        return None;
    }
    let deadline = Instant::now() + options.whole_timeout;
    let secure = url.scheme() == "https";
    let host = super::guard::plain(url.host_str()?);
    let (stream, peer) = connect(dns, options, url, &host, secure).await?;
    let question = question(url, fields);
    let (block, end, certificate) = if secure {
        let config = roots.get_or_init(|| tls(options, &[b"http/1.1"]).ok().map(Arc::new)).clone()?;
        let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).ok()?;
        let shaken = TlsConnector::from(config).connect(name, stream);
        let mut stream = timeout_at(deadline, shaken).await.ok()?.ok()?;
        let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
        let certificate = certificate.map(|one| Bytes::copy_from_slice(one));
        let (block, end) = read(&mut stream, &question, options, deadline).await;
        (block, end, certificate)
    } else {
        let mut stream = stream;
        let (block, end) = read(&mut stream, &question, options, deadline).await;
        (block, end, None)
    };
    Some(match http::read(&block) {
        // A head without an end is none, either.
        Ok(_) | Err(_) if http::length(&block).is_none() => Came::Else(block.slice(..block.len().min(KEPT))),
        Err(_) => Came::Else(block.slice(..block.len().min(KEPT))),
        Ok(read) => {
            let note = matches!(end, End::Closed(false)).then_some(NO_GOODBYE);
            let cut = match end {
                End::Cut(reason, detail) => Some(Cut { reason, detail }),
                End::Whole | End::Closed(_) if read.cut => {
                    Some(Cut { reason: CutReason::Disconnect, detail: "the last chunk is missing".to_owned() })
                }
                End::Whole | End::Closed(_) => None,
            };
            let http::Answer { status, headers, body, .. } = read;
            let protocol =
                if block.len() > 7 && block[..8].eq_ignore_ascii_case(b"http/1.0") { "http/1.0" } else { "http/1.1" };
            let peer = Some(peer.ip());
            let verbatim = Some(block);
            Came::Answer(Box::new(Answer { protocol, status, headers, body, peer, certificate, cut, note, verbatim }))
        }
    })
}

async fn connect(dns: &Dns, options: &Options, url: &Url, host: &str, secure: bool) -> Option<(TcpStream, SocketAddr)> {
    let usual = url.port_or_known_default()?;
    let addresses = match url.host()? {
        url::Host::Domain(_) => connectable(dns, options, host, secure).await.ok()?,
        // Looked at by `guard::page` before anything was asked.
        url::Host::Ipv4(address) => vec![SocketAddr::new(address.into(), usual)],
        url::Host::Ipv6(address) => vec![SocketAddr::new(address.into(), usual)],
    };
    for mut address in addresses {
        if address.port() == 0 {
            address.set_port(usual);
        }
        if let Ok(Ok(stream)) = timeout(options.connect_timeout, TcpStream::connect(address)).await {
            return Some((stream, address));
        }
    }
    None
}

fn question(url: &Url, fields: &HeaderMap) -> Vec<u8> {
    let path = &url[Position::BeforePath..Position::AfterQuery];
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let mut question = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n").into_bytes();
    for (name, value) in fields {
        question.extend_from_slice(name.as_str().as_bytes());
        question.extend_from_slice(b": ");
        question.extend_from_slice(value.as_bytes());
        question.extend_from_slice(b"\r\n");
    }
    question.extend_from_slice(b"Connection: close\r\n\r\n");
    question
}

/// Sends the question and reads until the answer is whole, the connection ends, or a limit is met.
async fn read<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    question: &[u8],
    options: &Options,
    deadline: Instant,
) -> (Bytes, End) {
    let mut block = BytesMut::with_capacity(16 << 10);
    let sent = timeout_at(deadline, async {
        stream.write_all(question).await?;
        stream.flush().await
    });
    if !matches!(sent.await, Ok(Ok(()))) {
        return (block.freeze(), End::Closed(false));
    }
    let mut length = None;
    let end = loop {
        if length.is_none() {
            length = http::length(&block);
        }
        match &length {
            None if block.len() > HEAD => {
                break End::Cut(CutReason::Length, format!("a head of more than {HEAD} bytes"));
            }
            Some(http::Length { head, body: Some(body), .. }) if block.len() >= head.saturating_add(*body) => {
                let whole = head.saturating_add(*body);
                block.truncate(whole);
                break End::Whole;
            }
            Some(http::Length { chunked: true, head, .. })
                if (block.ends_with(b"\n\r\n") || block.ends_with(b"\n\n")) && http::is_last_chunk(&block[*head..]) =>
            {
                break End::Whole;
            }
            _ => {}
        }
        if let Some(http::Length { head, .. }) = &length
            && block.len() - head.min(&block.len()) > options.max_bytes
        {
            block.truncate(head + KEPT);
            let limit = options.max_bytes;
            let detail = format!("longer than the limit of {limit} bytes; the first {KEPT} bytes are kept");
            break End::Cut(CutReason::Length, detail);
        }
        let idle = Instant::now() + options.idle_timeout;
        let known = length.as_ref().is_some_and(|length| length.body.is_some() || length.chunked);
        match timeout_at(idle.min(deadline), stream.read_buf(&mut block)).await {
            Ok(Ok(0)) if known => break End::Cut(CutReason::Disconnect, CLOSED.to_owned()),
            Ok(Ok(0)) => break End::Closed(true),
            Ok(Ok(_)) => {}
            // The end of the connection without an end of TLS.
            Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof && !known => break End::Closed(false),
            Ok(Err(_)) => break End::Cut(CutReason::Disconnect, CLOSED.to_owned()),
            Err(_) => break End::Cut(CutReason::Time, format!("no byte for {:?}", options.idle_timeout)),
        }
    };
    (block.freeze(), end)
}

/// What is said of a connection that ended too early.
const CLOSED: &str = "the connection was closed before the end";
