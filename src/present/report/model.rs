//! A report as all its forms see it: rankings, services with their findings, exhibits by number, methods, law.
//!
//! It holds texts in one language, bounded and free of control characters, and no markup but the prose of criteria. How it
//! comes about is `build.rs`.

use super::bar::Bar;
use super::light::{GradeMark, Mark};
use crate::base::review::Status;
use crate::present::words::Words;
use jiff::Timestamp;
use probity_rules::judge::Grade;
use probity_rules::method::Light;
use probity_rules::rating::Audit;
use probity_rules::sentence::Lang;

/// A whole report.
#[derive(Debug)]
pub(crate) struct Report {
    /// Its language.
    pub(crate) lang: Lang,
    /// The words of that language.
    pub(crate) words: &'static Words,
    /// The audits that it rests on, the newest first, without ratings and services.
    pub(crate) audits: Vec<Basis>,
    /// A ranking for each method, those with points first.
    pub(crate) rankings: Vec<Ranking>,
    /// The services, sorted by name.
    pub(crate) services: Vec<Service>,
    /// The methods that rated, in the order of the rankings.
    pub(crate) methods: Vec<MethodText>,
    /// The criteria that were asked, sorted by title.
    pub(crate) criteria: Vec<CriterionText>,
    /// Every passage that is cited, by number from 1.
    pub(crate) exhibits: Vec<Exhibit>,
}

/// One audit that a report rests on.
#[derive(Clone, Debug)]
pub(crate) struct Basis {
    /// The audit without ratings and services.
    pub(crate) head: Audit,
    /// The path of its archive, as a command line takes it.
    pub(crate) archive: String,
    /// The countries of the European Economic Area, with the names of the language; and so on.
    pub(crate) eea: String,
    /// Those with an adequacy decision for all.
    pub(crate) adequate: String,
    /// Those where it holds for the companies of a register.
    pub(crate) registered: String,
}

/// The services in the order in which a method rates them.
#[derive(Clone, Debug)]
pub(crate) struct Ranking {
    /// The method's id.
    pub(crate) method: String,
    /// Its title.
    pub(crate) title: String,
    /// Whether the points decide the light.
    pub(crate) pointed: bool,
    /// The titles of its parts, where it has several.
    pub(crate) parts: Vec<String>,
    /// How many services have which light.
    pub(crate) counts: Vec<(Light, usize)>,
    /// A row for each service, the best first.
    pub(crate) rows: Vec<Row>,
}

/// A service in a ranking.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Its place; none where the light is undecided.
    pub(crate) rank: Option<usize>,
    /// The service's id.
    pub(crate) service: String,
    /// Its name, bounded.
    pub(crate) name: String,
    /// The light.
    pub(crate) light: Light,
    /// How it stands.
    pub(crate) state: Status,
    /// The points as an interval, where they decide.
    pub(crate) bar: Option<Bar>,
    /// The light of each part.
    pub(crate) parts: Vec<Light>,
    /// The share of the weight that could be decided, 0 to 1.
    pub(crate) coverage: f64,
    /// The title of the criterion that weighs most against a better light, or would settle it.
    pub(crate) criterion: Option<String>,
    /// The sentence on it.
    pub(crate) reason: String,
    /// As of when.
    pub(crate) as_of: Timestamp,
}

/// What is said of one service.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// Its id.
    pub(crate) id: String,
    /// Its name, bounded.
    pub(crate) name: String,
    /// The field it is rated in.
    pub(crate) category: String,
    /// The sentence on its end.
    pub(crate) ended: Option<String>,
    /// As of when.
    pub(crate) as_of: Timestamp,
    /// The place of its audit in [`Report::audits`].
    pub(crate) audit: usize,
    /// One for each method, in the order of the rankings.
    pub(crate) ratings: Vec<Rating>,
    /// Where it contradicts itself.
    pub(crate) contradictions: Vec<Contradiction>,
    /// What could not be had.
    pub(crate) gaps: Vec<Gap>,
}

/// A service rated by a method.
#[derive(Clone, Debug)]
pub(crate) struct Rating {
    /// The method's id.
    pub(crate) method: String,
    /// Its title.
    pub(crate) title: String,
    /// The light.
    pub(crate) light: Light,
    /// How it stands.
    pub(crate) state: Status,
    /// The points, where they decide.
    pub(crate) bar: Option<Bar>,
    /// Each part and its light.
    pub(crate) parts: Vec<(String, Light)>,
    /// The share of the weight that could be decided.
    pub(crate) coverage: f64,
    /// The title of the criterion that would settle the light soonest, and whether it does so alone.
    pub(crate) settle: Option<(String, bool)>,
    /// What to know about this rating.
    pub(crate) note: Option<String>,
    /// The findings, what is against a better light first.
    pub(crate) findings: Vec<Finding>,
}

/// A finding.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// The criterion's id.
    pub(crate) criterion: String,
    /// Its title.
    pub(crate) title: String,
    /// The grade.
    pub(crate) grade: Grade,
    /// The grades that are left.
    pub(crate) between: Vec<Grade>,
    /// On what it rests, in a word.
    pub(crate) basis: &'static str,
    /// The weight in the method.
    pub(crate) weight: u32,
    /// The sentence behind the grade.
    pub(crate) because: String,
    /// The passages, the first ones in their surroundings.
    pub(crate) quotes: Vec<Quote>,
    /// The numbers of the further exhibits.
    pub(crate) more: Vec<usize>,
    /// What is said of it in documents that do not count for the criterion.
    pub(crate) elsewhere: Vec<Quote>,
    /// What was searched in vain, in a sentence.
    pub(crate) searched: Option<String>,
    /// Who vouches.
    pub(crate) attested: Vec<Attested>,
    /// What a person decided on it, in a sentence.
    pub(crate) decided: Option<String>,
    /// What would decide it.
    pub(crate) missing: Vec<String>,
    /// Why it matters, and how to fix it, as HTML; only where the grade is not good.
    pub(crate) why: Option<String>,
    /// How to fix it.
    pub(crate) fix: Option<String>,
}

/// A passage in its surroundings.
#[derive(Clone, Debug)]
pub(crate) struct Quote {
    /// The number of its exhibit.
    pub(crate) exhibit: usize,
    /// What stands before it.
    pub(crate) before: String,
    /// The passage, bounded.
    pub(crate) passage: String,
    /// Whether it was cut.
    pub(crate) cut: bool,
    /// What stands after it.
    pub(crate) after: String,
    /// The heading over it.
    pub(crate) heading: Option<String>,
    /// Where it stands, to be read.
    pub(crate) place: String,
    /// The same as a link, where it is an address of the web.
    pub(crate) link: Option<String>,
    /// When it was captured.
    pub(crate) captured: Timestamp,
    /// Whether it is data (DNS, an interface's answer) and no running text.
    pub(crate) data: bool,
}

/// A passage of the archive, by number.
#[derive(Clone, Debug)]
pub(crate) struct Exhibit {
    /// The number.
    pub(crate) number: usize,
    /// The id of the service that it is about.
    pub(crate) service: String,
    /// The digest of the record's payload.
    pub(crate) record: String,
    /// The address, in full.
    pub(crate) url: String,
    /// The same as a link.
    pub(crate) link: Option<String>,
    /// When it was captured.
    pub(crate) captured: Timestamp,
    /// Verbatim, bounded.
    pub(crate) quote: String,
    /// Whether it was cut.
    pub(crate) cut: bool,
    /// Where in the text it stands.
    pub(crate) span: Option<[usize; 2]>,
    /// Whether it is data and no running text.
    pub(crate) data: bool,
}

/// A person who vouches.
#[derive(Clone, Debug)]
pub(crate) struct Attested {
    /// That it holds, or that it does not.
    pub(crate) stated: bool,
    /// Who.
    pub(crate) by: String,
    /// When.
    pub(crate) date: jiff::civil::Date,
    /// Where it can be looked up, to be read.
    pub(crate) source: Option<String>,
    /// The same as a link.
    pub(crate) link: Option<String>,
    /// Why.
    pub(crate) note: Option<String>,
    /// Until when.
    pub(crate) expires: Option<jiff::civil::Date>,
}

/// Two things that do not fit together.
#[derive(Clone, Debug)]
pub(crate) struct Contradiction {
    /// The sentence.
    pub(crate) says: String,
    /// The two sides: what, on what it rests, the passages.
    pub(crate) sides: Vec<(String, &'static str, Vec<Quote>)>,
    /// The titles of the criteria that it concerns.
    pub(crate) criteria: Vec<String>,
    /// Whether it keeps them from being decided.
    pub(crate) unsettles: bool,
}

/// What could not be had.
#[derive(Clone, Debug)]
pub(crate) struct Gap {
    /// What.
    pub(crate) target: String,
    /// Why.
    pub(crate) why: String,
    /// More of it.
    pub(crate) detail: String,
}

/// A method, as a reader must know it.
#[derive(Clone, Debug)]
pub(crate) struct MethodText {
    /// Its id.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// Its revision.
    pub(crate) revision: Option<u32>,
    /// What in it is ours.
    pub(crate) reading: String,
    /// Its sources: title, link, day.
    pub(crate) sources: Vec<(String, Option<String>, Option<String>)>,
}

/// A criterion, as a reader must know it. The prose is HTML.
#[derive(Clone, Debug)]
pub(crate) struct CriterionText {
    /// Its id.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// Where the law asks for it.
    pub(crate) legal: String,
    /// The revision of this text.
    pub(crate) revision: u32,
    /// Whether a finding was judged by another revision.
    pub(crate) differs: bool,
    /// Why it matters.
    pub(crate) why: String,
    /// What is looked at.
    pub(crate) looks: String,
    /// What cannot be seen.
    pub(crate) unseen: String,
}

impl Report {
    /// Whether a person has confirmed everything.
    pub(crate) fn confirmed(&self) -> bool {
        let mut ratings = self.services.iter().flat_map(|service| &service.ratings);
        ratings.all(|rating| rating.state == Status::Confirmed)
    }

    /// How a rating stands, in a word.
    pub(crate) fn stands(&self, state: &Status) -> &'static str {
        match state {
            Status::Provisional => self.words.is_provisional,
            Status::Confirmed => self.words.is_confirmed,
            Status::Contested => self.words.is_contested,
            Status::Withdrawn => self.words.is_withdrawn,
        }
    }

    /// What the whole report is.
    pub(crate) fn standing(&self) -> &'static str {
        if self.confirmed() { self.words.confirmed } else { self.words.provisional }
    }

    /// A light in the language of the report.
    pub(crate) fn mark(&self, light: &Light) -> Mark {
        Mark(*light, self.lang)
    }

    /// A grade in the language of the report.
    pub(crate) fn grade(&self, grade: &Grade) -> GradeMark {
        GradeMark(*grade, self.lang)
    }
}

impl Row {
    /// The points as an interval; empty where they do not decide.
    pub(crate) fn points(&self) -> String {
        self.bar.map(|bar| crate::present::output::ranking::span(bar.points.low, bar.points.high)).unwrap_or_default()
    }
}

impl Rating {
    /// The points as an interval; empty where they do not decide.
    pub(crate) fn points(&self) -> String {
        self.bar.map(|bar| crate::present::output::ranking::span(bar.points.low, bar.points.high)).unwrap_or_default()
    }
}
