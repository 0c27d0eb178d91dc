//! Text from outside, made harmless for a terminal.

use std::borrow::Cow;

/// Text from outside, made harmless for a terminal: control characters and marks that turn the direction of text are
/// shown as a replacement character, line breaks and tabs as spaces.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let turns =
        |letter: char| matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.chars().any(|letter| letter.is_control() || turns(letter)) {
        return Cow::Borrowed(text);
    }
    let shown = |letter: char| match letter {
        '\n' | '\r' | '\t' => ' ',
        letter if letter.is_control() || turns(letter) => '\u{fffd}',
        letter => letter,
    };
    Cow::Owned(text.chars().map(shown).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_cannot_steer_the_terminal() {
        assert_eq!(
            plain("We \u{1b}[31mnever\u{1b}[0m sell\n data\u{202e}"),
            "We \u{fffd}[31mnever\u{fffd}[0m sell  data\u{fffd}"
        );
        assert!(matches!(plain("Wir löschen nach 30 Tagen."), Cow::Borrowed(_)));
    }
}
