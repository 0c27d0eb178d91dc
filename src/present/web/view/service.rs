//! One service by one method: the rating, its findings with quotes, contradictions, gaps, history.

use super::board::{Change, Choice, change};
use super::parts::{self, Bar, Mark, Prose, Quote, encoded, name, percent, prose, sentence, short};
use super::plot::{Plot, Size, plot};
use super::{Known, Library, Rated, Snapshot};
use crate::present::web::words::{Words, minute};
use crate::present::words;
use probity_rules::judge::{Contradiction, Grade};
use probity_rules::observation::Searched;
use probity_rules::rating;
use probity_rules::sentence::Lang;

/// Quotes that a finding shows at once; the others can be opened.
const QUOTES: usize = 2;
/// What would decide a finding, of which so much is shown at once.
const MISSING: usize = 3;
/// As much of it as is shown at all.
const MOST_MISSING: usize = 24;
/// Quotes of one finding or side that are shown at all.
const MOST_QUOTES: usize = 40;

/// A rating by another method, as a tab.
#[derive(Clone, Debug)]
pub(crate) struct Tab {
    /// The method.
    pub(crate) choice: Choice,
    /// Its light.
    pub(crate) light: Mark,
}

/// A finding.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// The criterion.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// The grade.
    pub(crate) grade: Mark,
    /// On what it rests, and what that means.
    pub(crate) basis: Option<(&'static str, &'static str)>,
    /// Its weight.
    pub(crate) weight: u32,
    /// The sentence behind the grade.
    pub(crate) because: String,
    /// The first quotes.
    pub(crate) quotes: Vec<Quote>,
    /// The others.
    pub(crate) more: Vec<Quote>,
    /// What was read in vain.
    pub(crate) searched: Option<Sought>,
    /// What is said of it in documents that do not count for the criterion.
    pub(crate) elsewhere: Vec<Quote>,
    /// Who vouches: the person, the day, a note, the last day.
    pub(crate) vouched: Vec<(String, String, Option<String>, Option<String>)>,
    /// What a person decided on it, in a sentence.
    pub(crate) decided: Option<String>,
    /// What would decide it.
    pub(crate) missing: Vec<String>,
    /// The rest of it, which can be opened.
    pub(crate) missing_more: Vec<String>,
    /// The grades that are left.
    pub(crate) between: Vec<Mark>,
    /// Why it matters.
    pub(crate) why: Vec<Prose>,
    /// How to fix it, where there is something to fix.
    pub(crate) fix: Vec<Prose>,
    /// The contradictions that concern it.
    pub(crate) contradicted: Vec<String>,
}

/// What was read in vain.
#[derive(Clone, Debug)]
pub(crate) struct Sought {
    /// How much.
    pub(crate) words: String,
    /// In which languages.
    pub(crate) languages: String,
    /// Where.
    pub(crate) places: Vec<String>,
}

/// A contradiction.
#[derive(Clone, Debug)]
pub(crate) struct Against {
    /// Its id.
    pub(crate) id: String,
    /// What contradicts what.
    pub(crate) says: String,
    /// The sides: what holds, on what it rests, quotes.
    pub(crate) sides: Vec<(String, Option<&'static str>, Vec<Quote>)>,
}

/// Something that could not be had.
#[derive(Clone, Debug)]
pub(crate) struct Gap {
    /// What.
    pub(crate) target: String,
    /// Why.
    pub(crate) why: String,
    /// In detail.
    pub(crate) detail: String,
}

/// The page of a service.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Its name.
    pub(crate) name: String,
    /// Its category.
    pub(crate) category: String,
    /// When it ended.
    pub(crate) ended: Option<String>,
    /// The methods.
    pub(crate) tabs: Vec<Tab>,
    /// The method's id.
    pub(crate) method: String,
    /// The method's title.
    pub(crate) method_title: String,
    /// That it is our reading.
    pub(crate) reading: String,
    /// The light.
    pub(crate) light: Mark,
    /// The points.
    pub(crate) bar: Bar,
    /// The share known, as a percentage.
    pub(crate) known: u32,
    /// Whether it counts as published, and what that means.
    pub(crate) standing: (Mark, &'static str),
    /// How many findings have which grade.
    pub(crate) counts: Vec<(Mark, usize)>,
    /// What to know about this rating.
    pub(crate) note: Option<String>,
    /// What to find out first: criterion, title, what is missing, whether it decides alone.
    pub(crate) settle: Option<(String, String, String, bool)>,
    /// The findings, what is against a better light first.
    pub(crate) findings: Vec<Finding>,
    /// The contradictions.
    pub(crate) contradictions: Vec<Against>,
    /// What could not be had.
    pub(crate) gaps: Vec<Gap>,
    /// The history, as it is drawn for a usual window and for a narrow one.
    pub(crate) plots: [Plot; 2],
    /// What changed, the oldest first: the numbers of the plot.
    pub(crate) changes: Vec<Change>,
    /// The audit: its id, time, law, rules.
    pub(crate) audit: (String, String, String, String),
    /// The databases that placed addresses.
    pub(crate) databases: Vec<(String, String)>,
    /// The service's place in addresses.
    pub(crate) link: String,
}

impl Page {
    /// The plot for a usual window.
    pub(crate) fn wide(&self) -> &Plot {
        &self.plots[0]
    }
}

/// What is against a better light comes first.
const ORDER: [Grade; 5] = [Grade::Poor, Grade::Partial, Grade::Inconclusive, Grade::Good, Grade::NotApplicable];

/// Makes the page.
pub(crate) fn page(library: &Library, snapshot: &Snapshot, known: &Known, rated: &Rated, t: &Words) -> Page {
    let rules = &library.rules;
    let rating = &rated.rating;
    let audit = &known.audit;
    let limits = parts::method(rules, &rating.method).and_then(|method| method.limits);
    let mut turns: Vec<_> =
        snapshot.turns.iter().filter(|turn| turn.service == rating.service && turn.method == rating.method).collect();
    turns.reverse();
    let at: Vec<_> = turns.iter().map(|turn| turn.at).collect();
    let evidence = rated.history.last().map_or(&audit.id, |point| &point.audit);
    let mut findings: Vec<&rating::Rated> = rating.findings.iter().collect();
    let rank = |grade: Grade| ORDER.iter().position(|one| *one == grade).unwrap_or(ORDER.len());
    findings.sort_by_key(|finding| (rank(finding.grade), std::cmp::Reverse(finding.weight)));
    let order = super::board::methods(rules, snapshot);
    let place = |id: &str| order.iter().position(|method| method.id == id).unwrap_or(order.len());
    let mut by_method: Vec<&Rated> = known.rated.iter().collect();
    by_method.sort_by_key(|one| place(&one.rating.method));
    Page {
        name: name(&known.about.name),
        category: words::category(&known.about.category, t.lang),
        ended: known.about.discontinued.map(|day| day.to_string()),
        tabs: by_method
            .iter()
            .map(|one| Tab {
                choice: Choice {
                    value: one.rating.method.clone(),
                    word: parts::method_title(rules, &one.rating.method, t).to_owned(),
                    here: one.rating.method == rating.method,
                },
                light: parts::light(one.rating.light, t),
            })
            .collect(),
        method: rating.method.clone(),
        method_title: parts::method_title(rules, &rating.method, t).to_owned(),
        reading: parts::method(rules, &rating.method).map_or("", |one| one.reading.in_lang(t.lang)).to_owned(),
        light: parts::light(rating.light, t),
        bar: Bar::new(rating.points, limits),
        known: percent(rating.coverage),
        standing: parts::standing(rated.standing, t),
        counts: ORDER
            .iter()
            .map(|grade| (parts::grade(*grade, t), findings.iter().filter(|finding| finding.grade == *grade).count()))
            .filter(|(_, count)| *count > 0)
            .collect(),
        note: rating.note.as_ref().map(|note| note.in_lang(t.lang).to_owned()),
        settle: rating.settle.as_ref().map(|settle| {
            let finding = rating.findings.iter().find(|finding| finding.criterion == settle.criterion);
            let missing = finding.and_then(|finding| missing(finding, t).first()).cloned().unwrap_or_default();
            let title = parts::criterion_title(rules, &settle.criterion, t).to_owned();
            (settle.criterion.clone(), title, sentence(&missing, 300), settle.alone)
        }),
        findings: findings.iter().map(|one| finding(library, one, evidence, t)).collect(),
        contradictions: rating.contradictions.iter().map(|one| against(one, evidence, t)).collect(),
        gaps: known
            .about
            .gaps
            .iter()
            .map(|gap| Gap { target: short(&gap.target, 200), why: t.why(gap.why), detail: short(&gap.detail, 300) })
            .collect(),
        plots: [Size::WIDE, Size::NARROW].map(|size| plot(&rated.history, limits, &at, size, t)),
        changes: turns.iter().map(|turn| change(rules, snapshot, turn, t)).collect(),
        audit: (audit.id.to_string(), minute(audit.as_of), audit.law.day.to_string(), short(&audit.tool.rules, 16)),
        databases: audit.geoip.iter().map(|one| (name(&one.name), one.date.to_string())).collect(),
        link: format!("/services/{}", encoded(&rating.service)),
    }
}

/// A finding.
pub(crate) fn finding(library: &Library, finding: &rating::Rated, audit: &str, t: &Words) -> Finding {
    let mut quotes: Vec<Quote> =
        finding.citations.iter().take(MOST_QUOTES).map(|citation| Quote::new(citation, audit, t)).collect();
    let more = quotes.split_off(quotes.len().min(QUOTES));
    let mut open: Vec<String> = Vec::new();
    for missing in missing(finding, t).iter().map(|missing| sentence(missing, 300)) {
        if !open.contains(&missing) && open.len() < MOST_MISSING {
            open.push(missing);
        }
    }
    let closed = open.split_off(open.len().min(MISSING));
    let needs_fix = matches!(finding.grade, Grade::Poor | Grade::Partial);
    let because = match t.lang {
        Lang::De if !finding.because_de.is_empty() => &finding.because_de,
        _ => &finding.because,
    };
    let said = library.rules.criterion(&finding.criterion).map(|criterion| &criterion.prose);
    Finding {
        id: finding.criterion.clone(),
        title: parts::criterion_title(&library.rules, &finding.criterion, t).to_owned(),
        grade: parts::grade(finding.grade, t),
        basis: t.basis(finding.basis),
        weight: finding.weight,
        because: sentence(because, 600),
        quotes,
        more,
        elsewhere: finding.elsewhere.iter().take(QUOTES).map(|citation| Quote::new(citation, audit, t)).collect(),
        searched: finding.searched.as_ref().map(|searched| sought(searched, t)),
        vouched: finding
            .attested
            .iter()
            .map(|one| {
                let note = one.note.as_ref().map(|note| short(note, 300));
                (name(&one.by), one.date.to_string(), note, one.expires.map(|day| day.to_string()))
            })
            .collect(),
        decided: finding.decided.as_ref().map(|decided| words::decided(decided, t.lang)),
        missing: open,
        missing_more: closed,
        between: finding.between.iter().map(|grade| parts::grade(*grade, t)).collect(),
        why: said.map_or_else(Vec::new, |said| prose(said.why.in_lang(t.lang))),
        fix: said.filter(|_| needs_fix).map_or_else(Vec::new, |said| prose(said.fix.in_lang(t.lang))),
        contradicted: finding.contradicted.clone(),
    }
}

/// What would decide a finding; in English where it was kept in English only.
fn missing<'f>(finding: &'f rating::Rated, t: &Words) -> &'f [String] {
    match t.lang {
        Lang::De if !finding.missing_de.is_empty() => &finding.missing_de,
        _ => &finding.missing,
    }
}

fn sought(searched: &Searched, t: &Words) -> Sought {
    Sought {
        words: format!("{} {}", t.number(searched.words), t.words),
        languages: searched.languages.join(", "),
        places: searched.places.iter().take(12).map(|place| name(place)).collect(),
    }
}

fn against(contradiction: &Contradiction, audit: &str, t: &Words) -> Against {
    let sides = contradiction.sides.iter().map(|side| {
        let quotes = side.citations.iter().take(6).map(|citation| Quote::new(citation, audit, t)).collect();
        (sentence(side.what_in(t.lang), 300), t.basis(side.basis).map(|(word, _)| word), quotes)
    });
    Against {
        id: contradiction.id.clone(),
        says: sentence(contradiction.says.in_lang(t.lang), 400),
        sides: sides.collect(),
    }
}
