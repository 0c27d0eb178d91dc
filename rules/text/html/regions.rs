//! Which runs are the text and which are menus, footers, banners or not seen: decided when the whole page is known.
//!
//! Words in class names only suggest; the amount of text and the share of links decide. Where in doubt a run stays in
//! the text: a menu too many costs little, a lost paragraph can make an absence out of nothing.

use super::raw::{HiddenKind, Part, PartKind, Raw, Run, Weight, flag};
use crate::document::Region;
use std::collections::HashSet;

/// With less text than this (some eighty words) a page is looked at as a whole.
const LITTLE: u32 = 500;
/// A hidden element with less text than this is of the user interface, whatever opens it.
const PANEL: u32 = 20;
/// How often what is opened is searched for what opens more.
const OPENINGS: usize = 8;
/// A menu with this much prose is none.
const MENU_PROSE: u32 = 300;
/// A window with this much prose holds a text of the page.
const DIALOG_PROSE: u32 = 600;
/// How much of a window is looked at to tell a consent banner.
const DIALOG_LOOK: usize = 4000;

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
            (PartKind::Sure(Region::Navigation), _) if weight.is_prose(MENU_PROSE) => around,
            (PartKind::Sure(region), _) => Effective::Is(region),
            (PartKind::Vendor, _) => Effective::Vendor,
            (PartKind::Likely(_) | PartKind::Header | PartKind::Dialog, _) if is_most => around,
            (PartKind::Dialog, _) if weight.is_prose(DIALOG_PROSE) && !asks_consent(raw, part, weight.all) => around,
            (PartKind::Dialog, _) => Effective::Is(Region::Banner),
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

/// How many bytes of text the markup hides that scripts may show.
pub(super) fn unseen(raw: &Raw) -> u32 {
    let shown = shown(raw);
    let is_hidden = |kind| matches!(kind, HiddenKind::Hidden | HiddenKind::Veiled(_));
    let hidden = raw.hidden.iter().zip(shown).filter(|(hidden, shown)| !shown && is_hidden(hidden.kind));
    hidden.map(|(hidden, _)| hidden.weight.prose).fold(0, u32::saturating_add)
}

/// Whether a window asks for consent to cookies: it speaks of little else.
fn asks_consent(raw: &Raw, part: &Part, bytes: u32) -> bool {
    let Some(first) = raw.runs.get(part.first as usize) else { return false };
    let start = first.start as usize;
    let end = (start + DIALOG_LOOK.min(bytes as usize)).min(raw.buffer.len());
    let text = raw.buffer.get(start..end).unwrap_or_default().to_ascii_lowercase();
    let words = ["cookie", "consent", "einwillig", "accept", "akzept", "zustimm"];
    let said: usize = words.iter().map(|word| memchr::memmem::find_iter(&text, word).count()).sum();
    said > 2 && said * 200 > text.len()
}

/// For each hidden element whether its text counts all the same: something that is seen opens it, itself or what it is in.
fn shown(raw: &Raw) -> Vec<bool> {
    let mut weights: Vec<Weight> = raw.hidden.iter().map(|hidden| hidden.weight).collect();
    for index in (1..weights.len()).rev() {
        let weight = weights[index];
        weights[raw.hidden[index].parent as usize].add(weight);
    }
    let mut shown: Vec<bool> = raw.hidden.iter().map(|hidden| hidden.kind == HiddenKind::Seen).collect();
    // A control may itself stand in what another one opens.
    for _ in 0..OPENINGS {
        let seen = |list: &[(u32, u32)]| -> HashSet<u32> {
            list.iter().filter(|(_, place)| shown[*place as usize]).map(|(id, _)| *id).collect()
        };
        let (opened, labels) = (seen(&raw.controls), seen(&raw.labels));
        let mut is_news = false;
        for (index, hidden) in raw.hidden.iter().enumerate() {
            let is_opened = hidden.is_led || opened.contains(&hidden.id) || labels.contains(&hidden.label);
            let is_closed = matches!(hidden.kind, HiddenKind::Noscript | HiddenKind::Never);
            let is_menu = weights[index].all < PANEL || weights[index].is_linked();
            if !shown[index] && shown[hidden.parent as usize] && is_opened && !is_closed && !is_menu {
                shown[index] = true;
                is_news = true;
            }
        }
        if !is_news {
            break;
        }
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
