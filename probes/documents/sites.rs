//! Whose pages count as the provider's own: the same registrable domain, the declared ones, and known hosts of legal texts.
//!
//! A registrable domain is what the Public Suffix List says. It cannot know that two domains belong to one company: that has
//! to be declared.

use probity_rules::service::Service;
use std::collections::BTreeSet;
use url::{Host, Url};

/// Where providers have their legal texts kept by others: services that write or show policies for their customers.
const LEGAL_HOSTS: [&str; 8] = [
    "freeprivacypolicy.com",
    "getterms.io",
    "iubenda.com",
    "privacypolicies.com",
    "safebase.us",
    "termly.io",
    "termsfeed.com",
    "trust.page",
];

/// The provider's own places.
#[derive(Debug)]
pub(super) struct Sites {
    /// The host of the home page.
    home: String,
    domains: BTreeSet<String>,
}

impl Sites {
    /// Those of a service: of its home page, and of all that it declares.
    pub(super) fn of(service: &Service) -> Self {
        let home = host(&service.home).unwrap_or_default();
        let documents = service.documents.iter().filter_map(|document| host(&document.url));
        let hosts = service.hosts.iter().map(|host| host.name.trim_end_matches('.').to_ascii_lowercase());
        let domains = documents.chain(hosts).chain([home.clone()]).map(|host| domain(&host).to_owned()).collect();
        Self { home, domains }
    }

    /// Whether an address is one of the provider's own, or one at a known host of legal texts.
    pub(super) fn own(&self, url: &str) -> bool {
        host(url).is_some_and(|host| {
            let domain = domain(&host);
            self.domains.contains(domain) || LEGAL_HOSTS.contains(&domain)
        })
    }

    /// Whether an address is at the host of the home page.
    pub(super) fn home(&self, url: &str) -> bool {
        host(url).is_some_and(|host| host == self.home)
    }
}

/// The host of a web address, in lower case, an IP address in brackets where it has them.
pub(super) fn host(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    match url.host()? {
        Host::Domain(name) => Some(name.trim_end_matches('.').to_ascii_lowercase()),
        address => Some(address.to_string()),
    }
}

/// The registrable domain of a host; the host itself where it has none.
pub(super) fn domain(host: &str) -> &str {
    if host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok() {
        return host;
    }
    psl::domain_str(host).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registrable_domains() {
        assert_eq!(domain("www.meet.example.co.uk"), "example.co.uk");
        assert_eq!(domain("someone.github.io"), "someone.github.io");
        assert_eq!(domain("127.0.0.1"), "127.0.0.1");
        assert_eq!(domain("localhost"), "localhost");
        assert_eq!(host("https://WWW.Example.org:8443/x"), Some("www.example.org".to_owned()));
        assert_eq!(host("mailto:a@example.org"), None);
    }
}
