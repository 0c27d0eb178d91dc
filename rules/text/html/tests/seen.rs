//! What a visitor sees is read, and nothing else: hidden text, what a click opens, struck text, texts in menus and windows.

use super::{main_text, page, prose, show};
use crate::document::Region;
use crate::text::{self, Hints, Verdict};

const SEEN: &str = "<p>We keep your name for a year.</p>";

/// Promises of some length that nobody sees.
fn promises() -> String {
    "<p>We never sell your data. Wir verkaufen Ihre Daten niemals. Nous ne vendons jamais vos données.</p>".repeat(12)
}

#[test]
fn hidden_text_is_unread_whatever_its_length() {
    let promises = promises();
    for attribute in [
        "hidden",
        "hidden=until-found",
        "popover",
        "style='display:none'",
        "style='DISPLAY:NONE !important'",
        "style='visibility:hidden'",
        "style='opacity:0'",
        "style='position:absolute;left:-9999px'",
        "style='font-size:0'",
        "style='height:0;overflow:hidden'",
        "style='position:absolute;clip:rect(0,0,0,0)'",
        "style='color:#fff;background:#fff'",
        "class=sr-only",
        "class=panel hidden",
    ] {
        for element in ["div", "section", "span", "b", "em", "font", "dialog open", "td", "li"] {
            let end = element.split(' ').next().unwrap_or(element);
            let html = format!("{SEEN}<{element} {attribute}>{promises}</{end}><p>Ask us.</p>");
            if attribute.contains("sr-only") && matches!(element, "b" | "em" | "font" | "td" | "li") {
                continue;
            }
            let text = main_text(&html);
            assert_eq!(text, "p We keep your name for a year.|p Ask us.", "{element} {attribute}");
        }
        let text = main_text(&format!("<p>We <i {attribute}>never</i> sell data.</p>"));
        assert_eq!(text, "p We sell data.", "{attribute}");
    }
    for html in [
        "<div style='background:#fff'><p style='color:white'>Nobody gets it.</p></div>",
        "<div style='background:#fff'><div><b style='color:#fefefe'>Nobody gets it.</b></div></div>",
        "<table bgcolor=white><tr><td><font color='#FFFFFF'>Nobody gets it.</font></td></tr></table>",
        "<body bgcolor='#ffffff'><font color=white>Nobody gets it.</font>",
        "<body style='background:#fff'><span style='color:#fff'>Nobody gets it.</span>",
    ] {
        assert!(!page(html).document.text.contains("Nobody"), "{html}");
    }
    for (open, close) in [("<template>", "</template>"), ("<noscript>", "</noscript>"), ("<dialog>", "</dialog>")] {
        assert_eq!(main_text(&format!("{SEEN}{open}{promises}{close}")), "p We keep your name for a year.", "{open}");
    }
}

#[test]
fn what_is_seen_all_the_same() {
    for html in [
        "<p aria-hidden=true>Nobody gets your data.</p>",
        "<div hidden style='display:block'>Nobody gets your data.</div>",
        "<div style='visibility:hidden'><p style='visibility:visible'>Nobody gets your data.</p></div>",
        "<div style='font-size:0'><p style='font-size:14px'>Nobody gets your data.</p></div>",
        "<div style='overflow:hidden;height:200px'>Nobody gets your data.</div>",
        "<details><summary></summary>Nobody gets your data.</details>",
        "<dialog open>Nobody gets your data.</dialog>",
        "<div style='background:#fff'><p style='color:#fff;background:#060'>Nobody gets your data.</p></div>",
        "<div style='background:#fff'><div style='background:url(a.png)'><p style='color:#fff'>Nobody gets your data.</p></div></div>",
        // A class can bring a background that only a style sheet knows.
        "<div style='background:#fff'><a class=button style='color:#fff'>Nobody gets your data.</a></div>",
        "<div style='background:#fff'><div class=dark><p style='color:#fff'>Nobody gets your data.</p></div></div>",
        "<p style='color:#fff'>Nobody gets your data.</p>",
        "<p><b style='color:#333'>Nobody</b> <a style='opacity:1' href=/x>gets</a> your data.</p>",
    ] {
        assert!(page(html).document.text.contains("Nobody gets your data."), "{html}");
    }
    let lifted = "<div style='display:none'><p style='visibility:visible;display:block'>Nobody gets it.</p></div>";
    assert!(!page(lifted).document.text.contains("Nobody"));
}

#[test]
fn what_a_click_opens_is_read() {
    let panel = "Nobody gets your data from us.";
    for html in [
        "<button aria-controls=p1>Who?</button><div id=p1 style='display:none'>TEXT</div>",
        "<a href=#p1>Who?</a><div id=p1 hidden>TEXT</div>",
        "<div id=p1 hidden>TEXT</div><p><a href='#p1'>Who?</a></p>",
        "<h3 data-target='#p1'>Who?</h3><p>More.</p><div id=p1 style='display:none'>TEXT</div>",
        "<h3 data-bs-toggle=collapse data-bs-target='#p1'>Who?</h3><div id=p1 style='max-height:0;overflow:hidden'>TEXT</div>",
        "<span onclick=\"toggle('p1')\">Who?</span><div id=p1 style='display:none'>TEXT</div>",
        "<a href=\"javascript:show('p1')\">Who?</a><div id=p1 style='visibility:hidden'>TEXT</div>",
        "<button popovertarget=p1>Who?</button><div id=p1 popover>TEXT</div>",
        "<button onclick='p1.showModal()'>Who?</button><dialog id=p1>TEXT</dialog>",
        "<div role=tab id=t1>Who?</div><div role=tabpanel aria-labelledby=t1 hidden>TEXT</div>",
        "<div class=accordion><h3>Who?</h3><div style='display:none'>TEXT</div></div>",
        "<label for=c1>Who?</label><input id=c1 type=checkbox><div class=accordion-body style='display:none'>TEXT</div>",
        "<button aria-controls=p2>All</button><div id=p2 hidden>For everybody who asks us: <a href=#p1>Who?</a>\
         <div id=p1 hidden>TEXT</div></div>",
        "<button aria-controls=p1>Who?</button><p>It is <span id=p1 hidden>written here: TEXT</span></p>",
    ] {
        let text = page(&html.replace("TEXT", panel)).document.text;
        assert!(text.contains(panel), "{html}: {text}");
    }
    for html in [
        // Nobody comes to the control.
        "<div hidden><a href=#p1>Who?</a></div><div id=p1 hidden>TEXT</div>",
        "<div id=p1 hidden>TEXT <a href=#p1>Close</a></div>",
        "<a hidden href=#p1>Who?</a><div id=p1 hidden>TEXT</div>",
        // It opens something else.
        "<a href=#p2>Who?</a><div id=p1 hidden>TEXT</div>",
        "<a href=/x#p1>Who?</a><div id=p1 hidden>TEXT</div>",
        // A heading over a block that is called a panel.
        "<h3>Who?</h3><div class=panel hidden>TEXT</div>",
        "<div class=accordion><div style='display:none'>TEXT</div></div>",
    ] {
        let text = page(&html.replace("TEXT", panel)).document.text;
        assert!(!text.contains(panel), "{html}: {text}");
    }
}

#[test]
fn a_page_that_hides_most_of_its_text_is_a_gap() {
    let read = |html: String| text::read(html.as_bytes(), &Hints::default()).unwrap().verdict;
    let hidden = format!("<h1>Privacy</h1><p>How we handle data.</p><div style='opacity:0'>{}</div>", prose(40));
    assert!(matches!(read(hidden), Verdict::Gap { detail, .. } if detail.contains("hides")));
    let both = format!("<h1>Privacy</h1>{}<div style='opacity:0'>{}</div>", prose(40), prose(80));
    assert_eq!(read(both), Verdict::Readable);
}

#[test]
fn struck_text_is_left_out() {
    for (open, close) in [
        ("<del>", "</del>"),
        ("<s>", "</s>"),
        ("<strike>", "</strike>"),
        ("<span style='text-decoration:line-through'>", "</span>"),
        ("<font style='text-decoration-line: underline line-through'>", "</font>"),
        ("<b style='text-decoration: line-through red'>", "</b>"),
        ("<span role=deletion>", "</span>"),
        ("<span style='-webkit-text-decoration:line-through'>", "</span>"),
    ] {
        for (html, text) in [
            ("<p>We do [not] sell your data.</p>", "p We do sell your data."),
            ("<p>Wir geben Ihre Daten [nicht] weiter.</p>", "p Wir geben Ihre Daten weiter."),
            ("<p>Nous ne vendons [jamais] vos données.</p>", "p Nous ne vendons vos données."),
            ("<p>[We sell your data.] We sell nothing.</p>", "p We sell nothing."),
            ("<ul><li>[We sell your data.]</li><li>We sell nothing.</li></ul>", "li1 We sell nothing."),
            ("<p>Before.</p>[<p>We sell your data.</p>]<p>After.</p>", "p Before.|p After."),
        ] {
            let html = html.replace('[', open).replace(']', close);
            assert_eq!(main_text(&html), text, "{html}");
        }
    }
    assert_eq!(main_text("<p style='text-decoration:line-through'>We sell data.</p><p>No.</p>"), "p No.");
    assert_eq!(main_text("<p>We do n\u{336}o\u{336}t\u{336} sell data.</p>"), "p We do sell data.");
    assert_eq!(main_text("<p>We <ins>never</ins> sell data.</p>"), "p We never sell data.");
}

#[test]
fn texts_in_menus_and_windows() {
    let rights = "<li role=menuitem><h3>Correction</h3><p>You have the right to have your data corrected by us.</p></li>\
                  <li role=menuitem><h3>Löschung</h3><p>Sie haben das Recht, dass wir Ihre Daten löschen, wenn Sie es wollen.</p></li>\
                  <li role=menuitem><h3>Accès</h3><p>Vous avez le droit de savoir quelles données nous conservons sur vous.</p></li>"
        .repeat(2);
    let menu = "<li><a href=/a>Products for all who meet online with others</a><li><a href=/b>Prices</a><li><a href=/c>Help</a>".repeat(3);
    for (open, close) in [
        ("<ul role=menu>", "</ul>"),
        ("<nav>", "</nav>"),
        ("<div role=navigation>", "</div>"),
        ("<div role=toolbar>", "</div>"),
        ("<div role=dialog>", "</div>"),
        ("<div class=modal>", "</div>"),
        ("<dialog open>", "</dialog>"),
    ] {
        let text = main_text(&format!("<main>{}</main>{open}{}{close}", prose(9), rights.repeat(2)));
        assert!(text.contains("data corrected") && text.contains("Daten löschen"), "{open}: {text}");
        let text = main_text(&format!("<nav><ul role=menu>{menu}</ul></nav><main>{}</main>", prose(9)));
        assert!(!text.contains("Products"), "{text}");
    }
    let banner =
        "<p>We use cookies, and so do our partners. Do you accept all cookies, or only those that we need?</p>"
            .repeat(9);
    let page = page(&format!("<div role=dialog>{banner}</div><main>{}</main>", prose(20)));
    assert!(show(&page.document, Region::Banner).contains("accept all cookies"));
}

#[test]
fn raised_marks_stay_raised() {
    assert_eq!(
        main_text(
            "<p>after 30 days<sup>1</sup> on 20 m<sup>2</sup>, the 1<sup>st</sup> <sup><a href=#n>12</a></sup>, a<sup>[3]</sup></p>"
        ),
        "p after 30 days¹ on 20 m², the 1st ¹², a[3]"
    );
    for mark in [
        "<a href=#n1>12</a>",
        "<a class=footnote-ref role=doc-noteref href='#n1'>12</a>",
        "<span style='vertical-align:super'>12</span>",
        "<span style='vertical-align:super;font-size:.7em'><a href=#n1>12</a></span>",
    ] {
        assert_eq!(
            main_text(&format!("<p>after 30 days{mark}, as we say</p>")),
            "p after 30 days¹², as we say",
            "{mark}"
        );
    }
    assert_eq!(main_text("<p>30 days<sup>1, 2</sup>, then</p>"), "p 30 days¹,², then");
    assert_eq!(main_text("<p>see number <a href=#n12>12</a>, page7<a href=/x>12</a></p>"), "p see number 12, page712");
    assert_eq!(main_text("<p>We don\u{92}t sell data.</p>"), "p We don’t sell data.");
}
