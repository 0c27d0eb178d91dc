//! A small site in memory, and a walk over it as the door would make it: round after round, until nothing is wanted.

use crate::documents::Documents;
use crate::geoip::Databases;
use crate::net::capture::{Capture, Entry, Exchange, Request};
use crate::{Context, Probe};
use bytes::Bytes;
use jiff::Timestamp;
use probity_rules::claim::ClaimId;
use probity_rules::document::Kind;
use probity_rules::facts::{Facts, Gap, Item, Stand};
use probity_rules::observation::{Citation, Observation, Why};
use probity_rules::service::{DeclaredDocument, Service, Status};
use std::collections::BTreeMap;

pub(super) fn at() -> Timestamp {
    "2026-06-02T00:00:00Z".parse().unwrap()
}

/// Answers by address. What is not there is "404 Not Found".
#[derive(Default)]
pub(super) struct World {
    answers: BTreeMap<String, Entry>,
}

pub(super) fn url(path: &str) -> String {
    if path.starts_with("https://") { path.to_owned() } else { format!("https://www.meet.example{path}") }
}

impl World {
    /// A site whose home page leads nowhere.
    pub(super) fn site() -> Self {
        let home = "Meet is a service for video calls in the browser. Open a room, send its address to whom you want to \
            see, and talk. There is nothing to install, and it costs nothing for up to ten people.";
        Self::default().html("/", &format!("<html lang=en><title>Meet</title><main><p>{home}</p></main></html>"))
    }

    pub(super) fn answer(mut self, path: &str, status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let headers = headers.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let exchange = Exchange::new(url(path), at(), status, headers, Bytes::from(body.to_owned()));
        self.answers.insert(url(path), Entry::Http(exchange));
        self
    }

    pub(super) fn html(self, path: &str, body: &str) -> Self {
        self.answer(path, 200, &[("Content-Type", "text/html; charset=utf-8")], body)
    }

    pub(super) fn text(self, path: &str, body: &str) -> Self {
        self.answer(path, 200, &[("Content-Type", "text/plain; charset=utf-8")], body)
    }

    /// A PDF of one page with these lines, from the top, in Helvetica.
    pub(super) fn pdf(self, path: &str, lines: &[&str]) -> Self {
        let escaped = |line: &&str| line.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        let shown = lines.iter().map(|line| format!("({}) Tj 0 -16 Td ", escaped(line))).collect::<String>();
        let content = format!("BT /F1 11 Tf 60 760 Td {shown}ET");
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
                .to_owned(),
            format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        ];
        let mut file = "%PDF-1.7\n".to_owned();
        for (number, object) in (1..).zip(&objects) {
            file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
        }
        file.push_str("trailer\n<< /Root 1 0 R >>\n%%EOF\n");
        self.answer(path, 200, &[("Content-Type", "application/pdf")], &file)
    }

    pub(super) fn gap(mut self, path: &str, why: Why, detail: &str) -> Self {
        self.answers.insert(url(path), Entry::Gap { why, detail: detail.to_owned(), at: at() });
        self
    }

    /// Asks for what is wanted until nothing new is; gives the capture and the addresses asked for, in order.
    pub(super) fn gather(&self, service: &Service) -> (Capture, Vec<String>) {
        self.gather_at(service, Capture::live(at()), at())
    }

    /// The same into a capture, at a time.
    pub(super) fn gather_at(&self, service: &Service, capture: Capture, at: Timestamp) -> (Capture, Vec<String>) {
        let mut asked = Vec::new();
        for _ in 0..20 {
            let wanted: Vec<Request> = Documents.wants(service, &capture);
            let new: Vec<Request> = wanted.into_iter().filter(|request| !capture.has(request)).collect();
            if new.is_empty() {
                return (capture, asked);
            }
            for request in new {
                let mut target = request.target();
                asked.push(target.clone());
                // Redirects are followed and each hop is captured, as the door does.
                for _ in 0..5 {
                    let missing = Exchange::new(target.clone(), at, 404, Vec::new(), Bytes::from("gone"));
                    let entry = self.answers.get(&target).cloned().unwrap_or(Entry::Http(missing));
                    let entry = match entry {
                        Entry::Http(exchange) => Entry::Http(Exchange { captured: at, ..exchange }),
                        other => other,
                    };
                    let next = if let Entry::Http(exchange) = &entry { exchange.redirect() } else { None };
                    capture.put(target, entry);
                    let Some(next) = next else { break };
                    target = next;
                }
            }
        }
        panic!("it never stops wanting: {asked:?}");
    }

    pub(super) fn facts(&self, service: &Service) -> Facts {
        let (capture, _) = self.gather(service);
        read(service, &capture)
    }
}

pub(super) fn read(service: &Service, capture: &Capture) -> Facts {
    let geo = Databases::none();
    Documents.read(service, capture, &Context { geo: &geo })
}

/// A service that declares these documents: kind, address, language.
pub(super) fn service(documents: &[(Kind, &str, Option<&str>)]) -> Service {
    let declared = |(kind, path, language): &(Kind, &str, Option<&str>)| DeclaredDocument {
        kind: *kind,
        url: url(path),
        language: language.map(str::to_owned),
    };
    Service {
        id: "meet".into(),
        name: "Meet".into(),
        category: "video-conferencing".into(),
        home: url("/"),
        status: Status::Active,
        operator: None,
        documents: documents.iter().map(declared).collect(),
        hosts: Vec::new(),
        repositories: Vec::new(),
        attestations: Vec::new(),
    }
}

pub(super) fn claim<'a>(facts: &'a Facts, id: &str) -> &'a Observation<Stand> {
    &facts.claims[&id.parse::<ClaimId>().unwrap()]
}

/// The passages of a claim.
pub(super) fn passages<'a>(facts: &'a Facts, id: &str) -> Vec<&'a Citation> {
    claim(facts, id).value().map(|stand| stand.passages().collect()).unwrap_or_default()
}

/// Why a claim is unknown; none where it is seen or absent.
pub(super) fn why(facts: &Facts, id: &str) -> Option<Why> {
    match claim(facts, id) {
        Observation::Unknown { why, .. } => Some(*why),
        _ => None,
    }
}

pub(super) fn items(facts: &Facts) -> &[Item] {
    &facts.collections["documents"].items
}

/// The gap of an address.
pub(super) fn gap<'a>(facts: &'a Facts, path: &str) -> &'a Gap {
    facts.gaps.iter().find(|gap| gap.target == url(path)).unwrap_or_else(|| panic!("{path}: {:#?}", facts.gaps))
}

/// Every claim and whether it is seen, absent or why it is unknown.
pub(super) fn states(facts: &Facts) -> Vec<String> {
    let state = |(claim, seen): (&ClaimId, &Observation<Stand>)| match seen {
        Observation::Seen { .. } => format!("{claim} seen"),
        Observation::Absent { .. } => format!("{claim} absent"),
        Observation::Unknown { why, .. } => format!("{claim} {why}"),
    };
    facts.claims.iter().map(state).collect()
}

/// A privacy policy of some length that states a few things, as plain text.
pub(super) const POLICY: &str = "\
Privacy policy of Meet

Meet Video GmbH, Musterweg 1, 10115 Berlin, privacy@meet.example, is the controller of the processing that is \
described here. You can reach our data protection officer at dpo@meet.example.

You have the right to obtain access to the personal data that we hold about you, and to have them erased. You may \
lodge a complaint with a supervisory authority at any time.

We do not record any calls. We keep server logs for seven days and delete them afterwards. We transfer no personal data to countries outside of \
the European Union.

Last updated: 5 June 2025
";
