//! `probity import`: an export, into a store and an evidence that hold nothing yet.
//!
//! What is in it is checked against its digests before anything is written. An import that was interrupted is begun again with
//! the same command: evidence that is there already is left, the tables come in one piece at the end.

use super::export::{HEAD, Head, SCHEMA};
use crate::app::network;
use crate::base::failure::Failure;
use crate::base::plain::plain;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Global, Import};
use crate::keep::data::{Data, unreadable, unwritable};
use crate::keep::manifest::{MANIFEST, Manifest, digest};
use crate::keep::workspace::House;
use crate::present::output::Screen;
use std::fs;
use std::io::BufReader;
use std::path::Path;

pub(crate) fn run(command: &Import, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    network::runtime()?.block_on(import(command, &config, screen))
}

async fn import(command: &Import, config: &Config, screen: &mut Screen) -> Result<Exit, Failure> {
    let folder = &command.folder;
    checked(folder)?;
    let data = Data::of(&config.keep)?;
    let house = House::within(data, &config.keep).await?;
    if !house.store.is_empty().await? {
        return Err(Failure::new(format_args!("the store {} holds something already", house.store.place().shown()))
            .next("name one that is empty or not there: --store FILE or --store postgres://…"));
    }
    let (mut audits, mut lost) = (0, 0);
    let from = folder.join("audits");
    let mut entries = match fs::read_dir(&from) {
        Ok(entries) => entries.collect::<Result<Vec<_>, _>>().map_err(|error| unreadable(&from, &error))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(unreadable(&from, &error)),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        lost += audit(&house, &entry.path(), &entry.file_name().to_string_lossy()).await?;
        audits += 1;
    }
    for entry in fs::read_dir(folder.join("rules")).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        // What is no revision is nobody's.
        let Some(revision) = name.to_str().and_then(|name| name.strip_suffix(".json")) else { continue };
        if revision.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let text = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
            house.data.keep_rules(revision, &text)?;
            house.evidence.publish_rules(revision).await?;
        }
    }
    let open = |table: &crate::keep::store::transfer::Table| {
        fs::File::open(folder.join(format!("{}.jsonl", table.name))).map(BufReader::new)
    };
    let rows = house.store.import(open).await.map_err(|(table, error)| {
        Failure::new(format_args!("cannot import {table} of {}: {error}", folder.display()))
            .next("nothing was put into the store; mend the export, then run the same command again")
    })?;
    house.tidy().await?;
    screen.line(format_args!("{audits} audits and {rows} rows from {}", plain(&folder.display().to_string())))?;
    Ok(if lost > 0 { Exit::Gaps } else { Exit::Done })
}

/// Whether this is an export, and its tables are what they were.
fn checked(folder: &Path) -> Result<(), Failure> {
    let path = folder.join(HEAD);
    let text = fs::read(&path).map_err(|error| {
        unreadable(&path, &error).next("name a folder that `probity export` wrote, whole: this file comes last")
    })?;
    let head: Head = serde_json::from_slice(&text)
        .map_err(|error| Failure::new(format_args!("{} is not the head of an export: {error}", path.display())))?;
    if head.schema != SCHEMA {
        return Err(Failure::new(format_args!(
            "{} is of the form {}, this program knows {SCHEMA}",
            path.display(),
            head.schema
        ))
        .next("use the version of the program that wrote it"));
    }
    for file in &head.tables {
        let path = folder.join(&file.name);
        let (_, found) = digest(&path).map_err(|error| unreadable(&path, &error))?;
        if found != file.digest {
            return Err(Failure::new(format_args!("{} was altered after the export", path.display()))
                .next("take the export again from where it came; nothing was written"));
        }
    }
    Ok(())
}

/// Takes in the files of an audit, and gives the number of those that are lost.
async fn audit(house: &House, from: &Path, name: &str) -> Result<usize, Failure> {
    if house.evidence.has(name).await? {
        return Ok(0);
    }
    let path = from.join(MANIFEST);
    let text = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|error| Failure::new(format_args!("{} is no manifest: {error}", path.display())))?;
    let mut lost = 0;
    let draft = house.data.begin_as(name)?;
    for file in &manifest.files {
        let from = from.join(&file.name);
        match digest(&from) {
            Ok((_, found)) if found == file.digest => {
                let to = draft.path(&file.name);
                fs::copy(&from, &to).map_err(|error| unwritable(&to, &error))?;
            }
            Ok(_) => {
                lost += 1;
                Failure::new(format_args!("{} was altered after the export; it is left out", from.display())).warn();
            }
            Err(error) => {
                lost += 1;
                unreadable(&from, &error).next("the rest is imported").warn();
            }
        }
    }
    draft.keep_as(&manifest)?;
    house.evidence.publish(name).await?;
    Ok(lost)
}
