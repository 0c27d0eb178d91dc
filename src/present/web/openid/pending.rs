//! Sign-ins that were begun and are not over: what the provider's answer must match, kept here and bound to one browser.
//!
//! The browser holds a random id and nothing else. What is taken out is gone: an answer counts once.

use crate::present::web::session::{key, random};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How long somebody may take at the provider.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Sign-ins at one time; of more the oldest is forgotten.
const MOST: usize = 10_000;

/// A sign-in that was begun.
#[derive(Clone)]
pub(super) struct Begun {
    /// The word that comes back with the answer.
    pub(super) state: String,
    /// The word that the token must carry.
    pub(super) nonce: String,
    /// What shows the provider that whoever fetches the token is whoever asked (PKCE).
    pub(super) verifier: String,
    /// The page to go to afterwards.
    pub(super) to: String,
    /// Since when.
    pub(super) at: Timestamp,
}

/// All of them, by the digest of the id.
#[derive(Default)]
pub(super) struct Pending(Mutex<BTreeMap<String, Begun>>);

impl Pending {
    /// Keeps one and gives its id; none where this machine has no randomness.
    pub(super) fn put(&self, begun: Begun) -> Option<String> {
        let id = random();
        if id.is_empty() {
            return None;
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = begun.at;
        if all.len() >= MOST {
            all.retain(|_, one| one.lives(now));
        }
        if all.len() >= MOST
            && let Some(oldest) = all.iter().min_by_key(|(_, one)| one.at).map(|(key, _)| key.clone())
        {
            all.remove(&oldest);
        }
        all.insert(key(&id), begun);
        Some(id)
    }

    /// Takes one out, if it still lives.
    pub(super) fn take(&self, id: &str, now: Timestamp) -> Option<Begun> {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(id));
        taken.filter(|one| one.lives(now))
    }
}

impl Begun {
    fn lives(&self, now: Timestamp) -> bool {
        now.duration_since(self.at) < LIFE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(second: i64) -> Begun {
        let at = Timestamp::from_second(1_780_000_000 + second).unwrap();
        Begun { state: "s".into(), nonce: "n".into(), verifier: "v".into(), to: "/".into(), at }
    }

    #[test]
    fn an_answer_counts_once_and_not_for_ever() {
        let pending = Pending::default();
        let (one, two) = (pending.put(begun(0)).unwrap(), pending.put(begun(0)).unwrap());
        assert!(one != two && pending.take("guessed", begun(1).at).is_none());
        assert!(pending.take(&one, begun(599).at).is_some());
        assert!(pending.take(&one, begun(599).at).is_none(), "once");
        assert!(pending.take(&two, begun(600).at).is_none(), "late");
    }

    #[test]
    fn there_is_a_bound() {
        let pending = Pending::default();
        let first = pending.put(begun(0)).unwrap();
        for _ in 0..MOST {
            pending.put(begun(1)).unwrap();
        }
        assert_eq!(pending.0.lock().unwrap().len(), MOST);
        assert!(pending.take(&first, begun(2).at).is_none());
    }
}
