//! Who is signed in: sessions that live on the server, the words that forms must carry, and how often somebody may guess.
//!
//! A cookie holds nothing but a random id, made anew at every login, so that no id from before can be used afterwards.
//! Sessions end with the process.

use super::page::Role;
use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// The cookie over plain HTTP, on loopback.
pub(crate) const COOKIE: &str = "session";
/// The cookie over HTTPS: browsers take this name only with Secure, without Domain and for the whole site.
pub(crate) const SECURE_COOKIE: &str = "__Host-session";
/// A session that is not used ends after this time.
const IDLE: SignedDuration = SignedDuration::from_hours(8);
/// A session ends after this time in any case.
const LIFE: SignedDuration = SignedDuration::from_hours(72);
/// Sessions at one time; of more the oldest ends.
const MOST: usize = 10_000;
/// Wrong passwords that an address or a name may have within [`WINDOW`].
const GUESSES: usize = 8;
/// Over how long they are counted.
const WINDOW: SignedDuration = SignedDuration::from_secs(60);

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    /// The account.
    pub(crate) name: String,
    /// What it may do.
    pub(crate) role: Role,
    /// The word that forms must carry.
    pub(crate) token: String,
    began: Timestamp,
    used: Timestamp,
}

/// All sessions.
#[derive(Debug)]
pub(crate) struct Sessions {
    /// By the digest of the id: whoever reads the memory of this map cannot take a session over.
    open: Mutex<BTreeMap<String, Session>>,
    guesses: Mutex<BTreeMap<String, Vec<Timestamp>>>,
    /// The word of forms where nobody needs to sign in.
    all: String,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { open: Mutex::default(), guesses: Mutex::default(), all: random() }
    }
}

/// 256 random bits in hexadecimal letters.
pub(super) fn random() -> String {
    let mut bytes = [0_u8; 32];
    // Without randomness nothing may be guessable: no word then fits, and no form is taken.
    match getrandom::fill(&mut bytes) {
        Ok(()) => HEXLOWER.encode(&bytes),
        Err(_) => String::new(),
    }
}

/// The name under which an id is kept.
pub(super) fn key(id: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(id.as_bytes()))
}

impl Sessions {
    /// Begins a session and gives its id.
    pub(crate) fn begin(&self, name: &str, role: Role, now: Timestamp) -> Option<String> {
        let (id, token) = (random(), random());
        if id.is_empty() || token.is_empty() {
            return None;
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, session| session.lives(now));
        if open.len() >= MOST
            && let Some(oldest) = open.iter().min_by_key(|(_, session)| session.used).map(|(key, _)| key.clone())
        {
            open.remove(&oldest);
        }
        open.insert(key(&id), Session { name: name.to_owned(), role, token, began: now, used: now });
        Some(id)
    }

    /// The session with an id, if it still lives.
    pub(crate) fn find(&self, id: &str, now: Timestamp) -> Option<Session> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key(id);
        let session = open.get_mut(&key)?;
        if !session.lives(now) {
            open.remove(&key);
            return None;
        }
        session.used = now;
        Some(session.clone())
    }

    /// Ends a session.
    pub(crate) fn end(&self, id: &str) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(id));
    }

    /// Ends every session of an account.
    #[cfg(feature = "openid-connect")]
    pub(crate) fn end_all_of(&self, name: &str) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, session| session.name != name);
    }

    /// The word of forms where nobody needs to sign in, and of the login form.
    pub(crate) fn token_of_all(&self) -> String {
        self.all.clone()
    }

    /// Whether an address may try a password for a name now; the try is counted.
    pub(crate) fn may_guess(&self, from: Option<IpAddr>, name: &str, now: Timestamp) -> bool {
        let mut guesses = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        guesses.retain(|_, times| times.last().is_some_and(|last| now.duration_since(*last) < WINDOW));
        let from = from.map_or_else(|| "?".to_owned(), network);
        let mut may = true;
        for key in [format!("from {from}"), format!("name {}", name.to_lowercase())] {
            let times = guesses.entry(key).or_default();
            times.retain(|time| now.duration_since(*time) < WINDOW);
            may &= times.len() < GUESSES;
            if times.len() < GUESSES {
                times.push(now);
            }
        }
        may
    }

    /// After a right password the tries of this name are forgotten.
    pub(crate) fn right_guess(&self, name: &str) {
        let mut guesses = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        guesses.remove(&format!("name {}", name.to_lowercase()));
    }
}

/// An address as one counts it: of IPv6 the network that one customer has.
fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

impl Session {
    fn lives(&self, now: Timestamp) -> bool {
        now.duration_since(self.used) < IDLE && now.duration_since(self.began) < LIFE
    }
}

/// Whether two words are the same, in a time that does not depend on where they differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let differing = one.bytes().zip(other.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    !one.is_empty() && one.len() == other.len() && differing == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_780_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_session_lives_while_it_is_used_and_not_for_ever() {
        let sessions = Sessions::default();
        let id = sessions.begin("ada", Role::Reviewer, at(0)).unwrap();
        assert_eq!(id.len(), 64);
        assert!(sessions.find(&id, at(3_600)).is_some());
        assert!(sessions.find(&id, at(3_600 + 8 * 3_600)).is_none(), "idle");
        let id = sessions.begin("ada", Role::Reviewer, at(0)).unwrap();
        for hour in 1..72 {
            assert!(sessions.find(&id, at(hour * 3_600)).is_some(), "{hour}");
        }
        assert!(sessions.find(&id, at(72 * 3_600)).is_none(), "old");
    }

    #[test]
    fn ids_differ_and_end() {
        let sessions = Sessions::default();
        let (one, two) =
            (sessions.begin("a", Role::Reader, at(0)).unwrap(), sessions.begin("a", Role::Reader, at(0)).unwrap());
        assert_ne!(one, two);
        sessions.end(&one);
        assert!(sessions.find(&one, at(1)).is_none() && sessions.find(&two, at(1)).is_some());
        assert!(sessions.find("", at(1)).is_none());
    }

    #[test]
    fn guessing_is_slowed_by_name_and_by_address() {
        let sessions = Sessions::default();
        let address = |last: u8| Some(IpAddr::from([192, 0, 2, last]));
        for _ in 0..GUESSES {
            assert!(sessions.may_guess(address(1), "ada", at(0)));
        }
        assert!(!sessions.may_guess(address(1), "bob", at(1)), "this address");
        assert!(!sessions.may_guess(address(2), "Ada", at(1)), "this name, from anywhere");
        assert!(sessions.may_guess(address(3), "eve", at(1)));
        assert!(sessions.may_guess(address(1), "bob", at(61)), "after the window");
    }

    #[test]
    fn words_are_compared_whole() {
        assert!(same("abc", "abc"));
        for (one, other) in [("abc", "abd"), ("abc", "ab"), ("", ""), ("a", "")] {
            assert!(!same(one, other), "{one} {other}");
        }
    }
}
