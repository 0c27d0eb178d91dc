//! Badges: a light as a small flat picture (SVG) with a text alternative, for web pages and READMEs.
//!
//! The letters' widths are those of common sans-serif fonts, kept here, so that a badge is the same on every machine.

use super::{light, prose};
use crate::present::text;
use probity_rules::method::Light;
use probity_rules::sentence::Lang;

/// The longest label, in letters.
const LABEL: usize = 40;

/// A badge that says what is rated and the light.
pub(crate) fn badge(label: &str, of: Light, lang: Lang) -> String {
    let label = text::brief(label, LABEL);
    let word = of.word(lang);
    let (left, right) = (width(&label) + 14, width(word) + 34);
    let colour = match of {
        Light::Green => "#16702f",
        Light::Yellow => "#7a5200",
        Light::Red => "#a8201a",
        Light::Undecided => "#4d5866",
    };
    let mut escaped = String::new();
    prose::escape(&label, &mut escaped);
    let stroke = if of == Light::Undecided { r##" stroke="#fff""## } else { "" };
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{all}" height="20" role="img" aria-label="{escaped}: {word}"><title>{escaped}: {word}</title><rect width="{left}" height="20" fill="#333"/><rect x="{left}" width="{right}" height="20" fill="{colour}"/><g transform="translate({shape} 4) scale(.75)" fill="#fff"{stroke}>{form}</g><g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11"><text x="7" y="14" textLength="{label_width}">{escaped}</text><text x="{word_place}" y="14" textLength="{word_width}">{word}</text></g></svg>
"##,
        all = left + right,
        shape = left + 8,
        form = light::shape(of),
        label_width = width(&label),
        word_place = left + 26,
        word_width = width(word),
    )
}

/// How wide a text is at 11 pixels, about.
fn width(text: &str) -> u32 {
    let tenths: u32 = text
        .chars()
        .map(|letter| match letter {
            'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | 'I' | ' ' => 38,
            'f' | 'r' | 't' | '(' | ')' | '/' | '-' => 46,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 105,
            letter if letter.is_ascii_uppercase() => 78,
            letter if letter.is_ascii() => 68,
            letter if ('\u{2e80}'..='\u{ffef}').contains(&letter) => 110,
            _ => 70,
        })
        .sum();
    tenths.div_ceil(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_says_in_text_what_it_shows() {
        insta::assert_snapshot!(badge("Zoom · short test", Light::Red, Lang::En));
    }

    #[test]
    fn a_name_cannot_break_out() {
        let made = badge("\"><script>alert(1)</script>\u{202e}", Light::Green, Lang::De);
        assert!(!made.contains("<script") && !made.contains('\u{202e}'), "{made}");
        assert!(badge(&"x".repeat(300), Light::Green, Lang::En).len() < 1_500);
    }
}
