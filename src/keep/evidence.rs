//! Where evidence is kept: the data folder, or a bucket (or shared folder) that several machines use.
//!
//! An audit is a folder of files. Its manifest names them with their digests and is written last: what has one is whole. A
//! file that is missing or was altered is said by name, and everything else goes on working. It knows nothing of what stands
//! in the files.

pub(crate) mod bucket;

use crate::keep::data::Data;
use crate::keep::manifest::{File, MANIFEST, Manifest, NAMES, digest};
use crate::keep::settings::Settings;
use crate::keep::store::error::StoreError;
use bucket::Bucket;
use serde::Serialize;
use std::fs;
use std::io;
use std::path::PathBuf;

/// What is wrong with a file of an audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub(crate) enum Lost {
    /// It is not there.
    #[error("{file} of audit {audit} is missing")]
    Missing {
        /// The audit.
        audit: String,
        /// The file.
        file: String,
    },
    /// It is another one than was kept.
    #[error("{file} of audit {audit} was altered: its digest is {found}, that of what was kept is {kept}")]
    Altered {
        /// The audit.
        audit: String,
        /// The file.
        file: String,
        /// The digest in the manifest.
        kept: String,
        /// The digest of what is there.
        found: String,
    },
    /// It cannot be had now.
    #[error("{file} of audit {audit} cannot be read: {why}")]
    Unreadable {
        /// The audit.
        audit: String,
        /// The file.
        file: String,
        /// What was said.
        why: String,
    },
}

/// The evidence. Clones are the same place.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    data: Data,
    bucket: Option<Bucket>,
}

impl Evidence {
    /// What the settings name: the data folder, `s3://bucket/prefix` or `file:///folder`.
    ///
    /// # Errors
    /// Where the address is none of these.
    pub(crate) fn open(data: Data, settings: &Settings) -> Result<Self, StoreError> {
        let address = settings.evidence.as_deref();
        let endpoint = settings.evidence_endpoint.as_deref();
        let bucket = address.map(|address| Bucket::open(address, endpoint)).transpose()?;
        Ok(Self { data, bucket })
    }

    /// Whether several machines can see it.
    pub(crate) fn is_shared(&self) -> bool {
        self.bucket.is_some()
    }

    /// The names of all audits that are whole, sorted. With a bucket also those that lie in the data folder still, because
    /// something came between.
    pub(crate) async fn names(&self) -> Result<Vec<String>, StoreError> {
        let mut names = self.here()?;
        if let Some(bucket) = &self.bucket {
            names.extend(bucket.names().await?);
        }
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// The names of the audits that lie in the data folder.
    pub(crate) fn here(&self) -> Result<Vec<String>, StoreError> {
        let folders = self.data.audits(None).map_err(|failure| StoreError::Evidence(failure.to_string()))?;
        Ok(folders.iter().filter_map(|folder| Some(folder.file_name()?.to_str()?.to_owned())).collect())
    }

    /// Whether an audit is there, whole.
    pub(crate) async fn has(&self, audit: &str) -> Result<bool, StoreError> {
        if self.data.audit(audit).join(MANIFEST).exists() {
            return Ok(true);
        }
        match &self.bucket {
            Some(bucket) => bucket.has(audit).await,
            None => Ok(false),
        }
    }

    /// What belongs to an audit.
    pub(crate) async fn manifest(&self, audit: &str) -> Result<Manifest, StoreError> {
        let folder = self.data.audit(audit);
        let unreadable = |why: String| StoreError::Evidence(format!("the manifest of audit {audit}: {why}"));
        if folder.exists() {
            return match fs::read(folder.join(MANIFEST)) {
                Ok(text) => serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string())),
                // Audits of the first days have none.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    Manifest::of(&folder, None).map_err(|error| unreadable(error.to_string()))
                }
                Err(error) => Err(unreadable(error.to_string())),
            };
        }
        match &self.bucket {
            Some(bucket) => {
                let text = bucket.get(audit, MANIFEST).await.map_err(|lost| unreadable(lost.to_string()))?;
                serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))
            }
            None => Err(unreadable("there is no such folder".to_owned())),
        }
    }

    /// Brings an audit that lies in the data folder to where evidence is kept, if it is not there yet. Its manifest goes last.
    pub(crate) async fn publish(&self, audit: &str) -> Result<(), StoreError> {
        let folder = self.data.audit(audit);
        let Some(bucket) = self.bucket.as_ref().filter(|_| folder.exists()) else { return Ok(()) };
        let manifest = self.manifest(audit).await?;
        for file in &manifest.files {
            bucket.put(audit, &file.name, &folder.join(&file.name)).await?;
        }
        let text = serde_json::to_vec(&manifest).map_err(StoreError::broken)?;
        bucket.put_bytes(audit, MANIFEST, text).await
    }

    /// The files of the rules of a revision, as they were kept; none where they were not.
    pub(crate) async fn rules(&self, revision: &str) -> Option<Vec<u8>> {
        // The name of a file comes from it.
        if revision.is_empty() || !revision.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        match (fs::read(self.data.rules(revision)), &self.bucket) {
            (Ok(text), _) => Some(text),
            (Err(_), Some(bucket)) => bucket.rules(revision).await,
            (Err(_), None) => None,
        }
    }

    /// Brings the rules of a revision to where evidence is kept, if they lie in the data folder and are not there yet.
    pub(crate) async fn publish_rules(&self, revision: &str) -> Result<(), StoreError> {
        match (&self.bucket, fs::read(self.data.rules(revision))) {
            (Some(bucket), Ok(text)) => bucket.put_rules(revision, text).await,
            _ => Ok(()),
        }
    }

    /// Takes the copy in the data folder away, where the evidence is kept elsewhere.
    pub(crate) fn tidy(&self, audit: &str) {
        if self.bucket.is_some() {
            // A copy that cannot be removed does no harm.
            let _ = fs::remove_dir_all(self.data.audit(audit));
        }
    }

    /// Takes away the copies of what an audit keeps elsewhere.
    pub(crate) fn forget(&self, audit: &str) {
        // A copy that cannot be removed does no harm.
        let _ = fs::remove_dir_all(self.data.cache(audit, ""));
    }

    /// Takes away what was published but is another's to register.
    pub(crate) async fn discard(&self, audit: &str) {
        let _ = fs::remove_dir_all(self.data.audit(audit));
        if let Some(bucket) = &self.bucket {
            bucket.remove(audit, MANIFEST).await;
            for name in NAMES {
                bucket.remove(audit, name).await;
            }
        }
    }

    /// Where a file of an audit lies, as it was kept: its digest is checked.
    pub(crate) async fn file(&self, audit: &str, file: &File) -> Result<PathBuf, Lost> {
        let path = self.data.audit(audit).join(&file.name);
        if self.bucket.is_none() || path.exists() {
            return checked(audit, file, path).await;
        }
        let cached = self.data.cache(audit, &file.name);
        if let Ok(path) = checked(audit, file, cached.clone()).await {
            return Ok(path);
        }
        let unreadable = |why: String| Lost::Unreadable { audit: audit.to_owned(), file: file.name.clone(), why };
        if let Some(bucket) = &self.bucket {
            bucket.fetch(audit, &file.name, &cached).await.map_err(|error| match error {
                bucket::Absent::Missing => Lost::Missing { audit: audit.to_owned(), file: file.name.clone() },
                bucket::Absent::Unreadable(why) => unreadable(why),
            })?;
        }
        checked(audit, file, cached).await
    }

    /// The same by name; missing where the audit has no such file.
    pub(crate) async fn named(&self, audit: &str, files: &[File], name: &str) -> Result<PathBuf, Lost> {
        match files.iter().find(|file| file.name == name) {
            Some(file) => self.file(audit, file).await,
            None => Err(Lost::Missing { audit: audit.to_owned(), file: name.to_owned() }),
        }
    }

    /// What is wrong with the files of an audit.
    pub(crate) async fn check(&self, audit: &str, files: &[File]) -> Vec<Lost> {
        let mut lost = Vec::new();
        for file in files {
            lost.extend(self.file(audit, file).await.err());
        }
        lost
    }
}

/// A path, if what lies there is what was kept.
async fn checked(audit: &str, file: &File, path: PathBuf) -> Result<PathBuf, Lost> {
    let at = path.clone();
    let found = tokio::task::spawn_blocking(move || digest(&at)).await;
    let found = found.unwrap_or_else(|panic| Err(io::Error::other(panic.to_string())));
    match found {
        Ok((_, found)) if found == file.digest => Ok(path),
        Ok((_, found)) => {
            Err(Lost::Altered { audit: audit.to_owned(), file: file.name.clone(), kept: file.digest.clone(), found })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Lost::Missing { audit: audit.to_owned(), file: file.name.clone() })
        }
        Err(error) => {
            Err(Lost::Unreadable { audit: audit.to_owned(), file: file.name.clone(), why: error.to_string() })
        }
    }
}
