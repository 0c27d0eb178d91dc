//! Function words: the small words that every text of a language is full of, and how often they stand in a passage.
//!
//! A word that two languages share counts for both. It knows nothing of other languages.

use crate::document::Language;

/// The languages of the lists, in the order of their bits.
pub(super) const LANGUAGES: [Language; 9] = [
    Language::En,
    Language::De,
    Language::Fr,
    Language::Other(*b"nl\0"),
    Language::Other(*b"es\0"),
    Language::Other(*b"it\0"),
    Language::Other(*b"pt\0"),
    Language::Other(*b"pl\0"),
    Language::Other(*b"sv\0"),
];

/// The function words of each language, in the order of [`LANGUAGES`]; none is longer than eight bytes.
const WORDS: [&str; LANGUAGES.len()] = [
    "a about and any are as be been by can do for from has have if in is it its may no not of on or other our so \
     such that the their these they this to was we when which will with you your",
    "an auch auf aus bei das dem den der des die diese dieser durch ein eine einem einen einer eines er es für \
     haben ihnen ihre ihren ihrer im in ist kann mit nach nicht oder sich sie sind so sowie und unsere unserer \
     von was wenn werden wir wird zu zum zur über",
    "a ainsi au aux avec ce ces cette dans de données du en est et la le les leur ne nos notre nous on ou par pas \
     pour que qui se si sont sur un une vos votre vous à être",
    "aan an bij dan de deze die dit een en hebben het in is jouw kunnen naar niet om ons onze ook te tot uit uw \
     van voor we wij worden wordt zijn",
    "a al como con cuando datos de del el en esta este está la las los más no nuestra nuestro o para por puede \
     que se si su sus un una usted y",
    "a ai al alla anche che con dal dalla dati dei del della delle di e ed gli il in la le lo nel nella no nostra \
     nostro o per può questa questo se si sono suo suoi un una è",
    "a ao com como da dados de do dos e esta este na nossa nosso não o os para pela pelo por que se seus sua suas \
     são uma você é",
    "danych i jako jest które lub na naszej nie od oraz przez przy się w z",
    "att av dina eller för inte när och på som till vi är",
];

/// How often the function words of each language stand in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Profile {
    pub(super) hits: [u32; LANGUAGES.len()],
    /// All words.
    pub(super) words: u32,
    /// Words that do not begin with a capital or a digit: names and addresses have few.
    pub(super) running: u32,
}

impl Profile {
    /// Counts the words of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut profile = Self::default();
        let (mut word, mut length, mut first) = (0_u64, 0_u32, 0_u8);
        for &byte in text.as_bytes().iter().chain(b" ") {
            if byte.is_ascii_alphanumeric() || byte >= 0x80 {
                if length == 0 {
                    first = byte;
                }
                word = word << 8 | u64::from(byte.to_ascii_lowercase());
                length += 1;
            } else if length > 0 {
                profile.words += 1;
                profile.running += u32::from(!first.is_ascii_uppercase() && !first.is_ascii_digit());
                if length <= 8 {
                    profile.count(languages_of(word));
                }
                (word, length) = (0, 0);
            }
        }
        profile
    }

    fn count(&mut self, mut languages: u16) {
        while languages != 0 {
            self.hits[languages.trailing_zeros() as usize] += 1;
            languages &= languages - 1;
        }
    }

    /// Adds the counts of another text.
    pub(super) fn add(&mut self, other: &Self) {
        self.words += other.words;
        self.running += other.running;
        for (hits, more) in self.hits.iter_mut().zip(other.hits) {
            *hits += more;
        }
    }

    /// The two languages with the most hits, by index.
    pub(super) fn leaders(&self) -> (usize, usize) {
        let (mut best, mut second) = (0, 1);
        if self.hits[1] > self.hits[0] {
            (best, second) = (1, 0);
        }
        for index in 2..self.hits.len() {
            if self.hits[index] > self.hits[best] {
                (best, second) = (index, best);
            } else if self.hits[index] > self.hits[second] {
                second = index;
            }
        }
        (best, second)
    }
}

/// How many places the table has: a power of two, so large that hardly any two words want the same one.
const PLACES: usize = 2048;

/// The words packed into numbers, each with the bits of its languages, at the place that its hash gives or the next free.
static TABLE: [(u64, u16); PLACES] = {
    let mut table = [(0, 0); PLACES];
    let mut language = 0;
    while language < WORDS.len() {
        let words = WORDS[language].as_bytes();
        let (mut at, mut word) = (0, 0_u64);
        while at <= words.len() {
            if at < words.len() && words[at] != b' ' {
                word = word << 8 | words[at] as u64;
            } else if word != 0 {
                let mut place = place_of(word);
                while table[place].0 != 0 && table[place].0 != word {
                    place = (place + 1) % PLACES;
                }
                table[place] = (word, table[place].1 | 1 << language);
                word = 0;
            }
            at += 1;
        }
        language += 1;
    }
    table
};

const fn place_of(word: u64) -> usize {
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 53) as usize
}

/// The languages that a packed word is a function word of, as bits.
fn languages_of(word: u64) -> u16 {
    let mut place = place_of(word);
    loop {
        match TABLE[place] {
            (0, _) => return 0,
            (known, languages) if known == word => return languages,
            _ => place = (place + 1) % PLACES,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_again() {
        for (index, words) in WORDS.iter().enumerate() {
            for word in words.split(' ').filter(|word| !word.is_empty()) {
                assert!(word.len() <= 8, "{word}");
                assert_eq!(word, word.to_ascii_lowercase());
                assert!(Profile::of(word).hits[index] == 1, "{word}");
            }
        }
        assert_eq!(Profile::of("Ordinateur 42 zzz").hits, [0; LANGUAGES.len()]);
        assert_eq!(Profile::of("Ordinateur 42, zzz").words, 3);
        assert_eq!(Profile::of("Ordinateur 42, zzz").running, 1);
    }
}
