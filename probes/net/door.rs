//! The door: the only place that opens a connection. What comes in goes to the archive before anybody understands it; what
//! cannot be had becomes a gap with its reason.
//!
//! A [`Net`] lives for one run of audits: what it has learnt of names and of `robots.txt` is never renewed. It sends
//! nothing but GETs to those who are audited (a notice to the operator is `post`), keeps no cookies beyond one chain of
//! redirects, and executes nothing.

use super::archive::recorder::{RecordError, Wire};
use super::capture::{Access, CutReason, Entry, Exchange, Request, Resolution};
use super::client::{self, NoWay, connectable};
use super::cookies::Jar;
use super::crawl::Origins;
use super::dns::Dns;
use super::exchange::{self, Answer, Failure};
use super::guard::{self, plain};
use super::options::Options;
use super::pace::Pace;
use super::raw::{self, Came};
use super::retry::{self, Ended, Next};
use super::visit::Visit;
use jiff::Timestamp;
use probity_rules::observation::Why;
use reqwest::Client;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Semaphore;
use tokio::task::block_in_place;
use url::{Host, Url};

pub use super::client::OptionsError;

/// Tells the time; the application's clock.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// After so many exchanges in a row that took all the time they were allowed, a host is not asked again in this run.
pub(super) const MAX_SILENT: u32 = 3;

/// The longest answer of a model that is read, in bytes; a full one of the longest reply that is asked for has a tenth of it.
const MAX_ANSWER: usize = 512 << 10;
/// Questions to a model in flight at once: a model at home answers one after the other.
const QUESTIONS_AT_ONCE: usize = 2;
/// How often a question is repeated after a connection error or a 429, 502, 503, 504.
const QUESTION_RETRIES: u32 = 1;

/// The door to the network.
pub struct Net {
    pub(super) options: Arc<Options>,
    origins: Origins,
    clock: Clock,
    dns: Arc<Dns>,
    plain: OnceLock<Result<Client, String>>,
    secure: OnceLock<Result<Client, String>>,
    roots: raw::Roots,
    pub(super) pace: Pace,
    pub(super) large: Semaphore,
    /// The door to the language model, where one is a second reader: what it may reach, this one may not.
    pub(super) model: Option<Box<Net>>,
    cores: Semaphore,
    silent: Mutex<HashMap<String, u32>>,
}

/// How an address is asked for, at all its redirects.
pub(super) struct Manner<'a> {
    pub(super) accept: &'a str,
    pub(super) language: Option<&'a str>,
    pub(super) access: Access,
    /// Whether no redirect has led to another host so far; only then may a token be sent.
    pub(super) at_home: bool,
    /// What the chain of redirects set for this address.
    pub(super) cookies: Option<&'a str>,
    /// Whether the chain was here before, without these cookies.
    pub(super) again: bool,
}

impl Net {
    /// Makes the door. Opens nothing yet.
    ///
    /// # Errors
    /// Options that cannot be used.
    pub fn new(options: Options, clock: Clock) -> Result<Self, OptionsError> {
        client::check(&options)?;
        let options = Arc::new(options);
        Ok(Self {
            origins: Origins::default(),
            dns: Arc::new(Dns::new(&options)),
            plain: OnceLock::new(),
            secure: OnceLock::new(),
            roots: OnceLock::new(),
            pace: Pace::new(&options),
            large: exchange::large_room(),
            model: model_door(&options, &clock)?,
            clock,
            cores: Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)),
            silent: Mutex::default(),
            options,
        })
    }

    /// What the door was made with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Reads what came, for as many services at once as there are cores, and beside the threads that serve connections: else
    /// an answer that is there would wait for the reading of others until its time is over.
    pub(crate) async fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        let _turn = self.cores.acquire().await;
        match Handle::current().runtime_flavor() {
            RuntimeFlavor::MultiThread => block_in_place(work),
            _ => work(),
        }
    }

    /// The time, by the clock that it was made with.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Asks for something: afterwards the capture holds an answer or a gap for it, and for each redirect on the way.
    ///
    /// # Errors
    /// Only where the evidence could not be kept.
    pub async fn fetch(&self, visit: &Visit<'_>, request: &Request) -> Result<(), RecordError> {
        match request {
            Request::Dns { name } => self.look_up(visit, name, request.target()).await,
            Request::Http { url, accept, language, access } => {
                let home = host_of(url);
                // The addresses, each with the cookies that were sent to it.
                let mut hops: Vec<(String, Option<String>)> = vec![(url.clone(), None)];
                let mut jar = Jar::default();
                loop {
                    let at_home = hops.iter().all(|(hop, _)| host_of(hop) == home);
                    let (here, cookies) = hops.last().cloned().unwrap_or_default();
                    let again = hops.iter().filter(|(hop, _)| *hop == here).count() > 1;
                    let (language, cookies) = (language.as_deref(), cookies.as_deref());
                    let manner = Manner { accept, language, access: *access, at_home, cookies, again };
                    let entry = self.hop(visit, &here, &manner).await?;
                    let Entry::Http(exchange) = &*entry else { return Ok(()) };
                    jar.take(exchange);
                    let Some(next) = exchange.redirect() else { return Ok(()) };
                    // Who is sent back with other cookies than before may get another answer.
                    let cookies = jar.sent(&next);
                    if hops.iter().any(|(hop, sent)| *hop == next && *sent == cookies) {
                        return Ok(());
                    }
                    if hops.len() > self.options.max_redirects {
                        let detail = format!("more than {} redirects", self.options.max_redirects);
                        return self.gap(visit, &next, Why::Unreachable, detail);
                    }
                    hops.push((next, cookies));
                }
            }
        }
    }

    async fn look_up(&self, visit: &Visit<'_>, name: &str, target: String) -> Result<(), RecordError> {
        let turn = visit.turn(&target);
        let _turn = turn.lock().await;
        if visit.capture.get(&target).is_some() {
            return Ok(());
        }
        if self.options.test_host(name).is_none()
            && let Err(refusal) = guard::name(name)
        {
            return self.gap(visit, &target, Why::Refused, refusal.to_string());
        }
        let captured = self.now();
        let known = self.dns.known(name).await;
        if known.failed.len() == known.asked.len() {
            let detail = known.failed.into_iter().next().map(|(_, why)| why).unwrap_or_default();
            return self.gap(visit, &target, Why::Unreachable, detail);
        }
        let answer = Resolution {
            name: name.to_owned(),
            captured,
            no_such_name: known.no_such_name,
            records: known.records,
            failed: known.failed.into_iter().map(|(kind, _)| (kind, Why::Unreachable)).collect(),
            asked: known.asked,
            digest: String::new(),
        }
        .sealed();
        if let Some(recorder) = visit.recorder {
            recorder.resolution(&answer)?;
        }
        visit.capture.put(target, Entry::Dns(answer));
        Ok(())
    }

    /// Whether `robots.txt` lets an address be asked; the inner error is the gap that it becomes.
    async fn may_crawl(&self, visit: &Visit<'_>, url: &Url) -> Result<Result<(), (Why, String)>, RecordError> {
        let ask = move |here: String| async move {
            let accept = "text/plain,*/*;q=0.5";
            let manner =
                Manner { accept, language: None, access: Access::Page, at_home: false, cookies: None, again: false };
            self.ask(visit, &here, &manner).await
        };
        self.origins.may_crawl(visit, url, ask).await
    }

    /// One address, once: from the capture, or asked for if `robots.txt` lets us.
    async fn hop(&self, visit: &Visit<'_>, target: &str, manner: &Manner<'_>) -> Result<Arc<Entry>, RecordError> {
        let turn = visit.turn(target);
        let _turn = turn.lock().await;
        if let Some(entry) = visit.capture.get(target).filter(|_| !manner.again) {
            return Ok(entry);
        }
        if manner.access == Access::Page
            && self.options.robots
            && let Ok(url) = Url::parse(target)
            && guard::page(&url, &self.options, |host, port| visit.declares(host, port)).is_ok()
            && let Err((why, detail)) = self.may_crawl(visit, &url).await?
        {
            self.gap(visit, target, why, detail)?;
        } else if manner.again || visit.capture.get(target).is_none() {
            // Not so where the address is that of the `robots.txt` itself.
            self.ask(visit, target, manner).await?;
        }
        Ok(visit.capture.get(target).unwrap_or_else(|| {
            let detail = "neither an answer nor a gap was kept".to_owned();
            Arc::new(Entry::Gap { why: Why::Bug, detail, at: self.now() })
        }))
    }

    /// Asks for one address and keeps what came of it.
    pub(super) async fn ask(&self, visit: &Visit<'_>, target: &str, manner: &Manner<'_>) -> Result<(), RecordError> {
        let (mut url, host) = match self.way(visit, target).await {
            Ok(way) => way,
            Err((why, detail)) => return self.gap(visit, target, why, detail),
        };
        url.set_fragment(None);
        let client = match self.client(url.scheme() == "https") {
            Ok(client) => client,
            Err(detail) => return self.gap(visit, target, Why::Bug, detail),
        };
        let earlier = if manner.again { None } else { self.earlier(visit, target) };
        let (fields, shown) = self.fields(&url, &host, manner, earlier.as_ref());
        for attempt in 0.. {
            let pass = self.pace.enter(&host).await;
            if self.silence(&host) >= MAX_SILENT {
                let detail = format!("{host} did not answer {MAX_SILENT} requests in time and was not asked again");
                return self.gap(visit, target, Why::Unreachable, detail);
            }
            let captured = self.now();
            let mut result = exchange::get(client, &url, fields.clone(), &self.options, &self.large).await;
            if result.as_ref().is_err_and(|failure| failure.odd) {
                match raw::get(&self.dns, &self.options, &self.roots, &url, &fields).await {
                    Some(Came::Answer(answer)) => result = Ok(*answer),
                    Some(Came::Else(bytes)) => self.keep_bytes(visit, target, &bytes, captured)?,
                    None => {}
                }
            }
            drop(pass);
            let (ended, wait) = self.ended(&host, &result);
            let next = retry::next(ended, attempt, &self.options);
            let entry = match result {
                Ok(answer) => self.keep(visit, target, captured, answer, &shown, earlier.as_ref())?,
                Err(Failure { why, detail, .. }) => Entry::Gap { why, detail, at: captured },
            };
            if let Next::Again(wait) = next {
                tokio::time::sleep(wait).await;
                continue;
            }
            return match entry {
                Entry::Gap { why, detail, .. } => self.gap(visit, target, why, detail),
                Entry::Http(exchange) if exchange.status == 429 => {
                    let asked = wait.map_or_else(String::new, |wait| format!(" and asked to wait {wait:?}"));
                    self.gap(
                        visit,
                        target,
                        Why::RateLimited,
                        format!("the server answered 429 (too many requests){asked}"),
                    )
                }
                entry => {
                    visit.capture.put(target.to_owned(), entry);
                    Ok(())
                }
            };
        }
        Ok(())
    }

    /// Whether there is a way to an address: its form, its name, the addresses of its name.
    async fn way(&self, visit: &Visit<'_>, target: &str) -> Result<(Url, String), (Why, String)> {
        let refused = |refusal: guard::Refusal| (Why::Refused, refusal.to_string());
        let url = Url::parse(target).map_err(|_| refused(guard::Refusal::NotAnAddress(target.to_owned())))?;
        guard::page(&url, &self.options, |host, port| visit.declares(host, port)).map_err(refused)?;
        let host = plain(url.host_str().unwrap_or_default());
        // The client asks the same question again when it connects, and gets the same answer.
        if let Some(Host::Domain(_)) = url.host()
            && (self.options.proxy.is_none() || self.dns.has_servers())
        {
            match connectable(&self.dns, &self.options, &host, url.scheme() == "https").await {
                Err(NoWay::Refused(refusal)) => return Err(refused(refusal)),
                // A proxy may know names that we do not.
                Err(NoWay::Unresolved(why)) if self.options.proxy.is_none() => return Err((Why::Unreachable, why)),
                _ => {}
            }
        }
        Ok((url, host))
    }

    pub(super) fn client(&self, secure: bool) -> Result<&Client, String> {
        let slot = if secure { &self.secure } else { &self.plain };
        slot.get_or_init(|| client::make(&self.dns, &self.options, secure).map_err(|error| error.to_string()))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// The capture that a server may confirm instead of sending its page again.
    fn earlier(&self, visit: &Visit<'_>, target: &str) -> Option<Exchange> {
        match visit.previous?.latest(target, visit.capture.as_of())? {
            Entry::Http(earlier) if earlier.status == 200 && earlier.cut.is_none() => {
                (earlier.header("etag").is_some() || earlier.header("last-modified").is_some()).then_some(earlier)
            }
            _ => None,
        }
    }

    /// The header fields of a request, as sent and as archived.
    fn fields(
        &self,
        url: &Url,
        host: &str,
        manner: &Manner<'_>,
        earlier: Option<&Exchange>,
    ) -> (HeaderMap, Vec<(String, String)>) {
        let mut fields = HeaderMap::new();
        let mut shown = vec![("host".to_owned(), url[url::Position::BeforeHost..url::Position::AfterPort].to_owned())];
        let mut put = |name: HeaderName, value: &str, secret: bool| {
            if let Ok(mut sent) = HeaderValue::from_str(value) {
                sent.set_sensitive(secret);
                shown.push((name.to_string(), if secret { "[not archived]".to_owned() } else { value.to_owned() }));
                fields.insert(name, sent);
            }
        };
        put(header::USER_AGENT, &self.options.user_agent(), false);
        put(header::ACCEPT, manner.accept, false);
        let language = match manner.language {
            Some("en") | None => "en,*;q=0.5".to_owned(),
            Some(wanted) => format!("{wanted},en;q=0.5,*;q=0.3"),
        };
        put(header::ACCEPT_LANGUAGE, &language, false);
        if let Some(cookies) = manner.cookies {
            put(header::COOKIE, cookies, false);
        }
        put(header::ACCEPT_ENCODING, "gzip, deflate, br", false);
        if let Some(tag) = earlier.and_then(|earlier| earlier.header("etag")) {
            put(header::IF_NONE_MATCH, tag, false);
        }
        if let Some(date) = earlier.and_then(|earlier| earlier.header("last-modified")) {
            put(header::IF_MODIFIED_SINCE, date, false);
        }
        let private = url.scheme() == "https" && url.port().is_none() || self.options.test_host(host).is_some();
        if let Some(token) = self.options.authorization.get(host)
            && manner.access == Access::Api
            && manner.at_home
            && private
        {
            put(header::AUTHORIZATION, &format!("Bearer {}", token.reveal()), true);
        }
        (fields, shown)
    }

    /// Archives an answer and gives what the capture is to hold.
    fn keep(
        &self,
        visit: &Visit<'_>,
        target: &str,
        captured: Timestamp,
        answer: Answer,
        request: &[(String, String)],
        earlier: Option<&Exchange>,
    ) -> Result<Entry, RecordError> {
        let Answer { protocol, status, headers, body, peer, certificate, cut, note, verbatim } = answer;
        let exchange = Exchange { peer, cut, ..Exchange::new(target.to_owned(), captured, status, headers, body) };
        let confirmed = earlier.filter(|_| status == 304);
        if let Some(recorder) = visit.recorder {
            let certificates = certificate.as_slice();
            let wire = Wire {
                request: Some(request),
                protocol: Some(protocol),
                certificates,
                note,
                verbatim: verbatim.as_ref(),
                ..Wire::default()
            };
            match confirmed {
                Some(earlier) => {
                    recorder.original(earlier)?;
                    recorder.revisit(&exchange, earlier, &wire)?;
                }
                None => recorder.exchange(&exchange, &wire)?,
            }
        }
        Ok(Entry::Http(match confirmed {
            Some(earlier) => earlier.confirmed(captured, peer),
            None => exchange,
        }))
    }

    /// Archives what came and is no answer.
    fn keep_bytes(&self, visit: &Visit<'_>, target: &str, bytes: &[u8], at: Timestamp) -> Result<(), RecordError> {
        match visit.recorder {
            Some(recorder) if !bytes.is_empty() => recorder.resource(target, "application/octet-stream", bytes, at),
            _ => Ok(()),
        }
    }

    pub(crate) fn gap(&self, visit: &Visit<'_>, target: &str, why: Why, detail: String) -> Result<(), RecordError> {
        let at = self.now();
        if let Some(recorder) = visit.recorder {
            recorder.gap(target, why, &detail, at)?;
        }
        visit.capture.put(target.to_owned(), Entry::Gap { why, detail, at });
        Ok(())
    }

    /// What the end of an exchange means for the next try, and how long the server asks to wait.
    pub(super) fn ended(&self, host: &str, result: &Result<Answer, Failure>) -> (Ended, Option<Duration>) {
        let silent = match result {
            Ok(answer) => answer.cut.as_ref().is_some_and(|cut| cut.reason == CutReason::Time),
            Err(failure) => failure.silent,
        };
        {
            let mut counts = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
            if silent {
                *counts.entry(host.to_owned()).or_default() += 1;
            } else {
                counts.remove(host);
            }
        }
        match result {
            Err(failure) if failure.passing => (Ended::Broken, None),
            Err(_) => (Ended::Final, None),
            Ok(answer) => match &answer.cut {
                Some(cut) if cut.reason == CutReason::Disconnect => (Ended::Broken, None),
                Some(_) => (Ended::Final, None),
                None => {
                    let field = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"));
                    let wait = field.and_then(|(_, value)| retry::retry_after(value, self.now()));
                    (Ended::Status(answer.status, wait), wait)
                }
            },
        }
    }

    pub(super) fn silence(&self, host: &str) -> u32 {
        let counts = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(host).copied().unwrap_or_default()
    }
}

/// The host of an address, as it is compared; empty where there is none.
fn host_of(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(plain)).unwrap_or_default()
}

/// The door to the model: it leads there and nowhere else, into a private network, too.
fn model_door(options: &Options, clock: &Clock) -> Result<Option<Box<Net>>, OptionsError> {
    let Some(model) = &options.model else { return Ok(None) };
    let mut test_hosts = options.test_hosts.clone();
    let host = model.address.host_str().unwrap_or_default();
    let here = guard::is_here(&model.address);
    let at = if here && matches!(model.address.host(), Some(Host::Domain(_))) { "=127.0.0.1" } else { "" };
    test_hosts.extend(format!("{host}{at}").parse());
    let within = Options {
        model: None,
        proxy: options.proxy.clone().filter(|_| !here),
        test_hosts,
        robots: false,
        pace: Duration::ZERO,
        turns: None,
        concurrency_per_host: QUESTIONS_AT_ONCE,
        whole_timeout: model.timeout,
        idle_timeout: model.timeout,
        max_bytes: MAX_ANSWER,
        retries: QUESTION_RETRIES,
        ..options.clone()
    };
    Ok(Some(Box::new(Net::new(within, clock.clone())?)))
}

#[cfg(test)]
pub(crate) mod tests;
