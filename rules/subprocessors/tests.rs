//! Lists of our own making, in three languages and every form that lists take.

use super::*;
use crate::text::{self, Hints};

/// Name, countries, purpose of each entry.
fn listed(media_type: &str, body: &str, kind: Kind) -> Vec<String> {
    let hints =
        Hints { media_type: Some(media_type), url: Some("https://a.example/list"), kind: Some(kind), language: None };
    let page = text::read(body.as_bytes(), &hints).unwrap();
    let document = &page.document;
    let entries = read(document, &page.links, kind);
    let text = |range: &Range<usize>| document.text[range.clone()].to_owned();
    for entry in &entries {
        for part in [Some(&entry.name), entry.place.as_ref(), entry.purpose.as_ref()].into_iter().flatten() {
            assert!(!text(part).is_empty() && !text(&entry.row).is_empty());
        }
    }
    let shown = |entry: &Entry| {
        let countries = entry.countries.iter().cloned().collect::<Vec<_>>().join("+");
        let purpose = entry.purpose.as_ref().map_or(String::new(), text);
        let countries = if countries.is_empty() && entry.place.is_some() { "?".to_owned() } else { countries };
        format!("{} | {countries} | {purpose}", text(&entry.name))
    };
    entries.iter().map(shown).collect()
}

fn html(body: &str, kind: Kind) -> Vec<String> {
    listed("text/html; charset=utf-8", &format!("<html><body><main>{body}</main></body></html>"), kind)
}

fn table(head: &[&str], rows: &[&[&str]], cell: &str) -> String {
    let row = |cells: &[&str], cell: &str| {
        let cells: String = cells.iter().map(|text| format!("<{cell}>{text}</{cell}>")).collect();
        format!("<tr>{cells}</tr>")
    };
    let rows: String = rows.iter().map(|cells| row(cells, "td")).collect();
    format!("<h1>Sub-processors</h1><p>We engage these companies.</p><table>{}{rows}</table>", row(head, cell))
}

#[test]
fn tables_say_who_where_and_what_for_in_three_languages() {
    let heads: [(&[&str], [&str; 3]); 4] = [
        (&["Sub-processor", "Location", "Purpose"], ["Germany", "United States", "mail"]),
        (&["Entity name", "Country of processing", "Service provided"], ["Germany", "USA", "mail"]),
        (&["Unternehmen", "Ort der Verarbeitung", "Zweck"], ["Deutschland", "Vereinigte Staaten", "mail"]),
        (&["Nom du sous-traitant", "Pays", "Finalité"], ["Allemagne", "États-Unis", "mail"]),
    ];
    for (head, [first, second, purpose]) in heads {
        for cell in ["th", "td"] {
            let rows: [&[&str]; 2] =
                [&["Nordwolke Hosting GmbH", first, "hosting"], &["Postrider, Inc.", second, purpose]];
            assert_eq!(
                html(&table(head, &rows, cell), Kind::Subprocessors),
                ["Nordwolke Hosting GmbH | DE | hosting", "Postrider, Inc. | US | mail"],
                "{head:?} {cell}"
            );
        }
    }
}

#[test]
fn the_place_of_the_data_counts_before_the_seat_and_several_countries_are_several() {
    let head = ["Company", "Registered address", "Data location", "Activity", "Transfer mechanism"];
    let rows: [&[&str]; 3] = [
        &[
            "Postrider, Inc.",
            "1 Main Street, Springfield, USA",
            "Ireland, Germany",
            "mail",
            "EU-US Data Privacy Framework",
        ],
        &["Everywhere Ltd", "London, United Kingdom", "Worldwide", "relays", "SCC"],
        &["Codeshop", "Dublin", "DE, US", "tickets", "n/a"],
    ];
    assert_eq!(
        html(&table(&head, &rows, "th"), Kind::Subprocessors),
        ["Postrider, Inc. | DE+IE | mail", "Everywhere Ltd | ? | relays", "Codeshop | DE+US | tickets"]
    );
}

#[test]
fn a_table_without_a_header_is_known_by_its_countries() {
    let body = "<h1>Subprocessors</h1><table><tr><td>Nordwolke GmbH</td><td>hosting</td><td>Germany</td></tr>\
        <tr><td>Postrider</td><td>mail</td><td>USA</td></tr></table>";
    assert_eq!(html(body, Kind::Subprocessors), ["Nordwolke GmbH | DE | hosting", "Postrider | US | mail"]);
}

#[test]
fn bullets_and_definitions_are_lists_too() {
    let body = "<h1>Unsere Unterauftragsverarbeiter</h1><ul><li>Nordwolke Hosting GmbH – Rechenzentrum, Deutschland</li>\
        <li>Postrider, Inc. (USA): Versand von E-Mails</li><li>Wir kündigen neue Unternehmen 30 Tage vorher an.</li></ul>";
    assert_eq!(
        html(body, Kind::Subprocessors),
        ["Nordwolke Hosting GmbH | DE | Rechenzentrum", "Postrider, Inc. | US | Versand von E-Mails"]
    );
    let body = "<h1>Sous-traitants ultérieurs</h1><dl><dt>Nuage du Nord SAS</dt><dd>Hébergement, France</dd>\
        <dt>Postrider, Inc.</dt><dd>Finalité : courriels</dd><dd>Pays : États-Unis</dd></dl>";
    assert_eq!(
        html(body, Kind::Subprocessors),
        ["Nuage du Nord SAS | FR | Hébergement", "Postrider, Inc. | US | courriels"]
    );
    let body = "<h1>Sub-processors</h1><h2>Postrider</h2><p>Location: United States</p><p>Purpose: mail</p>\
        <h2>Nordwolke GmbH</h2><p>Location: Germany</p><p>Purpose: hosting</p>";
    assert_eq!(html(body, Kind::Subprocessors), ["Postrider | US | mail", "Nordwolke GmbH | DE | hosting"]);
}

#[test]
fn running_text_names_nobody() {
    let body = "<h1>Sub-processors</h1><p>Meet Video GmbH, Berlin, Germany, engages further companies.</p>\
        <ul><li>You may object within 30 days: write to our office in Germany.</li><li>Contact: Meet Video GmbH, Germany</li>\
        <li>Last updated: 5 June 2026</li></ul><p>We use no sub-processors at present.</p>";
    assert!(html(body, Kind::Subprocessors).is_empty(), "{:?}", html(body, Kind::Subprocessors));
}

#[test]
fn agreements_hold_lists_where_they_say_so() {
    let rows: [&[&str]; 1] = [&["Postrider, Inc.", "USA", "mail"]];
    let annex = table(&["Name", "Country", "Purpose"], &rows, "th")
        .replace("<h1>Sub-processors</h1>", "<h2>Annex 3: Sub-processors</h2>");
    assert_eq!(html(&annex, Kind::ProcessingAgreement), ["Postrider, Inc. | US | mail"]);
    let other = annex.replace("Annex 3: Sub-processors", "Annex 1: the parties");
    assert!(html(&other, Kind::ProcessingAgreement).is_empty());
    let named = table(&["Sub-processor", "Country", "Purpose"], &rows, "th")
        .replace("<h1>Sub-processors</h1>", "<h2>Annex</h2>");
    assert_eq!(html(&named, Kind::ProcessingAgreement), ["Postrider, Inc. | US | mail"]);
    assert!(html(&annex, Kind::PrivacyPolicy).is_empty());
}

#[test]
fn markdown_and_links_are_read() {
    let body = "# Subprocessors\n\nThe companies that we engage and what for are listed here.\n\n| Name | Region | Service |\n| --- | --- | --- |\n\
        | [Postrider](https://postrider.example/) | US | mail |\n| Nordwolke | EU | hosting |\n";
    assert_eq!(
        listed("text/markdown", body, Kind::Subprocessors),
        ["Postrider | US | mail", "Nordwolke | EU | hosting"]
    );
    let hints = Hints { media_type: Some("text/markdown"), url: None, kind: None, language: None };
    let page = text::read(body.as_bytes(), &hints).unwrap();
    let entries = read(&page.document, &page.links, Kind::Subprocessors);
    assert_eq!(entries[0].url.as_deref(), Some("https://postrider.example/"));
    assert_eq!(entries[1].url, None);
}
