//! The least that a web server can do: what the board's load is compared with (`.ci/load`).

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8081".to_owned());
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let router = Router::new().route("/", get(async || "hello"));
        axum::serve(TcpListener::bind(address).await?, router).await
    })
}
