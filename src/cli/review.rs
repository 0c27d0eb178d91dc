//! `probity review`: its commands and flags.
//!
//! It only says what can be written.

use super::shared::Format;
use super::values;
use crate::base::review::Reason;
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use probity_rules::judge::Grade;

/// `probity review …`
#[derive(Subcommand, Debug)]
pub(crate) enum Review {
    /// List what waits for a person
    List {
        /// Only of this service
        #[arg(long, value_name = "SERVICE")]
        service: Option<String>,
        /// Decided items, too
        #[arg(long)]
        all: bool,
        /// What comes first: what waits longest, or what weighs most
        #[arg(long, value_name = "ORDER", value_enum, default_value_t = QueueOrder::Age)]
        order: QueueOrder,
        /// Form of the result
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Show an item: before and now with the quotes, the cause, what was done with it
    Show {
        /// Number of the item
        #[arg(value_name = "ITEM")]
        item: i64,
        /// Form of the result
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Confirm the new grade
    Accept {
        /// Number of the item
        #[arg(value_name = "ITEM")]
        item: i64,
        /// A remark
        #[arg(long, value_name = "TEXT", default_value = "")]
        text: String,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Keep the old grade, until the evidence changes
    Reject {
        /// Number of the item
        #[arg(value_name = "ITEM")]
        item: i64,
        /// Why
        #[arg(long, value_name = "TEXT")]
        text: String,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Set another grade, for a reason, while the evidence is the same
    Override {
        /// Number of the item
        #[arg(value_name = "ITEM")]
        item: i64,
        /// The grade that counts: good, partial, poor, not-applicable
        #[arg(long, value_name = "GRADE", value_parser = values::grade())]
        grade: Grade,
        /// The kind of reason
        #[arg(long, value_name = "REASON", value_parser = values::reason())]
        reason: Reason,
        /// The reason in words
        #[arg(long, value_name = "TEXT")]
        text: String,
        /// The last day on which it counts
        #[arg(long, value_name = "DAY")]
        expires: Option<Date>,
        /// A second person has to sign before it counts
        #[arg(long)]
        two_persons: bool,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Sign the override of another person
    Sign {
        /// Number of the item
        #[arg(value_name = "ITEM")]
        item: i64,
        /// A remark
        #[arg(long, value_name = "TEXT", default_value = "")]
        text: String,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Ask the provider before anything is decided
    Ask {
        /// Number of the item
        #[arg(value_name = "ITEM")]
        item: i64,
        /// What is asked
        #[arg(long, value_name = "TEXT")]
        text: String,
        /// Until when the answer is awaited
        #[arg(long, value_name = "DAY")]
        deadline: Date,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Attach the provider's answer; the item is open again
    Reply {
        /// Number of the item
        #[arg(value_name = "ITEM")]
        item: i64,
        /// Who answered
        #[arg(long, value_name = "NAME")]
        from: String,
        /// The answer
        #[arg(long, value_name = "TEXT")]
        text: String,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Confirm the newest ratings of a service on which nothing waits: from then on they count as published
    Confirm(OfRating),
    /// Say that the newest ratings of a service are disputed, and not settled
    Contest(OfRating),
    /// Take the newest ratings of a service back: they do not count any more, and no older one in their place
    Withdraw(OfRating),
    /// Vouch for a claim that no probe can see
    Attest {
        /// Id of the service
        #[arg(value_name = "SERVICE")]
        service: String,
        /// Id of the claim (`probity rules list`)
        #[arg(value_name = "CLAIM")]
        claim: String,
        /// Whether it holds
        #[arg(long, value_name = "STATE", value_enum, default_value_t = Vouch::Stated)]
        state: Vouch,
        /// The document that was read, by its address: the word then counts for as long as its text stays as it is, also
        /// against what the reader found
        #[arg(long, value_name = "ADDRESS")]
        document: Option<String>,
        /// Where it can be looked up
        #[arg(long, value_name = "SOURCE")]
        source: Option<String>,
        /// What was seen
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        /// The last day on which it counts
        #[arg(long, value_name = "DAY")]
        expires: Option<Date>,
        #[command(flatten)]
        reviewer: Reviewer,
    },
}

/// Which ratings a person speaks of, and what is said of them.
#[derive(Args, Clone, Debug)]
pub(crate) struct OfRating {
    /// Id of the service
    #[arg(value_name = "SERVICE")]
    pub(crate) service: String,
    /// Only its rating by this method
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// Why; needed unless it is a confirmation
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) text: String,
    /// Name of who says so; it stands in the log
    #[arg(long = "as", value_name = "NAME", env = "PROBITY_REVIEWER", hide_env_values = true)]
    pub(crate) by: String,
}

/// Who decides.
#[derive(Args, Clone, Debug)]
pub(crate) struct Reviewer {
    /// Name of who decides; it stands in the log
    #[arg(long = "as", value_name = "NAME", env = "PROBITY_REVIEWER", hide_env_values = true)]
    pub(crate) by: String,
    /// Version of the item that was read (`review show`): refused where somebody decided since; without it, the newest
    #[arg(long, value_name = "VERSION")]
    pub(crate) read: Option<u64>,
}

/// What comes first in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum QueueOrder {
    /// What waits longest
    Age,
    /// What weighs most
    Weight,
}

impl From<QueueOrder> for crate::keep::store::changes::Order {
    fn from(order: QueueOrder) -> Self {
        match order {
            QueueOrder::Age => Self::Age,
            QueueOrder::Weight => Self::Weight,
        }
    }
}

/// Whether a claim holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Vouch {
    /// It holds
    Stated,
    /// It does not
    Denied,
    /// The document that was read says nothing of it
    Absent,
}

impl Vouch {
    /// The word in the store.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Denied => "denied",
            Self::Absent => "absent",
        }
    }
}
