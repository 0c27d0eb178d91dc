//! Which decision is allowed when, and what follows from it.
//!
//! A refusal says why and what to do instead. Nothing here changes an item that it refuses.

use super::{Decision, Item, Lapsed, Override, Reason, State, Status, Step};
use crate::base::change::Change;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use probity_rules::judge::Grade;
use probity_rules::rating::Decided;

/// The fewest letters of a reason in words: less says nothing to who reads it in a year.
const LEAST_REASON: usize = 10;

/// Why a decision is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody else was faster.
    #[error("somebody decided in the meantime: you read version {read}, it is at version {now}; look at it again")]
    Stale {
        /// The version that the reviewer read.
        read: u64,
        /// The version that it is at.
        now: u64,
    },
    /// The item is closed.
    #[error("it is decided already ({by}, {at}); a new audit opens it again where the evidence changes")]
    Decided {
        /// Who decided.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// The reason is missing.
    #[error("{what} needs a reason in words (at least {least} letters), so that it can be understood later", least = LEAST_REASON)]
    NoReason {
        /// The decision.
        what: &'static str,
    },
    /// An override to a grade that no ladder gives.
    #[error("a person sets good, partial, poor or not-applicable; {}", .grade.as_str())]
    NoGrade {
        /// What was asked for.
        grade: Grade,
    },
    /// A day that has passed.
    #[error("{day} has passed already; name a day to come")]
    Past {
        /// The day.
        day: Date,
    },
    /// The second signature is that of the first.
    #[error("{by} made the override; the second signature has to be another person's")]
    SamePerson {
        /// The person.
        by: String,
    },
    /// There is nothing to sign or to answer.
    #[error("there is nothing to {what}: the item is {}", .state.as_str())]
    OutOfTurn {
        /// What was tried.
        what: &'static str,
        /// Where it stands.
        state: State,
    },
    /// Nobody is named.
    #[error("a decision needs the name of who decides")]
    Nobody,
}

/// What counts after a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing yet: the item waits.
    Waits,
    /// The machine's new grade is confirmed.
    New,
    /// The old grade stays, as long as the evidence is the same.
    Old,
    /// A person's grade counts.
    Set(Override),
}

impl Item {
    /// A new item.
    pub fn open(change: Change, at: Timestamp) -> Self {
        Self {
            id: 0,
            change,
            state: State::Open,
            version: 1,
            opened: at,
            deadline: None,
            lapsing: None,
            log: Vec::new(),
        }
    }

    /// The item after a decision. `read` is the version that the person saw.
    ///
    /// # Errors
    /// Why it is not allowed; the item stays as it is.
    pub fn decide(&self, decision: Decision, by: &str, at: Timestamp, read: u64) -> Result<Self, Refusal> {
        if read != self.version {
            return Err(Refusal::Stale { read, now: self.version });
        }
        if by.trim().is_empty() {
            return Err(Refusal::Nobody);
        }
        if self.state == State::Decided {
            let (by, at) = self.log.last().map_or((String::new(), self.opened), |step| (step.by.clone(), step.at));
            return Err(Refusal::Decided { by, at });
        }
        let mut next = self.clone();
        next.state = self.after(&decision, by, at)?;
        next.deadline = match &decision {
            Decision::AskProvider { deadline, .. } => Some(*deadline),
            _ if next.state == State::WaitingForProvider => self.deadline,
            _ => None,
        };
        next.version += 1;
        next.log.push(Step { at, by: by.trim().to_owned(), decision });
        Ok(next)
    }

    fn after(&self, decision: &Decision, by: &str, at: Timestamp) -> Result<State, Refusal> {
        let needs = |text: &str, what| match text.trim().chars().count() {
            count if count < LEAST_REASON => Err(Refusal::NoReason { what }),
            _ => Ok(()),
        };
        let to_come = |day: Date| match day < Offset::UTC.to_datetime(at).date() {
            true => Err(Refusal::Past { day }),
            false => Ok(()),
        };
        Ok(match decision {
            Decision::Accept { .. } => State::Decided,
            Decision::Reject { text } => {
                needs(text, "a rejection")?;
                State::Decided
            }
            Decision::Override { grade, text, expires, two_persons, .. } => {
                needs(text, "an override")?;
                if *grade == Grade::Inconclusive {
                    return Err(Refusal::NoGrade { grade: *grade });
                }
                expires.map_or(Ok(()), to_come)?;
                if *two_persons { State::WaitingForSigner } else { State::Decided }
            }
            Decision::Sign { .. } => match self.log.last() {
                Some(step) if self.state == State::WaitingForSigner => {
                    if step.by == by.trim() {
                        return Err(Refusal::SamePerson { by: step.by.clone() });
                    }
                    State::Decided
                }
                _ => return Err(Refusal::OutOfTurn { what: "sign", state: self.state }),
            },
            Decision::AskProvider { text, deadline } => {
                needs(text, "a question to the provider")?;
                to_come(*deadline)?;
                State::WaitingForProvider
            }
            Decision::Reply { .. } if self.state == State::WaitingForProvider => State::Open,
            Decision::Reply { .. } => return Err(Refusal::OutOfTurn { what: "answer", state: self.state }),
            Decision::Lapse { .. } => return Err(Refusal::OutOfTurn { what: "end", state: self.state }),
        })
    }

    /// The item after its decision has ended by itself: it waits again.
    #[must_use]
    pub fn lapse(&self, why: Lapsed, at: Timestamp) -> Self {
        let mut item = self.clone();
        (item.state, item.deadline, item.lapsing) = (State::Open, None, None);
        item.version += 1;
        item.log.push(Step { at, by: "probity".to_owned(), decision: Decision::Lapse { why } });
        item
    }

    /// The grade that a person's decision sets beside the machine's, and with what words; none where the machine's counts.
    pub fn set(&self) -> Option<(Grade, Decided)> {
        let decided = |by, since, reason: Option<Reason>, text, expires| Decided {
            machine: self.change.to,
            between: Vec::new(),
            by,
            since,
            reason: reason.map(|reason| reason.as_str().to_owned()),
            text,
            expires,
        };
        match self.standing() {
            Standing::Waits | Standing::New => None,
            Standing::Old => {
                let step = self.log.last()?;
                let Decision::Reject { text } = &step.decision else { return None };
                Some((self.change.from, decided(vec![step.by.clone()], step.at, None, text.clone(), None)))
            }
            Standing::Set(set) => {
                Some((set.grade, decided(set.by, set.since, Some(set.reason), set.text, set.expires)))
            }
        }
    }

    /// The item on a day: a question whose deadline has passed is open again.
    #[must_use]
    pub fn on(&self, day: Date) -> Self {
        let mut item = self.clone();
        if item.state == State::WaitingForProvider && item.deadline.is_some_and(|deadline| deadline < day) {
            item.state = State::Open;
        }
        item
    }

    /// What counts now.
    pub fn standing(&self) -> Standing {
        if self.state != State::Decided {
            return Standing::Waits;
        }
        let signed = matches!(self.log.last(), Some(Step { decision: Decision::Sign { .. }, .. }));
        let steps = &self.log[..self.log.len() - usize::from(signed)];
        match steps.last().map(|step| (&step.decision, step)) {
            Some((Decision::Accept { .. }, _)) => Standing::New,
            Some((Decision::Override { grade, reason, text, expires, .. }, step)) => {
                let last = self.log.last().unwrap_or(step);
                let mut by = vec![step.by.clone()];
                by.extend(signed.then(|| last.by.clone()));
                Standing::Set(Override {
                    service: self.change.service.clone(),
                    method: self.change.method.clone(),
                    criterion: self.change.criterion.clone(),
                    grade: *grade,
                    reason: *reason,
                    text: text.clone(),
                    expires: *expires,
                    evidence: self.change.evidence.clone(),
                    by,
                    since: last.at,
                })
            }
            _ => Standing::Old,
        }
    }

    /// How the rating stands while the item is as it is.
    pub fn status(&self) -> Status {
        match self.state {
            State::Open | State::WaitingForSigner => Status::Provisional,
            State::WaitingForProvider => Status::Contested,
            State::Decided => Status::Confirmed,
        }
    }
}

impl Override {
    /// Whether it still counts on a day, for evidence with a digest.
    pub fn counts(&self, evidence: &str, day: Date) -> bool {
        self.evidence == evidence && self.expires.is_none_or(|last| day <= last)
    }
}
