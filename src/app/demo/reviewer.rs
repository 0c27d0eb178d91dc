//! The person who decided on the changes of the demo's past, as each came up.
//!
//! The decisions go through the store like any other; the newest changes are left for whoever looks at the demo.

use crate::base::failure::Failure;
use crate::base::review::{Decision, Status};
use crate::keep::store::Store;
use crate::keep::store::changes::{Order, Which};
use jiff::{SignedDuration, Timestamp};

/// Who decided.
const REVIEWER: &str = "Dana Example";
/// So long after the audit.
const LATER: SignedDuration = SignedDuration::from_hours(20);
/// So many items are decided at most: the small internet has few changes.
const ALL: u32 = 100;

/// Services whose first ratings the person had read and confirmed.
const READ: [&str; 3] = ["gatherly", "lindenhof", "salon"];

/// Confirms the first ratings that were read.
pub(crate) async fn confirm(store: &Store, audit: Timestamp) -> Result<(), Failure> {
    for service in READ {
        for rating in store.service(service).await?.into_iter().flat_map(|known| known.ratings) {
            let text = "Read whole, with every passage in its place.";
            store.set_status(&rating, Status::Confirmed, REVIEWER, text, audit + LATER).await?;
        }
    }
    Ok(())
}

/// Accepts what waits after the audit of a day.
pub(crate) async fn decide(store: &Store, audit: Timestamp) -> Result<(), Failure> {
    let which = Which { service: None, decided: false, order: Order::Age };
    for item in store.queue(&which, 0, ALL).await? {
        let text = "Read in both versions; the grade follows the text.".to_owned();
        // What is accepted sets no grade: no light has to be judged again.
        let accept = Decision::Accept { text };
        let decided = store.decide(item.id, accept, REVIEWER, audit + LATER, item.version, &[]).await?;
        decided.map_err(Failure::new)?;
    }
    Ok(())
}
