//! The part of the OSCAL model that is written. Field names and their order are the model's.

use jiff::Timestamp;
use serde::Serialize;
use std::fmt::Write as _;

/// The version of the model.
pub(crate) const VERSION: &str = "1.1.3";
/// The name space of our own properties.
pub(crate) const NAMESPACE: &str = "urn:probity:oscal:1";

/// The document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Document {
    pub(crate) assessment_results: AssessmentResults,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct AssessmentResults {
    pub(crate) uuid: Id,
    pub(crate) metadata: Metadata,
    pub(crate) import_ap: Reference,
    pub(crate) results: Vec<OneResult>,
    pub(crate) back_matter: BackMatter,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Metadata {
    pub(crate) title: String,
    pub(crate) last_modified: Timestamp,
    pub(crate) version: String,
    pub(crate) oscal_version: &'static str,
    pub(crate) remarks: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Reference {
    pub(crate) href: String,
}

/// The result of one service.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct OneResult {
    pub(crate) uuid: Id,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) props: Vec<Property>,
    pub(crate) local_definitions: LocalDefinitions,
    pub(crate) reviewed_controls: ReviewedControls,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) observations: Vec<Observation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remarks: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct LocalDefinitions {
    pub(crate) components: Vec<Component>,
}

/// The service itself.
#[derive(Debug, Serialize)]
pub(crate) struct Component {
    pub(crate) uuid: Id,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) status: State,
}

#[derive(Debug, Serialize)]
pub(crate) struct State {
    pub(crate) state: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ReviewedControls {
    pub(crate) control_selections: Vec<Selection>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Selection {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) include_all: Option<All>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) include_controls: Vec<Control>,
}

/// Every control there is: an object without fields.
#[derive(Debug, Serialize)]
pub(crate) struct All {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Control {
    pub(crate) control_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Observation {
    pub(crate) uuid: Id,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) props: Vec<Property>,
    pub(crate) methods: Vec<&'static str>,
    pub(crate) types: Vec<&'static str>,
    pub(crate) subjects: Vec<Subject>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) relevant_evidence: Vec<Evidence>,
    pub(crate) collected: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remarks: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Subject {
    pub(crate) subject_uuid: Id,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
}

#[derive(Debug, Serialize)]
pub(crate) struct Evidence {
    pub(crate) href: String,
    pub(crate) description: String,
    pub(crate) props: Vec<Property>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Finding {
    pub(crate) uuid: Id,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) props: Vec<Property>,
    pub(crate) target: Target,
    pub(crate) related_observations: Vec<Related>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Target {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) target_id: String,
    pub(crate) status: Status,
}

#[derive(Debug, Serialize)]
pub(crate) struct Status {
    pub(crate) state: &'static str,
    pub(crate) reason: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Related {
    pub(crate) observation_uuid: Id,
}

/// A property of our name space. Its value is one line and not empty.
#[derive(Debug, Serialize)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) ns: &'static str,
    pub(crate) value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) class: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct BackMatter {
    pub(crate) resources: Vec<Resource>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Resource {
    pub(crate) uuid: Id,
    pub(crate) title: String,
    pub(crate) description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) rlinks: Vec<Link>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Link {
    pub(crate) href: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) hashes: Vec<Hash>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Hash {
    pub(crate) algorithm: &'static str,
    pub(crate) value: String,
}

/// An identifier that is made from what it names: the same thing has the same one in every report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Id([u8; 16]);

impl Id {
    /// That of a thing, which is named by its parts. It is made with SHA-256 and has the form of a version 5 UUID, the
    /// only name-based one that the model takes.
    pub(crate) fn of(parts: &[&str]) -> Self {
        use sha2::{Digest, Sha256};
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let digest = hash.finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        bytes[6] = bytes[6] & 0x0f | 0x50;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Self(bytes)
    }

    /// A reference to it within the document.
    pub(crate) fn reference(self) -> String {
        format!("#{self}")
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            if matches!(place, 4 | 6 | 8 | 10) {
                f.write_char('-')?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
