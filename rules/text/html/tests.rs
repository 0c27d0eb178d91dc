use super::*;
use crate::document::{Document, Role};
use crate::text::What;
use proptest::prelude::*;
use std::fmt::Write;

mod seen;

fn page(html: &str) -> Page {
    read(html, Some("https://acme.example/legal/privacy?x=1")).0
}

/// The blocks of the main text, one a line: role, text, what it hangs on.
fn main_text(html: &str) -> String {
    show(&page(html).document, Region::Main)
}

fn show(document: &Document, region: Region) -> String {
    let mut shown = String::new();
    for block in document.blocks.iter().filter(|block| block.region == region) {
        let role = match block.role {
            Role::Heading(level) => format!("h{level}"),
            Role::Paragraph => "p".to_owned(),
            Role::Item(depth) => format!("li{depth}"),
            Role::Row => "tr".to_owned(),
            Role::Term => "dt".to_owned(),
            Role::Definition => "dd".to_owned(),
        };
        let text = &document.text[block.span.clone()];
        let lead = block.lead.map(|lead| format!(" < {}", &document.text[document.blocks[lead].span.clone()]));
        let _ = writeln!(shown, "{role} {text}{}", lead.unwrap_or_default());
    }
    shown.replace('\n', "|").replace('\t', "¦").trim_end_matches('|').to_owned()
}

/// A sentence of some length, so that a page has enough text to be one.
fn prose(sentences: usize) -> String {
    let mut text = String::new();
    for number in 0..sentences {
        let _ = write!(
            text,
            "<p>We keep the records of visit number {number} for as long as the contract with you lasts.</p>"
        );
    }
    text
}

#[test]
fn headings_paragraphs_and_lists() {
    assert_eq!(
        main_text(
            "<h1>Privacy</h1><p>We   collect\n<b>two</b> things:<ul><li>your&nbsp;name<li>your <i>address</i>:<ol><li>street\
             <li>city</ol></ul><h2>Rights</h2>You can <a href=x>object</a>.<div>Ask us.</div>"
        ),
        "h1 Privacy|p We collect two things:|li1 your name < We collect two things:|li1 your address: < We collect two things:\
         |li2 street < your address:|li2 city < your address:|h2 Rights|p You can object.|p Ask us."
    );
}

#[test]
fn headings_know_the_headings_over_them() {
    let document = page("<h1>A</h1><h3>B</h3><p>b.</p><h2>C</h2><p>c.</p>").document;
    let over: Vec<_> = document.blocks.iter().map(|block| block.heading).collect();
    assert_eq!(over, [None, Some(0), Some(1), Some(0), Some(3)]);
}

#[test]
fn paragraphs_that_are_headings() {
    let text = "<p>We process what you send us and nothing else than that.</p>";
    assert_eq!(
        main_text(&format!(
            "<p><strong>Who we are</strong></p>{text}<p><b>We sell nothing.</b></p>{text}<p>4. Recipients of the data</p>{text}\
             <div role=heading aria-level=2>Storage</div>{text}<p>YOUR RIGHTS</p>{text}<p class=section-title>Contact</p>{text}"
        ))
        .replace("|p We process what you send us and nothing else than that.", ""),
        "h2 Who we are|p We sell nothing.|h2 4. Recipients of the data|h2 Storage|h3 YOUR RIGHTS|h3 Contact"
    );
    // Where all is bold, bold says nothing.
    assert_eq!(main_text("<p><b>One thing</b></p><p><b>Another thing</b></p>"), "p One thing|p Another thing");
}

#[test]
fn accordions() {
    assert_eq!(
        main_text(
            "<details><summary>What do we store?</summary>Your name.</details>\
             <button aria-expanded=false aria-controls=p1>Who gets it?</button>\
             <div id=p1 class=accordion-panel hidden>Nobody gets your data from us.</div>\
             <h3><button>How long?</button></h3><div class='tab-panel' style='display:none'>For thirty days after that.</div>"
        ),
        "h4 What do we store?|p Your name.|h4 Who gets it?|p Nobody gets your data from us.|h3 How long?|p For thirty days after that."
    );
}

#[test]
fn what_is_hidden() {
    assert_eq!(
        main_text(
            "<p>Seen<span style='display:none'>unseen</span> text.</p><p hidden>No.</p><template><p>No.</p></template>\
             <noscript>Turn scripts on.</noscript><svg><title>No</title><text>No</text></svg><script>var no = '<p>No</p>';</script>\
             <style>p { no: 1 }</style><span class=sr-only>Skip to content</span><select><option>English</select>\
             <p>Also <i class=icon aria-hidden=true></i>seen.</p><textarea><p>No</textarea><iframe><p>No</iframe>"
        ),
        "p Seen text.|p Also seen."
    );
}

#[test]
fn lines() {
    assert_eq!(
        main_text("<p>Acme Ltd.<br>Main Street 5<br />Dublin</p>One.<br><br>Two.<pre>a  b\nc\n\nd</pre>"),
        "p Acme Ltd.|Main Street 5|Dublin|p One.|p Two.|p a b|c|p d"
    );
}

#[test]
fn bullets_without_markup() {
    assert_eq!(
        main_text("<p>We store:</p><p>• your name</p><p>• your mail</p><p>Ask us.<br>- one<br>- two<br>more</p>"),
        "p We store:|li1 your name < We store:|li1 your mail < We store:|p Ask us.|li1 one|li1 two|more"
    );
}

#[test]
fn lines_that_were_cut() {
    let lines = "<p>This agreement forms part of the contract that is entered into between the</p>\
                 <p>“Provider” and the customer, and it defines the terms that apply to the use</p>\
                 <p>of the services. It comes into force on the day on which both have signed it</p>\
                 <p>and it ends with the contract.</p>"
        .repeat(4);
    let text = main_text(&format!("<p>PART ONE</p>{lines}"));
    assert_eq!(text.matches("|p This agreement forms").count(), 4, "{text}");
    assert!(
        text.contains("between the “Provider” and the customer, and it defines the terms that apply to the use of the")
    );
}

#[test]
fn tables() {
    assert_eq!(
        main_text(
            "<table><thead><tr><th>Data<th>Purpose<th>Basis</thead><tr><td>Name<td>Billing<td></td></tr>\
             <tr><td><p>Mail</p><p>Phone</p><td><td>Contract</table>"
        ),
        "tr Data¦Purpose¦Basis|tr Name¦Billing¦ < Data¦Purpose¦Basis|tr Mail|Phone¦¦Contract < Data¦Purpose¦Basis"
    );
    assert_eq!(
        main_text("<table><tr><td><h1>Privacy</h1><p>One.</p><table><tr><td>a<td>b</table></table>"),
        "h1 Privacy|p One.|tr a¦b"
    );
    assert_eq!(main_text("<table role=presentation><tr><td>One.<td>Two.</table>"), "p One.|p Two.");
}

#[test]
fn definition_lists() {
    assert_eq!(
        main_text("<dl><dt>Controller<dd>Who decides.<dt>Processor<dd><p>Who helps.</p><p>More.</p></dl>"),
        "dt Controller|dd Who decides. < Controller|dt Processor|dd Who helps. < Processor|dd More. < Processor"
    );
}

#[test]
fn characters() {
    assert_eq!(
        main_text(
            "<p>Da\u{ad}ten\u{200b}schutz &amp; R&eacute;seau &#8222;x&#x201c; e\u{301}t\u{202e}e\u{feff} a&nbsp;\u{2003} b</p>"
        ),
        "p Datenschutz & Réseau „x“ éte a b"
    );
}

#[test]
fn broken_nesting() {
    assert_eq!(
        main_text("<p>One<div>Two</p>Three</div><b><p>Four</b> five</p></i></ul></table>six"),
        "p One|p Two|p Three|p Four five|p six"
    );
    assert_eq!(main_text("<ul><li><b>a<li>b</b></ul><p>c<h2>d</h3>e"), "li1 a|li1 b|p c|h2 d|p e");
    assert_eq!(main_text("<div><span><p>x</span>y</div></div></div>z"), "p xy|p z");
}

#[test]
fn menus_and_footers() {
    let html = format!(
        "<header><div class=logo>Acme</div><nav><ul><li><a href=/a>Products</a><li><a href=/b>Prices</a></ul></nav></header>\
         <ul class=x><li><a href=/1>Home</a><li><a href=/2>Blog</a><li><a href=/3>Help</a></ul>\
         <div><a href=/4>One</a></div><div><a href=/5>Two</a></div><div><a href=/6>Three</a></div><div><a href=/7>Four</a></div>\
         <article><header><h1>Privacy policy</h1><p>Last updated in May</p></header>{}</article>\
         <footer><p>© Acme</p><a href=/terms>Terms</a></footer><div class=site-footer>Made in Cork</div>",
        prose(8)
    );
    let page = page(&html);
    let text = show(&page.document, Region::Main);
    assert!(text.starts_with("h1 Privacy policy|p Last updated in May|p We keep"), "{text}");
    assert!(text.ends_with("contract with you lasts."), "{text}");
    assert_eq!(show(&page.document, Region::Footer), "p © Acme|p Terms|p Made in Cork");
}

#[test]
fn banners() {
    for banner in [
        "<div id=onetrust-consent-sdk><div><p>We value your privacy and use cookies.</p><button>Accept</button></div></div>",
        "<div class='cookie-banner js'><p>We value your privacy and use cookies.</p><p>Settings</p></div>",
        "<div role=dialog aria-modal=true><p>We value your privacy and use cookies.</p></div>",
    ] {
        let page = page(&format!("{banner}<main><h1>Privacy</h1>{}</main>", prose(8)));
        assert!(!show(&page.document, Region::Main).contains("value your privacy"), "{banner}");
        assert!(show(&page.document, Region::Banner).contains("value your privacy"), "{banner}");
    }
    // A policy about cookies stays one, whatever its box is called.
    let page = page(&format!("<div class=cookie-notice><h1>Cookies</h1>{}</div>", prose(30)));
    assert!(show(&page.document, Region::Main).starts_with("h1 Cookies|p We keep"));
}

#[test]
fn text_outside_of_main_counts() {
    let html =
        format!("<p>Home</p><main><h1>Privacy</h1>{}</main><div>{}</div>", prose(8), prose(7).replace("visit", "call"));
    let text = main_text(&html);
    assert!(text.contains("records of call number 6") && !text.contains("Home"), "{text}");
}

#[test]
fn a_page_that_is_all_menu_by_name_is_read_whole() {
    let text = main_text(&format!("<div class=header><nav><h1>Privacy</h1>{}</nav></div>", prose(10)));
    assert!(text.contains("visit number 9"), "{text}");
}

#[test]
fn link_lists_that_are_content() {
    let html = "<main><p>We use these processors:</p><ul><li><a href=https://a.example/>Alpha Hosting</a>\
                <li><a href=https://b.example/>Beta Mail</a><li><a href=https://c.example/>Gamma Pay</a></ul></main>";
    assert!(main_text(html).contains("li1 Beta Mail < We use these processors:"));
}

#[test]
fn links_and_head() {
    let page = page(
        "<html lang=de-AT><head><title> Daten&shy;schutz \n Acme</title><meta name=robots content='noindex'>\
         <link rel=canonical href=/privacy#top><link rel=alternate hreflang=en href=en/privacy>\
         <meta http-equiv=Refresh content='3; URL=/neu'><body>\
         <a href='../agb.html#x' rel='nofollow' hreflang=de title='Unsere AGB'>AG<b>B</b>\n jetzt</a>\
         <a href=https://b.example/x><img alt='Zum Shop'></a><a name=anker>kein Link</a><a href='mailto:a@b.example'>Mail</a>\
         <footer><a href='?print=1'>Drucken</a>",
    );
    assert_eq!(page.meta.title.as_deref(), Some("Daten\u{ad}schutz Acme"));
    assert_eq!(page.meta.lang.as_deref(), Some("de-AT"));
    assert_eq!(page.meta.canonical.as_deref(), Some("https://acme.example/privacy"));
    assert_eq!(page.meta.alternates, [("en".to_owned(), "https://acme.example/legal/en/privacy".to_owned())]);
    assert_eq!(page.meta.robots.as_deref(), Some("noindex"));
    assert_eq!(page.meta.refresh, Some((3, "https://acme.example/neu".to_owned())));
    let links: Vec<_> = page.links.iter().map(|link| (link.url.as_deref(), link.text.as_str())).collect();
    assert_eq!(
        links,
        [
            (Some("https://acme.example/agb.html"), "AGB jetzt"),
            (Some("https://b.example/x"), "Zum Shop"),
            (None, "Mail"),
            (Some("https://acme.example/legal/privacy?print=1"), "Drucken"),
        ]
    );
    assert_eq!(page.links[0].written, "../agb.html#x");
    assert_eq!(page.links[0].title.as_deref(), Some("Unsere AGB"));
    assert_eq!(page.links[3].region, Region::Footer);
}

#[test]
fn the_base_element_counts() {
    let page = page("<base href='/app/'><a href=terms>Terms</a>");
    assert_eq!(page.links[0].url.as_deref(), Some("https://acme.example/app/terms"));
    assert_eq!(read("<a href=terms>Terms</a>", None).0.links[0].url, None);
}

/// Pages that cost more than linear time in tree builders. The figures are in the benchmark; here they only have to end.
#[test]
fn hostile_pages() {
    let nested = format!("{}deep{}", "<div><span>".repeat(50_000), "</b></div>".repeat(50_000));
    assert!(main_text(&nested).contains("deep"));
    let attributes: String = (0..100_000).map(|number| format!(" a{number}=1 class=c{number}")).collect();
    assert!(main_text(&format!("<p{attributes}>text")).contains("text"));
    assert!(page(&"<li>item ".repeat(300_000)).document.blocks.len() == 300_000);
    assert!(main_text(&"&nbsp;&auml;&#228;".repeat(300_000)).starts_with("p ää"));
    assert!(page(&"</p></x-y></table>".repeat(200_000)).document.blocks.is_empty());
    let unclosed = "<table><tr><td><p><b><ul><li><a href=x>".repeat(20_000);
    assert!(page(&unclosed).links.len() == 20_000);
    assert!(main_text(&format!("<p>{}", "a\u{200b}\u{ad}\u{202e}".repeat(200_000))).len() == 200_002);
    assert_eq!(page(&"<a href=/x>y</a>".repeat(60_000)).links.len(), 50_000);
    assert!(page(&"<dl><dt>".repeat(50_000)).document.blocks.is_empty());
    assert!(page(&"<table>".repeat(100_000)).document.blocks.is_empty());
    assert!(page(&format!("<!--{}", "<p>".repeat(100_000))).document.blocks.is_empty());
    assert!(page(&format!("<title>{}", "x<p>".repeat(100_000))).document.text.is_empty());
}

fn is_sound(page: &Page) {
    let document = &page.document;
    let mut end = 0;
    for (index, block) in document.blocks.iter().enumerate() {
        assert!(block.span.start >= end && block.span.end > block.span.start);
        let text = document.text.get(block.span.clone()).expect("a span cuts a character");
        assert_eq!(text.trim_matches(' '), text);
        assert!(block.heading.is_none_or(|over| over < index) && block.lead.is_none_or(|lead| lead < index));
        end = block.span.end;
    }
    assert!(end <= document.text.len());
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        is_sound(&page(&String::from_utf8_lossy(&bytes)));
    }

    #[test]
    fn tag_soup(parts in prop::collection::vec(prop::sample::select(vec![
        "<p>", "</p>", "<div class=footer>", "</div>", "<ul>", "</ul>", "<li>", "</li>", "<table>", "</table>", "<tr>", "<td>",
        "</td>", "</tr>", "<th>", "<b>", "</b>", "<a href='/x'>", "</a>", "text ", "long text with words. ", "\u{fc}\u{301}", "&amp;",
        "<h2>", "</h2>", "<span hidden>", "</span>", "<br>", "<nav>", "</nav>", "<main>", "</main>", "<select>", "</select>",
        "<script>", "</script>", "<title>", "</title>", "<template>", "</template>", "<dl>", "<dt>", "<dd>", "</dl>", "<pre>", "\n\n",
        "</pre>", "<svg>", "</svg>", "<button aria-expanded>", "</button>", "<!--", "-->", "<", "\u{200b}", "\u{0}", "<noscript>",
        "</noscript>", "<s>", "</s>", "<em hidden>", "</em>", "<div id=a style='visibility:hidden'>", "<b style='visibility:visible'>",
        "<a href='#a'>", "<div class=accordion>", "<nav>", "<dialog>", "</dialog>", "n\u{336}", "<details>", "<summary>", "<article lang=fr>", "\u{2022} point<br>", "<p>- dash</p>", "<hr>", "1. One",
    ]), 0..80)) {
        is_sound(&page(&parts.concat()));
    }
}

#[test]
fn pages_within_the_page_are_those_that_can_be_seen() {
    let page = page(
        "<body><p>Intro.<iframe src=/a title='Our policy'></iframe><object data=/b.pdf></object><embed src=/c.pdf>\
         <iframe data-src=/d></iframe><iframe srcdoc='<p>x'></iframe><iframe src=/h style='display:none'></iframe>\
         <iframe src=/p width=1 height=1></iframe><noscript><iframe src=/n></iframe></noscript><div hidden><iframe src=/i>\
         </iframe></div><object data=/v.mp4 type=video/mp4></object><embed type=image/png src=/x.png></p></body>",
    );
    let urls: Vec<_> = page.meta.embedded.iter().map(|one| one.url.as_deref()).collect();
    let at = |path: &str| format!("https://acme.example{path}");
    let expected = [Some(at("/a")), Some(at("/b.pdf")), Some(at("/c.pdf")), Some(at("/d")), None, Some(at("/n"))];
    assert_eq!(urls, expected.each_ref().map(Option::as_deref));
    assert_eq!(page.meta.embedded[0].label, "Our policy");
    assert_eq!(page.meta.vacant, None);
}

#[test]
fn a_box_that_waits_for_a_script_is_named() {
    let vacant = |html: &str| page(&format!("<body><p>Intro.</p>{html}</body>")).meta.vacant;
    let script = "<script src=/app.js></script>";
    assert_eq!(vacant(&format!("<div id=privacy-text></div>{script}")).as_deref(), Some("privacy-text"));
    assert_eq!(
        vacant(&format!("<div class='x'><section name=termly-embed> </section></div>{script}")).as_deref(),
        Some("termly-embed")
    );
    assert_eq!(vacant(&format!("<privacy-policy></privacy-policy>{script}")).as_deref(), Some("privacy-policy"));
    assert_eq!(vacant("<div id=privacy-text></div>"), None, "nobody fills it");
    assert_eq!(vacant(&format!("<div id=content><p>Text.</p></div><div class=spacer></div>{script}")), None);
    assert_eq!(vacant(&format!("<div class=content><img src=/x.png></div>{script}")), None);
}

#[test]
fn what_is_loaded_into_a_page_is_named() {
    let embedded = |html: &str| -> Vec<(String, bool)> {
        let page = page(&format!("<body><p>Intro.</p>{html}<p>End.</p></body>"));
        page.meta.embedded.into_iter().map(|one| (one.url.unwrap_or_default(), one.is_box)).collect()
    };
    for frame in [
        "<noscript><iframe src=/t></iframe></noscript>",
        "<p>Text<noscript><iframe src=/t></iframe></noscript></p>",
        "<object type=text/html><param name=src value=/t></object>",
        "<object><embed src=/t></object>",
        "<portal src=/t></portal>",
        "<fencedframe src=/t></fencedframe>",
    ] {
        assert_eq!(embedded(frame), [("https://acme.example/t".to_owned(), false)], "{frame}");
    }
    for filled in [
        "<div data-src=/t></div>",
        "<div data-content-url=/t><p>Loading …</p></div>",
        "<div hx-get=/t hx-trigger=load><img src=/spinner.gif></div>",
        "<turbo-frame src=/t>Please wait</turbo-frame>",
        "<include src=/t></include>",
        "<include-fragment src=/t></include-fragment>",
        "<section w3-include-html=/t></section>",
    ] {
        assert_eq!(embedded(filled), [("https://acme.example/t".to_owned(), true)], "{filled}");
    }
    for other in [
        "<noscript><div hidden><iframe src=/t></iframe></div></noscript>",
        "<noscript><iframe src=/t height=0 width=0></iframe></noscript>",
        "<div hidden><div data-src=/t></div></div>",
        "<object data=/x.mp4 type=video/mp4><param name=quality value=high></object>",
        "<div data-src=/background.jpg></div>",
        "<div data-url=/t>Here stands the text itself, in full, so that nobody needs to fetch it from anywhere else.</div>",
    ] {
        assert_eq!(embedded(other), [], "{other}");
    }
}

#[test]
fn what_may_open_a_text_is_named() {
    let leads = |html: &str| -> Vec<(What, String)> {
        let page = page(&format!("<body><p>Intro.</p>{html}<p>End.</p></body>"));
        page.meta.leads.into_iter().map(|lead| (lead.what, lead.label)).collect()
    };
    let one = |html: &str, what: What, label: &str| assert_eq!(leads(html), [(what, label.to_owned())], "{html}");
    one("<button onclick=go()>Read <b>more</b></button>", What::Button, "Read more");
    one("<form action=/t><input type=submit value='Open the policy'></form>", What::Button, "Open the policy");
    one("<div role=button>Show all</div>", What::Button, "Show all");
    one("<p><span onclick='go()'>Show all</span> or not</p>", What::Button, "Show all");
    one("<button aria-label=Open></button>", What::Button, "Open");
    one("<img src=/p/policy-1.png?x alt='Page 1'>", What::Picture, "Page 1 policy-1.png");
    one("<canvas id=page></canvas>", What::Surface, "page");
    one("<div class='book flipbook'><img hidden src=/1.png></div>", What::Surface, "book flipbook");
    one("<div aria-busy=true></div>", What::Waiting, "");
    one("<script src='/js/policy.js?v=1'></script>", What::Script, "policy.js");
    for none in
        ["<button aria-controls=x>More</button>", "<div hidden><button>More</button></div>", "<form><input></form>"]
    {
        assert_eq!(leads(none), [], "{none}");
    }
}
