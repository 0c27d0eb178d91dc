//! The two databases that the program carries, so that a fresh machine works without the internet.
//!
//! DB-IP Lite says where addresses are used, by measurement and by what operators tell; it is unpacked in memory when an
//! address of its family is first asked for. The delegations say in which country the holder was registered when a
//! registry (AFRINIC, APNIC, ARIN, LACNIC, RIPE NCC) handed the address out: independent, and often not where it is used.

use super::mmdb::Mmdb;
use super::{About, Country, Tells};
use jiff::civil::date;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::sync::OnceLock;

/// The version of the crate that carries the delegations; a test holds it against `Cargo.lock`.
#[cfg(test)]
pub(super) const DELEGATIONS: &str = "1.4.175";

static V4: &[u8] = include_bytes!("data/dbip-country-ipv4.mmdb.br");
static V6: &[u8] = include_bytes!("data/dbip-country-ipv6.mmdb.br");

/// Sizes of the unpacked files, in bytes, so that they are unpacked without growing.
const V4_SIZE: usize = 3_563_355;
const V6_SIZE: usize = 4_645_125;

/// DB-IP Lite country of June 2026 (`data/README.md`).
pub(super) fn dbip() -> About {
    About {
        name: "DB-IP Lite country".to_owned(),
        date: date(2026, 6, 1),
        tells: Tells::Country,
        source: "IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0",
        path: None,
        odd: None,
        registrations: false,
    }
}

/// The registries' delegation statistics as the crate `iptocc` 1.4.175 carries them: it was published on this day.
pub(super) fn registries() -> About {
    About {
        name: "RIR delegations".to_owned(),
        date: date(2026, 11, 1),
        tells: Tells::Country,
        source: "delegation statistics of AFRINIC, APNIC, ARIN, LACNIC and RIPE NCC, through iptocc 1.4.175",
        path: None,
        odd: None,
        registrations: true,
    }
}

/// The part of DB-IP Lite that an address belongs to; none where it does not unpack, which a test excludes.
pub(super) fn lookup(address: IpAddr) -> Option<&'static Mmdb> {
    static READERS: [OnceLock<Option<Mmdb>>; 2] = [OnceLock::new(), OnceLock::new()];
    let (reader, packed, size) = match address {
        IpAddr::V4(_) => (&READERS[0], V4, V4_SIZE),
        IpAddr::V6(_) => (&READERS[1], V6, V6_SIZE),
    };
    reader.get_or_init(|| Mmdb::open(Path::new("dbip-country.mmdb"), unpack(packed, size)?).ok()).as_ref()
}

/// Unpacks both parts.
pub(super) fn prepare() {
    lookup(IpAddr::V4(Ipv4Addr::LOCALHOST));
    lookup(IpAddr::V6(Ipv6Addr::LOCALHOST));
}

/// The bytes of a packed file.
pub(super) fn unpack(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(size);
    brotli_decompressor::Decompressor::new(packed, 1 << 16).take(size as u64 + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() == size).then_some(bytes)
}

/// The country of the registration.
pub(super) fn delegated(address: IpAddr) -> Option<Country> {
    iptocc::country_code(address).and_then(Country::new)
}

#[cfg(test)]
pub(super) fn files() -> [(&'static [u8], usize); 2] {
    [(V4, V4_SIZE), (V6, V6_SIZE)]
}
