//! The accounts of people: who may sign in, as what. One file in the data folder, written aside and renamed.
//!
//! Of a password only a slow hash (argon2id) is kept. The file is read again when it changed, so that an account that is
//! disabled on the command line is out at once.

use super::page::Role;
use crate::base::failure::Failure;
use crate::keep::data::{unreadable, unwritable};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use tokio::sync::Semaphore;

/// The name of the file.
pub(crate) const FILE: &str = "accounts.json";
/// The most letters of a name.
pub(crate) const LONGEST_NAME: usize = 64;
/// The fewest letters of a password.
pub(crate) const SHORTEST: usize = 12;
/// The most bytes of a password: more would only cost time.
const LONGEST: usize = 1_024;
/// Passwords that are looked at at once: each takes 19 MiB for a while.
const AT_ONCE: usize = 2;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    /// What the person is called, and signs decisions with.
    pub(crate) name: String,
    /// What it may do.
    pub(crate) role: Role,
    /// The hash of the password, in PHC form; empty where none was ever given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) hash: String,
    /// Whom it belongs to, where that person signs in by OpenID Connect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) openid: Option<Bound>,
    /// Since when.
    pub(crate) since: Timestamp,
    /// Whether it is out of use.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) disabled: bool,
}

/// A person as a provider of OpenID Connect knows them: whatever else changes, these two do not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bound {
    /// The provider.
    pub(crate) issuer: String,
    /// What it counts the person by.
    pub(crate) subject: String,
}

/// All accounts.
#[derive(Debug)]
pub(crate) struct Accounts {
    path: PathBuf,
    turns: Semaphore,
    /// A hash that no password has: an unknown name takes as long as a known one.
    nobody: String,
    /// Who writes, of those who sign in.
    #[cfg(feature = "openid-connect")]
    writing: std::sync::Mutex<()>,
}

impl Accounts {
    /// The accounts of a file, which need not be there yet.
    pub(crate) fn new(path: PathBuf) -> Self {
        let nobody = hash("nobody has this password").unwrap_or_default();
        Self {
            path,
            turns: Semaphore::new(AT_ONCE),
            nobody,
            #[cfg(feature = "openid-connect")]
            writing: std::sync::Mutex::default(),
        }
    }

    /// Every account, by name.
    pub(crate) fn list(&self) -> Result<Vec<Account>, Failure> {
        match fs::read(&self.path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| {
                Failure::new(format_args!("{}: {error}", self.path.display()))
                    .next("mend that line, or restore the file")
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(unreadable(&self.path, &error)),
        }
    }

    /// Adds an account, or gives one that is there a new password and role.
    pub(crate) fn put(&self, name: &str, role: Role, password: &str, now: Timestamp) -> Result<(), Failure> {
        let name = name.trim();
        let sound = !name.is_empty() && name.chars().count() <= LONGEST_NAME && name == crate::base::plain::plain(name);
        if !sound {
            return Err(Failure::new("that is no name for an account")
                .next("give 1 to 64 letters without line breaks or control characters"));
        }
        if password.chars().count() < SHORTEST || password.len() > LONGEST {
            return Err(Failure::new("the password is too short or too long")
                .next(format_args!("give {SHORTEST} letters or more, such as five words")));
        }
        let mut accounts = self.list()?;
        let hash = hash(password)?;
        // Whoever signs in by OpenID Connect goes on to do so.
        let before = accounts.iter().position(|account| is_called(account, name)).map(|place| accounts.remove(place));
        let openid = before.and_then(|account| account.openid);
        accounts.push(Account { name: name.to_owned(), role, hash, openid, since: now, disabled: false });
        self.write(accounts)
    }

    /// The account of a person whom a provider has signed in, with the role that it has now; a new one where there is none
    /// yet, under a name that nobody else has. None where it is out of use.
    #[cfg(feature = "openid-connect")]
    pub(crate) fn bind(&self, who: &Bound, name: &str, role: Role, now: Timestamp) -> Result<Option<Account>, Failure> {
        let _alone = self.writing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut accounts = self.list()?;
        if let Some(account) = accounts.iter_mut().find(|account| account.openid.as_ref() == Some(who)) {
            if account.disabled {
                return Ok(None);
            }
            let changed = account.role != role;
            account.role = role;
            let account = account.clone();
            if changed {
                self.write(accounts)?;
            }
            return Ok(Some(account));
        }
        // In the log, the program itself signs with its own name.
        let taken = |name: &str| name.to_lowercase() == "probity" || accounts.iter().any(|one| is_called(one, name));
        let numbered = |number: usize| {
            let mark = if number < 2 { String::new() } else { format!(" ({number})") };
            let room = LONGEST_NAME.saturating_sub(mark.len());
            let start: String = name.chars().take(room).collect();
            format!("{}{mark}", start.trim_end())
        };
        let name = (1..=accounts.len() + 2).map(numbered).find(|name| !taken(name));
        let name = name.ok_or_else(|| Failure::new("there is no name left for a new account"))?;
        let account =
            Account { name, role, hash: String::new(), openid: Some(who.clone()), since: now, disabled: false };
        accounts.push(account.clone());
        self.write(accounts)?;
        Ok(Some(account))
    }

    /// The name of a person's account, where there is one.
    #[cfg(feature = "openid-connect")]
    pub(crate) fn bound(&self, who: &Bound) -> Option<String> {
        let accounts = self.list().ok()?;
        accounts.into_iter().find(|account| account.openid.as_ref() == Some(who)).map(|account| account.name)
    }

    /// Takes an account out of use. Whether there was one.
    pub(crate) fn disable(&self, name: &str) -> Result<bool, Failure> {
        let mut accounts = self.list()?;
        let Some(account) = accounts.iter_mut().find(|account| is_called(account, name)) else { return Ok(false) };
        account.disabled = true;
        self.write(accounts)?;
        Ok(true)
    }

    /// Whether an account is still in use, and as what.
    pub(crate) fn role(&self, name: &str) -> Option<Role> {
        let accounts = self.list().ok()?;
        accounts.iter().find(|account| account.name == name && !account.disabled).map(|account| account.role)
    }

    /// The account with this name and password.
    pub(crate) async fn enter(&self, name: String, password: String) -> Result<Option<Account>, Failure> {
        let account = self.list()?.into_iter().find(|account| is_called(account, &name) && !account.disabled);
        // Who has no password takes as long as who is not there.
        let hash = account.as_ref().map(|account| &account.hash).filter(|hash| !hash.is_empty());
        let hash = hash.unwrap_or(&self.nobody).clone();
        let has_password = account.as_ref().is_some_and(|account| !account.hash.is_empty());
        let Ok(turn) = self.turns.acquire().await else { return Ok(None) };
        let work = tokio::task::spawn_blocking(move || {
            let known = PasswordHash::new(&hash).ok();
            password.len() <= LONGEST
                && known.is_some_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        let right = work.await.unwrap_or(false);
        drop(turn);
        Ok(account.filter(|_| right && has_password))
    }

    fn write(&self, mut accounts: Vec<Account>) -> Result<(), Failure> {
        accounts.sort_by(|one, other| one.name.cmp(&other.name));
        let cannot = |error: io::Error| unwritable(&self.path, &error);
        let partial = self.path.with_extension("json.partial");
        let text = serde_json::to_vec_pretty(&accounts).map_err(|error| cannot(error.into()))?;
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(cannot)?;
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&partial).map_err(cannot)?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(cannot)?;
        fs::rename(&partial, &self.path).map_err(cannot)
    }
}

fn is_called(account: &Account, name: &str) -> bool {
    account.name.to_lowercase() == name.trim().to_lowercase()
}

fn hash(password: &str) -> Result<String, Failure> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string())
        .map_err(|error| Failure::new(format_args!("a password cannot be hashed: {error}")).next("please report this"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_account_enters_with_its_password_until_it_is_disabled() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::new(folder.path().join(FILE));
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        assert!(accounts.put("ada", Role::Reviewer, "short", now).is_err());
        assert!(accounts.put("a\u{202e}da", Role::Reviewer, "correct horse battery", now).is_err());
        accounts.put("Ada", Role::Reviewer, "correct horse battery", now).unwrap();
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(text.contains("$argon2id$") && !text.contains("horse"), "{text}");
        let enter = async |name: &str, password: &str| {
            accounts.enter(name.to_owned(), password.to_owned()).await.unwrap().map(|account| account.name)
        };
        assert_eq!(enter("ada", "correct horse battery").await.as_deref(), Some("Ada"));
        assert_eq!(enter("ada", "correct horse batterz").await, None);
        assert_eq!(enter("bob", "nobody has this password").await, None);
        assert_eq!(accounts.role("Ada"), Some(Role::Reviewer));
        assert!(accounts.disable("ADA").unwrap() && !accounts.disable("bob").unwrap());
        assert_eq!(enter("ada", "correct horse battery").await, None);
        assert_eq!(accounts.role("Ada"), None);
    }

    #[cfg(feature = "openid-connect")]
    #[tokio::test]
    async fn a_person_keeps_an_account_and_nobody_takes_another_ones_name() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::new(folder.path().join(FILE));
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        let person = |subject: &str| Bound { issuer: "https://a.example".into(), subject: subject.into() };
        let bind = |subject: &str, name: &str, role| {
            accounts.bind(&person(subject), name, role, now).unwrap().map(|account| (account.name, account.role))
        };
        accounts.put("Ada", Role::Administrator, "correct horse battery", now).unwrap();
        let reader = |name: &str| Some((name.to_owned(), Role::Reader));
        assert_eq!(bind("1", "ada", Role::Reader), reader("ada (2)"));
        assert_eq!(bind("2", "ADA", Role::Reader), reader("ADA (3)"));
        assert_eq!(bind("3", "Probity", Role::Reader), reader("Probity (2)"));
        assert_eq!(bind("4", &"x".repeat(64), Role::Reader), reader(&"x".repeat(64)));
        assert_eq!(bind("5", &"x".repeat(64), Role::Reader), reader(&format!("{} (2)", "x".repeat(60))));
        // The name stays, the role follows, and another provider's subject is another person.
        assert_eq!(bind("1", "renamed", Role::Reviewer), Some(("ada (2)".to_owned(), Role::Reviewer)));
        let other = Bound { issuer: "https://b.example".into(), ..person("1") };
        assert_eq!(accounts.bind(&other, "bob", Role::Reader, now).unwrap().unwrap().name, "bob");
        // Without a password nobody enters with one.
        for password in ["", "nobody has this password"] {
            assert!(accounts.enter("bob".to_owned(), password.to_owned()).await.unwrap().is_none());
        }
        assert!(accounts.disable("ada (2)").unwrap());
        assert_eq!(bind("1", "ada", Role::Reviewer), None);
        // Given a password, the account is in use again, and the same person's.
        accounts.put("ada (2)", Role::Reader, "correct horse battery", now).unwrap();
        assert_eq!(bind("1", "ada", Role::Reader), reader("ada (2)"));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::new(folder.path().join(FILE));
        accounts.put("ada", Role::Reader, "correct horse battery", "2026-06-01T00:00:00Z".parse().unwrap()).unwrap();
        let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
