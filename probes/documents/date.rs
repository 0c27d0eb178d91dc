//! The date of a version, as a sentence states it: "Last updated: June 5, 2025", "Stand: 12. Mai 2024".
//!
//! A month without a day is its first day. What could be two dates (03/04/2024 in an English text) is none.

use jiff::civil::Date;
use probity_rules::document::Language;

const MONTHS: [&[&str]; 12] = [
    &["january", "januar", "jänner", "janvier", "jan"],
    &["february", "februar", "feber", "février", "fevrier", "feb"],
    &["march", "märz", "maerz", "mars", "mar", "mär"],
    &["april", "avril", "apr"],
    &["may", "mai"],
    &["june", "juni", "juin", "jun"],
    &["july", "juli", "juillet", "jul"],
    &["august", "août", "aout", "aug"],
    &["september", "septembre", "sept", "sep"],
    &["october", "oktober", "octobre", "oct", "okt"],
    &["november", "novembre", "nov"],
    &["december", "dezember", "décembre", "decembre", "dec", "dez"],
];

/// The first date in a sentence, or none.
pub(super) fn find(text: &str, language: Option<Language>) -> Option<Date> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (0..words.len()).find_map(|at| written(&words, at).or_else(|| numbers(&lower, &words, at, language)))
}

/// A date with the name of a month: the day before or after it, or none.
fn written(words: &[&str], at: usize) -> Option<Date> {
    let month = month(words.get(at)?)?;
    let before = at.checked_sub(1).and_then(|before| day(words[before]));
    let after = words.get(at + 1).and_then(|word| day(word));
    let year = |index: usize| words.get(index).and_then(|word| year(word));
    if let (Some(day), Some(year)) = (before, year(at + 1)) {
        return Date::new(year, month, day).ok();
    }
    if let (Some(day), Some(year)) = (after, year(at + 2)) {
        return Date::new(year, month, day).ok();
    }
    Date::new(year(at + 1)?, month, 1).ok()
}

/// A date in numbers: 2024-05-12, 12.05.2024, 12/05/2024.
fn numbers(text: &str, words: &[&str], at: usize, language: Option<Language>) -> Option<Date> {
    let [one, two, three] = words.get(at..at + 3)? else { return None };
    let together = |mark: char| text.contains(&format!("{one}{mark}{two}{mark}{three}"));
    let number = |word: &str| word.parse::<i8>().ok().filter(|number| (1..=31).contains(number));
    if let Some(year) = year(one).filter(|_| together('-') || together('/') || together('.')) {
        return Date::new(year, number(two)?, number(three)?).ok();
    }
    let (first, second, year) = (number(one)?, number(two)?, year(three)?);
    let spaced = text.contains(&format!("{one}. {two}. {three}"));
    if together('.') || spaced || together('-') {
        return Date::new(year, second, first).ok();
    }
    if !together('/') {
        return None;
    }
    match (first > 12, second > 12) {
        (true, false) => Date::new(year, second, first).ok(),
        (false, true) => Date::new(year, first, second).ok(),
        _ if first == second || matches!(language, Some(Language::De | Language::Fr)) => {
            Date::new(year, second, first).ok()
        }
        _ => None,
    }
}

fn month(word: &str) -> Option<i8> {
    let at = MONTHS.iter().position(|names| names.contains(&word))?;
    i8::try_from(at + 1).ok()
}

/// A day of a month: `5`, `05`, `5th`, `1er`.
fn day(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|letter: char| letter.is_alphabetic());
    let ending = &word[digits.len()..];
    let day = digits.parse().ok().filter(|day| (1..=31).contains(day))?;
    matches!(ending, "" | "st" | "nd" | "rd" | "th" | "er").then_some(day)
}

/// A year in which there were web pages.
fn year(word: &str) -> Option<i16> {
    word.parse().ok().filter(|year| (1993..=2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn german(text: &str) -> Option<Date> {
        find(text, Some(Language::De))
    }

    fn english(text: &str) -> Option<Date> {
        find(text, Some(Language::En))
    }

    #[test]
    fn dates_as_policies_write_them() {
        assert_eq!(english("Last updated: June 5, 2025"), Some(date(2025, 6, 5)));
        assert_eq!(english("Effective 5th June 2025."), Some(date(2025, 6, 5)));
        assert_eq!(english("Last modified on 2025-06-05"), Some(date(2025, 6, 5)));
        assert_eq!(english("Version of Sept. 1, 2023"), Some(date(2023, 9, 1)));
        assert_eq!(english("Updated 25/06/2024"), Some(date(2024, 6, 25)));
        assert_eq!(english("Updated 06/25/2024"), Some(date(2024, 6, 25)));
        assert_eq!(english("Updated June 2024"), Some(date(2024, 6, 1)));
        assert_eq!(german("Stand: 12. Mai 2024"), Some(date(2024, 5, 12)));
        assert_eq!(german("Stand 01.02.2024, Version 3.1"), Some(date(2024, 2, 1)));
        assert_eq!(german("Stand: 1. 2. 2024"), Some(date(2024, 2, 1)));
        assert_eq!(german("Stand: März 2023"), Some(date(2023, 3, 1)));
        assert_eq!(find("Dernière mise à jour : 1er août 2022", Some(Language::Fr)), Some(date(2022, 8, 1)));
        assert_eq!(find("Mise à jour le 03/04/2024", Some(Language::Fr)), Some(date(2024, 4, 3)));
    }

    #[test]
    fn what_is_no_single_date_is_none() {
        assert_eq!(english("Updated 03/04/2024"), None);
        assert_eq!(english("You may request this at any time, 24/7/365"), None);
        assert_eq!(english("Section 3.1.2 may change"), None);
        assert_eq!(english("Updated February 30, 2024"), None);
        assert_eq!(english(""), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text: String) {
            let _ = english(&text);
            let _ = german(&text);
        }
    }
}
