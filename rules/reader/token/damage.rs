//! Damaged words: apostrophes that became something else or nothing, letters that nobody can read.
//!
//! A contraction whose apostrophe is lost is still the negation that it was. A damaged word that can have been a negation makes
//! its sentence unreadable, so that damage never turns a statement round. Other damaged words are words that no pattern knows.

use super::{Token, Words};

/// Words of two that are written as one. `dont` is French, too: see [`Words::mend`].
const GLUED: &[(&str, &str)] = &[
    ("arent", "are"),
    ("cannot", "can"),
    ("cant", "can"),
    ("couldnt", "could"),
    ("didnot", "did"),
    ("didnt", "did"),
    ("doesnot", "does"),
    ("doesnt", "does"),
    ("donot", "do"),
    ("hadnt", "had"),
    ("hasnt", "has"),
    ("havent", "have"),
    ("isnt", "is"),
    ("maynot", "may"),
    ("mustnt", "must"),
    ("neednt", "need"),
    ("shallnot", "shall"),
    ("shant", "shall"),
    ("shouldnt", "should"),
    ("wasnt", "was"),
    ("werent", "were"),
    ("willnot", "will"),
    ("wont", "will"),
    ("wouldnt", "would"),
];

/// What stands before a lost apostrophe and `t`, and what it is.
const HEADS: &[(&str, &str)] = &[
    ("aren", "are"),
    ("can", "can"),
    ("couldn", "could"),
    ("didn", "did"),
    ("doesn", "does"),
    ("don", "do"),
    ("hadn", "had"),
    ("hasn", "has"),
    ("haven", "have"),
    ("isn", "is"),
    ("mustn", "must"),
    ("needn", "need"),
    ("shan", "shall"),
    ("shouldn", "should"),
    ("wasn", "was"),
    ("weren", "were"),
    ("won", "will"),
    ("wouldn", "would"),
];

/// Words before an English `dont`.
const SUBJECTS: &[&str] =
    &["and", "also", "but", "i", "or", "partners", "that", "they", "users", "we", "which", "who", "you"];

/// Words that turn a statement round.
const NEGATIONS: &[&str] = &[
    "aucun",
    "aucune",
    "cannot",
    "jamais",
    "kein",
    "keine",
    "keinem",
    "keinen",
    "keiner",
    "keinerlei",
    "keines",
    "neither",
    "never",
    "nicht",
    "nichts",
    "nie",
    "niemals",
    "niemand",
    "no",
    "nobody",
    "none",
    "nor",
    "not",
    "nothing",
    "ohne",
    "pas",
    "sans",
    "weder",
    "without",
];

/// The first of the two words that `doesnt` or `cannot` is.
pub(super) fn glued(raw: &str) -> Option<&'static str> {
    if !(4..=8).contains(&raw.len()) || !raw.ends_with(['t', 'T']) {
        return None;
    }
    GLUED.iter().find(|(word, _)| raw.eq_ignore_ascii_case(word)).map(|(_, head)| *head)
}

fn is_mark(letter: char) -> bool {
    letter == '\u{fffd}' || letter == '?'
}

/// Whether the word at a byte is damaged and can be a negation, such as `n?cht`.
pub(super) fn hides_negation(text: &str, at: usize) -> bool {
    let rest = &text[at..];
    let is_of_word = |letter: char| letter.is_alphabetic() || is_mark(letter);
    let end = rest.char_indices().take(12).find(|(_, letter)| !is_of_word(*letter)).map(|(end, _)| end);
    let end = end.or_else(|| rest.char_indices().nth(12).map(|(end, _)| end)).unwrap_or(rest.len());
    // A question mark at the end is one.
    let word = rest[..end].trim_end_matches('?');
    let (length, marks) = (word.chars().count(), word.chars().filter(|letter| is_mark(*letter)).count());
    if marks == 0 || marks * 2 > length || word.starts_with('?') {
        return false;
    }
    let fits = |negation: &&str| {
        let mut pairs = word.chars().zip(negation.chars());
        negation.len() == length && pairs.all(|(one, other)| is_mark(one) || one.to_ascii_lowercase() == other)
    };
    NEGATIONS.iter().any(fits)
}

impl Words {
    /// Joins `t` to the `don` before it, whatever stands in place of the apostrophe, takes apart an English `dont`, and drops
    /// the rest of a possessive. Whether it did.
    pub(super) fn mend(&mut self, text: &str, (at, end): (usize, usize), base: usize, out: &mut Vec<Token>) -> bool {
        let raw = &text[at..end];
        let second = match raw {
            "t" | "T" | "dont" | "DONT" => Some("not"),
            "s" | "S" => None,
            "ll" => Some("will"),
            "re" => Some("are"),
            "ve" => Some("have"),
            _ => return false,
        };
        let Some(last) = out.last().copied() else { return false };
        let (from, to) = ((last.start as usize).saturating_sub(base), (last.end as usize).saturating_sub(base));
        let (Some(before), Some(gap)) = (text.get(from..to), text.get(to..at)) else { return false };
        let (start, end) = ((base + at) as u32, (base + end) as u32);
        if raw.len() == 4 {
            if !SUBJECTS.iter().any(|subject| before.eq_ignore_ascii_case(subject)) {
                return false;
            }
            for word in ["do", "not"] {
                let word = self.number(word);
                out.push(Token { start, end, word, before: 0 });
            }
            return true;
        }
        if gap.is_empty() || gap.len() > 8 || gap.contains(['.', ',', ';', ':', '\n', '\t']) {
            return false;
        }
        let is_garbled = gap.starts_with('€');
        let before = if is_garbled { before.trim_end_matches('â') } else { before };
        let head = if second == Some("not") {
            let known = HEADS.iter().find(|(head, _)| before.eq_ignore_ascii_case(head));
            match known {
                // `Can T-Mobile` is no contraction.
                Some((head, plain)) if gap != " " || raw == "t" && *head != "can" => plain,
                _ => return false,
            }
        } else if is_garbled || gap == "?" || gap.chars().all(|letter| letter == '\u{fffd}') {
            before
        } else {
            return false;
        };
        let head = self.number(head);
        let second = second.map(|word| self.number(word));
        let Some(token) = out.last_mut() else { return false };
        (token.word, token.end) = (head, end);
        let whole = *token;
        if let Some(word) = second {
            out.push(Token { word, before: 0, ..whole });
        }
        true
    }

    /// The number of a word.
    fn number(&mut self, raw: &str) -> u32 {
        self.known.get(raw).copied().unwrap_or_else(|| self.learn(raw)).0
    }
}

#[cfg(test)]
mod tests {
    use super::super::Words;

    fn folded(text: &str) -> String {
        let (mut words, mut tokens) = (Words::default(), Vec::new());
        words.cut(text, 0, &mut tokens);
        let folded: Vec<_> = tokens.iter().map(|token| words.list[token.word as usize].folded.to_string()).collect();
        folded.join(" ")
    }

    #[test]
    fn lost_apostrophes() {
        let marks = [
            "'",
            "’",
            "′",
            "＇",
            "‛",
            "ʼ",
            "´",
            "`",
            "â€™",
            "?",
            "\u{fffd}",
            "\u{fffd}\u{fffd}",
            "\u{92}",
            "",
            "¿",
            " ",
        ];
        for mark in marks {
            for (head, plain) in [("don", "do"), ("doesn", "does"), ("won", "will"), ("isn", "is")] {
                let text = format!("We {head}{mark}t sell it");
                assert_eq!(folded(&text), format!("we {plain} not sell it"), "{text:?}");
            }
            if !matches!(mark, "" | " " | "¿") {
                assert_eq!(folded(&format!("our customer{mark}s data")), "our customer data", "{mark:?}");
            }
            if !matches!(mark, "" | "¿" | "â€™") {
                assert_eq!(folded(&format!("dans l{mark}accord")), "dans l accord", "{mark:?}");
            }
        }
        assert_eq!(folded("Really? T cells"), "really t cells");
        assert_eq!(folded("Can T-Mobile see it"), "can t mobile see it");
        assert_eq!(folded("You do'nt"), "you do not");
        assert_eq!(folded("les données dont nous disposons"), "les donnees dont nous disposons");
    }

    #[test]
    fn a_damaged_negation_leaves_nothing() {
        for text in [
            "We do n\u{fffd}t sell data",
            "We n?ver sell data",
            "Wir geben Daten n\u{fffd}cht weiter",
            "Wir verkaufen k?ine Daten",
            "Nous ne vendons p\u{fffd}s vos données",
            "We do \u{fffd}ot sell data",
            "We do no\u{fffd} sell data",
        ] {
            assert_eq!(folded(text), "", "{text}");
        }
        for text in
            ["Sie k\u{fffd}nnen Auskunft verlangen", "Who sees it? nobody", "We use cookies? no", "Caf\u{fffd} Acme"]
        {
            assert_ne!(folded(text), "", "{text}");
        }
    }
}
