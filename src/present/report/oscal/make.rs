//! From audits to the OSCAL document.

use super::shape::{
    All, AssessmentResults, BackMatter, Component, Control, Document, Evidence, Finding, Hash, Id, Link,
    LocalDefinitions, Metadata, NAMESPACE, Observation, OneResult, Property, Reference, Related, Resource,
    ReviewedControls, Selection, State, Status, Subject, Target, VERSION,
};
use crate::present::report::build::{Source, archive as archive_path};
use crate::present::text;
use crate::present::words::words;
use probity_rules::catalogue::Rules;
use probity_rules::judge::{Basis, Contradiction, Grade};
use probity_rules::observation::Citation;
use probity_rules::rating::{Audited, Rated, Rating};
use probity_rules::sentence::Lang;
use std::collections::BTreeMap;

/// The longest text of a description, in letters.
const LONG: usize = 6_000;

/// Makes the document.
pub(crate) fn oscal(sources: &[Source], rules: &Rules, lang: Lang) -> Document {
    let mut maker = Maker { rules, lang, resources: BTreeMap::new() };
    let results: Vec<_> = sources
        .iter()
        .flat_map(|source| source.audit.services.iter().map(move |service| (source, service)))
        .map(|(source, service)| maker.result(source, service))
        .collect();
    let newest = sources.iter().max_by_key(|source| source.audit.as_of);
    let last_modified = newest.map_or(jiff::Timestamp::UNIX_EPOCH, |source| source.audit.as_of);
    let plan = Id::of(&["plan", &rules.revision]);
    let mut resources = vec![Resource {
        uuid: plan,
        title: "Rules of the assessment".to_owned(),
        description: format!(
            "The criteria and methods of Probity, rules {}. They take the place of an assessment plan.",
            text::line(&rules.revision)
        ),
        rlinks: Vec::new(),
    }];
    resources.extend(sources.iter().map(archive));
    resources.extend(maker.resources.into_values());
    let names: Vec<_> = results.iter().map(|result| result.uuid.to_string()).collect();
    let mut named = vec!["document"];
    named.extend(names.iter().map(String::as_str));
    Document {
        assessment_results: AssessmentResults {
            uuid: Id::of(&named),
            metadata: Metadata {
                title: words(lang).report.to_owned(),
                last_modified,
                version: newest.map_or_else(|| "1".to_owned(), |source| line(&source.audit.as_of.to_string())),
                oscal_version: VERSION,
                remarks: words(lang).provisional.to_owned(),
            },
            import_ap: Reference { href: plan.reference() },
            results,
            back_matter: BackMatter { resources },
        },
    }
}

/// The archive of an audit.
fn archive(source: &Source) -> Resource {
    Resource {
        uuid: Id::of(&["archive", &source.name]),
        title: format!("Archive of the audit of {}", source.audit.as_of),
        description: "Every exchange as it came, as WARC 1.1.".to_owned(),
        rlinks: vec![Link { href: archive_path(source), hashes: Vec::new() }],
    }
}

/// Text on one line that is not empty.
fn line(text: &str) -> String {
    let text = text::brief(text, text::QUOTE);
    if text.is_empty() { "–".to_owned() } else { text }
}

/// Text that may be long and is not empty.
fn long(text: &str) -> String {
    let text = text::clean(text::bounded(text, LONG).0).trim().to_owned();
    if text.is_empty() { "–".to_owned() } else { text }
}

fn property(name: &'static str, value: &str, class: Option<&str>) -> Property {
    Property { name, ns: NAMESPACE, value: line(value), class: class.map(token) }
}

/// An id as the model takes it: begun with a letter, no blanks.
fn token(id: &str) -> String {
    let mut token = text::anchor(id);
    if !token.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        token.insert(0, '_');
    }
    token
}

struct Maker<'a> {
    rules: &'a Rules,
    lang: Lang,
    resources: BTreeMap<Id, Resource>,
}

impl Maker<'_> {
    fn result(&mut self, source: &Source, service: &Audited) -> OneResult {
        let at = source.audit.as_of.to_string();
        let key = |what: &str, of: &str| Id::of(&[what, &service.service, &at, of]);
        let component = Id::of(&["service", &service.service]);
        let ratings: Vec<_> = source.audit.ratings.iter().filter(|one| one.service == service.service).collect();
        // A criterion has one finding, whatever methods ask for it.
        let mut rated: BTreeMap<&str, &Rated> = BTreeMap::new();
        for finding in ratings.iter().flat_map(|rating| &rating.findings) {
            rated.entry(&finding.criterion).or_insert(finding);
        }
        let subject = || vec![Subject { subject_uuid: component, kind: "component" }];
        let mut observations = Vec::new();
        let mut findings = Vec::new();
        for (criterion, one) in &rated {
            let uuid = key("observation", criterion);
            observations.push(self.observation(uuid, one, source, subject()));
            if let Some(status) = status(one.grade) {
                findings.push(Finding {
                    uuid: key("finding", criterion),
                    title: self.title(criterion),
                    description: long(self.because(one)),
                    props: grades(one),
                    target: Target { kind: "objective-id", target_id: token(criterion), status },
                    related_observations: vec![Related { observation_uuid: uuid }],
                });
            }
        }
        for one in &service.contradictions {
            observations.push(self.contradiction(key("contradiction", &one.id), one, source, subject()));
        }
        let controls = rated.keys().map(|criterion| Control { control_id: token(criterion) }).collect::<Vec<_>>();
        OneResult {
            uuid: key("result", ""),
            title: line(&service.name),
            description: self.described(&ratings),
            start: source.audit.as_of,
            end: source.audit.as_of,
            props: ratings
                .iter()
                .flat_map(|rating| lights(rating))
                .chain(
                    ratings.iter().map(|rating| property("state", source.state(rating).as_str(), Some(&rating.method))),
                )
                .chain([property("rules", &source.audit.tool.rules, None)])
                .collect(),
            local_definitions: LocalDefinitions {
                components: vec![Component {
                    uuid: component,
                    kind: "service",
                    title: line(&service.name),
                    description: line(&service.category),
                    status: State { state: if service.discontinued.is_some() { "disposition" } else { "operational" } },
                }],
            },
            reviewed_controls: ReviewedControls {
                control_selections: vec![Selection {
                    include_all: controls.is_empty().then_some(All {}),
                    include_controls: controls,
                }],
            },
            observations,
            findings,
            remarks: gaps(service),
        }
    }

    fn title(&self, criterion: &str) -> String {
        line(self.rules.criterion(criterion).map_or(criterion, |known| known.title.in_lang(self.lang)))
    }

    fn because<'r>(&self, rated: &'r Rated) -> &'r str {
        if self.lang == Lang::De && !rated.because_de.is_empty() { &rated.because_de } else { &rated.because }
    }

    fn described(&self, ratings: &[&Rating]) -> String {
        let method = |id: &str| {
            let known = self.rules.method(id).ok().map(|known| known.title.in_lang(self.lang).to_owned());
            line(known.as_deref().unwrap_or(id))
        };
        let each = ratings.iter().map(|rating| format!("{}: {}", method(&rating.method), rating.light.as_str()));
        long(&each.collect::<Vec<_>>().join("; "))
    }

    fn observation(&mut self, uuid: Id, rated: &Rated, source: &Source, subjects: Vec<Subject>) -> Observation {
        let mut remarks: Vec<String> = match self.lang {
            Lang::De if rated.missing_de.len() == rated.missing.len() => rated.missing_de.clone(),
            _ => rated.missing.clone(),
        };
        if let Some(searched) = &rated.searched {
            remarks.push(format!("{}: {} ({})", words(self.lang).searched, searched.places.join(", "), searched.words));
        }
        remarks
            .extend(rated.attested.iter().map(|one| format!("{} {}, {}", words(self.lang).vouched, one.by, one.date)));
        Observation {
            uuid,
            title: self.title(&rated.criterion),
            description: long(self.because(rated)),
            props: grades(rated),
            methods: methods(rated.basis, &rated.citations),
            types: vec![if status(rated.grade).is_some() { "finding" } else { "control-objective" }],
            subjects,
            relevant_evidence: rated.citations.iter().map(|citation| self.evidence(citation)).collect(),
            collected: collected(&rated.citations, source),
            remarks: (!remarks.is_empty()).then(|| long(&remarks.join("\n"))),
        }
    }

    fn contradiction(&mut self, uuid: Id, one: &Contradiction, source: &Source, subjects: Vec<Subject>) -> Observation {
        let citations: Vec<_> = one.sides.iter().flat_map(|side| side.citations.clone()).collect();
        let sides: Vec<_> = one.sides.iter().map(|side| format!("{} ({})", side.what, side.basis.as_str())).collect();
        Observation {
            uuid,
            title: words(self.lang).contradictions.to_owned(),
            description: long(one.says.in_lang(self.lang)),
            props: vec![property("contradiction", &one.id, None)],
            methods: vec!["EXAMINE"],
            types: vec!["discovery"],
            subjects,
            relevant_evidence: citations.iter().map(|citation| self.evidence(citation)).collect(),
            collected: collected(&citations, source),
            remarks: (!sides.is_empty()).then(|| long(&sides.join("\n"))),
        }
    }

    /// A passage; its record becomes a resource.
    fn evidence(&mut self, citation: &Citation) -> Evidence {
        let id = Id::of(&["record", &citation.url, &citation.record]);
        self.resources.entry(id).or_insert_with(|| Resource {
            uuid: id,
            title: line(&citation.url),
            description: format!("Captured {}", citation.captured),
            rlinks: vec![Link {
                href: text::link(&citation.url)
                    .map_or_else(|| format!("urn:probity:{}", token(&citation.url)), str::to_owned),
                hashes: citation
                    .record
                    .strip_prefix("sha256:")
                    .map(|digest| Hash { algorithm: "SHA-256", value: line(digest) })
                    .into_iter()
                    .collect(),
            }],
        });
        let mut props = vec![
            property("record", &citation.record, None),
            property("captured", &citation.captured.to_string(), None),
        ];
        if let Some([start, end]) = citation.span {
            props.push(property("span", &format!("{start}..{end}"), None));
        }
        Evidence { href: id.reference(), description: long(&citation.quote), props }
    }
}

/// The status of a decided finding; none where it is not decided or not asked.
fn status(grade: Grade) -> Option<Status> {
    match grade {
        Grade::Good => Some(Status { state: "satisfied", reason: "pass" }),
        Grade::Partial => Some(Status { state: "not-satisfied", reason: "other" }),
        Grade::Poor => Some(Status { state: "not-satisfied", reason: "fail" }),
        Grade::Inconclusive | Grade::NotApplicable => None,
    }
}

fn grades(rated: &Rated) -> Vec<Property> {
    vec![
        property("grade", rated.grade.as_str(), None),
        property("basis", rated.basis.as_str(), None),
        property("revision", &rated.revision.to_string(), None),
    ]
}

fn lights(rating: &Rating) -> Vec<Property> {
    let class = Some(rating.method.as_str());
    vec![
        property("light", rating.light.as_str(), class),
        property("points", &format!("{}..{} of {}", rating.points.low, rating.points.high, rating.points.max), class),
        property("coverage", &format!("{:.3}", rating.coverage), class),
    ]
}

/// How it was found out: texts are examined, names and interfaces are tested, persons are asked.
fn methods(basis: Basis, citations: &[Citation]) -> Vec<&'static str> {
    let tested = citations.iter().any(|citation| citation.span.is_none());
    match basis {
        Basis::Measured if tested => vec!["TEST"],
        Basis::Measured | Basis::Stated => vec!["EXAMINE"],
        Basis::Attested => vec!["INTERVIEW"],
        Basis::None => vec!["UNKNOWN"],
    }
}

fn collected(citations: &[Citation], source: &Source) -> jiff::Timestamp {
    citations.iter().map(|citation| citation.captured).max().unwrap_or(source.audit.as_of)
}

/// What could not be had, as a remark.
fn gaps(service: &Audited) -> Option<String> {
    let each: Vec<_> = service.gaps.iter().take(200).map(|gap| format!("gap: {} ({})", gap.target, gap.why)).collect();
    (!each.is_empty()).then(|| long(&each.join("\n")))
}
