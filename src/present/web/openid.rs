//! Sign-in by OpenID Connect: what the configuration says of it, and, where the program was built with it, the way there and
//! back.
//!
//! It decides who somebody is and in which role; sessions and accounts are those of everybody. It never sees a password.

mod settings;

#[cfg(feature = "openid-connect")]
mod claims;
#[cfg(feature = "openid-connect")]
mod client;
#[cfg(feature = "openid-connect")]
mod pending;

pub(crate) use settings::Settings;

#[cfg(feature = "openid-connect")]
pub(crate) use client::{Answer, BACK, OpenId, Refused};

use crate::base::failure::Failure;

/// Nobody signs in this way: the program was built without it.
#[cfg(not(feature = "openid-connect"))]
#[derive(Debug)]
pub(crate) enum OpenId {}

#[cfg(not(feature = "openid-connect"))]
impl OpenId {
    /// What the provider is called on the button.
    pub(crate) fn label(&self) -> &str {
        match *self {}
    }
}

/// The way to the provider that the configuration names.
///
/// # Errors
/// The secret cannot be read, or the network cannot be set up; and always where the program was built without it.
#[cfg(feature = "openid-connect")]
pub(crate) fn open(settings: Settings, network: &crate::app::network::Settings) -> Result<OpenId, Failure> {
    let secret = settings.secret(std::env::var(settings::SECRET).ok())?;
    let issuer = settings.issuer()?;
    let options = probity_probes::net::provider::options(crate::app::network::options(network)?, &issuer);
    Ok(OpenId::new(settings, secret, crate::app::network::open(options)?))
}

/// The same in a program that was built without it.
#[cfg(not(feature = "openid-connect"))]
pub(crate) fn open(_: Settings, _: &crate::app::network::Settings) -> Result<OpenId, Failure> {
    Err(Failure::new("the configuration asks for sign-in by OpenID Connect, and this program was built without it").next(
        "build it with `cargo build --release --features openid-connect`, or take [openid-connect] out of the configuration",
    ))
}
