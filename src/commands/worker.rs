//! `probity worker`: looks at the schedule and works on what is due, until it is told to stop.

use super::notify;
use crate::app::audit::Basis;
use crate::app::geoip;
use crate::app::network;
use crate::app::schedule;
use crate::app::worker::{self, Shop, Tally};
use crate::base::clock;
use crate::base::failure::Failure;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Global, Network, Worker};
use crate::keep::declared;
use crate::keep::ruleset;
use crate::keep::store::Store;
use crate::keep::workspace::House;
use crate::present::notify::Settings;
use crate::present::output::{Screen, counted};
use probity_probes::net::door::Net;
use probity_probes::net::options::Turns;
use probity_rules::service::Status;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub(crate) fn run(command: Worker, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?.confirming_after(command.confirm_after);
    let runtime = network::runtime()?;
    let done = runtime.block_on(work(command, config, screen));
    // Hands that read and judge are not waited for: their jobs were given back.
    runtime.shutdown_background();
    done
}

async fn work(command: Worker, config: Config, screen: &mut Screen) -> Result<Exit, Failure> {
    if config.schedule.is_empty() && command.now.is_none() {
        Failure::new("nothing is scheduled here: this worker only works on what others put on the list")
            .next("give probity.toml a line `default = \"30 4 * * mon\"` under [schedule], or say --now")
            .warn();
    }
    let house = House::open(&config.keep).await?;
    let bench = Bench::new(&command, house, config).await?;
    let (stop, stopped) = watch::channel(false);
    let told = tokio::spawn(async move {
        asked_to_stop().await;
        let _ = stop.send(true);
        // Kept open, for a channel that is closed says nothing.
        std::future::pending::<()>().await;
    });
    let tally = bench.work(stopped).await;
    told.abort();
    let tally = tally?;
    let count = |number: &std::sync::atomic::AtomicUsize| number.load(Ordering::Relaxed);
    screen.line(format_args!(
        "{} registered, {} tries failed, {} jobs had become another's",
        counted(count(&tally.done), "audit"),
        count(&tally.failed),
        count(&tally.lost)
    ))?;
    Ok(Exit::Done)
}

/// Everything that the schedule needs: hands, the clock that puts jobs on the list, and whoever tells of what is new.
pub(crate) struct Bench {
    shop: Shop,
    hands: usize,
    offered: Vec<String>,
    notices: Option<(Settings, Net)>,
}

impl Bench {
    /// Checks what is configured, and puts on the list what is due.
    pub(crate) async fn new(command: &Worker, house: House, config: Config) -> Result<Self, Failure> {
        let (rules, methods) =
            ruleset::with_methods(config.rules(&command.basis.rules), config.methods(&command.basis))?;
        let rules = Arc::new(rules);
        house.judges_by(&rules)?;
        let declared = declared::all(config.services(&command.basis.folder))?;
        let now = command.now.as_ref().map(|named| declared::chosen(declared.clone(), named)).transpose()?;
        let unknown = config.schedule.named().find(|name| !declared.iter().any(|service| service.id == *name));
        if let Some(unknown) = unknown {
            return Err(Failure::new(format_args!("the schedule names `{unknown}`, which no declaration does"))
                .next("probity services list   shows all; mend [schedule.services] in the configuration"));
        }
        let databases = geoip::databases(config.geoip(&command.basis.geoip), &house.data)?;
        let second = config.second_reader(&command.second);
        let mut options = network::audit_options(&config.network(&command.network), &second)?;
        options.turns = Some(turns(house.store.clone()));
        let offered: Vec<_> =
            declared.iter().filter(|one| one.status == Status::Active).map(|one| one.id.clone()).collect();
        for service in now.into_iter().flatten() {
            let now = clock::now();
            house.store.enqueue(&service.id, now, now).await?;
        }
        schedule::look(&house.store, &config.schedule, &offered, clock::now()).await?;
        // Notices go the way that the configuration names; flags are for audits.
        let apart = config.network(&Network::default());
        let notices = match config.notify {
            Some(settings) => Some((settings, network::door(&apart)?)),
            None => None,
        };
        let services = declared.into_iter().map(|one| (one.id.clone(), Arc::new(one))).collect::<BTreeMap<_, _>>();
        let shop = Shop {
            net: Arc::new(network::open(options)?),
            basis: Basis::new(databases, rules, methods),
            services: Arc::new(services),
            schedule: config.schedule,
            worker: worker::name(),
            lease: command.lease.max(Duration::from_secs(1)),
            until_idle: command.until_idle,
            house,
        };
        Ok(Self { shop, hands: usize::from(command.hands), offered, notices })
    }

    /// Works until it is told to stop.
    pub(crate) async fn work(self, stop: watch::Receiver<bool>) -> Result<Arc<Tally>, Failure> {
        let Self { shop, hands, offered, notices } = self;
        let mut beside = JoinSet::new();
        let (store, folder) = (shop.house.store.clone(), shop.house.data.root().to_owned());
        beside.spawn(schedule::run(store.clone(), shop.schedule.clone(), offered));
        if let Some((settings, net)) = notices {
            beside.spawn(notify::keep(store, folder, settings, net));
        }
        // What runs beside the hands ends with them: it is dropped.
        worker::work(shop, hands, stop).await
    }
}

/// Until the user or the system asks the process to end.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut ends) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = ends.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The turns with hosts, for all workers of a store. Where the store is away, this process keeps its own pace.
fn turns(store: Store) -> Turns {
    Turns::new(move |host, pace| {
        let store = store.clone();
        Box::pin(async move { store.turn(&host, pace, clock::precise()).await.unwrap_or(Duration::ZERO) })
    })
}
