//! An object store: an S3-compatible bucket, or a folder that several machines share.
//!
//! The names of objects are those of the files in the data folder: `<prefix>/audits/<audit>/<file>`. Keys come from the
//! environment alone (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, …).

use crate::keep::manifest::MANIFEST;
use crate::keep::store::error::StoreError;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Name;
use object_store::{BackoffConfig, ObjectStore, ObjectStoreExt as _, RetryConfig, WriteMultipart};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// So many bytes go up in one piece.
const PIECE: usize = 8 << 20;
/// So many pieces are on their way at once.
const PIECES: usize = 4;

/// A bucket with a prefix.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    store: Arc<dyn ObjectStore>,
    prefix: Name,
    rules: Name,
    shown: String,
}

/// Why a file did not come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Absent {
    /// It is not there.
    #[error("it is not there")]
    Missing,
    /// Something went wrong.
    #[error("{0}")]
    Unreadable(String),
}

impl Bucket {
    /// What an address names; an endpoint where it is not Amazon's.
    pub(crate) fn open(address: &str, endpoint: Option<&str>) -> Result<Self, StoreError> {
        let wrong = |why: String| StoreError::Evidence(format!("cannot keep evidence in {address}: {why}"));
        let (store, prefix): (Arc<dyn ObjectStore>, &str) = match address.split_once("://") {
            Some(("s3", rest)) => {
                let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
                let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retries());
                if let Some(endpoint) = endpoint {
                    builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
                }
                (Arc::new(builder.build().map_err(|error| wrong(error.to_string()))?), prefix)
            }
            Some(("file", path)) => {
                std::fs::create_dir_all(path).map_err(|error| wrong(error.to_string()))?;
                let folder = LocalFileSystem::new_with_prefix(path).map_err(|error| wrong(error.to_string()))?;
                (Arc::new(folder), "")
            }
            _ => return Err(wrong("an address is s3://bucket/prefix or file:///folder".to_owned())),
        };
        let prefix = Name::from(prefix);
        let (rules, prefix) = (prefix.clone().join("rules"), prefix.join("audits"));
        Ok(Self { store, prefix, rules, shown: address.to_owned() })
    }

    fn name(&self, audit: &str, file: &str) -> Name {
        self.prefix.clone().join(audit).join(file)
    }

    fn failed(&self, doing: &str, name: &Name, error: impl std::fmt::Display) -> StoreError {
        StoreError::Evidence(format!("cannot {doing} {name} in {}: {error}", self.shown))
    }

    /// The audits that are whole.
    pub(crate) async fn names(&self) -> Result<Vec<String>, StoreError> {
        let listed = self.store.list_with_delimiter(Some(&self.prefix)).await;
        let listed = listed.map_err(|error| self.failed("list", &self.prefix, error))?;
        let mut whole = Vec::new();
        for folder in &listed.common_prefixes {
            let Some(audit) = folder.filename() else { continue };
            if self.has(audit).await? {
                whole.push(audit.to_owned());
            }
        }
        Ok(whole)
    }

    /// Whether an audit is whole.
    pub(crate) async fn has(&self, audit: &str) -> Result<bool, StoreError> {
        let name = self.name(audit, MANIFEST);
        match self.store.head(&name).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(self.failed("look at", &name, error)),
        }
    }

    /// The bytes of a small file.
    pub(crate) async fn get(&self, audit: &str, file: &str) -> Result<Vec<u8>, Absent> {
        let got = self.store.get(&self.name(audit, file)).await.map_err(absent)?;
        Ok(got.bytes().await.map_err(absent)?.to_vec())
    }

    /// Brings a file here, under its name only when it is whole.
    pub(crate) async fn fetch(&self, audit: &str, file: &str, to: &Path) -> Result<(), Absent> {
        let unwritable = |error: std::io::Error| Absent::Unreadable(format!("cannot write {}: {error}", to.display()));
        let size = self.store.head(&self.name(audit, file)).await.map_err(absent)?.size;
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder).map_err(unwritable)?;
        }
        let partial = to.with_extension(format!("{}.partial", std::process::id()));
        let mut out = std::fs::File::create(&partial).map_err(unwritable)?;
        let mut at = 0;
        while at < size {
            let end = size.min(at + PIECE as u64);
            let piece = self.store.get_range(&self.name(audit, file), at..end).await.map_err(absent)?;
            out.write_all(&piece).map_err(unwritable)?;
            at = end;
        }
        drop(out);
        std::fs::rename(&partial, to).map_err(unwritable)
    }

    /// Puts a file there.
    pub(crate) async fn put(&self, audit: &str, file: &str, from: &Path) -> Result<(), StoreError> {
        let name = self.name(audit, file);
        let failed = |error: &dyn std::fmt::Display| self.failed("write", &name, error);
        let mut source = std::fs::File::open(from).map_err(|error| failed(&error))?;
        let mut piece = Vec::new();
        let mut next = |piece: &mut Vec<u8>| {
            piece.clear();
            std::io::Read::by_ref(&mut source).take(PIECE as u64).read_to_end(piece)
        };
        if next(&mut piece).map_err(|error| failed(&error))? < PIECE {
            return self.put_bytes(audit, file, piece).await;
        }
        let upload = self.store.put_multipart(&name).await.map_err(|error| failed(&error))?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PIECE);
        while !piece.is_empty() {
            upload.wait_for_capacity(PIECES).await.map_err(|error| failed(&error))?;
            upload.write(&piece);
            if let Err(error) = next(&mut piece) {
                let _ = upload.abort().await;
                return Err(failed(&error));
            }
        }
        upload.finish().await.map_err(|error| failed(&error))?;
        Ok(())
    }

    /// Puts bytes there.
    pub(crate) async fn put_bytes(&self, audit: &str, file: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let name = self.name(audit, file);
        self.store.put(&name, bytes.into()).await.map_err(|error| self.failed("write", &name, error))?;
        Ok(())
    }

    /// The rules of a revision; none where they are not there.
    pub(crate) async fn rules(&self, revision: &str) -> Option<Vec<u8>> {
        let got = self.store.get(&self.rules.clone().join(format!("{revision}.json"))).await.ok()?;
        Some(got.bytes().await.ok()?.to_vec())
    }

    /// Puts the rules of a revision there, unless they are.
    pub(crate) async fn put_rules(&self, revision: &str, text: Vec<u8>) -> Result<(), StoreError> {
        let name = self.rules.clone().join(format!("{revision}.json"));
        match self.store.head(&name).await {
            Ok(_) => Ok(()),
            Err(object_store::Error::NotFound { .. }) => {
                let put = self.store.put(&name, text.into()).await;
                put.map(|_| ()).map_err(|error| self.failed("write", &name, error))
            }
            Err(error) => Err(self.failed("look at", &name, error)),
        }
    }

    /// Takes a file away; what is not there is no matter.
    pub(crate) async fn remove(&self, audit: &str, file: &str) {
        let _ = self.store.delete(&self.name(audit, file)).await;
    }
}

/// A bucket that is away is asked again for some seconds; then it is said.
fn retries() -> RetryConfig {
    let backoff = BackoffConfig {
        init_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_secs(5),
        ..BackoffConfig::default()
    };
    RetryConfig { backoff, max_retries: 6, retry_timeout: Duration::from_secs(60) }
}

fn absent(error: object_store::Error) -> Absent {
    match error {
        object_store::Error::NotFound { .. } => Absent::Missing,
        other => Absent::Unreadable(other.to_string()),
    }
}
