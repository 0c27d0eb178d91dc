//! The countries of ISO 3166-1: their codes, so that a misspelt country is an error and not a third country, and their
//! names in the two languages of reports. How texts name them is in `spoken`.
//!
//! Which countries are in the EEA or adequate is not here: that is law, and dated (`law`).

pub mod spoken;

use crate::sentence::Lang;
use std::sync::LazyLock;

/// The file of the table.
pub(crate) const TABLE_FILE: &str = include_str!("country.tsv");

/// Code, English, German and French name, sorted by code: the 249 officially assigned codes (state of 2025), and `XK` for
/// Kosovo, which the European Commission and address databases use.
static TABLE: LazyLock<Vec<[&'static str; 4]>> = LazyLock::new(|| {
    TABLE_FILE.lines().filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok()).collect()
});

fn row(code: &str) -> Option<&'static [&'static str; 4]> {
    let table = &*TABLE;
    table.binary_search_by(|row| row[0].cmp(code)).ok().map(|place| &table[place])
}

/// Every code, sorted.
pub fn codes() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|row| row[0])
}

/// Whether a code is one of a country, in capitals.
pub fn exists(code: &str) -> bool {
    row(code).is_some()
}

/// The name of a country, or the code itself where it is none.
pub fn name(code: &str, lang: Lang) -> &str {
    row(code).map_or(code, |row| match lang {
        Lang::En => row[1],
        Lang::De => row[2],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_sorted() {
        assert_eq!(TABLE.len(), TABLE_FILE.lines().count());
        assert_eq!(TABLE.len(), 250);
        assert!(TABLE.is_sorted());
        for [code, en, de, fr] in TABLE.iter() {
            assert!(code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()), "{code}");
            assert!(!en.is_empty() && !de.is_empty() && !fr.is_empty(), "{code}");
        }
    }

    #[test]
    fn codes_have_names() {
        assert!(exists("DE") && exists("XK"));
        assert!(!exists("UK") && !exists("EU") && !exists("de") && !exists(""));
        assert_eq!(name("AT", Lang::De), "Österreich");
        assert_eq!(name("EU", Lang::En), "EU");
    }
}
