//! The hosts of a service: which addresses their names have, where those are, and whose network it is.
//!
//! It asks for what is declared; of a service that declares none it knows the web site alone, and says that the rest is
//! missing. It cannot know where a machine stands (`geoip` says what databases testify), nor which machines a client
//! talks to in a call.

mod answer;

use crate::net::capture::{Capture, Entry, Request};
use crate::{Context, Meta, Probe};
use answer::Answer;
use jiff::tz::TimeZone;
use probity_rules::facts::{Collection, Facts, Gap, Item, Value};
use probity_rules::observation::{Observation, Why};
use probity_rules::service::{HostRole, Service};
use probity_rules::target;
use url::Url;

/// Looks at the hosts of a service.
pub struct Hosts;

const META: Meta = Meta {
    id: "hosts",
    summary: "addresses, places and networks of the declared hosts",
    facts: &["hosts"],
    revision: 2,
};

impl Probe for Hosts {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn wants(&self, service: &Service, _: &Capture) -> Vec<Request> {
        names(service).into_iter().map(|(name, _)| Request::dns(&name)).collect()
    }

    fn read(&self, service: &Service, capture: &Capture, context: &Context) -> Facts {
        let mut facts = Facts::default();
        let mut hosts = Collection::default();
        for (name, role) in names(service) {
            let target = format!("dns:{name}");
            let mut item = Item { id: name.clone(), ..Item::default() };
            let mut put = |field: &str, seen| item.fields.insert(field.to_owned(), seen);
            put("name", declared(&name));
            put("role", declared(role));
            let day = TimeZone::UTC.to_datetime(capture.as_of()).date();
            match capture.get(&target).as_deref() {
                Some(Entry::Dns(resolution)) => {
                    let answer = Answer::new(&target, resolution, context.geo, day);
                    for (field, seen) in answer.fields() {
                        put(field, seen);
                    }
                    facts.gaps.extend(answer.gaps(META.id));
                }
                other => {
                    let (why, detail) = match other {
                        Some(Entry::Gap { why, detail, .. }) => (*why, detail.clone()),
                        Some(_) => (Why::Bug, "a web answer under the name of a host".to_owned()),
                        None => (Why::NotAsked, "no answer for this name in the archive".to_owned()),
                    };
                    for field in answer::FIELDS {
                        put(field, Observation::Unknown { why, target: target.clone() });
                    }
                    facts.gaps.push(Gap { probe: META.id.to_owned(), target, why, detail });
                }
            }
            hosts.items.push(item);
        }
        if !service.hosts.iter().any(|host| matches!(host.role, HostRole::App | HostRole::Api | HostRole::Media)) {
            let missing = format!("{}: {}", target::CALLS.0, target::NO_HOST.0);
            hosts.incomplete.push((Why::NotAsked, missing));
        }
        facts.collections.insert("hosts".to_owned(), hosts);
        facts
    }
}

fn declared(word: &str) -> Observation<Value> {
    Observation::Seen { value: Value::Text(word.to_owned()), citations: Vec::new() }
}

/// The names with their roles, as declared; the host of the home page where nothing is declared.
fn names(service: &Service) -> Vec<(String, &'static str)> {
    if service.hosts.is_empty() {
        let home = Url::parse(&service.home).ok();
        let name = home.as_ref().and_then(Url::domain).map(str::to_ascii_lowercase);
        return name.map(|name| (name, "web")).into_iter().collect();
    }
    let mut names: Vec<(String, &'static str)> = Vec::new();
    for host in &service.hosts {
        let name = host.name.trim_end_matches('.').to_ascii_lowercase();
        let role = match host.role {
            HostRole::Web => "web",
            HostRole::App => "app",
            HostRole::Api => "api",
            HostRole::Media => "media",
            HostRole::Mail => "mail",
        };
        names.push((name, role));
    }
    names
}

#[cfg(test)]
mod tests;
