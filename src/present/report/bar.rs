//! The score as a bar: what is sure, what is possible, and where the light changes. It also says so in words.
//!
//! The numbers are the method's; here they only become lengths.

use super::light;
use probity_rules::method::{Light, Limits};
use probity_rules::score::Points;
use probity_rules::sentence::Lang;
use std::fmt;

/// The length of the track.
const WIDTH: u32 = 300;

/// A bar as an inline SVG. Its colours are those of `assets/probity.css`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bar {
    /// The points.
    pub(crate) points: Points,
    /// Where the light changes, if the points decide it.
    pub(crate) limits: Option<Limits>,
    /// The light, for the colour.
    pub(crate) light: Light,
    /// The language of the words.
    pub(crate) lang: Lang,
}

impl Bar {
    /// What the bar shows, in words.
    pub(crate) fn words(&self) -> String {
        let Points { low, high, max } = self.points;
        let mut words = match (self.lang, low == high) {
            (Lang::En, true) => format!("{low} of {max} points"),
            (Lang::En, false) => format!("at least {low} and at most {high} of {max} points"),
            (Lang::De, true) => format!("{low} von {max} Punkten"),
            (Lang::De, false) => format!("mindestens {low} und höchstens {high} von {max} Punkten"),
        };
        if let Some(Limits { green, yellow }) = self.limits {
            words.push_str(&match self.lang {
                Lang::En => format!("; yellow from {yellow}, green from {green}"),
                Lang::De => format!("; gelb ab {yellow}, grün ab {green}"),
            });
        }
        words
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let max = self.points.max.max(1);
        let at = |points: u32| {
            let tenths = u64::from(points.min(max)) * u64::from(WIDTH) * 10 / u64::from(max);
            Tenths(tenths)
        };
        write!(
            f,
            r#"<svg class="bar {}" viewBox="0 0 {} 18" preserveAspectRatio="none" role="img" aria-label="{}"><rect class="track" x="1" y="4" width="{WIDTH}" height="10" rx="2"/>"#,
            light::class(self.light),
            WIDTH + 2,
            self.words()
        )?;
        let (low, high) = (self.points.low.min(max), self.points.high.min(max));
        if low > 0 {
            write!(f, r#"<rect class="sure" x="1" y="4" width="{}" height="10" rx="2"/>"#, at(low))?;
        }
        if high > low {
            let from = Tenths(at(low).0 + 10);
            let length = Tenths(at(high).0 - at(low).0);
            write!(f, r#"<rect class="possible" x="{from}" y="4" width="{length}" height="10" rx="1"/>"#)?;
        }
        for limit in self.limits.iter().flat_map(|limits| [limits.yellow, limits.green]) {
            let place = Tenths(at(limit).0 + 10);
            write!(f, r#"<path class="limit" d="M{place} 1V17"/>"#)?;
        }
        f.write_str("</svg>")
    }
}

impl askama::filters::HtmlSafe for Bar {}

/// A length in tenths, written without a rounding that depends on the machine.
#[derive(Clone, Copy)]
struct Tenths(u64);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(low: u32, high: u32, max: u32) -> Bar {
        let limits = Some(Limits { green: 201, yellow: 100 });
        Bar { points: Points { low, high, max }, limits, light: Light::Undecided, lang: Lang::En }
    }

    #[test]
    fn it_says_in_words_what_it_shows() {
        assert_eq!(
            bar(90, 120, 270).words(),
            "at least 90 and at most 120 of 270 points; yellow from 100, green from 201"
        );
        assert_eq!(bar(90, 90, 270).words(), "90 of 270 points; yellow from 100, green from 201");
    }

    #[test]
    fn strange_points_stay_within_the_track() {
        for bar in [bar(0, 0, 0), bar(0, u32::MAX, 1), bar(5, 3, 10), bar(u32::MAX, u32::MAX, u32::MAX)] {
            let drawn = bar.to_string();
            assert!(drawn.starts_with("<svg") && drawn.ends_with("</svg>"), "{drawn}");
            assert!(!drawn.contains('-') || !drawn.contains("width=\"-"), "{drawn}");
        }
        insta::assert_snapshot!(bar(90, 120, 270));
    }
}
