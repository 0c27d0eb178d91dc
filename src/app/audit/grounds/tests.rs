use super::*;
use probity_rules::catalogue::Rules;
use probity_rules::facts::{COLLECTIONS, Field, SERVICE, Type, Vote};
use std::collections::BTreeSet;

fn cited(quote: &str) -> Citation {
    Citation { record: "sha256:aa".into(), url: "https://a.example/p".into(), quote: quote.into(), ..passage() }
}

/// Of all that can be known of a field, that of a turn.
fn known(field: &Field, turn: usize) -> Observation<Value> {
    let word = |turn: usize| field.words.get(turn % field.words.len().max(1)).map_or("DE", |word| word);
    let value = match field.kind {
        Type::Flag => Value::Flag(turn.is_multiple_of(2)),
        Type::Text => Value::Text(word(turn).to_owned()),
        Type::Texts => Value::Texts([word(turn).to_owned(), "more".to_owned()].into()),
        Type::Countries => Value::Countries([["DE", "US", "KR"][turn % 3].to_owned()].into()),
        Type::Number => Value::Number([50, 4000][turn % 2]),
        Type::Date => Value::Date(["2019-05-01", "2026-05-01"][turn % 2].parse().expect("a day")),
    };
    match turn % 7 {
        5 => Observation::Absent { searched: Searched { words: 9, ..Searched::default() } },
        6 => Observation::Unknown { why: Why::Robots, target: "https://a.example/".into() },
        _ => Observation::Seen { value, citations: vec![cited("seen")] },
    }
}

/// Facts of which every part takes turns through what it can be.
fn facts(turn: usize) -> Facts {
    let mut facts = Facts::default();
    let named = |field: &Field, turn: usize| (field.name.to_owned(), known(field, turn));
    facts.service = SERVICE.iter().enumerate().map(|(place, field)| named(field, turn / 3 + place)).collect();
    for (place, (name, schema)) in COLLECTIONS.iter().enumerate() {
        let items = (0..(turn + place) % 4).map(|number| Item {
            id: format!("https://a.example/{number}"),
            fields: schema.iter().enumerate().map(|(at, field)| named(field, turn * 5 + number * 3 + at)).collect(),
        });
        let gap = || (Why::RateLimited, "https://a.example/more".to_owned());
        let incomplete = if turn % 5 == place { vec![gap()] } else { Vec::new() };
        facts.collections.insert((*name).to_owned(), Collection { items: items.collect(), incomplete });
    }
    for (number, claim) in ClaimId::all().enumerate() {
        let mention = || Mention { kind: Kind::ALL[turn % Kind::ALL.len()], citation: cited("we speak of it") };
        let vote = |passages: &Vec<Citation>| match (passages.is_empty(), number % 3) {
            (true, _) => Vote::None,
            (_, 0) => Vote::Suggests,
            _ => Vote::Decides,
        };
        let voice = |stated: &Vec<Citation>, denied: &Vec<Citation>| Voice {
            kind: Kind::ALL[(number + turn) % Kind::ALL.len()],
            urls: vec!["https://a.example/p".into()],
            stated: vote(stated),
            denied: vote(denied),
        };
        let silence = || match (number + turn) % 4 {
            0 => None,
            1 => Some(Box::new(Silence::Unknown { why: Why::Empty, target: "https://a.example/q".into() })),
            _ => Some(Box::new(Silence::Absent(Searched {
                kinds: vec![Kind::ALL[number % Kind::ALL.len()]],
                words: 900,
                mentions: if turn.is_multiple_of(2) { vec![mention()] } else { Vec::new() },
                ..Searched::default()
            }))),
        };
        let stand = |stated: Vec<Citation>, denied: Vec<Citation>| Stand {
            voices: if number % 4 == 3 { Vec::new() } else { vec![voice(&stated, &denied)] },
            silence: silence(),
            stated,
            denied,
            confidence: 0.9,
            only_suggests: (number + turn).is_multiple_of(5),
            second: (number + turn).is_multiple_of(7),
        };
        let seen = |value| Observation::Seen { value, citations: Vec::new() };
        let observed = match (number * 3 + turn) % 8 {
            0 | 5 => seen(stand(vec![cited("we do"), cited("we do, too")], Vec::new())),
            1 | 6 => seen(stand(Vec::new(), vec![cited("we do not")])),
            2 => seen(stand(vec![cited("we do")], vec![cited("we do not")])),
            3 => Observation::Unknown { why: Why::Refused, target: "https://a.example/p".into() },
            _ => Observation::Absent {
                searched: Searched {
                    places: vec!["https://a.example/p".into()],
                    kinds: Kind::ALL[..turn % Kind::ALL.len()].to_vec(),
                    languages: vec!["en".into()],
                    words: [4000, 40][usize::from(turn % 6 == 4)],
                    revision: 1,
                    mentions: if turn % 3 == 1 { vec![mention()] } else { Vec::new() },
                },
            },
        };
        if number % 11 != turn % 11 {
            facts.claims.insert(claim, observed);
        }
        if number % 6 == turn % 6 {
            let date = "2026-01-01".parse().expect("a day");
            let (by, stated) = ("an auditor".to_owned(), turn.is_multiple_of(2));
            let (absent, text, note) = (turn.is_multiple_of(5), None, Some("seen".into()));
            let one = Attested { stated, absent, text, by, date, source: None, note, expires: None };
            facts.attested.entry(claim).or_default().push(one);
        }
    }
    facts
}

#[test]
fn the_grades_are_those_of_the_facts() {
    let rules = Rules::embedded().expect("rules");
    let law = rules.law_on("2026-06-01".parse().expect("a day"));
    let mut grades = BTreeSet::new();
    for turn in 0..200 {
        let facts = facts(turn);
        let line = serde_json::to_string(&Grounds::of("a", &facts)).expect("JSON");
        let read: Grounds = serde_json::from_str(&line).expect("grounds");
        let (service, judged) = read.facts();
        assert_eq!(service, "a");
        let outlooks = rules.outlooks(&judged, &law);
        assert_eq!(outlooks, rules.outlooks(&facts, &law), "turn {turn}");
        grades.extend(outlooks.iter().map(|outlook| outlook.grade()));
    }
    assert_eq!(grades.len(), 5, "every grade comes up: {grades:?}");
}

#[test]
fn no_word_of_a_passage_is_in_it() {
    for turn in 0..20 {
        let line = serde_json::to_string(&Grounds::of("a", &facts(turn))).expect("JSON");
        assert!(!line.contains("we do") && !line.contains("sha256") && !line.contains("example"), "{line}");
    }
}
