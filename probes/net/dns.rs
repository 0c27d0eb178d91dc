//! Questions to the name servers: whole chains of aliases, and four ways of having no answer that are never mixed up.
//!
//! Every name and type is asked once in the life of a [`Dns`]; what connects uses the same answer as what is recorded, so
//! a name cannot show one address to the guard and another to the connection. It does not validate DNSSEC, and it asks
//! only the name servers it was given: where there are none, every answer is a failure.

use super::capture::DnsRecord;
use super::options::Options;
use futures::StreamExt;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::xfer::DnsHandle;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::{DnsRequestOptions, Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use hickory_resolver::{NameServerPool, PoolContext, TlsConfig, system_conf};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OnceCell, Semaphore};

/// The types that are asked for a name, in the order in which they are recorded.
const TYPES: [RecordType; 4] = [RecordType::A, RecordType::AAAA, RecordType::MX, RecordType::NS];

/// Aliases that are followed; resolvers in use give up between 8 and 16.
const MAX_ALIASES: usize = 10;

/// Questions in flight at once.
const MAX_QUESTIONS: usize = 256;

/// How a question of one type ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// With records.
    Records,
    /// The name (or the last alias) exists and has none of this type (NODATA).
    Nothing,
    /// The name (or the last alias) does not exist (NXDOMAIN).
    NoSuchName,
    /// With no answer at all: SERVFAIL, a time-out, a loop of aliases, no name server. One line for a person.
    Failed(String),
}

/// The answer to one question.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// The aliases, in the order in which they lead on.
    pub(super) aliases: Vec<DnsRecord>,
    /// The records at the end of the aliases.
    pub(super) records: Vec<DnsRecord>,
    /// The addresses among them.
    pub(super) addresses: Vec<IpAddr>,
    /// How it ended.
    pub(super) outcome: Outcome,
}

/// What is known of a name, all types together.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// The name itself does not exist.
    pub(super) no_such_name: bool,
    /// Aliases first.
    pub(super) records: Vec<DnsRecord>,
    /// The types that were asked; aliases come with each of them.
    pub(super) asked: Vec<String>,
    /// The types without an answer, and why.
    pub(super) failed: Vec<(String, String)>,
}

type Cell = Arc<OnceCell<Arc<Answer>>>;

/// The name servers and what they have said so far.
pub(super) struct Dns {
    servers: Result<NameServerPool<TokioRuntimeProvider>, String>,
    timeout: Duration,
    asked: Mutex<BTreeMap<(String, u16), Cell>>,
    slots: Semaphore,
}

impl Dns {
    /// Takes the name servers of the options, or those of the system. Asks nobody yet.
    pub(super) fn new(options: &Options) -> Self {
        Self {
            servers: servers(&options.name_servers, options.dns_timeout, system),
            timeout: options.dns_timeout,
            asked: Mutex::default(),
            slots: Semaphore::new(MAX_QUESTIONS),
        }
    }

    /// Whether there is anybody to ask.
    pub(super) fn has_servers(&self) -> bool {
        self.servers.is_ok()
    }

    /// The addresses of a name, IPv4 first.
    ///
    /// # Errors
    /// Why there are none, for a person.
    pub(super) async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, String> {
        let (v4, v6) = tokio::join!(self.ask(name, RecordType::A), self.ask(name, RecordType::AAAA));
        let found: Vec<IpAddr> = v4.addresses.iter().chain(&v6.addresses).copied().collect();
        if !found.is_empty() {
            return Ok(found);
        }
        Err(match (&v4.outcome, &v6.outcome) {
            (Outcome::Failed(why), _) | (_, Outcome::Failed(why)) => format!("{name} was not resolved: {why}"),
            (Outcome::NoSuchName, _) | (_, Outcome::NoSuchName) => match v4.aliases.last().or(v6.aliases.last()) {
                Some(alias) => format!("{name} is an alias of {}, which does not exist", alias.data),
                None => format!("{name} does not exist (NXDOMAIN)"),
            },
            _ => format!("{name} has no address"),
        })
    }

    /// All that is asked about a name.
    pub(super) async fn known(&self, name: &str) -> Known {
        let [a, b, c, d] = TYPES.map(|kind| self.ask(name, kind));
        let (a, b, c, d) = tokio::join!(a, b, c, d);
        let answers = [a, b, c, d];
        let mut known = Known { no_such_name: false, records: Vec::new(), asked: Vec::new(), failed: Vec::new() };
        let mut seen = BTreeSet::new();
        let ordered = answers.iter().flat_map(|a| &a.aliases).chain(answers.iter().flat_map(|a| &a.records));
        for record in ordered {
            // One alias comes with each type and may have aged between two answers: the time to live does not tell it apart.
            if seen.insert((&record.owner, &record.kind, &record.data)) {
                known.records.push(record.clone());
            }
        }
        for (kind, answer) in TYPES.iter().zip(&answers) {
            known.asked.push(kind.to_string());
            if let Outcome::Failed(why) = &answer.outcome {
                known.failed.push((kind.to_string(), why.clone()));
            }
        }
        let none = answers.iter().all(|a| !matches!(a.outcome, Outcome::Records | Outcome::Nothing));
        let gone = answers.iter().any(|a| a.outcome == Outcome::NoSuchName);
        known.no_such_name = none && gone && known.records.is_empty();
        known
    }

    async fn ask(&self, name: &str, kind: RecordType) -> Arc<Answer> {
        let cell = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.entry((name.to_owned(), kind.into())).or_default().clone()
        };
        cell.get_or_init(|| async { Arc::new(self.chase(name, kind).await) }).await.clone()
    }

    /// Follows the aliases to their end, asking again where a server gives only the first of them.
    async fn chase(&self, name: &str, kind: RecordType) -> Answer {
        let mut answer =
            Answer { aliases: Vec::new(), records: Vec::new(), addresses: Vec::new(), outcome: Outcome::Nothing };
        let Some(mut here) = absolute(name) else {
            answer.outcome = Outcome::Failed(format!("{name:?} cannot be a host name"));
            return answer;
        };
        let mut visited = vec![here.clone()];
        loop {
            let reply = match self.question(&here, kind).await {
                Ok(reply) => reply,
                Err(why) => {
                    answer.outcome = Outcome::Failed(why);
                    return answer;
                }
            };
            let before = visited.len();
            while let Some((record, target)) = reply.alias(&here) {
                answer.aliases.push(written(record));
                if visited.contains(target) {
                    answer.outcome = Outcome::Failed(format!("the aliases of {name} go in a circle"));
                    return answer;
                }
                if visited.len() > MAX_ALIASES {
                    answer.outcome = Outcome::Failed(format!("more than {MAX_ALIASES} aliases in a row"));
                    return answer;
                }
                here = target.clone();
                visited.push(here.clone());
            }
            for record in reply.records.iter().filter(|r| r.record_type() == kind && r.name == here) {
                answer.records.push(written(record));
                answer.addresses.extend(record.data.ip_addr());
            }
            let led_on = visited.len() > before;
            answer.outcome = match reply.code {
                _ if !answer.records.is_empty() => Outcome::Records,
                ResponseCode::NXDomain => Outcome::NoSuchName,
                // A resolver that followed the alias says so with the authority of its end; one that did not leaves it to us.
                _ if led_on && !reply.authority => continue,
                _ => Outcome::Nothing,
            };
            return answer;
        }
    }

    async fn question(&self, name: &Name, kind: RecordType) -> Result<Reply, String> {
        let servers = self.servers.as_ref().map_err(Clone::clone)?;
        let _slot = self.slots.acquire().await.map_err(|closed| closed.to_string())?;
        let mut options = DnsRequestOptions::default();
        options.recursion_desired = true;
        options.use_edns = true;
        let mut last = String::new();
        // A second try for a failure that comes fast; one that takes all the time allowed is not tried again.
        for _ in 0..2 {
            let asked = servers.lookup(Query::query(name.clone(), kind), options).into_future();
            let (first, _rest) = tokio::time::timeout(self.timeout, asked)
                .await
                .map_err(|_| format!("no name server answered within {:?}", self.timeout))?;
            match first {
                None => last = "the name server gave no answer".to_owned(),
                Some(Ok(response)) => {
                    let message = response.into_message();
                    match message.metadata.response_code {
                        code @ (ResponseCode::NoError | ResponseCode::NXDomain) => {
                            let authority = message.authorities.iter().any(|r| r.record_type() == RecordType::SOA);
                            return Ok(Reply { code, records: message.answers, authority });
                        }
                        code => last = format!("the name server answered {code}"),
                    }
                }
                Some(Err(NetError::Dns(DnsError::NoRecordsFound(none)))) => match none.response_code {
                    code @ (ResponseCode::NoError | ResponseCode::NXDomain) => {
                        return Ok(Reply { code, records: Vec::new(), authority: none.soa.is_some() });
                    }
                    code => last = format!("the name server answered {code}"),
                },
                Some(Err(NetError::Dns(DnsError::ResponseCode(code)))) => {
                    last = format!("the name server answered {code}")
                }
                Some(Err(NetError::Timeout)) => {
                    return Err(format!("no name server answered within {:?}", self.timeout));
                }
                Some(Err(error)) => last = error.to_string(),
            }
        }
        Err(last)
    }
}

/// What one name server said once.
struct Reply {
    code: ResponseCode,
    records: Vec<Record>,
    /// Whether it named the zone that has nothing more to say (a SOA record).
    authority: bool,
}

impl Reply {
    fn alias(&self, owner: &Name) -> Option<(&Record, &Name)> {
        self.records.iter().find_map(|record| match &record.data {
            RData::CNAME(target) if record.name == *owner => Some((record, &target.0)),
            _ => None,
        })
    }
}

/// The name servers of this machine, as its own programs would ask them.
fn system() -> Result<Vec<NameServerConfig>, NetError> {
    system_conf::read_system_conf().map(|(system, _)| system.name_servers().to_vec())
}

/// The given name servers or else those of the system, and never any other.
fn servers(
    given: &[SocketAddr],
    timeout: Duration,
    system: impl Fn() -> Result<Vec<NameServerConfig>, NetError>,
) -> Result<NameServerPool<TokioRuntimeProvider>, String> {
    let none = |why: String| format!("this machine has no name server ({why}); name one");
    let configured: Vec<NameServerConfig> = match given {
        [] => system().map_err(|error| none(error.to_string()))?,
        given => given.iter().map(|server| name_server(*server)).collect(),
    };
    if configured.is_empty() {
        return Err(none("its configuration names none".into()));
    }
    let mut options = ResolverOpts::default();
    options.timeout = timeout;
    options.num_concurrent_reqs = 1;
    options.max_active_requests = 2 * MAX_QUESTIONS;
    // Against forged answers, beside the random port: an answer must repeat the capitals of the question.
    options.case_randomization = true;
    let tls = TlsConfig::new().map_err(|error| error.to_string())?;
    let context = Arc::new(PoolContext::new(options, tls));
    Ok(NameServerPool::from_config(configured, context, TokioRuntimeProvider::default()))
}

fn name_server(server: SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    NameServerConfig::new(server.ip(), true, connections.into())
}

fn absolute(name: &str) -> Option<Name> {
    let mut name = Name::from_ascii(name).ok()?;
    name.set_fqdn(true);
    (!name.is_root()).then_some(name)
}

/// A name as the archive holds it: lower case, without the last dot; the root stays a dot.
fn bare(name: &Name) -> String {
    let text = name.to_lowercase().to_ascii();
    match text.strip_suffix('.') {
        Some("") | None => text,
        Some(bare) => bare.to_owned(),
    }
}

fn written(record: &Record) -> DnsRecord {
    let data = match &record.data {
        RData::CNAME(target) => bare(&target.0),
        RData::NS(server) => bare(&server.0),
        // "0 ." says that there is no mail (RFC 7505); the last dot is the archive's to write.
        RData::MX(mx) if mx.exchange.is_root() => format!("{} ", mx.preference),
        RData::MX(mx) => format!("{} {}", mx.preference, bare(&mx.exchange)),
        other => other.to_string(),
    };
    DnsRecord::new(bare(&record.name), record.ttl, record.record_type().to_string(), data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_name_servers_every_answer_is_a_failure() {
        let error = || Err(NetError::from("no /etc/resolv.conf"));
        for (servers, told) in [
            (servers(&[], Duration::from_secs(1), error), "no /etc/resolv.conf"),
            (servers(&[], Duration::from_secs(1), || Ok(Vec::new())), "its configuration names none"),
        ] {
            let dns = Dns { servers, ..Dns::new(&Options::default()) };
            let told = format!("this machine has no name server ({told}); name one");
            assert!(!dns.has_servers());
            assert_eq!(dns.addresses("alpha.test").await, Err(format!("alpha.test was not resolved: {told}")));
            let known = dns.known("alpha.test").await;
            assert_eq!(known.failed.len(), TYPES.len(), "none of them is an absence");
            assert!(!known.no_such_name && known.failed.iter().all(|(_, why)| *why == told));
        }
    }

    #[test]
    fn names_are_held_in_lower_case_without_the_last_dot() {
        let name = |text| Name::from_ascii(text).unwrap();
        assert_eq!(bare(&name("WWW.Alpha.Test.")), "www.alpha.test");
        assert_eq!(bare(&Name::root()), ".");
        for none in ["", ".", "a..b"] {
            assert_eq!(absolute(none), None, "{none:?}");
        }
    }
}
