//! What an unknown waits for, in words: probes write it in English, and here it is in German.

use crate::document::Kind;
use crate::sentence::Lang;

/// A phrase in English and in German.
pub type Phrase = (&'static str, &'static str);

/// No document of a kind is known.
pub const NOT_LINKED: Phrase =
    ("none is declared, and the home page leads to none", "nicht angegeben, und die Startseite führt nicht dorthin");
/// The same, where the home page could not be asked.
pub const NO_HOME: Phrase =
    ("none is declared, and the home page cannot be had", "nicht angegeben, und die Startseite ist nicht zu bekommen");
/// The same, where what came is no page.
pub const UNREADABLE_HOME: Phrase = ("the home page cannot be read", "die Startseite ist nicht lesbar");
/// The servers that matter most.
pub const CALLS: Phrase = ("the hosts that calls run over", "die Server, über die Gespräche laufen");
/// None of them is known.
pub const NO_HOST: Phrase =
    ("none with the role app, api or media is declared", "keiner mit der Rolle app, api oder media ist angegeben");
/// The source code.
pub const SOURCE: Phrase = ("source code", "Quelltext");
/// None of it is known.
pub const NO_REPOSITORY: Phrase = (
    "no repository is declared, and the pages that could link one were not read",
    "kein Repositorium ist angegeben, und die Seiten, die auf eines verweisen könnten, wurden nicht gelesen",
);

const ALL: [Phrase; 7] = [NOT_LINKED, NO_HOME, UNREADABLE_HOME, CALLS, NO_HOST, SOURCE, NO_REPOSITORY];

/// Kinds of documents in a row, as a target names them.
pub fn kinds(kinds: impl IntoIterator<Item = Kind>) -> String {
    kinds.into_iter().map(Kind::as_str).collect::<Vec<_>>().join(OR.0)
}

/// Between the kinds.
const OR: Phrase = (" or ", " oder ");

/// A target in German: kinds of documents and the phrases of this file. Addresses, names and what a server said stay as they are.
pub fn in_german(target: &str) -> String {
    target.split(": ").map(part).collect::<Vec<_>>().join(": ")
}

fn part(part: &str) -> String {
    if let Some((_, german)) = ALL.iter().find(|(english, _)| *english == part) {
        return (*german).to_owned();
    }
    let kinds: Result<Vec<Kind>, _> = part.split(OR.0).map(str::parse).collect();
    match kinds {
        Ok(kinds) => kinds.iter().map(|kind| kind.title(Lang::De)).collect::<Vec<_>>().join(OR.1),
        Err(_) => part.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ours_is_said_in_german_and_the_rest_stays() {
        let cases = [
            ("security or help", "Sicherheit oder Hilfe"),
            ("terms", "Nutzungsbedingungen"),
            (
                "imprint: none is declared, and the home page cannot be had: status 403",
                "Impressum: nicht angegeben, und die Startseite ist nicht zu bekommen: status 403",
            ),
            ("https://meet.example/terms or help", "https://meet.example/terms or help"),
            ("dns:meet.example", "dns:meet.example"),
            ("", ""),
        ];
        for (english, german) in cases {
            assert_eq!(in_german(english), german);
        }
    }
}
