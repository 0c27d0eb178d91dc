//! Notices: what is new since the last one, as one digest by mail, by a signed webhook and as Atom files.
//!
//! Never a message for each change, and never in the way of an audit: a channel that fails is tried again later, each time
//! after a longer wait, and what was wrong is kept and shown. It decides nothing; it tells what the store holds.

mod digest;
mod feed;
mod mail;
mod settings;
mod state;
mod webhook;

pub(crate) use digest::{Failed, News, Told};
pub(crate) use settings::Settings;
pub(crate) use state::{Channel, State};

use jiff::{SignedDuration, Timestamp};
use probity_probes::net::door::Net;
use std::time::Duration;

/// The longest that one channel may take.
const LONGEST: Duration = Duration::from_secs(60);

/// The wait after the first failure; doubled with each further one.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(1);

/// The longest wait.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(6);

/// The secrets of channels, from the environment alone.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    /// `PROBITY_SMTP_PASSWORD`
    pub(crate) smtp_password: Option<String>,
    /// `PROBITY_WEBHOOK_SECRET`
    pub(crate) webhook_secret: Option<String>,
}

impl Secrets {
    /// Those of the environment.
    pub(crate) fn from_environment() -> Self {
        let read = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self { smtp_password: read("PROBITY_SMTP_PASSWORD"), webhook_secret: read("PROBITY_WEBHOOK_SECRET") }
    }
}

/// What became of a channel in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was told.
    Sent,
    /// There is nothing new for it.
    Nothing,
    /// It failed before and is tried again at this time.
    Waits(Timestamp),
    /// It failed now.
    Failed(String),
}

/// Tells every channel what is new to it, and writes down what became of it.
pub(crate) async fn run(
    settings: &Settings,
    secrets: &Secrets,
    net: &Net,
    all: &News,
    state: &mut State,
    now: Timestamp,
) -> Vec<(&'static str, Outcome)> {
    run_within(LONGEST, settings, secrets, net, all, state, now).await
}

async fn run_within(
    longest: Duration,
    settings: &Settings,
    secrets: &Secrets,
    net: &Net,
    all: &News,
    state: &mut State,
    now: Timestamp,
) -> Vec<(&'static str, Outcome)> {
    let mut outcomes = Vec::new();
    for name in settings.channels() {
        let channel = state.channels.entry(name.to_owned()).or_default();
        let outcome = match (channel.next, all.since(channel)) {
            (Some(next), _) if next > now => Outcome::Waits(next),
            (_, news) if news.is_empty() && name != "feed" => Outcome::Nothing,
            (_, news) => {
                let sending = tell(name, settings, secrets, net, all, &news, now);
                let sent = tokio::time::timeout(longest, sending).await;
                let sent = sent.unwrap_or_else(|_| Err(format!("not done after {} seconds", longest.as_secs())));
                match sent {
                    Ok(()) => {
                        channel.done(all, now);
                        if news.is_empty() { Outcome::Nothing } else { Outcome::Sent }
                    }
                    Err(error) => {
                        channel.failed(&error, now);
                        Outcome::Failed(error)
                    }
                }
            }
        };
        outcomes.push((name, outcome));
    }
    outcomes
}

async fn tell(
    name: &str,
    settings: &Settings,
    secrets: &Secrets,
    net: &Net,
    all: &News,
    news: &News,
    now: Timestamp,
) -> Result<(), String> {
    match (name, &settings.mail, &settings.webhook, &settings.feed) {
        ("mail", Some(mail), ..) => mail::send(mail, secrets, settings, news).await,
        ("webhook", _, Some(webhook), _) => webhook::send(webhook, secrets, settings, net, news, now).await,
        ("feed", .., Some(folder)) => feed::write(folder, settings, all),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
