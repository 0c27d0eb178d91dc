//! A table of TOML and its values, taken out one by one with their types checked.

use super::{RuleError, Source, list, nearest};
use jiff::civil::Date;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A table of which every key is known by name.
#[derive(Debug)]
pub struct Table<'a> {
    source: Source<'a>,
    entries: DeTable<'a>,
    span: Range<usize>,
}

impl<'a> Table<'a> {
    pub(super) fn new(
        source: Source<'a>,
        entries: DeTable<'a>,
        span: Range<usize>,
        known: &'static [&'static str],
    ) -> Result<Self, RuleError> {
        let unknown = entries.keys().filter(|key| !known.contains(&key.get_ref().as_ref()));
        if let Some(key) = unknown.min_by_key(|key| key.span().start) {
            let hint = nearest(key.get_ref(), known.iter().copied());
            let hint = hint.map(|name| format!(": did you mean `{name}`?")).unwrap_or_default();
            let what = format!("unknown key `{}`", key.get_ref().escape_debug());
            return Err(source.error(key.span(), what, format!("one of {}{hint}", list(known.iter().copied()))));
        }
        Ok(Self { source, entries, span })
    }

    /// Takes a value out, if it is there.
    pub fn take(&mut self, key: &'static str) -> Option<Node<'a>> {
        let (found, value) = self.entries.remove_entry(key)?;
        let span = value.span();
        Some(Node { source: self.source, name: found.into_inner().into_owned(), span, value: value.into_inner() })
    }

    /// Takes out a value that must be there.
    ///
    /// # Errors
    /// It is missing; `expected` says what should be given.
    pub fn need(&mut self, key: &'static str, expected: &str) -> Result<Node<'a>, RuleError> {
        self.take(key).ok_or_else(|| self.missing(key, expected))
    }

    /// The complaint that a key is missing.
    pub fn missing(&self, key: &str, expected: &str) -> RuleError {
        let span = self.span.start..self.span.start;
        self.source.error(span, format!("missing key `{key}`"), expected.to_owned())
    }

    /// A complaint about the table as a whole.
    pub fn error(&self, what: impl Into<String>, expected: impl Into<String>) -> RuleError {
        self.source.error(self.span.clone(), what.into(), expected.into())
    }

    /// The keys that have not been taken, in the order of the file.
    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<_> = self.entries.keys().map(|key| (key.span().start, key.get_ref().to_string())).collect();
        keys.sort();
        keys.into_iter().map(|(_, key)| key).collect()
    }
}

/// A value with its place.
#[derive(Debug)]
pub struct Node<'a> {
    source: Source<'a>,
    name: String,
    span: Range<usize>,
    value: DeValue<'a>,
}

impl<'a> Node<'a> {
    /// A complaint about this value.
    pub fn error(&self, what: impl Into<String>, expected: impl Into<String>) -> RuleError {
        self.source.error(self.span.clone(), what.into(), expected.into())
    }

    /// The key under which it stands.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        }
    }

    fn wrong(&self, expected: &str) -> RuleError {
        self.error(format!("`{}` is {}", self.name.escape_debug(), self.kind()), expected)
    }

    /// A text as it stands, which may be empty.
    ///
    /// # Errors
    /// It is something else.
    pub fn as_text(&self) -> Result<&str, RuleError> {
        match &self.value {
            DeValue::String(text) => Ok(text),
            _ => Err(self.wrong("a text in quotes")),
        }
    }

    /// A text that says something, without white space around it.
    ///
    /// # Errors
    /// It is something else, or blank.
    pub fn text(&self) -> Result<String, RuleError> {
        match self.as_text()?.trim() {
            "" => Err(self.error(format!("`{}` is empty", self.name), "a text")),
            text => Ok(text.to_owned()),
        }
    }

    /// A name that can become a file or a part of an address: lower-case words joined by hyphens, 64 letters at most.
    ///
    /// # Errors
    /// It is something else.
    pub fn slug(&self) -> Result<String, RuleError> {
        let text = self.text()?;
        let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if text.len() <= 64 && text.split('-').all(|word| !word.is_empty() && word.bytes().all(good)) {
            return Ok(text);
        }
        let what = format!("`{}` cannot be used as `{}`", text.escape_debug(), self.name);
        Err(self.error(what, "lower-case letters and digits, words joined by single hyphens, 64 at most"))
    }

    /// True or false.
    ///
    /// # Errors
    /// It is something else.
    pub fn flag(&self) -> Result<bool, RuleError> {
        match self.value {
            DeValue::Boolean(flag) => Ok(flag),
            _ => Err(self.wrong("true or false")),
        }
    }

    /// A whole number.
    ///
    /// # Errors
    /// It is something else, or does not lie in the range.
    pub fn number(&self, range: std::ops::RangeInclusive<i64>) -> Result<i64, RuleError> {
        let expected = match (*range.start(), *range.end()) {
            (i64::MIN, i64::MAX) => "a whole number".to_owned(),
            (low, i64::MAX) => format!("a whole number from {low}"),
            (low, high) => format!("a whole number from {low} to {high}"),
        };
        match &self.value {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .ok()
                .filter(|number| range.contains(number))
                .ok_or_else(|| self.error(format!("`{}` is out of range", self.name), expected)),
            _ => Err(self.wrong(&expected)),
        }
    }

    /// A day, as `2026-03-01` without quotes.
    ///
    /// # Errors
    /// It is something else, or has a time.
    pub fn date(&self) -> Result<Date, RuleError> {
        const EXPECTED: &str = "a day such as 2026-03-01, without quotes";
        let DeValue::Datetime(stamp) = &self.value else { return Err(self.wrong(EXPECTED)) };
        let (Some(day), None) = (stamp.date, stamp.time) else {
            return Err(self.error(format!("`{}` has a time or no day", self.name), EXPECTED));
        };
        let number = |value: u8| i8::try_from(value).unwrap_or_default();
        i16::try_from(day.year)
            .ok()
            .and_then(|year| Date::new(year, number(day.month), number(day.day)).ok())
            .ok_or_else(|| self.error(format!("`{}` is no day of the calendar", self.name), EXPECTED))
    }

    /// A list.
    ///
    /// # Errors
    /// It is something else.
    pub fn list(self) -> Result<Vec<Node<'a>>, RuleError> {
        let Self { source, name, value, .. } = match self.value {
            DeValue::Array(_) => self,
            _ => return Err(self.wrong("a list in square brackets")),
        };
        let DeValue::Array(items) = value else { return Ok(Vec::new()) };
        Ok(items
            .into_iter()
            .map(|item| Node { source, name: name.clone(), span: item.span(), value: item.into_inner() })
            .collect())
    }

    /// A list of texts, none of them blank.
    ///
    /// # Errors
    /// It is something else.
    pub fn texts(self) -> Result<Vec<String>, RuleError> {
        self.list()?.iter().map(Node::text).collect()
    }

    /// A table of known keys.
    ///
    /// # Errors
    /// It is something else, or has a key that is not among `known`.
    pub fn table(self, known: &'static [&'static str]) -> Result<Table<'a>, RuleError> {
        match self.value {
            DeValue::Table(entries) => Table::new(self.source, entries, self.span, known),
            _ => Err(self.wrong(&format!("a table with {}", list(known.iter().copied())))),
        }
    }

    /// A table whose keys are free, in the order of the file.
    ///
    /// # Errors
    /// It is something else.
    pub fn entries(self) -> Result<Vec<(Node<'a>, Node<'a>)>, RuleError> {
        let DeValue::Table(entries) = self.value else { return Err(self.wrong("a table")) };
        let mut nodes: Vec<_> = entries
            .into_iter()
            .map(|(key, value)| {
                let name = key.get_ref().to_string();
                let span = value.span();
                let value = Node { source: self.source, name: name.clone(), span, value: value.into_inner() };
                let key = Node {
                    source: self.source,
                    name,
                    span: key.span(),
                    value: DeValue::String(key.into_inner().into_owned().into()),
                };
                (key, value)
            })
            .collect();
        nodes.sort_by_key(|(key, _)| key.span.start);
        Ok(nodes)
    }

    /// Whether it is a table.
    pub fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.value, DeValue::Array(_))
    }

    /// A word of a closed list.
    ///
    /// # Errors
    /// It is no text, or a word that is not in the list.
    pub fn word<T: Copy>(&self, what: &str, words: &[(&str, T)]) -> Result<T, RuleError> {
        let text = self.as_text()?;
        words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
            let names = || words.iter().map(|(word, _)| *word);
            let hint = nearest(text, names()).map(|name| format!(": did you mean `{name}`?")).unwrap_or_default();
            let what = format!("unknown {what} `{}`", text.escape_debug());
            self.error(what, format!("one of {}{hint}", list(names())))
        })
    }
}
