//! The rules that a command works with: the embedded ones, with the files of a user's own folder in their places.
//!
//! It reads files; what a rule may say is checked by `probity_rules::catalogue`.

use crate::base::failure::Failure;
use probity_rules::catalogue::Rules;
use probity_rules::head::RuleError;
use std::path::Path;

/// The rules of a folder, where one is named, over the embedded ones, or every complaint.
pub(crate) fn check(folder: Option<&Path>) -> Result<Result<Rules, Vec<RuleError>>, Failure> {
    let Some(folder) = folder else { return Ok(Rules::embedded()) };
    let files = files(folder)?;
    let rules = Rules::overlaid(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    // Complaints name files by their place among the rules; a reader looks for them in the folder.
    Ok(rules.map_err(|mut errors| {
        for error in &mut errors {
            if let Some((name, _)) = files.iter().find(|(name, _)| name.ends_with(&error.file)) {
                error.file.clone_from(name);
            }
        }
        errors
    }))
}

/// The same, where a complaint is a failure.
pub(crate) fn load(folder: Option<&Path>) -> Result<Rules, Failure> {
    check(folder)?.map_err(|errors| {
        let count = errors.len();
        let Some(first) = errors.into_iter().next() else { return Failure::new("no rule can be read") };
        Failure::from(first).next(match count {
            1 => "mend that line".to_owned(),
            _ => format!("probity rules check   shows all {count} complaints"),
        })
    })
}

/// The same, with the methods to rate by, each of which there must be; none are all that fit.
pub(crate) fn with_methods(folder: Option<&Path>, methods: &[String]) -> Result<(Rules, Vec<String>), Failure> {
    let rules = load(folder)?;
    for method in methods {
        rules.method(method).map_err(|unknown| Failure::new(unknown).next("probity rules list   shows them"))?;
    }
    Ok((rules, methods.to_vec()))
}

/// The rule files of a folder by their names in it: `criteria/*.md`, `methods/*.toml`, `law/*.toml`, `contradictions.toml`.
fn files(folder: &Path) -> Result<Vec<(String, String)>, Failure> {
    let cannot = |path: &Path, error: &std::io::Error| {
        Failure::new(format_args!("cannot read {}: {error}", path.display()))
            .next("name a folder of rules: --rules DIR")
    };
    let mut files = Vec::new();
    let mut take = |path: &Path| -> Result<(), Failure> {
        let text = std::fs::read_to_string(path).map_err(|error| cannot(path, &error))?;
        files.push((path.display().to_string(), text));
        Ok(())
    };
    std::fs::read_dir(folder).map_err(|error| cannot(folder, &error))?;
    for (part, ending) in [("criteria", "md"), ("methods", "toml"), ("law", "toml")] {
        let part = folder.join(part);
        if !part.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(&part).map_err(|error| cannot(&part, &error))? {
            let path = entry.map_err(|error| cannot(&part, &error))?.path();
            if path.extension().is_some_and(|found| found == ending) {
                take(&path)?;
            }
        }
    }
    let contradictions = folder.join("contradictions.toml");
    if contradictions.exists() {
        take(&contradictions)?;
    }
    if files.is_empty() {
        return Err(Failure::new(format_args!("{} holds no rules", folder.display())).next(
            "put files of your own there: criteria/<id>.md, methods/<id>.toml, law/<name>.toml, contradictions.toml",
        ));
    }
    files.sort();
    Ok(files)
}
