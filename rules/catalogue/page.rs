//! The catalogue as a page for people (`docs/criteria.md`, `docs/criteria.de.md`), made from the files.

use super::Rules;
use crate::criterion::Criterion;
use crate::judge::Grade;
use crate::method::Light;
use crate::sentence::Lang;
use std::fmt::Write;

impl Rules {
    /// The page of all criteria in one language. The same rules give the same bytes.
    pub fn page(&self, lang: Lang) -> String {
        let mut page = String::from(
            "<!-- made from rules/criteria and rules/methods by a test of probity-rules; UPDATE=1 makes it anew -->\n\n",
        );
        page += match lang {
            Lang::En => {
                "# The criteria\n\n\
                 Each is a file in `rules/criteria/`: a head with the conditions, prose, and cases that are tests. A grade is given \
                 when its condition holds and none above it could; what is unknown makes a finding inconclusive, never poor.\n\n\
                 [Auf Deutsch](criteria.de.md)\n\n\
                 | criterion | in |\n| --- | --- |\n"
            }
            Lang::De => {
                "# Die Kriterien\n\n\
                 Jedes ist eine Datei in `rules/criteria/`: ein Kopf mit den Bedingungen, Prosa und Fälle, die als Tests laufen. Eine \
                 Note wird vergeben, wenn ihre Bedingung erfüllt ist und keine bessere mehr möglich ist; Unbekanntes macht einen Befund \
                 nicht entscheidbar, nie schlecht.\n\n\
                 [In English](criteria.md)\n\n\
                 | Kriterium | in |\n| --- | --- |\n"
            }
        };
        for criterion in &self.criteria {
            let (title, used) = (criterion.title.in_lang(lang), self.used_in(&criterion.id, lang));
            let _ = writeln!(page, "| [{title}](#{}) | {used} |", criterion.id);
        }
        for criterion in &self.criteria {
            entry(criterion, lang, &mut page);
        }
        page
    }

    /// The methods that use a criterion, each with what it counts for.
    fn used_in(&self, id: &str, lang: Lang) -> String {
        let (weight, no_light, poor) = match lang {
            Lang::En => ("weight", "points, no light", "poor"),
            Lang::De => ("Gewicht", "Punkte, keine Ampel", "schlecht"),
        };
        let mut used = Vec::new();
        for method in &self.methods {
            for entry in method.entries.iter().filter(|entry| entry.id == id) {
                let counts = match method.limits {
                    Some(_) => format!("{weight} {}", entry.weight),
                    None if entry.poor == Light::Green => no_light.to_owned(),
                    None => format!("{poor}: {}", entry.poor.word(lang)),
                };
                used.push(format!("`{}` ({counts})", method.id));
            }
        }
        used.join(", ")
    }
}

/// One criterion under its id.
fn entry(criterion: &Criterion, lang: Lang, page: &mut String) {
    let (not_applicable, lacking, references) = match lang {
        Lang::En => ("not applicable", "else it takes", "References"),
        Lang::De => ("nicht anwendbar", "sonst fehlt:", "Quellen"),
    };
    let other = match lang {
        Lang::En => Lang::De,
        Lang::De => Lang::En,
    };
    let _ = write!(page, "\n## {}\n\n", criterion.id);
    let (title, other) = (criterion.title.in_lang(lang), criterion.title.in_lang(other));
    let _ = writeln!(page, "**{title}** ({other}). {}.\n", criterion.legal_in(lang).join(", "));
    if let Some(applies) = &criterion.applies {
        let _ = writeln!(page, "- {not_applicable}: {}", applies.otherwise.in_lang(lang));
    }
    for given in Grade::LADDER {
        for rung in criterion.ladder.iter().filter(|rung| rung.grade == given) {
            let _ = writeln!(page, "- {}: {}", given.word(lang), rung.because.in_lang(lang));
        }
    }
    let _ = writeln!(page, "- {lacking} {}.\n", criterion.missing.in_lang(lang));
    let prose = criterion.prose.in_lang(lang);
    for (heading, text) in prose.into_iter().chain([(references, criterion.references.as_str())]) {
        let gap = if text.starts_with("- ") { "\n\n" } else { " " };
        let _ = writeln!(page, "*{heading}.*{gap}{text}\n");
    }
    let asks: Vec<_> = criterion.asks.iter().map(|fact| format!("`{fact}`")).collect();
    let (asks, revision) = (asks.join(", "), criterion.revision);
    let (lifecycle, cases) = (criterion.lifecycle.as_str(), criterion.cases.len());
    let _ = match lang {
        Lang::En => writeln!(page, "Asks {asks}. Revision {revision}, {lifecycle}, {cases} cases."),
        Lang::De => writeln!(page, "Fragt {asks}. Revision {revision}, {lifecycle}, {cases} Fälle."),
    };
}
