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

const EN: u16 = 1;
const DE: u16 = 1 << 1;
const FR: u16 = 1 << 2;
const NL: u16 = 1 << 3;
const ES: u16 = 1 << 4;
const IT: u16 = 1 << 5;
const PT: u16 = 1 << 6;
const PL: u16 = 1 << 7;
const SV: u16 = 1 << 8;

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
        let mut word = [0_u8; 8];
        for part in text.as_bytes().split(|byte| !(byte.is_ascii_alphanumeric() || *byte >= 0x80)) {
            let Some(first) = part.first() else { continue };
            profile.words += 1;
            profile.running += u32::from(!first.is_ascii_uppercase() && !first.is_ascii_digit());
            if let Some(word) = word.get_mut(..part.len()) {
                word.copy_from_slice(part);
                word.make_ascii_lowercase();
                let mut bits = languages_of(word);
                while bits != 0 {
                    profile.hits[bits.trailing_zeros() as usize] += 1;
                    bits &= bits - 1;
                }
            }
        }
        profile
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

fn languages_of(word: &[u8]) -> u16 {
    match word {
        b"the" | b"and" | b"of" | b"to" | b"you" | b"your" | b"our" | b"that" | b"this" | b"with" | b"are" | b"by"
        | b"from" | b"have" | b"has" | b"will" | b"not" | b"which" | b"these" | b"their" | b"they" | b"been"
        | b"its" | b"such" | b"any" | b"other" | b"may" | b"about" | b"when" | b"can" | b"it" | b"if" | b"do" => EN,
        b"und" | b"der" | b"das" | b"den" | b"dem" | b"des" | b"ist" | b"sie" | b"wir" | b"nicht" | b"mit" | b"auf"
        | b"sich" | b"eine" | b"einer" | b"eines" | b"einem" | b"einen" | b"ein" | b"f\xc3\xbcr" | b"von" | b"zu"
        | b"zur" | b"zum" | b"wird" | b"werden" | b"bei" | b"oder" | b"nach" | b"\xc3\xbcber" | b"ihre" | b"ihrer"
        | b"ihren" | b"ihnen" | b"unsere" | b"unserer" | b"durch" | b"auch" | b"sind" | b"diese" | b"dieser"
        | b"kann" | b"wenn" | b"haben" | b"im" | b"aus" | b"sowie" => DE,
        b"et" | b"les" | b"du" | b"une" | b"est" | b"pour" | b"dans" | b"vous" | b"nous" | b"sur" | b"par"
        | b"avec" | b"votre" | b"vos" | b"nos" | b"notre" | b"sont" | b"aux" | b"au" | b"ces" | b"cette" | b"qui"
        | b"pas" | b"ou" | b"ne" | b"\xc3\xa0" | b"leur" | b"ainsi" | b"ce" | b"\xc3\xaatre" | b"donn\xc3\xa9es" => FR,
        b"het" | b"een" | b"voor" | b"niet" | b"zijn" | b"aan" | b"ook" | b"wij" | b"onze" | b"worden" | b"wordt"
        | b"deze" | b"bij" | b"naar" | b"uit" | b"dit" | b"kunnen" | b"hebben" | b"uw" | b"jouw" | b"ons" | b"tot"
        | b"dan" | b"te" | b"om" => NL,
        b"los" | b"las" | b"el" | b"para" | b"una" | b"por" | b"sus" | b"su" | b"nuestro" | b"nuestra" | b"usted"
        | b"del" | b"al" | b"y" | b"o" | b"como" | b"m\xc3\xa1s" | b"est\xc3\xa1" | b"puede" | b"datos" | b"cuando"
        | b"esta" | b"este" => match word {
            b"del" | b"al" | b"una" | b"o" => ES | IT,
            b"para" | b"por" | b"como" | b"este" | b"esta" => ES | PT,
            _ => ES,
        },
        b"il" | b"gli" | b"di" | b"che" | b"della" | b"dei" | b"delle" | b"sono" | b"nel" | b"nella" | b"alla"
        | b"ai" | b"dal" | b"dalla" | b"questo" | b"questa" | b"anche" | b"nostro" | b"nostra" | b"suo" | b"suoi"
        | b"dati" | b"pu\xc3\xb2" | b"\xc3\xa8" | b"ed" | b"lo" => IT,
        b"os" | b"da" | b"dos" | b"na" | b"uma" | b"n\xc3\xa3o" | b"com" | b"seus" | b"sua" | b"suas" | b"ao"
        | b"pela" | b"pelo" | b"voc\xc3\xaa" | b"s\xc3\xa3o" | b"dados" | b"nossa" | b"nosso" | b"\xc3\xa9" => {
            match word {
                b"na" => PT | PL,
                _ => PT,
            }
        }
        b"i" | b"w" | b"z" | b"nie" | b"jest" | b"oraz" | b"lub" | b"przez" | b"si\xc4\x99" | b"danych" | b"jako"
        | b"od" | b"przy" | b"kt\xc3\xb3re" | b"naszej" => PL,
        b"och" | b"att" | b"som" | b"f\xc3\xb6r" | b"p\xc3\xa5" | b"av" | b"inte" | b"vi" | b"dina" | b"eller"
        | b"\xc3\xa4r" | b"till" | b"n\xc3\xa4r" => SV,
        b"in" => EN | DE | NL | IT,
        b"we" => EN | NL,
        b"for" | b"as" | b"or" | b"be" => EN,
        b"die" | b"an" => DE | NL,
        b"er" | b"es" => DE,
        b"van" => NL,
        b"de" => FR | NL | ES | PT,
        b"en" => FR | NL | ES,
        b"le" => FR | IT,
        b"la" => FR | ES | IT,
        b"un" => FR | ES | IT,
        b"se" => FR | ES | IT | PT,
        b"si" => FR | ES | IT,
        b"que" => FR | ES | PT,
        b"a" => EN | FR | ES | IT | PT,
        b"on" => EN | FR,
        b"is" => EN | NL,
        b"no" => EN | ES | IT,
        b"e" => IT | PT,
        b"con" => ES | IT,
        b"per" => IT,
        b"was" | b"so" => EN | DE,
        _ => 0,
    }
}
