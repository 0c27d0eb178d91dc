//! Live audits where there is no network: they end, colour nothing, and say what to do.

use crate::common::Place;

/// A name server that nobody runs: a port of loopback that was free a moment ago.
fn nowhere() -> String {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().to_string()
}

#[test]
fn an_audit_without_network_ends_with_gaps_and_says_what_to_do() {
    let place = Place::new();
    let line = format!("audit zoom jitsi-meet --name-server {} --timeout 1s --format json", nowhere());
    let ran = place.run(&line);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let result = ran.json();
    for rating in result["ratings"].as_array().unwrap() {
        assert_eq!(rating["light"], "undecided", "{}", rating["service"]);
        let gaps = rating["gaps"].as_array().unwrap();
        assert!(!gaps.is_empty());
        assert!(gaps.iter().all(|gap| gap["why"] == "unreachable" || gap["why"] == "not-asked"), "{gaps:?}");
    }
    assert!(ran.err.contains("nothing answered"), "{}", ran.err);
    assert!(ran.err.contains("--name-server") && ran.err.contains("--proxy"), "{}", ran.err);
}

#[test]
fn a_page_without_network_is_a_gap() {
    let place = Place::new();
    let ran = place.run(&format!("read https://a.example/ --format json --name-server {} --timeout 1s", nowhere()));
    assert_eq!(ran.code, 3);
    assert!(ran.json()["error"].as_str().unwrap().starts_with("unreachable"), "{}", ran.out);
    assert!(ran.err.starts_with("error: cannot read https://a.example/: unreachable"), "{}", ran.err);
}
