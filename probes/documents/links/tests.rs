//! Links as home pages have them, in six languages, and what is made of them.

use super::*;
use probity_rules::document::Kind;
use probity_rules::document::Kind::{CookiePolicy, Imprint, PrivacyPolicy, ProcessingAgreement};
use probity_rules::document::Kind::{Security, Subprocessors, Terms};
use probity_rules::service::{Service, Status};

const HOME: &str = "https://www.meet.example/";

fn sites() -> Sites {
    Sites::of(&Service {
        id: "meet".into(),
        name: "Meet".into(),
        category: "video-conferencing".into(),
        home: HOME.into(),
        status: Status::Active,
        operator: None,
        documents: Vec::new(),
        hosts: Vec::new(),
        repositories: Vec::new(),
        attestations: Vec::new(),
    })
}

fn link(text: &str, url: &str) -> Link {
    let url = Url::parse(HOME).unwrap().join(url).unwrap();
    Link {
        written: url.to_string(),
        url: Some(url.into()),
        text: text.into(),
        rel: String::new(),
        hreflang: None,
        region: Region::Footer,
        title: None,
    }
}

fn page(language: &str, links: Vec<Link>) -> Page {
    let mut page = Page { links, ..Page::default() };
    page.document.language = Language::from_tag(language);
    page
}

/// The best candidate of a kind, as a path.
fn best(page: &Page, kind: Kind) -> Option<String> {
    let found = candidates(page, HOME, &sites());
    let best = found.into_iter().find(|one| one.goal == Goal::Kind(kind))?;
    Some(best.url.trim_start_matches("https://www.meet.example").to_owned())
}

#[test]
fn footers_of_six_languages_lead_to_the_documents() {
    type Row = (&'static str, &'static str, Kind);
    let footers: [(&str, &[Row]); 6] = [
        (
            "en",
            &[
                ("Privacy Policy", "/legal/privacy", PrivacyPolicy),
                ("Terms of Service", "/legal/tos", Terms),
                ("Data Processing Addendum", "/legal/dpa", ProcessingAgreement),
                ("Sub-processors", "/legal/subs", Subprocessors),
                ("Security", "/security", Security),
                ("Legal notice", "/imprint", Imprint),
                ("Cookie Policy", "/legal/cookies", CookiePolicy),
            ],
        ),
        (
            "de",
            &[
                ("Datenschutzerklärung", "/ds", PrivacyPolicy),
                ("AGB", "/agb", Terms),
                ("Auftragsverarbeitung (AVV)", "/avv", ProcessingAgreement),
                ("Unterauftragsverarbeiter", "/unterauftrag", Subprocessors),
                ("Sicherheit", "/sicherheit", Security),
                ("Impressum", "/impressum", Imprint),
                ("Cookie-Richtlinie", "/kekse", CookiePolicy),
            ],
        ),
        (
            "fr",
            &[
                ("Politique de confidentialité", "/p1", PrivacyPolicy),
                ("Conditions générales d’utilisation", "/p2", Terms),
                ("Accord de traitement des données", "/p3", ProcessingAgreement),
                ("Sous-traitants ultérieurs", "/p4", Subprocessors),
                ("Sécurité", "/p5", Security),
                ("Mentions légales", "/p6", Imprint),
                ("Politique relative aux cookies", "/p7", CookiePolicy),
            ],
        ),
        (
            "nl",
            &[
                ("Privacyverklaring", "/p1", PrivacyPolicy),
                ("Algemene voorwaarden", "/p2", Terms),
                ("Verwerkersovereenkomst", "/p3", ProcessingAgreement),
                ("Subverwerkers", "/p4", Subprocessors),
                ("Beveiliging", "/p5", Security),
                ("Colofon", "/p6", Imprint),
                ("Cookiebeleid", "/p7", CookiePolicy),
            ],
        ),
        (
            "it",
            &[
                ("Informativa sulla privacy", "/p1", PrivacyPolicy),
                ("Termini e condizioni", "/p2", Terms),
                ("Accordo sul trattamento dei dati", "/p3", ProcessingAgreement),
                ("Sub-responsabili del trattamento", "/p4", Subprocessors),
                ("Sicurezza", "/p5", Security),
                ("Note legali", "/p6", Imprint),
                ("Informativa sui cookie", "/p7", CookiePolicy),
            ],
        ),
        (
            "es",
            &[
                ("Política de privacidad", "/p1", PrivacyPolicy),
                ("Términos y condiciones", "/p2", Terms),
                ("Acuerdo de tratamiento de datos", "/p3", ProcessingAgreement),
                ("Subencargados", "/p4", Subprocessors),
                ("Seguridad", "/p5", Security),
                ("Aviso legal", "/p6", Imprint),
                ("Política de cookies", "/p7", CookiePolicy),
            ],
        ),
    ];
    for (language, footer) in footers {
        let links = footer.iter().map(|(text, url, _)| link(text, url)).collect();
        let page = page(language, links);
        for (text, url, kind) in footer {
            assert_eq!(best(&page, *kind).as_deref(), Some(*url), "{language}: {text}");
        }
    }
}

#[test]
fn what_looks_like_a_policy_and_is_none_is_left() {
    let links = vec![
        link("Privacy settings", "/account/privacy-settings"),
        link("Why privacy matters for video calls", "/blog/why-privacy-matters"),
        link("Privacy policy for applicants", "/careers/privacy"),
        link("Privacy Policy (archived version)", "/privacy/archive/2019"),
        link("Do not sell my data (privacy)", "/do-not-sell"),
        link("Privacy policy of the video platform", "https://other.example.net/privacy"),
    ];
    assert_eq!(best(&page("en", links.clone()), PrivacyPolicy), None);
    let mut links = links;
    links.push(link("Privacy", "/privacy"));
    assert_eq!(best(&page("en", links), PrivacyPolicy).as_deref(), Some("/privacy"));
}

#[test]
fn rel_beats_words_and_footers_beat_text() {
    let mut named = link("Data", "/d");
    named.rel = "privacy-policy nofollow".into();
    let links = vec![link("Privacy Policy", "/privacy"), named];
    assert_eq!(best(&page("en", links), PrivacyPolicy).as_deref(), Some("/d"));
    let mut inside = link("Privacy Policy", "/aa");
    inside.region = Region::Main;
    assert_eq!(best(&page("en", vec![inside, link("Privacy Policy", "/zz")]), PrivacyPolicy).as_deref(), Some("/zz"));
}

#[test]
fn an_address_speaks_where_the_text_does_not() {
    let links = vec![link("Mehr erfahren", "/de/datenschutzerkl%C3%A4rung.html"), link("", "/terms-of-service/")];
    let page = page("de", links);
    assert_eq!(best(&page, PrivacyPolicy).as_deref(), Some("/de/datenschutzerkl%C3%A4rung.html"));
    assert_eq!(best(&page, Terms).as_deref(), Some("/terms-of-service/"));
}

#[test]
fn a_readable_language_is_preferred() {
    let links = vec![link("Política de privacidad", "/es/privacidad"), link("Privacy Policy", "/en/privacy")];
    assert_eq!(best(&page("es", links), PrivacyPolicy).as_deref(), Some("/en/privacy"));
    let links = vec![link("Privacy Policy", "/en/privacy"), link("Datenschutz", "/de/datenschutz")];
    assert_eq!(best(&page("de", links), PrivacyPolicy).as_deref(), Some("/de/datenschutz"));
}

#[test]
fn only_the_providers_own_places_count() {
    let links = vec![
        link("Privacy Policy", "https://legal.meet.example/privacy"),
        link("Terms of Service", "https://meet.example.net/terms"),
        link("Cookie Policy", "https://www.iubenda.com/privacy-policy/123/cookie-policy"),
    ];
    let page = page("en", links);
    assert_eq!(best(&page, PrivacyPolicy).as_deref(), Some("https://legal.meet.example/privacy"));
    assert_eq!(best(&page, Terms), None);
    assert!(best(&page, CookiePolicy).is_some());
}

#[test]
fn the_order_of_links_does_not_matter() {
    let mut links = vec![
        link("Privacy", "/privacy"),
        link("Privacy", "/privacy-b"),
        link("Privacy Policy", "/policies/privacy"),
        link("Legal", "/legal"),
    ];
    let one = candidates(&page("en", links.clone()), HOME, &sites());
    links.reverse();
    assert_eq!(one, candidates(&page("en", links), HOME, &sites()));
}

#[test]
fn a_contents_page_goes_on_below_it_and_a_long_one_over_next() {
    let below = |text: &str, url: &str| Link { region: Region::Main, ..link(text, url) };
    let here = "https://www.meet.example/en/privacy/";
    let links = vec![
        below("What we collect", "/en/privacy/collection"),
        below("With whom we share", "/en/privacy/sharing.html"),
        below("Security", "/en/privacy/security"),
        below("Deutsch", "/en/privacy/de"),
        below("Earlier versions", "/en/privacy/archive"),
        below("Terms", "/en/terms"),
    ];
    let hub = parts(&page("en", links.clone()), here);
    assert_eq!(
        hub,
        ["collection", "sharing.html", "security"].map(|end| format!("https://www.meet.example/en/privacy/{end}"))
    );
    assert!(parts(&page("en", links[..2].to_vec()), here).is_empty(), "two links make no contents page");
    let links =
        vec![below("Part 2", "/en/privacy-2"), below("Next", "/blog/next-big-thing"), below("Teil 3", "/en/p3")];
    let next = parts(&page("en", links), "https://www.meet.example/en/privacy");
    assert_eq!(next, ["https://www.meet.example/en/privacy-2", "https://www.meet.example/en/p3"]);
}

#[test]
fn versions_in_readable_languages_are_found() {
    let mut page = page("es", vec![link("Deutsch", "/de/datenschutz"), link("Português", "/pt/privacidade")]);
    page.meta.alternates = vec![
        ("x-default".into(), format!("{HOME}privacy")),
        ("en-GB".into(), format!("{HOME}en/privacy")),
        ("pt-BR".into(), format!("{HOME}pt/privacidade")),
    ];
    let found = versions(&page, "https://www.meet.example/es/privacidad", &sites());
    assert_eq!(found, [(Language::En, format!("{HOME}en/privacy")), (Language::De, format!("{HOME}de/datenschutz"))]);
}

#[test]
fn repositories_are_told_from_other_pages_of_a_forge() {
    let links = vec![
        link("Source", "https://github.com/meet/server/tree/main"),
        link("Star us", "https://github.com/meet/server"),
        link("GitHub", "https://github.com/meet"),
        link("Sponsor", "https://github.com/sponsors/meet"),
        link("Client", "https://codeberg.org/meet/client.git"),
        link("Elsewhere", "https://github.com.evil.example/meet/server"),
    ];
    assert_eq!(forges(&page("en", links)), ["https://github.com/meet/server", "https://codeberg.org/meet/client"]);
}
