//! `probity serve`: the web pages, until it is interrupted; and beside them the schedule, so that one process is enough.

use super::worker::Bench;
use crate::app::network;
use crate::base::clock;
use crate::base::failure::Failure;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Basis, Global, Network, SecondReader, Serve, Worker};
use crate::keep::data::Data;
use crate::keep::ruleset;
use crate::keep::shelf::Shelf;
use crate::keep::workspace::House;
use crate::present::output::{COMMAND, FAINT, Screen};
use crate::present::web::accounts::{self, Accounts};
use crate::present::web::openid::{self, OpenId, Settings};
use crate::present::web::view::Library;
use crate::present::web::{Mode, Site, server};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// How long the server may be silent until its jobs are another's.
const LEASE: Duration = Duration::from_secs(120);
/// How long hands may take to give back their jobs once the server is to end.
const FAREWELL: Duration = Duration::from_secs(5);

pub(crate) fn run(command: Serve, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    let data = Data::of(&config.keep)?;
    let rules = ruleset::load(config.rules(&command.rules))?;
    let mut mode = Mode {
        public: command.public,
        // Whoever names a provider wants people to sign in, here, too.
        trusted: command.listen.ip().is_loopback() && !command.public && !command.https && config.openid.is_none(),
        hosts: command.host,
        secure: command.https,
    };
    let openid = match &config.openid {
        Some(settings) if !mode.public => Some(provider(settings, &mut mode, &config.network(&Network::default()))?),
        _ => None,
    };
    let accounts = Accounts::new(data.root().join(accounts::FILE));
    let in_use = accounts.list()?.iter().any(|account| !account.disabled);
    if !mode.public && !mode.trusted && !in_use && openid.is_none() {
        return Err(Failure::new("nobody could sign in: there is no account yet").next(
            "probity accounts add NAME --role administrator, or show confirmed ratings to everybody with --public",
        ));
    }
    let runtime = network::runtime()?;
    let house = runtime.block_on(House::open(&config.keep))?;
    let shelf = Shelf::of(data, house.evidence.clone(), runtime.handle().clone());
    let bench = match command.hands > 0 && !config.schedule.is_empty() {
        true => {
            let worker = Worker {
                hands: command.hands,
                until_idle: false,
                lease: LEASE,
                confirm_after: None,
                now: None,
                basis: Basis { folder: command.folder, rules: command.rules, ..Basis::default() },
                network: Network::default(),
                second: SecondReader::default(),
            };
            Some(runtime.block_on(Bench::new(&worker, house.clone(), config))?)
        }
        false => None,
    };
    let site = Site::new(Library::open(shelf, rules)?, accounts, Arc::new(house), mode, Arc::new(clock::now));
    let site = site.with_openid(openid);
    serve(command.listen, Arc::new(site), bench, runtime, screen)
}

/// The provider by which people sign in. It sends them back to the address in its settings, so that must lead here.
fn provider(settings: &Settings, mode: &mut Mode, network: &network::Settings) -> Result<OpenId, Failure> {
    let openid = openid::open(settings.clone(), network)?;
    let (secure, host) = settings.reached();
    if secure != mode.secure {
        let (is, next) = match secure {
            true => ("https, and --https is not given: cookies could be read on the way", "probity serve --https"),
            false => {
                ("http, and --https is given: browsers would not send the cookies", "probity serve without --https")
            }
        };
        return Err(Failure::new(format_args!("`address` of [openid-connect] is {is}"))
            .next(format_args!("{next}, or mend `address`")));
    }
    if !mode.hosts.is_empty() && !mode.hosts.iter().any(|known| known.eq_ignore_ascii_case(&host)) {
        mode.hosts.push(host);
    }
    Ok(openid)
}

/// Listens, says where, and answers until it is interrupted. What the schedule says is due is worked on beside it.
pub(crate) fn serve(
    listen: SocketAddr,
    site: Arc<Site>,
    bench: Option<Bench>,
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
    // Pages are there whatever becomes of the audits.
    let (close, closed) = watch::channel(false);
    let work = bench.map(|bench| {
        runtime.spawn(async move {
            if let Err(failure) = bench.work(closed).await {
                failure.next("pages are still answered; nothing is audited until the server is started again").warn();
            }
        })
    });
    let ended = runtime.block_on(async {
        let ended = server::serve(listener, site, stop).await;
        let _ = close.send(true);
        if let Some(work) = work {
            // Jobs that are begun are given back; whoever does not do so in time loses them to the next.
            let _ = tokio::time::timeout(FAREWELL, work).await;
        }
        ended
    });
    runtime.shutdown_background();
    ended.map_err(|error| Failure::new(format_args!("the server broke: {error}")))?;
    Ok(Exit::Done)
}
