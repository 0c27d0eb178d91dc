//! How sure a reading is: the share of right ones among those with evidence of the same grade, on labelled texts.
//!
//! The figures are data, written by `cargo run --release --example measure -- --calibrate`. It learns nothing itself.

use super::decide::Grade;
use crate::claim::ClaimId;

/// The confidence of a claim found with evidence of this grade.
pub(super) fn found(_claim: ClaimId, grade: Grade) -> f32 {
    match grade {
        Grade::Weak => 0.75,
        Grade::Single => 0.9,
        Grade::Several => 0.95,
    }
}

/// The confidence that a claim which was not found is not there.
pub(super) fn absent(_claim: ClaimId) -> f32 {
    0.9
}
