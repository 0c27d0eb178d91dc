//! HTML to a structured page: one pass over the tokens, one look at the whole, no tree.
//!
//! No style sheet and no script is known: what only those show or hide is judged by attributes, class names and the
//! amount of text.

mod attributes;
mod builder;
mod conceal;
mod head;
mod raw;
mod regions;
mod shape;
mod signs;
mod tags;
mod token;

use super::links::{Base, Link};
use super::{Embedded, Lead, Page, PageMeta, blocks, page};
use crate::document::Region;
use builder::Builder;
pub use head::refresh_target;
use raw::{HeadData, Raw};

/// Reads a page, all but its language; `url` is the base of its links. What the markup tells about the verdict is
/// handed out beside.
pub(super) fn read<'a>(html: &'a str, url: Option<&str>) -> (Page, page::Markup<'a>) {
    let mut builder = Builder::new(html.len());
    token::run(html, &mut builder);
    let mut raw = builder.finish();
    let regions = regions::of(&raw);
    let base = Base::of(url, raw.head.base.as_deref());
    let unseen = regions::unseen(&raw);
    let links = links(&mut raw, &regions, &base);
    let mut meta = meta(&mut raw.head, &base);
    meta.embedded = embedded(&mut raw, &regions, &base);
    meta.leads = leads(&mut raw, &regions);
    meta.vacant = raw.vacant.take().filter(|_| raw.counts.scripts > 0);
    let pieces = shape::pieces(&mut raw, &regions);
    let mut document = blocks::assemble(std::mem::take(&mut raw.buffer), pieces);
    document.title.clone_from(&meta.title);
    let counts = raw.counts;
    let markup = page::Markup {
        html,
        scripts: counts.scripts,
        password_fields: counts.password_fields,
        fields: counts.fields,
        skeletons: counts.skeletons,
        is_open: counts.opened_html && counts.opened_body && !counts.closed_html && !counts.closed_body,
        cut_in_script: counts.cut_in_raw,
        open_boxes: counts.open_at_end,
        unseen,
    };
    (Page { document, links, meta, verdict: page::Verdict::Readable }, markup)
}

fn links(raw: &mut Raw, regions: &[Option<Region>], base: &Base) -> Vec<Link> {
    let buffer = &raw.buffer;
    std::mem::take(&mut raw.links)
        .into_iter()
        .map(|link| {
            let bytes = buffer.get(link.start as usize..link.end as usize).unwrap_or_default();
            let text = fold(&String::from_utf8_lossy(bytes));
            let region = regions.get(link.run as usize).copied().flatten();
            Link {
                url: base.join(&link.href),
                written: link.href,
                text: if text.is_empty() { fold(&link.label) } else { text },
                rel: link.rel,
                hreflang: link.hreflang,
                region: region.unwrap_or(Region::Navigation),
                title: link.title,
            }
        })
        .collect()
}

/// The pages within the page. A frame stands where the run after it stands, or, at the end, the run before it.
fn embedded(raw: &mut Raw, regions: &[Option<Region>], base: &Base) -> Vec<Embedded> {
    let near = |run: u32| regions.get(run as usize).or_else(|| regions.last()).copied().flatten();
    let embeds = std::mem::take(&mut raw.embeds).into_iter().map(|one| Embedded {
        url: one.address.as_deref().and_then(|address| base.join(address)),
        region: near(one.run).unwrap_or(Region::Main),
        label: fold(&one.label),
        is_box: one.is_box,
    });
    embeds.collect()
}

/// What may open or hold a text; it stands where the run stands that it begins in, or the run before it.
fn leads(raw: &mut Raw, regions: &[Option<Region>]) -> Vec<Lead> {
    let buffer = &raw.buffer;
    let leads = std::mem::take(&mut raw.leads).into_iter().map(|lead| {
        let bytes = buffer.get(lead.start as usize..lead.end as usize).unwrap_or_default();
        let text = fold(&String::from_utf8_lossy(bytes));
        let at = (lead.run as usize).min(regions.len().saturating_sub(1));
        let region = regions.get(at).copied().flatten().unwrap_or(Region::Main);
        Lead { what: lead.what, label: if text.is_empty() { fold(&lead.label) } else { text }, region }
    });
    leads.collect()
}

fn meta(head: &mut HeadData, base: &Base) -> PageMeta {
    let head = std::mem::take(head);
    PageMeta {
        title: Some(fold(&head.title)).filter(|title| !title.is_empty()),
        lang: head.lang,
        canonical: head.canonical.and_then(|href| base.join(&href)),
        alternates: head
            .alternates
            .into_iter()
            .filter_map(|(language, href)| Some((language, base.join(&href)?)))
            .collect(),
        robots: head.robots,
        refresh: head.refresh.and_then(|(delay, href)| Some((delay, base.join(&href)?))),
        plain_refresh: head.plain_refresh.and_then(|href| base.join(&href)),
        embedded: Vec::new(),
        vacant: None,
        leads: Vec::new(),
    }
}

/// White space folded.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

#[cfg(test)]
mod tests;
