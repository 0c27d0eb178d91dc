//! What kind of page was read: a document, or something in its place.
//!
//! Bot walls, login pages, soft 404s, consent walls, pages that only scripts would fill, pages that break off, pages that
//! are about something else. A real policy that merely mentions passwords, cookies or JavaScript is never called a gap:
//! the verdict needs little text and several signs. A wall of a kind that is not known here is taken for a document.

mod phrases;

use crate::document::{Document, Kind, Region, Role};
use crate::observation::Why;
use phrases::Phrases;

/// Whether a page can count as the document that was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// It can.
    #[default]
    Readable,
    /// It cannot.
    Gap {
        /// `refused` for bot walls and login pages, `empty` for soft 404s, script-only pages, bare consent walls and
        /// pages about something else, `malformed` for half-loaded pages.
        why: Why,
        /// What it looks like, in one line for a person.
        detail: String,
    },
}

impl Verdict {
    fn gap(why: Why, detail: impl Into<String>) -> Self {
        Self::Gap { why, detail: detail.into() }
    }
}

/// With this many words of text a page is no wall, no error page and no empty shell.
const ENOUGH: usize = 250;

/// What the markup tells beside the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Markup<'a> {
    pub(super) html: &'a str,
    pub(super) scripts: u32,
    pub(super) password_fields: u32,
    pub(super) fields: u32,
    pub(super) skeletons: u32,
    /// `<html>` and `<body>` were opened and not closed.
    pub(super) is_open: bool,
    /// The page ended within a script, or with boxes open.
    pub(super) cut_in_script: bool,
    pub(super) open_boxes: u32,
    /// Bytes of prose that the markup hides and nothing on the page opens.
    pub(super) unseen: u32,
}

/// Judges a page by its text and, where it has some, its markup.
pub(super) fn judge(document: &Document, markup: Option<&Markup>, kind: Option<Kind>) -> Verdict {
    let words = words(document, Region::Main, ENOUGH);
    if let Some(markup) = markup {
        if let Some(verdict) = breaks_off(document, markup) {
            return verdict;
        }
        if words < ENOUGH {
            let seen = Seen::of(document, markup, words);
            let verdict = seen
                .bot_wall()
                .or_else(|| seen.soft_404())
                .or_else(|| seen.login())
                .or_else(|| seen.shell())
                .or_else(|| seen.hidden());
            if let Some(verdict) = verdict {
                return verdict;
            }
        }
    }
    if words == 0 {
        return Verdict::gap(Why::Empty, "no text");
    }
    match kind.and_then(|kind| phrases::is_about(document, kind)) {
        Some(false) => {
            Verdict::gap(Why::Empty, "a page about something else: no word of what such a document is about")
        }
        Some(true) | None => Verdict::Readable,
    }
}

/// The words of a region, counted up to a limit.
fn words(document: &Document, region: Region, limit: usize) -> usize {
    let mut count = 0;
    for block in document.blocks.iter().filter(|block| block.region == region) {
        count += document.text[block.span.clone()].split_whitespace().take(limit).count();
        if count >= limit {
            break;
        }
    }
    count
}

/// A page that was cut: the end tags are missing and the text stops in the middle of something.
fn breaks_off(document: &Document, markup: &Markup) -> Option<Verdict> {
    if !markup.is_open {
        return None;
    }
    let cut_in_tag = markup.html.rfind('<') > markup.html.rfind('>');
    let last = document.blocks.last();
    let stops = last.is_some_and(|block| {
        let text = &document.text[block.span.clone()];
        let is_running = matches!(block.role, Role::Paragraph | Role::Item(_) | Role::Definition | Role::Row);
        let ends_open = text.ends_with(|end: char| end.is_alphanumeric() || matches!(end, ',' | '-' | '–' | '('));
        block.region == Region::Main && is_running && ends_open && text.split_whitespace().count() > 5
    });
    if cut_in_tag || markup.cut_in_script || (stops && markup.open_boxes > 0) {
        let place = last.map_or("", |block| tail(&document.text[block.span.clone()]));
        return Some(Verdict::gap(Why::Malformed, format!("the page breaks off after “{place}”")));
    }
    None
}

/// The last words of a text.
fn tail(text: &str) -> &str {
    let start = text.len().saturating_sub(60);
    let cut = text.get(text.ceil_char_boundary(start)..).unwrap_or(text);
    if start == 0 { cut } else { cut.split_once(' ').map_or(cut, |(_, rest)| rest) }
}

/// A page with little text, looked at closely.
struct Seen<'a> {
    markup: &'a Markup<'a>,
    /// Words of the text itself.
    words: usize,
    banner_words: usize,
    /// Title and headings, in lower case.
    titles: Vec<String>,
    /// All that is read on it, with what it says where no scripts run, in lower case.
    all: String,
}

impl<'a> Seen<'a> {
    fn of(document: &Document, markup: &'a Markup<'a>, words_in_main: usize) -> Self {
        let title = document.title.iter().map(|title| title.to_lowercase());
        let headings = document.blocks.iter().enumerate().filter(|(index, block)| {
            block.region == Region::Main && (matches!(block.role, Role::Heading(_)) || *index == 0)
        });
        let headings = headings.take(2).map(|(_, block)| document.text[block.span.clone()].to_lowercase());
        let mut all = document.text.to_lowercase();
        all.push('\n');
        all.push_str(&phrases::noscript(markup.html));
        Self {
            markup,
            words: words_in_main,
            banner_words: words(document, Region::Banner, ENOUGH),
            titles: title.chain(headings).collect(),
            all,
        }
    }

    fn titled(&self, phrases: &Phrases) -> bool {
        self.titles.iter().any(|title| title.len() < 200 && phrases.found(title) > 0)
    }

    fn bot_wall(&self) -> Option<Verdict> {
        let maker = phrases::wall_maker(self.markup.html);
        let marks = match maker {
            Some((_, true)) => 3,
            Some((_, false)) => 1,
            None => 0,
        };
        if marks < 3 && self.words >= 120 {
            return None;
        }
        let said = phrases::WALL.found(&self.all).min(2);
        let titled = usize::from(self.titled(&phrases::WALL)) * 2;
        let score = marks + said + titled + usize::from(self.words < 60) + usize::from(self.words < 10 && marks > 0);
        (score > 2).then(|| {
            let maker = maker.map_or_else(String::new, |(maker, _)| format!(" ({maker})"));
            Verdict::gap(Why::Refused, format!("a bot wall{maker} instead of the document"))
        })
    }

    fn login(&self) -> Option<Verdict> {
        let asks = self.titled(&phrases::LOGIN) || phrases::MUST_LOG_IN.found(&self.all) > 0;
        let is_form = self.markup.password_fields > 0 || (self.markup.fields > 0 && asks);
        let is_login = is_form && (self.words < 80 || asks && self.words < 150);
        is_login.then(|| Verdict::gap(Why::Refused, "a login page instead of the document"))
    }

    fn soft_404(&self) -> Option<Verdict> {
        let title = self.titles.iter().find(|title| title.len() < 200 && phrases::NOT_FOUND.found(title) > 0)?;
        (self.words < 200).then(|| Verdict::gap(Why::Empty, format!("an error page: “{title}”")))
    }

    /// Pages whose text waits for a script that shows it.
    fn hidden(&self) -> Option<Verdict> {
        let unseen = self.markup.unseen as usize;
        // A word has some six bytes; what is hidden has to be a text of its own and more than what is seen.
        (unseen > 1500 && unseen > self.words * 12)
            .then(|| Verdict::gap(Why::Empty, "a page that hides most of its text until scripts show it"))
    }

    /// Pages without a text of their own: consent walls, placeholders, roots that a script fills.
    fn shell(&self) -> Option<Verdict> {
        if self.words >= 60 {
            return None;
        }
        if self.banner_words >= 30 {
            return Some(Verdict::gap(Why::Empty, "a consent wall and no text behind it"));
        }
        if self.markup.skeletons > 2 || phrases::LOADING.found(&self.all) > 0 && self.words < 20 {
            return Some(Verdict::gap(Why::Malformed, "a page that was still loading: placeholders instead of text"));
        }
        let needs_script = phrases::NEEDS_SCRIPT.found(&self.all) > 0;
        let signs = usize::from(self.markup.scripts > 0)
            + usize::from(phrases::has_app_root(self.markup.html))
            + usize::from(needs_script) * 2
            + usize::from(self.words < 10);
        (signs > 2).then(|| Verdict::gap(Why::Empty, "a page that scripts fill: no text without them"))
    }
}

#[cfg(test)]
mod tests;
