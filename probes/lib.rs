//! The half of Probity that meets the world: the door to the network, the archive, and one file per probe.
//!
//! A probe never opens a connection. It says what it wants ([`Probe::wants`]) and reads what the archive holds
//! ([`Probe::read`]); both are pure, so that a live audit and a replay differ in nothing but where the archive came from.

pub mod geoip;
pub mod net;

use geoip::Databases;
use net::capture::{Capture, Request};
use probity_rules::facts::Facts;
use probity_rules::service::Service;

/// What is known of a probe before it runs.
#[derive(Clone, Copy, Debug)]
pub struct Meta {
    /// Its id: the file's name without `.rs`.
    pub id: &'static str,
    /// One line: what it gathers.
    pub summary: &'static str,
    /// The collections and facts that it answers.
    pub facts: &'static [&'static str],
    /// Counted up whenever the same evidence would give other facts.
    pub revision: u32,
}

/// What a probe may look at beside what was captured.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The witnesses for places of addresses.
    pub geo: &'a Databases,
}

/// One way of looking at a service.
pub trait Probe: Sync {
    /// What is known of it before it runs.
    fn meta(&self) -> &'static Meta;

    /// What it still wants, given what was captured so far. Asked again after each round until it wants nothing new;
    /// what has an answer or a gap is not asked twice.
    fn wants(&self, service: &Service, capture: &Capture) -> Vec<Request>;

    /// The facts in what was captured, and a gap for all that it wanted and could not have. Pure: no clock, no network.
    fn read(&self, service: &Service, capture: &Capture, context: &Context) -> Facts;
}
