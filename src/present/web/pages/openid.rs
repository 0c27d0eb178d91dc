//! Signing in by OpenID Connect: to the provider, and back with its answer.
//!
//! A refusal says to the person what to do; what was wrong in detail stands in the log of the server alone.

use super::account::{enter, ours};
use crate::base::failure::Failure;
use crate::present::web::guard::redirect;
use crate::present::web::openid::{Answer, OpenId, Refused};
use crate::present::web::page::{self, Ask, Asked, cookie};
use crate::present::web::queue::SignedIn;
use crate::present::web::{Mode, Shared};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use probity_rules::sentence::Lang;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// The cookie that binds a sign-in to a browser, over plain HTTP on loopback; over HTTPS with the prefix of [`SECURE`].
const COOKIE: &str = "openid-connect";
/// Browsers take this name only with Secure, without Domain and for the whole site.
const SECURE: &str = "__Host-openid-connect";

/// A page that says what became of a sign-in: what, and what to do next.
type Said = (&'static str, &'static str);

/// To the provider.
pub(crate) async fn begin(State(site): State<Shared>, Ask(then): Ask<super::account::Then>, asked: Asked) -> Response {
    let Some(openid) = openid(&site) else { return page::not_found(&site, &asked) };
    if asked.session.is_some() {
        return redirect(&ours(&then.to));
    }
    match openid.begin(ours(&then.to), (site.clock)()).await {
        Ok((address, id)) => {
            let mut response = redirect(&address);
            set_cookie(&mut response, &site.mode, &id, "; Max-Age=600");
            response
        }
        Err(refused) => refuse(&site, &asked, &refused),
    }
}

/// Back from the provider.
pub(crate) async fn back(
    State(site): State<Shared>,
    headers: HeaderMap,
    Ask(answer): Ask<Answer>,
    asked: Asked,
) -> Response {
    let Some(openid) = openid(&site) else { return page::not_found(&site, &asked) };
    let now = (site.clock)();
    let name = if site.mode.secure { SECURE } else { COOKIE };
    let person = openid.finish(cookie(&headers, name), answer, now).await;
    let mut response = match person {
        Ok(person) => {
            let bound = person.bound.clone();
            let bind =
                move |site: &crate::present::web::Site| site.accounts.bind(&bound, &person.name, person.role, now);
            match page::aside(&site, bind).await.and_then(|account| account) {
                Ok(Some(account)) => {
                    let by = SignedIn::OpenId(&person.bound);
                    enter(&site, &asked, &headers, &account, &person.to, by).await
                }
                Ok(None) => {
                    site.counters.logins_failed.fetch_add(1, Relaxed);
                    let (what, next) = disabled(asked.t.lang);
                    page::message(&site, &asked, StatusCode::FORBIDDEN, what, next)
                }
                Err(failure) => page::failed(&site, &asked, &failure),
            }
        }
        Err(refused) => {
            // Who lost every role loses what is still open, too.
            if let Refused::NoRole(bound) = &refused
                && let Some(name) = site.accounts.bound(bound)
            {
                site.sessions.end_all_of(&name);
            }
            refuse(&site, &asked, &refused)
        }
    };
    set_cookie(&mut response, &site.mode, "", "; Max-Age=0");
    response
}

/// The provider, where people sign in at all.
fn openid(site: &Shared) -> Option<Arc<OpenId>> {
    site.openid.clone().filter(|_| !site.mode.public && !site.mode.trusted)
}

fn refuse(site: &Shared, asked: &Asked, refused: &Refused) -> Response {
    site.counters.logins_failed.fetch_add(1, Relaxed);
    // Anybody can cause this one as often as they like: the log is not filled by it.
    if *refused != Refused::Unasked {
        Failure::new(format_args!("a sign-in by OpenID Connect failed: {refused}")).warn();
    }
    let status = match refused {
        Refused::Unasked => StatusCode::BAD_REQUEST,
        Refused::Denied(_) | Refused::Token(_) | Refused::NoRole(_) => StatusCode::FORBIDDEN,
        Refused::Down(_) => StatusCode::BAD_GATEWAY,
    };
    let (what, next) = said(refused, asked.t.lang);
    page::message(site, asked, status, what, next)
}

fn said(refused: &Refused, lang: Lang) -> Said {
    match (refused, lang) {
        (Refused::Unasked, Lang::En) => (
            "This sign-in was not begun in this browser, or it is over.",
            "Open the page for signing in and begin again.",
        ),
        (Refused::Unasked, Lang::De) => (
            "Diese Anmeldung wurde nicht in diesem Browser begonnen, oder sie ist vorbei.",
            "Öffnen Sie die Seite zum Anmelden und beginnen Sie neu.",
        ),
        (Refused::Denied(_), Lang::En) => {
            ("The sign-in service did not sign you in.", "Begin again, or ask the people who run that service.")
        }
        (Refused::Denied(_), Lang::De) => (
            "Der Anmeldedienst hat Sie nicht angemeldet.",
            "Beginnen Sie neu, oder fragen Sie die Menschen, die diesen Dienst betreiben.",
        ),
        (Refused::Down(_), Lang::En) => (
            "The sign-in service cannot be used now.",
            "Try again in a minute. Whoever has a password here can sign in with it. The log of this server says more.",
        ),
        (Refused::Down(_), Lang::De) => (
            "Der Anmeldedienst ist gerade nicht zu gebrauchen.",
            "Versuchen Sie es in einer Minute noch einmal. Wer hier ein Passwort hat, kann sich damit anmelden. Das Protokoll \
             dieses Servers sagt mehr.",
        ),
        (Refused::Token(_), Lang::En) => (
            "What the sign-in service says of you did not pass the checks.",
            "Nobody was signed in. Tell the people who run this server: its log says what was wrong.",
        ),
        (Refused::Token(_), Lang::De) => (
            "Was der Anmeldedienst über Sie sagt, hat die Prüfungen nicht bestanden.",
            "Niemand wurde angemeldet. Sagen Sie es den Menschen, die diesen Server betreiben: Sein Protokoll sagt, was falsch war.",
        ),
        (Refused::NoRole(_), Lang::En) => (
            "You have no role here.",
            "None of your groups may sign in. Ask the people who run this server to let you in.",
        ),
        (Refused::NoRole(_), Lang::De) => (
            "Sie haben hier keine Rolle.",
            "Keine Ihrer Gruppen darf sich anmelden. Fragen Sie die Menschen, die diesen Server betreiben.",
        ),
    }
}

fn disabled(lang: Lang) -> Said {
    match lang {
        Lang::En => ("Your account is out of use.", "Ask the people who run this server."),
        Lang::De => ("Ihr Konto ist außer Gebrauch.", "Fragen Sie die Menschen, die diesen Server betreiben."),
    }
}

fn set_cookie(response: &mut Response, mode: &Mode, id: &str, more: &str) {
    let (name, secure) = if mode.secure { (SECURE, "; Secure") } else { (COOKIE, "") };
    // Lax, not Strict: the browser comes back from another site.
    let cookie = format!("{name}={id}; Path=/; HttpOnly; SameSite=Lax{secure}{more}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
