//! Lights and grades as people see them on pages and in reports: a shape, a word and a colour, never colour alone.
//!
//! The words are here, the colours are in `assets/probity.css`. It decides no light; that is the method's.

use probity_rules::judge::Grade;
use probity_rules::method::Light;
use probity_rules::sentence::Lang;
use std::fmt;

/// The class that gives a light its colour.
pub(crate) fn class(light: Light) -> &'static str {
    match light {
        Light::Green => "is-green",
        Light::Yellow => "is-yellow",
        Light::Red => "is-red",
        Light::Undecided => "is-undecided",
    }
}

/// The class that gives a grade its colour.
pub(crate) fn grade_class(grade: Grade) -> &'static str {
    match grade {
        Grade::Good => "is-green",
        Grade::Partial => "is-yellow",
        Grade::Poor => "is-red",
        Grade::Inconclusive => "is-undecided",
        Grade::NotApplicable => "is-not-applicable",
    }
}

/// The shape of a light, in a box of 16 by 16: circle, triangle, square, dashed ring.
pub(crate) fn shape(light: Light) -> &'static str {
    match light {
        Light::Green => r#"<circle cx="8" cy="8" r="6.75"/>"#,
        Light::Yellow => r#"<path d="M8 1.4 15.2 14.2H.8Z" stroke-linejoin="round"/>"#,
        Light::Red => r#"<rect x="1.75" y="1.75" width="12.5" height="12.5" rx="1"/>"#,
        Light::Undecided => r#"<circle cx="8" cy="8" r="6.5" stroke-width="2" stroke-dasharray="3.1 2" fill="none"/>"#,
    }
}

/// The sign of a grade within its shape: tick, tilde, cross, question mark, dash.
fn sign(grade: Grade) -> &'static str {
    match grade {
        Grade::Good => "M4.8 8.2 7.1 10.6 11.3 5.6",
        Grade::Partial => "M5.2 10.4q1.4-1.6 2.8-.4t2.8-.4",
        Grade::Poor => "M5.2 5.2 10.8 10.8M10.8 5.2 5.2 10.8",
        Grade::Inconclusive => "M6.2 6.3Q6.3 4.6 8 4.6T9.8 6.3Q9.8 7.4 8 8.3V9.2M8 11.2V11.6",
        Grade::NotApplicable => "M4.5 8H11.5",
    }
}

/// A light as HTML: `<span class="light …">shape<span>word</span></span>`. Display it in a template with `|safe`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark(pub(crate) Light, pub(crate) Lang);

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            r#"<span class="light {}"><svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg><span>{}</span></span>"#,
            class(self.0),
            shape(self.0),
            self.0.word(self.1)
        )
    }
}

/// A grade as HTML, made like a light. Display it in a template with `|safe`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GradeMark(pub(crate) Grade, pub(crate) Lang);

impl fmt::Display for GradeMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = match self.0 {
            Grade::Good => shape(Light::Green),
            Grade::Partial => shape(Light::Yellow),
            Grade::Poor => shape(Light::Red),
            Grade::Inconclusive => shape(Light::Undecided),
            Grade::NotApplicable => "",
        };
        write!(
            f,
            r#"<span class="grade {}"><svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">{shape}<path class="sign" d="{}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/></svg><span>{}</span></span>"#,
            grade_class(self.0),
            sign(self.0),
            self.0.word(self.1)
        )
    }
}

impl askama::filters::HtmlSafe for Mark {}
impl askama::filters::HtmlSafe for GradeMark {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_light_has_a_shape_and_a_word_of_its_own() {
        let lights = [Light::Green, Light::Yellow, Light::Red, Light::Undecided];
        for (place, light) in lights.iter().enumerate() {
            for other in &lights[place + 1..] {
                assert_ne!(shape(*light), shape(*other));
                assert_ne!(class(*light), class(*other));
                for lang in [Lang::En, Lang::De] {
                    assert_ne!(light.word(lang), other.word(lang));
                }
            }
        }
        let mark = Mark(Light::Red, Lang::De).to_string();
        assert!(mark.contains("<span>rot</span>") && mark.contains("is-red") && mark.contains("aria-hidden"), "{mark}");
    }

    #[test]
    fn every_grade_has_a_sign_and_a_word_of_its_own() {
        let all = [Grade::Good, Grade::Partial, Grade::Poor, Grade::Inconclusive, Grade::NotApplicable];
        for (place, grade) in all.iter().enumerate() {
            for other in &all[place + 1..] {
                assert_ne!(sign(*grade), sign(*other));
                assert_ne!(grade.word(Lang::De), other.word(Lang::De));
            }
        }
    }
}
