//! Where one would look for a claim: which kinds of documents must have been read whole before its absence counts.
//!
//! A claim counts wherever it stands; this is about silence alone. A privacy policy that says nothing about end-to-end
//! encryption proves nothing, a privacy policy that says nothing about the right of access proves that it is missing.

use probity_rules::claim::ClaimId;
use probity_rules::document::Kind::{self, Help, PrivacyPolicy, ProcessingAgreement, Security, Terms};

/// For the claims under a prefix: of each group at least one document must have been read whole, and none of it may have
/// failed. The first line that fits counts.
///
/// - `dpa.offered`: terms that are silent about a processing agreement offer none; other duties of Art. 28(3) GDPR stand
///   in the agreement itself, and terms are that only where they are the agreement (`survey` cannot know it).
/// - `info.`, `location.`, `transfer.`: Art. 13(1) GDPR wants them where the data subject is informed.
/// - `sharing.`, `metadata.`, `tracking.`: recipients and categories of data are part of that information too.
/// - what a product can do (`e2ee.`, `recording.`, `access.`, `source.` …) is told by a page about the product.
static EXPECTED: &[(&str, &[&[Kind]])] = &[
    ("dpa.offered", &[&[ProcessingAgreement, Terms]]),
    ("dpa.", &[&[ProcessingAgreement]]),
    ("info.", &[&[PrivacyPolicy]]),
    ("location.", &[&[PrivacyPolicy]]),
    ("transfer.", &[&[PrivacyPolicy]]),
    ("sharing.", &[&[PrivacyPolicy]]),
    ("metadata.", &[&[PrivacyPolicy]]),
    ("tracking.", &[&[PrivacyPolicy]]),
    ("encryption.", &[&[PrivacyPolicy], &[Security, Help]]),
    ("e2ee.", &[&[PrivacyPolicy], &[Security, Help]]),
    ("recording.", &[&[PrivacyPolicy], &[Terms, Help, Security]]),
    ("content.", &[&[PrivacyPolicy], &[Terms]]),
    ("access.", &[&[PrivacyPolicy], &[Terms, Help]]),
    ("source.", &[&[PrivacyPolicy], &[Terms, Help, Security]]),
];

/// The groups for a claim.
pub(super) fn of(claim: ClaimId) -> &'static [&'static [Kind]] {
    let fits = EXPECTED.iter().find(|(prefix, _)| claim.as_str().starts_with(prefix));
    fits.map_or(&[&[PrivacyPolicy], &[Terms]], |(_, groups)| groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_has_its_line_and_every_line_a_claim() {
        for claim in ClaimId::all() {
            assert!(EXPECTED.iter().any(|(prefix, _)| claim.as_str().starts_with(prefix)), "{claim}");
        }
        for (prefix, groups) in EXPECTED {
            let served =
                ClaimId::all().any(|claim| std::ptr::eq(of(claim), *groups) && claim.as_str().starts_with(prefix));
            assert!(served, "{prefix} serves no claim");
        }
    }

    #[test]
    fn contracts_alone_prove_that_a_duty_of_a_processor_is_missing() {
        for claim in ClaimId::all().filter(|claim| claim.is_of_contract()) {
            assert!(of(claim).iter().flat_map(|group| *group).all(|kind| kind.is_contract()), "{claim}");
        }
    }
}
