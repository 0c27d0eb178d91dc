//! What else belongs to a document by what its page shows or says: frames and objects, the file behind "download our privacy
//! policy", the notices that it says it must be read with.
//!
//! It reads no other page: whether one of these can be had is found out by who walks. Phrases are a list of usage, in three
//! languages; a page that says it in other words is taken for the whole.

mod phrases;

use super::links;
use super::sites::{self, Sites};
use super::words::{self, Goal};
use phrases::{ANNEXES, BINDING, DOWNLOADS, FILLING, JOINING, NAMES, OPENING, POINTING, TO_COME, WIDGETS};
use probity_rules::document::{Document, Kind, Region, Role};
use probity_rules::text::{Embedded, Lead, Link, Page, What};
use serde::{Deserialize, Serialize};
use url::Url;

/// A page with fewer words of its own may be the door to a text that stands elsewhere. Of 613 ordinary policies a twentieth is
/// as short.
pub(super) const SLIGHT: u64 = 400;

/// Links of a page that are looked at.
const LINKS: usize = 2_000;
/// Bytes around a link in a long paragraph that tell what it is for.
const AROUND: usize = 240;
/// How many blocks a card has: a heading, and some words under it.
const CARD: usize = 4;
/// How much of what leads to cards is looked at, in bytes.
const LED: usize = 1_000;
/// The longest text that stands there until another one comes, and the longest name of a button, in bytes.
const HOLDER: usize = 60;

/// How a part belongs to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Bond {
    /// It is shown within the page.
    Shown,
    /// A box of the page is filled from it.
    Filled,
    /// The page links it as what the page itself is called, or as a file.
    Linked,
    /// The page says that it is a part, or to be read with it.
    Said,
}

/// Another page or file that may belong to a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) url: String,
    pub(super) bond: Bond,
    /// What its link, title or address calls it.
    pub(super) goals: Vec<Goal>,
    /// Whether it stands at the provider's own sites.
    pub(super) own: bool,
    /// Whether it is a file to be downloaded.
    pub(super) file: bool,
}

/// What belongs to a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Belongings {
    pub(super) parts: Vec<Part>,
    /// What shows that text is missing which has no address.
    pub(super) open: Option<String>,
    /// What makes it likely where the page itself says next to nothing.
    pub(super) sign: Option<String>,
    /// The text of another site that it leads to.
    pub(super) lent: Option<String>,
}

/// Looks for what belongs to a page of so many words.
pub(super) fn of(page: &Page, here: &str, sites: &Sites, words: u64) -> Belongings {
    let mut found = Belongings::default();
    for frame in &page.meta.embedded {
        match &frame.url {
            // What may fill a box of a long text is rather something beside it.
            Some(_) if frame.is_box && words >= SLIGHT => {}
            Some(url) => found.shown(frame, url, here, sites),
            None if frame.region == Region::Main && !frame.is_box => {
                found.open.get_or_insert_with(|| "a frame that only a script gives its text".to_owned());
            }
            None => {}
        }
    }
    if let Some(name) = &page.meta.vacant {
        found.open.get_or_insert_with(|| format!("an empty box that only a script fills (“{name}”)"));
    }
    let text = whole(&page.document);
    let binds = says(&text, BINDING) || says(&text, ANNEXES) && !holds_annex(&page.document);
    found.linked(page, here, sites, words < SLIGHT, binds);
    if words < SLIGHT {
        found.led(page, here, sites);
    }
    if words < SLIGHT && found.parts.is_empty() {
        if binds {
            found.open.get_or_insert_with(|| "it says that others belong to it, and links none".to_owned());
        } else if says(&text, POINTING) {
            found.open.get_or_insert_with(|| "it speaks of a text that it neither shows nor links".to_owned());
        }
    }
    found
}

impl Belongings {
    fn add(&mut self, part: Part, here: &str) {
        if !is_same(&part.url, here) && !self.parts.iter().any(|other| is_same(&other.url, &part.url)) {
            self.parts.push(part);
        }
    }

    fn shown(&mut self, frame: &Embedded, url: &str, here: &str, sites: &Sites) {
        let lower = url.to_ascii_lowercase();
        if frame.region == Region::Banner || WIDGETS.iter().any(|widget| lower.contains(widget)) {
            return;
        }
        let url = within(url).unwrap_or_else(|| url.to_owned());
        let mut goals = links::named_in_path(&url);
        goals.extend(words::hits(&words::fold(&frame.label)).into_iter().map(|hit| hit.goal));
        let (own, file) = (sites.own(&url), is_file(&url));
        let bond = if frame.is_box { Bond::Filled } else { Bond::Shown };
        self.add(Part { url, bond, goals, own, file }, here);
    }

    /// What stands on a page with little text and may open or hold the text itself.
    fn led(&mut self, page: &Page, here: &str, sites: &Sites) {
        let blocks = page.document.blocks.iter().filter(|block| block.region == Region::Main);
        let texts = || blocks.clone().filter_map(|block| page.document.text.get(block.span.clone()));
        let waits =
            |text: &str| text.len() <= HOLDER && TO_COME.iter().any(|start| words::fold(text).starts_with(start));
        if let Some(text) = texts().find(|text| waits(text)) {
            self.open.get_or_insert_with(|| format!("a text that is still to come (“{}”)", text.trim()));
        }
        for lead in &page.meta.leads {
            self.lead(lead);
        }
        // A page that says next to nothing and names another's policy leans on that.
        let lent = page.links.iter().take(LINKS).find(|link| {
            let foreign =
                link.url.as_deref().filter(|url| !sites.own(url) && !links::is_of_other_language(link, url, page));
            link.region == Region::Main
                && foreign.is_some_and(|url| {
                    links::goals(link, url, page.document.language, sites).contains(&Goal::Kind(Kind::PrivacyPolicy))
                })
        });
        self.lent = lent.map(|link| format!("it leads to the “{}” of another site", link.text.trim()));
        let alone = |link: &&Link| {
            link.region == Region::Main
                && texts().any(|text| text.len() <= link.text.len() + 20 && text.contains(&link.text))
        };
        let opening = page.links.iter().take(LINKS).filter(|link| opens(&words::fold(&link.text)));
        let opening: Vec<&Link> = opening.filter(alone).collect();
        for link in &opening {
            let name = link.text.trim();
            match link.url.as_deref() {
                Some(url) if !is_same(url, here) && sites.own(url) => {
                    // Teasers of other pages are many, the rest of a text is one.
                    let is_only = opening.iter().all(|other| other.url == link.url);
                    if is_only {
                        let file = is_file(url);
                        self.add(
                            Part { url: url.to_owned(), bond: Bond::Said, goals: Vec::new(), own: true, file },
                            here,
                        );
                    }
                }
                Some(url) if !is_same(url, here) => {
                    let host = sites::host(url).unwrap_or_default();
                    let say =
                        || format!("its link “{name}” leads to {host}: declare that text if it is the provider's");
                    if opening.len() <= 2 && !self.parts.iter().any(|part| is_same(&part.url, url)) {
                        self.open.get_or_insert_with(say);
                    }
                }
                _ if is_script(&link.written) => {
                    self.open.get_or_insert_with(|| format!("a click on “{name}” shows more"));
                }
                _ => {}
            }
        }
    }

    fn lead(&mut self, lead: &Lead) {
        let folded = words::fold(&lead.label);
        let names_policy = || words::hits(&folded).iter().any(|hit| hit.goal == Goal::Kind(Kind::PrivacyPolicy));
        let is_main = lead.region == Region::Main || lead.what == What::Button && lead.region == Region::Navigation;
        match lead.what {
            What::Button if is_main && opens(&folded) => {
                self.open.get_or_insert_with(|| format!("a button “{}” that shows more", lead.label));
            }
            What::Button if is_main && folded.len() <= HOLDER && names_policy() => {
                self.sign.get_or_insert_with(|| format!("a button “{}”", lead.label));
            }
            What::Waiting if is_main => {
                self.open.get_or_insert_with(|| "a box whose text is still to come".to_owned());
            }
            What::Surface if is_main => {
                self.sign.get_or_insert_with(|| format!("a surface that shows pictures (“{}”)", lead.label));
            }
            What::Picture if is_main && (names_policy() || says(&folded, NAMES)) => {
                self.sign.get_or_insert_with(|| format!("a picture (“{}”)", lead.label));
            }
            What::Script if names_text(&folded) => {
                self.sign.get_or_insert_with(|| format!("a script for it ({})", lead.label));
            }
            _ => {}
        }
    }

    fn linked(&mut self, page: &Page, here: &str, sites: &Sites, slight: bool, binds: bool) {
        if !slight && !binds {
            return;
        }
        let versions = links::versions(page, here, sites);
        let mut blocks = Blocks { document: &page.document, at: 0, last: None };
        for link in page.links.iter().take(LINKS) {
            if !matches!(link.region, Region::Main | Region::Navigation) {
                continue;
            }
            let Some(url) = link.url.as_deref() else { continue };
            let context = blocks.context(link);
            let text = words::fold(&link.text);
            let elsewhere = words::otherwise(&text) || versions.iter().any(|(_, version)| version == url);
            if elsewhere || is_same(url, here) || links::is_of_other_language(link, url, page) {
                continue;
            }
            let own = sites.own(url);
            let file = is_file(url);
            let goals = links::goals(link, url, page.document.language, sites);
            let said = context.as_ref().is_some_and(|context| {
                says(context, BINDING) || says(context, ANNEXES) || slight && own && says(context, JOINING)
            });
            let calls_itself = !goals.is_empty() || says(&text, NAMES) || is_numbered(&text);
            let downloads = file && (own || !goals.is_empty() || says(&text, DOWNLOADS));
            let bond = if said && calls_itself || said && slight && own && !file {
                Bond::Said
            } else if slight && link.region == Region::Main && (downloads || own && !goals.is_empty()) {
                Bond::Linked
            } else if slight && own && is_numbered(&text) {
                Bond::Said
            } else {
                continue;
            };
            self.add(Part { url: url.to_owned(), bond, goals, own, file }, here);
        }
    }
}

/// The blocks of a page, gone through once beside its links.
struct Blocks<'a> {
    document: &'a Document,
    at: usize,
    /// The last link that stood alone: its block, and what led to it.
    last: Option<(usize, String)>,
}

impl Blocks<'_> {
    fn text(&self, at: usize) -> &str {
        self.document.blocks.get(at).and_then(|block| self.document.text.get(block.span.clone())).unwrap_or_default()
    }

    /// What is said around a link: its sentence or paragraph, and before a list or table what leads to it.
    fn context(&mut self, link: &Link) -> Option<String> {
        if link.text.trim().is_empty() {
            return None;
        }
        let blocks = &self.document.blocks;
        let found = (self.at..blocks.len()).find(|at| self.text(*at).contains(link.text.as_str()))?;
        self.at = found;
        let text = self.text(found);
        let place = text.find(link.text.as_str()).unwrap_or_default();
        let from = text.floor_char_boundary(place.saturating_sub(AROUND));
        let to = text.ceil_char_boundary((place + link.text.len() + AROUND).min(text.len()));
        let mut around = words::fold(&text[from..to]);
        let is_listed = |role| matches!(role, Role::Item(_) | Role::Row | Role::Term | Role::Definition);
        let is_alone = text.len() <= link.text.len() + 60;
        if is_listed(blocks[found].role) || is_alone {
            let before = (0..found).rev().find(|at| !is_listed(blocks[*at].role) && blocks[*at].region == Region::Main);
            let mut led = before.map(|before| words::fold(self.text(before))).unwrap_or_default();
            // Cards stand side by side: what leads to the first leads to all.
            if let Some((last, lead)) = self.last.take().filter(|(last, _)| found - last <= CARD) {
                if last < found && blocks[last].role == blocks[found].role {
                    led = format!("{lead} {led}");
                } else if last == found {
                    led = lead;
                }
            }
            led.truncate(led.floor_char_boundary(LED));
            around.push(' ');
            around.push_str(&led);
            self.last = Some((found, led));
        }
        Some(around)
    }
}

/// The text of a page, folded, up to what a page that only leads on has.
fn whole(document: &Document) -> String {
    let main = document.blocks.iter().filter(|block| block.region == Region::Main);
    let mut text = String::new();
    for block in main {
        text.push_str(document.text.get(block.span.clone()).unwrap_or_default());
        text.push('\n');
    }
    words::fold(&text)
}

/// Whether a heading says that an annex begins there: then it is no further text that the page only names.
fn holds_annex(document: &Document) -> bool {
    let headings = document.blocks.iter().filter(|block| matches!(block.role, Role::Heading(_)));
    headings.filter_map(|block| document.text.get(block.span.clone())).any(|text| {
        let folded = words::fold(text);
        folded.split(' ').next().is_some_and(|first| ANNEXES.contains(&first))
    })
}

/// Whether one of the phrases stands in a folded text, at the limits of words.
fn says(folded: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        folded.match_indices(phrase).any(|(at, _)| {
            let bytes = folded.as_bytes();
            let end = at + phrase.len();
            (at == 0 || bytes[at - 1] == b' ') && (end == bytes.len() || bytes[end] == b' ')
        })
    })
}

/// Whether a folded text says that more is to be opened and nothing else: `read more`, `show the full privacy policy`.
fn opens(folded: &str) -> bool {
    let mut words = folded.split(' ').filter(|word| !word.is_empty());
    let is_opening = words.clone().any(|word| OPENING.contains(&word));
    is_opening && words.all(|word| OPENING.contains(&word) || FILLING.contains(&word))
}

/// Whether the file of a script is called as a text is, and not as what asks for consent.
fn names_text(folded: &str) -> bool {
    let name = folded.strip_suffix(" js").unwrap_or(folded);
    let is_other = ["banner", "consent", "cookie", "cookies", "gdpr"].iter().any(|word| says(name, &[word]));
    !is_other && (says(name, &["policy", "datenschutz"]) || words::hits(name).iter().any(|hit| hit.whole))
}

/// Whether a link leads nowhere without a script.
fn is_script(written: &str) -> bool {
    let written = written.trim();
    matches!(written, "" | "#" | "#!" | "#/") || written.to_ascii_lowercase().starts_with("javascript:")
}

/// `Part 2`, `Teil B`, `Annexe III`.
fn is_numbered(folded: &str) -> bool {
    let mut parts = folded.split(' ');
    let word = parts.next().is_some_and(|word| {
        ANNEXES.contains(&word) || ["part", "teil", "partie", "schedule", "section"].contains(&word)
    });
    let number = |text: &str| {
        text.len() <= 4
            && (text.bytes().all(|one| one.is_ascii_digit()) || text.bytes().all(|one| b"ivxabcd".contains(&one)))
    };
    word && parts.next().is_some_and(number)
}

/// Whether an address is that of a file to be read in another program.
fn is_file(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let end = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, end)| end.to_ascii_lowercase());
    end.is_some_and(|end| ["pdf", "doc", "docx", "odt", "rtf", "txt", "md"].contains(&end.as_str()))
}

/// The file that a viewer shows: `viewer.html?file=/policy.pdf`.
fn within(url: &str) -> Option<String> {
    let viewer = Url::parse(url).ok()?;
    let names = ["file", "url", "src", "doc", "pdf", "document"];
    let (_, shown) = viewer.query_pairs().find(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()))?;
    let shown = viewer.join(&shown).ok().filter(|shown| matches!(shown.scheme(), "http" | "https"))?;
    (is_file(shown.as_str()) || shown.host() != viewer.host()).then(|| shown.into())
}

/// Whether two addresses are one page, as far as addresses tell.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let plain = |url: &str| {
        let url = url.split('#').next().unwrap_or_default();
        let url = url.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
        url.trim_end_matches('/').to_owned()
    };
    one == other || plain(one) == plain(other) && sites::host(one).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn viewers_show_what_stands_in_their_address() {
        let inner = |url: &str| within(url);
        assert_eq!(
            inner("https://a.example/pdfjs/viewer.html?file=/p/policy.pdf").as_deref(),
            Some("https://a.example/p/policy.pdf")
        );
        assert_eq!(
            inner("https://docs.example/gview?embedded=true&url=https%3A%2F%2Fa.example%2Fp").as_deref(),
            Some("https://a.example/p")
        );
        assert_eq!(inner("https://a.example/policy?src=menu"), None);
    }

    #[test]
    fn what_opens_says_nothing_else() {
        for text in ["read more", "show full policy", "weiterlesen", "lire la suite", "open the privacy notice here"] {
            assert!(opens(text), "{text}");
        }
        for text in ["", "privacy policy", "read about cookies", "read more news", "continue with facebook"] {
            assert!(!opens(text), "{text}");
        }
        assert!(names_text("policy js") && names_text("privacy policy js") && !names_text("cookie policy js"));
        assert!(!names_text("app js"));
    }

    #[test]
    fn phrases_stand_at_the_limits_of_words() {
        assert!(says("it consists of two parts", BINDING));
        assert!(!says("it inconsists of nothing", BINDING));
        assert!(
            is_numbered("part 2")
                && is_numbered("annexe iii")
                && !is_numbered("part of it")
                && !is_numbered("partners 2")
        );
        assert!(
            is_same("https://www.a.example/p/", "http://a.example/p")
                && !is_same("https://a.example/p", "https://a.example/q")
        );
    }
}
