//! What one DNS answer says about a host: each fact with the lines that show it.
//!
//! "No such name" and "no such record" are answers; a server failure and a time-out are none, and leave unknown what they
//! would have told.

use crate::geoip::networks::{self, Network};
use crate::geoip::{Databases, Place};
use crate::net::capture::{DnsRecord, Resolution};
use crate::net::warc::dns::{ASKED, NO_SUCH_NAME};
use jiff::civil::Date;
use probity_rules::facts::{Gap, Value};
use probity_rules::observation::{Citation, Observation, Searched, Why};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The facts of a host that come from its answer.
pub(super) const FIELDS: [&str; 9] = [
    "resolves",
    "addresses",
    "countries",
    "anycast",
    "network",
    "testimony",
    "aliases",
    "name-servers",
    "mail-servers",
];

/// An answer with what is known about its addresses.
pub(super) struct Answer<'a> {
    target: &'a str,
    resolution: &'a Resolution,
    places: Vec<(&'a DnsRecord, Place)>,
    holders: Vec<Option<String>>,
    /// The network that the chain of aliases leads into.
    alias: Option<(&'a DnsRecord, &'static Network)>,
    /// The day of the audit.
    day: Date,
}

impl<'a> Answer<'a> {
    pub(super) fn new(target: &'a str, resolution: &'a Resolution, geo: &Databases, day: Date) -> Self {
        let records = &resolution.records;
        let places: Vec<(&DnsRecord, Place)> = records
            .iter()
            .filter(|record| matches!(record.kind.as_str(), "A" | "AAAA"))
            .filter_map(|record| Some((record, geo.place(record.data.parse::<IpAddr>().ok()?))))
            .collect();
        let holder = |place: &Place| {
            let rule = place.network.map(|network| network.organisation.to_owned());
            rule.or_else(|| geo.holder(place.address).map(|holder| holder.organisation))
        };
        let holders = places.iter().map(|(_, place)| holder(place)).collect();
        let alias = records
            .iter()
            .filter(|record| record.kind == "CNAME")
            .filter_map(|record| Some((record, networks::of_alias(&record.data)?)))
            .next_back();
        Self { target, resolution, places, holders, alias, day }
    }

    /// The facts, by the names of [`FIELDS`].
    pub(super) fn fields(&self) -> [(&'static str, Observation<Value>); 9] {
        let [resolves, addresses, countries, anycast, network, testimony, aliases, name_servers, mail_servers] = FIELDS;
        [
            (resolves, self.resolves()),
            (addresses, self.addresses()),
            (countries, self.countries()),
            (anycast, self.anycast()),
            (network, self.network()),
            (testimony, self.testimony()),
            (aliases, self.names("CNAME")),
            (name_servers, self.names("NS")),
            (mail_servers, self.names("MX")),
        ]
    }

    /// What could not be had: questions that failed, and places that nobody can tell.
    pub(super) fn gaps(&self, probe: &str) -> Vec<Gap> {
        let gap = |why, detail| Gap { probe: probe.to_owned(), target: self.target.to_owned(), why, detail };
        let failed = self.resolution.failed.iter();
        let failed = failed.map(|(kind, why)| gap(*why, format!("the question for {kind} records failed")));
        let place = self.country().err().filter(|_| !self.places.is_empty()).map(|(why, detail)| gap(why, detail));
        failed.chain(place).collect()
    }

    /// Why there may be addresses that the answer does not hold: a question that failed, or that nobody knows was asked.
    fn missing(&self) -> Option<(Why, String)> {
        let failed = self.resolution.failed.iter().find(|(kind, _)| matches!(kind.as_str(), "A" | "AAAA"));
        if let Some((kind, why)) = failed {
            return Some((*why, format!("the question for {kind} records failed")));
        }
        let asked = |kind| self.resolution.asked.iter().any(|asked| asked == kind);
        let whole = self.resolution.no_such_name || asked("A") && asked("AAAA");
        (!whole && self.places.is_empty())
            .then(|| (Why::Empty, "the answer holds no address and does not say what was asked".to_owned()))
    }

    fn resolves(&self) -> Observation<Value> {
        match (self.places.first(), self.missing()) {
            (Some((record, _)), _) => seen(Value::Flag(true), vec![self.cite(&record.line)]),
            (None, Some((why, _))) => self.unknown(why),
            (None, None) if self.resolution.no_such_name => seen(Value::Flag(false), vec![self.cite(NO_SUCH_NAME)]),
            (None, None) => {
                seen(Value::Flag(false), vec![self.cite(&format!("{ASKED}{}", self.resolution.asked.join(" ")))])
            }
        }
    }

    fn addresses(&self) -> Observation<Value> {
        if self.places.is_empty() {
            return self.missing().map_or_else(|| self.absent(), |(why, _)| self.unknown(why));
        }
        let addresses = self.places.iter().map(|(_, place)| place.address.to_string()).collect();
        seen(Value::Texts(addresses), self.lines())
    }

    fn countries(&self) -> Observation<Value> {
        match self.country() {
            Ok(countries) => seen(Value::Countries(countries), self.lines()),
            Err((why, _)) => self.unknown(why),
        }
    }

    /// The countries of all addresses, or why they are not all known.
    fn country(&self) -> Result<BTreeSet<String>, (Why, String)> {
        if let Some(missing) = self.missing() {
            return Err(missing);
        }
        if let Some((record, network)) = self.alias.filter(|(_, network)| network.many) {
            let detail = format!("{} is answered from many places ({})", record.data, network.organisation);
            return Err((Why::Ambiguous, detail));
        }
        if self.places.is_empty() {
            return Err((Why::Empty, "the name has no address".to_owned()));
        }
        self.places.iter().map(|(_, place)| Ok(place.country_on(self.day)?.to_string())).collect()
    }

    /// That an address has one place can nobody see from here: it is known to have many, or it is unknown.
    fn anycast(&self) -> Observation<Value> {
        let many = self.places.iter().filter(|(_, place)| place.anycast());
        let citations: Vec<_> = many.map(|(record, _)| self.cite(&record.line)).collect();
        if citations.is_empty() { self.unknown(Why::NotAsked) } else { seen(Value::Flag(true), citations) }
    }

    fn network(&self) -> Observation<Value> {
        if let Some((record, network)) = self.alias {
            return seen(Value::Text(network.organisation.to_owned()), vec![self.cite(&record.line)]);
        }
        let names: BTreeSet<_> = self.holders.iter().flatten().collect();
        match (names.first(), names.len()) {
            (Some(name), 1) if self.holders.iter().all(Option::is_some) => {
                seen(Value::Text((*name).clone()), self.lines())
            }
            (None, _) => self.unknown(self.missing().map_or(Why::NotAsked, |(why, _)| why)),
            _ => self.unknown(Why::Ambiguous),
        }
    }

    fn testimony(&self) -> Observation<Value> {
        let said = |place: &Place| match &place.refused {
            Some(refused) => vec![refused.clone()],
            None => place.testimonies.iter().map(|one| format!("{}: {one}", place.address)).collect(),
        };
        let said: BTreeSet<String> = self.places.iter().flat_map(|(_, place)| said(place)).collect();
        if said.is_empty() {
            return self.unknown(self.missing().map_or(Why::Empty, |(why, _)| why));
        }
        seen(Value::Texts(said), self.lines())
    }

    fn names(&self, kind: &str) -> Observation<Value> {
        let records: Vec<_> = self.resolution.records.iter().filter(|record| record.kind == kind).collect();
        if !records.is_empty() {
            let name = |record: &&DnsRecord| record.data.split_whitespace().last().map(str::to_owned);
            let names = records.iter().filter_map(name).collect();
            return seen(Value::Texts(names), records.iter().map(|record| self.cite(&record.line)).collect());
        }
        let failed = self.resolution.failed.iter().find(|(failed, _)| failed == kind);
        if let Some((_, why)) = failed {
            return self.unknown(*why);
        }
        // Aliases come with every answer: without one the name is none.
        let asked = kind == "CNAME" || self.resolution.asked.iter().any(|asked| asked == kind);
        if asked || self.resolution.no_such_name { self.absent() } else { self.unknown(Why::NotAsked) }
    }

    fn lines(&self) -> Vec<Citation> {
        self.places.iter().map(|(record, _)| self.cite(&record.line)).collect()
    }

    fn cite(&self, quote: &str) -> Citation {
        Citation {
            record: self.resolution.digest.clone(),
            url: self.target.to_owned(),
            captured: self.resolution.captured,
            quote: quote.to_owned(),
            span: None,
        }
    }

    fn absent(&self) -> Observation<Value> {
        let searched =
            Searched { places: vec![self.target.to_owned()], revision: super::META.revision, ..Searched::default() };
        Observation::Absent { searched }
    }

    fn unknown(&self, why: Why) -> Observation<Value> {
        Observation::Unknown { why, target: self.target.to_owned() }
    }
}

fn seen(value: Value, citations: Vec<Citation>) -> Observation<Value> {
    Observation::Seen { value, citations }
}
