//! `probity export`: everything that is remembered as open files, with the evidence it rests on.

use crate::app::network;
use crate::base::failure::Failure;
use crate::base::plain::plain;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Export, Global};
use crate::keep::data::unwritable;
use crate::keep::manifest::{File, MANIFEST};
use crate::keep::store::Mark;
use crate::keep::store::transfer::TABLES;
use crate::keep::workspace::House;
use crate::present::output::Screen;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// The name of the file that says what an export is.
pub(crate) const HEAD: &str = "export.json";
/// The version of the form.
pub(crate) const SCHEMA: &str = "probity-export-1";

/// What an export says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// The version of the form: [`SCHEMA`].
    pub(crate) schema: String,
    /// The files of tables, with their digests.
    pub(crate) tables: Vec<File>,
}

pub(crate) fn run(command: &Export, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    network::runtime()?.block_on(export(command, &config, screen))
}

async fn export(command: &Export, config: &Config, screen: &mut Screen) -> Result<Exit, Failure> {
    let folder = &command.folder;
    let full = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if full {
        return Err(Failure::new(format_args!("{} holds something already", folder.display()))
            .next("name a folder that is empty or not there"));
    }
    let house = House::open(&config.keep).await?;
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    // The archives first: what the tables name is there when they are.
    let (mut audits, mut lost) = (0, 0);
    let mut before: Option<Mark> = None;
    loop {
        let some = house.store.audits(None, before.as_ref(), 100).await?;
        let Some(last) = some.last() else { break };
        before = Some(Mark { at: last.as_of, id: last.id.clone() });
        for audit in &some {
            audits += 1;
            lost += copy(&house, &audit.id, &audit.files, folder).await?;
            rules(&house, &audit.head.tool.rules, folder).await?;
        }
    }
    let mut head = Head { schema: SCHEMA.to_owned(), tables: Vec::new() };
    for table in TABLES {
        let path = folder.join(format!("{}.jsonl", table.name));
        let mut out = BufWriter::new(fs::File::create(&path).map_err(|error| unwritable(&path, &error))?);
        let written = house.store.export(table, &mut out).await;
        written.map_err(|error| Failure::new(format_args!("cannot export {}: {error}", path.display())))?;
        let closed = out.flush().and_then(|()| out.get_ref().sync_all());
        closed.map_err(|error| unwritable(&path, &error))?;
        let (bytes, digest) = crate::keep::manifest::digest(&path).map_err(|error| unwritable(&path, &error))?;
        head.tables.push(File { name: format!("{}.jsonl", table.name), bytes, digest });
    }
    let path = folder.join(HEAD);
    let text = serde_json::to_vec_pretty(&head).map_err(Failure::new)?;
    fs::write(&path, text).map_err(|error| unwritable(&path, &error))?;
    screen.line(format_args!(
        "{audits} audits and {} tables in {}",
        TABLES.len(),
        plain(&folder.display().to_string())
    ))?;
    Ok(if lost > 0 { Exit::Gaps } else { Exit::Done })
}

/// Copies the rules of a revision, where they were kept.
async fn rules(house: &House, revision: &str, to: &Path) -> Result<(), Failure> {
    let folder = to.join("rules");
    let path = folder.join(format!("{revision}.json"));
    if path.exists() {
        return Ok(());
    }
    let Some(text) = house.evidence.rules(revision).await else { return Ok(()) };
    let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&path, text));
    written.map_err(|error| unwritable(&path, &error))
}

/// Copies the files of an audit; says which are lost, and gives their number.
async fn copy(house: &House, audit: &str, files: &[File], to: &Path) -> Result<usize, Failure> {
    let folder = to.join("audits").join(audit);
    fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
    let mut lost = 0;
    for file in files {
        match house.evidence.file(audit, file).await {
            Ok(path) => {
                let to = folder.join(&file.name);
                fs::copy(&path, &to).map_err(|error| unwritable(&to, &error))?;
            }
            Err(error) => {
                lost += 1;
                Failure::new(error).next("the rest is exported; what is lost is named here and in the manifest").warn();
            }
        }
    }
    let path = folder.join(MANIFEST);
    let manifest = crate::keep::manifest::Manifest { files: files.to_vec(), job: None };
    let text = serde_json::to_vec(&manifest).map_err(Failure::new)?;
    fs::write(&path, text).map_err(|error| unwritable(&path, &error))?;
    Ok(lost)
}
