//! The name server of the small internet: answers as a resolver does, aliases followed to their end.
//!
//! No recursion to anywhere, no DNSSEC.

use super::{Shared, lock};
use hickory_resolver::proto::op::{Message, MessageType, Query, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, AAAA, CNAME, MX, NS, SOA};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::str::FromStr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;

/// Seconds that every record may be kept.
const TTL: u32 = 300;

/// Aliases that are followed in one answer.
const MAX_ALIASES: usize = 8;

/// What goes wrong with questions about a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The server fails (SERVFAIL).
    ServFail,
    /// The name does not exist (NXDOMAIN), whatever else is known of it.
    NoSuchName,
    /// The server fails for one type only, such as `MX`.
    ServFailFor(&'static str),
    /// The server does not answer.
    Silence,
    /// The server refuses to answer (REFUSED).
    Refused,
    /// The answer over UDP is cut; it is whole over TCP.
    Truncated,
    /// The server gives only the first alias and leaves the rest to the asker.
    OneStep,
    /// The first question for an address gets the records as they are, every later one this address: DNS rebinding.
    Rebinding(Ipv4Addr),
}

/// All records and troubles.
#[derive(Default)]
pub(super) struct Zones {
    records: BTreeMap<String, Vec<RData>>,
    troubles: BTreeMap<String, Trouble>,
    asked_before: BTreeMap<String, bool>,
    /// Whether questions about all other names fail, those of hosts with pages among them.
    closed: bool,
}

impl Zones {
    pub(super) fn record(&mut self, name: &str, kind: &str, data: &str) {
        let host = |text: &str| Name::from_str(&format!("{}.", text.trim_end_matches('.'))).ok();
        let record = match kind {
            "A" => data.parse().ok().map(|v4| RData::A(A(v4))),
            "AAAA" => data.parse().ok().map(|v6| RData::AAAA(AAAA(v6))),
            "CNAME" => host(data).map(|name| RData::CNAME(CNAME(name))),
            "NS" => host(data).map(|name| RData::NS(NS(name))),
            "MX" => data
                .split_once(' ')
                .and_then(|(preference, name)| Some(RData::MX(MX::new(preference.parse().ok()?, host(name)?)))),
            _ => None,
        };
        self.records.entry(name.to_owned()).or_default().extend(record);
    }

    /// From now on the server fails for every name that has neither records nor a trouble.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    fn trouble_of(&self, name: &str) -> Option<Trouble> {
        let unknown = self.closed && !self.records.contains_key(name);
        self.troubles.get(name).copied().or(unknown.then_some(Trouble::ServFail))
    }

    pub(super) fn forget(&mut self, name: &str) {
        self.records.remove(name);
        self.troubles.remove(name);
    }

    pub(super) fn trouble(&mut self, name: &str, trouble: Trouble) {
        self.troubles.insert(name.to_owned(), trouble);
    }
}

pub(super) async fn listen_udp(socket: UdpSocket, shared: Arc<Shared>) {
    let mut packet = vec![0; 4096];
    loop {
        let Ok((length, from)) = socket.recv_from(&mut packet).await else { continue };
        if let Some(reply) = answer(&packet[..length], &shared, true) {
            let _ = socket.send_to(&reply, from).await;
        }
    }
}

pub(super) async fn listen_tcp(listener: TcpListener, shared: Arc<Shared>) {
    let mut lines = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                let shared = shared.clone();
                lines.spawn(async move { converse(stream, &shared).await });
            },
            Some(_) = lines.join_next() => {}
        }
    }
}

async fn converse(mut stream: TcpStream, shared: &Shared) -> Option<()> {
    loop {
        let length = stream.read_u16().await.ok()?;
        let mut packet = vec![0; usize::from(length)];
        stream.read_exact(&mut packet).await.ok()?;
        let Some(reply) = answer(&packet, shared, false) else { std::future::pending().await };
        stream.write_u16(u16::try_from(reply.len()).ok()?).await.ok()?;
        stream.write_all(&reply).await.ok()?;
    }
}

/// The answer to a packet; none is silence.
fn answer(packet: &[u8], shared: &Shared, udp: bool) -> Option<Vec<u8>> {
    let question = Message::from_vec(packet).ok()?;
    let query = question.queries.first()?.clone();
    let asked = bare(query.name());
    lock(&shared.questions).push((asked.clone(), query.query_type().to_string()));
    let mut reply = Message::response(question.metadata.id, question.metadata.op_code);
    reply.metadata.message_type = MessageType::Response;
    reply.metadata.recursion_desired = true;
    reply.metadata.recursion_available = true;
    let mut zones = lock(&shared.zones);
    let trouble = zones.trouble_of(&asked);
    reply.metadata.response_code = match trouble {
        Some(Trouble::Silence) => return None,
        Some(Trouble::ServFail) => ResponseCode::ServFail,
        Some(Trouble::NoSuchName) => {
            reply.add_authority(authority(query.name()));
            ResponseCode::NXDomain
        }
        Some(Trouble::ServFailFor(kind)) if query.query_type().to_string() == kind => ResponseCode::ServFail,
        Some(Trouble::Refused) => ResponseCode::Refused,
        Some(Trouble::Truncated) if udp => {
            reply.metadata.truncation = true;
            ResponseCode::NoError
        }
        Some(Trouble::Rebinding(later)) if zones.asked_before.insert(asked.clone(), true).is_some() => {
            if query.query_type() == RecordType::A {
                reply.add_answer(Record::from_rdata(query.name().clone(), 0, RData::A(A(later))));
            }
            ResponseCode::NoError
        }
        _ => fill(&mut reply, &query, &zones, shared, trouble == Some(Trouble::OneStep)),
    };
    reply.add_query(query);
    reply.to_vec().ok()
}

/// Puts the records in, aliases first, and the authority where there is nothing (more) to say.
fn fill(reply: &mut Message, query: &Query, zones: &Zones, shared: &Shared, one_step: bool) -> ResponseCode {
    let mut here = query.name().clone();
    for _ in 0..=MAX_ALIASES {
        let name = bare(&here);
        let implied;
        let records = match zones.records.get(&name) {
            Some(records) => records,
            None if shared.has_host(&name) => {
                implied = vec![RData::A(A(Ipv4Addr::LOCALHOST))];
                &implied
            }
            None => {
                reply.add_authority(authority(&here));
                return ResponseCode::NXDomain;
            }
        };
        let found = records.iter().filter(|data| data.record_type() == query.query_type());
        let before = reply.answers.len();
        reply.add_answers(found.map(|data| Record::from_rdata(here.clone(), TTL, data.clone())));
        if reply.answers.len() > before {
            return ResponseCode::NoError;
        }
        let alias = records.iter().find_map(|data| match data {
            RData::CNAME(target) => Some(target.0.clone()),
            _ => None,
        });
        let Some(target) = alias else {
            reply.add_authority(authority(&here));
            return ResponseCode::NoError;
        };
        reply.add_answer(Record::from_rdata(here, TTL, RData::CNAME(CNAME(target.clone()))));
        if one_step {
            return ResponseCode::NoError;
        }
        here = target;
    }
    ResponseCode::NoError
}

fn authority(name: &Name) -> Record {
    let zone = name.base_name();
    let server = Name::from_ascii("ns.world.test.").unwrap_or_else(|_| zone.clone());
    let soa = SOA::new(server.clone(), server, 1, 3600, 600, 86400, TTL);
    Record::from_rdata(zone, TTL, RData::SOA(soa))
}

fn bare(name: &Name) -> String {
    super::plain(&name.to_lowercase().to_ascii())
}
