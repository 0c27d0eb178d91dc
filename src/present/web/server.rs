//! The listening half of `serve`: connections within bounds, and an orderly end.
//!
//! A client that sends its request slowly, never reads, or stays for ever costs one of a bounded number of places for a
//! bounded time.

use super::guard::Peer;
use super::{Shared, router};
use axum::Extension;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

/// Connections at one time.
const CONNECTIONS: usize = 2_048;
/// How long the head of a request may take, and an idle connection last.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);
/// How long a connection may last.
const LIFE: Duration = Duration::from_secs(600);
/// How long answers that are under way may take once the server is to end.
const FAREWELL: Duration = Duration::from_secs(5);
/// How often it is looked whether something was added.
const LOOK: Duration = Duration::from_secs(2);
/// The same where that means to ask another machine.
const FAR_LOOK: Duration = Duration::from_secs(20);

/// Answers until `stop` is ready.
///
/// # Errors
/// The listener broke.
pub(crate) async fn serve(listener: TcpListener, site: Shared, stop: impl Future<Output = ()>) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let (ending, end) = watch::channel(false);
    let router = router(Arc::clone(&site));
    let looking = tokio::spawn(look(site));
    let mut stop = std::pin::pin!(stop);
    loop {
        // A place first: what cannot be served waits in the system's queue.
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            // One connection that broke before it began; or no more files, which passes.
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        // Answers are small and wait for nobody.
        let _ = stream.set_nodelay(true);
        let router = router.clone().layer(Extension(Peer(peer)));
        let mut end = end.clone();
        tokio::spawn(async move {
            let mut builder = Builder::new(TokioExecutor::new());
            builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_PATIENCE).max_buf_size(64 << 10);
            let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
            let mut connection = std::pin::pin!(connection);
            tokio::select! {
                _ = connection.as_mut() => {}
                () = tokio::time::sleep(LIFE) => {}
                _ = end.changed() => {
                    connection.as_mut().graceful_shutdown();
                    let _ = tokio::time::timeout(FAREWELL, connection).await;
                }
            }
            drop(place);
        });
    }
    looking.abort();
    drop(listener);
    let _ = ending.send(true);
    let all = u32::try_from(CONNECTIONS).unwrap_or(u32::MAX);
    let _ = tokio::time::timeout(FAREWELL, places.acquire_many(all)).await;
    Ok(())
}

/// Looks from time to time whether something was added.
async fn look(site: Shared) {
    let pause = if site.view.shelf.is_far() { FAR_LOOK } else { LOOK };
    loop {
        tokio::time::sleep(pause).await;
        if let Err(failure) = site.look().await {
            failure.warn();
        }
    }
}
