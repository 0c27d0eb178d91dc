//! Which runs are the text and which are menus, footers, banners or not seen: decided when the whole page is known.
//!
//! Words in class names only suggest; the amount of text and the share of links decide. Where in doubt a run stays in
//! the text: a menu too many costs little, a lost paragraph can make an absence out of nothing.

use super::raw::{HiddenKind, PartKind, Raw, Run, Weight, flag};
use crate::document::Region;

/// With less text than this (some eighty words) a page is looked at as a whole.
const LITTLE: u32 = 500;
/// A hidden element with less text than this is of the user interface.
const HIDDEN: u32 = 300;

/// The region of every run; none for what is not shown.
pub(super) fn of(raw: &Raw) -> Vec<Option<Region>> {
    let parts = parts(raw);
    let shown = shown(raw);
    let lists = link_lists(raw);
    let mut regions: Vec<Option<Region>> = raw
        .runs
        .iter()
        .map(|run| {
            if !shown[run.place.hidden as usize] {
                return None;
            }
            Some(match parts[run.place.part as usize] {
                Effective::Header if run.len() < 60 && run.place.heading == 0 || run.is_link() => Region::Navigation,
                Effective::Header => Region::Main,
                Effective::Vendor => Region::Banner,
                Effective::Is(region) if region != Region::Main => region,
                Effective::Is(_) if run.has(flag::INTERFACE) || lists[run.place.list as usize] => Region::Navigation,
                Effective::Is(region) => region,
            })
        })
        .collect();
    outside_of_main(raw, &mut regions);
    rows_of_links(raw, &mut regions);
    if bytes(raw, &regions, |region| region == Some(Region::Main)) < LITTLE {
        whole_page(raw, &parts, &mut regions);
    }
    regions
}

/// What a part of the page turned out to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effective {
    Is(Region),
    /// Each run decides.
    Header,
    /// A consent banner beyond doubt.
    Vendor,
}

fn parts(raw: &Raw) -> Vec<Effective> {
    let mut weights: Vec<Weight> = raw.parts.iter().map(|part| part.weight).collect();
    for index in (1..weights.len()).rev() {
        let weight = weights[index];
        weights[raw.parts[index].parent as usize].add(weight);
    }
    let total = weights[0].all;
    let mut effective: Vec<Effective> = Vec::with_capacity(weights.len());
    for (part, weight) in raw.parts.iter().zip(&weights) {
        let around = effective.get(part.parent as usize).copied().unwrap_or(Effective::Is(Region::Main));
        let is_most = weight.all > 1500 && u64::from(weight.all) * 10 > u64::from(total) * 4 && !weight.is_linked();
        effective.push(match (part.kind, around) {
            (_, Effective::Vendor) => around,
            (PartKind::Page, Effective::Is(Region::Banner)) => around,
            (PartKind::Page, _) => Effective::Is(Region::Main),
            (_, Effective::Is(region)) if region != Region::Main => around,
            (PartKind::Sure(region), _) => Effective::Is(region),
            (PartKind::Vendor, _) => Effective::Vendor,
            (PartKind::Likely(_) | PartKind::Header, _) if is_most => around,
            (PartKind::Likely(Region::Navigation), _) if !weight.is_linked() && weight.all > 400 => around,
            (PartKind::Likely(Region::Footer), _) if !weight.is_linked() && weight.all > 3000 => around,
            (PartKind::Likely(region), _) => Effective::Is(region),
            (PartKind::Header, _) => Effective::Header,
            (PartKind::Aside, _) if weight.is_linked() => Effective::Is(Region::Navigation),
            (PartKind::Aside, _) => around,
        });
    }
    effective
}

/// For each hidden element whether its text counts all the same: long prose that a click shows.
fn shown(raw: &Raw) -> Vec<bool> {
    let mut weights: Vec<Weight> = raw.hidden.iter().map(|hidden| hidden.weight).collect();
    for index in (1..weights.len()).rev() {
        let weight = weights[index];
        weights[raw.hidden[index].parent as usize].add(weight);
    }
    let mut shown: Vec<bool> = Vec::with_capacity(weights.len());
    for (hidden, weight) in raw.hidden.iter().zip(&weights) {
        let counts = match hidden.kind {
            HiddenKind::Seen => true,
            HiddenKind::Hidden => weight.all >= HIDDEN && !weight.is_linked(),
            HiddenKind::Folded => weight.all >= 20 && !weight.is_linked(),
            HiddenKind::Noscript | HiddenKind::Never => false,
        };
        let around = shown.get(hidden.parent as usize).copied().unwrap_or(true);
        shown.push(counts && around);
    }
    shown
}

/// For each list whether it is one of links only.
fn link_lists(raw: &Raw) -> Vec<bool> {
    // Links that lead away from the page's text are content there: a list of recipients, each with its policy.
    let mut away = vec![0_u32; raw.lists.len()];
    for link in &raw.links {
        if let Some(run) = raw.runs.get(link.run as usize)
            && run.has(flag::MAIN | flag::ARTICLE)
            && link.href.contains("://")
        {
            away[run.place.list as usize] += 1;
        }
    }
    raw.lists
        .iter()
        .zip(away)
        .enumerate()
        .map(|(index, (list, away))| {
            let is_short = list.weight.all < list.items.saturating_mul(80);
            index > 0
                && list.items > 2
                && is_short
                && list.weight.is_linked()
                && away * 2 < list.items
                && !is_led(raw, list.first)
        })
        .collect()
}

/// Whether the run before a list leads in to it.
fn is_led(raw: &Raw, first: u32) -> bool {
    let before = first.checked_sub(1).and_then(|index| raw.runs.get(index as usize));
    before.is_some_and(|run| raw.buffer.get(run.end as usize - 1) == Some(&b':'))
}

/// Where the page names its main part and most of the text is in it, crumbs outside of it are not the text.
fn outside_of_main(raw: &Raw, regions: &mut [Option<Region>]) {
    let is_main = |run: &Run| run.has(flag::MAIN);
    let (mut inside, mut outside) = (0_u64, 0_u64);
    for (run, region) in raw.runs.iter().zip(regions.iter()) {
        if *region == Some(Region::Main) {
            *(if is_main(run) { &mut inside } else { &mut outside }) += u64::from(run.len());
        }
    }
    if inside < u64::from(LITTLE) || outside > inside {
        return;
    }
    for (run, region) in raw.runs.iter().zip(regions) {
        if *region == Some(Region::Main) && !is_main(run) && (run.is_link() || is_crumb(raw, run)) {
            *region = Some(Region::Navigation);
        }
    }
}

/// Whether a run is too short for a statement, or short and no sentence.
fn is_crumb(raw: &Raw, run: &Run) -> bool {
    let is_closed =
        matches!(raw.buffer.get((run.end as usize).saturating_sub(1)), Some(b'.' | b'!' | b'?' | b':' | b';'));
    run.len() < 40 || run.len() < 100 && !is_closed
}

/// Menus made of boxes instead of list items: many links in a row and hardly anything in between.
fn rows_of_links(raw: &Raw, regions: &mut [Option<Region>]) {
    let mut at = 0;
    while at < raw.runs.len() {
        let mut from = at;
        let (mut links, mut end) = (0, at);
        while let Some(run) = raw.runs.get(at) {
            let is_crumb = run.len() < 25 && run.place.heading == 0 && run.place.list == 0;
            let is_link = run.is_link() && run.len() < 60 && run.len() > 0;
            if run.place.row > 0 || !(is_link || is_crumb) {
                break;
            }
            at += 1;
            if is_link {
                links += 1;
                end = at;
            } else if links == 0 {
                from = at;
            }
        }
        if links >= 4 && links * 2 > end - from && !is_led(raw, from as u32) {
            for region in regions[from..end].iter_mut().filter(|region| **region == Some(Region::Main)) {
                *region = Some(Region::Navigation);
            }
        }
        at += usize::from(at == end || at == from);
    }
}

/// The text is not where it should be: all that is no list of links counts.
fn whole_page(raw: &Raw, parts: &[Effective], regions: &mut [Option<Region>]) {
    let elsewhere = bytes(raw, regions, |region| region.is_some_and(|region| region != Region::Main));
    if elsewhere < LITTLE {
        return;
    }
    for (run, region) in raw.runs.iter().zip(regions) {
        let is_vendor = parts[run.place.part as usize] == Effective::Vendor;
        if region.is_some() && !run.is_link() && !run.has(flag::INTERFACE) && !is_vendor {
            *region = Some(Region::Main);
        }
    }
}

fn bytes(raw: &Raw, regions: &[Option<Region>], counts: impl Fn(Option<Region>) -> bool) -> u32 {
    raw.runs.iter().zip(regions).filter(|(_, region)| counts(**region)).map(|(run, _)| run.len()).sum()
}
