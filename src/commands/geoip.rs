//! `probity geoip`: the databases that place addresses, how old they are, and whether they agree on an address.
//!
//! What it shows is testimony: an address can be announced in one country and answer from another.

use crate::app::geoip::databases;
use crate::app::network;
use crate::base::clock;
use crate::base::failure::Failure;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Format, Geoip, Global};
use crate::keep::data::Data;
use crate::present::output::grid::{Cell, Column, Grid};
use crate::present::output::{FAINT, GOOD, PARTIAL, Screen};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use probity_probes::geoip::{About, Databases, Place, STALE_AFTER, Tells};
use probity_probes::net::coding;
use probity_probes::net::options::Options;
use serde_json::{Value, json};
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

/// How a gzip file begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The largest file that is fetched, as it comes over the wire.
const MAX_DOWNLOAD: usize = 64 << 20;

/// The longest time for it, where no other is asked for.
const DOWNLOAD: Duration = Duration::from_secs(600);

/// The largest database that is taken: city databases have some 120 MB.
const MAX_DATABASE: usize = 512 << 20;

pub(crate) fn run(command: Geoip, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    let data = Data::new(config.keep.data.clone())?;
    match command {
        Geoip::Info { addresses, geoip, format } => {
            let today = TimeZone::UTC.to_datetime(clock::now()).date();
            info(&databases(config.geoip(&geoip), &data)?, &addresses, today, format, screen)
        }
        Geoip::Update { url, network } => {
            let url = url.or_else(|| config.geoip_update_url.clone()).ok_or_else(|| {
                Failure::new("no address to fetch a database from")
                    .next("probity geoip update URL, or `update-url` under [geoip] in probity.toml")
            })?;
            update(&url, &config.network(&network), &data, screen)
        }
    }
}

fn info(
    databases: &Databases,
    addresses: &[IpAddr],
    today: Date,
    format: Format,
    screen: &mut Screen,
) -> Result<Exit, Failure> {
    let places: Vec<Place> = addresses.iter().map(|address| databases.place(*address)).collect();
    if format == Format::Json {
        let listed: Vec<_> = databases.list().map(|about| described(about, today)).collect();
        let placed: Vec<_> = places.iter().map(|place| testified(place, databases, today)).collect();
        screen.json(&json!({ "databases": listed, "addresses": placed }))?;
        return Ok(Exit::Done);
    }
    let mut grid = Grid::new([
        Column::text("database"),
        Column::words("of"),
        Column::numbers("days old"),
        Column::words("tells"),
        Column::text("source"),
    ]);
    for about in databases.list() {
        let age = Cell::new(about.age(today).to_string(), if about.stale(today) { PARTIAL } else { GOOD });
        let source = about.path.as_ref().map_or_else(|| about.source.to_owned(), |path| path.display().to_string());
        grid.row([about.name.as_str().into(), about.date.to_string().into(), age, tells(about).into(), source.into()]);
    }
    screen.grid(&grid)?;
    if databases.list().any(|about| about.stale(today)) {
        screen.line(format_args!(
            "\n {PARTIAL}older than {STALE_AFTER} days:{PARTIAL:#} `probity geoip update URL`, or --geoip FILE with a newer one"
        ))?;
    }
    let mut grid = Grid::new([Column::words(""), Column::text("")]);
    for place in &places {
        let verdict = match place.country_on(today) {
            Ok(country) => Cell::new(country.to_string(), GOOD),
            Err((why, detail)) => Cell::new(format!("{why}: {detail}"), PARTIAL),
        };
        grid.row([place.address.to_string().into(), verdict]);
        for testimony in &place.testimonies {
            grid.row([Cell::default(), Cell::new(testimony.to_string(), FAINT)]);
        }
    }
    if !grid.is_empty() {
        screen.line("")?;
        screen.grid(&grid)?;
    }
    Ok(Exit::Done)
}

/// Fetches a database, and keeps it only if it can be asked.
fn update(url: &str, settings: &network::Settings, data: &Data, screen: &mut Screen) -> Result<Exit, Failure> {
    let patient = settings.timeout.unwrap_or(DOWNLOAD);
    let options = Options { max_bytes: MAX_DOWNLOAD, whole_timeout: patient, ..network::options(settings)? };
    let net = network::open(options)?;
    let page = match network::page(&net, url, None)? {
        Ok(page) => page,
        Err(gap) => {
            return Err(Failure::new(format_args!("cannot fetch {url}: {gap}"))
                .next("check the address and the connection; the databases that are there stay"));
        }
    };
    let name = page.url.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let bytes = if page.bytes.starts_with(&GZIP) {
        coding::decode(&page.bytes, std::iter::once("gzip"), MAX_DATABASE)
            .map_err(|(why, detail)| Failure::new(format_args!("{url} is {why}: {detail}")))?
            .into_owned()
    } else {
        page.bytes
    };
    let name = match name.trim_end_matches(".gz").trim_end_matches(".mmdb") {
        "" => "database.mmdb".to_owned(),
        stem => format!("{stem}.mmdb"),
    };
    let mut databases = Databases::none();
    databases
        .add_bytes(Path::new(&name), bytes.clone())
        .map_err(|error| Failure::new(error).next("give another address"))?;
    let path = data.keep_database(&name, &bytes)?;
    for about in databases.list() {
        screen.line(format_args!("{} of {}, kept as {}", about.name, about.date, path.display()))?;
    }
    Ok(Exit::Done)
}

fn tells(about: &About) -> &'static str {
    match about.tells {
        Tells::Country => "country",
        Tells::Network => "network",
    }
}

fn described(about: &About, today: Date) -> Value {
    json!({
        "name": about.name, "date": about.date, "days_old": about.age(today), "stale": about.stale(today),
        "tells": tells(about), "source": about.source, "path": about.path, "odd": about.odd,
    })
}

fn testified(place: &Place, databases: &Databases, today: Date) -> Value {
    let said: Vec<_> = place
        .testimonies
        .iter()
        .map(|testimony| {
            json!({
                "database": testimony.database.name, "date": testimony.database.date,
                "country": testimony.country.map(|country| country.to_string()),
                "network": testimony.network.map(|network| network.to_string()),
                "anycast": testimony.anycast, "trouble": testimony.trouble,
            })
        })
        .collect();
    let (country, why) = match place.country_on(today) {
        Ok(country) => (Some(country.to_string()), None),
        Err((why, detail)) => (None, Some(json!({ "why": why, "detail": detail }))),
    };
    let holder = databases.holder(place.address).map(|holder| holder.organisation);
    json!({
        "address": place.address, "country": country, "unknown": why, "anycast": place.anycast(),
        "network": place.network.map(|network| network.organisation).map(str::to_owned).or(holder), "testimonies": said,
    })
}
