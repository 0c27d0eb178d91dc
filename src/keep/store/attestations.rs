//! What persons vouch for, where no probe can see: kept, withdrawn, never erased.
//!
//! Declarations can hold attestations too; these here came through a review or the pages.

use super::db::values;
use super::error::StoreError;
use super::log::{self, Entry};
use super::{Store, json};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A person's word on a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Vouched {
    /// The service's id.
    pub(crate) service: String,
    /// The claim's id.
    pub(crate) claim: String,
    /// `stated`, `denied` or `absent`.
    pub(crate) state: String,
    /// The text that was read, by the digest of its wording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// Who vouches.
    pub(crate) by: String,
    /// The day of the observation.
    pub(crate) date: Date,
    /// Where it can be looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// What was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    /// The last day on which it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires: Option<Date>,
}

/// A word that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownAttestation {
    /// `<service>/<claim>/<when it was given>`.
    pub(crate) id: String,
    /// When it was given.
    pub(crate) at: Timestamp,
    /// When it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) withdrawn_at: Option<Timestamp>,
    /// What it says.
    pub(crate) vouched: Vouched,
}

impl Store {
    /// Keeps a person's word.
    pub(crate) async fn attest(&self, vouched: Vouched, at: Timestamp) -> Result<KnownAttestation, StoreError> {
        let id = format!("{}/{}/{}", vouched.service, vouched.claim, super::written(at));
        let mut tx = self.db.write().await?;
        let sql = "insert into attestation (id, service, claim, at, body) values ($1, $2, $3, $4, $5)";
        tx.run(sql, values![&id, &vouched.service, &vouched.claim, at, json(&vouched)?]).await?;
        let subject = format!("service/{}", vouched.service);
        let detail = serde_json::to_value(&vouched).map_err(StoreError::broken)?;
        log::add(&mut tx, Entry { at, who: &vouched.by, what: "attested", subject: &subject, detail }).await?;
        tx.commit().await?;
        Ok(KnownAttestation { id, at, withdrawn_at: None, vouched })
    }

    /// Takes a word back.
    ///
    /// # Errors
    /// Where there is none of that id that counts.
    pub(crate) async fn withdraw_attestation(&self, id: &str, who: &str, at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.db.write().await?;
        let sql = "update attestation set withdrawn_at = $2 where id = $1 and withdrawn_at is null returning service";
        let Some(row) = tx.row(sql, values![id, at]).await? else {
            return Err(StoreError::Unknown(format!("there is no attestation {id} that counts")));
        };
        let subject = format!("service/{}", row.text(0)?);
        let detail = serde_json::json!({ "attestation": id });
        log::add(&mut tx, Entry { at, who, what: "attestation-withdrawn", subject: &subject, detail }).await?;
        tx.commit().await
    }

    /// The words on a service, the newest first; withdrawn ones too.
    pub(crate) async fn attestations(&self, service: &str) -> Result<Vec<KnownAttestation>, StoreError> {
        let sql = "select id, at, withdrawn_at, body from attestation where service = $1 order by at desc, id desc";
        let rows = self.db.rows(sql, values![service]).await?;
        rows.iter()
            .map(|row| {
                Ok(KnownAttestation {
                    id: row.text(0)?,
                    at: row.time(1)?,
                    withdrawn_at: row.time_or_none(2)?,
                    vouched: row.json(3)?,
                })
            })
            .collect()
    }
}
