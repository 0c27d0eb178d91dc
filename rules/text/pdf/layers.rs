//! Layers: what a viewer does not show when it opens a file.
//!
//! What a reader could switch on is off, and what is for print alone is not seen.

use super::file::File;
use super::object::{Dict, Object};
use std::collections::BTreeSet;

/// The layers that are off: numbers of their objects.
#[derive(Debug, Default)]
pub(super) struct Layers(BTreeSet<u32>);

/// How deep a rule over layers is followed.
const DEPTH: u32 = 8;

fn numbers(list: Option<Object>) -> Vec<u32> {
    let list = list.as_ref().and_then(Object::array).unwrap_or_default();
    list.iter().filter_map(|entry| if let Object::Reference(number) = entry { Some(*number) } else { None }).collect()
}

impl Layers {
    /// As a viewer finds them when it opens the file.
    pub(super) fn of(file: &File) -> Self {
        let Some(all) = file.dict(&file.catalog(), b"OCProperties") else { return Self::default() };
        let Some(first) = file.dict(&all, b"D") else { return Self::default() };
        let mut off: BTreeSet<u32> = numbers(file.get(&first, b"OFF")).into_iter().collect();
        if file.get(&first, b"BaseState").as_ref().and_then(Object::name) == Some(b"OFF") {
            off.extend(numbers(file.get(&all, b"OCGs")));
            for number in numbers(file.get(&first, b"ON")) {
                off.remove(&number);
            }
        }
        off.extend(Self::unseen(file, &first));
        Self(off)
    }

    /// Those that a viewer turns off because they are not for the screen.
    fn unseen(file: &File, first: &Dict) -> Vec<u32> {
        let rules = file.get(first, b"AS");
        let rules = rules.as_ref().and_then(Object::array).unwrap_or_default();
        let is_off = |number: &u32| {
            let layer = file.resolve(&Object::Reference(*number));
            let usage = layer.dict().and_then(|layer| file.dict(layer, b"Usage"));
            let view = usage.and_then(|usage| file.dict(&usage, b"View"));
            view.and_then(|view| file.get(&view, b"ViewState")).as_ref().and_then(Object::name) == Some(b"OFF")
        };
        let of_view = rules.iter().filter_map(|rule| match file.resolve(rule) {
            Object::Dict(rule) if file.get(&rule, b"Event").as_ref().and_then(Object::name) == Some(b"View") => {
                Some(numbers(file.get(&rule, b"OCGs")))
            }
            _ => None,
        });
        of_view.take(64).flatten().filter(is_off).collect()
    }

    /// Whether a rule over layers holds.
    fn holds(&self, file: &File, rule: &Object, depth: u32) -> bool {
        if let Object::Reference(number) = rule
            && self.0.contains(number)
        {
            return false;
        }
        let Object::Array(parts) = file.resolve(rule) else { return true };
        let mut parts = parts.iter();
        let first = parts.next().map(|first| file.resolve(first));
        if depth > DEPTH {
            return true;
        }
        let mut parts = parts.take(64).map(|part| self.holds(file, part, depth + 1));
        match first.as_ref().and_then(Object::name) {
            Some(b"Not") => !parts.next().unwrap_or(false),
            Some(b"Or") => parts.any(|part| part),
            _ => parts.all(|part| part),
        }
    }

    /// Whether what belongs to a layer, or to a group of them, is off.
    pub(super) fn hide(&self, file: &File, layer: Option<&Object>) -> bool {
        let Some(layer) = layer else { return false };
        if let Object::Reference(number) = layer
            && self.0.contains(number)
        {
            return true;
        }
        let Object::Dict(group) = file.resolve(layer) else { return false };
        if let Some(rule) = group.get(&b"VE"[..]) {
            return !self.holds(file, rule, 0);
        }
        let members = match group.get(&b"OCGs"[..]) {
            Some(Object::Reference(number)) if self.0.contains(number) => return true,
            Some(_) => numbers(file.get(&group, b"OCGs")),
            None => return false,
        };
        let is_off = |number: &u32| self.0.contains(number);
        match group.get(&b"P"[..]).and_then(Object::name) {
            Some(b"AllOn") => members.iter().any(is_off),
            _ => !members.is_empty() && members.iter().all(is_off),
        }
    }
}
