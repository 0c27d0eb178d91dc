//! Networks that are known by their published addresses or by the names that services point to: whose they are, and whether
//! they answer one address or name from many places.
//!
//! A list of facts with their sources, read from the operators' own pages; it is short on purpose and never complete. What
//! stands here can make a country unknown, never known.

use ipnet::IpNet;
use std::net::IpAddr;
use std::sync::LazyLock;

/// A network that many services stand in.
#[derive(Debug, PartialEq, Eq)]
pub struct Network {
    /// The organisation, as reports call it.
    pub organisation: &'static str,
    /// Whether one address (anycast) or one name (a delivery network, by where the asker sits) is answered from many
    /// places, so that no country can be said.
    pub many: bool,
    /// Its addresses, where it publishes them; of long lists the greater blocks.
    pub prefixes: &'static [&'static str],
    /// The domains of names that its customers point to with CNAME records.
    pub aliases: &'static [&'static str],
    /// Where that stands.
    pub source: &'static str,
}

/// The networks, by name.
pub const ALL: &[Network] = &[
    Network {
        organisation: "Akamai",
        many: true,
        prefixes: &[],
        aliases: &[
            "akadns.net",
            "akamai.net",
            "akamaiedge.net",
            "akamaihd.net",
            "akamaized.net",
            "edgekey.net",
            "edgesuite.net",
        ],
        source: "https://techdocs.akamai.com/property-mgr/docs/edge-hostnames",
    },
    Network {
        organisation: "Amazon CloudFront",
        many: true,
        prefixes: &[
            "3.160.0.0/14",
            "13.32.0.0/15",
            "13.35.0.0/16",
            "13.224.0.0/14",
            "13.249.0.0/16",
            "15.158.0.0/16",
            "18.64.0.0/14",
            "18.68.0.0/16",
            "18.154.0.0/15",
            "18.160.0.0/15",
            "18.164.0.0/15",
            "18.172.0.0/15",
            "18.238.0.0/15",
            "18.244.0.0/15",
            "52.84.0.0/15",
            "52.222.128.0/17",
            "54.182.0.0/16",
            "54.192.0.0/16",
            "54.230.0.0/17",
            "54.230.128.0/18",
            "54.239.128.0/18",
            "65.8.0.0/16",
            "65.9.0.0/17",
            "65.9.128.0/18",
            "70.132.0.0/18",
            "71.152.0.0/17",
            "99.84.0.0/16",
            "99.86.0.0/16",
            "108.138.0.0/15",
            "108.156.0.0/14",
            "130.176.128.0/18",
            "143.204.0.0/16",
            "144.220.0.0/16",
            "204.246.176.0/20",
            "216.137.32.0/19",
        ],
        aliases: &["cloudfront.net"],
        source: "https://ip-ranges.amazonaws.com/ip-ranges.json (service CLOUDFRONT)",
    },
    Network {
        organisation: "Amazon Web Services",
        many: false,
        prefixes: &[],
        aliases: &["amazonaws.com", "elasticbeanstalk.com"],
        source: "https://docs.aws.amazon.com/general/latest/gr/rande.html",
    },
    Network {
        organisation: "AWS Global Accelerator",
        many: true,
        prefixes: &["3.33.128.0/17", "15.197.128.0/17", "75.2.0.0/17", "76.223.0.0/17", "99.83.128.0/17"],
        aliases: &["awsglobalaccelerator.com"],
        source: "https://ip-ranges.amazonaws.com/ip-ranges.json (service GLOBALACCELERATOR, region GLOBAL)",
    },
    Network {
        organisation: "bunny.net",
        many: true,
        prefixes: &[],
        aliases: &["b-cdn.net"],
        source: "https://docs.bunny.net/docs/stream-custom-hostnames",
    },
    Network {
        organisation: "Cisco OpenDNS",
        many: true,
        prefixes: &["208.67.220.0/24", "208.67.222.0/24"],
        aliases: &[],
        source: "https://www.opendns.com/setupguide/",
    },
    Network {
        organisation: "Cloudflare",
        many: true,
        prefixes: &[
            "1.0.0.0/24",
            "1.1.1.0/24",
            "103.21.244.0/22",
            "103.22.200.0/22",
            "103.31.4.0/22",
            "104.16.0.0/13",
            "104.24.0.0/14",
            "108.162.192.0/18",
            "131.0.72.0/22",
            "141.101.64.0/18",
            "162.158.0.0/15",
            "172.64.0.0/13",
            "173.245.48.0/20",
            "188.114.96.0/20",
            "190.93.240.0/20",
            "197.234.240.0/22",
            "198.41.128.0/17",
            "2400:cb00::/32",
            "2405:8100::/32",
            "2405:b500::/32",
            "2606:4700::/32",
            "2803:f800::/32",
            "2a06:98c0::/29",
            "2c0f:f248::/32",
        ],
        aliases: &["cdn.cloudflare.net", "pages.dev", "workers.dev"],
        source: "https://www.cloudflare.com/ips/, https://developers.cloudflare.com/1.1.1.1/",
    },
    Network {
        organisation: "Fastly",
        many: true,
        prefixes: &[
            "23.235.32.0/20",
            "43.249.72.0/22",
            "103.244.50.0/24",
            "103.245.222.0/23",
            "103.245.224.0/24",
            "104.156.80.0/20",
            "140.248.64.0/18",
            "140.248.128.0/17",
            "146.75.0.0/17",
            "151.101.0.0/16",
            "157.52.64.0/18",
            "167.82.0.0/17",
            "167.82.128.0/20",
            "167.82.160.0/20",
            "167.82.224.0/20",
            "172.111.64.0/18",
            "185.31.16.0/22",
            "199.27.72.0/21",
            "199.232.0.0/16",
            "2a04:4e40::/32",
            "2a04:4e42::/32",
        ],
        aliases: &["fastly.net", "fastlylb.net"],
        source: "https://api.fastly.com/public-ip-list",
    },
    Network {
        organisation: "GitHub Pages",
        many: true,
        prefixes: &["185.199.108.0/22", "2606:50c0:8000::/46"],
        aliases: &["github.io"],
        source: "https://docs.github.com/en/pages (custom domains)",
    },
    Network {
        organisation: "Google",
        many: true,
        prefixes: &[],
        aliases: &["1e100.net", "ghs.google.com", "googlehosted.com", "run.app"],
        source: "https://support.google.com/faqs/answer/174717 (1e100.net)",
    },
    Network {
        organisation: "Google Cloud",
        many: false,
        prefixes: &[],
        aliases: &["googleusercontent.com"],
        source: "https://cloud.google.com/compute/docs/instances/create-ptr-record",
    },
    Network {
        organisation: "Google Public DNS",
        many: true,
        prefixes: &["8.8.4.0/24", "8.8.8.0/24", "2001:4860:4860::/64"],
        aliases: &[],
        source: "https://developers.google.com/speed/public-dns/docs/using",
    },
    Network {
        organisation: "Hetzner",
        many: false,
        prefixes: &[],
        aliases: &["your-server.de"],
        source: "https://docs.hetzner.com/",
    },
    Network {
        organisation: "Imperva",
        many: true,
        prefixes: &[],
        aliases: &["impervadns.net", "incapdns.net"],
        source: "https://docs.imperva.com/ (DNS records for website onboarding)",
    },
    Network {
        organisation: "Microsoft Azure",
        many: false,
        prefixes: &[],
        aliases: &["azurewebsites.net", "cloudapp.azure.com", "cloudapp.net", "core.windows.net"],
        source: "https://learn.microsoft.com/en-us/azure/security/fundamentals/azure-domains",
    },
    Network {
        organisation: "Microsoft Azure Front Door",
        many: true,
        prefixes: &[],
        aliases: &["azureedge.net", "azurefd.net", "msedge.net", "trafficmanager.net"],
        source: "https://learn.microsoft.com/en-us/azure/frontdoor/front-door-overview",
    },
    Network {
        organisation: "Netlify",
        many: true,
        prefixes: &[],
        aliases: &["netlify.app", "netlifyglobalcdn.com"],
        source: "https://docs.netlify.com/domains-https/custom-domains/configure-external-dns/",
    },
    Network {
        organisation: "OVHcloud",
        many: false,
        prefixes: &[],
        aliases: &["ovh.net"],
        source: "https://help.ovhcloud.com/",
    },
    Network {
        organisation: "Quad9",
        many: true,
        prefixes: &["9.9.9.0/24", "149.112.112.0/24", "2620:fe::/48"],
        aliases: &[],
        source: "https://www.quad9.net/service/service-addresses-and-features",
    },
    Network {
        organisation: "Vercel",
        many: true,
        prefixes: &["76.76.21.0/24"],
        aliases: &["vercel-dns.com", "vercel.app"],
        source: "https://vercel.com/docs/domains",
    },
];

/// The network that publishes an address as its own: the one with the longest prefix.
pub fn of_address(address: IpAddr) -> Option<&'static Network> {
    static PREFIXES: LazyLock<Vec<(IpNet, &'static Network)>> = LazyLock::new(|| {
        let prefixes = ALL.iter().flat_map(|network| network.prefixes.iter().map(move |prefix| (prefix, network)));
        prefixes.filter_map(|(prefix, network)| Some((prefix.parse().ok()?, network))).collect()
    });
    let holds = PREFIXES.iter().filter(|(prefix, _)| prefix.contains(&address));
    holds.max_by_key(|(prefix, _)| prefix.prefix_len()).map(|(_, network)| *network)
}

/// The network that a name of an alias chain belongs to: the one with the longest domain. The name is in lower case and
/// without its last dot.
pub fn of_alias(name: &str) -> Option<&'static Network> {
    let under = |domain: &&str| name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    ALL.iter()
        .filter_map(|network| Some((network.aliases.iter().copied().filter(under).map(str::len).max()?, network)))
        .max_by_key(|(length, _)| *length)
        .map(|(_, network)| network)
}
