//! Links while they are open: their text is a range of the buffer, their attributes come from the start tag.

use super::super::attributes::{Attributes, Name};
use super::super::raw::RawLink;
use super::Builder;
use crate::document::Language;

/// The most links that are kept of one page.
const LINKS: usize = 50_000;

impl Builder {
    pub(super) fn start_link(&mut self, attributes: &Attributes) {
        self.end_link();
        if self.page.links.last().is_some_and(|last| last.end as usize == self.fold.position()) {
            // Menus put links side by side and leave the space between them to the style sheet.
            self.fold.space();
        }
        let Some(href) = attributes.get(Name::Href).filter(|_| self.page.links.len() < LINKS) else { return };
        let get = |name| attributes.get(name).map(str::trim).filter(|value| !value.is_empty());
        let link = RawLink {
            href: href.trim().to_owned(),
            start: self.fold.position() as u32,
            end: 0,
            run: self.page.runs.len() as u32,
            label: get(Name::AriaLabel).unwrap_or_default().to_owned(),
            rel: get(Name::Rel).unwrap_or_default().to_ascii_lowercase(),
            hreflang: get(Name::Hreflang).and_then(Language::from_tag),
            title: get(Name::Title).map(str::to_owned),
        };
        self.link = Some((link, self.open.len()));
    }

    pub(super) fn end_link(&mut self) {
        if let Some((mut link, _)) = self.link.take() {
            link.end = self.fold.position() as u32;
            self.page.links.push(link);
        }
    }
}
