//! From kept audits to a report: titles from the rules, passages numbered as exhibits, texts bounded and made harmless.
//!
//! It judges nothing and drops nothing but what is beyond a bound, and then says so. The same audits, rules and
//! surroundings give the same report.

use super::bar::Bar;
use super::context::Contexts;
use super::model::{
    Attested, Basis, Contradiction, CriterionText, Exhibit, Finding, Gap, MethodText, Quote, Ranking, Rating, Report,
    Row, Service,
};
use super::prose;
use crate::base::review::Status;
use crate::present::output::ranking::worst;
use crate::present::text;
use crate::present::words::{self, words};
use probity_rules::catalogue::Rules;
use probity_rules::judge::{self, Grade};
use probity_rules::method::{Light, Method};
use probity_rules::observation::{Citation, Searched};
use probity_rules::rating::{Audit, Audited, Rated, Rating as Kept};
use probity_rules::sentence::{Lang, Sentence};
use probity_rules::{country, score};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Passages that are shown in their surroundings beside a finding; the others are named by number.
const QUOTES: usize = 3;

/// Gaps of one service that are listed; of a broken world there can be thousands.
const GAPS: usize = 200;

/// What a report is made from: an audit, and the name of its folder.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The audit, with the services that the report shall show.
    pub(crate) audit: Audit,
    /// The name of its folder.
    pub(crate) name: String,
    /// Whether its archive lies there; that of a replay lies where it was taken from.
    pub(crate) archived: bool,
    /// How ratings stand, by service and method, where somebody keeps it; else they are provisional.
    pub(crate) states: BTreeMap<(String, String), Status>,
}

impl Source {
    /// How a rating stands.
    pub(crate) fn state(&self, rating: &Kept) -> Status {
        self.states.get(&(rating.service.clone(), rating.method.clone())).copied().unwrap_or_default()
    }
}

/// Makes a report.
pub(crate) fn build(sources: &[Source], rules: &Rules, contexts: &Contexts, lang: Lang) -> Report {
    let mut maker = Maker { rules, contexts, lang, exhibits: Vec::new(), numbers: BTreeMap::new() };
    let methods = maker.methods(sources);
    let mut all: Vec<(usize, &Audited)> = sources
        .iter()
        .enumerate()
        .flat_map(|(place, source)| source.audit.services.iter().map(move |service| (place, service)))
        .collect();
    all.sort_by(|one, other| order(one.1).cmp(&order(other.1)));
    let services =
        all.iter().map(|(place, service)| maker.service(*place, &sources[*place], service, &methods)).collect();
    let rankings = methods.iter().map(|method| maker.ranking(sources, method)).collect();
    Report {
        lang,
        words: words(lang),
        audits: sources.iter().map(|source| maker.basis(source)).collect(),
        rankings,
        services,
        methods: methods.iter().map(|method| maker.method(method)).collect(),
        criteria: maker.criteria(sources),
        exhibits: maker.exhibits,
    }
}

/// The order of services: as a reader looks them up.
fn order(service: &Audited) -> (String, &str) {
    (service.name.to_lowercase(), &service.service)
}

struct Maker<'a> {
    rules: &'a Rules,
    contexts: &'a Contexts,
    lang: Lang,
    exhibits: Vec<Exhibit>,
    numbers: BTreeMap<(String, Citation), usize>,
}

impl Maker<'_> {
    /// The methods that rated, those with points first.
    fn methods(&self, sources: &[Source]) -> Vec<String> {
        let rated: BTreeSet<&str> =
            sources.iter().flat_map(|source| &source.audit.ratings).map(|rating| rating.method.as_str()).collect();
        let pointed = |id: &&str| self.rules.method(id).is_ok_and(|method| method.limits.is_some());
        let (first, second): (Vec<_>, Vec<_>) = rated.into_iter().partition(pointed);
        first.into_iter().chain(second).map(str::to_owned).collect()
    }

    fn title(&self, criterion: &str) -> String {
        let known = self.rules.criterion(criterion).map(|known| known.title.in_lang(self.lang));
        text::brief(known.unwrap_or(criterion), text::NAME)
    }

    fn method_title(&self, id: &str) -> String {
        let known = self.rules.method(id).ok().map(|known| known.title.in_lang(self.lang).to_owned());
        text::brief(known.as_deref().unwrap_or(id), text::NAME)
    }

    fn basis(&self, source: &Source) -> Basis {
        let law = &source.audit.law;
        let named = |codes: &[String]| {
            let mut names: Vec<_> = codes.iter().map(|code| country::name(code, self.lang)).collect();
            names.sort_unstable();
            if names.is_empty() { words(self.lang).none.to_owned() } else { text::line(&names.join(", ")) }
        };
        let mut head = source.audit.clone();
        (head.ratings, head.services) = (Vec::new(), Vec::new());
        Basis {
            archive: archive(source),
            eea: named(&law.eea),
            adequate: named(&law.adequate),
            registered: named(&law.registered),
            head,
        }
    }

    fn ranking(&self, sources: &[Source], id: &str) -> Ranking {
        let method = self.rules.method(id).ok();
        let mut rated: Vec<(&Source, &Audited, &Kept)> = Vec::new();
        for source in sources {
            let named = source.audit.services.iter();
            let by: BTreeMap<&str, &Audited> = named.map(|service| (service.service.as_str(), service)).collect();
            let ratings = source.audit.ratings.iter().filter(|rating| rating.method == id);
            rated.extend(ratings.filter_map(|rating| Some((source, *by.get(rating.service.as_str())?, rating))));
        }
        let pointed = method.is_some_and(|method| method.limits.is_some());
        let key = |rating: &Kept| {
            let points = if pointed { (rating.points.low, rating.points.high) } else { (0, 0) };
            (rating.light, Reverse(points.0), Reverse(points.1))
        };
        rated.sort_by(|one, other| key(one.2).cmp(&key(other.2)).then_with(|| order(one.1).cmp(&order(other.1))));
        let mut rows: Vec<Row> = Vec::with_capacity(rated.len());
        for (place, (source, service, rating)) in rated.iter().enumerate() {
            let tied = place > 0 && key(rated[place - 1].2) == key(rating);
            let rank = if tied { rows[place - 1].rank } else { Some(place + 1) };
            rows.push(self.row(source, service, rating, rank.filter(|_| rating.light != Light::Undecided)));
        }
        let lights = [Light::Green, Light::Yellow, Light::Red, Light::Undecided];
        let count = |light| rows.iter().filter(|row| row.light == light).count();
        Ranking {
            method: id.to_owned(),
            title: self.method_title(id),
            pointed,
            parts: method.map(|method| self.part_titles(method)).unwrap_or_default(),
            counts: lights.into_iter().map(|light| (light, count(light))).filter(|(_, count)| *count > 0).collect(),
            rows,
        }
    }

    fn row(&self, source: &Source, service: &Audited, rating: &Kept, rank: Option<usize>) -> Row {
        let method = self.rules.method(&rating.method).ok();
        let finding = match &rating.settle {
            Some(settle) => rating.findings.iter().find(|finding| finding.criterion == settle.criterion),
            None => method.and_then(|method| worst(rating, method)),
        };
        let reason = finding.map(|finding| match self.missing(finding).into_iter().next() {
            Some(missing) => missing,
            None => text::brief(self.because(finding), text::QUOTE),
        });
        Row {
            rank,
            service: service.service.clone(),
            name: text::brief(&service.name, text::NAME),
            light: rating.light,
            state: source.state(rating),
            bar: self.bar(rating),
            parts: method.map(|method| parts(method, rating)).unwrap_or_default(),
            coverage: rating.coverage,
            criterion: finding.map(|finding| self.title(&finding.criterion)),
            reason: reason.unwrap_or_default(),
            as_of: source.audit.as_of,
        }
    }

    fn bar(&self, rating: &Kept) -> Option<Bar> {
        let method = self.rules.method(&rating.method).ok()?;
        let limits = Some(method.limits?);
        Some(Bar { points: rating.points, limits, light: rating.light, lang: self.lang })
    }

    fn part_titles(&self, method: &Method) -> Vec<String> {
        if method.parts.len() < 2 {
            return Vec::new();
        }
        method.parts.iter().map(|part| text::brief(part.in_lang(self.lang), text::NAME)).collect()
    }

    fn service(&mut self, place: usize, source: &Source, service: &Audited, methods: &[String]) -> Service {
        let of = |method: &String| {
            let ratings = source.audit.ratings.iter();
            ratings.filter(|rating| rating.service == service.service && rating.method == *method).collect::<Vec<_>>()
        };
        let ratings: Vec<_> = methods.iter().flat_map(of).collect();
        let ratings = ratings.into_iter().map(|rating| self.rating(source, rating)).collect();
        let contradictions =
            service.contradictions.iter().map(|one| self.contradiction(&service.service, one)).collect();
        let gap = |gap: &probity_rules::facts::Gap| Gap {
            target: text::brief(&gap.target, 300),
            why: words::why(gap.why, self.lang),
            detail: text::brief(&gap.detail, 300),
        };
        let more = service.gaps.len().saturating_sub(GAPS);
        let mut gaps: Vec<_> = service.gaps.iter().take(GAPS).map(gap).collect();
        if more > 0 {
            gaps.push(Gap { target: format!("… (+{more})"), why: String::new(), detail: String::new() });
        }
        let w = words(self.lang);
        Service {
            id: service.service.clone(),
            name: text::brief(&service.name, text::NAME),
            category: text::brief(&service.category, text::NAME),
            ended: service.discontinued.map(|day| format!("{} {}.", w.ended, words::day(day, self.lang))),
            as_of: source.audit.as_of,
            audit: place,
            ratings,
            contradictions,
            gaps,
        }
    }

    fn rating(&mut self, source: &Source, rating: &Kept) -> Rating {
        let method = self.rules.method(&rating.method).ok();
        let titles = method.map(|method| self.part_titles(method)).unwrap_or_default();
        let lights = method.map(|method| parts(method, rating)).unwrap_or_default();
        // What is against a better light first; within a grade the order of the method.
        let mut findings: Vec<_> = rating.findings.iter().collect();
        let order = [Grade::Poor, Grade::Partial, Grade::Inconclusive, Grade::Good, Grade::NotApplicable];
        findings.sort_by_key(|finding| order.iter().position(|grade| *grade == finding.grade));
        Rating {
            method: rating.method.clone(),
            title: self.method_title(&rating.method),
            light: rating.light,
            state: source.state(rating),
            bar: self.bar(rating),
            parts: titles.into_iter().zip(lights).collect(),
            coverage: rating.coverage,
            settle: rating.settle.as_ref().map(|settle| (self.title(&settle.criterion), settle.alone)),
            note: rating.note.as_ref().map(|note| text::brief(note.in_lang(self.lang), text::QUOTE)),
            findings: findings.into_iter().map(|finding| self.finding(&rating.service, finding)).collect(),
        }
    }

    fn because<'r>(&self, rated: &'r Rated) -> &'r str {
        match self.lang {
            Lang::De if !rated.because_de.is_empty() => &rated.because_de,
            _ => &rated.because,
        }
    }

    fn missing(&self, rated: &Rated) -> Vec<String> {
        let texts = match self.lang {
            Lang::De if rated.missing_de.len() == rated.missing.len() => &rated.missing_de,
            _ => &rated.missing,
        };
        texts.iter().map(|missing| text::brief(missing, text::QUOTE)).collect()
    }

    fn finding(&mut self, service: &str, rated: &Rated) -> Finding {
        let asks = matches!(rated.grade, Grade::Poor | Grade::Partial | Grade::Inconclusive);
        let said = self.rules.criterion(&rated.criterion).filter(|_| asks).map(|criterion| &criterion.prose);
        let why = said.map(|said| prose::html(said.why.in_lang(self.lang)));
        let fix = said.map(|said| prose::html(said.fix.in_lang(self.lang)));
        let mut quotes: Vec<_> = rated.citations.iter().take(QUOTES).map(|one| self.quote(service, one)).collect();
        quotes.dedup_by_key(|quote| quote.exhibit);
        let more = rated.citations.iter().skip(QUOTES).map(|one| self.exhibit(service, one));
        let more: BTreeSet<_> = more.collect();
        Finding {
            criterion: rated.criterion.clone(),
            title: self.title(&rated.criterion),
            grade: rated.grade,
            between: rated.between.clone(),
            basis: words::basis(rated.basis, self.lang),
            weight: rated.weight,
            because: text::brief(self.because(rated), 4 * text::QUOTE),
            quotes,
            more: more.into_iter().collect(),
            elsewhere: rated.elsewhere.iter().take(1).map(|one| self.quote(service, one)).collect(),
            searched: rated.searched.as_ref().map(|searched| self.searched(searched)),
            attested: rated.attested.iter().map(attested).collect(),
            decided: rated.decided.as_ref().map(|decided| words::decided(decided, self.lang)),
            missing: self.missing(rated),
            why,
            fix: fix.filter(|_| rated.grade != Grade::Inconclusive),
        }
    }

    fn searched(&self, searched: &Searched) -> String {
        const PLACES: usize = 8;
        let mut places: Vec<_> = searched.places.iter().take(PLACES).map(|place| text::short_address(place)).collect();
        if let Some(more) = searched.places.len().checked_sub(PLACES).filter(|more| *more > 0) {
            places.push(format!("… (+{more})"));
        }
        let unit = match self.lang {
            Lang::En => "words",
            Lang::De => "Wörter",
        };
        format!(
            "{} {unit} ({}): {}",
            words::number(searched.words),
            text::brief(&searched.languages.join(", "), 60),
            places.join(", ")
        )
    }

    fn contradiction(&mut self, service: &str, one: &judge::Contradiction) -> Contradiction {
        let mut sides = Vec::new();
        for side in &one.sides {
            let mut quotes: Vec<_> = side.citations.iter().take(QUOTES).map(|one| self.quote(service, one)).collect();
            quotes.dedup_by_key(|quote| quote.exhibit);
            sides.push((
                text::brief(side.what_in(self.lang), 2 * text::QUOTE),
                words::basis(side.basis, self.lang),
                quotes,
            ));
        }
        Contradiction {
            says: text::brief(one.says.in_lang(self.lang), text::QUOTE),
            sides,
            criteria: one.criteria.iter().map(|id| self.title(id)).collect(),
            unsettles: one.unsettles,
        }
    }

    /// The number of a passage: a new one where it was not cited before.
    fn exhibit(&mut self, service: &str, citation: &Citation) -> usize {
        let key = (service.to_owned(), citation.clone());
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let number = self.exhibits.len() + 1;
        let (quote, cut) = text::bounded(&citation.quote, text::EXHIBIT);
        self.exhibits.push(Exhibit {
            number,
            service: service.to_owned(),
            record: text::brief(&citation.record, 200),
            url: text::brief(&citation.url, 2_000),
            link: text::link(&citation.url).map(str::to_owned),
            captured: citation.captured,
            quote: text::clean(quote).into_owned(),
            cut,
            span: citation.span,
            data: citation.span.is_none(),
        });
        self.numbers.insert(key, number);
        number
    }

    fn quote(&mut self, service: &str, citation: &Citation) -> Quote {
        let exhibit = self.exhibit(service, citation);
        let context = self.contexts.get(citation);
        let (passage, cut) = text::bounded(&citation.quote, text::QUOTE);
        let clean = |text: &str| text::clean(text).into_owned();
        Quote {
            exhibit,
            before: context.map(|context| clean(&context.before)).unwrap_or_default(),
            passage: clean(passage),
            cut,
            after: context.filter(|_| !cut).map(|context| clean(&context.after)).unwrap_or_default(),
            heading: context.and_then(|context| context.heading.as_deref().map(clean)),
            place: text::short_address(&citation.url),
            link: text::link(&citation.url).map(str::to_owned),
            captured: citation.captured,
            data: citation.span.is_none(),
        }
    }

    fn method(&self, id: &str) -> MethodText {
        let known = self.rules.method(id).ok();
        let sources = known.map_or(&[][..], |method| &method.sources);
        MethodText {
            id: id.to_owned(),
            title: self.method_title(id),
            revision: known.map(|method| method.revision),
            reading: known.map(|method| text::line(method.reading.in_lang(self.lang))).unwrap_or_default(),
            sources: sources
                .iter()
                .map(|source| {
                    let link = source.url.as_deref().and_then(text::link).map(str::to_owned);
                    (text::line(&source.title), link, source.date.map(|date| words::day(date, self.lang)))
                })
                .collect(),
        }
    }

    fn criteria(&self, sources: &[Source]) -> Vec<CriterionText> {
        let mut asked: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for finding in sources.iter().flat_map(|source| &source.audit.ratings).flat_map(|rating| &rating.findings) {
            asked.entry(&finding.criterion).or_default().insert(finding.revision);
        }
        let mut texts: Vec<_> = asked
            .iter()
            .filter_map(|(id, revisions)| {
                let known = self.rules.criterion(id)?;
                let html = |part: &Sentence| prose::html(part.in_lang(self.lang));
                Some(CriterionText {
                    id: (*id).to_owned(),
                    title: self.title(id),
                    legal: text::line(&known.legal_in(self.lang).join(", ")),
                    revision: known.revision,
                    differs: revisions.iter().any(|revision| *revision != known.revision),
                    why: html(&known.prose.why),
                    looks: html(&known.prose.looks),
                    unseen: html(&known.prose.unseen),
                })
            })
            .collect();
        texts.sort_by(|one, other| (&one.title, &one.id).cmp(&(&other.title, &other.id)));
        texts
    }
}

/// The path of the archive, as a command line takes it.
pub(super) fn archive(source: &Source) -> String {
    match source.archived {
        true => format!("audits/{}/archive.warc.gz", text::anchor_path(&source.name)),
        false => "recorded.warc.gz".to_owned(),
    }
}

fn attested(attested: &probity_rules::facts::Attested) -> Attested {
    Attested {
        stated: attested.stated,
        by: text::brief(&attested.by, text::NAME),
        date: attested.date,
        source: attested.source.as_deref().map(text::short_address),
        link: attested.source.as_deref().and_then(text::link).map(str::to_owned),
        note: attested.note.as_deref().map(|note| text::brief(note, text::QUOTE)),
        expires: attested.expires,
    }
}

/// The light of each part of a method that has several.
fn parts(method: &Method, rating: &Kept) -> Vec<Light> {
    if method.parts.len() < 2 {
        return Vec::new();
    }
    let last = method.entries.iter().map(|entry| entry.criterion).max().unwrap_or(0);
    let mut outlooks = vec![judge::Outlook::OPEN; last + 1];
    for entry in &method.entries {
        if let Some(finding) = rating.findings.iter().find(|finding| finding.criterion == entry.id) {
            outlooks[entry.criterion] = judge::Outlook::among(finding.grade, &finding.between);
        }
    }
    score::score_outlooks(method, &outlooks).parts
}

#[cfg(test)]
pub(crate) mod tests;
