//! The ids of the claims: what a provider's text can state. Their files lie in `claims/`; the reader is `reader`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

macro_rules! claims {
    ($($id:literal)*) => {
        /// Every claim id and the file that defines it, in the vocabulary's order. A test holds it against the folder.
        pub(crate) const FILES: &[(&str, &str)] = &[$(($id, include_str!(concat!("claims/", $id, ".md")))),*];
    };
}

claims! {
    "info.controller" "info.dpo-contact" "info.eu-representative" "info.purposes" "info.legal-basis"
    "info.legitimate-interests" "info.recipients" "info.retention-period" "info.retention-criteria" "info.right-access"
    "info.right-rectification" "info.right-erasure" "info.right-restriction" "info.right-portability"
    "info.right-objection" "info.right-withdraw-consent" "info.right-complaint" "info.automated-decisions"
    "info.source-of-data" "info.last-updated" "info.children"
    "location.eu-only" "location.eu-option" "location.third-country" "location.usa"
    "transfer.scc" "transfer.adequacy" "transfer.dpf" "transfer.privacy-shield" "transfer.bcr"
    "e2ee.default" "e2ee.optional" "encryption.transport" "recording.none" "recording.consent" "recording.notice"
    "recording.by-host" "content.no-access" "content.ai-training" "content.no-ai-training"
    "sharing.none" "sharing.advertising" "sharing.analytics" "sharing.affiliates" "sharing.sale" "sharing.no-sale"
    "sharing.authorities" "sharing.business-transfer" "metadata.collected" "metadata.no-logs" "tracking.cookies"
    "tracking.none"
    "access.guest" "access.account-required" "access.pseudonym" "access.identity-required"
    "source.open"
    "dpa.offered" "dpa.instructions" "dpa.confidentiality" "dpa.security" "dpa.subprocessor-notice"
    "dpa.subprocessor-list" "dpa.assistance" "dpa.breach-notice" "dpa.deletion" "dpa.audit" "dpa.own-purposes" "dpa.own-statistics"
}

/// A claim of the vocabulary, by its place in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimId(u16);

impl ClaimId {
    /// Every claim, in the vocabulary's order.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        (0..FILES.len() as u16).map(Self)
    }

    /// The id, as in files, labels and reports.
    pub fn as_str(self) -> &'static str {
        FILES[usize::from(self.0)].0
    }

    /// Its place in the vocabulary, from 0.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Whether the claim counts only in agreements and terms.
    pub fn is_of_contract(self) -> bool {
        self.as_str().starts_with("dpa.")
    }
}

impl fmt::Display for ClaimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ClaimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The claims by name: stored facts are read by the hundred thousand.
static BY_NAME: LazyLock<HashMap<&'static str, ClaimId>> =
    LazyLock::new(|| ClaimId::all().map(|claim| (claim.as_str(), claim)).collect());

impl FromStr for ClaimId {
    type Err = String;

    fn from_str(id: &str) -> Result<Self, String> {
        BY_NAME.get(id).copied().ok_or_else(|| format!("unknown claim `{id}`"))
    }
}

impl Serialize for ClaimId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ClaimId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = std::borrow::Cow::<str>::deserialize(deserializer)?;
        id.parse().map_err(serde::de::Error::custom)
    }
}

/// What a document says on a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// A passage says so.
    Stated,
    /// A passage says the opposite.
    Denied,
    /// The document was read whole and has no such passage.
    Absent,
    /// The document could not be read for it: a language that the reader does not know.
    Unknown,
}

/// What the reader found on one claim in one document.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The claim.
    pub claim: ClaimId,
    /// What the document says on it.
    pub state: State,
    /// How sure the reader is of the state, 0 to 1, calibrated on labelled texts.
    pub confidence: f32,
    /// Where it stands: byte ranges of the document's text, best first. Empty unless stated or denied.
    pub spans: Vec<std::ops::Range<usize>>,
    /// Where the opposite stands, when a document says both.
    pub against: Vec<std::ops::Range<usize>>,
    /// Where the matter is spoken of, when the claim was not found: whether it is said there only a person can tell.
    pub mentioned: Vec<std::ops::Range<usize>>,
    /// Whether the reader is too weak at this claim, by what was measured, to decide a grade by this.
    pub only_suggests: bool,
    /// The same of the passages that say the opposite.
    pub against_only_suggests: bool,
}

impl Reading {
    /// A reading without passages.
    pub(crate) fn nothing(claim: ClaimId, state: State) -> Self {
        let confidence = if state == State::Absent { 1.0 } else { 0.0 };
        let (spans, against, mentioned) = (Vec::new(), Vec::new(), Vec::new());
        let (only_suggests, against_only_suggests) = (false, false);
        Self { claim, state, confidence, spans, against, mentioned, only_suggests, against_only_suggests }
    }
}
