//! The cookies of one chain of redirects (RFC 6265): some sites answer only who brings back what they have just set.
//!
//! A jar lives for one wish and is thrown away with it: no visit knows of another. It keeps what the chain itself set, for the
//! hosts and paths that it was set for; the records of the archive show each cookie as it was set and as it was sent.

use super::capture::Exchange;
use super::guard::plain;
use jiff::Timestamp;
use url::Url;

/// Cookies that a chain may set, and the bytes of one: what RFC 6265, section 6.1, asks of a client at least.
const COOKIES: usize = 50;
const BYTES: usize = 4096;

struct Cookie {
    name: String,
    value: String,
    domain: String,
    /// Whether it goes to the host that set it alone.
    host_only: bool,
    path: String,
    secure: bool,
}

/// The jar.
#[derive(Default)]
pub(super) struct Jar(Vec<Cookie>);

impl Jar {
    /// Takes in what an answer sets.
    pub(super) fn take(&mut self, exchange: &Exchange) {
        let Ok(url) = Url::parse(&exchange.url) else { return };
        let set = exchange.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        for (_, line) in set {
            if let Some((cookie, is_over)) = read(line, &url, exchange.captured) {
                let same =
                    |one: &Cookie| one.name == cookie.name && one.domain == cookie.domain && one.path == cookie.path;
                self.0.retain(|one| !same(one));
                if !is_over && self.0.len() < COOKIES {
                    self.0.push(cookie);
                }
            }
        }
    }

    /// What is sent to an address; none where nothing is.
    pub(super) fn sent(&self, url: &str) -> Option<String> {
        let url = Url::parse(url).ok()?;
        let host = plain(url.host_str()?);
        let fits = |one: &&Cookie| {
            let at_home = host == one.domain || !one.host_only && is_below(&host, &one.domain);
            at_home && is_within(url.path(), &one.path) && (!one.secure || url.scheme() == "https")
        };
        let mut fitting: Vec<&Cookie> = self.0.iter().filter(fits).collect();
        fitting.sort_by_key(|one| std::cmp::Reverse(one.path.len()));
        let pairs: Vec<String> = fitting.iter().map(|one| format!("{}={}", one.name, one.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// One `Set-Cookie`, and whether it only takes one away (RFC 6265, section 5.2).
fn read(line: &str, url: &Url, now: Timestamp) -> Option<(Cookie, bool)> {
    if line.len() > BYTES || line.chars().any(|one| one.is_control() && one != '\t') {
        return None;
    }
    let mut parts = line.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let host = plain(url.host_str()?);
    let (folder, _) = url.path().rsplit_once('/').unwrap_or_default();
    let mut cookie = Cookie {
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
        domain: host.clone(),
        host_only: true,
        path: if folder.is_empty() { "/".to_owned() } else { folder.to_owned() },
        secure: false,
    };
    if cookie.name.is_empty() && cookie.value.is_empty() {
        return None;
    }
    let (mut expires, mut age) = (None, None);
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "domain" if !value.is_empty() => {
                let domain = plain(value.trim_start_matches('.'));
                // A public suffix is nobody's own, unless it is the host itself.
                if domain != host && (!is_below(&host, &domain) || psl::domain_str(&domain).is_none()) {
                    return None;
                }
                cookie.host_only = domain == host && psl::domain_str(&domain).is_none();
                cookie.domain = domain;
            }
            "path" if value.starts_with('/') => cookie.path = value.to_owned(),
            "secure" => cookie.secure = true,
            "max-age" => age = value.parse::<i64>().ok(),
            "expires" => {
                expires = httpdate::parse_http_date(value).ok().and_then(|time| Timestamp::try_from(time).ok())
            }
            _ => {}
        }
    }
    let is_over = age.map_or(expires.is_some_and(|end| end <= now), |age| age <= 0);
    Some((cookie, is_over))
}

fn is_below(host: &str, domain: &str) -> bool {
    let named = host.parse::<std::net::IpAddr>().is_err() && !host.starts_with('[');
    named && host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Section 5.1.4.
fn is_within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || folder.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn jar(url: &str, lines: &[&str]) -> Jar {
        let headers = lines.iter().map(|line| ("Set-Cookie".to_owned(), (*line).to_owned())).collect();
        let now = "2026-06-02T00:00:00Z".parse().unwrap();
        let mut jar = Jar::default();
        jar.take(&Exchange::new(url.to_owned(), now, 302, headers, Bytes::new()));
        jar
    }

    #[test]
    fn a_cookie_goes_where_it_was_set_for() {
        let jar = jar(
            "https://www.meet.example/legal/privacy",
            &[
                "a=1",
                "b=2; Path=/; Secure",
                "c=3; Domain=meet.example; Path=/",
                "d=4; Domain=example",
                "e=5; Domain=other.example",
            ],
        );
        assert_eq!(jar.sent("https://www.meet.example/legal/privacy").as_deref(), Some("a=1; b=2; c=3"));
        assert_eq!(jar.sent("http://www.meet.example/").as_deref(), Some("c=3"));
        assert_eq!(jar.sent("https://app.meet.example/").as_deref(), Some("c=3"));
        assert_eq!(jar.sent("https://www.meet.example.evil.example/"), None);
        assert_eq!(jar.sent("https://other.example/"), None);
    }

    #[test]
    fn what_is_over_is_gone() {
        let mut jar = jar("https://meet.example/", &["a=1", "b=2", "c=3"]);
        let over = [
            "a=; Max-Age=0",
            "b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "c=4; Expires=Thu, 01 Jan 2037 00:00:00 GMT",
        ];
        let headers = over.iter().map(|line| ("set-cookie".to_owned(), (*line).to_owned())).collect();
        let now = "2026-06-02T00:00:01Z".parse().unwrap();
        jar.take(&Exchange::new("https://meet.example/".to_owned(), now, 200, headers, Bytes::new()));
        assert_eq!(jar.sent("https://meet.example/x").as_deref(), Some("c=4"));
    }
}
