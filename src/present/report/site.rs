//! A whole ranking as a static site: pages that any web server can give out and that also open from a folder.
//!
//! Every page stands alone, links are relative, nothing is loaded from elsewhere. Files of an earlier site that are not part
//! of this one are removed; a folder that holds something else is left alone.

use super::atom::{Entry, Feed, atom};
use super::build::{Source, build};
use super::context::Contexts;
use super::html::{self, Look};
use super::model::Report;
use super::{badge, csv};
use crate::base::failure::Failure;
use crate::keep::data::{replace, unreadable, unwritable};
use crate::present::text;
use probity_rules::catalogue::Rules;
use probity_rules::sentence::Lang;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

/// The list of the site's files, by which the next run knows what is its own.
const LIST: &str = "probity-site.txt";

/// Writes a site into a folder and says how many files it has.
pub(crate) fn site(
    folder: &Path,
    sources: &[Source],
    rules: &Rules,
    contexts: &Contexts,
    lang: Lang,
) -> Result<usize, Failure> {
    let before = ours(folder)?;
    let look = Look::new();
    let report = build(sources, rules, contexts, lang);
    let mut files = Files { folder, written: BTreeSet::new() };
    files.write("index.html", html::index(&report, &look)?.as_bytes())?;
    files.write("findings.csv", csv::csv(sources, rules, lang).as_bytes())?;
    files.write("feed.xml", atom(&feed(&report)).as_bytes())?;
    for service in &report.services {
        let name = file_name(&service.id);
        let source = only(&sources[service.audit], &service.id);
        let page = build(std::slice::from_ref(&source), rules, contexts, lang);
        files.write(&format!("services/{name}.html"), html::service_page(&page, &look)?.as_bytes())?;
        let json = serde_json::to_vec(&source.audit).map_err(|error| Failure::new(error).next("please report this"))?;
        files.write(&format!("services/{name}.json"), &json)?;
        for rating in &service.ratings {
            let label = format!("{} · {}", service.name, rating.title);
            let made = badge::badge(&label, rating.light, lang);
            files.write(&format!("badges/{name}.{}.svg", text::anchor(&rating.method)), made.as_bytes())?;
        }
    }
    let list: String = files.written.iter().map(|name| format!("{name}\n")).collect();
    for stale in before.difference(&files.written) {
        // What is gone already needs no removing.
        let _ = fs::remove_file(folder.join(stale));
    }
    let count = files.written.len();
    files.write(LIST, list.as_bytes())?;
    Ok(count)
}

/// An audit with nothing but one of its services.
fn only(source: &Source, service: &str) -> Source {
    let mut audit = source.audit.clone();
    audit.services.retain(|one| one.service == service);
    audit.ratings.retain(|one| one.service == service);
    Source { audit, name: source.name.clone(), archived: source.archived, states: source.states.clone() }
}

/// An id as the name of a file.
pub(crate) fn file_name(id: &str) -> String {
    let name = text::anchor(id);
    if name.is_empty() { "-".to_owned() } else { name }
}

/// The ratings as a feed.
fn feed(report: &Report) -> Feed {
    let w = report.words;
    let entries = report.services.iter().flat_map(|service| {
        service.ratings.iter().map(move |rating| Entry {
            id: format!("{}/{}/{}", service.id, rating.method, service.as_of),
            title: format!("{}: {} ({})", service.name, rating.light.word(report.lang), rating.title),
            updated: service.as_of,
            link: Some(format!("services/{}.html", file_name(&service.id))),
            text: rating.bar.map(|bar| bar.words()).unwrap_or_default(),
            category: Some(service.id.clone()),
        })
    });
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.updated));
    Feed {
        id: "site".to_owned(),
        title: format!("{}: {}", w.report, html::heading(report)),
        link: Some("index.html".to_owned()),
        own: None,
        language: w.tag,
        entries,
    }
}

/// The files of the site that lies there; a failure where something else does.
fn ours(folder: &Path) -> Result<BTreeSet<String>, Failure> {
    match fs::read_to_string(folder.join(LIST)) {
        // A name in the list that leads out of the folder is not ours to remove.
        Ok(list) => Ok(list.lines().filter(|name| within(name)).map(str::to_owned).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut entries = match fs::read_dir(folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
                Err(error) => return Err(unreadable(folder, &error)),
            };
            match entries.next() {
                None => Ok(BTreeSet::new()),
                Some(_) => Err(Failure::new(format_args!("{} holds something else than a site", folder.display()))
                    .next("name a new or an empty folder: --site DIR")),
            }
        }
        Err(error) => Err(unreadable(&folder.join(LIST), &error)),
    }
}

fn within(name: &str) -> bool {
    let path = Path::new(name);
    !name.is_empty() && path.components().all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// Files that are written below a folder.
struct Files<'a> {
    folder: &'a Path,
    written: BTreeSet<String>,
}

impl Files<'_> {
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.folder.join(name);
        write(&path, bytes)?;
        self.written.insert(name.to_owned());
        Ok(())
    }
}

/// Writes a file, whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace(path, bytes, false).map_err(|error| unwritable(path, &error))
}
