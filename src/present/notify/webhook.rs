//! A digest as a signed webhook: JSON, and a signature by which the receiver knows whom it is from and how old it is.
//!
//! The signature is HMAC-SHA256 over the time stamp, a full stop and the body. The same digest has the same delivery id, so
//! that a receiver that answered too late can tell a repetition. It goes through the door: never to a private address that
//! was not named.

use super::Secrets;
use super::digest::{Failed, News, Told};
use super::settings::Settings;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use probity_probes::net::door::Net;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The version of the form.
const SCHEMA: &str = "probity-notice-1";

/// The shortest secret that is taken, in bytes.
const LEAST: usize = 16;

#[derive(Serialize)]
struct Notice<'a> {
    schema: &'static str,
    summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    changes: &'a [Told],
    waiting: usize,
    failures: &'a [Failed],
}

/// Sends it.
pub(super) async fn send(
    address: &str,
    secrets: &Secrets,
    settings: &Settings,
    net: &Net,
    news: &News,
    now: Timestamp,
) -> Result<(), String> {
    let secret = secrets.webhook_secret.as_deref().ok_or("PROBITY_WEBHOOK_SECRET is not set")?;
    if secret.len() < LEAST {
        return Err(format!("PROBITY_WEBHOOK_SECRET is shorter than {LEAST} bytes"));
    }
    let notice = Notice {
        schema: SCHEMA,
        summary: news.subject(settings.lang()),
        link: settings.link.as_deref(),
        changes: &news.changes,
        waiting: news.waiting,
        failures: &news.failures,
    };
    let body = serde_json::to_vec(&notice).map_err(|error| error.to_string())?;
    let stamp = now.as_second().to_string();
    let signature = format!("sha256={}", signature(secret, &stamp, &body));
    let delivery = data_encoding::HEXLOWER.encode(&Sha256::digest(&body)[..16]);
    let fields = [
        ("content-type", "application/json"),
        ("probity-timestamp", stamp.as_str()),
        ("probity-signature", signature.as_str()),
        ("probity-delivery", delivery.as_str()),
    ];
    match net.post(address, &fields, body).await? {
        200..=299 => Ok(()),
        status => Err(format!("{address} answered {status}")),
    }
}

/// HMAC-SHA256 over the time stamp, a full stop and the body, in hexadecimal.
pub(super) fn signature(secret: &str, stamp: &str, body: &[u8]) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(stamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes())
}
