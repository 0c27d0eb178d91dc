//! Countries as texts name them: in English, German and French, by their usual short forms, or by code.
//!
//! It knows places of processing, not addresses: towns and federal states are no countries here.

use super::{TABLE, exists};
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

/// What stands for the European Union in a list of countries; ISO 3166-1 reserves the code for it.
pub const UNION: &str = "EU";

/// What stands for the European Economic Area.
pub const AREA: &str = "EEA";

/// The most words of a name.
const LONGEST: usize = 7;

/// Further names and spellings. Those in capitals are found in capitals alone: `us` is a pronoun.
static SPOKEN: &[(&str, &str)] = &[
    ("AE", "UAE|emirates|vae"),
    ("AE", "emirats arabes unis"),
    ("BA", "bosnia|bosnien|bosnie"),
    ("BO", "plurinational state of bolivia"),
    ("BY", "belarus"),
    ("CD", "democratic republic of the congo"),
    ("CI", "ivory coast|elfenbeinkuste"),
    ("CN", "people s republic of china|mainland china|prc|volksrepublik china"),
    ("CZ", "czech republic|tschechische republik|republique tcheque|tschechien"),
    ("DE", "federal republic of germany|bundesrepublik deutschland|BRD"),
    ("EEA", "EEA|EWR|EEE|european economic area|europaischer wirtschaftsraum|europaischen wirtschaftsraum"),
    ("EEA", "espace economique europeen|eu eea|eu ewr|ue eee"),
    ("EU", "EU|UE|european union|europaische union|europaischen union|union europeenne|eu member states|eu countries"),
    ("GB", "UK|U K|GB|great britain|britain|england|scotland|wales|northern ireland|grossbritannien|schottland"),
    ("GB", "nordirland|vereinigtes konigreich|grande bretagne|angleterre|ecosse|irlande du nord"),
    ("HK", "hongkong|hong kong sar|hong kong s a r"),
    ("IE", "republic of ireland|irish republic|republik irland|eire"),
    ("KR", "republic of korea|korea|republik korea|coree|sudkorea"),
    ("MK", "macedonia|mazedonien"),
    ("MO", "macau"),
    ("MM", "burma|myanmar"),
    ("NL", "the netherlands|holland|die niederlande|hollande"),
    ("PH", "the philippines"),
    ("PS", "palestinian territories"),
    ("RU", "russian federation|russische foderation|federation de russie"),
    ("SK", "slovak republic|slowakische republik"),
    ("SZ", "swaziland"),
    ("TR", "turkey|turkei|turquie"),
    ("TW", "taiwan r o c|republic of china"),
    ("US", "US|USA|U S|U S A|united states of america|vereinigte staaten|vereinigte staaten von amerika"),
    ("US", "vereinigten staaten|vereinigten staaten von amerika|etats unis|etats unis d amerika|new jersey|new mexico"),
    ("VN", "viet nam|vietnam"),
];

/// Names that are none of a country though one stands in them: a legal basis is no place.
static NO_PLACE: &[&str] = &[
    "eu us",
    "eu u s",
    "swiss us",
    "swiss u s",
    "uk us",
    "eu us data privacy framework",
    "eu standard contractual clauses",
    "eu scc",
    "eu sccs",
    "eu standardvertragsklauseln",
    "uk addendum",
    "uk extension",
    "uk idta",
    "eu gdpr",
    "uk gdpr",
];

/// A name as it is looked up: its code, and whether it counts in capitals alone.
static NAMES: LazyLock<HashMap<String, (&'static str, bool)>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for [code, named @ ..] in TABLE.iter() {
        for name in named {
            names.insert(plain(name), (*code, false));
        }
    }
    for (code, spoken) in SPOKEN {
        for name in spoken.split('|') {
            let capitals = name.chars().all(|letter| letter.is_ascii_uppercase() || letter == ' ');
            names.insert(plain(name), (*code, capitals));
        }
    }
    for name in NO_PLACE {
        names.insert(plain(name), ("", false));
    }
    names
});

/// The countries that a text names, as codes; [`UNION`] and [`AREA`] where it names these.
pub fn named_in(text: &str) -> BTreeSet<String> {
    let words: Vec<&str> = split(text).collect();
    let folded: Vec<String> = words.iter().map(|word| plain(word)).collect();
    let mut found = BTreeSet::new();
    let mut at = 0;
    while at < words.len() {
        let longest = (1..=LONGEST.min(words.len() - at)).rev().find_map(|count| {
            let range = at..at + count;
            let (code, capitals) = *NAMES.get(&folded[range.clone()].join(" "))?;
            let in_capitals = || words[range].iter().all(|word| word.chars().all(char::is_uppercase));
            (!capitals || in_capitals()).then_some((code, count))
        });
        match longest {
            Some((code, count)) => {
                if !code.is_empty() {
                    found.insert(code.to_owned());
                }
                at += count;
            }
            None => at += 1,
        }
    }
    found
}

/// The countries that a cell for places names: by name, or as codes where it holds nothing else.
pub fn of_cell(text: &str) -> BTreeSet<String> {
    let codes: Vec<&str> = split(text).collect();
    if !codes.is_empty() && codes.iter().all(|code| exists(code)) {
        return codes.into_iter().map(str::to_owned).collect();
    }
    named_in(text)
}

/// Whether a text is the name of a country, or of several, and nothing else.
pub fn is_countries(text: &str) -> bool {
    let joined = ["and", "und", "et", "or", "oder", "ou", "the", "die"];
    let named = of_cell(text);
    !named.is_empty() && {
        let rest = split(text).filter(|word| !joined.contains(&plain(word).as_str())).count();
        let longest = named.len() * LONGEST;
        rest <= longest && split(text).all(|word| joined.contains(&plain(word).as_str()) || is_of_a_name(word))
    }
}

/// Whether a word is one of those of which names are made.
fn is_of_a_name(word: &str) -> bool {
    static WORDS: LazyLock<BTreeSet<String>> =
        LazyLock::new(|| NAMES.keys().flat_map(|name| name.split(' ').map(str::to_owned)).collect());
    exists(word) || WORDS.contains(&plain(word))
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Lower case without accents, words joined by single spaces.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => out.push('a'),
            'ç' => out.push('c'),
            'è' | 'é' | 'ê' | 'ë' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' => out.push('i'),
            'ñ' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => out.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => out.push('u'),
            'œ' => out.push_str("oe"),
            'ß' => out.push_str("ss"),
            letter if letter.is_alphanumeric() => out.push(letter),
            _ if out.is_empty() || out.ends_with(' ') => {}
            _ => out.push(' '),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        named_in(text).into_iter().collect()
    }

    #[test]
    fn countries_are_known_by_their_names_in_three_languages() {
        for (text, wanted) in [
            ("United States", "US"),
            ("die Vereinigten Staaten von Amerika", "US"),
            ("États-Unis", "US"),
            ("Etats-Unis d'Amérique", "US"),
            ("U.S.A.", "US"),
            ("Frankfurt, Deutschland", "DE"),
            ("Allemagne", "DE"),
            ("Royaume-Uni", "GB"),
            ("England", "GB"),
            ("Belfast, Northern Ireland", "GB"),
            ("Côte d'Ivoire", "CI"),
            ("Österreich", "AT"),
            ("Czech Republic", "CZ"),
            ("New Jersey", "US"),
            ("Papua New Guinea", "PG"),
            ("Inde", "IN"),
            ("Europäischer Wirtschaftsraum", "EEA"),
            ("Union européenne", "EU"),
        ] {
            assert_eq!(codes(text), [wanted], "{text}");
        }
    }

    #[test]
    fn pronouns_laws_and_towns_are_no_countries() {
        for text in ["contact us", "under the EU-US Data Privacy Framework", "Paris", "worldwide", "we tell you"] {
            assert!(codes(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn cells_may_hold_codes_alone() {
        assert_eq!(of_cell("DE, IE / US").into_iter().collect::<Vec<_>>(), ["DE", "IE", "US"]);
        assert_eq!(of_cell("San Francisco, CA, USA").into_iter().collect::<Vec<_>>(), ["US"]);
        assert!(is_countries("Ireland and the Netherlands") && is_countries("USA") && !is_countries("mail in Ireland"));
    }
}
