//! The catalogue as a page for people (`docs/criteria.md`), made from the files.

use super::Rules;
use crate::judge::Grade;
use crate::method::Light;
use std::fmt::Write;

impl Rules {
    /// The page of all criteria, in English. The same rules give the same bytes.
    pub fn page(&self) -> String {
        let mut page = String::from(
            "<!-- made from rules/criteria and rules/methods by a test of probity-rules; UPDATE=1 makes it anew -->\n\n\
             # The criteria\n\n\
             Each is a file in `rules/criteria/`: a head with the conditions, prose, and cases that are tests. A grade is given \
             when its condition holds and none above it could; what is unknown makes a finding inconclusive, never poor.\n\n",
        );
        page += "| criterion | in |\n| --- | --- |\n";
        for criterion in &self.criteria {
            let _ = writeln!(page, "| [{}](#{}) | {} |", criterion.title.en, criterion.id, self.used_in(&criterion.id));
        }
        for criterion in &self.criteria {
            let _ = write!(page, "\n## {}\n\n", criterion.id);
            let _ = writeln!(
                page,
                "**{}** ({}). {}.\n",
                criterion.title.en,
                criterion.title.de,
                criterion.legal.join(", ")
            );
            if let Some(applies) = &criterion.applies {
                let _ = writeln!(page, "- not applicable: {}", applies.otherwise.en);
            }
            for grade in Grade::LADDER {
                for rung in criterion.ladder.iter().filter(|rung| rung.grade == grade) {
                    let _ = writeln!(page, "- {}: {}", grade.as_str(), rung.because.en);
                }
            }
            let _ = writeln!(page, "- else it takes {}.\n", criterion.missing.en);
            for section in criterion.sections.iter().filter(|section| section.heading != "Cases") {
                let gap = if section.text.starts_with("- ") { "\n\n" } else { " " };
                let _ = writeln!(page, "*{}.*{gap}{}\n", section.heading, section.text);
            }
            let asks: Vec<_> = criterion.asks.iter().map(|fact| format!("`{fact}`")).collect();
            let _ = writeln!(
                page,
                "Asks {}. Revision {}, {}, {} cases.",
                asks.join(", "),
                criterion.revision,
                criterion.lifecycle.as_str(),
                criterion.cases.len()
            );
        }
        page
    }

    /// The methods that use a criterion, each with what it counts for.
    fn used_in(&self, id: &str) -> String {
        let mut used = Vec::new();
        for method in &self.methods {
            for entry in method.entries.iter().filter(|entry| entry.id == id) {
                let counts = match method.limits {
                    Some(_) => format!("weight {}", entry.weight),
                    None if entry.poor == Light::Green => "points, no light".to_owned(),
                    None => format!("poor: {}", entry.poor.as_str()),
                };
                used.push(format!("`{}` ({counts})", method.id));
            }
        }
        used.join(", ")
    }
}
