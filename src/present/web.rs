//! `probity serve`: pages, accounts, the interface for programs, feeds.
//!
//! HTML is rendered here and works without a script. Nothing is asked of anybody else, and what a page of a provider says
//! never becomes markup. It decides nothing about a service, and knows no SQL.

pub(crate) mod accounts;
mod api;
mod assets;
mod feed;
mod guard;
pub(crate) mod openid;
pub(crate) mod page;
mod pages;
pub(crate) mod queue;
pub(crate) mod server;
mod session;
pub(crate) mod view;
mod words;

use crate::base::failure::Failure;
use crate::present::web::accounts::Accounts;
use crate::present::web::guard::Counters;
use crate::present::web::openid::OpenId;
use crate::present::web::page::Cache;
use crate::present::web::queue::{Order, Queue};
use crate::present::web::session::Sessions;
use crate::present::web::view::{Library, Rated};
use axum::Router;
use axum::routing::{get, post};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

/// The longest body of a request: a decision with its reasons needs far less.
const MAX_BODY: usize = 64 << 10;
/// How long a page may take to be made; longer where a machine that does other things tests an unoptimised program.
const PATIENCE: Duration = Duration::from_secs(if cfg!(test) { 300 } else { 30 });
/// How long a client may keep us waiting for the next piece of its request.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

/// Tells the time; the application's clock.
pub(crate) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How the server is run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mode {
    /// Shows confirmed ratings only, to everybody, and lets nobody decide.
    pub(crate) public: bool,
    /// Everybody who can reach the server is taken for its owner: it listens on loopback only.
    pub(crate) trusted: bool,
    /// The names by which it may be asked, beside addresses of loopback; any where there is none.
    pub(crate) hosts: Vec<String>,
    /// Whether it stands behind a server that speaks HTTPS: cookies are then for HTTPS only.
    pub(crate) secure: bool,
}

/// What all requests share.
pub(crate) struct Site {
    pub(crate) view: Library,
    pub(crate) accounts: Accounts,
    pub(crate) sessions: Sessions,
    pub(crate) mode: Mode,
    pub(crate) clock: Clock,
    pub(crate) counters: Counters,
    pub(crate) cache: Cache,
    pub(crate) queue: Arc<dyn Queue>,
    /// The provider by which people may sign in, where there is one.
    pub(crate) openid: Option<Arc<OpenId>>,
}

/// The site, as handlers get it.
pub(crate) type Shared = Arc<Site>;

impl Site {
    /// A site over what is kept.
    pub(crate) fn new(library: Library, accounts: Accounts, queue: Arc<dyn Queue>, mode: Mode, clock: Clock) -> Self {
        Self {
            view: library,
            accounts,
            sessions: Sessions::default(),
            mode,
            clock,
            counters: Counters::default(),
            cache: Cache::default(),
            queue,
            openid: None,
        }
    }

    /// The same with a provider by which people may sign in.
    #[must_use]
    pub(crate) fn with_openid(mut self, openid: Option<OpenId>) -> Self {
        self.openid = openid.map(Arc::new);
        self
    }

    /// Looks whether something was added or decided.
    ///
    /// # Errors
    /// What is kept cannot be read.
    pub(crate) async fn look(self: &Arc<Self>) -> Result<(), Failure> {
        self.queue.look().await?;
        let items = self.queue.list(true, Order::Age).await?;
        let standings = self.queue.standings().await?;
        let site = Arc::clone(self);
        let work = move || site.view.refresh(&items, standings.as_ref(), site.mode.public);
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|error| Err(Failure::new(format_args!("what is kept could not be read: {error}"))))
    }

    /// Whether a rating may be seen: on a public server only what a person has confirmed.
    pub(crate) fn shows(&self, rated: &Rated) -> bool {
        !self.mode.public || rated.standing.is_published()
    }
}

/// All addresses, within their bounds.
pub(crate) fn router(site: Shared) -> Router {
    let router = Router::new();
    #[cfg(feature = "openid-connect")]
    let router =
        router.route("/login/openid-connect", get(pages::openid::begin)).route(openid::BACK, get(pages::openid::back));
    router
        .route("/", get(pages::board::show))
        .route("/services/{id}", get(pages::service::show).post(pages::service::stand))
        .route("/services/{id}/document", get(pages::document::show))
        .route("/services/{id}/feed.atom", get(feed::of_service))
        .route("/archive/{audit}", get(pages::archive::show))
        .route("/archive/{audit}/certificate", get(pages::archive::certificate))
        .route("/compare", get(pages::compare::show))
        .route("/criteria", get(pages::rules::criteria))
        .route("/criteria/{id}", get(pages::rules::criterion))
        .route("/methods", get(pages::rules::methods))
        .route("/methods/{id}", get(pages::rules::method))
        .route("/review", get(pages::review::queue))
        .route("/review/{id}", get(pages::review::item).post(pages::review::decide))
        .route("/login", get(pages::account::form).post(pages::account::login))
        .route("/logout", post(pages::account::logout))
        .route("/feed.atom", get(feed::of_all))
        .route("/healthz", get(guard::healthz))
        .route("/metrics", get(guard::metrics))
        .route("/assets/{name}", get(assets::asset))
        .route("/favicon.svg", get(assets::icon))
        .nest("/api/v1", api::router())
        .fallback(page::no_such_page)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&site), guard::check))
        .layer(CompressionLayer::new())
        .layer(RequestBodyLimitLayer::new(MAX_BODY))
        .layer(RequestBodyTimeoutLayer::new(BODY_PATIENCE))
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .with_state(site)
}

#[cfg(test)]
mod tests;
