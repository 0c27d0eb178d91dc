//! What the demo's past leaves to a person: each grade that changed from one of its audits to the next, with both sides.
//!
//! In the small internet nothing changes but sentences of its pages: the cause is known without judging again.

use crate::compare::{Anchor, Cause, Change, Cited, Kind, Passage};
use crate::exit::Failure;
use crate::review::{Decision, Item};
use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use probity_rules::rating::{Audit, Rated, Rating};
use probity_rules::sentence::Sentence;
use sha2::{Digest, Sha256};

/// Who decided on the changes of the past.
const REVIEWER: &str = "Dana Example";
/// What was changed within so long is still open.
const OPEN: SignedDuration = SignedDuration::from_hours(24 * 14);

/// The items of audits, the oldest first: decided, but for what changed lately.
pub(crate) fn items(audits: &[Audit], now: Timestamp) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    for pair in audits.windows(2) {
        let [before, after] = pair else { continue };
        for rating in &after.ratings {
            let same = |one: &&Rating| one.service == rating.service && one.method == rating.method;
            let Some(earlier) = before.ratings.iter().find(same) else { continue };
            for finding in &rating.findings {
                let old = earlier.findings.iter().find(|one| one.criterion == finding.criterion);
                let Some(old) = old.filter(|old| old.grade != finding.grade) else { continue };
                let change = change(earlier, rating, old, finding, after.as_of);
                let id = i64::try_from(items.len()).unwrap_or(i64::MAX) + 1;
                let item = Item { id, ..Item::open(change, after.as_of) };
                items.push(if now.duration_since(after.as_of) < OPEN { item } else { accepted(&item)? });
            }
        }
    }
    Ok(items)
}

fn accepted(item: &Item) -> Result<Item, Failure> {
    let text = "Read in both versions; the grade follows the text.".to_owned();
    let at = item.opened + SignedDuration::from_hours(20);
    item.decide(Decision::Accept { text }, REVIEWER, at, item.version).map_err(Failure::new)
}

fn change(earlier: &Rating, rating: &Rating, old: &Rated, new: &Rated, raised_at: Timestamp) -> Change {
    let sentence = |rated: &Rated| Sentence::new(rated.because.clone(), rated.because_de.clone());
    let mut digest = Sha256::new();
    for citation in &new.citations {
        digest.update(&citation.record);
        digest.update(&citation.quote);
    }
    let gone = old.citations.iter().find(|one| new.citations.iter().all(|other| other.quote != one.quote));
    let come = new.citations.iter().find(|one| old.citations.iter().all(|other| other.quote != one.quote));
    let passage = gone.or(come).map(|cited| Passage {
        url: cited.url.clone(),
        anchor: match (gone, come) {
            (Some(_), Some(_)) => Anchor::Reworded,
            (Some(_), None) => Anchor::Lost,
            _ => Anchor::New,
        },
        before: gone.map(|one| one.quote.clone()).unwrap_or_default(),
        after: come.map(|one| one.quote.clone()).unwrap_or_default(),
    });
    Change {
        service: rating.service.clone(),
        method: rating.method.clone(),
        criterion: new.criterion.clone(),
        kind: Kind::Grade,
        from: old.grade,
        to: new.grade,
        light_from: earlier.light,
        light_to: rating.light,
        first_seen: raised_at,
        raised_at,
        cause: Cause::ServiceChanged,
        also: Vec::new(),
        because_from: sentence(old),
        because_to: sentence(new),
        citations: Cited { before: old.citations.clone(), after: new.citations.clone() },
        passages: passage.into_iter().collect(),
        evidence: format!("sha256:{}", HEXLOWER.encode(&digest.finalize())),
    }
}
