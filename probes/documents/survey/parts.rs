//! A document with all its parts: the next page, the pages below a table of contents, what is shown within it, what it says that
//! it must be read with; and whether what came of it is the text at all.
//!
//! A part that cannot be had, that is left out, or that has no address leaves the document not whole: nothing is absent from
//! it.

use super::super::belongs::{Bond, Part, SLIGHT, is_same};
use super::super::links;
use super::super::sheet::{Lost, Sheet};
use super::super::words::Goal;
use super::{Found, Walk};
use probity_rules::claim::ClaimId;
use probity_rules::document::{Kind, Language};
use probity_rules::observation::Why;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Pages that a document goes on over from one to the next, or below a table of contents.
const ONWARD: usize = links::PARTS;

/// Further pages and files that belong to it.
const FURTHER: usize = 32;

/// A privacy policy of so many words that states fewer claims than this is none: a page of contents, an application that scripts
/// fill, another page. Of 613 ordinary policies those of 2,000 words and more state 4 at least, nearly all more than 10; of
/// those below the line most are something in the place of a policy. A page of less words may be a policy that says next to
/// nothing.
const YIELD: [(u64, usize); 4] = [(250, 3), (1_000, 4), (2_000, 6), (5_000, 9)];

/// A short text that shows that something is missing from it counts as whole only with so many claims.
const RICH: usize = 8;

/// One that holds what may show the text itself counts as whole only with so many.
const FEW: usize = 4;

/// One that leads to the policy of another site counts as whole only with so many.
const LENT: usize = 2;

/// A page of so many bytes with few words is an application, not a short text.
const HEAVY: u64 = 150_000;

/// A part that is to be asked for.
#[derive(Clone)]
struct Ahead {
    url: String,
    bond: Option<Bond>,
}

impl Walk<'_> {
    /// A document with the version that can be read and all its parts; none while a page is waited for.
    pub(super) fn document(&mut self, url: &str, kind: Kind, language: Option<Language>) -> Option<Found> {
        let mut found = Found { kind, asked: url.to_owned(), pages: Vec::new(), lost: Vec::new() };
        let first = match self.page(url, self.purpose(kind), language)? {
            Ok(first) => first,
            Err(lost) => {
                found.lost.push(lost);
                return Some(found);
            }
        };
        let first = self.version(first, kind, language)?;
        let mut ahead: Vec<Ahead> = Vec::new();
        if let Some(trouble) = &first.trouble {
            // A page without a text of its own may show one in a frame.
            let shown = further(&first, kind).filter(|part| matches!(part.bond, Bond::Shown | Bond::Filled));
            let shown: Vec<_> = shown.map(|part| Ahead { url: part.url.clone(), bond: Some(part.bond) }).collect();
            if shown.is_empty() || trouble.why != Why::Empty {
                found.lost.push(trouble.clone());
                return Some(found);
            }
            ahead = shown;
        }
        let mut left_out = 0;
        found.lost.extend(strangers(&first, kind));
        if first.trouble.is_none() {
            self.add(&mut ahead, &first, &found, &mut left_out);
            found.pages.push(first.clone());
        }
        let (mut waiting, mut next) = (false, 0);
        let mut idle: Vec<Lost> = Vec::new();
        while let Some(part) = ahead.get(next).cloned() {
            next += 1;
            match self.page(&part.url, self.purpose(kind), language) {
                None => waiting = true,
                Some(Err(lost)) => found.lost.push(lost),
                Some(Ok(page)) => match &page.trouble {
                    // A frame in a text may show something else than text.
                    Some(trouble)
                        if matches!(part.bond, Some(Bond::Shown | Bond::Filled)) && trouble.why == Why::Empty =>
                    {
                        idle.push(trouble.clone());
                    }
                    Some(trouble) => found.lost.push(trouble.clone()),
                    None if found.pages.iter().any(|other| other.url == page.url) => {}
                    None => {
                        self.add(&mut ahead, &page, &found, &mut left_out);
                        found.pages.push(page);
                    }
                },
            }
        }
        if waiting {
            return None;
        }
        if found.pages.is_empty() {
            found.lost.extend(first.trouble.clone());
        }
        if left_out > 0 {
            let detail = format!("left out: the document has {left_out} parts more than are read of one");
            found.lost.push(Lost { target: first.url.clone(), why: Why::NotAsked, detail });
        }
        if words(&found) < SLIGHT && claims(&found).is_none_or(|claims| claims < RICH) {
            found.lost.append(&mut idle);
        }
        if found.lost.is_empty() {
            found.lost.extend(lacks(&found));
        }
        Some(found)
    }

    /// Puts the parts of a page on the list.
    fn add(&self, ahead: &mut Vec<Ahead>, page: &Sheet, found: &Found, left_out: &mut usize) {
        let onward = onward(page, found.kind).map(|url| Ahead { url: url.clone(), bond: None });
        let further = further(page, found.kind).map(|part| Ahead { url: part.url.clone(), bond: Some(part.bond) });
        for part in onward.chain(further) {
            let known = ahead.iter().any(|other| is_same(&other.url, &part.url))
                || found.pages.iter().any(|other| is_same(&other.url, &part.url))
                || is_same(&found.asked, &part.url);
            let is_other = self.declared.iter().any(|(url, kind)| *kind != found.kind && is_same(url, &part.url));
            if known || is_other {
                continue;
            }
            let limit = if part.bond.is_none() { ONWARD } else { FURTHER };
            if ahead.iter().filter(|other| other.bond.is_none() == part.bond.is_none()).count() < limit {
                ahead.push(part);
            } else {
                *left_out += 1;
            }
        }
    }
}

/// The pages that continue a document, without pages that are documents of another kind: a table of contents over all legal
/// texts is not one text, but what lies below `/privacy` is of the privacy policy, whatever it is called.
fn onward(page: &Sheet, kind: Kind) -> impl Iterator<Item = &String> {
    let goal = Goal::Kind(kind);
    let named = links::named_in_path(&page.url).contains(&goal);
    let other = move |url: &String| page.candidates.iter().any(|one| one.url == *url && one.goal != goal);
    page.parts.iter().filter(move |part| named || !other(part))
}

/// What else belongs to a page as a document of a kind.
fn further(page: &Sheet, kind: Kind) -> impl Iterator<Item = &Part> {
    let goal = Goal::Kind(kind);
    let slight = page.words < SLIGHT;
    let is_text = matches!(
        kind,
        Kind::PrivacyPolicy | Kind::Terms | Kind::ProcessingAgreement | Kind::Subprocessors | Kind::CookiePolicy
    );
    page.belongs.iter().filter(move |part| {
        let named = part.goals.contains(&goal);
        if !named && !part.goals.is_empty() {
            return false;
        }
        match part.bond {
            Bond::Shown => named || is_text && (slight || part.own),
            Bond::Filled => is_text && slight && (named || part.own),
            Bond::Linked => slight && (named && kind == Kind::PrivacyPolicy || part.file && is_text),
            Bond::Said => part.own && is_text && (kind == Kind::PrivacyPolicy || named || slight),
        }
    })
}

/// What a page with little text of its own says that it must be read with, and that stands on another's site.
fn strangers(page: &Sheet, kind: Kind) -> impl Iterator<Item = Lost> {
    let slight = page.words < SLIGHT && kind == Kind::PrivacyPolicy;
    let said = page
        .belongs
        .iter()
        .filter(move |part| slight && part.bond == Bond::Said && !part.own && part.goals.contains(&Goal::Kind(kind)));
    let detail =
        "the text says that it belongs to it, and it stands on another site: declare it if it is the provider's";
    said.map(move |part| Lost { target: part.url.clone(), why: Why::NotAsked, detail: detail.to_owned() })
}

fn words(found: &Found) -> u64 {
    found.pages.iter().map(|page| page.words).sum()
}

/// How many claims its pages state or deny together; none where that was not looked for.
fn claims(found: &Found) -> Option<usize> {
    let mut all: BTreeSet<ClaimId> = BTreeSet::new();
    for page in &found.pages {
        all.extend(page.said.as_ref()?);
    }
    Some(all.len())
}

/// Why a privacy policy of which everything came is not one all the same.
fn lacks(found: &Found) -> Option<Lost> {
    let (first, claims) = (found.pages.first()?, claims(found)?);
    if !matches!(found.kind, Kind::PrivacyPolicy | Kind::ProcessingAgreement)
        || !found.pages.iter().all(|page| page.is_known())
    {
        return None;
    }
    let words = words(found);
    let least = YIELD.iter().rev().find(|(from, _)| words >= *from).map_or(0, |(_, least)| *least);
    // A short agreement may commit to one thing only; one that commits to nothing is a page about it.
    let least = if found.kind == Kind::PrivacyPolicy { least } else { usize::from(words < SLIGHT) };
    let slight = words < SLIGHT && claims < RICH;
    let open = found.pages.iter().find_map(|page: &Arc<Sheet>| page.open.as_ref()).filter(|_| slight);
    let sign = found.pages.iter().find_map(|page: &Arc<Sheet>| page.sign.as_ref());
    let lent = found.pages.iter().find_map(|page: &Arc<Sheet>| page.lent.as_ref());
    let open = open.or(sign.filter(|_| slight && claims < FEW)).or(lent.filter(|_| slight && claims < LENT));
    let heavy = slight && found.pages.iter().any(|page| page.bytes >= HEAVY);
    let detail = match open {
        Some(open) => format!("the text stands elsewhere: {words} words, and {open}"),
        None if claims < least => {
            format!(
                "{words} words that state {claims} of what such documents say: an introduction or another page, not the text itself"
            )
        }
        None if heavy => format!("{words} words in a page of {} bytes: scripts show the rest", first.bytes),
        None => return None,
    };
    Some(Lost { target: first.url.clone(), why: Why::Empty, detail })
}
