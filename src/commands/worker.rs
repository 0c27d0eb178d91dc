//! `probity worker`: looks at the schedule and works on what is due, until it is told to stop.

use super::audit::cores;
use super::notify;
use crate::cli::{Global, Worker};
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::output::Screen;
use crate::queue::{self, Shop};
use crate::remember::House;
use crate::store::Store;
use crate::{clock, declared, geoip, network, ruleset, schedule};
use probity_probes::net::options::Turns;
use probity_rules::service::Status;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

pub(crate) fn run(command: Worker, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global.config.as_deref())?;
    let runtime = network::runtime()?;
    let done = runtime.block_on(work(command, global, config, screen));
    // Hands that read and judge are not waited for: their jobs were given back.
    runtime.shutdown_background();
    done
}

async fn work(command: Worker, global: &Global, config: Config, screen: &mut Screen) -> Result<Exit, Failure> {
    let rules = ruleset::load(&command.rules, &config)?;
    let methods = if command.method.is_empty() { config.methods.clone() } else { command.method.clone() };
    for method in &methods {
        rules.method(method).map_err(|unknown| Failure::new(unknown).next("probity rules list   shows them"))?;
    }
    let declared = declared::all(&command.folder, &config)?;
    let now = command.now.as_ref().map(|named| declared::chosen(declared.clone(), named)).transpose()?;
    let unknown = config.schedule.named().find(|name| !declared.iter().any(|service| service.id == *name));
    if let Some(unknown) = unknown {
        return Err(Failure::new(format_args!("the schedule names `{unknown}`, which no declaration does"))
            .next("probity services list   shows all; mend [schedule.services] in the configuration"));
    }
    if config.schedule.is_empty() && now.is_none() {
        Failure::new("nothing is scheduled here: this worker only works on what others put on the list")
            .next("give probity.toml a line `default = \"30 4 * * mon\"` under [schedule], or say --now")
            .warn();
    }
    let house = House::open(global, &config).await?;
    let databases = geoip::databases(&command.geoip, &config, &house.data)?;
    let second = command.second.clone().or(config.second.clone());
    let mut options = network::audit_options(&command.network.clone().or(config.network.clone()), &second)?;
    options.turns = Some(turns(house.store.clone()));
    let offered: Vec<_> =
        declared.iter().filter(|one| one.status == Status::Active).map(|one| one.id.clone()).collect();
    for service in now.into_iter().flatten() {
        let now = clock::now();
        house.store.enqueue(&service.id, now, now).await?;
    }
    schedule::look(&house.store, &config.schedule, &offered, clock::now()).await?;
    let shop = Shop {
        net: Arc::new(network::open(options)?),
        databases: Arc::new(databases),
        rules: Arc::new(rules),
        methods,
        services: Arc::new(declared.into_iter().map(|one| (one.id.clone(), Arc::new(one))).collect::<BTreeMap<_, _>>()),
        schedule: config.schedule.clone(),
        cores: Arc::new(Semaphore::new(cores())),
        worker: queue::name(),
        lease: command.lease.max(Duration::from_secs(1)),
        until_idle: command.until_idle,
        house,
    };
    let notices = match config.notify {
        Some(settings) => {
            let (store, folder) = (shop.house.store.clone(), shop.house.data.root().to_owned());
            Some(notify::keep(store, folder, settings, network::door(&config.network)?))
        }
        None => None,
    };
    let (stop, stopped) = watch::channel(false);
    let clock = tokio::spawn(schedule::run(shop.house.store.clone(), config.schedule, offered));
    let told = tokio::spawn(async move {
        asked_to_stop().await;
        let _ = stop.send(true);
        // Kept open, for a channel that is closed says nothing.
        std::future::pending::<()>().await;
    });
    let notices = notices.map(tokio::spawn);
    let tally = queue::work(shop, usize::from(command.hands), stopped).await;
    clock.abort();
    if let Some(notices) = notices {
        notices.abort();
    }
    told.abort();
    let tally = tally?;
    let count = |number: &std::sync::atomic::AtomicUsize| number.load(Ordering::Relaxed);
    screen.line(format_args!(
        "{} audits registered, {} tries failed, {} jobs had become another's",
        count(&tally.done),
        count(&tally.failed),
        count(&tally.lost)
    ))?;
    Ok(Exit::Done)
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
