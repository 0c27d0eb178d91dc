//! Whether `robots.txt` lets an address be asked: fetched once for each origin in a run, archived like any page.
//!
//! What it means that there is none, by RFC 9309, section 2.3.1: a 4xx lets everything be asked; a 5xx nothing (gap `robots`,
//! the server is there and we are told to wait); no answer at all nothing either, but then the pages have the same
//! gap `unreachable`, for that is what is wrong with them; 429 is a limit on us and stays one (gap `rate-limited`).

use super::archive::recorder::RecordError;
use super::capture::Entry;
use super::robots::{MAX_BYTES, PRODUCT, Robots};
use super::visit::Visit;
use probity_rules::observation::Why;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;
use url::Url;

/// Redirects that are followed to a `robots.txt`; RFC 9309 asks for at least these.
const MAX_REDIRECTS: usize = 5;

/// What the origins let us do.
#[derive(Default)]
pub(super) struct Origins(Mutex<HashMap<String, Arc<OnceCell<Verdict>>>>);

/// What one origin lets us do.
enum Verdict {
    Rules(Robots),
    All,
    Nothing(Why, String),
}

impl Origins {
    /// Whether an address may be asked; the inner error is the gap that it becomes. `ask` brings an address into the capture.
    pub(super) async fn may_crawl<F: Future<Output = Result<(), RecordError>>>(
        &self,
        visit: &Visit<'_>,
        url: &Url,
        ask: impl Fn(String) -> F,
    ) -> Result<Result<(), (Why, String)>, RecordError> {
        let origin = url.origin().ascii_serialization();
        let cell = {
            let mut origins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            origins.entry(origin.clone()).or_default().clone()
        };
        let verdict = cell.get_or_try_init(|| read_robots(visit, &origin, &ask)).await?;
        Ok(match verdict {
            Verdict::All => Ok(()),
            Verdict::Nothing(why, detail) => Err((*why, detail.clone())),
            Verdict::Rules(robots) => robots
                .allows(url)
                .map_err(|rule| (Why::Robots, format!("{origin}/robots.txt forbids it to {PRODUCT}: {rule}"))),
        })
    }
}

/// Reads the `robots.txt` of an origin, whatever redirects lead to it.
async fn read_robots<F: Future<Output = Result<(), RecordError>>>(
    visit: &Visit<'_>,
    origin: &str,
    ask: &impl Fn(String) -> F,
) -> Result<Verdict, RecordError> {
    let mut hops = vec![format!("{origin}/robots.txt")];
    loop {
        let here = hops.last().cloned().unwrap_or_default();
        if visit.capture.get(&here).is_none() {
            ask(here.clone()).await?;
        }
        let Some(entry) = visit.capture.get(&here) else { return Ok(Verdict::All) };
        let exchange = match &*entry {
            Entry::Http(exchange) => exchange,
            Entry::Dns(_) => return Ok(Verdict::All),
            // A redirect that we do not follow is as if there were no file.
            Entry::Gap { why: Why::Refused, .. } if hops.len() > 1 => return Ok(Verdict::All),
            Entry::Gap { why: Why::Refused, detail, .. } => {
                return Ok(Verdict::Nothing(Why::Refused, detail.clone()));
            }
            Entry::Gap { why, detail, .. } => {
                return Ok(Verdict::Nothing(*why, format!("{here} could not be read: {detail}")));
            }
        };
        if let Some(next) = exchange.redirect() {
            if hops.len() > MAX_REDIRECTS || hops.contains(&next) {
                return Ok(Verdict::All);
            }
            hops.push(next);
            continue;
        }
        return Ok(match exchange.status {
            200..=299 => match exchange.decoded(MAX_BYTES) {
                Ok(text) => Verdict::Rules(Robots::parse(&text, PRODUCT)),
                Err((_, detail)) => Verdict::Nothing(Why::Robots, format!("{here} cannot be read: {detail}")),
            },
            500..=599 => {
                let detail =
                    format!("{here} answered {}; all is forbidden until it can be read (RFC 9309)", exchange.status);
                Verdict::Nothing(Why::Robots, detail)
            }
            _ => Verdict::All,
        });
    }
}
