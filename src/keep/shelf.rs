//! The files of kept audits for those who only read: in the data folder, or fetched from where evidence is kept elsewhere.
//!
//! A fetched file stays as a copy in the data folder and is checked against its digest. It blocks, so pages ask it beside the
//! threads that answer. It registers nothing and decides nothing.

use crate::base::failure::Failure;
use crate::keep::data::Data;
use crate::keep::evidence::Evidence;
use crate::keep::manifest::Manifest;
use crate::keep::manifest::SERVICES;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Handle;

/// Where files of audits are read.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    data: Data,
    far: Option<Far>,
}

/// Evidence that lies elsewhere.
#[derive(Clone, Debug)]
struct Far {
    evidence: Evidence,
    runtime: Handle,
    /// What belongs to an audit never changes.
    manifests: Arc<Mutex<BTreeMap<String, Arc<Manifest>>>>,
}

impl Shelf {
    /// The data folder.
    pub(crate) fn folder(data: Data) -> Self {
        Self { data, far: None }
    }

    /// Where evidence is kept; `runtime` is what fetches it.
    pub(crate) fn of(data: Data, evidence: Evidence, runtime: Handle) -> Self {
        let far = evidence.is_shared().then(|| Far { evidence, runtime, manifests: Arc::default() });
        Self { data, far }
    }

    /// Whether files come from elsewhere.
    pub(crate) fn is_far(&self) -> bool {
        self.far.is_some()
    }

    /// The names of the audits, the oldest first.
    pub(crate) fn names(&self) -> Result<Vec<String>, Failure> {
        match &self.far {
            Some(far) => Ok(far.runtime.block_on(far.evidence.names())?),
            None => {
                let folders = self.data.audits(None)?;
                let name = |folder: &PathBuf| Some(folder.file_name()?.to_str()?.to_owned());
                Ok(folders.iter().rev().filter_map(name).collect())
            }
        }
    }

    /// Where a file of an audit lies now; none where the audit has no such file. The name of the audit is one of
    /// [`Shelf::names`], never one that somebody wrote.
    pub(crate) fn file(&self, audit: &str, name: &str) -> Result<Option<PathBuf>, Failure> {
        let Some(far) = &self.far else {
            let path = self.data.audit(audit).join(name);
            return Ok(path.exists().then_some(path));
        };
        let known = far.manifests.lock().unwrap_or_else(PoisonError::into_inner).get(audit).cloned();
        let manifest = match known {
            Some(manifest) => manifest,
            None => {
                let manifest = Arc::new(far.runtime.block_on(far.evidence.manifest(audit))?);
                let mut manifests = far.manifests.lock().unwrap_or_else(PoisonError::into_inner);
                manifests.insert(audit.to_owned(), Arc::clone(&manifest));
                manifest
            }
        };
        let Some(file) = manifest.files.iter().find(|file| file.name == name) else { return Ok(None) };
        let found = far.runtime.block_on(far.evidence.file(audit, file));
        found.map(Some).map_err(|lost| Failure::new(lost).next("`probity status --check` names all that is missing"))
    }

    /// The same where the audit has to have it.
    pub(crate) fn needed(&self, audit: &str, name: &str) -> Result<PathBuf, Failure> {
        self.file(audit, name)?.ok_or_else(|| Failure::new(format_args!("the audit {audit} has no {name}")))
    }

    /// The services in an audit.
    pub(crate) fn services(&self, audit: &str) -> Result<Vec<String>, Failure> {
        let path = self.needed(audit, SERVICES)?;
        let text = std::fs::read_to_string(&path).map_err(|error| crate::keep::data::unreadable(&path, &error))?;
        Ok(text.lines().map(str::to_owned).collect())
    }
}
