//! The queue and its items, as pages show them: what was and what is, side by side, and what was decided.

use super::parts::{self, Mark, Quote, encoded, name, short};
use super::versions::{Tag, words};
use super::{Library, Snapshot};
use crate::base::change::{Change, Kind, Passage};
use crate::base::review::{Decision, Item, Reason, State};
use crate::present::web::words::{Words, minute};
use jiff::{SignedDuration, Timestamp};
use probity_rules::judge::Grade;
use probity_rules::observation::Citation;

/// Passages and quotes of one side that are shown.
const MOST: usize = 20;

/// An item in the queue.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Its number.
    pub(crate) id: i64,
    /// The service's name.
    pub(crate) service: String,
    /// The criterion's title.
    pub(crate) criterion: String,
    /// The method's title.
    pub(crate) method: String,
    /// The grade before and after.
    pub(crate) grades: (Mark, Mark),
    /// The light before and after, where it changes.
    pub(crate) lights: Option<(Mark, Mark)>,
    /// Whether the grade stays and its passage is gone.
    pub(crate) lost: bool,
    /// Why.
    pub(crate) cause: String,
    /// How long it waits.
    pub(crate) age: String,
    /// The day it was raised.
    pub(crate) day: String,
    /// Where it stands.
    pub(crate) state: &'static str,
    /// Whether it is decided.
    pub(crate) decided: bool,
}

/// A line of the queue.
pub(crate) fn line(library: &Library, snapshot: &Snapshot, item: &Item, now: Timestamp, t: &Words) -> Line {
    let Change { service, criterion, method, from, to, light_from, light_to, kind, cause, raised_at, .. } =
        &item.change;
    let known = snapshot.services.get(service).map_or(service.as_str(), |known| known.about.name.as_str());
    let days = now.duration_since(*raised_at).as_hours().max(0) / 24;
    Line {
        id: item.id,
        service: name(known),
        criterion: parts::criterion_title(&library.rules, criterion, t).to_owned(),
        method: parts::method_title(&library.rules, method, t).to_owned(),
        grades: (parts::grade(*from, t), parts::grade(*to, t)),
        lights: (light_from != light_to).then(|| (parts::light(*light_from, t), parts::light(*light_to, t))),
        lost: *kind == Kind::LostCitation,
        cause: cause.says().in_lang(t.lang).to_owned(),
        age: if days == 0 { t.today.to_owned() } else { format!("{days} {}", t.days_old) },
        day: t.day(*raised_at),
        state: state(item.state, t),
        decided: item.state == State::Decided,
    }
}

fn state(state: State, t: &Words) -> &'static str {
    match state {
        State::Open => t.open,
        State::WaitingForProvider => t.waiting_provider,
        State::WaitingForSigner => t.waiting_signer,
        State::Decided => t.decided,
    }
}

/// A step of the log.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// When.
    pub(crate) at: String,
    /// Who.
    pub(crate) by: String,
    /// What was decided.
    pub(crate) what: &'static str,
    /// The grade that was set.
    pub(crate) grade: Option<Mark>,
    /// The reason of the closed list.
    pub(crate) reason: Option<String>,
    /// The words.
    pub(crate) text: String,
    /// A day that goes with it.
    pub(crate) until: Option<String>,
}

/// A passage as it was and is: the pieces of both, and what became of it.
pub(crate) type Side = Vec<(Tag, String)>;

/// A passage on both sides.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    /// Where it stands.
    pub(crate) place: String,
    /// What became of it.
    pub(crate) anchor: &'static str,
    /// As it was.
    pub(crate) before: Side,
    /// As it is.
    pub(crate) after: Side,
}

/// An item.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// What the queue says of it.
    pub(crate) line: Line,
    /// The address of the service.
    pub(crate) link: String,
    /// The criterion's page.
    pub(crate) criterion: String,
    /// The version that a decision must name.
    pub(crate) version: u64,
    /// The sentences behind the grades.
    pub(crate) because: (String, String),
    /// What would have changed it, too.
    pub(crate) also: Vec<String>,
    /// When it was seen first and again.
    pub(crate) seen: (String, String),
    /// The quotes before and after.
    pub(crate) quotes: (Vec<Quote>, Vec<Quote>),
    /// The passages that changed, with what came and what went.
    pub(crate) pairs: Vec<Pair>,
    /// The digest that a decision is tied to.
    pub(crate) evidence: String,
    /// Until when the provider may answer.
    pub(crate) deadline: Option<String>,
    /// What was done.
    pub(crate) log: Vec<Step>,
    /// Which decisions can be made now.
    pub(crate) can: Can,
    /// The reasons of the closed list: name, words.
    pub(crate) reasons: Vec<(&'static str, String)>,
    /// The grades that a person can set.
    pub(crate) settable: Vec<Mark>,
}

/// Which decisions can be made now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Can {
    /// Accept, reject, override, ask the provider.
    pub(crate) decide: bool,
    /// Sign an override.
    pub(crate) sign: bool,
    /// Attach the provider's reply.
    pub(crate) reply: bool,
}

/// An item as a page.
pub(crate) fn page(library: &Library, snapshot: &Snapshot, item: &Item, now: Timestamp, t: &Words) -> Page {
    let change = &item.change;
    let quoted = |citations: &[Citation]| -> Vec<Quote> {
        let audit = |citation: &Citation| holding(snapshot, &change.service, citation);
        citations.iter().take(MOST).map(|citation| Quote::new(citation, &audit(citation), t)).collect()
    };
    let sentence = |sentence: &probity_rules::sentence::Sentence| parts::sentence(sentence.in_lang(t.lang), 600);
    Page {
        line: line(library, snapshot, item, now, t),
        link: format!("/services/{}?method={}", encoded(&change.service), encoded(&change.method)),
        criterion: format!("/criteria/{}", encoded(&change.criterion)),
        version: item.version,
        because: (sentence(&change.because_from), sentence(&change.because_to)),
        also: change.also.iter().map(|cause| cause.says().in_lang(t.lang).to_owned()).collect(),
        seen: (minute(change.first_seen), minute(change.raised_at)),
        quotes: (quoted(&change.citations.before), quoted(&change.citations.after)),
        pairs: change.passages.iter().take(MOST).map(|passage| pair(passage, t)).collect(),
        evidence: change.evidence.clone(),
        deadline: item.deadline.map(|day| day.to_string()),
        log: item.log.iter().map(|step| logged(step, t)).collect(),
        can: Can {
            decide: matches!(item.state, State::Open | State::WaitingForProvider),
            sign: item.state == State::WaitingForSigner,
            reply: item.state == State::WaitingForProvider,
        },
        reasons: Reason::ALL.iter().map(|one| (one.as_str(), one.says().in_lang(t.lang).to_owned())).collect(),
        settable: [Grade::Good, Grade::Partial, Grade::Poor, Grade::NotApplicable]
            .iter()
            .map(|grade| parts::grade(*grade, t))
            .collect(),
    }
}

/// The first audit of a service that can hold a capture.
fn holding(snapshot: &Snapshot, service: &str, citation: &Citation) -> String {
    let of_service = snapshot.audits.values().filter(|head| head.services.iter().any(|id| id == service));
    let found = of_service.filter(|head| head.as_of + SignedDuration::from_secs(1) >= citation.captured);
    found.map(|head| head.id.to_string()).next().unwrap_or_default()
}

fn pair(passage: &Passage, t: &Words) -> Pair {
    let pieces = words(&passage.before, &passage.after);
    let side = |gone: Tag| -> Side {
        pieces.iter().filter(|(tag, _)| *tag != gone).map(|(tag, text)| (*tag, text.clone())).collect()
    };
    Pair {
        place: name(passage.url.strip_prefix("https://").unwrap_or(&passage.url)),
        anchor: match passage.anchor.as_str() {
            "carried" => t.anchor_carried,
            "moved" => t.anchor_moved,
            "reworded" => t.anchor_reworded,
            "lost" => t.anchor_lost,
            _ => t.anchor_new,
        },
        before: side(Tag::Added),
        after: side(Tag::Removed),
    }
}

fn logged(step: &crate::base::review::Step, t: &Words) -> Step {
    let (what, grade, reason, text, until) = match &step.decision {
        Decision::Accept { text } => (t.accept, None, None, text.as_str(), None),
        Decision::Reject { text } => (t.reject, None, None, text.as_str(), None),
        Decision::Override { grade, reason, text, expires, .. } => {
            let reason = reason.says().in_lang(t.lang).to_owned();
            (t.override_, Some(parts::grade(*grade, t)), Some(reason), text.as_str(), *expires)
        }
        Decision::Sign { text } => (t.sign, None, None, text.as_str(), None),
        Decision::AskProvider { text, deadline } => (t.ask, None, None, text.as_str(), Some(*deadline)),
        Decision::Reply { from, text } => (t.reply, None, Some(name(from)), text.as_str(), None),
        Decision::Lapse { why } => (t.lapse, None, Some(why.says().in_lang(t.lang).to_owned()), "", None),
    };
    Step {
        at: minute(step.at),
        by: name(&step.by),
        what,
        grade,
        reason,
        text: short(text, 4_000),
        until: until.map(|day| day.to_string()),
    }
}
