//! Where the door does not go: addresses, names, schemes and ports that no public service has.
//!
//! Pure. A page under audit can name any address it likes; without this an auditor's machine would carry requests of
//! strangers into its own network. It cannot know that a public address is routed inwards by the auditor's own network.

use super::options::Options;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// Why the door does not go there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a web address at all.
    #[error("{0:?} is not a web address")]
    NotAnAddress(String),
    /// Neither http nor https.
    #[error("the scheme {0:?} is not asked, only http and https")]
    Scheme(String),
    /// A user name or a password in the address.
    #[error("the address carries a user name or password")]
    Credentials,
    /// A port that is neither 80 nor 443 nor declared.
    #[error("port {0} is not declared by the service")]
    Port(u16),
    /// A name that is not of the public DNS.
    #[error("{name:?} is not a public name ({kind})")]
    Name {
        /// The name.
        name: String,
        /// What it is instead.
        kind: &'static str,
    },
    /// An address that is not public.
    #[error("{address} is not a public address ({kind})")]
    Address {
        /// The address.
        address: IpAddr,
        /// What it is instead.
        kind: &'static str,
    },
}

/// Whether an address is on this machine.
pub fn is_here(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(v4)) => v4.is_loopback(),
        Some(Host::Ipv6(v6)) => v6.is_loopback(),
        None => false,
    }
}

/// Looks at an address of a page before anything is asked: scheme, credentials, port, name or literal address.
/// `declared` says whether the service itself declares this host and port.
///
/// # Errors
/// The first reason not to go there.
pub fn page(url: &Url, options: &Options, declared: impl Fn(&str, u16) -> bool) -> Result<(), Refusal> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refusal::Scheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::Credentials);
    }
    let text = url.host_str().unwrap_or_default();
    if options.test_host(&plain(text)).is_some() {
        return Ok(());
    }
    match url.host() {
        None => return Err(Refusal::NotAnAddress(url.to_string())),
        Some(Host::Domain(domain)) => name(domain)?,
        Some(Host::Ipv4(v4)) => address(v4.into())?,
        Some(Host::Ipv6(v6)) => address(v6.into())?,
    }
    let port = url.port_or_known_default().unwrap_or_default();
    if !matches!(port, 80 | 443) && !options.ports.contains(&port) && !declared(&plain(text), port) {
        return Err(Refusal::Port(port));
    }
    Ok(())
}

/// A host name as it is compared: lower case, without the last dot.
pub fn plain(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

/// Names outside the public DNS: RFC 6761 (`localhost`), RFC 6762 (`local`), RFC 7686 (`onion`), RFC 8375 (`home.arpa`), and
/// `internal`, which ICANN set aside for private use in 2024 and under which clouds keep their metadata services.
const PRIVATE_SUFFIXES: [(&str, &str); 6] = [
    ("localhost", "this machine"),
    ("local", "the local network"),
    ("localdomain", "the local network"),
    ("internal", "private use"),
    ("home.arpa", "a home network"),
    ("onion", "the Tor network"),
];

/// Looks at a host name.
///
/// # Errors
/// Where it is not a name of the public DNS.
pub fn name(name: &str) -> Result<(), Refusal> {
    let plain = plain(name);
    let refuse = |kind| Err(Refusal::Name { name: plain.clone(), kind });
    for (suffix, kind) in PRIVATE_SUFFIXES {
        if plain.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')) {
            return refuse(kind);
        }
    }
    if !plain.contains('.') {
        return refuse("a single label");
    }
    Ok(())
}

/// Looks at an address, also at the IPv4 address that an IPv6 address may carry inside.
///
/// # Errors
/// Where it is not a public unicast address.
pub fn address(address: IpAddr) -> Result<(), Refusal> {
    let kind = match address {
        IpAddr::V4(v4) => special_v4(v4),
        IpAddr::V6(v6) => special_v6(v6),
    };
    kind.map_or(Ok(()), |kind| Err(Refusal::Address { address, kind }))
}

/// The IANA IPv4 Special-Purpose Address Registry (RFC 6890), all that is not globally reachable, and the address at which
/// one cloud shows its metadata service on the public side (168.63.129.16, Microsoft Azure).
fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    Some(match address.octets() {
        [0, ..] => "this network",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "private",
        [100, 64..=127, ..] => "shared by carriers",
        [127, ..] => "loopback",
        [169, 254, 169, 254] | [168, 63, 129, 16] => "a metadata service",
        [169, 254, ..] => "link-local",
        [192, 0, 0, _] => "protocol assignments",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "documentation",
        [192, 88, 99, _] => "6to4 relay",
        [198, 18 | 19, ..] => "benchmarking",
        [224..=239, ..] => "multicast",
        [240..=255, ..] => "reserved",
        _ => return None,
    })
}

/// The IANA IPv6 Special-Purpose Address Registry (RFC 6890); outside 2000::/3 nothing is assigned to the public.
fn special_v6(address: Ipv6Addr) -> Option<&'static str> {
    let segments = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    let [a, b, c, d, e, f, g, h] = segments;
    Some(match segments {
        [0, 0, 0, 0, 0, 0, 0, 0] => "unspecified",
        [0, 0, 0, 0, 0, 0, 0, 1] => "loopback",
        // IPv4-mapped (RFC 4291), and NAT64 with the well-known prefix (RFC 6052): as good as what is inside.
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => return special_v4(v4(g, h)),
        [0x64, 0xff9b, 1, ..] => "local translation",
        // 6to4 (RFC 3056): the IPv4 address of the router follows the prefix.
        [0x2002, ..] => return special_v4(v4(b, c)),
        // Teredo (RFC 4380): the server's address, and the client's with all bits turned.
        [0x2001, 0, ..] => return special_v4(v4(c, d)).or(special_v4(v4(!g, !h))),
        [0x2001, 2, 0, ..] => "benchmarking",
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => "documentation",
        [0x2001, 0..=0x1ff, ..] => "protocol assignments",
        [0xfc00..=0xfdff, ..] => "private",
        [0xfe80..=0xfebf, ..] => "link-local",
        [0xfec0..=0xfeff, ..] => "site-local",
        [0xff00..=0xffff, ..] => "multicast",
        // ISATAP (RFC 5214): an IPv4 address behind a known interface identifier.
        [0x2000..=0x3fff, ..] if (e == 0 || e == 0x200) && f == 0x5efe => return special_v4(v4(g, h)),
        [0x2000..=0x3fff, ..] => return None,
        _ => {
            debug_assert!(!(0x2000..=0x3fff).contains(&a));
            "not assigned"
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(url: &str) -> Result<(), String> {
        check_with(url, &Options::default())
    }

    fn check_with(url: &str, options: &Options) -> Result<(), String> {
        let url = Url::parse(url).map_err(|error| error.to_string())?;
        page(&url, options, |host, port| (host, port) == ("declared.example", 8443))
            .map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn addresses_that_are_not_public_are_refused() {
        let cases = [
            ("0.0.0.0", "this network"),
            ("10.1.2.3", "private"),
            ("172.16.0.1", "private"),
            ("172.31.255.255", "private"),
            ("192.168.0.1", "private"),
            ("100.64.0.1", "shared by carriers"),
            ("100.127.255.255", "shared by carriers"),
            ("127.0.0.1", "loopback"),
            ("127.255.0.1", "loopback"),
            ("169.254.169.254", "a metadata service"),
            ("168.63.129.16", "a metadata service"),
            ("169.254.0.1", "link-local"),
            ("192.0.0.192", "protocol assignments"),
            ("192.0.2.1", "documentation"),
            ("198.51.100.7", "documentation"),
            ("203.0.113.9", "documentation"),
            ("192.88.99.1", "6to4 relay"),
            ("198.18.0.1", "benchmarking"),
            ("198.19.255.1", "benchmarking"),
            ("224.0.0.251", "multicast"),
            ("240.0.0.1", "reserved"),
            ("255.255.255.255", "reserved"),
            ("::", "unspecified"),
            ("::1", "loopback"),
            ("::7f00:1", "not assigned"),
            ("::ffff:127.0.0.1", "loopback"),
            ("::ffff:169.254.169.254", "a metadata service"),
            ("64:ff9b::10.0.0.1", "private"),
            ("64:ff9b:1::1", "local translation"),
            ("2002:7f00:1::1", "loopback"),
            ("2002:c0a8:1::", "private"),
            ("2001:0:0a00:1::", "private"),
            ("2001:0:808:808:0:0:3f57:fefe", "private"),
            ("2001:2:0:1::", "benchmarking"),
            ("2001:20::1", "protocol assignments"),
            ("2001:db8::1", "documentation"),
            ("3fff::1", "documentation"),
            ("2a01:4f8::5efe:a00:1", "private"),
            ("fd00:ec2::254", "private"),
            ("fe80::1", "link-local"),
            ("fec0::1", "site-local"),
            ("ff02::1", "multicast"),
            ("100::1", "not assigned"),
            ("5f00::1", "not assigned"),
        ];
        for (text, expected) in cases {
            match address(text.parse().unwrap()) {
                Err(Refusal::Address { kind, .. }) => assert_eq!(kind, expected, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
        for public in
            ["1.1.1.1", "172.32.0.1", "100.63.0.1", "192.0.1.1", "198.20.0.1", "2606:4700::1111", "2a01:4f8::1"]
        {
            assert_eq!(address(public.parse().unwrap()), Ok(()), "{public}");
        }
        for carried in ["::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"] {
            assert_eq!(address(carried.parse().unwrap()), Ok(()), "{carried}");
        }
    }

    #[test]
    fn pages_that_are_not_public_are_refused() {
        let cases = [
            ("http://127.0.0.1/", "127.0.0.1 is not a public address (loopback)"),
            ("http://0x7f.1/", "127.0.0.1 is not a public address (loopback)"),
            ("http://2130706433/", "127.0.0.1 is not a public address (loopback)"),
            ("http://[::1]/", "::1 is not a public address (loopback)"),
            ("http://[::ffff:10.0.0.1]/", "::ffff:10.0.0.1 is not a public address (private)"),
            (
                "http://169.254.169.254/latest/meta-data/",
                "169.254.169.254 is not a public address (a metadata service)",
            ),
            ("http://localhost/", "\"localhost\" is not a public name (this machine)"),
            ("http://LOCALHOST./", "\"localhost\" is not a public name (this machine)"),
            ("http://a.localhost/", "\"a.localhost\" is not a public name (this machine)"),
            ("http://printer.local/", "\"printer.local\" is not a public name (the local network)"),
            ("http://metadata.google.internal/", "\"metadata.google.internal\" is not a public name (private use)"),
            ("http://intranet/", "\"intranet\" is not a public name (a single label)"),
            ("https://a.onion/", "\"a.onion\" is not a public name (the Tor network)"),
            ("ftp://example.org/", "the scheme \"ftp\" is not asked, only http and https"),
            ("file:///etc/passwd", "the scheme \"file\" is not asked, only http and https"),
            ("data:text/html,x", "the scheme \"data\" is not asked, only http and https"),
            ("https://user@example.org/", "the address carries a user name or password"),
            ("https://:secret@example.org/", "the address carries a user name or password"),
            ("https://example.org:8443/", "port 8443 is not declared by the service"),
            ("http://example.org:22/", "port 22 is not declared by the service"),
        ];
        for (url, expected) in cases {
            assert_eq!(check(url), Err(expected.to_owned()), "{url}");
        }
        for fine in
            ["http://example.org/", "https://example.org./", "https://declared.example:8443/x", "http://1.1.1.1/"]
        {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
        assert_eq!(check("https://notlocal.example/"), Ok(()), "a suffix is whole labels");
    }

    #[test]
    fn test_hosts_and_ports_are_let_through() {
        let options = Options {
            test_hosts: vec!["*.test=127.0.0.1:8080".parse().unwrap(), "127.0.0.1".parse().unwrap()],
            ports: [8080].into(),
            ..Options::default()
        };
        for fine in ["http://a.test/", "https://a.test:9/", "http://127.0.0.1:1/", "http://example.org:8080/"] {
            assert_eq!(check_with(fine, &options), Ok(()), "{fine}");
        }
        assert!(check_with("http://127.0.0.2/", &options).is_err());
        assert!(check_with("ftp://a.test/", &options).is_err());
    }

    proptest! {
        /// However an IPv4 address is wrapped, the wrapping hides nothing.
        #[test]
        fn wrapping_hides_nothing(bits: u32) {
            let inner = Ipv4Addr::from(bits);
            let refused = address(inner.into()).is_err();
            let [a, b, c, d] = inner.octets().map(u16::from);
            let (high, low) = (a << 8 | b, c << 8 | d);
            for wrapped in [
                Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x2001, 0, 0x0808, 0x0808, 0, 0, !high, !low),
            ] {
                prop_assert_eq!(address(wrapped.into()).is_err(), refused, "{}", wrapped);
            }
        }
    }
}
