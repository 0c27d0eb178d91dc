//! What belongs to an audit: the names of its files, their digests, and the job that it was done for.
//!
//! The manifest is written last: an audit that has one is whole.

use crate::base::pool;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// The name of an audit's archive.
pub(crate) const ARCHIVE: &str = "archive.warc.gz";
/// The name of an audit's result: what `audit --format json` prints.
pub(crate) const RESULT: &str = "result.json";
/// The name of the file with the facts of each service, a line each: what `explain` judges again.
pub(crate) const FACTS: &str = "facts.jsonl";
/// The name of the file with what grades rest on, a line each service: by it many audits are judged again.
pub(crate) const GROUNDS: &str = "grounds.jsonl";
/// The name of the list of services in an audit, one id a line: what `show` looks through.
pub(crate) const SERVICES: &str = "services.txt";
/// The name of the file that says what belongs to an audit.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The files that an audit can have, in the order in which they are listed.
pub(crate) const NAMES: &[&str] = &[ARCHIVE, FACTS, GROUNDS, RESULT, SERVICES];

/// A file of an audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct File {
    /// Its name in the folder of the audit.
    pub(crate) name: String,
    /// Its length.
    pub(crate) bytes: u64,
    /// `sha256:` and its digest.
    pub(crate) digest: String,
}

/// What belongs to an audit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The files, sorted by name.
    pub(crate) files: Vec<File>,
    /// The job that it was done for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) job: Option<Claim>,
}

impl Manifest {
    /// Of the files that lie in a folder.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub(crate) fn of(folder: &Path, job: Option<Claim>) -> io::Result<Self> {
        let file = |name: &str| {
            let (bytes, digest) = digest(&folder.join(name))?;
            Ok(File { name: name.to_owned(), bytes, digest })
        };
        let files: io::Result<Vec<File>> = std::thread::scope(|scope| {
            let there = NAMES.iter().filter(|name| folder.join(name).exists());
            let digests: Vec<_> = there.map(|name| scope.spawn(move || file(name))).collect();
            digests.into_iter().map(pool::joined).collect()
        });
        Ok(Self { files: files?, job })
    }
}

/// The length and the digest of a file.
pub(crate) fn digest(path: &Path) -> io::Result<(u64, String)> {
    let mut file = fs::File::open(path)?;
    let (mut hash, mut length) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((length, format!("sha256:{}", data_encoding::HEXLOWER.encode(&hash.finalize())))),
            read => {
                hash.update(&buffer[..read]);
                length += read as u64;
            }
        }
    }
}

/// Which job an audit is done for; only who still holds it may register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claim {
    /// The job.
    pub(crate) job: String,
    /// Who works on it.
    pub(crate) worker: String,
    /// The how many-th try it is.
    pub(crate) attempt: i64,
}
