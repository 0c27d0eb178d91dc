//! Signing in and out.

use crate::present::web::Shared;
use crate::present::web::accounts::Account;
use crate::present::web::guard::{Peer, client, redirect};
use crate::present::web::page::{self, Ask, Asked, Frame, session_cookie};
use crate::present::web::queue::SignedIn;
use crate::present::web::session::{COOKIE, SECURE_COOKIE, same};
use crate::present::web::words::Words;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use std::sync::atomic::Ordering::Relaxed;

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Then {
    pub(super) to: String,
}

/// The form.
#[derive(Deserialize)]
pub(crate) struct Entry {
    token: String,
    name: String,
    password: String,
    #[serde(default)]
    to: String,
}

#[derive(Template)]
#[template(path = "web/login.html")]
struct Page {
    f: Frame,
    t: &'static Words,
    to: String,
    name: String,
    wrong: Option<&'static str>,
    /// What the provider is called by which people may sign in, too.
    openid: Option<String>,
}

pub(crate) async fn form(State(site): State<Shared>, Ask(then): Ask<Then>, asked: Asked) -> Response {
    if !(site.mode.public || site.mode.trusted) && asked.session.is_none() {
        return page::show(&asked, StatusCode::OK, &empty(&site, &asked, then.to, String::new(), None));
    }
    redirect("/")
}

fn empty(site: &Shared, asked: &Asked, to: String, name: String, wrong: Option<&'static str>) -> Page {
    let mut f = Frame::new(site, asked, "login", asked.t.sign_in);
    f.token = site.sessions.token_of_all();
    let openid = site.openid.as_ref().map(|openid| openid.label().to_owned());
    Page { f, t: asked.t, to: ours(&to), name, wrong, openid }
}

/// A path of this site, or the board: an address of somebody else is none.
pub(super) fn ours(to: &str) -> String {
    let is_ours =
        to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') && to.bytes().all(|byte| byte > b' ');
    if is_ours { to.to_owned() } else { "/".to_owned() }
}

pub(crate) async fn login(
    State(site): State<Shared>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    asked: Asked,
    form: Result<Form<Entry>, axum::extract::rejection::FormRejection>,
) -> Response {
    let t = asked.t;
    let Ok(Form(entry)) = form else {
        return page::message(&site, &asked, StatusCode::BAD_REQUEST, t.bad_request, t.stale_form_next);
    };
    if site.mode.public || site.mode.trusted || !same(&entry.token, &site.sessions.token_of_all()) {
        return page::message(&site, &asked, StatusCode::FORBIDDEN, t.stale_form, t.stale_form_next);
    }
    let now = (site.clock)();
    let from = client(&headers, peer.map(|Extension(peer)| peer), &site.mode);
    if !site.sessions.may_guess(from, &entry.name, now) {
        let page = empty(&site, &asked, entry.to, entry.name, Some(t.login_slow));
        return page::show(&asked, StatusCode::TOO_MANY_REQUESTS, &page);
    }
    match site.accounts.enter(entry.name.clone(), entry.password).await {
        Err(failure) => page::failed(&site, &asked, &failure),
        Ok(None) => {
            site.counters.logins_failed.fetch_add(1, Relaxed);
            page::show(
                &asked,
                StatusCode::UNAUTHORIZED,
                &empty(&site, &asked, entry.to, entry.name, Some(t.login_failed)),
            )
        }
        Ok(Some(account)) => {
            site.sessions.right_guess(&account.name);
            enter(&site, &asked, &headers, &account, &entry.to, SignedIn::Password).await
        }
    }
}

/// Begins a session for an account that was found right, writes it down, and leads on.
pub(super) async fn enter(
    site: &Shared,
    asked: &Asked,
    headers: &HeaderMap,
    account: &Account,
    to: &str,
    by: SignedIn<'_>,
) -> Response {
    let now = (site.clock)();
    if let Err(failure) = site.queue.signed_in(&account.name, account.role, by, now).await {
        return page::failed(site, asked, &failure);
    }
    // Whatever session the browser had before ends: its id may be known to somebody else.
    if let Some(before) = session_cookie(headers) {
        site.sessions.end(&before);
    }
    let Some(id) = site.sessions.begin(&account.name, account.role, now) else { return page::broken(asked) };
    let mut response = redirect(&ours(to));
    set_cookie(&mut response, site, &id, "");
    response
}

/// The word of a form that does nothing else.
#[derive(Deserialize)]
pub(crate) struct Token {
    token: String,
}

pub(crate) async fn logout(
    State(site): State<Shared>,
    headers: HeaderMap,
    asked: Asked,
    form: Result<Form<Token>, axum::extract::rejection::FormRejection>,
) -> Response {
    let right = form.is_ok_and(|Form(form)| same(&form.token, &asked.token));
    if !right {
        return page::message(&site, &asked, StatusCode::FORBIDDEN, asked.t.stale_form, asked.t.stale_form_next);
    }
    if let Some(id) = session_cookie(&headers) {
        site.sessions.end(&id);
    }
    let mut response = redirect("/login");
    set_cookie(&mut response, &site, "", "; Max-Age=0");
    response
}

fn set_cookie(response: &mut Response, site: &Shared, id: &str, more: &str) {
    let (name, secure) = if site.mode.secure { (SECURE_COOKIE, "; Secure") } else { (COOKIE, "") };
    let cookie = format!("{name}={id}; Path=/; HttpOnly; SameSite=Lax{secure}{more}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_away_after_signing_in() {
        assert_eq!(ours("/services/a?method=b"), "/services/a?method=b");
        for elsewhere in
            ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "", "/a\r\nSet-Cookie: x"]
        {
            assert_eq!(ours(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
