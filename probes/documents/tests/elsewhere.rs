//! Texts that stand elsewhere than on the declared page: in a frame, in a file, on the pages that it must be read with; and pages
//! that are no policy at all.

use super::world::*;
use probity_rules::document::Kind::{Help, PrivacyPolicy, ProcessingAgreement, Terms};
use probity_rules::facts::Facts;
use probity_rules::observation::{Observation, Why};

const INTRODUCTION: &str = "<h1>Privacy policy of Meet</h1><p>Your privacy matters to us. Meet Video GmbH runs Meet, a service \
    for video calls that people use at home, at school and at work, and we want everybody who joins a room to know what happens \
    with personal data. We have written our privacy policy in plain words, and we look after it every year. Below you find the \
    policy as it applies now. It was made by our legal team together with people who use the service.</p><p>If a word is not \
    clear to you, write to us, and we will explain it. We will tell you in the app when the policy changes, and we keep older \
    versions for those who want to compare. We thank you for the time that you take to read it, and hope that it answers what \
    you want to know about the data of your calls.</p>";

fn html(body: &str) -> String {
    format!(
        "<!doctype html><html lang=en><head><title>Privacy policy</title></head><body><main>{body}</main></body></html>"
    )
}

fn policy() -> String {
    html(&POLICY.split("\n\n").map(|paragraph| format!("<p>{paragraph}</p>")).collect::<String>())
}

fn declared(world: &World) -> Facts {
    world.facts(&service(&[(PrivacyPolicy, "/privacy", Some("en"))]))
}

/// Nothing is absent from the policy.
fn none_absent(facts: &Facts) {
    let absent: Vec<_> = states(facts).into_iter().filter(|state| state.ends_with(" absent")).collect();
    assert!(absent.is_empty(), "{absent:?} {:#?}", facts.gaps);
}

#[test]
fn what_is_shown_within_a_page_is_of_the_document() {
    let ways = [
        "<iframe src=/embed/policy title='Privacy policy'></iframe>",
        "<object data=/embed/policy type=text/html></object>",
        "<embed src=/embed/policy>",
        "<iframe data-src=/embed/policy class=lazy></iframe>",
        "<div class=frame><iframe loading=lazy width='100%' height=800 src='https://docs.other.example/e/2PACX/pub'></iframe></div>",
        "<iframe src='/viewer.html?file=%2Fembed%2Fpolicy.pdf'></iframe>",
        "<p><a href=/files/privacy.pdf>Download our privacy policy (PDF)</a></p>",
        "<p><a href='https://cdn.other.example/legal/Meet.pdf'>Download our privacy policy (PDF)</a></p>",
        "<p><a href=/legal/full-text>Read the full privacy policy</a></p>",
        "<noscript><iframe src=/embed/policy></iframe></noscript>",
        "<object type=text/html><param name=src value=/embed/policy></object>",
        "<portal src=/embed/policy></portal>",
        "<fencedframe src=/embed/policy></fencedframe>",
        "<div data-src=/embed/policy></div><script src=/app.js></script>",
        "<div hx-get=/embed/policy hx-trigger=load><p>Loading …</p></div>",
        "<turbo-frame id=p src=/embed/policy></turbo-frame>",
        "<include-fragment src=/embed/policy></include-fragment>",
        "<div w3-include-html=/embed/policy></div>",
        "<include src=/embed/policy></include>",
        "<amp-iframe src=/embed/policy></amp-iframe>",
        "<iframe data-lazy-src=/embed/policy></iframe>",
        "<section data-remote-src=/embed/policy>Chargement…</section>",
        "<div class=pdf-viewer data-pdf=/embed/policy.pdf></div>",
        "<x-include src=/embed/policy></x-include>",
        "<p><a href=/legal/full-text>Lire la suite</a></p>",
        "<p><a class=btn href=/legal/full-text>Weiterlesen</a></p>",
        "<p><a href=/legal/full-text>Read more</a></p>",
        "<p><a href=/legal/full-text>Continue reading</a></p>",
        "<a href='https://www.iubenda.com/privacy-policy/12345' class='iubenda-embed iub-body-embed'>Privacy Policy</a>",
    ];
    for way in ways {
        let introduction = html(&format!("{INTRODUCTION}{way}"));
        let lines: Vec<&str> = POLICY.lines().flat_map(|line| line.split_inclusive(". ")).map(str::trim).collect();
        let world = World::site()
            .html("/privacy", &introduction)
            .html("/embed/policy", &policy())
            .html("https://docs.other.example/e/2PACX/pub", &policy())
            .html("/legal/full-text", &policy())
            .html("https://www.iubenda.com/privacy-policy/12345", &policy())
            .pdf("/embed/policy.pdf", &lines)
            .pdf("/files/privacy.pdf", &lines)
            .pdf("https://cdn.other.example/legal/Meet.pdf", &lines);
        let facts = declared(&world);
        assert!(claim(&facts, "info.right-access").value().is_some(), "{way} {:#?}", facts.gaps);
        let Observation::Absent { searched } = claim(&facts, "info.right-portability") else {
            panic!("{way} {:#?}", facts.gaps)
        };
        assert_eq!(searched.places.len(), 2, "{way}");
        // Where it cannot be had, nothing is absent.
        let facts = declared(&World::site().html("/privacy", &introduction));
        none_absent(&facts);
        assert!(!facts.gaps.is_empty(), "{way}");
    }
}

#[test]
fn a_frameset_is_its_frames() {
    let set = "<html lang=en><head><title>Privacy policy</title></head><frameset rows='80,*'><frame src=/top.html><frame \
        src=/embed/policy></frameset></html>";
    let top = html("<p>Meet, the service for video calls</p>");
    let world = World::site().html("/privacy", set).html("/top.html", &top).html("/embed/policy", &policy());
    let facts = declared(&world);
    assert!(claim(&facts, "info.right-access").value().is_some(), "{:#?}", facts.gaps);
    none_absent(&declared(&World::site().html("/privacy", set).html("/top.html", &top)));
}

#[test]
fn a_box_that_scripts_fill_is_a_gap() {
    let ways = [
        "<div id=policy-content></div><script src=/app.js></script>",
        "<div name=termly-embed data-id=1234></div><script src=https://app.termly.io/embed.min.js></script>",
        "<privacy-policy></privacy-policy><script src=/app.js></script>",
        "<iframe id=policy></iframe><script src=/app.js></script>",
        "<iframe srcdoc='<p>We do not record any calls.</p>'></iframe>",
        "<p><a href='https://legal.other.example/meet'>View the privacy policy</a></p>",
        "<p><a href='https://legal.other.example/meet'><button>Open our privacy policy</button></a></p>",
        "<button onclick=\"location.href='/legal/full-text'\">Privacy policy</button>",
        "<button class=more>Read more</button>",
        "<p><a href='#'>Show full policy</a></p>",
        "<p><a href='javascript:more()'>Continue reading</a></p>",
        "<form action=/legal/full-text><button>View policy</button></form>",
        "<form action=/legal/full-text><input type=submit value='View policy'></form>",
        "<div role=button>Expand</div>",
        "<p>Loading…</p><script src=/app.js></script>",
        "<div aria-busy=true class=x></div>",
        "<script src=/js/policy.js></script>",
        "<img src=/img/1.png alt='Privacy policy, page 1'>",
        "<img src=/img/privacy-policy-1.png>",
        "<canvas id=pages></canvas><script src=/app.js></script>",
        "<div><a href='#' role=button>Vollständige Datenschutzerklärung anzeigen</a></div>",
        "<input type=button value='Mehr anzeigen' onclick='go()'>",
        "<p>Please wait while the policy is fetched.</p>",
        "<picture><source srcset=/p.webp><img src=data:image/png;base64,AA alt='Our privacy policy'></picture>",
        "<p><svg onclick='go()'></svg><span onclick='go()'>Tout afficher</span></p>",
        "<script>fetch('/api/policy.json').then(r => r.text()).then(t => { document.body.innerHTML += t })</script>",
        "<div class=flipbook><img src=/1.jpg><img src=/2.jpg></div>",
    ];
    // Nothing but the way itself shows that text is missing.
    let plain = INTRODUCTION.replace("Below you find the policy as it applies now. ", "");
    let alone = declared(&World::site().html("/privacy", &html(&plain)));
    assert!(states(&alone).iter().any(|state| state.ends_with(" absent")), "{:#?}", alone.gaps);
    let passed: Vec<_> = ways
        .into_iter()
        .filter(|way| {
            let facts = declared(&World::site().html("/privacy", &html(&format!("{plain}{way}"))));
            let is_gap = facts.gaps.iter().any(|gap| gap.target == url("/privacy") && gap.why == Why::Empty);
            !is_gap || states(&facts).iter().any(|state| state.ends_with(" absent"))
        })
        .collect();
    assert!(passed.is_empty(), "taken for the whole: {passed:#?}");
}

#[test]
fn an_introduction_alone_is_no_policy() {
    let facts = declared(&World::site().html("/privacy", &html(INTRODUCTION)));
    none_absent(&facts);
    let detail = &gap(&facts, "/privacy").detail;
    assert!(detail.contains("speaks of a text"), "{detail}");
    // Nor one that names the policy of somebody else and says nothing itself.
    let lent = "<h1>Privacy policy</h1><p>Meet is part of Group. Data are handled as the <a href='https://group.example/privacy'>\
        Group Privacy Notice</a> says, with care and good sense.</p>";
    let facts = declared(&World::site().html("/privacy", &html(lent)));
    none_absent(&facts);
    assert!(gap(&facts, "/privacy").detail.contains("Group Privacy Notice"), "{:#?}", facts.gaps);
    // Nor is a long text that says nothing of what policies say.
    let long = format!(
        "<h1>Privacy policy</h1>{}",
        "<p>We care about privacy in all that we do for people who call.</p>".repeat(60)
    );
    let facts = declared(&World::site().html("/privacy", &html(&long)));
    none_absent(&facts);
    assert!(gap(&facts, "/privacy").detail.contains("words that state"), "{:#?}", facts.gaps);
    // Terms and help pages may say as little as they like.
    let world = World::site().html("/terms", &html(&long.replace("Privacy policy", "Terms of service")));
    let facts = world.facts(&service(&[(Terms, "/terms", Some("en")), (Help, "/help", None)]));
    assert!(facts.gaps.iter().all(|gap| gap.target != url("/terms")), "{:#?}", facts.gaps);
}

#[test]
fn a_short_policy_is_one_and_what_is_no_text_is_left() {
    let widgets = "<iframe src='https://www.youtube-nocookie.com/embed/1'></iframe><iframe style='display:none' \
        src=/hidden></iframe><noscript><iframe src='https://www.googletagmanager.com/ns.html?id=1'></iframe></noscript>\
        <iframe src='https://stats.meet.example/index.php?action=optOut'></iframe><iframe width=1 height=1 src=/pixel></iframe>";
    let page = policy().replace("</main>", &format!("{widgets}</main>"));
    let world = World::site().html("/privacy", &page);
    let (_, asked) = world.gather(&service(&[(PrivacyPolicy, "/privacy", Some("en"))]));
    assert!(
        asked.iter().all(|url| !url.contains("youtube") && !url.contains("hidden") && !url.contains("stats")),
        "{asked:?}"
    );
    let facts = declared(&world);
    assert!(matches!(claim(&facts, "info.right-portability"), Observation::Absent { .. }), "{:#?}", facts.gaps);
}

const UMBRELLA: &str = "<h1>Privacy at Meet</h1><p>Meet Video GmbH is the controller for the personal data that are processed \
    when you use our services. This privacy notice explains how our privacy notices work together. It must be read together \
    with the notice that applies to you:</p>";

const FIRST: &str = "<h1>Privacy notice for customers</h1><p>We process personal data of customers to provide the service. You \
    have the right to obtain access to the personal data that we hold about you, and to have them erased.</p>";

const SECOND: &str = "<h1>Privacy notice for guests</h1><p>We process personal data of guests to connect their calls. You may \
    lodge a complaint with a supervisory authority at any time. We keep server logs for seven days and delete them afterwards. \
    You can reach our data protection officer at dpo@meet.example. We do not record any calls. We transfer no personal data to \
    countries outside of the European Union.</p>";

#[test]
fn an_annex_on_the_page_is_no_further_text() {
    let contract = "<h1>Data processing agreement</h1><p>The processor acts only on documented instructions of the \
                    controller. Persons who process the data are bound to confidentiality. The measures that protect the \
                    data are described in the annex. At the end the processor deletes or returns all personal data.</p>";
    let facts = |contract: &str| {
        let world = World::site().html("/dpa", &html(contract));
        world.facts(&service(&[(ProcessingAgreement, "/dpa", Some("en"))]))
    };
    assert!(gap(&facts(contract), "/dpa").detail.contains("links none"));
    let whole = facts(&format!("{contract}<h2>Annex: Measures</h2><p>Doors are locked, and disks are encrypted.</p>"));
    assert!(whole.gaps.iter().all(|gap| !gap.target.ends_with("/dpa")), "{:?}", whole.gaps);
    let named_again = facts(&format!("{contract}<h2>Measures</h2><p>They stand in the annex.</p>"));
    assert!(gap(&named_again, "/dpa").detail.contains("links none"));
}

#[test]
fn a_text_reads_with_the_texts_that_it_names() {
    let ways = [
        "<ul><li><a href=/legal/customers>Our privacy notice for customers</a><li><a href='https://help.meet.example/guests'>Our \
            privacy notice for guests</a></ul>",
        "<p>See also <a href=/legal/customers>Customers</a> and <a href='https://help.meet.example/guests'>Guests</a>.</p>",
        "<ul><li><a href=/legal/customers>Part 1</a><li><a href='https://help.meet.example/guests'>Part 2</a></ul>",
        "<p>The <a href=/legal/customers>Supplement for customers</a> and the <a href='https://help.meet.example/guests'>Addendum \
            for guests</a> form part of this notice.</p>",
    ];
    for way in ways {
        let world = World::site()
            .html("/privacy", &html(&format!("{UMBRELLA}{way}")))
            .html("/legal/customers", &html(FIRST))
            .html("https://help.meet.example/guests", &html(SECOND));
        let facts = declared(&world);
        for id in ["info.right-access", "info.right-complaint", "recording.none"] {
            assert!(claim(&facts, id).value().is_some(), "{id} {way} {:#?}", facts.gaps);
        }
        let Observation::Absent { searched } = claim(&facts, "info.right-portability") else {
            panic!("{:#?}", facts.gaps)
        };
        assert_eq!(searched.places.len(), 3, "{way}");
        let half = world.answer("/legal/customers", 503, &[], "busy");
        none_absent(&declared(&half));
    }
}

#[test]
fn a_text_names_its_others_in_many_ways() {
    let links =
        "<a href=/legal/customers>Customer Privacy Notice</a> and <a href=/legal/guests>Guest Privacy Notice</a>";
    let cards = |open: &str, close: &str| {
        let card = |path: &str, name: &str| {
            format!(
                "{open}<a href=/legal/{path}>{name}</a>{close}<p>For who uses Meet in this way, with an account or without.</p>"
            )
        };
        format!(
            "<p>This notice must be read together with the notice for you:</p>{}{}",
            card("customers", "Customers"),
            card("guests", "Guests")
        )
    };
    let ways = [
        format!("<p>Use it in conjunction with our {links}.</p>"),
        format!("<p>Please choose the notice that applies to you: {links}.</p>"),
        format!("<p>Select your region or your role: {links}.</p>"),
        format!("<p>The {links} are incorporated by reference.</p>"),
        format!("<p>This page, together with our {links}, constitutes the policy.</p>"),
        format!("<p>The {links} together form one policy.</p>"),
        cards("<h2>", "</h2>"),
        cards("<h3>", "</h3>"),
        cards("<div class=card><strong>", "</strong></div>"),
    ];
    for way in &ways {
        let start =
            "<h1>Privacy at Meet</h1><p>Meet Video GmbH is the controller of the personal data of who uses Meet.</p>";
        let world = World::site()
            .html("/privacy", &html(&format!("{start}{way}")))
            .html("/legal/customers", &html(FIRST))
            .html("/legal/guests", &html(SECOND));
        let facts = declared(&world);
        for id in ["info.right-access", "info.right-complaint", "recording.none"] {
            assert!(claim(&facts, id).value().is_some(), "{id} {way} {:#?}", facts.gaps);
        }
        none_absent(&declared(&world.answer("/legal/customers", 503, &[], "busy")));
    }
}

#[test]
fn parts_beyond_the_limit_are_said() {
    let links: String = (0..50).map(|n| format!("<li><a href=/legal/{n}>Privacy notice for product {n}</a>")).collect();
    let mut world = World::site().html("/privacy", &html(&format!("{UMBRELLA}<ul>{links}</ul>")));
    for number in 0..50 {
        world = world.html(&format!("/legal/{number}"), &html(&SECOND.replace("guests", &format!("product {number}"))));
    }
    let facts = declared(&world);
    none_absent(&facts);
    assert!(
        facts.gaps.iter().any(|gap| gap.why == Why::NotAsked && gap.detail.contains("parts more")),
        "{:#?}",
        facts.gaps
    );
}

#[test]
fn a_page_that_leads_on_by_itself_is_followed() {
    let refresh = |content: &str| {
        format!(
            "<html lang=en><head><meta http-equiv=refresh content=\"{content}\"><title>Moved</title></head><body><p>Our privacy \
            policy has moved.</p></body></html>"
        )
    };
    let moved = World::site().html("/privacy", &refresh("0; url=/legal/privacy")).html("/legal/privacy", &policy());
    let facts = declared(&moved);
    assert_eq!(passages(&facts, "recording.none")[0].url, url("/legal/privacy"));
    assert!(matches!(claim(&facts, "info.right-portability"), Observation::Absent { .. }), "{:#?}", facts.gaps);
    let field = World::site()
        .answer(
            "/privacy",
            200,
            &[("Content-Type", "text/html"), ("Refresh", "3;URL='/legal/privacy'")],
            "<p>Moved.</p>",
        )
        .html("/legal/privacy", &policy());
    assert_eq!(passages(&declared(&field), "recording.none")[0].url, url("/legal/privacy"));
    let gone = World::site().html("/privacy", &refresh("0; url=/legal/privacy"));
    assert_eq!(gap(&declared(&gone), "/legal/privacy").why, Why::Empty);
    let round = World::site().html("/privacy", &refresh("0; url=/a")).html("/a", &refresh("0; url=/privacy"));
    let facts = declared(&round);
    assert!(facts.gaps.iter().any(|gap| gap.detail == "redirect loop"), "{:#?}", facts.gaps);
    let mut long = World::site().html("/privacy", &refresh("0; url=/0"));
    for number in 0..30 {
        long = long.html(&format!("/{number}"), &refresh(&format!("0; url=/{}", number + 1)));
    }
    assert!(declared(&long).gaps.iter().any(|gap| gap.detail.starts_with("more than 10 redirects")));
    // A page that loads itself again, or ends a session after half an hour, stays.
    for content in ["600", "0; url=/privacy", "1800; url=/logout"] {
        let stays = policy().replace("<head>", &format!("<head><meta http-equiv=refresh content='{content}'>"));
        let facts = declared(&World::site().html("/privacy", &stays));
        assert_eq!(passages(&facts, "recording.none")[0].url, url("/privacy"), "{content}");
    }
}
