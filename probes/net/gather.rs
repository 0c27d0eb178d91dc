//! The one loop that runs probes: what they want is asked for, round by round, until nobody wants anything new.
//!
//! It knows no probe and understands no answer. It ends: rounds, requests and time are bounded whatever the world does, and
//! what is wanted beyond the bounds is a gap that says so.

use super::archive::recorder::RecordError;
use super::capture::Request;
use super::door::Net;
use super::visit::Visit;
use crate::Probe;
use futures::future::try_join_all;
use probity_rules::observation::Why;
use probity_rules::service::Service;
use std::collections::BTreeMap;
use tokio::time::{Instant, timeout_at};

/// What a gathering came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gathered {
    /// Rounds in which something was asked.
    pub rounds: usize,
    /// Requests made, redirects and `robots.txt` not counted.
    pub requests: usize,
    /// Wishes that stayed open because of a bound.
    pub beyond: usize,
}

/// Asks for all that the probes want of a service. Afterwards the capture holds an answer or a gap for each of their wishes.
///
/// # Errors
/// Only where the evidence could not be kept.
pub async fn gather(
    probes: &[&dyn Probe],
    service: &Service,
    net: &Net,
    visit: &Visit<'_>,
) -> Result<Gathered, RecordError> {
    let mut done = Gathered::default();
    let options = net.options();
    let deadline = Instant::now() + options.service_timeout;
    // What is refused may give rise to other wishes; they are refused in turn, and not for ever.
    for round in 0..2 * options.max_rounds.max(1) {
        let wanted = net.aside(|| wanted(probes, service, visit)).await;
        if wanted.is_empty() {
            break;
        }
        let (room, bound) = if Instant::now() >= deadline {
            (0, format!("{:?}", options.service_timeout))
        } else if round < options.max_rounds {
            (options.max_requests.saturating_sub(done.requests), format!("{} requests", options.max_requests))
        } else {
            (0, format!("{} rounds of requests", options.max_rounds))
        };
        let mut asked = Vec::new();
        for (target, request) in wanted {
            if asked.len() < room {
                asked.push(request);
            } else {
                done.beyond += 1;
                net.gap(visit, &target, Why::NotAsked, format!("over the bound of {bound} for one service"))?;
            }
        }
        done.rounds += usize::from(!asked.is_empty());
        done.requests += asked.len();
        try_join_all(asked.iter().map(|request| fetch(net, visit, request, deadline))).await?;
    }
    Ok(done)
}

/// All that probes want and nobody asked for yet, by target.
fn wanted(probes: &[&dyn Probe], service: &Service, visit: &Visit<'_>) -> BTreeMap<String, Request> {
    let mut wanted: BTreeMap<String, Request> = BTreeMap::new();
    for request in probes.iter().flat_map(|probe| probe.wants(service, visit.capture)) {
        if !visit.capture.has(&request) {
            wanted.entry(request.target()).or_insert(request);
        }
    }
    wanted
}

/// Asks for something until the time for the service is over; what is under way then is a gap where it stands, be it in the
/// middle of redirects.
async fn fetch(net: &Net, visit: &Visit<'_>, request: &Request, deadline: Instant) -> Result<(), RecordError> {
    if let Ok(done) = timeout_at(deadline, net.fetch(visit, request)).await {
        return done;
    }
    let target = request.target();
    let stands = match request {
        Request::Dns { .. } => target,
        Request::Http { .. } => visit.capture.follow(&target).hops.pop().unwrap_or(target),
    };
    if visit.capture.get(&stands).is_some() {
        return Ok(());
    }
    let detail = format!("no answer within the bound of {:?} for one service", net.options().service_timeout);
    net.gap(visit, &stands, Why::Unreachable, detail)
}

#[cfg(test)]
mod tests;
