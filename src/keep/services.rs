//! The services that the program knows without being told: the declarations in `services/`, embedded.
//!
//! It reads no other folder (that is `audit --services`) and does not ask whether an address still answers.

use probity_rules::head::RuleError;
use probity_rules::service::Service;

macro_rules! services {
    ($($id:literal)*) => {
        /// The embedded declarations: the name of each file for messages, and its text. A test holds them against the
        /// folder.
        pub const FILES: &[(&str, &str)] = &[$((
            concat!("services/", $id, ".toml"),
            include_str!(concat!("../../services/", $id, ".toml")),
        )),*];
    };
}

services! {
    "alfaview" "bigbluebutton" "ccc-jitsi" "consularia-office" "google-meet" "gotomeeting" "jitsi-meet"
    "microsoft-teams" "netways-jitsi" "nextcloud-talk" "opentalk" "sichere-videokonferenz" "signal" "skype"
    "teamviewer-meeting" "threema" "tixeo-cloud" "uni-due-jitsi" "webex" "webex-telekom" "werk21-bigbluebutton"
    "whereby" "wire" "zoom"
}

/// The embedded services, sorted by id.
///
/// # Errors
/// What is wrong in each declaration. A test keeps the released ones right.
pub fn embedded() -> Result<Vec<Service>, Vec<RuleError>> {
    Service::parse_all(FILES.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_list_and_the_folder_agree() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/services");
        let lying: BTreeSet<_> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".toml").map(str::to_owned))
            .collect();
        let listed: Vec<_> = FILES
            .iter()
            .filter_map(|(file, _)| file.strip_prefix("services/")?.strip_suffix(".toml").map(str::to_owned))
            .collect();
        assert!(listed.is_sorted(), "the list is sorted by id: {listed:?}");
        assert_eq!(listed, lying.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn every_declaration_is_valid() {
        let services = match embedded() {
            Ok(services) => services,
            Err(errors) => panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
        };
        assert_eq!(services.len(), FILES.len());
        for service in &services {
            assert!(service.attestations.is_empty(), "{}: we vouch for nothing in what we ship", service.id);
        }
    }

    /// What `services/README.md` asks for: each fact has its source directly above.
    #[test]
    fn every_fact_has_its_source_above() {
        for (file, text) in FILES {
            let missing = unsourced(text);
            assert!(missing.is_empty(), "{file}: without a source directly above: {missing:?}");
        }
    }

    #[test]
    fn a_fact_without_a_source_is_found() {
        let text = "# https://example.org/: the home page.\nhome = \"https://example.org/\"\noperator = { name = \"A\" }\n\
                    hosts = [\n  # somebody said so\n  { name = \"a.example\", role = \"web\" },\n]\n";
        assert_eq!(unsourced(text), ["operator = { name = \"A\" }", "  { name = \"a.example\", role = \"web\" },"]);
    }

    /// The lines that state a fact and have no comment with an `https` address and what it says directly above.
    fn unsourced(text: &str) -> Vec<&str> {
        let mut missing = Vec::new();
        let mut comment = String::new();
        for line in text.lines() {
            let trimmed = line.trim_start();
            if let Some(words) = trimmed.strip_prefix('#') {
                comment.push_str(words);
                continue;
            }
            let fact = ["home =", "since =", "operator =", "{"].iter().any(|start| trimmed.starts_with(start));
            let told = comment.split_once("https://").and_then(|(_, rest)| rest.split_once(": "));
            if fact && told.is_none_or(|(_, says)| says.trim().is_empty()) {
                missing.push(line);
            }
            comment.clear();
        }
        missing
    }
}
