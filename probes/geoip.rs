//! Where an address is, as several databases testify: never a fact alone, always with the database and its date.
//!
//! Two witnesses are carried along, one of measured places and one of registrations; a user may add or take others. It
//! cannot know where a machine stands: it says who agrees, and calls it ambiguous where they do not, or where a network
//! is known to answer from many places.

mod embedded;
mod mmdb;
pub mod networks;

use ipnet::IpNet;
use jiff::civil::Date;
use mmdb::Mmdb;
use networks::Network;
use probity_rules::country;
use probity_rules::observation::Why;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A database older than this is pointed out, and decides nothing: a year after its build, in days. Addresses move
/// between countries, and what moved since stands wrong in it.
pub const STALE_AFTER: i64 = 365;

/// A country of ISO 3166-1, alpha-2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// The country of a code in capitals; none for what is no country (`EU`, `AP`, `ZZ`, `A1`).
    pub fn new(code: &str) -> Option<Self> {
        let bytes = code.as_bytes().try_into().ok()?;
        country::exists(code).then_some(Self(bytes))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is known about a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What it is called in reports.
    pub name: String,
    /// The day it was built.
    pub date: Date,
    /// What it tells.
    pub tells: Tells,
    /// Where it comes from and under which terms; empty for a user's own file.
    pub source: &'static str,
    /// The user's file.
    pub path: Option<PathBuf>,
    /// What is odd about the file, and passed over.
    pub odd: Option<String>,
    /// Whether it knows where addresses were registered, not where they are used.
    pub registrations: bool,
}

impl About {
    /// Its age on a day, in days; negative for a database from after that day.
    pub fn age(&self, day: Date) -> i64 {
        (day - self.date).get_days().into()
    }

    /// Whether it is so old on a day that nothing may rest on it.
    pub fn stale(&self, day: Date) -> bool {
        self.age(day) > STALE_AFTER
    }
}

/// What a database tells of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// Its country.
    Country,
    /// The autonomous system that announces it.
    Network,
}

/// What one database says about the country of one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Testimony {
    /// The database.
    pub database: Arc<About>,
    /// What it says; none where it does not know the address.
    pub country: Option<Country>,
    /// The network for which it says so, where it has networks.
    pub network: Option<IpNet>,
    /// Whether it says that the address is answered from many places.
    pub anycast: bool,
    /// What went wrong: the file is broken at this place.
    pub trouble: Option<String>,
}

impl fmt::Display for Testimony {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.trouble, &self.country) {
            (Some(trouble), _) => write!(f, "unreadable ({trouble})")?,
            (None, Some(country)) => write!(f, "{country}")?,
            (None, None) => f.write_str("not known")?,
        }
        write!(f, " ({}, {})", self.database.name, self.database.date)
    }
}

/// The organisation whose network an address is in, as a database of autonomous systems says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The database.
    pub database: Arc<About>,
    /// The number of the autonomous system, where it says so.
    pub number: Option<u32>,
    /// Its organisation.
    pub organisation: String,
}

/// All that is known about the place of one address.
#[derive(Clone, Debug)]
pub struct Place {
    /// The address, an IPv4 address in IPv6 clothes unclothed.
    pub address: IpAddr,
    /// What the databases say, in their order; empty for an address that is not public.
    pub testimonies: Vec<Testimony>,
    /// The network that is known to hold it.
    pub network: Option<&'static Network>,
    /// Why no database was asked: what the address is instead of public.
    pub refused: Option<String>,
}

impl Place {
    /// The country on which all databases that know the address agree.
    ///
    /// # Errors
    /// Why there is none, and a line for a person: the address is not public, no database knows it, they disagree, or it is
    /// answered from many places.
    pub fn country(&self) -> Result<Country, (Why, String)> {
        if let Some(refused) = &self.refused {
            return Err((Why::Refused, refused.clone()));
        }
        if self.anycast() {
            let whose = self.network.map_or("a database says so", |network| network.organisation);
            return Err((Why::Ambiguous, format!("{} is answered from many places ({whose})", self.address)));
        }
        let mut said = self.testimonies.iter().filter_map(|testimony| testimony.country);
        let Some(first) = said.next() else {
            let broken = self.testimonies.iter().any(|testimony| testimony.trouble.is_some());
            let why = if broken { Why::Malformed } else { Why::Empty };
            return Err((why, format!("no database knows {}", self.address)));
        };
        if said.all(|other| other == first) {
            return Ok(first);
        }
        Err((Why::Ambiguous, format!("the databases disagree on {}: {}", self.address, self.said())))
    }

    /// The country on which all databases that know the address and are young enough on a day agree. Where only registrations
    /// are left of several witnesses there is none: in which country an address was registered is not where it is used.
    ///
    /// # Errors
    /// As for [`Place::country`], and where the databases are too old.
    pub fn country_on(&self, day: Date) -> Result<Country, (Why, String)> {
        let old = |testimony: &&Testimony| testimony.database.stale(day);
        let Some(oldest) = self.testimonies.iter().filter(old).max_by_key(|one| one.database.age(day)) else {
            return self.country();
        };
        let young: Vec<_> = self.testimonies.iter().filter(|one| !old(one)).cloned().collect();
        // What is known without a database, and what an old one says against itself, stays.
        if self.refused.is_some() || self.anycast() {
            return self.country();
        }
        if young.iter().any(|one| one.country.is_some() && !one.database.registrations) {
            return Place { testimonies: young, ..self.clone() }.country();
        }
        let About { name, date, .. } = &*oldest.database;
        let age = oldest.database.age(day);
        Err((
            Why::NotAsked,
            format!(
                "too old to rest on: {name} of {date} is {age} days old, more than {STALE_AFTER}; \
                 `probity geoip update URL`, or --geoip FILE with a newer one"
            ),
        ))
    }

    /// Whether the address is answered from many places, as a rule or a database says.
    pub fn anycast(&self) -> bool {
        self.network.is_some_and(|network| network.many) || self.testimonies.iter().any(|testimony| testimony.anycast)
    }

    /// What each database says, in one line.
    pub fn said(&self) -> String {
        self.testimonies.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// A database that was asked for and cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GeoError {
    /// The file cannot be read.
    #[error("cannot read the address database {}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file is no database.
    #[error("{} is not a usable MaxMind database (.mmdb): {detail}; download it again, or leave it out", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The file is a database of something else.
    #[error("{} (type {kind:?}) tells neither countries nor networks; give a country, city or ASN database", path.display())]
    Useless {
        /// The file.
        path: PathBuf,
        /// The type that its head names.
        kind: String,
    },
}

#[derive(Clone)]
enum Witness {
    /// DB-IP Lite, carried along.
    DbIp(Arc<About>),
    /// The delegations of the registries, carried along.
    Registries(Arc<About>),
    /// A user's file.
    File(Arc<Mmdb>),
}

impl Witness {
    fn about(&self) -> &Arc<About> {
        match self {
            Self::DbIp(about) | Self::Registries(about) => about,
            Self::File(file) => &file.about,
        }
    }
}

/// The databases that are asked.
#[derive(Clone)]
pub struct Databases {
    witnesses: Vec<Witness>,
}

impl fmt::Debug for Databases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.witnesses.iter().map(Witness::about)).finish()
    }
}

/// Unpacks the database that is carried along, which else the first place waits for.
pub fn prepare() {
    embedded::prepare();
}

impl Databases {
    /// None: every place is unknown.
    pub fn none() -> Self {
        Self { witnesses: Vec::new() }
    }

    /// The two that are carried along: DB-IP Lite (unpacked when first asked) and the delegations of the registries.
    pub fn embedded() -> Self {
        Self {
            witnesses: vec![
                Witness::DbIp(Arc::new(embedded::dbip())),
                Witness::Registries(Arc::new(embedded::registries())),
            ],
        }
    }

    /// Adds a user's database, asked before those that are there.
    ///
    /// # Errors
    /// Where the file cannot be read, is no database, or one of something else.
    pub fn add(&mut self, path: &Path) -> Result<(), GeoError> {
        let bytes = std::fs::read(path).map_err(|error| GeoError::Unreadable { path: path.to_owned(), error })?;
        self.add_bytes(path, bytes)
    }

    /// Adds a user's database that is already in memory; `path` is what it is called in reports.
    ///
    /// # Errors
    /// Where it is no database, or one of something else.
    pub fn add_bytes(&mut self, path: &Path, bytes: Vec<u8>) -> Result<(), GeoError> {
        let users = self.witnesses.iter().take_while(|witness| matches!(witness, Witness::File(_))).count();
        self.witnesses.insert(users, Witness::File(Arc::new(Mmdb::open(path, bytes)?)));
        Ok(())
    }

    /// What is known about each, in the order in which they are asked.
    pub fn list(&self) -> impl Iterator<Item = &About> {
        self.witnesses.iter().map(|witness| witness.about().as_ref())
    }

    /// The country in the words of the first database that knows the address, without the rules for networks: the short
    /// way for bulk work. An address that is not public has none.
    pub fn country(&self, address: IpAddr) -> Option<Country> {
        let address = plain(address);
        public(address).ok()?;
        self.witnesses.iter().find_map(|witness| match witness {
            Witness::DbIp(_) => embedded::lookup(address)?.country(address).ok()?.country,
            Witness::Registries(_) => embedded::delegated(address),
            Witness::File(file) => file.country(address).ok()?.country,
        })
    }

    /// All that is known about the place of an address.
    pub fn place(&self, address: IpAddr) -> Place {
        let address = plain(address);
        if let Err(refused) = public(address) {
            return Place { address, testimonies: Vec::new(), network: None, refused: Some(refused) };
        }
        let testimonies = self.witnesses.iter().filter_map(|witness| witness.testify(address)).collect();
        Place { address, testimonies, network: networks::of_address(address), refused: None }
    }

    /// The organisation that announces an address, where a database of autonomous systems is there and knows it.
    pub fn holder(&self, address: IpAddr) -> Option<Holder> {
        let address = plain(address);
        public(address).ok()?;
        self.witnesses.iter().find_map(|witness| match witness {
            Witness::File(file) => file.holder(address),
            Witness::DbIp(_) | Witness::Registries(_) => None,
        })
    }
}

impl Witness {
    /// What it says about a public address; none from a database that does not tell countries.
    fn testify(&self, address: IpAddr) -> Option<Testimony> {
        let database = self.about().clone();
        if database.tells != Tells::Country {
            return None;
        }
        let answer = match self {
            Self::Registries(_) => {
                Ok(mmdb::Answer { country: embedded::delegated(address), network: None, anycast: false })
            }
            Self::DbIp(_) => match embedded::lookup(address) {
                Some(reader) => reader.country(address),
                None => Err("the embedded database does not unpack".to_owned()),
            },
            Self::File(file) => file.country(address),
        };
        Some(match answer {
            Ok(mmdb::Answer { country, network, anycast }) => {
                Testimony { database, country, network, anycast, trouble: None }
            }
            Err(trouble) => {
                Testimony { database, country: None, network: None, anycast: false, trouble: Some(trouble) }
            }
        })
    }
}

/// An address without its IPv6 clothes: IPv4-mapped (RFC 4291), or of a translator with the well-known prefix `64:ff9b::/96`
/// (RFC 6052, section 2.1), which name servers make up where a network has IPv6 alone (DNS64, RFC 6147).
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => match v6.segments() {
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => IpAddr::V4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))),
            _ => address.to_canonical(),
        },
        IpAddr::V4(_) => address,
    }
}

/// Whether a database is asked for an address at all: databases have entries for what nobody can reach.
fn public(address: IpAddr) -> Result<(), String> {
    let special = match address {
        IpAddr::V4(v4) => {
            let own = v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified();
            own || v4.is_multicast() || v4.is_broadcast() || v4.is_documentation()
        }
        IpAddr::V6(v6) => {
            let own = v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local() || v6.is_unicast_link_local();
            own || v6.is_multicast() || v6.segments()[..2] == [0x2001, 0xdb8]
        }
    };
    if special { Err(format!("{address} is not a public address")) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
