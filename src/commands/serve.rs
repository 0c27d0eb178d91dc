//! `probity serve`: the web pages, until it is interrupted.

use crate::cli::{Global, Serve};
use crate::config::Config;
use crate::data::Data;
use crate::exit::{Exit, Failure};
use crate::output::{COMMAND, FAINT, Screen};
use crate::remember::House;
use crate::web::accounts::{self, Accounts};
use crate::web::view::Library;
use crate::web::{Mode, Site, server};
use crate::{clock, network, ruleset};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

pub(crate) fn run(command: Serve, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global.config.as_deref())?;
    let data = Data::new(global.data.clone().or_else(|| config.data.clone()))?;
    let rules = ruleset::load(&command.rules, &config)?;
    let mode = Mode {
        public: command.public,
        trusted: command.listen.ip().is_loopback() && !command.public && !command.https,
        hosts: command.host,
        secure: command.https,
    };
    let accounts = Accounts::new(data.root().join(accounts::FILE));
    let in_use = accounts.list()?.iter().any(|account| !account.disabled);
    if !mode.public && !mode.trusted && !in_use {
        return Err(Failure::new("nobody could sign in: there is no account yet").next(
            "probity accounts add NAME --role administrator, or show confirmed ratings to everybody with --public",
        ));
    }
    let runtime = network::runtime()?;
    let house = runtime.block_on(House::open(global, &config))?;
    let site = Site::new(Library::open(data, rules)?, accounts, Arc::new(house), mode, Arc::new(clock::now));
    serve(command.listen, Arc::new(site), runtime, screen)
}

/// Listens, says where, and answers until it is interrupted.
pub(crate) fn serve(
    listen: SocketAddr,
    site: Arc<Site>,
    runtime: Runtime,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    runtime.block_on(site.look())?;
    let listener = runtime.block_on(TcpListener::bind(listen)).map_err(|error| {
        let next = match error.kind() {
            io::ErrorKind::AddrInUse => "another program listens there: choose another port with --listen",
            io::ErrorKind::PermissionDenied => "ports below 1024 need rights: choose another one with --listen",
            _ => "choose an address of this machine with --listen",
        };
        Failure::new(format_args!("cannot listen on {listen}: {error}")).next(next)
    })?;
    let address = listener.local_addr().unwrap_or(listen);
    screen.line(format_args!("{COMMAND}http://{address}/{COMMAND:#}  {FAINT}Ctrl-C ends it{FAINT:#}"))?;
    screen.flush()?;
    let stop = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let ended = runtime.block_on(server::serve(listener, site, stop));
    runtime.shutdown_background();
    ended.map_err(|error| Failure::new(format_args!("the server broke: {error}")))?;
    Ok(Exit::Done)
}
