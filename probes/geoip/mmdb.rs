//! A file in MaxMind's format: countries in MaxMind's shape (`country.iso_code`) and in the flat one (`country_code`), and
//! autonomous systems in either.
//!
//! The whole file is held in memory: mapping it would need unsafe code. It is looked at when it is opened, not verified
//! node by node: a file that is broken inside shows at the address that leads there.

use super::{About, Country, GeoError, Holder, Tells};
use ipnet::IpNet;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maxminddb::{Reader, WithinOptions};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

/// Networks with an answer that are looked at to learn what a database tells, where its type does not say so; and how many at
/// most are passed over that have none.
const SAMPLE: usize = 64;
const PASSED_OVER: usize = 1_000_000;

/// An open database.
pub(super) struct Mmdb {
    pub(super) about: Arc<About>,
    reader: Reader<Vec<u8>>,
}

/// What a database says about an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) country: Option<Country>,
    pub(super) network: Option<IpNet>,
    pub(super) anycast: bool,
}

impl Mmdb {
    /// Opens a file that was read.
    pub(super) fn open(path: &Path, bytes: Vec<u8>) -> Result<Self, GeoError> {
        let broken = |detail: String| GeoError::Broken { path: path.to_owned(), detail };
        let reader = Reader::from_source(bytes).map_err(|error| broken(error.to_string()))?;
        let head = reader.metadata();
        let kind = head.database_type.clone();
        let built = i64::try_from(head.build_epoch).ok().and_then(|epoch| Timestamp::from_second(epoch).ok());
        let built = built.ok_or_else(|| broken(format!("its build time {} is no time", head.build_epoch)))?;
        let (tells, odd) = tells(&reader).map_err(broken)?;
        let tells = tells.ok_or_else(|| GeoError::Useless { path: path.to_owned(), kind: kind.clone() })?;
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let name = if kind.is_empty() { file.into_owned() } else { format!("{kind} ({file})") };
        let date = TimeZone::UTC.to_datetime(built).date();
        let about =
            Arc::new(About { name, date, tells, source: "", path: Some(path.to_owned()), odd, registrations: false });
        Ok(Self { about, reader })
    }

    /// What it says about the country of an address.
    pub(super) fn country(&self, address: IpAddr) -> Result<Answer, String> {
        if address.is_ipv6() && self.reader.metadata().ip_version == 4 {
            return Ok(Answer::default());
        }
        let found = self.reader.lookup(address).map_err(|error| error.to_string())?;
        let Some(record) = found.decode::<Record>().map_err(|error| error.to_string())? else {
            return Ok(Answer::default());
        };
        let network = found.network().map_err(|error| error.to_string())?;
        let network = IpNet::new(network.network(), network.prefix()).ok();
        Ok(Answer { country: record.code.and_then(Country::new), network, anycast: record.anycast })
    }

    /// Whose autonomous system announces an address.
    pub(super) fn holder(&self, address: IpAddr) -> Option<Holder> {
        if address.is_ipv6() && self.reader.metadata().ip_version == 4 {
            return None;
        }
        let record = self.reader.lookup(address).ok()?.decode::<Record>().ok()??;
        let organisation = record.organisation.filter(|name| !name.trim().is_empty())?.to_owned();
        Some(Holder { database: self.about.clone(), number: record.number, organisation })
    }
}

/// What a database tells, by looking at its first records, and what is odd about them: the type in its head is free text.
fn tells(reader: &Reader<Vec<u8>>) -> Result<(Option<Tells>, Option<String>), String> {
    let networks = reader.networks(WithinOptions::default()).map_err(|error| error.to_string())?;
    let (mut network, mut country, mut seen, mut without) = (false, false, 0, 0);
    let (mut odd, mut wrong) = (None, None);
    for found in networks.take(PASSED_OVER) {
        let record = match found.and_then(|found| found.decode::<Record>()) {
            Ok(Some(record)) => record,
            Ok(None) => continue,
            Err(error) => {
                wrong.get_or_insert_with(|| error.to_string());
                without += 1;
                if without >= SAMPLE && !country && !network && odd.is_none() && seen == 0 {
                    // Nothing in it can be read.
                    break;
                }
                continue;
            }
        };
        if odd.is_none() && record.odd {
            odd = Some("`is_anycast` is not yes or no");
        }
        country |= record.code.is_some();
        network |= record.organisation.is_some();
        if record.code.is_none() && record.organisation.is_none() {
            without += 1;
        } else {
            seen += 1;
        }
        if seen >= SAMPLE || country {
            break;
        }
    }
    let tells = if country {
        Some(Tells::Country)
    } else if network {
        Some(Tells::Network)
    } else if let Some(wrong) = wrong {
        return Err(wrong);
    } else {
        None
    };
    let bare =
        (without > 0 && country).then(|| format!("{without} of its first networks have no country that can be read"));
    let odd: Vec<String> = odd.map(str::to_owned).into_iter().chain(bare).collect();
    Ok((tells, (!odd.is_empty()).then(|| odd.join("; "))))
}

/// The parts of a record that we read, whatever its shape.
#[derive(Default)]
struct Record<'a> {
    code: Option<&'a str>,
    anycast: bool,
    number: Option<u32>,
    organisation: Option<&'a str>,
    /// Whether a field has another type than it should.
    odd: bool,
}

impl<'de> Deserialize<'de> for Record<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RecordVisitor)
    }
}

impl Record<'_> {
    fn flag(&mut self, flag: &Flag) {
        self.anycast |= flag.set;
        self.odd |= flag.odd;
    }
}

struct RecordVisitor;

impl<'de> Visitor<'de> for RecordVisitor {
    type Value = Record<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a record of an address database")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut record = Record::default();
        while let Some(key) = map.next_key::<&str>()? {
            match key {
                "country_code" => record.code = map.next_value::<Word>()?.0,
                // A map with `iso_code` in MaxMind's databases; elsewhere a code or a name.
                "country" => record.code = record.code.or(map.next_value::<Word>()?.0),
                "traits" => record.flag(&map.next_value::<Traits>()?.0),
                "is_anycast" => record.flag(&map.next_value::<Flag>()?),
                "autonomous_system_number" | "asn" => record.number = map.next_value::<Number>()?.0,
                "autonomous_system_organization" | "as_name" | "as_organization" => {
                    record.organisation = map.next_value::<Word>()?.0;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if record.code.is_some_and(|code| code.len() != 2) {
            record.code = None;
        }
        Ok(record)
    }
}

/// A text, or the `iso_code` of a map.
struct Word<'a>(Option<&'a str>);

impl<'de> Deserialize<'de> for Word<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor)
    }
}

struct WordVisitor;

impl<'de> Visitor<'de> for WordVisitor {
    type Value = Word<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a text, or a map with `iso_code`")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Word(Some(text)))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Word(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Word(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Word(None))
    }

    fn visit_u128<E>(self, _: u128) -> Result<Self::Value, E> {
        Ok(Word(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Word(None))
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Self::Value, E> {
        Ok(Word(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Word(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut code = None;
        while let Some(key) = map.next_key::<&str>()? {
            if key == "iso_code" {
                code = map.next_value::<Word>()?.0;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Word(code))
    }
}

/// Yes or no, as a flag or in words; nothing else.
#[derive(Clone, Copy, Default)]
struct Flag {
    set: bool,
    /// Whether it is of another type.
    odd: bool,
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FlagVisitor)
    }
}

struct FlagVisitor;

/// A flag of a type that says nothing.
const ODD: Flag = Flag { set: false, odd: true };

impl<'de> Visitor<'de> for FlagVisitor {
    type Value = Flag;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("yes or no")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        let set = ["1", "t", "true", "y", "yes"].contains(&text.trim().to_ascii_lowercase().as_str());
        Ok(Flag { set, odd: true })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(ODD)
    }

    fn visit_bool<E>(self, set: bool) -> Result<Self::Value, E> {
        Ok(Flag { set, odd: false })
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(ODD)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Flag { set: number == 1, odd: true })
    }

    fn visit_u128<E>(self, _: u128) -> Result<Self::Value, E> {
        Ok(ODD)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(ODD)
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Self::Value, E> {
        Ok(ODD)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(ODD)
    }
}

/// The `is_anycast` of MaxMind's `traits`; what is no map says nothing.
struct Traits(Flag);

impl<'de> Deserialize<'de> for Traits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TraitsVisitor)
    }
}

struct TraitsVisitor;

impl<'de> Visitor<'de> for TraitsVisitor {
    type Value = Traits;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("the traits of an address")
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Traits(ODD))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut anycast = Flag::default();
        while let Some(key) = map.next_key::<&str>()? {
            if key == "is_anycast" {
                anycast = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Traits(anycast))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Traits(ODD))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Traits(ODD))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Traits(ODD))
    }

    fn visit_u128<E>(self, _: u128) -> Result<Self::Value, E> {
        Ok(Traits(ODD))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Traits(ODD))
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Self::Value, E> {
        Ok(Traits(ODD))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Traits(ODD))
    }
}

/// The number of an autonomous system, as a number or as `AS13335`.
struct Number(Option<u32>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl<'de> Visitor<'de> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("the number of an autonomous system")
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Number(u32::try_from(number).ok()))
    }

    fn visit_u32<E>(self, number: u32) -> Result<Self::Value, E> {
        Ok(Number(Some(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Number(text.trim_start_matches("AS").parse().ok()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Number(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Number(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Number(None))
    }

    fn visit_u128<E>(self, _: u128) -> Result<Self::Value, E> {
        Ok(Number(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Number(None))
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Self::Value, E> {
        Ok(Number(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Number(None))
    }
}
