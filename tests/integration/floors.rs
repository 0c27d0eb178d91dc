//! The floors of `src`: imports go down only, and no modules import each other in a circle; nor do those of `probes/net`.
//!
//! Paths are read from the text of the files. An arrow that a macro or a method makes is not seen.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The floors, the lowest first.
const FLOORS: [&str; 6] = ["base", "keep", "app", "present", "cli", "commands"];

/// Files by their module path, such as `keep::data`; the root is empty.
type Files = BTreeMap<String, (String, String)>;

/// An import: the file and line where it stands, who imports, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Arrow {
    at: String,
    from: String,
    to: String,
}

#[test]
fn imports_of_src_go_down() {
    assert_eq!(wrong(&arrows(&files("src"))), Vec::<String>::new());
}

#[test]
fn no_modules_of_src_import_each_other_in_a_circle() {
    assert_eq!(circles(&arrows(&files("src")), ""), Vec::<String>::new());
}

#[test]
fn no_modules_of_the_network_import_each_other_in_a_circle() {
    let arrows = arrows(&files("probes"));
    assert!(arrows.iter().any(|arrow| arrow.from == "net::crawl"), "the network is read");
    assert_eq!(circles(&arrows, "net::"), Vec::<String>::new());
}

#[test]
fn a_wrong_import_is_found_with_its_line() {
    let made = |keep: &str| {
        let text = [("", ""), ("keep", ""), ("keep::data", keep), ("commands", ""), ("commands::audit", "")];
        let file = |(module, text): (&str, &str)| (module.to_owned(), (format!("{module}.rs"), text.to_owned()));
        wrong(&arrows(&text.map(file).into()))
    };
    let found = ["keep::data.rs:2: keep::data imports commands::audit, which lies above it"];
    assert_eq!(made("use std::io;\nuse crate::commands::audit::run;"), found);
    assert_eq!(made("\nuse crate::{commands::{audit::{run, stop}}, keep};"), [found[0], found[0]]);
    assert_eq!(made("fn f() {\n super::super::commands::audit::run() }"), found);
    assert_eq!(made("// crate::commands::audit\nconst A: &str = \"crate::commands::audit\";"), Vec::<String>::new());
    assert_eq!(made("#[cfg(test)]\nmod tests { use crate::commands::audit; }"), Vec::<String>::new());
}

#[test]
fn a_circle_is_found() {
    let arrow = |from: &str, to: &str| Arrow { at: "a.rs:1".to_owned(), from: from.to_owned(), to: to.to_owned() };
    let arrows = [arrow("keep::a", "keep::b"), arrow("keep::b", "keep::c::d"), arrow("keep::c", "keep::a")];
    let found = circles(&arrows, "");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("keep::a, keep::b, keep::c\n  a.rs:1: keep::a imports keep::b\n"), "{found:?}");
    assert_eq!(circles(&arrows[..2], ""), Vec::<String>::new());
}

/// The files of a package of this repository, without those that are tests.
fn files(folder: &str) -> Files {
    fn walk(root: &Path, folder: &Path, files: &mut Files) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, files);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root).unwrap().with_extension("");
                let parts: Vec<_> = name.iter().map(|part| part.to_str().unwrap()).collect();
                if parts != ["main"] && !parts.contains(&"tests") {
                    let module = if parts == ["lib"] { String::new() } else { parts.join("::") };
                    files.insert(module, (path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
                }
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files = Files::new();
    walk(&root, &root, &mut files);
    files
}

/// Every import from one file into another.
fn arrows(files: &Files) -> Vec<Arrow> {
    let read = files.iter().map(|(module, (path, text))| (module, path, tokens(text)));
    let read: Vec<_> = read.map(|(module, path, tokens)| (module, path, untested(tokens))).collect();
    let tests: BTreeSet<String> =
        read.iter().flat_map(|(of, _, (_, tests))| tests.iter().map(|one| join(of, one))).collect();
    let mut arrows = Vec::new();
    for (module, path, (tokens, _)) in read.iter().filter(|(module, ..)| !tests.contains(*module)) {
        for (line, named) in paths(tokens) {
            let Some(to) = resolve(module, &named, files).filter(|to| to != *module) else { continue };
            arrows.push(Arrow { at: format!("{path}:{line}"), from: (*module).clone(), to });
        }
    }
    arrows
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

/// The module that a path leads into.
fn resolve(module: &str, named: &[String], files: &Files) -> Option<String> {
    let mut at: Vec<&str> = module.split("::").filter(|part| !part.is_empty()).collect();
    let mut rest = named.iter().map(String::as_str).peekable();
    match rest.peek() {
        Some(&"crate") => at.clear(),
        Some(&("self" | "super")) => {}
        Some(child) if files.contains_key(&join(module, child)) => {}
        _ => return None,
    }
    rest.next_if(|first| matches!(*first, "crate" | "self"));
    while rest.next_if(|part| *part == "super").is_some() {
        at.pop();
    }
    at.extend(rest);
    while !files.contains_key(&at.join("::")) {
        at.pop()?;
    }
    Some(at.join("::"))
}

/// Words, `::` and single signs, each with its line; comments and what stands in quotes are left out.
fn tokens(text: &str) -> Vec<(usize, String)> {
    let (mut tokens, mut line, mut rest) = (Vec::new(), 1, text);
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let raw = rest.trim_start_matches(['b', 'r']).trim_start_matches('#');
        let hashes = rest.len() - rest.trim_start_matches(['b', 'r']).len();
        let hashes = rest[hashes..].len() - raw.len();
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if (rest.starts_with('r') || rest.starts_with("br")) && raw.starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = rest.len() - raw.len() + 1;
            start + rest[start..].find(&end).map_or(raw.len() - 1, |at| at + end.len())
        } else if first == '"' {
            quoted(rest)
        } else if first == '\'' {
            // A life time has no second quote close by.
            let letter = rest[1..].chars().next().map_or(0, char::len_utf8);
            if rest[1..].starts_with('\\') {
                quoted(rest)
            } else if rest[1 + letter..].starts_with('\'') {
                letter + 2
            } else {
                1
            }
        } else if word > 0 {
            tokens.push((line, rest[..word].to_owned()));
            word
        } else if rest.starts_with("::") {
            tokens.push((line, "::".to_owned()));
            2
        } else {
            if !first.is_whitespace() {
                tokens.push((line, first.to_string()));
            }
            first.len_utf8()
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

/// The length of a literal up to the quote that it began with.
fn quoted(text: &str) -> usize {
    let mut letters = text.char_indices();
    let quote = letters.next().map(|(_, quote)| quote);
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' {
            letters.next();
        } else if Some(letter) == quote {
            return at + 1;
        }
    }
    text.len()
}

/// The same without what is compiled for tests only, and the names of the modules that are.
fn untested(tokens: Vec<(usize, String)>) -> (Vec<(usize, String)>, Vec<String>) {
    let (mut kept, mut modules, mut at) = (Vec::new(), Vec::new(), 0);
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|(_, token)| token == word);
    while at < tokens.len() {
        let is_cfg = is(at, "#") && is(at + 2, "cfg");
        let close = (at..tokens.len()).find(|end| !is_cfg || is(*end, "]")).unwrap_or(at);
        let has = |word: &str| (at..close).any(|one| is(one, word));
        if !has("test") || has("not") {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at = close + 1;
        if is(at, "mod") && is(at + 2, ";") {
            modules.push(tokens[at + 1].1.clone());
        }
        let mut depth = 0;
        while at < tokens.len() {
            depth += i32::from(is(at, "{")) - i32::from(is(at, "}"));
            at += 1;
            if depth == 0 && (is(at - 1, "}") || is(at - 1, ";")) {
                break;
            }
        }
    }
    (kept, modules)
}

/// The paths that are written out, each with its line: those of `use`, and those that begin with `crate`, `self` or `super`.
fn paths(tokens: &[(usize, String)]) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((_, token)) = tokens.get(at) {
        let leads = tokens.get(at + 1).is_some_and(|(_, next)| next == "::");
        if token == "use" {
            at = tree(tokens, at + 1, &[], &mut found);
        } else if leads && matches!(token.as_str(), "crate" | "self" | "super") {
            at = tree(tokens, at, &[], &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// Reads a path with its groups; gives where it ends.
fn tree(tokens: &[(usize, String)], mut at: usize, before: &[String], found: &mut Vec<(usize, Vec<String>)>) -> usize {
    let mut path = before.to_vec();
    while let Some((line, token)) = tokens.get(at) {
        if token == "{" {
            at += 1;
            while let Some((_, token)) = tokens.get(at).filter(|(_, token)| token != "}") {
                at = if token == "," { at + 1 } else { tree(tokens, at, &path, found).max(at + 1) };
            }
            return at + 1;
        }
        if token.starts_with(|letter: char| letter.is_alphabetic() || letter == '_') {
            path.push(token.clone());
        }
        at += 1;
        if tokens.get(at).is_none_or(|(_, next)| next != "::") {
            found.push((*line, path));
            let renamed = tokens.get(at).is_some_and(|(_, next)| next == "as");
            return if renamed { at + 2 } else { at };
        }
        at += 1;
    }
    at
}

/// What is imported from a floor above.
fn wrong(arrows: &[Arrow]) -> Vec<String> {
    let floor = |module: &str| FLOORS.iter().position(|floor| module.split("::").next() == Some(floor));
    let above = arrows.iter().filter(|arrow| floor(&arrow.from).is_some_and(|from| floor(&arrow.to) > Some(from)));
    above.map(|Arrow { at, from, to }| format!("{at}: {from} imports {to}, which lies above it")).collect()
}

/// The modules that import each other in a circle; a module is a file beside a floor's root, with all that lies in its folder.
fn circles(arrows: &[Arrow], of: &str) -> Vec<String> {
    let module = |path: &str| path.split("::").take(2).collect::<Vec<_>>().join("::");
    let mut reached: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Arrow { from, to, .. } in arrows {
        let (from, to) = (module(from), module(to));
        if from != to && from.starts_with(of) && to.starts_with(of) {
            reached.entry(from).or_default().insert(to);
        }
    }
    loop {
        let mut grown = reached.clone();
        for all in grown.values_mut() {
            let further: Vec<_> = all.iter().filter_map(|one| reached.get(one)).flatten().cloned().collect();
            all.extend(further);
        }
        if grown == reached {
            break;
        }
        reached = grown;
    }
    let within = |one: &String, other: &String| reached.get(one).is_some_and(|all| all.contains(other));
    let circle = |one: &String| {
        let others: Vec<_> = reached.keys().filter(|other| within(one, other) && within(other, one)).cloned().collect();
        let ties = arrows.iter().filter(|arrow| {
            let (from, to) = (module(&arrow.from), module(&arrow.to));
            from != to && others.contains(&from) && others.contains(&to)
        });
        let ties: Vec<_> = ties.map(|Arrow { at, from, to }| format!("\n  {at}: {from} imports {to}")).collect();
        format!("{}{}", others.join(", "), ties.concat())
    };
    let found: BTreeSet<String> = reached.keys().filter(|one| within(one, one)).map(circle).collect();
    found.into_iter().collect()
}
