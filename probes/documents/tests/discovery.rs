//! Documents that are searched for: from the home page, over pages that only link, in other languages, over several pages.

use super::world::*;
use probity_rules::document::Kind::{self, PrivacyPolicy, ProcessingAgreement, Subprocessors, Terms};
use probity_rules::facts::{Facts, Value};
use probity_rules::observation::{Observation, Why};
use proptest::prelude::*;

const TERMS: &str = "<h1>Terms of service</h1><p>These terms are the contract between you and Meet Video GmbH about the use of \
    Meet. You may use the service for video calls of any length with up to a hundred people.</p><p>You pay by the month. \
    You may end the contract at the end of any month. We may change the price with a notice of six weeks.</p>";

const AGREEMENT: &str = "<h1>Data processing agreement</h1><p>This agreement on the processing of personal data is concluded \
    under Article 28 GDPR between the customer as controller and Meet Video GmbH as processor.</p><p>The processor processes \
    personal data only on documented instructions of the controller. The processor ensures that persons authorised to \
    process the personal data have committed themselves to confidentiality.</p>";

/// The policy of `world`, as paragraphs.
fn policy() -> String {
    POLICY.split("\n\n").map(|paragraph| format!("<p>{paragraph}</p>")).collect()
}

fn page(language: &str, title: &str, main: &str, footer: &[(&str, &str)]) -> String {
    let links: String = footer.iter().map(|(text, url)| format!("<li><a href=\"{url}\">{text}</a></li>")).collect();
    format!(
        "<!doctype html><html lang=\"{language}\"><head><title>{title}</title></head><body><main>{main}</main>\
         <footer><ul>{links}</ul></footer></body></html>"
    )
}

fn home(language: &str, footer: &[(&str, &str)]) -> String {
    let welcome = "<h1>Meet</h1><p>Meet is a service for video calls in the browser. Open a room, send its address to whom \
        you want to see, and talk. There is nothing to install, and it costs nothing for up to ten people.</p>";
    page(language, "Meet", welcome, footer)
}

fn found(facts: &Facts) -> Vec<(String, String)> {
    let kind = |item: &probity_rules::facts::Item| match item.fields["kind"].value() {
        Some(Value::Text(kind)) => kind.clone(),
        _ => String::new(),
    };
    items(facts)
        .iter()
        .map(|item| (kind(item), item.id.trim_start_matches("https://www.meet.example").to_owned()))
        .collect()
}

fn pair(kind: Kind, path: &str) -> (String, String) {
    (kind.to_string(), path.to_owned())
}

#[test]
fn the_footer_leads_to_the_documents() {
    let footer = [("Privacy", "/legal/privacy"), ("Terms", "/legal/terms"), ("Blog", "/blog"), ("Jobs", "/jobs")];
    let world = World::default()
        .html("/", &home("en", &footer))
        .html("/legal/privacy", &page("en", "Privacy policy", &policy(), &footer))
        .html("/legal/terms", &page("en", "Terms", TERMS, &footer));
    let (_, asked) = world.gather(&service(&[]));
    assert_eq!(asked, ["/", "/legal/privacy", "/legal/terms"].map(url), "and nothing else is asked for");
    let facts = world.facts(&service(&[]));
    assert_eq!(found(&facts), [pair(PrivacyPolicy, "/legal/privacy"), pair(Terms, "/legal/terms")]);
    assert!(claim(&facts, "recording.none").value().is_some());
    let missing: Vec<_> = facts.collections["documents"].incomplete.iter().map(|(why, _)| *why).collect();
    assert_eq!(missing, [Why::NotAsked; 5]);
}

#[test]
fn documents_lead_on_to_documents() {
    let terms =
        format!("{TERMS}<p>Business customers conclude our <a href=\"/files/avv\">data processing agreement</a>.</p>");
    let agreement = format!("{AGREEMENT}<p>The <a href=\"/subs\">list of sub-processors</a> is kept up to date.</p>");
    let subs = "<h1>Sub-processors</h1><table><tr><th>Name</th><th>Purpose</th><th>Country</th></tr>\
        <tr><td>Hosting GmbH</td><td>hosting of the servers</td><td>Germany</td></tr></table>\
        <p>This is the list of the sub-processors that process personal data for us.</p>";
    let world = World::default()
        .html("/", &home("en", &[("Privacy", "/privacy"), ("Terms", "/terms")]))
        .html("/privacy", &page("en", "Privacy policy", &policy(), &[]))
        .html("/terms", &page("en", "Terms", &terms, &[]))
        .html("/files/avv", &page("en", "Data processing agreement", &agreement, &[]))
        .html("/subs", &page("en", "Sub-processors", subs, &[]));
    let facts = world.facts(&service(&[]));
    assert!(found(&facts).contains(&pair(ProcessingAgreement, "/files/avv")), "{:?}", found(&facts));
    assert!(claim(&facts, "dpa.instructions").value().is_some());
    assert!(matches!(claim(&facts, "dpa.audit"), Observation::Absent { .. }));
    let declared = service(&[(Terms, "/terms", None), (ProcessingAgreement, "/files/avv", None)]);
    assert!(found(&world.facts(&declared)).contains(&pair(Subprocessors, "/subs")), "declared pages lead on too");
}

#[test]
fn a_page_that_only_links_is_gone_through() {
    let hub = "<h1>Legal</h1><ul><li><a href=\"/legal/privacy\">Privacy policy</a><li><a href=\"/legal/tos\">Terms of \
        service</a><li><a href=\"/legal/dpa\">Data processing agreement</a></ul>";
    let world = World::default()
        .html("/", &home("en", &[("Legal", "/legal"), ("About us", "/about")]))
        .html("/legal", &page("en", "Legal", hub, &[]))
        .html("/legal/privacy", &page("en", "Privacy policy", &policy(), &[]))
        .html("/legal/tos", &page("en", "Terms", TERMS, &[]))
        .html("/legal/dpa", &page("en", "Agreement", AGREEMENT, &[]));
    let expected = [(PrivacyPolicy, "/legal/privacy"), (Terms, "/legal/tos"), (ProcessingAgreement, "/legal/dpa")];
    assert_eq!(found(&world.facts(&service(&[]))), expected.map(|(kind, path)| pair(kind, path)));
}

#[test]
fn a_dead_link_is_a_gap_and_the_next_one_is_taken() {
    let footer = [("Privacy policy", "/privacy"), ("Data protection", "/data-protection")];
    let world = World::default()
        .html("/", &home("en", &footer))
        .html("/data-protection", &page("en", "Privacy policy", &policy(), &[]));
    let facts = world.facts(&service(&[]));
    assert_eq!(found(&facts), [pair(PrivacyPolicy, "/data-protection")]);
    assert_eq!(gap(&facts, "/privacy").why, Why::Empty);
    assert!(matches!(claim(&facts, "info.right-portability"), Observation::Absent { .. }));
    let refused = world.answer("/privacy", 403, &[], "no");
    let facts = refused.facts(&service(&[]));
    assert_eq!(why(&facts, "info.right-portability"), Some(Why::Refused), "what was refused may have said it");
}

#[test]
fn a_version_that_can_be_read_is_preferred() {
    let spanish = "<h1>Política de privacidad</h1><p>Esta es la política de privacidad de Meet. El responsable del tratamiento \
        de los datos personales es Meet Video GmbH. Usted tiene derecho a acceder a sus datos personales y a pedir que sean \
        borrados. No grabamos las llamadas y no vendemos datos a nadie.</p>";
    let head = |body: String| {
        body.replace(
            "</head>",
            "<link rel=alternate hreflang=en href=/en/privacy><link rel=alternate hreflang=pt href=/pt/x></head>",
        )
    };
    let world = World::default()
        .html("/privacidad", &head(page("es", "Política de privacidad", spanish, &[])))
        .html("/en/privacy", &page("en", "Privacy policy", &policy(), &[]));
    let service = service(&[(PrivacyPolicy, "/privacidad", None)]);
    let facts = world.facts(&service);
    assert_eq!(items(&facts)[0].fields["language"].value(), Some(&Value::Text("en".into())));
    assert_eq!(passages(&facts, "recording.none")[0].url, url("/en/privacy"));
    let alone =
        World::default().html("/privacidad", &page("es", "Política de privacidad", spanish, &[])).facts(&service);
    for state in states(&alone) {
        assert!(!state.ends_with(" absent"), "{state}");
    }
    assert_eq!(why(&alone, "info.right-portability"), Some(Why::Unsupported));
}

#[test]
fn the_declared_language_is_read_where_the_page_offers_it() {
    let german = "<h1>Datenschutzerklärung</h1><p>Verantwortlich für die Verarbeitung ist die Meet Video GmbH in Berlin. Sie \
        haben das Recht auf Auskunft über Ihre personenbezogenen Daten und auf deren Löschung. Wir zeichnen keine Gespräche \
        auf und geben keine Daten an Dritte weiter.</p>";
    let english = page("en", "Privacy policy", &policy(), &[("Deutsch", "/de/datenschutz")]);
    let world = World::default()
        .html("/privacy", &english)
        .html("/de/datenschutz", &page("de", "Datenschutzerklärung", german, &[]));
    let facts = world.facts(&service(&[(PrivacyPolicy, "/privacy", Some("de"))]));
    assert_eq!(items(&facts)[0].fields["language"].value(), Some(&Value::Text("de".into())));
    let facts = world.facts(&service(&[(PrivacyPolicy, "/privacy", Some("en"))]));
    assert_eq!(items(&facts)[0].fields["language"].value(), Some(&Value::Text("en".into())));
}

/// A policy over three pages below a page of contents.
fn split() -> World {
    let contents = "<h1>Privacy policy</h1><p>Our privacy policy has three parts. It says how Meet Video GmbH processes personal \
        data of those who use Meet.</p><ol><li><a href=\"/privacy/data\">Which data we collect</a><li>\
        <a href=\"/privacy/security\">Security of calls</a><li><a href=\"/privacy/rights\">Your rights</a></ol>";
    let data = "<h1>Which data we collect</h1><p>We collect personal data only as far as a call needs them, such as your name \
        in the room. We do not record any calls.</p>";
    let security = "<h1>Security of calls</h1><p>We protect personal data with measures that are up to date. All connections \
        are encrypted with TLS while your data are on their way.</p>";
    let rights = "<h1>Your rights</h1><p>You have the right to obtain access to your personal data. You may have them erased at \
        any time, and you may object to the processing.</p>";
    World::site()
        .html("/privacy", &page("en", "Privacy policy", contents, &[]))
        .html("/privacy/data", &page("en", "Data", data, &[]))
        .html("/privacy/security", &page("en", "Security", security, &[]))
        .html("/privacy/rights", &page("en", "Rights", rights, &[]))
}

#[test]
fn a_split_policy_is_one_document_and_citations_point_to_the_right_page() {
    let service = service(&[(PrivacyPolicy, "/privacy", Some("en"))]);
    let facts = split().facts(&service);
    assert_eq!(found(&facts), [pair(PrivacyPolicy, "/privacy")]);
    assert_eq!(passages(&facts, "recording.none")[0].url, url("/privacy/data"));
    let Observation::Absent { searched } = claim(&facts, "info.right-portability") else { panic!("{:#?}", facts.gaps) };
    let parts = ["/privacy", "/privacy/data", "/privacy/security", "/privacy/rights"];
    assert_eq!(searched.places, parts.map(url));
    assert!(matches!(items(&facts)[0].fields["words"].value(), Some(Value::Number(words)) if *words > 90));
}

#[test]
fn a_missing_part_leaves_silence_unknown() {
    let service = service(&[(PrivacyPolicy, "/privacy", Some("en"))]);
    let facts = split().answer("/privacy/rights", 503, &[], "busy").facts(&service);
    assert!(claim(&facts, "recording.none").value().is_some());
    assert_eq!(why(&facts, "info.right-portability"), Some(Why::Unreachable));
    assert_eq!(gap(&facts, "/privacy/rights").why, Why::Unreachable);
    assert!(matches!(items(&facts)[0].fields["words"], Observation::Unknown { why: Why::Unreachable, .. }));
}

#[test]
fn a_contents_page_over_all_legal_texts_is_not_one_text() {
    let contents = "<h1>Terms and policies</h1><p>These terms and policies apply to Meet.</p><ul>\
        <li><a href=\"/legal/terms\">Terms of service</a><li><a href=\"/legal/privacy\">Privacy policy</a>\
        <li><a href=\"/legal/cookies\">Cookie policy</a></ul>";
    let world = World::site()
        .html("/legal", &page("en", "Terms", contents, &[]))
        .html("/legal/terms", &page("en", "Terms", TERMS, &[]))
        .html("/legal/privacy", &page("en", "Privacy policy", &policy(), &[]))
        .html(
            "/legal/cookies",
            &page("en", "Cookie policy", "<h1>Cookie policy</h1><p>Meet sets one cookie.</p>", &[]),
        );
    let facts = world.facts(&service(&[(Terms, "/legal", Some("en"))]));
    let terms: Vec<_> = found(&facts).into_iter().filter(|(kind, _)| kind == "terms").collect();
    assert_eq!(terms, [pair(Terms, "/legal")]);
    assert_eq!(passages(&facts, "recording.none")[0].url, url("/legal/privacy"), "found as what it is");
}

#[test]
fn the_site_map_helps_where_no_link_does() {
    let map = "<?xml version=\"1.0\"?><urlset><url><loc>https://www.meet.example/</loc></url><url><loc> \
        https://www.meet.example/en/datenschutzerklaerung </loc></url><url><loc>https://www.meet.example/blog/privacy-news\
        </loc></url></urlset>";
    let world = World::default()
        .html("/", &home("en", &[]))
        .answer("/sitemap.xml", 200, &[("Content-Type", "application/xml")], map)
        .html("/en/datenschutzerklaerung", &page("en", "Privacy policy", &policy(), &[]));
    assert_eq!(found(&world.facts(&service(&[]))), [pair(PrivacyPolicy, "/en/datenschutzerklaerung")]);
}

#[test]
fn an_index_of_site_maps_is_followed_one_step() {
    let index = "<sitemapindex><sitemap><loc>https://www.meet.example/posts.xml</loc></sitemap><sitemap>\
        <loc>https://www.meet.example/pages.xml</loc></sitemap></sitemapindex>";
    let pages = "<urlset><url><loc><![CDATA[https://www.meet.example/legal/privacy?a=1&amp;b=2]]></loc></url></urlset>";
    let world = World::default()
        .html("/", &home("en", &[]))
        .answer("/sitemap.xml", 200, &[], index)
        .answer("/pages.xml", 200, &[], pages)
        .html("/legal/privacy?a=1&b=2", &page("en", "Privacy policy", &policy(), &[]));
    assert_eq!(found(&world.facts(&service(&[]))), [pair(PrivacyPolicy, "/legal/privacy?a=1&b=2")]);
}

#[test]
fn a_usual_address_is_tried_last_and_a_failed_guess_is_no_gap() {
    let world = World::default()
        .html("/", &home("en", &[]))
        .html("/privacy-policy", &page("en", "Privacy policy", &format!("{0}{0}", policy()), &[]));
    let (_, asked) = world.gather(&service(&[]));
    assert_eq!(asked, ["/", "/sitemap.xml", "/privacy", "/terms", "/privacy-policy"].map(url));
    let facts = world.facts(&service(&[]));
    assert_eq!(found(&facts), [pair(PrivacyPolicy, "/privacy-policy")]);
    assert_eq!(facts.gaps, []);
}

#[test]
fn a_home_page_that_cannot_be_had_leaves_all_unknown_and_guesses_nothing() {
    let world = World::default().gap("/", Why::Unreachable, "connection refused");
    let (_, asked) = world.gather(&service(&[]));
    assert_eq!(asked, [url("/")]);
    let facts = world.facts(&service(&[]));
    assert_eq!(gap(&facts, "/").why, Why::Unreachable);
    assert!(states(&facts).iter().all(|state| state.ends_with(" unreachable")), "{:#?}", states(&facts));
}

#[test]
fn walls_and_soft_errors_are_gaps_with_their_reason() {
    let wall = "<html lang=en><title>Just a moment...</title><body><h1>Checking your browser before accessing meet.example\
        </h1><p>Please enable JavaScript and cookies to continue.</p><script src=/cdn-cgi/challenge-platform/x.js></script>\
        </body></html>";
    let login = "<html lang=en><title>Log in</title><body><h1>Log in to Meet</h1><form><input name=user><input type=password \
        name=p><button>Log in</button></form><p>Forgot your password?</p></body></html>";
    let gone = "<html lang=en><title>404 - Page not found</title><body><h1>Page not found</h1><p>The page that you are looking \
        for does not exist.</p></body></html>";
    let shell = "<html lang=en><title>Meet</title><body><div id=root></div><noscript>You need to enable JavaScript to run this \
        app.</noscript><script src=/app.js></script></body></html>";
    let cases = [(wall, Why::Refused), (login, Why::Refused), (gone, Why::Empty), (shell, Why::Empty)];
    for (body, expected) in cases {
        let facts = World::site().html("/privacy", body).facts(&service(&[(PrivacyPolicy, "/privacy", None)]));
        assert_eq!(gap(&facts, "/privacy").why, expected, "{}", gap(&facts, "/privacy").detail);
        assert_eq!(why(&facts, "info.controller"), Some(expected));
        assert!(states(&facts).iter().all(|state| !state.ends_with(" absent") && !state.ends_with(" seen")));
    }
}

#[test]
fn a_site_that_links_without_end_is_left_after_a_while() {
    let mut world = World::default().html("/", &home("en", &[("Privacy policy", "/privacy/0")]));
    for number in 0..200 {
        let next = format!(
            "<h1>Privacy policy, part {number}</h1><p>We process personal data of the part with the number {number}, \
            and there is more of it on the next page.</p><a rel=next href=\"/privacy/{}\">Next</a>",
            number + 1
        );
        world = world.html(&format!("/privacy/{number}"), &page("en", "Privacy policy", &next, &[]));
    }
    let (_, asked) = world.gather(&service(&[]));
    assert!(asked.len() < 20, "{}", asked.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever a home page links and its pages answer, the walk ends, asks for no page twice and invents no silence.
    #[test]
    fn every_walk_ends(links in prop::collection::vec(("(Privacy|Terms|Legal|Datenschutz|x)( policy)?", 0_u8..6), 0..12),
                       answers in prop::collection::vec(0_u8..5, 6)) {
        let named: Vec<_> = links.iter().map(|(text, to)| (text.clone(), format!("/page{to}"))).collect();
        let footer: Vec<_> = named.iter().map(|(text, url)| (text.as_str(), url.as_str())).collect();
        let mut world = World::default().html("/", &home("en", &footer));
        for (number, answer) in answers.iter().enumerate() {
            let path = format!("/page{number}");
            world = match answer {
                0 => world.answer(&path, 503, &[], ""),
                1 => world.answer(&path, 301, &[("Location", "/page0")], ""),
                2 => world.html(&path, &page("en", "Privacy policy", &policy(), &footer)),
                3 => world.html(&path, "<html><body></body></html>"),
                _ => world.answer(&path, 200, &[("Content-Type", "application/pdf")], "%PDF-1.7 broken"),
            };
        }
        let (_, mut asked) = world.gather(&service(&[]));
        let count = asked.len();
        asked.sort();
        asked.dedup();
        prop_assert_eq!(asked.len(), count);
        let facts = world.facts(&service(&[]));
        let whole = |item: &probity_rules::facts::Item| item.fields["words"].value().is_some();
        if !items(&facts).iter().any(whole) {
            prop_assert!(states(&facts).iter().all(|state| !state.ends_with(" absent")));
        }
    }
}
