//! Atom files: one for all changes and one for each service, for any web server to give out.

use super::digest::{News, Told};
use super::settings::Settings;
use crate::present::report::atom::{Entry, Feed, atom};
use crate::present::report::site::{self, file_name};
use probity_rules::sentence::Lang;
use std::collections::BTreeMap;
use std::path::Path;

/// Entries of one feed.
const ENTRIES: usize = 200;

/// Writes them.
pub(super) fn write(folder: &Path, settings: &Settings, all: &News) -> Result<(), String> {
    let lang = settings.lang();
    let mut services: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
    for change in &all.changes {
        services.entry(&change.service).or_default().push(change);
    }
    put(folder, "all", &all.changes.iter().collect::<Vec<_>>(), settings, lang)?;
    for (service, changes) in services {
        put(folder, &format!("service-{}", file_name(service)), &changes, settings, lang)?;
    }
    Ok(())
}

fn put(folder: &Path, name: &str, changes: &[&Told], settings: &Settings, lang: Lang) -> Result<(), String> {
    let title = match (lang, changes.first().filter(|_| name != "all")) {
        (Lang::En, None) => "Probity: changes".to_owned(),
        (Lang::De, None) => "Probity: Änderungen".to_owned(),
        (Lang::En, Some(change)) => format!("Probity: changes of {}", change.service),
        (Lang::De, Some(change)) => format!("Probity: Änderungen bei {}", change.service),
    };
    let entries = changes.iter().take(ENTRIES).map(|change| Entry {
        id: change.id.to_string(),
        title: change.line(lang),
        updated: change.raised_at,
        link: settings.link.clone(),
        text: change.line(lang),
        category: Some(change.service.clone()),
    });
    let feed = Feed {
        id: format!("changes/{name}"),
        title,
        link: settings.link.clone(),
        own: None,
        language: crate::present::words::words(lang).tag,
        entries: entries.collect(),
    };
    let path = folder.join(format!("{name}.xml"));
    site::write(&path, atom(&feed).as_bytes()).map_err(|_| format!("{} cannot be written", path.display()))
}
