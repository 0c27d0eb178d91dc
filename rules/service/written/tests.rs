use super::*;
use jiff::civil::date;
use proptest::prelude::*;

const WHOLE: &str = r#"
id = "example-meet"
name = "Example Meet"
category = "video-conferencing"
home = "https://meet.example/"
status = "discontinued"
since = 2025-05-05
operator = { name = "Example GmbH", country = "DE" }
documents = [
  { kind = "privacy-policy", url = "https://meet.example/privacy", language = "en" },
  { kind = "terms", url = "https://meet.example/terms" },
]
hosts = [ { name = "meet.example", role = "web" }, { name = "sfu1.meet.example", role = "media" } ]
repositories = [ { url = "https://codeberg.org/example/meet", role = "server" } ]
attestations = [
  { claim = "e2ee.optional", state = "stated", by = "A. Auditor", date = 2024-10-29, source = "https://press.example/1", note = "seen", expires = 2025-10-29 },
]
"#;

const LEAST: &str = r#"
id = "a"
name = "A"
category = "video-conferencing"
home = "https://a.example/"
"#;

#[test]
fn a_whole_declaration() {
    let service = Service::parse("services/example-meet.toml", WHOLE).unwrap();
    assert_eq!(service.status, Status::Discontinued { since: date(2025, 5, 5) });
    assert_eq!(service.operator.unwrap().country.as_deref(), Some("DE"));
    assert_eq!(service.documents[0].kind, Kind::PrivacyPolicy);
    assert_eq!(service.documents[1].language, None);
    assert_eq!(service.hosts[1].role, HostRole::Media);
    assert_eq!(service.repositories[0].role, RepositoryRole::Server);
    assert_eq!(service.attestations[0].claim.as_str(), "e2ee.optional");
    assert_eq!(service.attestations[0].expires, Some(date(2025, 10, 29)));
}

#[test]
fn an_operator_may_have_a_parent_with_its_seat() {
    let text = |parent: &str| {
        format!("{}operator = {{ name = \"A Ltd\", country = \"IE\", parent = {parent} }}\n", LEAST.trim_start())
    };
    let service = Service::parse("a.toml", &text("{ name = \"A Inc.\", country = \"US\" }")).unwrap();
    let parent = service.operator.as_ref().unwrap().parent.as_ref().unwrap();
    assert_eq!((parent.name.as_str(), parent.country.as_str()), ("A Inc.", "US"));
    let facts = crate::facts::Facts::declared(&service);
    let seat = |name: &str| facts.service.get(name).and_then(|seen| seen.value()).map(ToString::to_string);
    assert_eq!(seat("operator.country").as_deref(), Some("IE"));
    assert_eq!(seat("operator.parent.country").as_deref(), Some("US"));
    let error = Service::parse("a.toml", &text("{ name = \"A Inc.\" }")).unwrap_err().to_string();
    assert!(error.contains("`country`") && error.starts_with("a.toml:5:"), "{error}");
}

#[test]
fn what_is_not_declared_is_searched_for() {
    let service = Service::parse("a.toml", LEAST).unwrap();
    assert_eq!(service.status, Status::Active);
    assert!(service.documents.is_empty() && service.hosts.is_empty() && service.operator.is_none());
}

fn complaint(line: &str) -> String {
    Service::parse("a.toml", &format!("{}{line}\n", LEAST.trim_start())).unwrap_err().to_string()
}

#[test]
fn complaints_name_the_place_and_what_was_expected() {
    insta::assert_snapshot!(complaint("adress = \"x\""), @"a.toml:5:1: unknown key `adress`; expected one of `id`, `name`, `category`, `home`, `status`, `since`, `operator`, `documents`, `hosts`, `repositories`, `attestations`");
    insta::assert_snapshot!(complaint("name = \"B\""), @"a.toml:5:1: duplicate key");
    insta::assert_snapshot!(complaint("status = 1"), @"a.toml:5:10: `status` is a whole number; expected a text in quotes");
    insta::assert_snapshot!(complaint("status = \"discontinued\""), @"a.toml:5:10: a discontinued service needs the day on which it ended; expected a line such as `since = 2025-05-05`");
    insta::assert_snapshot!(complaint("status = \"actve\""), @"a.toml:5:10: unknown status `actve`; expected one of `active`, `discontinued`: did you mean `active`?");
    insta::assert_snapshot!(complaint("since = 2025-05-05"), @r#"a.toml:5:9: `since` without a status; expected `status = "discontinued"` beside it"#);
    insta::assert_snapshot!(complaint("operator = \"A GmbH\""), @"a.toml:5:12: `operator` is a text; expected a table with `name`, `country`, `parent`");
    insta::assert_snapshot!(complaint("operator = { name = \"A Ltd\", country = \"UK\" }"), @"a.toml:5:40: `UK` is no country code; expected two capital letters of ISO 3166-1, such as `DE`: the United Kingdom is `GB`");
    insta::assert_snapshot!(complaint("operator = { name = \"A GmbH\", country = \"Germany\" }"), @"a.toml:5:41: `Germany` is no country code; expected two capital letters of ISO 3166-1, such as `DE`");
    insta::assert_snapshot!(complaint("documents = [ { kind = \"privacy\", url = \"https://a.example/p\" } ]"), @"a.toml:5:24: unknown document kind `privacy`; expected one of `privacy-policy`, `terms`, `processing-agreement`, `subprocessors`, `security`, `help`, `imprint`, `cookie-policy`");
    insta::assert_snapshot!(complaint("documents = [ { kind = \"terms\" } ]"), @"a.toml:5:15: missing key `url`; expected where the page is");
    insta::assert_snapshot!(complaint("documents = [ { kind = \"terms\", url = \"/terms\" } ]"), @"a.toml:5:39: `/terms` is no web address: it does not begin with `https://`; expected an absolute address such as `https://example.org/privacy`");
    insta::assert_snapshot!(complaint("documents = [ { kind = \"terms\", url = \"https://a.example/t\", language = \"german\" } ]"), @"a.toml:5:73: `german` is no language code; expected a code of ISO 639-1 such as `de`, or a tag such as `pt-BR`");
    insta::assert_snapshot!(complaint("hosts = [ { name = \"https://a.example\", role = \"web\" } ]"), @"a.toml:5:20: `https://a.example` is no host name: it holds a scheme or a path; expected a name such as `meet.example.org`, in lower case, without scheme, port or path");
    insta::assert_snapshot!(complaint("hosts = [ { name = \"a.example\", role = \"sfu\" } ]"), @"a.toml:5:40: unknown host role `sfu`; expected one of `web`, `app`, `api`, `media`, `mail`");
    insta::assert_snapshot!(complaint("hosts = [ { name = \"a.example\", role = \"web\" }, { name = \"a.example\", role = \"web\" } ]"), @"a.toml:5:49: declared twice among `hosts`; expected each once");
    insta::assert_snapshot!(complaint("repositories = [ \"https://github.com/a/a\" ]"), @"a.toml:5:18: `repositories` is a text; expected a table with `url`, `role`");
    insta::assert_snapshot!(complaint("attestations = [ { claim = \"e2ee.defalt\", state = \"stated\", by = \"B\", date = 2026-01-01 } ]"), @"a.toml:5:28: unknown claim `e2ee.defalt`; expected a claim of the vocabulary: did you mean `e2ee.default`?");
    insta::assert_snapshot!(complaint("attestations = [ { claim = \"e2ee.default\", state = \"silent\", by = \"B\", date = 2026-01-01 } ]"), @"a.toml:5:52: unknown state of an attestation `silent`; expected one of `stated`, `denied`, `absent`");
    insta::assert_snapshot!(complaint("attestations = [ { claim = \"e2ee.default\", state = \"stated\", by = \"B\", date = \"2026-01-01\" } ]"), @"a.toml:5:79: `date` is a text; expected a day such as 2026-03-01, without quotes");
    insta::assert_snapshot!(complaint("attestations = [ { claim = \"e2ee.default\", state = \"stated\", by = \"B\", date = 2026-01-01, expires = 2025-01-01 } ]"), @"a.toml:5:101: the attestation expires before it is made; expected a day from 2026-01-01");
}

#[test]
fn the_id_is_the_name_of_the_file() {
    let error = Service::parse("services/b.toml", LEAST.trim_start()).unwrap_err();
    insta::assert_snapshot!(format!("{error}\n{}", error.excerpt), @r#"
    services/b.toml:1:6: the id `a` is not the file's name; expected `b`, or the file to be called `a.toml`
    1 | id = "a"
      |      ^^^
    "#);
    let error = Service::parse("b.toml", "id = \"Big One\"\nname = \"B\"\nhome = \"https://b.example\"").unwrap_err();
    insta::assert_snapshot!(error, @"b.toml:1:6: `Big One` cannot be used as `id`; expected lower-case letters and digits, words joined by single hyphens, 64 at most");
    insta::assert_snapshot!(Service::parse("c.toml", "name = \"C\"").unwrap_err(), @r#"c.toml:1:1: missing key `id`; expected the file's name without `.toml`, such as `id = "jitsi-meet"`"#);
}

#[test]
fn a_folder_is_read_whole_or_not_at_all() {
    let all = Service::parse_all([("z/example-meet.toml", WHOLE), ("a/a.toml", LEAST)]).unwrap();
    assert_eq!(all.iter().map(|service| service.id.as_str()).collect::<Vec<_>>(), ["a", "example-meet"]);
    let errors = Service::parse_all([("x/a.toml", LEAST), ("b.toml", "id = 1"), ("y/a.toml", LEAST)]).unwrap_err();
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(errors.join("\n"), @"
    b.toml:1:1: missing key `home`; expected the address of the home page, such as `https://example.org/`
    y/a.toml:2:7: the id `a` is declared in x/a.toml too; expected another id
    ");
}

proptest! {
    #[test]
    fn no_text_breaks_it(text in "\\PC{0,60}", value in "\"\\PC{0,20}\"|[0-9]{1,20}|\\[\\]|\\{\\}|true|1979-05-27|1979-05-27T07:32:00Z") {
        let _ = Service::parse("a.toml", &text);
        for key in KEYS {
            let _ = Service::parse("a.toml", &format!("{key} = {value}"));
        }
    }
}
