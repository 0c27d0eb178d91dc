//! Places of addresses: agreement, disagreement, many places, bogons, and files that are broken or of another shape.

use super::*;
use jiff::civil::date;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn embedded_databases_are_what_their_list_says() {
    let readme = include_str!("data/README.md");
    for ((packed, size), file) in embedded::files().into_iter().zip(["ipv4", "ipv6"]) {
        let bytes = embedded::unpack(packed, size).unwrap();
        let digest = Sha256::digest(&bytes).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        assert!(readme.contains(&format!("{digest}  dbip-country-{file}.mmdb")), "{file}: {digest}");
        let open = Mmdb::open(Path::new("dbip-country.mmdb"), bytes).unwrap();
        assert_eq!(open.about.date, embedded::dbip().date, "{file}");
        assert_eq!(open.about.tells, Tells::Country);
    }
    let lock = include_str!("../../Cargo.lock");
    let version = format!("name = \"iptocc\"\nversion = \"{}\"", embedded::DELEGATIONS);
    assert!(lock.contains(&version), "a new iptocc: change its version and date in embedded.rs");
    assert!(embedded::registries().source.ends_with(embedded::DELEGATIONS));
}

#[test]
fn two_witnesses_that_agree_make_a_country() {
    let place = Databases::embedded().place(ip("185.88.236.10"));
    assert_eq!(place.country().unwrap().as_str(), "CH");
    assert_eq!(place.said(), "CH (DB-IP Lite country, 2026-06-01), CH (RIR delegations, 2026-11-01)");
    assert!(place.testimonies[0].network.unwrap().contains(&ip("185.88.236.10")));
}

#[test]
fn two_witnesses_that_disagree_make_it_ambiguous() {
    let (why, detail) = Databases::embedded().place(ip("34.250.160.1")).country().unwrap_err();
    assert_eq!(why, Why::Ambiguous);
    assert!(detail.contains("IE (DB-IP") && detail.contains("US (RIR"), "{detail}");
}

#[test]
fn an_address_of_many_places_has_no_country() {
    let place = Databases::embedded().place(ip("1.1.1.1"));
    assert_eq!(place.network.unwrap().organisation, "Cloudflare");
    assert!(place.anycast());
    let (why, detail) = place.country().unwrap_err();
    assert_eq!((why, detail.as_str()), (Why::Ambiguous, "1.1.1.1 is answered from many places (Cloudflare)"));
    assert!(Databases::embedded().place(ip("2606:4700:4700::1111")).anycast());
}

#[test]
fn addresses_that_are_not_public_are_refused() {
    for text in ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fe80::1", "2001:db8::1", "224.0.0.1", "0.0.0.0"] {
        let place = Databases::embedded().place(ip(text));
        assert_eq!(place.country().unwrap_err().0, Why::Refused, "{text}");
        assert!(place.testimonies.is_empty());
        assert_eq!(Databases::embedded().country(ip(text)), None, "{text}");
    }
}

#[test]
fn a_mapped_address_is_the_address() {
    let databases = Databases::embedded();
    let place = databases.place(ip("::ffff:185.88.236.10"));
    assert_eq!(place.address, ip("185.88.236.10"));
    assert_eq!(place.country().unwrap().as_str(), "CH");
    assert_eq!(databases.country(ip("::ffff:185.88.236.10")), Country::new("CH"));
}

#[test]
fn the_address_that_a_translator_makes_up_is_the_address() {
    let databases = Databases::embedded();
    let place = databases.place(ip("64:ff9b::b958:ec0a"));
    assert_eq!(place.address, ip("185.88.236.10"));
    assert_eq!(place.country().unwrap().as_str(), "CH");
    assert_eq!(databases.country(ip("64:ff9b::b958:ec0a")), Country::new("CH"));
    assert_eq!(databases.place(ip("64:ff9b::10.0.0.1")).country().unwrap_err().0, Why::Refused);
    assert_eq!(databases.place(ip("64:ff9b:1::b958:ec0a")).address, ip("64:ff9b:1::b958:ec0a"));
}

#[test]
fn what_is_too_old_decides_nothing() {
    let place = |databases: &Databases| databases.place(ip("185.88.236.10"));
    let usual = place(&Databases::embedded());
    assert_eq!(usual.country_on(date(2027, 6, 1)).unwrap().as_str(), "CH");
    let (why, detail) = usual.country_on(date(2027, 6, 2)).unwrap_err();
    assert_eq!(why, Why::NotAsked);
    assert!(detail.contains("DB-IP Lite country of 2026-06-01 is 366 days old, more than 365"), "{detail}");
    assert!(detail.contains("geoip update"), "{detail}");
    // A younger one of one's own decides, and an old one of one's own does not stand in its way.
    let record = map(&[("country_code", word("NL"))]);
    let mut own = Databases::none();
    own.add_bytes(Path::new("own.mmdb"), mmdb("Own-Country", 24, &record)).unwrap();
    assert_eq!(place(&own).country_on(date(2027, 5, 28)).unwrap().as_str(), "NL");
    assert_eq!(place(&own).country_on(date(2027, 5, 29)).unwrap_err().0, Why::NotAsked);
    let mut both = Databases::embedded();
    both.add_bytes(Path::new("own.mmdb"), mmdb("Own-Country", 24, &map(&[("country_code", word("CH"))]))).unwrap();
    assert_eq!(place(&both).country_on(date(2026, 6, 2)).unwrap().as_str(), "CH");
}

#[test]
fn what_is_odd_in_a_file_is_passed_over_and_said() {
    let with = |fields: &[(&str, Vec<u8>)]| {
        let mut databases = Databases::none();
        databases.add_bytes(Path::new("own.mmdb"), mmdb("Own-Country", 24, &map(fields))).map(|()| databases)
    };
    let nl = || ("country_code", word("NL"));
    for (text, anycast) in [("false", false), ("true", true), ("no", false), ("1", true), ("", false)] {
        let flat = with(&[nl(), ("is_anycast", word(text))]).unwrap();
        let place = flat.place(ip("185.88.236.10"));
        assert_eq!((place.testimonies[0].country, place.anycast()), (Country::new("NL"), anycast), "{text}");
        assert!(flat.list().all(|about| about.odd.as_deref().is_some_and(|odd| odd.contains("is_anycast"))));
        let nested =
            with(&[("country", map(&[("iso_code", word("NL"))])), ("traits", map(&[("is_anycast", word(text))]))]);
        assert_eq!(nested.unwrap().place(ip("185.88.236.10")).anycast(), anycast, "{text}");
    }
    // Other types in other places harm nothing, either.
    let odd = [("traits", word("none")), ("asn", map(&[])), ("country", vec![0xa1, 7]), nl()];
    assert_eq!(with(&odd).unwrap().place(ip("185.88.236.10")).country().unwrap().as_str(), "NL");
    assert!(with(&[nl()]).unwrap().list().all(|about| about.odd.is_none()));
}

#[test]
fn a_users_file_may_begin_with_networks_without_a_country() {
    let empty = map(&[("continent", map(&[("code", word("EU"))]))]);
    let with = map(&[("country_code", word("NL"))]);
    let mut databases = Databases::none();
    databases.add_bytes(Path::new("own.mmdb"), chain(200, &empty, &with)).unwrap();
    let about = databases.list().next().unwrap();
    assert_eq!(about.tells, Tells::Country);
    assert!(about.odd.as_deref().is_some_and(|odd| odd.contains("no country")), "{:?}", about.odd);
    assert_eq!(databases.place(ip("250.0.0.1")).country().unwrap().as_str(), "NL");
}

#[test]
fn without_databases_all_is_unknown() {
    let (why, _) = Databases::none().place(ip("185.88.236.10")).country().unwrap_err();
    assert_eq!(why, Why::Empty);
}

#[test]
fn age_counts_from_the_build() {
    let about = embedded::dbip();
    assert_eq!(about.age(date(2027, 6, 1)), 365);
    assert!(!about.stale(date(2027, 6, 1)));
    assert!(about.stale(date(2027, 6, 2)));
    assert!(about.age(date(2026, 5, 1)) < 0);
}

/// A database file of one IPv4 network, 185.88.236.0/24 (or all of 0.0.0.0/0 with `bits` 0), for tests.
fn mmdb(kind: &str, bits: usize, record: &[u8]) -> Vec<u8> {
    let network: u32 = 0xB958_EC00;
    let mut tree = Vec::new();
    let nodes = bits.max(1) as u32;
    for depth in 0..nodes {
        let next = if depth + 1 == nodes { nodes + 16 } else { depth + 1 };
        let one = network >> (31 - depth) & 1 == 1;
        let both = if bits == 0 {
            [next, next]
        } else if one {
            [nodes, next]
        } else {
            [next, nodes]
        };
        for value in both {
            tree.extend_from_slice(&value.to_be_bytes()[1..]);
        }
    }
    let mut file = tree;
    file.extend_from_slice(&[0; 16]);
    file.extend_from_slice(record);
    file.extend_from_slice(b"\xab\xcd\xefMaxMind.com");
    let head: [(&str, Vec<u8>); 9] = [
        ("binary_format_major_version", vec![0xa1, 2]),
        ("binary_format_minor_version", vec![0xa1, 0]),
        ("build_epoch", [&[0x08, 2][..], &1_780_000_000_u64.to_be_bytes()].concat()),
        ("database_type", word(kind)),
        ("description", vec![0xe0]),
        ("ip_version", vec![0xa1, 4]),
        ("languages", vec![0, 4]),
        ("node_count", [&[0xc4][..], &nodes.to_be_bytes()].concat()),
        ("record_size", vec![0xa1, 24]),
    ];
    file.push(0xe0 + head.len() as u8);
    for (key, value) in head {
        file.extend(word(key));
        file.extend(value);
    }
    file
}

/// A database of IPv4 in which `before` networks of 8 bits have one record and those after them another.
fn chain(before: u32, first: &[u8], second: &[u8]) -> Vec<u8> {
    let nodes: u32 = 255;
    let mut tree = Vec::new();
    // A full tree of eight levels: node n has the children 2n + 1 and 2n + 2, the last level leads to the records.
    for node in 0..nodes {
        for child in [2 * node + 1, 2 * node + 2] {
            let leaf = child.wrapping_sub(nodes);
            let value = if child < nodes {
                child
            } else if leaf < before {
                nodes + 16
            } else {
                nodes + 16 + first.len() as u32
            };
            tree.extend_from_slice(&value.to_be_bytes()[1..]);
        }
    }
    let whole = mmdb("Own-Country", 1, b"");
    let head = whole.windows(14).position(|found| found == b"\xab\xcd\xefMaxMind.com").unwrap();
    let mut file = [&tree[..], &[0; 16], first, second, &whole[head..]].concat();
    let count = file.windows(10).rposition(|found| found == b"node_count").unwrap() + 11;
    file[count..count + 4].copy_from_slice(&nodes.to_be_bytes());
    file
}

fn word(text: &str) -> Vec<u8> {
    let mut bytes = if text.len() < 29 { vec![0x40 + text.len() as u8] } else { vec![0x5d, (text.len() - 29) as u8] };
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

fn map(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0xe0 + entries.len() as u8];
    for (key, value) in entries {
        bytes.extend(word(key));
        bytes.extend_from_slice(value);
    }
    bytes
}

#[test]
fn a_users_file_may_have_either_shape() {
    let flat = map(&[("country_code", word("NL"))]);
    let nested = map(&[
        ("continent", map(&[("code", word("EU"))])),
        ("country", map(&[("geoname_id", vec![0xc2, 1, 2]), ("iso_code", word("NL"))])),
        ("traits", map(&[("is_anycast", vec![0x01, 7])])),
    ]);
    let named = map(&[("country", word("Netherlands")), ("country_code", word("NL"))]);
    for (record, anycast) in [(flat, false), (nested, true), (named, false)] {
        let mut databases = Databases::none();
        databases.add_bytes(Path::new("own.mmdb"), mmdb("Own-Country", 24, &record)).unwrap();
        let place = databases.place(ip("185.88.236.10"));
        assert_eq!(place.testimonies[0].country, Country::new("NL"));
        assert_eq!(place.testimonies[0].network.unwrap().to_string(), "185.88.236.0/24");
        assert_eq!(place.testimonies[0].to_string(), "NL (Own-Country (own.mmdb), 2026-05-28)");
        assert_eq!(place.anycast(), anycast);
        assert_eq!(databases.place(ip("185.88.237.10")).country().unwrap_err().0, Why::Empty);
        assert_eq!(databases.place(ip("2a01:4f9::1")).country().unwrap_err().0, Why::Empty);
    }
}

#[test]
fn a_users_file_stands_beside_the_embedded_ones() {
    let mut databases = Databases::embedded();
    let record = map(&[("country_code", word("NL"))]);
    databases.add_bytes(Path::new("/data/own.mmdb"), mmdb("Own-Country", 24, &record)).unwrap();
    let names: Vec<_> = databases.list().map(|about| about.name.as_str()).collect();
    assert_eq!(names, ["Own-Country (own.mmdb)", "DB-IP Lite country", "RIR delegations"]);
    assert_eq!(databases.place(ip("185.88.236.10")).country().unwrap_err().0, Why::Ambiguous);
}

#[test]
fn a_database_of_systems_names_the_holder_and_no_country() {
    let record = map(&[
        ("autonomous_system_number", vec![0xc2, 0xfb, 0xf0]),
        ("autonomous_system_organization", word("Example Hosting GmbH")),
    ]);
    let mut databases = Databases::none();
    databases.add_bytes(Path::new("asn.mmdb"), mmdb("Own-ASN", 24, &record)).unwrap();
    let holder = databases.holder(ip("185.88.236.10")).unwrap();
    assert_eq!((holder.number, holder.organisation.as_str()), (Some(64496), "Example Hosting GmbH"));
    assert!(databases.place(ip("185.88.236.10")).testimonies.is_empty());
    assert_eq!(databases.holder(ip("185.88.237.10")), None);
}

#[test]
fn what_is_no_database_is_named_with_its_path() {
    let whole = mmdb("Own-Country", 24, &map(&[("country_code", word("NL"))]));
    let useless = mmdb("Own-Weather", 24, &map(&[("rain", word("often"))]));
    let cases: [(&[u8], &str); 4] = [
        (b"", "is not a usable MaxMind database"),
        (b"<html>Not found</html>", "is not a usable MaxMind database"),
        (&whole[..whole.len() / 2], "is not a usable MaxMind database"),
        (&useless, "tells neither countries nor networks"),
    ];
    for (bytes, expected) in cases {
        let error = Databases::none().add_bytes(Path::new("/data/own.mmdb"), bytes.to_vec()).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("/data/own.mmdb"), "{error}");
    }
    let error = Databases::none().add(Path::new("/nowhere/own.mmdb")).unwrap_err().to_string();
    assert!(error.contains("/nowhere/own.mmdb"), "{error}");
}

proptest::proptest! {
    #[test]
    fn a_damaged_file_never_panics(at in 0_usize..600, byte: u8, asked: u32) {
        let mut bytes = mmdb("Own-Country", 24, &map(&[("country_code", word("NL"))]));
        let at = at % bytes.len();
        bytes[at] = byte;
        let mut databases = Databases::none();
        if databases.add_bytes(Path::new("own.mmdb"), bytes).is_ok() {
            let _ = databases.place(IpAddr::V4(asked.into())).country();
            let _ = databases.place(ip("185.88.236.10")).country();
        }
    }
}

#[test]
fn codes_of_no_country_are_none() {
    for code in ["EU", "AP", "ZZ", "de", "", "DEU"] {
        assert_eq!(Country::new(code), None, "{code}");
    }
}

#[test]
fn the_list_of_networks_is_sound() {
    assert!(networks::ALL.is_sorted_by_key(|network| network.organisation.to_lowercase()));
    for network in networks::ALL {
        assert!(network.source.starts_with("https://"), "{}", network.organisation);
        assert!(!network.prefixes.is_empty() || !network.aliases.is_empty(), "{}", network.organisation);
        for prefix in network.prefixes {
            let parsed: IpNet = prefix.parse().unwrap();
            assert_eq!(parsed.trunc(), parsed, "{prefix}");
            assert_eq!(networks::of_address(parsed.network()), Some(network), "{prefix}");
        }
        for alias in network.aliases {
            assert_eq!(networks::of_alias(&format!("x.{alias}")), Some(network), "{alias}");
            assert_eq!(networks::of_alias(&format!("x{alias}")), None, "{alias}");
        }
    }
}
