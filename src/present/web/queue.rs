//! Where the changes wait that pages show and people decide on.
//!
//! Which decision is allowed is `review`'s to say. Whoever holds the items sees to it that of two who decide on the same
//! version the second is told.

use crate::base::failure::Failure;
use crate::base::review::{Decision, Item, Refusal, Status};
use crate::keep::store::changes;
use crate::keep::store::error::StoreError;
use crate::keep::store::log::Entry;
use crate::keep::workspace::House;
use crate::present::web::accounts::Bound;
use crate::present::web::page::Role;
use jiff::Timestamp;
use probity_rules::rating::Rating;
use serde_json::json;
use std::future::{Future, ready};
use std::pin::Pin;

/// In which order the queue is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// What waits longest first.
    Age,
    /// Another light first, then what waits longest.
    Weight,
}

/// What comes later.
pub(crate) type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// A queue.
pub(crate) trait Queue: Send + Sync {
    /// The items that wait; decided ones, too, where they are asked for.
    fn list(&self, decided: bool, order: Order) -> Later<'_, Vec<Item>>;
    /// One item.
    fn item(&self, id: i64) -> Later<'_, Option<Item>>;
    /// Takes up what was kept since the last look.
    fn look(&self) -> Later<'_, ()> {
        Box::pin(ready(Ok(())))
    }
    /// How ratings stand, where the keeper of the queue knows; else it follows from the items.
    fn standings(&self) -> Later<'_, Option<Standings>> {
        Box::pin(ready(Ok(None)))
    }
    /// A person says how the newest rating of a service stands; `audit` is the one that was read. None where nobody keeps it,
    /// false where there is a newer one by now.
    fn stand<'a>(&'a self, _: Stand<'a>) -> Later<'a, Option<bool>> {
        Box::pin(ready(Ok(None)))
    }
    /// Writes down that somebody signed in.
    fn signed_in<'a>(&'a self, _: &'a str, _: Role, _: SignedIn<'a>, _: Timestamp) -> Later<'a, ()> {
        Box::pin(ready(Ok(())))
    }
    /// Decides. `read` is the version that the person saw. None where there is no such item.
    fn decide<'a>(
        &'a self,
        id: i64,
        decision: Decision,
        by: &'a str,
        at: Timestamp,
        read: u64,
    ) -> Later<'a, Option<Result<Item, Refusal>>>;
}

/// How somebody signed in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SignedIn<'a> {
    /// By a password that is kept here.
    Password,
    /// By a provider of OpenID Connect.
    #[cfg_attr(
        not(feature = "openid-connect"),
        expect(dead_code, reason = "a program that was built without it signs nobody in this way")
    )]
    OpenId(&'a Bound),
}

/// What a person says of a rating.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stand<'a> {
    /// The service.
    pub(crate) service: &'a str,
    /// The method.
    pub(crate) method: &'a str,
    /// The audit whose rating was read.
    pub(crate) audit: &'a str,
    /// How it stands.
    pub(crate) status: Status,
    /// Who says so.
    pub(crate) who: &'a str,
    /// Why.
    pub(crate) text: &'a str,
    /// When.
    pub(crate) at: Timestamp,
}

/// How ratings stand: service, method, and the rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Standings {
    /// The newest ratings.
    pub(crate) newest: Vec<(String, String, Status)>,
    /// The newest that a person has confirmed, with the audits that they are of.
    pub(crate) published: Vec<(String, String, String)>,
    /// Those in which a person has set a grade, each with its audit: they take the place of the machine's.
    pub(crate) decided: Vec<(String, Rating)>,
}

/// Items that are read at once.
const PART: u32 = 500;

/// The queue of the store.
impl Queue for House {
    fn list(&self, decided: bool, order: Order) -> Later<'_, Vec<Item>> {
        let order = match order {
            Order::Age => changes::Order::Age,
            Order::Weight => changes::Order::Weight,
        };
        Box::pin(async move {
            let which = changes::Which { service: None, decided, order };
            let mut items: Vec<Item> = Vec::new();
            loop {
                let skip = u32::try_from(items.len()).unwrap_or(u32::MAX);
                let part = self.store.queue(&which, skip, PART).await?;
                let last = part.len() < PART as usize;
                items.extend(part);
                if last {
                    return Ok(items);
                }
            }
        })
    }

    fn item(&self, id: i64) -> Later<'_, Option<Item>> {
        Box::pin(async move { Ok(self.store.item(id).await?) })
    }

    fn look(&self) -> Later<'_, ()> {
        Box::pin(self.catch_up())
    }

    fn standings(&self) -> Later<'_, Option<Standings>> {
        Box::pin(async move {
            let mut found = Standings { decided: self.store.decided().await?, ..Standings::default() };
            let mut after: Option<String> = None;
            loop {
                let services = self.store.services(after.as_deref(), PART).await?;
                let published = self.store.published(after.as_deref(), PART).await?;
                found.published.extend(published.into_iter().map(|one| (one.service, one.method, one.audit)));
                after = services.last().map(|service| service.id.clone());
                for rating in services.into_iter().flat_map(|service| service.ratings) {
                    found.newest.push((rating.service, rating.method, rating.status));
                }
                if after.is_none() {
                    return Ok(Some(found));
                }
            }
        })
    }

    fn stand<'a>(&'a self, said: Stand<'a>) -> Later<'a, Option<bool>> {
        Box::pin(async move {
            let known = self.store.service(said.service).await?;
            let newest = known.and_then(|known| known.ratings.into_iter().find(|one| one.method == said.method));
            match newest.filter(|one| one.audit == said.audit) {
                Some(rating) => {
                    self.store.set_status(&rating, said.status, said.who, said.text, said.at).await?;
                    Ok(Some(true))
                }
                None => Ok(Some(false)),
            }
        })
    }

    fn signed_in<'a>(&'a self, who: &'a str, role: Role, by: SignedIn<'a>, at: Timestamp) -> Later<'a, ()> {
        let detail = match by {
            SignedIn::Password => json!({ "by": "password", "role": role }),
            SignedIn::OpenId(Bound { issuer, subject }) => {
                json!({ "by": "openid-connect", "role": role, "issuer": issuer, "subject": subject })
            }
        };
        Box::pin(async move {
            let subject = format!("account/{who}");
            Ok(self.store.write_down(Entry { at, who, what: "signed-in", subject: &subject, detail }).await?)
        })
    }

    fn decide<'a>(
        &'a self,
        id: i64,
        decision: Decision,
        by: &'a str,
        at: Timestamp,
        read: u64,
    ) -> Later<'a, Option<Result<Item, Refusal>>> {
        Box::pin(async move {
            match House::decide(self, id, decision, by, at, read).await {
                Err(StoreError::Unknown(_)) => Ok(None),
                decided => Ok(Some(decided?)),
            }
        })
    }
}
