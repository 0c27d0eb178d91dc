use super::*;
use crate::text::{Hints, read};

fn verdict(html: &str) -> Verdict {
    match read(html.as_bytes(), &Hints { media_type: Some("text/html; charset=utf-8"), ..Hints::default() }) {
        Ok(page) => page.verdict,
        Err(error) => panic!("{error}: {html}"),
    }
}

fn why(html: &str) -> Option<Why> {
    match verdict(html) {
        Verdict::Readable => None,
        Verdict::Gap { why, .. } => Some(why),
    }
}

fn check(expected: Why, cases: &[&str]) {
    for case in cases {
        assert_eq!(why(case), Some(expected), "{:?}\n{case}", verdict(case));
    }
}

/// A policy as short as they come.
const SHORT: &str = "<p>Acme Ltd., 5 Main Street, Cork, is the controller of your personal data. We store your name and mail \
    address to answer you. We delete them after thirty days. You have the right of access, rectification and erasure, and \
    you can complain to the supervisory authority.</p>";

#[test]
fn bot_walls() {
    check(
        Why::Refused,
        &[
            "<!DOCTYPE html><html lang=en-US><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and \
             cookies to continue</noscript><script>window._cf_chl_opt = {cType: 'managed'};</script></body></html>",
            "<html><head><title>Attention Required! | Cloudflare</title></head><body><h1>Sorry, you have been blocked</h1><p>You are \
             unable to access acme.example</p><div class=cf-error-details>Ray ID: 0</div></body></html>",
            "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>You don't have permission to access \
             \"http://www.acme.example/privacy\" on this server.<P>Reference #18.0<P>https://errors.edgesuite.net/18.0</BODY></HTML>",
            "<html><head><title>acme.example</title></head><body><script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script>\
             <script src=https://ct.captcha-delivery.com/c.js></script></body></html>",
            "<html><head><META NAME='robots' CONTENT='noindex'></head><body><iframe src='/_Incapsula_Resource?x=1'>Request \
             unsuccessful. Incapsula incident ID: 1-2</iframe></body></html>",
            "<html><head><script src='/_Incapsula_Resource?SWJIYLWA=7'></script></head><body></body></html>",
            "<html><head><title>Access to this page has been denied</title></head><body><p>Press & Hold to confirm you are a human \
             (and not a bot).</p><div id=px-captcha></div></body></html>",
            "<html><head><script>window.gokuProps = {};</script><title></title></head><body><div id=challenge-container></div>\
             <noscript><h1>JavaScript is disabled</h1>In order to continue, we need to verify that you're not a robot.</noscript></body></html>",
            "<html><head><title>acme.example</title></head><body><h2>Checking your browser before accessing acme.example</h2>\
             <p>This process is automatic. Please verify you are human by completing the action below.</p></body></html>",
            "<html lang=de><head><title>Einen Moment, bitte</title></head><body><h1>Sicherheitsüberprüfung</h1><p>Bitte bestätigen Sie, \
             dass Sie ein Mensch sind und kein Roboter.</p></body></html>",
            "<html lang=fr><head><title>Accès refusé</title></head><body><p>Confirmez que vous n’êtes pas un robot pour continuer.</p></body></html>",
            "<html><head><title>Toegang geweigerd</title></head><body><p>Bewijs dat u geen robot bent.</p></body></html>",
            "<html><head><title>Acceso denegado</title></head><body><p>Verifica que eres humano.</p></body></html>",
            "<html><head><title>Accesso negato</title></head><body><p>Conferma di essere umano.</p></body></html>",
            "<html><body>The requested URL was rejected. Our systems have detected unusual traffic. Your support ID is: 1</body></html>",
        ],
    );
}

#[test]
fn login_pages() {
    let form = "<form action=/login><input name=user><input type=password name=pw><button>Go</button></form>";
    check(
        Why::Refused,
        &[
            &format!(
                "<html><head><title>Sign in</title></head><body><h1>Sign in</h1>{form}<p>No account? Register.</p></body></html>"
            ),
            &format!(
                "<html><head><title>Acme</title></head><body><h1>Willkommen</h1>{form}<p>Passwort vergessen?</p></body></html>"
            ),
            "<html><body><h1>Acme</h1><p>Log in to continue to your documents.</p><form><input type=email></form></body></html>",
            "<html><body><h1>Connexion</h1><form><input type=text></form><p>Connectez-vous pour continuer.</p></body></html>",
            "<html><body><h1>Anmelden</h1><form><input type=text></form><p>Bitte melden Sie sich an.</p></body></html>",
        ],
    );
}

#[test]
fn soft_404s() {
    for title in [
        "404 - Page not found",
        "Oops! We couldn't find that page",
        "Seite nicht gefunden",
        "Page introuvable",
        "Pagina niet gevonden",
        "Pagina non trovata",
        "Página no encontrada",
        "This page doesn't exist",
    ] {
        check(
            Why::Empty,
            &[
                &format!(
                    "<html><head><title>Acme</title></head><body><h1>{title}</h1><p>Go back to the start, please.</p></body></html>"
                ),
                &format!(
                    "<html><head><title>{title} | Acme</title></head><body><p>Go back to the start, please.</p></body></html>"
                ),
            ],
        );
    }
}

#[test]
fn pages_that_scripts_fill() {
    check(
        Why::Empty,
        &[
            "<html><head><title>Acme</title></head><body><noscript>You need to enable JavaScript to run this app.</noscript>\
             <div id=\"root\"></div><script src=/app.js></script></body></html>",
            "<html><head><title>Acme</title></head><body><app-root></app-root><script src=main.js></script></body></html>",
            "<html><head><title>Acme</title></head><body><div id='__next'></div><script>x()</script></body></html>",
            "<html lang=de><body><p>Bitte JavaScript aktivieren, um diese Seite zu sehen.</p><script src=x.js></script></body></html>",
            "<html><head><title>Acme</title><meta name=description content=x></head><body></body></html>",
        ],
    );
}

#[test]
fn half_loaded_pages() {
    let open = format!("<html><head><title>Privacy</title></head><body><main><h1>Privacy</h1>{}", SHORT.repeat(10));
    check(
        Why::Malformed,
        &[
            &format!("{open}<p>We share your data with partners who help us to run the"),
            &format!("{open}<p>We share your data.</p><div class=\"conta"),
            &format!("{open}<p>We share your data.</p><script>var settings = {{ a: 1,"),
            "<html><body><main><div class=skeleton></div><div class=skeleton-line></div><div class=skeleton></div></main></body></html>",
            "<html><head><title>Acme</title></head><body><p>Loading…</p></body></html>",
            "<html><head><title>Acme</title></head><body><p>Seite wird geladen …</p><div class=spinner></div></body></html>",
        ],
    );
    // End tags may be left out, and a fragment has none to close.
    assert_eq!(why(&format!("{open}<p>Ask us.")), None);
    assert_eq!(why(&format!("{open}<p>Ask us.<footer>© 2024 Acme")), None);
    assert_eq!(
        why(&format!("<h1>Privacy</h1>{SHORT}<p>We share your data with partners who help us to run the")),
        None
    );
}

#[test]
fn consent_walls() {
    let banner = "<div id=usercentrics-root><h2>We value your privacy</h2><p>We and our 812 partners store and access information on \
        a device, such as cookies, and process personal data, such as unique identifiers, for personalised advertising, measurement, \
        audience research and development of services.</p><button>Accept all</button></div>";
    check(Why::Empty, &[&format!("<html><body>{banner}<div id=main></div></body></html>")]);
    let page = format!("<html><body>{banner}<main><h1>Privacy</h1>{SHORT}{SHORT}</main></body></html>");
    assert_eq!(why(&page), None);
}

#[test]
fn a_page_about_something_else_is_no_policy() {
    let shop = "<h1>Welcome</h1><p>Our new boots are here, and they are the best that we have ever made for the mountains.</p>";
    let read_as = |html: &str, kind| {
        let hints = Hints { kind, ..Hints::default() };
        read(html.as_bytes(), &hints).map(|page| page.verdict)
    };
    assert!(matches!(read_as(shop, Some(Kind::PrivacyPolicy)), Ok(Verdict::Gap { why: Why::Empty, .. })));
    assert!(matches!(read_as(shop, Some(Kind::ProcessingAgreement)), Ok(Verdict::Gap { why: Why::Empty, .. })));
    assert_eq!(read_as(shop, Some(Kind::Help)), Ok(Verdict::Readable));
    assert_eq!(read_as(shop, None), Ok(Verdict::Readable));
    assert_eq!(read_as(SHORT, Some(Kind::PrivacyPolicy)), Ok(Verdict::Readable));
    // In a language that we do not know nothing can be said.
    let czech = "<p>Uchováváme údaje, které nám poskytnete, a po skončení smlouvy je smažeme bez zbytečného odkladu ze všech systémů.</p>";
    assert_eq!(read_as(czech, Some(Kind::PrivacyPolicy)), Ok(Verdict::Readable));
}

#[test]
fn policies_that_speak_of_such_things() {
    let speaks = "<p>If you enable JavaScript and cookies to continue, our wall checks that you are not a robot. Access denied pages \
        log your address. A captcha may appear when we see unusual traffic or suspicious activity.</p>\
        <p>You must log in to see your data. Please sign in with your password. Loading takes a moment. Pages not found (404) are \
        counted. Without JavaScript some parts do not work; please enable JavaScript.</p>";
    let header = "<header><form><input name=user><input type=password></form></header><noscript>Please enable JavaScript.</noscript>";
    let scripts = "<script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js></script><script src=/_Incapsula_Resource?a></script>\
        <div class=g-recaptcha></div><div id=\"root\"></div><div class=loader></div>";
    for (name, text) in
        [("short", SHORT.repeat(3)), ("telling", format!("{SHORT}{SHORT}{speaks}")), ("long", SHORT.repeat(9) + speaks)]
    {
        let page = format!(
            "<html><head><title>Privacy policy</title></head><body>{header}<main><h1>Privacy policy</h1>{text}</main>{scripts}</body></html>"
        );
        assert_eq!(verdict(&page), Verdict::Readable, "{name}");
    }
    let page = format!("<html><head><title>Datenschutz</title></head><body><h1>Datenschutz</h1>{SHORT}</body></html>");
    assert_eq!(verdict(&page), Verdict::Readable);
}
