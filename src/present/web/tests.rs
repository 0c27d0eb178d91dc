//! The pages as a browser asks for them, on a world that is made here, and broken on purpose.

mod door;
mod held;
mod hostile;
#[cfg(feature = "openid-connect")]
mod openid;
mod people;
#[cfg(feature = "openid-connect")]
mod provider;
mod shown;
mod world;
