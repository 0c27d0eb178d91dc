use super::*;
use crate::criterion::Lifecycle;
use crate::sentence::Lang;
use crate::text;
use std::collections::BTreeSet;
use std::path::Path;

fn rules() -> Rules {
    Rules::embedded().unwrap_or_else(|errors| {
        panic!("{}", errors.iter().map(|error| format!("{error}\n{}", error.excerpt)).collect::<Vec<_>>().join("\n"))
    })
}

fn folder(name: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let files = std::fs::read_dir(path).unwrap();
    files.map(|file| format!("{name}/{}", file.unwrap().file_name().to_str().unwrap())).collect()
}

#[test]
fn the_lists_are_the_folders_sorted() {
    for (name, list) in [("criteria", CRITERIA), ("methods", METHODS), ("law", law::FILES)] {
        assert!(list.is_sorted_by(|one, two| one.0 < two.0), "{name}");
        assert_eq!(list.iter().map(|(file, _)| (*file).to_owned()).collect::<BTreeSet<_>>(), folder(name));
    }
}

#[test]
fn every_case_comes_out_as_it_says() {
    let failures = rules().run_cases();
    assert!(failures.is_empty(), "{}", failures.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_criterion_counts_somewhere_and_none_that_counts_is_tried_out() {
    let rules = rules();
    for criterion in &rules.criteria {
        let used = rules.methods.iter().flat_map(|method| &method.entries).any(|entry| entry.id == criterion.id);
        assert!(used, "no method uses {}", criterion.id);
        assert_eq!(criterion.lifecycle, Lifecycle::Stable, "{}", criterion.id);
    }
}

#[test]
fn every_method_says_that_it_is_our_reading() {
    for method in rules().methods {
        assert!(
            method.reading.en.contains("our reading") && method.reading.de.contains("unsere Lesart"),
            "{}",
            method.id
        );
        assert!(!method.sources.is_empty());
    }
}

#[test]
fn the_published_weights() {
    let rules = rules();
    let method = rules.method("priva-score-video").unwrap();
    assert_eq!(method.entries.iter().map(|entry| entry.weight).collect::<Vec<_>>(), [10, 9, 8, 7, 5, 4, 2]);
    assert_eq!((method.max(), method.weight() * method.points[2]), (270, 45));
}

/// That nothing is missing is the parser's law; here, that each language stands where it belongs.
#[test]
fn every_criterion_says_everything_in_both_languages() {
    for criterion in rules().criteria {
        for (lang, code) in [(Lang::En, "en"), (Lang::De, "de")] {
            let said = criterion.prose.in_lang(lang).map(|(_, text)| text).join("\n\n");
            let read = text::read(said.as_bytes(), &text::Hints::default()).unwrap();
            let language = read.document.language.map(|language| language.code().to_owned());
            assert_eq!(language.as_deref(), Some(code), "{}: {said}", criterion.id);
        }
        for ((heading, en), (_, de)) in criterion.prose.in_lang(Lang::En).iter().zip(criterion.prose.in_lang(Lang::De))
        {
            assert_ne!(*en, de, "{}: {heading}", criterion.id);
            assert_eq!(en.matches("\n- ").count(), de.matches("\n- ").count(), "{}: {heading}", criterion.id);
        }
    }
}

#[test]
fn the_pages_are_current() {
    let rules = rules();
    for (name, lang) in [("criteria.md", Lang::En), ("criteria.de.md", Lang::De)] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
        let page = rules.page(lang);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == page, "docs/{name} is stale: UPDATE=1 cargo test -p probity-rules catalogue");
    }
}

#[test]
fn what_can_change_a_judgement_changes_the_revision() {
    let rules = rules();
    assert_eq!(rules.revision.len(), 64, "a SHA-256 in hexadecimal");
    assert_eq!(Rules::embedded().unwrap().revision, rules.revision, "the same files, the same revision");
    let kept = |change: &dyn Fn(&mut BTreeMap<String, String>)| {
        let mut files = rules.sources.clone();
        change(&mut files);
        Rules::load(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).unwrap()
    };
    assert_eq!(kept(&|_| {}).revision, rules.revision, "kept rules are the same rules again");
    let claim = format!("claims/{}.md", crate::claim::ClaimId::all().next().unwrap());
    for name in [claim.as_str(), "reader/lexicon/de.txt", "reader/wild.tsv", "reader/absence.tsv", "country.tsv"] {
        let other = kept(&|files| {
            let digests = files.get_mut(READER).unwrap();
            let line = digests.lines().find(|line| line.ends_with(&format!("  {name}"))).unwrap().to_owned();
            *digests = digests.replace(&line, &format!("{}  {name}", "0".repeat(64)));
        });
        assert_ne!(other.revision, rules.revision, "{name}");
        assert_eq!(rules.other_reader(&other), [name]);
    }
    let other = kept(&|files| files.values_mut().next().unwrap().push('\n'));
    assert_ne!(other.revision, rules.revision);
    assert_eq!(rules.other_reader(&other), Vec::<String>::new());
}
