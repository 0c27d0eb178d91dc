//! Looking ahead rules out only what cannot match.

use super::super::lists::Lists;
use super::*;
use crate::reader::compile::{Builder, Sets};
use crate::reader::masks::Classes;
use crate::reader::pattern::{Atom, Node};
use crate::reader::token::Word;
use proptest::prelude::*;
use std::rc::Rc;

const WORDS: [&str; 8] = ["a", "b", "c", "d", "the", "the", "the", "x"];
const FILLER: &str = "the";

fn word() -> impl Strategy<Value = Node> {
    let words = proptest::collection::btree_set(0..4_usize, 1..3);
    words.prop_map(|some| Node::Set(some.into_iter().map(|one| Atom::Exact(WORDS[one].to_owned())).collect()))
}

fn tree() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        8 => word(),
        1 => (1..4_u8).prop_map(Node::Gap),
        1 => Just(Node::Start),
        1 => Just(Node::End),
        1 => Just(Node::Colon),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            4 => proptest::collection::vec(inner.clone(), 1..5).prop_map(Node::Seq),
            3 => proptest::collection::vec(inner.clone(), 2..4).prop_map(Node::Alt),
            1 => inner.prop_map(|one| Node::Opt(Box::new(one))),
        ]
    })
}

fn sentence() -> impl Strategy<Value = Vec<(usize, bool)>> {
    let token = || (0..WORDS.len(), proptest::bool::weighted(0.1));
    let long = proptest::collection::vec(token(), 60..150);
    prop_oneof![6 => proptest::collection::vec(token(), 0..16), 1 => long]
}

/// What the machine does where nothing is ruled out beforehand.
fn plainly(machine: &mut Machine, program: &Program, view: View<'_>) -> bool {
    let all = vec![Bits::<WIDE>::between(0, WIDE * 64); program.ops.len()];
    machine.steps = STEPS;
    (0..view.tokens.len()).any(|start| {
        machine.consumed.clear();
        machine.run(&program.ops, &all, (0, start, 0), view)
    })
}

fn class(sets: &Sets, classes: &mut Classes, text: &str) -> u32 {
    let raw: Rc<str> = text.into();
    let (mut scratch, mut of) = (Vec::new(), Vec::new());
    sets.of(&Word { folded: Rc::clone(&raw), raw, shape: 0 }, &mut scratch, &mut of);
    classes.of(&of, &Lists::from_iter(vec![Vec::new(); sets.count]))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8_000, ..ProptestConfig::default() })]

    #[test]
    fn looking_ahead_finds_what_a_plain_search_finds(node in tree(), words in sentence(), own in 0..12_usize, colon: bool, left in 1..20_usize) {
        let mut builder = Builder::default();
        let filler = builder.set(&Rc::from([Atom::Exact(FILLER.to_owned())]));
        let program = builder.program(&node);
        let sets = builder.finish();
        let mut classes = Classes::new();
        let known: Vec<u32> = WORDS.iter().map(|word| class(&sets, &mut classes, word)).collect();
        let before = |colon| if colon { before::COLON } else { 0 };
        let tokens: Vec<Seen> =
            words.iter().map(|(word, colon)| Seen { class: known[*word], before: before(*colon) }).collect();
        let mut masks = Masks::new(sets.count);
        let fresh = {
            let mut fresh = Masks::new(sets.count);
            fresh.look(&tokens, &classes);
            fresh
        };
        // What another sentence left must not be seen.
        let other = vec![known.clone(); left].concat();
        masks.look(&other.iter().map(|class| Seen { class: *class, before: before::COLON }).collect::<Vec<_>>(), &classes);
        masks.look(&tokens, &classes);
        let view = View { tokens: &tokens, own: own.min(tokens.len()), colon, masks: &masks, filler };
        let (mut quick, mut plain) = (Machine::default(), Machine::default());
        let found = plainly(&mut plain, &program, View { masks: &fresh, ..view });
        // A search that gave up says nothing of where it would have ended.
        prop_assume!(plain.steps > 0);
        prop_assert_eq!(quick.find(&program, view), found);
        if found {
            prop_assert_eq!(quick.consumed, plain.consumed);
        }
    }
}
