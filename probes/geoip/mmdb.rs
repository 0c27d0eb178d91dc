//! A file in MaxMind's format: countries in MaxMind's shape (`country.iso_code`) and in the flat one (`country_code`), and
//! autonomous systems in either.
//!
//! The whole file is held in memory: mapping it would need unsafe code. It is looked at when it is opened, not verified
//! node by node: a file that is broken inside shows at the address that leads there.

mod loose;

use super::{About, Country, GeoError, Holder, Tells};
use ipnet::IpNet;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use loose::Value;
use maxminddb::{Reader, WithinOptions};
use serde::de::{Deserialize, Deserializer, Error as _};
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
        let Value::Map(fields) = Value::deserialize(deserializer)? else {
            return Err(D::Error::custom("a record that is no map"));
        };
        let mut record = Self::default();
        for (key, value) in &fields {
            match *key {
                "country_code" => record.code = value.text_or("iso_code"),
                // A map with `iso_code` in MaxMind's databases; elsewhere a code or a name.
                "country" => record.code = record.code.or(value.text_or("iso_code")),
                "is_anycast" => record.anycast(value),
                "traits" if matches!(value, Value::Map(_)) => {
                    value
                        .fields()
                        .iter()
                        .filter(|(key, _)| *key == "is_anycast")
                        .for_each(|(_, one)| record.anycast(one));
                }
                "traits" => record.odd = true,
                "autonomous_system_number" | "asn" => record.number = number(value),
                "autonomous_system_organization" | "as_name" | "as_organization" => {
                    record.organisation = value.text_or("iso_code");
                }
                _ => {}
            }
        }
        if record.code.is_some_and(|code| code.len() != 2) {
            record.code = None;
        }
        Ok(record)
    }
}

impl Record<'_> {
    /// Takes in whether an address is served from many places: a flag, or the same in words.
    fn anycast(&mut self, value: &Value) {
        self.anycast |= match value {
            Value::Flag(flag) => *flag,
            Value::Text(text) => ["1", "t", "true", "y", "yes"].iter().any(|yes| text.trim().eq_ignore_ascii_case(yes)),
            Value::Number(number) => *number == 1,
            Value::Map(_) | Value::Else => false,
        };
        self.odd |= !matches!(value, Value::Flag(_));
    }
}

/// The number of an autonomous system, also as `AS3320`.
fn number(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => u32::try_from(*number).ok(),
        Value::Text(text) => text.trim_start_matches("AS").parse().ok(),
        _ => None,
    }
}
