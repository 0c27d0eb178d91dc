//! What opens what: controls that refer to hidden elements by id, and those that stand right before a panel.
//!
//! No script is read but for the names in `onclick`. A panel that only a script ties to what opens it is not found.

use super::super::attributes::{Attributes, Name};
use super::super::conceal::Style;
use super::super::signs::Signs;
use super::super::tags::Tag;
use super::Builder;
use super::place::hidden_kind;

/// The most references that are kept of one page.
const REFERENCES: usize = 50_000;
/// The most names that one attribute refers to.
const NAMES: usize = 16;
/// The most text between a control and the panel that it opens, in bytes.
const BETWEEN: usize = 200;

/// The hash of an id, never 0 (FNV-1a).
pub(super) fn id(name: &str) -> u32 {
    let hash =
        name.trim().bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash.max(1)
}

impl Builder {
    /// Notes what an element opens, when its start tag was taken in.
    pub(super) fn control(&mut self, tag: Tag, signs: Signs, attributes: &Attributes) {
        let is_title =
            matches!(tag, Tag::Heading | Tag::Dt) || signs.has(Signs::TITLE | Signs::HEADER | Signs::TRIGGER);
        let is_control = matches!(tag, Tag::Button | Tag::Summary)
            || attributes.has(Name::AriaExpanded)
            || attributes.has(Name::AriaControls)
            || attributes.has(Name::DataToggle)
            || attributes.has(Name::For)
            || matches!(attributes.get(Name::Role), Some("tab" | "button"))
            || self.folded > 0 && is_title;
        if self.muted > 0 || !(is_control || attributes.may_control()) {
            return;
        }
        let is_unseen = || {
            let style = attributes.get(Name::Style).map(Style::of).unwrap_or_default();
            hidden_kind(tag, signs, style, attributes).is_some()
        };
        if tag.is_void() && is_unseen() {
            return;
        }
        let place = self.place.hidden;
        if is_control {
            self.opener = Some((place, self.fold.position()));
        }
        if (is_control || tag == Tag::A)
            && self.page.labels.len() < REFERENCES
            && let Some(name) = attributes.get(Name::Id)
        {
            self.page.labels.push((id(name), place));
        }
        for name in
            [Name::AriaControls, Name::DataToggle, Name::DataTarget, Name::DataTab, Name::PopoverTarget, Name::For]
        {
            for part in attributes.get(name).unwrap_or_default().split([' ', ',']) {
                self.refer(part.trim_start_matches('#'), place);
            }
        }
        if let Some(href) = attributes.get(Name::Href).filter(|_| tag == Tag::A) {
            if let Some(name) = href.trim().strip_prefix('#') {
                self.refer(name, place);
            } else if let Some(script) = href.trim().strip_prefix("javascript:") {
                self.refer_in(script, place);
            }
        }
        if let Some(script) = attributes.get(Name::OnClick) {
            self.refer_in(script, place);
        }
    }

    /// Takes every word of a script for a name.
    fn refer_in(&mut self, script: &str, place: u32) {
        let is_of_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
        for name in script.split(|letter| !is_of_name(letter)).filter(|name| !name.is_empty()).take(NAMES) {
            self.refer(name, place);
        }
    }

    fn refer(&mut self, name: &str, place: u32) {
        if !name.is_empty() && self.page.controls.len() < REFERENCES {
            self.page.controls.push((id(name), place));
            if place == 0 {
                self.referred.insert(id(name));
            }
        }
    }

    /// Whether a hidden element within a line is opened by something before it.
    pub(super) fn is_referred(&self, attributes: &Attributes) -> bool {
        attributes.get(Name::Id).is_some_and(|name| self.referred.contains(&id(name)))
    }

    /// Whether what opens a panel stands right before it.
    pub(super) fn is_led(&self) -> bool {
        self.folded > 0
            && self.opener.is_some_and(|(place, at)| place == self.place.hidden && self.fold.position() <= at + BETWEEN)
    }
}
