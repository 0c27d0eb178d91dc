//! The web servers of the small internet, and its proxy: HTTP/1.1 by hand, since most of what it must do is wrong on purpose.
//!
//! It reads GETs, POSTs with a length, and `CONNECT`, nothing else.

use super::page::{Fault, Page};
use super::{Asked, Shared};
use std::fmt::Write as _;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::server::TlsStream;
use url::Url;

/// The longest header of a request.
const MAX_HEAD: usize = 64 << 10;

/// The longest body of a request.
const MAX_BODY: usize = 1 << 20;

/// The first byte of a TLS handshake.
const TLS: u8 = 0x16;

/// A connection, with or without TLS.
enum Line {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Line {
    async fn read(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read_buf(into).await,
            Self::Tls(stream) => stream.read_buf(into).await,
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.write_all(bytes).await,
            Self::Tls(stream) => {
                stream.write_all(bytes).await?;
                stream.flush().await
            }
        }
    }

    /// Resets the connection under whatever is on top of it.
    fn reset(self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.set_zero_linger(),
            Self::Tls(stream) => stream.get_ref().0.set_zero_linger(),
        }
    }
}

struct Head {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
}

pub(super) async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let mut lines = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                let shared = shared.clone();
                // How a connection ends is what the client is tested on; here nobody wants to know.
                lines.spawn(async move { drop(connection(stream, &shared, false).await) });
            },
            Some(_) = lines.join_next() => {}
        }
    }
}

/// Serves a connection until its end; `proxied` after a `CONNECT`.
async fn connection(stream: TcpStream, shared: &Shared, proxied: bool) -> io::Result<()> {
    let _ = stream.set_nodelay(true);
    let mut first = [0];
    if stream.peek(&mut first).await? == 0 {
        return Ok(());
    }
    let mut line = if first == [TLS] {
        Line::Tls(Box::new(shared.authority.acceptor().accept(stream).await?))
    } else {
        Line::Plain(stream)
    };
    let mut rest = Vec::new();
    while let Some(head) = read_head(&mut line, &mut rest).await? {
        if head.method == "CONNECT" {
            line.write(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            let Line::Plain(stream) = line else { return Ok(()) };
            return Box::pin(connection(stream, shared, true)).await;
        }
        let absolute = head.target.starts_with("http://");
        let host = head.headers.iter().find(|(name, _)| name == "host").map_or("", |(_, value)| value);
        let url = match (&line, absolute) {
            (_, true) => head.target.clone(),
            (Line::Plain(_), _) => format!("http://{host}{}", head.target),
            (Line::Tls(_), _) => format!("https://{host}{}", head.target),
        };
        let url = Url::parse(&url).map_or(url, String::from);
        let body = read_body(&mut line, &mut rest, &head).await?;
        let headers = head.headers.clone();
        shared.remember(Asked { url: url.clone(), headers, body, proxied: proxied || absolute });
        let page = shared.find(&url);
        tokio::time::sleep(page.delay).await;
        let page = match page.field("etag") {
            Some(tag) if head.headers.iter().any(|(name, value)| name == "if-none-match" && value == tag) => {
                Page::status(304).header("ETag", tag)
            }
            _ => page,
        };
        let Some(open) = answer(line, &page).await? else { return Ok(()) };
        line = open;
    }
    Ok(())
}

/// Reads up to the blank line; none where the connection ends or what comes is no request. What follows stays in `rest`.
async fn read_head(line: &mut Line, rest: &mut Vec<u8>) -> io::Result<Option<Head>> {
    let end = loop {
        if let Some(at) = rest.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if rest.len() > MAX_HEAD || line.read(rest).await? == 0 {
            return Ok(None);
        }
    };
    let text = String::from_utf8_lossy(&rest[..end]).into_owned();
    rest.drain(..end + 4);
    let mut lines = text.lines();
    let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(None) };
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    Ok(Some(Head { method, target, headers }))
}

/// Reads what was sent with a request, as long as its head says.
async fn read_body(line: &mut Line, rest: &mut Vec<u8>, head: &Head) -> io::Result<String> {
    let length =
        head.headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok());
    let length = length.unwrap_or(0).min(MAX_BODY);
    while rest.len() < length && line.read(rest).await? > 0 {}
    let body = rest.drain(..length.min(rest.len())).collect::<Vec<_>>();
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// Sends a page, or what its fault makes of it; none where the connection is over.
async fn answer(mut line: Line, page: &Page) -> io::Result<Option<Line>> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", page.status, if page.status < 400 { "OK" } else { "Sorry" });
    for (name, value) in &page.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let half = page.body.len() / 2;
    let length = format!("Content-Length: {}\r\n\r\n", page.body.len());
    match page.fault {
        None => {
            if page.status == 304 {
                head.push_str("\r\n");
            } else {
                head.push_str(&length);
            }
            line.write(&[head.as_bytes(), &page.body].concat()).await?;
            return Ok(Some(line));
        }
        Some(Fault::Reset) => line.reset()?,
        Some(Fault::Close) => {}
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::Drip(pause)) => {
            line.write((head + &length).as_bytes()).await?;
            for byte in page.body.chunks(1) {
                line.write(byte).await?;
                tokio::time::sleep(pause).await;
            }
        }
        Some(Fault::Stall) => {
            line.write(&[(head + &length).as_bytes(), &page.body[..half]].concat()).await?;
            std::future::pending::<()>().await;
        }
        Some(Fault::Half) => line.write(&[(head + &length).as_bytes(), &page.body[..half]].concat()).await?,
        Some(Fault::Endless) => {
            line.write((head + "\r\n").as_bytes()).await?;
            let block = vec![b'.'; 64 << 10];
            loop {
                line.write(&block).await?;
            }
        }
        Some(Fault::Headers(bytes)) => {
            line.write((head + "X-Long: ").as_bytes()).await?;
            line.write(&vec![b'a'; bytes]).await?;
            line.write(format!("\r\n{length}").as_bytes()).await?;
        }
        Some(Fault::Abrupt) => line.write(&[(head + "\r\n").as_bytes(), &page.body].concat()).await?,
        Some(Fault::Verbatim) => line.write(&page.body).await?,
        Some(Fault::Garbage) => line.write(b"220 mail.test ESMTP ready\r\n").await?,
    }
    Ok(None)
}
