//! TOML as people write it: whole files and the `+++` heads of Markdown documents, read so that every complaint names
//! file, line and column and says what was expected.
//!
//! It knows the shapes of TOML, not what any key means. Values are taken out of a [`Table`] by name; a key that nobody
//! knows is an error before anything else is looked at, so that a misspelt key is never told as a missing one.

mod table;

pub use table::{Node, Table};

use std::ops::Range;

/// What is wrong in a file that a person wrote, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {what}{}{expected}", if expected.is_empty() { "" } else { "; expected " })]
pub struct RuleError {
    /// The file, as the caller named it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What should stand there; may be empty where `what` says it.
    pub expected: String,
    /// The line as it stands, and below it a mark under the words that are meant.
    pub excerpt: String,
}

/// A part of a file that is TOML: the whole of it, its head, or a fenced block.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    file: &'a str,
    whole: &'a str,
    offset: usize,
    toml: &'a str,
}

impl<'a> Source<'a> {
    /// A file that is TOML from the first to the last byte.
    pub fn whole(file: &'a str, text: &'a str) -> Self {
        Self { file, whole: text, offset: 0, toml: text }
    }

    /// A part of a file. The range must lie on character borders of the text; else the part is empty.
    pub fn part(file: &'a str, text: &'a str, range: Range<usize>) -> Self {
        Self { file, whole: text, offset: range.start, toml: text.get(range).unwrap_or_default() }
    }

    /// The head of a Markdown document, between a first line `+++` and the next line `+++`, and the range of the body
    /// behind it.
    ///
    /// # Errors
    /// The first line is not `+++`, or no second one follows.
    pub fn head(file: &'a str, text: &'a str) -> Result<(Self, Range<usize>), RuleError> {
        let at = |offset: usize, what: &str, expected: &str| {
            Self::whole(file, text).error(offset..offset, what.to_owned(), expected.to_owned())
        };
        let mut lines = text.split_inclusive('\n');
        let first = lines.next().unwrap_or_default();
        if first.trim_end() != "+++" {
            return Err(at(0, "the file has no head", "a first line `+++`, then TOML, then a line `+++`"));
        }
        let start = first.len();
        let mut end = start;
        for line in lines {
            if line.trim_end() == "+++" {
                return Ok((Self::part(file, text, start..end), end + line.len()..text.len()));
            }
            end += line.len();
        }
        Err(at(0, "the head is not closed", "a line `+++` after the TOML"))
    }

    /// The file's name, as the caller gave it.
    pub fn file(&self) -> &'a str {
        self.file
    }

    /// Reads the TOML.
    ///
    /// # Errors
    /// It is no TOML, has a key twice, or a key that is not among `known`.
    pub fn table(self, known: &'static [&'static str]) -> Result<Table<'a>, RuleError> {
        let parsed = toml::de::DeTable::parse(self.toml).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            match error.message().split_once(", expected ") {
                Some((what, expected)) => self.error(span, what.to_owned(), expected.to_owned()),
                None => self.error(span, error.message().to_owned(), String::new()),
            }
        })?;
        Table::new(self, parsed.into_inner(), 0..0, known)
    }

    /// A complaint about a range of the TOML, in bytes.
    pub fn error(&self, span: Range<usize>, what: String, expected: String) -> RuleError {
        let start = floor(self.whole, self.offset + span.start);
        let end = floor(self.whole, self.offset + span.end).max(start);
        let line_start = self.whole[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = self.whole[start..].find('\n').map_or(self.whole.len(), |newline| start + newline);
        let line = self.whole[..start].bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = self.whole[line_start..start].chars().count() + 1;
        let width = self.whole[start..end.min(line_end)].chars().count().max(1);
        let margin = line.to_string().len();
        let content = self.whole[line_start..line_end].trim_end().replace('\t', " ");
        let excerpt = format!(
            "{line} | {content}\n{:margin$} | {:indent$}{}",
            "",
            "",
            "^".repeat(width.min(content.chars().count().saturating_sub(column - 1)).max(1)),
            indent = column - 1,
        );
        RuleError { file: self.file.to_owned(), line, column, what, expected, excerpt }
    }
}

/// The nearest character border at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The known name that a misspelt one probably means: at most two letters off, or the same but for case and separators.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', ' ', '.'], "-");
    let name = plain(name);
    known
        .into_iter()
        .map(|candidate| (distance(&name, &plain(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= 2 && *distance < candidate.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance in characters; names longer than 64 are far from everything.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > 64 || b.len() > 64 {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, right) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(left != *right)).min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row[b.len()]
}

/// A list of names as a sentence shows them: `a`, `b`, `c`.
pub(crate) fn list<'k>(names: impl IntoIterator<Item = &'k str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_head_keeps_the_places_of_its_file() {
        let text = "+++\nid = \"a\"\nodd = 1\n+++\nBody\n";
        let (head, body) = Source::head("a.md", text).unwrap();
        assert_eq!(&text[body], "Body\n");
        let error = head.table(&["id"]).unwrap_err();
        assert_eq!(error.to_string(), "a.md:3:1: unknown key `odd`; expected one of `id`");
        assert_eq!(error.excerpt, "3 | odd = 1\n  | ^^^");
    }

    #[test]
    fn a_head_must_open_and_close() {
        let text = |text| Source::head("a.md", text).unwrap_err().to_string();
        insta::assert_snapshot!(text("# A\n"), @"a.md:1:1: the file has no head; expected a first line `+++`, then TOML, then a line `+++`");
        insta::assert_snapshot!(text(""), @"a.md:1:1: the file has no head; expected a first line `+++`, then TOML, then a line `+++`");
        insta::assert_snapshot!(text("+++\nid = 1\n"), @"a.md:1:1: the head is not closed; expected a line `+++` after the TOML");
    }

    #[test]
    fn broken_toml_is_told_with_its_place() {
        let text = |text| Source::whole("a.toml", text).table(&["id"]).unwrap_err().to_string();
        insta::assert_snapshot!(text("id = \"a\"\nid = \"b\"\n"), @"a.toml:2:1: duplicate key");
        insta::assert_snapshot!(text("id = \n"), @"a.toml:1:6: string values must be quoted; expected literal string");
        insta::assert_snapshot!(text("id = \"é\" x\n"), @"a.toml:1:10: unexpected key or value; expected newline, `#`");
        insta::assert_snapshot!(text("idd = 1\n"), @"a.toml:1:1: unknown key `idd`; expected one of `id`: did you mean `id`?");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}|[\\x00-\\x7f]{0,80}") {
            for source in [Some(Source::whole("a", &text)), Source::head("a", &text).ok().map(|(head, _)| head)] {
                if let Some(Err(error)) = source.map(|source| source.table(&["id"])) {
                    prop_assert!(error.line >= 1 && error.column >= 1);
                }
            }
        }
    }
}
