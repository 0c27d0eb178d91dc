//! Hyphens at the ends of lines: of the word, or only of the line?
//!
//! The document itself is asked first: a word that it writes elsewhere is joined as it is written there. Then it counts
//! how common such hyphens are in the document: printers' programs break many words, browsers none.

use super::line::Line;
use std::collections::BTreeSet;

/// First parts of words that are written with a hyphen.
const FIRST: &[&str] = &[
    "anti", "audio", "auto", "check", "ci", "client", "co", "cookie", "cross", "e", "email", "end", "est", "ex",
    "first", "follow", "full", "high", "in", "inter", "k", "là", "log", "long", "mail", "multi", "non", "on", "one",
    "opt", "peut", "pop", "post", "pre", "pro", "real", "rendez", "right", "self", "semi", "server", "short", "sign",
    "so", "soi", "sous", "sub", "third", "time", "two", "up", "user", "vice", "video", "vous", "web", "well", "wi",
    "x",
];
/// What stands after a hyphen that ends a word: "Vor- und Nachname".
const AND: &[&str] = &["und", "oder", "bzw", "sowie", "and", "or", "et", "ou", "to", "bis"];

/// How the document writes its words.
pub(super) struct Hyphens {
    words: BTreeSet<String>,
    are_common: bool,
}

impl Hyphens {
    /// Looks at the whole document.
    pub(super) fn of(lines: &[Line]) -> Self {
        let mut words = BTreeSet::new();
        let mut broken = 0;
        for (at, line) in lines.iter().enumerate() {
            let is_broken =
                breaks(&line.text) && lines.get(at + 1).is_some_and(|next| next.text.starts_with(char::is_lowercase));
            broken += usize::from(is_broken);
            let mut parts = line.text.split(' ').map(bare).peekable();
            while let Some(word) = parts.next() {
                let is_cut = parts.peek().is_none() && breaks(&line.text);
                if word.len() > 3 && !is_cut && words.len() < 200_000 {
                    words.insert(word.to_lowercase());
                }
            }
        }
        Self { words, are_common: broken > 4 && broken * 40 > lines.len() }
    }

    /// What is left of a line before the next one, and whether that follows without a space.
    pub(super) fn join<'t>(&self, line: &'t str, next: &str) -> (&'t str, bool) {
        if let Some(before) = line.strip_suffix('\u{ad}') {
            return (before, true);
        }
        let Some(before) = line.strip_suffix(['-', '‐']).filter(|_| breaks(line)) else { return (line, false) };
        let first = bare(before.rsplit(' ').next().unwrap_or(before));
        let second = bare(next.split(' ').next().unwrap_or(next));
        if AND.contains(&second.to_lowercase().as_str()) {
            return (line, false);
        }
        if !second.starts_with(char::is_lowercase) {
            return (line, true);
        }
        let (first, second) = (first.to_lowercase(), second.to_lowercase());
        let has = |word: String| self.words.contains(&word);
        let keeps = if has(format!("{first}-{second}")) {
            true
        } else if has(format!("{first}{second}")) {
            false
        } else {
            let last = first.rsplit('-').next().unwrap_or(&first);
            FIRST.contains(&last) || !self.are_common
        };
        if keeps { (line, true) } else { (before, true) }
    }
}

/// Whether a line ends with a hyphen after a letter.
fn breaks(line: &str) -> bool {
    line.strip_suffix(['-', '‐', '\u{ad}']).is_some_and(|before| before.ends_with(char::is_alphabetic))
}

/// A word without its marks.
fn bare(word: &str) -> &str {
    word.trim_matches(|letter: char| !letter.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(first: &str, second: &str, rest: &[&str]) -> String {
        let texts = [first, second].into_iter().chain(rest.iter().copied());
        let lines: Vec<Line> = texts.map(|text| Line { text: text.to_owned(), ..Line::default() }).collect();
        let hyphens = Hyphens::of(&lines);
        let (line, joins) = hyphens.join(first, second);
        format!("{line}{}{second}", if joins { "" } else { " " })
    }

    #[test]
    fn hyphens() {
        let common =
            ["we pro-", "cess the in-", "formation that peo-", "ple hand to our com-", "pany for the ser-", "vice"];
        assert_eq!(joined("your rights as the own-", "er of data", &common), "your rights as the owner of data");
        assert_eq!(joined("by the third-", "party firm", &common), "by the third-party firm");
        assert_eq!(joined("with his opt-", "out link", &["an opt-out cookie"]), "with his opt-out link");
        assert_eq!(joined("der Daten-", "schutz ist", &["vom Datenschutz"]), "der Datenschutz ist");
        assert_eq!(joined("den Vor-", "und Nachnamen", &common), "den Vor- und Nachnamen");
        assert_eq!(joined("die IP-", "Adresse", &common), "die IP-Adresse");
        assert_eq!(joined("a state-", "of mind", &[]), "a state-of mind");
        assert_eq!(joined("we keep –", "as said", &[]), "we keep – as said");
        assert_eq!(joined("soft\u{ad}", "ware", &[]), "software");
    }
}
