//! The recipes of `CONTRIBUTING.md` are followed here, so that they cannot rot: what they name exists, what they show is
//! read by the program, what they tell to run can be run.
//!
//! It cannot see whether a sentence of a recipe is well said.

#[expect(unreachable_pub, reason = "in a recipe it is public, as in its room")]
mod security_txt;

use crate::common::{Place, Ran};
use probity_probes::Context;
use probity_probes::geoip::Databases;
use probity_probes::net::capture::Capture;
use probity_probes::net::door::Net;
use probity_probes::net::gather::gather;
use probity_probes::net::loopback::{Fault, Page, World};
use probity_probes::net::visit::Visit;
use probity_rules::catalogue::Rules;
use probity_rules::claim::State;
use probity_rules::facts::Value;
use probity_rules::observation::{Observation, Why};
use probity_rules::reader::cases;
use probity_rules::service::Service;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A fenced block of a recipe.
struct Block {
    /// The recipe's heading.
    recipe: String,
    /// What kind of text it is: the first word after the fence.
    kind: String,
    /// The file that it is an example of: the second word, where there is one.
    file: Option<String>,
    /// Its text, without the indentation of the list item it hangs on.
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn page() -> String {
    std::fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap()
}

/// The blocks of the page, and its lines outside of them.
fn parts(page: &str) -> (Vec<Block>, Vec<&str>) {
    let (mut blocks, mut prose) = (Vec::new(), Vec::new());
    let mut recipe = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            heading.clone_into(&mut recipe);
        }
        let Some(info) = line.trim_start().strip_prefix("```") else {
            prose.push(line);
            continue;
        };
        let indent = line.len() - line.trim_start().len();
        let fence = "`".repeat(3 + info.len() - info.trim_start_matches('`').len());
        let mut words = info.trim_start_matches('`').split_whitespace().map(str::to_owned);
        let (kind, file) = (words.next().unwrap_or_default(), words.next());
        let text = lines
            .by_ref()
            .take_while(|line| line.trim() != fence)
            .fold(String::new(), |text, line| text + line.get(indent..).unwrap_or_default() + "\n");
        blocks.push(Block { recipe: recipe.clone(), kind, file, text });
    }
    (blocks, prose)
}

/// The examples of files below a folder, as recipes show them: their names and texts.
fn examples(folder: &str) -> Vec<(String, String)> {
    let page = page();
    let (blocks, _) = parts(&page);
    let examples: Vec<_> = blocks
        .into_iter()
        .filter_map(|block| block.file.filter(|file| file.starts_with(folder)).map(|file| (file, block.text)))
        .collect();
    assert!(!examples.is_empty(), "no recipe shows a file below {folder}");
    examples
}

#[test]
fn every_path_it_names_exists() {
    let page = page();
    let (_, prose) = parts(&page);
    let mut seen = 0;
    for line in prose {
        for word in line.split('`').skip(1).step_by(2) {
            let is_path = (word.contains('/') || word.ends_with(".md")) && !word.contains([' ', '<', ':']);
            if is_path {
                assert!(root().join(word).exists(), "`{word}` does not exist: {line}");
                seen += 1;
            }
            if let Some((folder, _)) = word.split_once('<').filter(|_| !word.contains(' ')) {
                assert!(root().join(folder).is_dir(), "the folder of `{word}` does not exist");
                seen += 1;
            }
        }
    }
    assert!(seen > 5, "the page names files");
}

#[test]
fn every_command_it_shows_has_its_flags() {
    let page = page();
    let (blocks, _) = parts(&page);
    let console: Vec<_> = blocks.iter().filter(|block| block.kind == "console").collect();
    assert!(console.iter().any(|block| block.recipe != "Before you begin"), "recipes show commands");
    for line in console.iter().flat_map(|block| block.text.lines()) {
        let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("a command begins with `$ `: {line}"));
        let (cargo, ours) = command.split_once(" -- ").unwrap_or((command, ""));
        let mut words = cargo.split_whitespace();
        assert_eq!(words.next(), Some("cargo"), "{line}");
        match words.next() {
            Some("run") if cargo.contains("--example") => check_example(line, cargo),
            Some("run") => check_ours(line, ours),
            Some("test" | "fmt" | "clippy" | "bench") => {}
            other => panic!("a cargo command that this test does not know: {other:?} in {line}"),
        }
    }
}

/// Looks for the example program of a package.
fn check_example(line: &str, cargo: &str) {
    let after = |flag: &str| cargo.split_whitespace().skip_while(|word| *word != flag).nth(1);
    let folder = match after("-p") {
        Some("probity-rules") => "rules/examples",
        other => panic!("a package whose examples this test does not know: {other:?} in {line}"),
    };
    let name = after("--example").unwrap();
    let examples = root().join(folder);
    let there = [format!("{name}.rs"), format!("{name}/main.rs")].iter().any(|file| examples.join(file).exists());
    assert!(there, "there is no such example: {line}");
}

/// Asks the program itself for the help of a command, and looks for each flag in it.
fn check_ours(line: &str, arguments: &str) {
    let words: Vec<_> = arguments.split_whitespace().collect();
    let commands: Vec<_> = words.iter().take_while(|word| !word.starts_with('-')).collect();
    let depth = match commands.first() {
        Some(&&"services" | &&"rules" | &&"geoip") => 2,
        _ => 1,
    };
    let place = Place::new();
    let asked = commands.iter().take(depth).map(|word| **word).chain(["--help"]);
    let Ran { code, out: text, .. } = Ran::of(place.command(asked));
    assert_eq!(code, 0, "there is no such command: {line}");
    for flag in words.iter().filter(|word| word.starts_with("--")) {
        let name = flag.split('=').next().unwrap_or(flag);
        let known: BTreeSet<_> = text.split(|letter: char| !letter.is_alphanumeric() && letter != '-').collect();
        assert!(known.contains(name), "{name} is no flag of the command: {line}");
    }
}

#[test]
fn the_service_it_shows_is_read() {
    for (file, text) in examples("services/") {
        let service = Service::parse(&file, &text).unwrap_or_else(|error| panic!("{error}\n{}", error.excerpt));
        assert!(
            service.operator.is_some() && !service.documents.is_empty(),
            "the example shows what a declaration has"
        );
    }
}

#[test]
fn the_claim_it_shows_is_read_and_its_cases_hold() {
    for (file, text) in examples("rules/claims/") {
        let id = Path::new(&file).file_stem().and_then(|stem| stem.to_str()).unwrap();
        let outcomes = match cases::try_file(id.parse().unwrap(), &text) {
            Ok(outcomes) => outcomes,
            Err(errors) => panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
        };
        let wrong: Vec<_> = outcomes.iter().filter(|outcome| !outcome.holds()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        for state in [State::Stated, State::Absent] {
            let count = outcomes.iter().filter(|outcome| outcome.expected == state).count();
            assert!(count >= 3, "the example shows what the recipe asks for: {count} cases of {state:?}");
        }
    }
}

/// The rules of the program with a file of the page among them.
fn with_the_examples_of(folder: &str) -> Rules {
    let files = examples(folder);
    let own = files.iter().map(|(file, text)| (file.strip_prefix("rules/").unwrap(), text.as_str()));
    match Rules::overlaid(own) {
        Ok(rules) => rules,
        Err(errors) => {
            panic!("{}", errors.iter().map(|it| format!("{it}\n{}", it.excerpt)).collect::<Vec<_>>().join("\n"))
        }
    }
}

#[test]
fn the_criterion_it_shows_is_read_and_its_cases_hold() {
    let rules = with_the_examples_of("rules/criteria/");
    assert_eq!(rules.criteria.len(), Rules::embedded().unwrap().criteria.len() + 1, "the example is a new one");
    assert_eq!(rules.run_cases(), []);
}

#[test]
fn the_method_it_shows_is_read_and_its_cases_hold() {
    let rules = with_the_examples_of("rules/methods/");
    assert_eq!(rules.methods.len(), Rules::embedded().unwrap().methods.len() + 1, "the example is a new one");
    assert_eq!(rules.run_cases(), []);
}

#[test]
fn the_probe_it_shows_is_the_one_that_is_tried_here() {
    let shown = examples("probes/");
    let ours = include_str!("contributing/security_txt.rs").replace("probity_probes::", "crate::");
    assert_eq!(shown, [("probes/security_txt.rs".to_owned(), ours)]);
}

#[test]
fn the_probe_it_shows_finds_what_is_there_and_takes_no_fault_for_an_absence() {
    let file = |text: &str| Page::text(text);
    let said = |observation: Option<&Observation<Value>>| match observation {
        Some(Observation::Seen { value, citations }) => format!("{value:?} by {}", citations[0].quote),
        Some(Observation::Absent { .. }) => "absent".to_owned(),
        Some(Observation::Unknown { why, .. }) => why.to_string(),
        None => "nothing".to_owned(),
    };
    let contact = "# ours\ncontact: mailto:holes@a.example\n";
    for (page, expected) in [
        (file(contact), r#"Text("mailto:holes@a.example") by contact: mailto:holes@a.example"#),
        (file("Expires: 2027-01-01T00:00:00Z\n"), "absent"),
        (Page::status(404), "absent"),
        (Page::html("<p>Not found"), "empty"),
        (Page::status(403), "refused"),
        (Page::status(500), "unreachable"),
        (file(contact).fault(Fault::Reset), "unreachable"),
        (file(contact).fault(Fault::Half), "malformed"),
    ] {
        let (seen, gaps) = tried(page.clone());
        assert_eq!(said(seen.as_ref()), expected, "{page:?}");
        let unknown = matches!(seen, Some(Observation::Unknown { .. }));
        assert_eq!(gaps.len(), usize::from(unknown), "{page:?}: what is unknown is a gap");
    }
}

/// What the probe of the recipe says where a page stands at its address: the fact, and the reasons of its gaps.
fn tried(page: Page) -> (Option<Observation<Value>>, Vec<Why>) {
    use probity_probes::Probe;
    let text = "id = \"a\"\nname = \"A\"\ncategory = \"video-conferencing\"\nhome = \"https://a.example/\"\n";
    let service = Service::parse("a.toml", text).unwrap();
    let capture = Capture::live(jiff::Timestamp::UNIX_EPOCH);
    let probe = security_txt::SecurityTxt;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let world = World::start().await.unwrap();
        world.page("https://a.example/.well-known/security.txt", page);
        let net = Net::new(world.options(), std::sync::Arc::new(|| jiff::Timestamp::UNIX_EPOCH)).unwrap();
        gather(&[&probe], &service, &net, &Visit::new(&service, &capture, None)).await.unwrap();
    });
    let mut facts = probe.read(&service, &capture, &Context { geo: &Databases::embedded() });
    let gaps = facts.gaps.iter().map(|gap| gap.why).collect();
    (facts.service.remove(probe.meta().facts[0]), gaps)
}
