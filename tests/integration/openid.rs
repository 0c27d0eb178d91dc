//! Sign-in by OpenID Connect, as whoever runs the server meets it: said clearly where it cannot be.

use crate::common::Place;

fn place(address: &str) -> Place {
    let place = Place::new();
    let text = format!(
        "[openid-connect]\nissuer = \"https://login.example\"\nclient-id = \"probity\"\naddress = \"{address}\"\n\
         client-secret-file = \"secret\"\nroles = {{ staff = \"reader\" }}\n"
    );
    place.write("probity.toml", text);
    place.write("secret", "never shown");
    place
}

#[cfg(not(feature = "openid-connect"))]
#[test]
fn a_program_that_was_built_without_it_says_so() {
    let place = place("https://probity.example");
    for line in ["serve --listen 127.0.0.1:0", "serve --listen 127.0.0.1:0 --https"] {
        let ran = place.run(line);
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(
            ran.err.contains("asks for sign-in by OpenID Connect, and this program was built without it"),
            "{}",
            ran.err
        );
        assert!(ran.err.contains("--features openid-connect"), "{}", ran.err);
    }
    // Whatever else the file is for goes on.
    assert_eq!(place.run("accounts list").code, 0);
}

#[cfg(feature = "openid-connect")]
#[test]
fn what_cannot_work_is_said_before_anybody_tries() {
    let refused = |place: &Place, line: &str, words: &str| {
        let ran = place.run(line);
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains(words) && !ran.err.contains("never shown"), "{words}: {}", ran.err);
    };
    let here = "serve --listen 127.0.0.1:0";
    refused(&place("https://probity.example"), here, "is https, and --https is not given");
    refused(&place("http://localhost:8080"), "serve --listen 127.0.0.1:0 --https", "is http, and --https is given");
    let without = place("http://localhost:8080");
    std::fs::remove_file(without.path().join("secret")).unwrap();
    refused(&without, here, "cannot read the secret of OpenID Connect");
    // No secret stands in the configuration.
    without.write("probity.toml", "[openid-connect]\nclient-secret = \"never shown\"\n");
    refused(&without, here, "probity.toml:2:1: unknown key `client-secret`");
}

#[test]
fn mistakes_in_its_part_are_said_with_their_line() {
    let place = place("http://probity.example");
    let ran = place.run("accounts list");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("probity.toml:4:11: `address` is `http://probity.example`"), "{}", ran.err);
}
