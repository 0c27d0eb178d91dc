//! A service: who is audited, as its declaration says. One TOML file each (`services/<id>.toml`).
//!
//! As valid here; as written, and the way from there to here, in `service/written.rs`.

mod address;
mod written;

use crate::claim::{ClaimId, State};
use crate::document::Kind;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A valid declaration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Its id: the file's name without `.toml`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The field it is rated in, such as `video-conferencing`.
    pub category: String,
    /// The address of its home page, where undeclared documents are searched from.
    pub home: String,
    /// Whether it is still offered.
    pub status: Status,
    /// Who runs it.
    pub operator: Option<Operator>,
    /// The declared pages.
    pub documents: Vec<DeclaredDocument>,
    /// The declared host names.
    pub hosts: Vec<Host>,
    /// The declared source code.
    pub repositories: Vec<Repository>,
    /// What a person vouches for.
    pub attestations: Vec<Attestation>,
}

/// Whether a service is still offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It is.
    Active,
    /// It ended.
    Discontinued {
        /// On this day.
        since: Date,
    },
}

/// Who runs a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The legal entity.
    pub name: String,
    /// Its seat, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The company that controls it, where it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
}

/// The company that controls an operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// The legal entity.
    pub name: String,
    /// Its seat, ISO 3166-1 alpha-2.
    pub country: String,
}

/// A declared page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredDocument {
    /// What it is for.
    pub kind: Kind,
    /// Where it is.
    pub url: String,
    /// Its language, as ISO 639-1, where declared.
    pub language: Option<String>,
}

/// A declared host name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// The name.
    pub name: String,
    /// What it is for.
    pub role: HostRole,
}

/// What a host is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostRole {
    /// The web site.
    Web,
    /// The web client.
    App,
    /// The programming interface.
    Api,
    /// Sound and picture.
    Media,
    /// Mail.
    Mail,
}

/// Declared source code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repository {
    /// Where it is.
    pub url: String,
    /// What it is the source of.
    pub role: RepositoryRole,
}

/// What a repository is the source of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RepositoryRole {
    /// What runs at the provider.
    Server,
    /// What runs at the user.
    Client,
    /// A part of either.
    Library,
}

/// What a person vouches for, where no probe can see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attestation {
    /// The claim.
    pub claim: ClaimId,
    /// Stated or denied; or absent, where a person has read the text and found nothing of it.
    pub state: State,
    /// The text that was read, by the digest of its wording: the word counts for as long as a document has it.
    pub text: Option<String>,
    /// Who vouches.
    pub by: String,
    /// On which day.
    pub date: Date,
    /// Where it can be looked up.
    pub source: Option<String>,
    /// Why.
    pub note: Option<String>,
    /// The day after which it no longer counts.
    pub expires: Option<Date>,
}
