//! The data folder: what audits leave behind, and how it is found again.
//!
//! `audits/<stamp>/` holds one audit: its archive, its result, its list of services. It is written beside that name
//! and renamed when it is whole, so that a crash, a full disk or a second process leaves nothing half-written that
//! could be taken for an audit. It knows names of files, not what stands in them.

use crate::base::failure::Failure;
use crate::keep::manifest::{Claim, MANIFEST, Manifest, SERVICES};
use crate::keep::settings::Settings;
use jiff::Timestamp;
use probity_rules::rating::Audit;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The folder of databases that were fetched.
const GEOIP: &str = "geoip";
/// The data folder.
#[derive(Clone, Debug)]
pub(crate) struct Data {
    root: PathBuf,
    /// Where audits and copies of them lie: the folder itself, or one within it for a store and evidence that are elsewhere.
    home: PathBuf,
}

impl Data {
    /// The folder that was named, or the platform's place for a program's data.
    pub(crate) fn new(named: Option<PathBuf>) -> Result<Self, Failure> {
        let usual = || directories::ProjectDirs::from("", "", "probity").map(|dirs| dirs.data_dir().to_owned());
        let root = named.or_else(usual).ok_or_else(|| {
            Failure::new("no data folder: this account has no home folder").next("name one: --data DIR or PROBITY_DATA")
        })?;
        Ok(Self { home: root.clone(), root })
    }

    /// The folder that the settings name. Where they name none, but a store and a place for evidence, the platform's folder
    /// lends a room of their own to these two: the audits that lie there for other work are not theirs.
    pub(crate) fn of(settings: &Settings) -> Result<Self, Failure> {
        let data = Self::new(settings.data.clone())?;
        Ok(match (&settings.store, &settings.evidence) {
            (Some(store), Some(evidence)) if settings.data.is_none() => data.apart(store, evidence),
            _ => data,
        })
    }

    /// The same folder with a room for one store and one place of evidence.
    fn apart(self, store: &str, evidence: &str) -> Self {
        let digest = Sha256::digest(format!("{store}\n{evidence}"));
        let name = data_encoding::HEXLOWER.encode(&digest[..8]);
        Self { home: self.root.join("elsewhere").join(name), root: self.root }
    }

    /// The folder itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of an audit.
    pub(crate) fn audit(&self, name: &str) -> PathBuf {
        self.home.join("audits").join(name)
    }

    /// Where a copy of a file lies that is kept elsewhere. Whoever needs room may empty that folder.
    pub(crate) fn cache(&self, audit: &str, file: &str) -> PathBuf {
        self.home.join("cache").join(audit).join(file)
    }

    /// Where the notes on the pages of a service lie; they may be emptied like all of the cache.
    pub(crate) fn notes(&self, service: &str) -> PathBuf {
        self.home.join("cache").join("notes").join(service)
    }

    /// The databases for places of addresses that were fetched into it, sorted by name.
    pub(crate) fn databases(&self) -> Result<Vec<PathBuf>, Failure> {
        let folder = self.root.join(GEOIP);
        let mut found = Vec::new();
        match fs::read_dir(&folder) {
            Err(error) if none_there(&error) => return Ok(found),
            Err(error) => return Err(unreadable(&folder, &error)),
            Ok(entries) => {
                for entry in entries {
                    found.push(entry.map_err(|error| unreadable(&folder, &error))?.path());
                }
            }
        }
        found.retain(|path| path.extension().is_some_and(|ending| ending == "mmdb"));
        found.sort();
        Ok(found)
    }

    /// Puts a database there, in place of one of the same name. Who is reading the old one keeps it.
    pub(crate) fn keep_database(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let path = self.root.join(GEOIP).join(name);
        replace(&path, bytes, true).map_err(|error| unwritable(&path, &error))?;
        Ok(path)
    }

    /// Where the rules of a revision lie that audits were judged by.
    pub(crate) fn rules(&self, revision: &str) -> PathBuf {
        self.home.join("rules").join(format!("{revision}.json"))
    }

    /// Keeps the rules of a revision, once.
    pub(crate) fn keep_rules(&self, revision: &str, text: &[u8]) -> Result<(), Failure> {
        let path = self.rules(revision);
        if path.exists() {
            return Ok(());
        }
        replace(&path, text, true).map_err(|error| unwritable(&path, &error))
    }

    /// Begins an audit at a time. Nobody else sees it until it is kept.
    pub(crate) fn begin(&self, at: Timestamp) -> Result<Draft, Failure> {
        self.begin_as(&at.strftime("%Y%m%dT%H%M%SZ").to_string())
    }

    /// Begins an audit with a name; where there is one of that name already, a number follows it.
    pub(crate) fn begin_as(&self, base: &str) -> Result<Draft, Failure> {
        let audits = self.home.join("audits");
        fs::create_dir_all(&audits).map_err(|error| unwritable(&audits, &error))?;
        for count in 1.. {
            let stamp = if count == 1 { base.to_owned() } else { format!("{base}-{count:02}") };
            let folder = audits.join(format!("{stamp}.partial"));
            if audits.join(&stamp).exists() {
                continue;
            }
            match fs::create_dir(&folder) {
                Ok(()) => return Ok(Draft { home: audits.join(stamp), folder, kept: false, job: None }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(unwritable(&folder, &error)),
            }
        }
        Err(Failure::new(format_args!("no free name for an audit in {}", audits.display())))
    }

    /// The folders of the audits that hold a service (or, without one, of all), the newest first.
    pub(crate) fn audits(&self, service: Option<&str>) -> Result<Vec<PathBuf>, Failure> {
        let folder = self.home.join("audits");
        let names = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if none_there(&error) => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(&folder, &error)),
        };
        let mut found = Vec::new();
        for entry in names {
            let path = entry.map_err(|error| unreadable(&folder, &error))?.path();
            let listed = path.join(SERVICES);
            if path.extension().is_some() || !listed.exists() {
                continue;
            }
            let holds = match service {
                None => true,
                Some(id) => fs::read_to_string(&listed)
                    .map_err(|error| unreadable(&listed, &error))?
                    .lines()
                    .any(|line| line == id),
            };
            if holds {
                found.push(path);
            }
        }
        found.sort();
        found.reverse();
        Ok(found)
    }

    /// The services of an audit, given its folder.
    pub(crate) fn services(audit: &Path) -> Result<Vec<String>, Failure> {
        let listed = audit.join(SERVICES);
        let text = fs::read_to_string(&listed).map_err(|error| unreadable(&listed, &error))?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// The newest audit that holds a service.
    pub(crate) fn last(&self, service: &str) -> Result<PathBuf, Failure> {
        let newest = self.audits(Some(service))?.into_iter().next();
        newest.ok_or_else(|| {
            let mut known = self.known().unwrap_or_default();
            known.truncate(12);
            let failure = Failure::new(format_args!("no audit of `{service}` in {}", self.home.display()));
            match known.is_empty() {
                true => failure.next(format_args!("probity audit {service}")),
                false => failure
                    .next(format_args!("probity audit {service}, or name one that was audited: {}", known.join(", "))),
            }
        })
    }

    /// The services of the newest audit.
    fn known(&self) -> Result<Vec<String>, Failure> {
        self.audits(None)?.first().map_or(Ok(Vec::new()), |newest| Self::services(newest))
    }
}

/// An audit that is being written. Dropped without being kept, it is removed.
#[derive(Debug)]
pub(crate) struct Draft {
    folder: PathBuf,
    home: PathBuf,
    kept: bool,
    job: Option<Claim>,
}

impl Draft {
    /// Says for which job it is done.
    pub(crate) fn is_for(&mut self, job: Claim) {
        self.job = Some(job);
    }

    /// Where a file of it lies while it is written.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A new file of it.
    pub(crate) fn file(&self, name: &str) -> Result<Output, Failure> {
        let path = self.path(name);
        let file = File::create_new(&path).map_err(|error| unwritable(&path, &error))?;
        Ok(Output { file: BufWriter::with_capacity(1 << 16, file), path })
    }

    /// Makes it an audit that others see.
    pub(crate) fn keep(mut self, services: &[String]) -> Result<PathBuf, Failure> {
        let mut list = self.file(SERVICES)?;
        list.write(services.iter().map(|id| format!("{id}\n")).collect::<String>().as_bytes())?;
        list.close()?;
        let manifest = Manifest::of(&self.folder, self.job.take());
        let manifest = manifest.map_err(|error| unreadable(&self.folder, &error))?;
        self.keep_as(&manifest)
    }

    /// Makes it an audit that others see, of the files that a manifest names.
    pub(crate) fn keep_as(mut self, manifest: &Manifest) -> Result<PathBuf, Failure> {
        let text = serde_json::to_vec(manifest)
            .map_err(|error| Failure::new(format_args!("a manifest cannot be written as JSON: {error}")))?;
        let mut file = self.file(MANIFEST)?;
        file.write(&text)?;
        file.close()?;
        let synced = fs::rename(&self.folder, &self.home).and_then(|()| sync_folder(self.home.parent()));
        synced.map_err(|error| unwritable(&self.home, &error))?;
        self.kept = true;
        Ok(self.home.clone())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            // A folder that cannot be removed keeps its name `.partial`, which nobody takes for an audit.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// A file that is being written; its errors name it.
#[derive(Debug)]
pub(crate) struct Output {
    file: BufWriter<File>,
    path: PathBuf,
}

impl Output {
    /// Writes bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.file.write_all(bytes).map_err(|error| unwritable(&self.path, &error))
    }

    /// Ends a file that is read again and then removed: it need not outlast a crash.
    pub(crate) fn end(mut self) -> Result<(), Failure> {
        self.file.flush().map_err(|error| unwritable(&self.path, &error))
    }

    /// Brings everything to the disk.
    pub(crate) fn close(mut self) -> Result<(), Failure> {
        let done = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        done.map_err(|error| unwritable(&self.path, &error))
    }
}

/// Puts a file in place of one of the same name, in a folder that is made where it is missing: whoever reads sees the old one or
/// the new one, whole. One that has to `last` is on the disk when this returns.
pub(crate) fn replace(path: &Path, bytes: &[u8], last: bool) -> io::Result<()> {
    // Another process may write the same: each its own file, and the last name wins.
    let partial = path.with_added_extension(format!("{}.partial", std::process::id()));
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let written = parent
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(&partial, bytes))
        .and_then(|()| if last { File::open(&partial)?.sync_all() } else { Ok(()) })
        .and_then(|()| fs::rename(&partial, path));
    written.inspect_err(|_| {
        let _ = fs::remove_file(&partial);
    })
}

/// Whether a folder is simply not there (or something else stands in its place, which writing will complain of).
fn none_there(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// After a rename the name itself must reach the disk; elsewhere than on Unix a folder cannot be opened for that.
fn sync_folder(folder: Option<&Path>) -> io::Result<()> {
    match folder {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Reads a result that was kept.
pub(crate) fn result(path: &Path) -> Result<Audit, Failure> {
    let text = fs::read(path).map_err(|error| unreadable(path, &error))?;
    serde_json::from_slice(&text).map_err(|error| not_a_result(path, &error))
}

/// The failure of a result that says something else.
pub(crate) fn not_a_result(path: &Path, error: &serde_json::Error) -> Failure {
    Failure::new(format_args!("{} is not the result of an audit: {error}", path.display()))
        .next("it may be of another version: audit again")
}

/// The failure to write into the data folder: it stops the run, for an audit without its evidence is none.
pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let next = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room there, or name another folder: --data DIR"
        }
        _ => "name a folder that you may write to: --data DIR or PROBITY_DATA",
    };
    Failure::new(format_args!("cannot write {}: {error}; nothing was kept", path.display())).next(next)
}

/// The failure to read from the data folder.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format_args!("cannot read {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keep::manifest::RESULT;

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn kept(data: &Data, at: &str, services: &[&str]) -> PathBuf {
        let draft = data.begin(time(at)).expect("begun");
        let mut file = draft.file(RESULT).expect("a file");
        file.write(b"{}").expect("written");
        file.close().expect("closed");
        draft.keep(&services.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>()).expect("kept")
    }

    #[test]
    fn the_newest_audit_of_a_service_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = Data::new(Some(folder.path().join("new/data"))).expect("data");
        kept(&data, "2026-06-01T00:00:00Z", &["a", "b"]);
        let second = kept(&data, "2026-06-02T00:00:00Z", &["b"]);
        let third = kept(&data, "2026-06-02T00:00:00Z", &["b"]);
        assert_ne!(second, third);
        assert_eq!(data.last("b").expect("b"), third);
        assert!(data.last("a").expect("a").ends_with("20260601T000000Z"));
        assert!(data.last("c").is_err());
    }

    #[test]
    fn what_lies_in_the_folder_for_other_work_is_not_of_a_store_and_evidence_elsewhere() {
        let folder = tempfile::tempdir().expect("a folder");
        let usual = Data::new(Some(folder.path().to_owned())).expect("data");
        kept(&usual, "2026-06-01T00:00:00Z", &["a"]);
        let apart = |store: &str| usual.clone().apart(store, "file:///evidence");
        assert!(apart("one.db").audits(None).expect("audits").is_empty());
        kept(&apart("one.db"), "2026-06-02T00:00:00Z", &["b"]);
        assert_eq!(apart("one.db").audits(None).expect("audits").len(), 1, "found again after a crash");
        assert!(apart("other.db").audits(None).expect("audits").is_empty());
        assert_eq!(usual.audits(None).expect("audits").len(), 1);
        assert_eq!(apart("one.db").root(), usual.root(), "databases and accounts are of the machine");
    }

    #[test]
    fn what_is_not_kept_is_no_audit() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = Data::new(Some(folder.path().to_owned())).expect("data");
        let draft = data.begin(time("2026-06-01T00:00:00Z")).expect("begun");
        draft.file(RESULT).expect("a file").write(b"{").expect("written");
        assert!(data.audits(None).expect("audits").is_empty());
        let partial = draft.path(RESULT);
        drop(draft);
        assert!(!partial.exists());
    }
}
