//! From html5gum's tokens to the builder's events, without an allocation per token.
//!
//! The tokenizer is used without a tree builder, whose rules for broken nesting take quadratic time on hostile pages.
//! Of those rules only the ones that the text can show are kept (in `builder`).

use super::attributes::{Attributes, NameBuffer};
use super::builder::Builder;
use super::tags::Tag;
use html5gum::emitters::Emitter;
use html5gum::{Error, State, Tokenizer};
use std::convert::Infallible;

/// Runs the tokenizer over a page.
pub(super) fn run(html: &str, builder: &mut Builder) {
    let adapter = Adapter {
        builder,
        attributes: Attributes::default(),
        name: NameBuffer::default(),
        is_end: false,
        last_start: NameBuffer::default(),
    };
    // Neither reading from a string nor this emitter has an error to report.
    let _ = Tokenizer::new_with_emitter(html, adapter).finish();
}

struct Adapter<'b> {
    builder: &'b mut Builder,
    attributes: Attributes,
    name: NameBuffer,
    is_end: bool,
    last_start: NameBuffer,
}

impl Emitter for Adapter<'_> {
    type Token = Infallible;

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.last_start.clear();
        self.last_start.push(name.unwrap_or_default());
    }

    fn emit_eof(&mut self) {
        self.builder.end_of_page();
    }

    fn emit_error(&mut self, _: Error) {}

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn emit_string(&mut self, text: &[u8]) {
        self.builder.text(text);
    }

    fn init_start_tag(&mut self) {
        self.is_end = false;
        self.name.clear();
        self.attributes.clear();
    }

    fn init_end_tag(&mut self) {
        self.is_end = true;
        self.name.clear();
        self.attributes.clear();
    }

    fn init_comment(&mut self) {}

    fn emit_current_tag(&mut self) -> Option<State> {
        self.attributes.finish();
        let tag = Tag::of(self.name.bytes());
        if self.is_end {
            self.builder.end(tag, self.name.hash);
            return None;
        }
        self.last_start = self.name;
        let opened = self.builder.start(tag, &self.name, &self.attributes);
        if !opened {
            return None;
        }
        match tag {
            Tag::Title | Tag::Textarea => Some(State::RcData),
            Tag::Raw | Tag::Frame => Some(State::RawText),
            Tag::Script => Some(State::ScriptData),
            Tag::Plaintext => Some(State::PlainText),
            _ => None,
        }
    }

    fn emit_current_comment(&mut self) {}

    fn emit_current_doctype(&mut self) {}

    fn set_self_closing(&mut self) {
        self.attributes.self_closing = true;
    }

    fn set_force_quirks(&mut self) {}

    fn push_tag_name(&mut self, part: &[u8]) {
        self.name.push(part);
    }

    fn push_comment(&mut self, _: &[u8]) {}

    fn push_doctype_name(&mut self, _: &[u8]) {}

    fn init_doctype(&mut self) {}

    fn init_attribute(&mut self) {
        self.attributes.begin();
    }

    fn init_attribute_value(&mut self) {
        self.attributes.begin_value();
    }

    fn push_attribute_name(&mut self, part: &[u8]) {
        self.attributes.push_name(part);
    }

    fn push_attribute_value(&mut self, part: &[u8]) {
        self.attributes.push_value(part);
    }

    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.is_end && self.last_start.hash == self.name.hash
    }
}
