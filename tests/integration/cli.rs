//! The command line itself: help, mistakes, exit codes, configuration, completions, man pages.

use crate::common::{Place, Ran};
use std::process::Stdio;

#[test]
fn help_is_what_readers_see() {
    let place = Place::new();
    for command in ["", "audit", "read", "show", "explain", "report", "services", "rules", "geoip", "demo"] {
        let ran = place.run(&format!("{command} --help"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{command}");
        insta::assert_snapshot!(format!("help-{}", if command.is_empty() { "probity" } else { command }), ran.out);
    }
}

#[test]
fn wrong_usage_ends_with_2_and_says_so_on_standard_error() {
    let place = Place::new();
    for line in ["audti", "audit --replay", "audit zoom --as-of 2026-06-02", "audit --format yaml", "read", "show"] {
        let ran = place.run(line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}");
        assert!(ran.err.starts_with("error: "), "{line}: {}", ran.err);
    }
}

#[test]
fn mistakes_in_the_configuration_point_at_the_line() {
    let place = Place::new();
    place.write("probity.toml", "data = \"data\"\n\n[network]\ntimeuot = \"30s\"\n");
    let ran = place.run("services list");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    insta::assert_snapshot!("config-unknown-key", ran.err);
    let ran = place.run("services list --config elsewhere.toml");
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!("config-not-there", ran.err);
}

#[test]
fn a_declaration_is_begun_checked_and_listed() {
    let place = Place::new();
    let ran = place.run("services add a-b --home https://a-b.example/");
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!("services-add", ran.out);
    assert_eq!(place.run("services check --services services").code, 0);
    let listed = place.run("services list --services services --format json").json();
    assert_eq!(listed[0]["name"], "A B");
    let again = place.run("services add a-b --home https://a-b.example/");
    assert_eq!(again.code, 2);
    insta::assert_snapshot!("services-add-again", again.err);
    let bad = place.run("services add A_B --home nowhere");
    assert_eq!(bad.code, 2);
    insta::assert_snapshot!("services-add-bad", bad.err);
}

#[test]
fn every_mistake_in_a_folder_of_declarations_is_shown() {
    let place = Place::new();
    place.write("s/a.toml", "id = \"a\"\nname = \"A\"\ncategory = \"x\"\nhom = \"https://a.example/\"\n");
    place.write("s/b.toml", "id = \"b\"\nname = 7\ncategory = \"x\"\nhome = \"https://b.example/\"\n");
    place.write("s/c.toml", "id = \"c\"\nname = \"C\"\ncategory = \"x\"\nhome = \"https://c.example/\"\n");
    place.write("s/sub/c.toml", "not read: folders in the folder are not looked into");
    let ran = place.run("services check --services s");
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    insta::assert_snapshot!("services-check", ran.out);
    let json = place.run("services check --services s --format json");
    assert_eq!(json.code, 1);
    assert_eq!(json.json()["errors"][0]["line"], 4);
    let list = place.run("services list --services s");
    assert_eq!((list.code, list.out.as_str()), (2, ""));
    insta::assert_snapshot!("services-list-broken", list.err);
    let none = place.run("services list --services nowhere");
    assert_eq!(none.code, 2);
    insta::assert_snapshot!("services-list-nowhere", none.err);
}

#[test]
fn results_that_cannot_be_written_are_a_failure_and_a_closed_pipe_is_none() {
    let place = Place::new();
    let mut full = place.command(["services", "list"]);
    full.stdout(Stdio::from(std::fs::File::options().write(true).open("/dev/full").expect("a full device")));
    let ran = Ran::of(full);
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with("error: cannot write the results to standard output:"), "{}", ran.err);

    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut closed = place.command(["services", "list"]);
    closed.stdout(writer);
    let ran = Ran::of(closed);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn colour_only_where_it_is_wanted() {
    let place = Place::new();
    let with = |name: &str, value: &str| {
        let mut command = place.command(["services", "list"]);
        command.env(name, value);
        Ran::of(command).out
    };
    assert!(!with("TERM", "xterm-256color").contains('\u{1b}'), "no terminal, no colour");
    assert!(with("CLICOLOR_FORCE", "1").contains('\u{1b}'));
    let mut both = place.command(["services", "list"]);
    both.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1");
    assert!(!Ran::of(both).out.contains('\u{1b}'), "NO_COLOR has the last word");
}

#[test]
fn completions_and_man_pages() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = place.run(&format!("completions {shell}"));
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("explain"), "{shell}");
    }
    assert!(place.run("man").out.contains("probity \\- "));
    let ran = place.run("man pages");
    assert_eq!((ran.code, ran.out.trim()), (0, "pages/probity.1"));
    for page in ["probity.1", "probity-audit.1", "probity-services-list.1"] {
        assert!(place.path().join("pages").join(page).exists(), "{page}");
    }
}
