//! Sub-processors: from the page to the facts, and what an unreadable list may never become.

use super::world::*;
use probity_rules::catalogue::Rules;
use probity_rules::document::Kind::{PrivacyPolicy, ProcessingAgreement, Subprocessors};
use probity_rules::facts::{Collection, Facts, Value};
use probity_rules::judge::{self, Grade};
use probity_rules::observation::{Observation, Why};
use probity_rules::service::Service;

/// A page with a list in a language: the words of its header, and the two rows.
fn list(head: [&str; 3], rows: &[[&str; 3]]) -> String {
    let row = |cells: &[&str; 3], cell: &str| {
        let cells: String = cells.iter().map(|text| format!("<{cell}>{text}</{cell}>")).collect();
        format!("<tr>{cells}</tr>")
    };
    let rows: String = rows.iter().map(|cells| row(cells, "td")).collect();
    format!(
        "<html><body><main><h1>Data processing agreement: sub-processors</h1><table>{}{rows}</table></main></body></html>",
        row(&head, "th")
    )
}

const ABROAD: [[&str; 3]; 2] = [["Nordwolke GmbH", "Germany", "hosting"], ["Postrider, Inc.", "United States", "mail"]];

fn listed(facts: &Facts) -> &Collection {
    &facts.collections["subprocessors"]
}

fn grade(service: &Service, facts: Facts, criterion: &str) -> (Grade, Vec<String>) {
    let mut all = Facts::declared(service);
    all.merge(facts);
    let rules = Rules::embedded().unwrap();
    let criteria: Vec<_> = rules.criteria.into_iter().filter(|one| one.id == criterion).collect();
    let law = rules.law.on(jiff::civil::date(2026, 6, 2));
    let judgement = judge::judge(&all, &criteria, &rules.opposites, &law);
    let quotes = judgement.findings[0].citations.iter().map(|citation| citation.quote.clone()).collect();
    (judgement.findings[0].grade, quotes)
}

#[test]
fn each_row_is_an_item_that_cites_it_in_three_languages() {
    for (head, abroad) in [
        (["Sub-processor", "Country", "Purpose"], "United States"),
        (["Unternehmen", "Land", "Zweck"], "Vereinigte Staaten"),
        (["Société", "Pays", "Finalité"], "États-Unis"),
    ] {
        let rows = [["Nordwolke GmbH", "DE", "hosting"], ["Postrider, Inc.", abroad, "mail"]];
        let service = service(&[(Subprocessors, "/sub", None)]);
        let facts = World::site().html("/sub", &list(head, &rows)).facts(&service);
        let found = listed(&facts);
        assert!(found.incomplete.is_empty(), "{:?}", found.incomplete);
        assert_eq!(
            found.items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(),
            ["Nordwolke GmbH", "Postrider, Inc."]
        );
        let Observation::Seen { value, citations } = &found.items[1].fields["countries"] else { panic!() };
        assert_eq!(value, &Value::Countries(["US".to_owned()].into()));
        assert_eq!(citations[0].quote, format!("Postrider, Inc.\t{abroad}\tmail"));
        assert_eq!(citations[0].url, url("/sub"));
        assert_eq!(found.items[1].fields["purpose"].value(), Some(&Value::Text("mail".into())));
    }
}

#[test]
fn a_list_that_cannot_be_read_is_a_gap_and_no_list_is_none() {
    let declared = service(&[(Subprocessors, "/sub", Some("en"))]);
    let words =
        "The companies that help us to run the service change from time to time, and we tell customers of it ahead. "
            .repeat(8);
    let prose = format!("<html lang=en><main><h1>Sub-processors</h1><p>{words}</p></main></html>");
    let facts = World::site().html("/sub", &prose).facts(&declared);
    assert_eq!(listed(&facts).incomplete, [(Why::Empty, url("/sub"))]);
    assert_eq!(gap(&facts, "/sub").why, Why::Empty);
    let facts = World::site().gap("/sub", Why::Refused, "status 403").facts(&declared);
    assert_eq!(listed(&facts).incomplete, [(Why::Refused, url("/sub"))]);
    let facts = World::site().text("/privacy", POLICY).facts(&service(&[(PrivacyPolicy, "/privacy", Some("en"))]));
    assert!(listed(&facts).items.is_empty() && listed(&facts).incomplete.is_empty());
}

#[test]
fn the_list_of_an_agreement_counts_and_the_same_company_counts_once() {
    let annex = list(["Subprocessor", "Country", "Purpose"], &ABROAD);
    let service = service(&[(ProcessingAgreement, "/dpa", Some("en")), (Subprocessors, "/sub", Some("en"))]);
    let facts = World::site().html("/dpa", &annex).html("/sub", &annex).facts(&service);
    assert_eq!(listed(&facts).items.len(), 2);
}

#[test]
fn a_promise_of_the_eu_only_does_not_stand_beside_a_list_that_names_the_united_states() {
    let service = service(&[(PrivacyPolicy, "/privacy", Some("en")), (Subprocessors, "/sub", Some("en"))]);
    let policy = POLICY.replace(
        "We transfer no personal data to countries outside of the European Union.",
        "All personal data are processed exclusively within the European Union.",
    );
    let head = ["Company", "Location", "Purpose"];
    let world =
        |rows: &[[&str; 3]]| World::site().text("/privacy", &policy).html("/sub", &list(head, rows)).facts(&service);
    let (abroad, quotes) = grade(&service, world(&ABROAD), "exports");
    assert_ne!(abroad, Grade::Good, "{quotes:?}");
    assert_ne!(grade(&service, world(&ABROAD), "server-location").0, Grade::Good);
    let (within, _) = grade(&service, world(&ABROAD[..1]), "exports");
    assert_ne!(within, Grade::Poor);
}

#[test]
fn names_in_a_list_decide_that_there_is_one() {
    let clauses = "The processor processes personal data only on documented instructions of the controller. It ensures that persons who process \
        the data are bound to confidentiality. ".repeat(6);
    let agreement = format!("<html lang=en><main><h1>Data processing agreement</h1><p>{clauses}</p></main></html>");
    let service = service(&[(ProcessingAgreement, "/dpa", Some("en")), (Subprocessors, "/sub", Some("en"))]);
    let list = list(["Company", "Location", "Purpose"], &ABROAD);
    let facts = World::site().html("/dpa", &agreement).html("/sub", &list).facts(&service);
    let (grade, quotes) = grade(&service, facts, "agreement-subprocessors");
    assert_eq!(grade, Grade::Partial);
    assert!(quotes.iter().any(|quote| quote.contains("Postrider, Inc.")), "{quotes:?}");
}
