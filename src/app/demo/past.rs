//! What the small internet was like before: the days of earlier audits, and what its pages said then.
//!
//! Each change is a sentence of a page of today, put back to what it was. The demo shows how such a change reaches a person.

/// The audits of the demo, in days before today, the oldest first.
pub(crate) const DAYS: [i64; 7] = [182, 141, 99, 58, 30, 4, 0];

/// A sentence that stood differently.
pub(crate) struct Sentence {
    /// The host of the page.
    pub(crate) host: &'static str,
    /// Its path.
    pub(crate) path: &'static str,
    /// What it says today.
    pub(crate) today: &'static str,
    /// What it said.
    pub(crate) before: &'static str,
    /// It was changed after the audit of so many days ago.
    pub(crate) until: i64,
}

/// The sentences that stood differently.
pub(crate) const SENTENCES: &[Sentence] = &[
    Sentence {
        host: "gatherly.example",
        path: "/legal/privacy",
        today: "Participants are not asked for their consent.",
        before: "A recording starts only after all participants have given their consent.",
        until: 30,
    },
    Sentence {
        host: "gatherly.example",
        path: "/legal/privacy",
        today: "Hosts on the Enterprise plan can turn on end-to-end encryption for meetings; it is off by default and some \
                features are then not available.",
        before: "Gatherly does not offer end-to-end encryption: its servers mix and transcribe the sound. Meetings are not \
                 end-to-end encrypted.",
        until: 141,
    },
    Sentence {
        host: "salon-visio.example",
        path: "/confidentialite",
        today: "Le chiffrement de bout en bout peut être activé par l'organisateur pour chaque réunion.",
        before: "Toutes les réunions sont chiffrées de bout en bout par défaut.",
        until: 30,
    },
    Sentence {
        host: "salon-visio.example",
        path: "/confidentialite",
        today: "L'enregistrement ne démarre qu'après l'accord de tous les participants.",
        before: "Les participants sont informés du début de l'enregistrement.",
        until: 99,
    },
    Sentence {
        host: "salon-visio.example",
        path: "/aide",
        today: "Chaque participant reçoit alors une demande à l'écran ; l'enregistrement ne démarre qu'après l'accord de \
                tous les participants.",
        before: "Chaque participant voit alors un point rouge à l'écran.",
        until: 99,
    },
];

/// A page of today as it was so many days ago.
pub(crate) fn page(host: &str, path: &str, mut html: String, days: i64) -> String {
    for sentence in SENTENCES.iter().filter(|one| one.host == host && one.path == path && days >= one.until) {
        html = html.replace(sentence.today, sentence.before);
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::demo::pages::{PAGES, Page};

    #[test]
    fn every_sentence_stands_in_its_page_today() {
        for sentence in SENTENCES {
            let page = PAGES.iter().find(|page| page.host == sentence.host && page.path == sentence.path);
            let html = page.map(Page::html).unwrap_or_default();
            assert!(html.contains(sentence.today), "{}{}: {}", sentence.host, sentence.path, sentence.today);
            assert!(!self::page(sentence.host, sentence.path, html.clone(), 0).contains(sentence.before));
            assert!(self::page(sentence.host, sentence.path, html, sentence.until).contains(sentence.before));
            assert!(DAYS.contains(&sentence.until), "{} is no day of an audit", sentence.until);
        }
    }
}
