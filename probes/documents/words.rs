//! The words by which legal pages are linked, in six languages, and the words that mean something else.
//!
//! Written without regard to case, accents, hyphens and dots: both sides are folded alike. A list of usage, not of law.

use aho_corasick::{AhoCorasick, MatchKind};
use probity_rules::document::Kind::{self, CookiePolicy, Imprint, PrivacyPolicy, ProcessingAgreement};
use probity_rules::document::Kind::{Security, Subprocessors, Terms};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// What a phrase leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Goal {
    /// A document.
    Kind(Kind),
    /// A page that links the legal documents.
    Hub,
}

const fn to(kind: Kind) -> Goal {
    Goal::Kind(kind)
}

/// Goal, language, phrases: as links and addresses write them.
const PHRASES: &[(Goal, &str, &[&str])] = &[
    (
        to(PrivacyPolicy),
        "en",
        &[
            "privacy policy",
            "privacy notice",
            "privacy statement",
            "privacy information",
            "data protection policy",
            "data protection notice",
            "data protection",
            "data privacy",
            "data policy",
            "privacy",
            "privacypolicy",
        ],
    ),
    (
        to(PrivacyPolicy),
        "de",
        &[
            "datenschutzerklärung",
            "datenschutzerklaerung",
            "datenschutzhinweis",
            "datenschutzhinweise",
            "datenschutzinformation",
            "datenschutzinformationen",
            "datenschutzbestimmungen",
            "datenschutzrichtlinie",
            "datenschutzrichtlinien",
            "datenschutz",
        ],
    ),
    (
        to(PrivacyPolicy),
        "fr",
        &[
            "politique de confidentialité",
            "charte de confidentialité",
            "politique de protection des données",
            "politique de vie privée",
            "protection des données",
            "protection des données personnelles",
            "données personnelles",
            "données à caractère personnel",
            "confidentialité",
            "vie privée",
        ],
    ),
    (to(PrivacyPolicy), "nl", &["privacybeleid", "privacyverklaring", "privacyreglement", "gegevensbescherming"]),
    (
        to(PrivacyPolicy),
        "it",
        &["informativa sulla privacy", "informativa privacy", "trattamento dei dati", "protezione dei dati"],
    ),
    (to(PrivacyPolicy), "es", &["política de privacidad", "aviso de privacidad", "protección de datos", "privacidad"]),
    (
        to(Terms),
        "en",
        &[
            "terms of service",
            "terms of use",
            "terms and conditions",
            "terms conditions",
            "terms",
            "tos",
            "conditions of use",
            "user agreement",
            "service agreement",
            "customer agreement",
            "subscription agreement",
            "general terms",
        ],
    ),
    (
        to(Terms),
        "de",
        &[
            "nutzungsbedingungen",
            "allgemeine geschäftsbedingungen",
            "allgemeine geschaeftsbedingungen",
            "geschäftsbedingungen",
            "geschaeftsbedingungen",
            "nutzungsvereinbarung",
            "vertragsbedingungen",
            "agb",
            "agbs",
        ],
    ),
    (
        to(Terms),
        "fr",
        &[
            "conditions d utilisation",
            "conditions générales d utilisation",
            "conditions générales",
            "conditions générales de vente",
            "conditions générales de service",
            "conditions de service",
            "cgu",
            "cgv",
            "cgs",
        ],
    ),
    (to(Terms), "nl", &["algemene voorwaarden", "gebruiksvoorwaarden", "servicevoorwaarden", "voorwaarden"]),
    (
        to(Terms),
        "it",
        &["termini di servizio", "termini e condizioni", "termini d uso", "condizioni d uso", "condizioni generali"],
    ),
    (
        to(Terms),
        "es",
        &[
            "términos de servicio",
            "términos del servicio",
            "términos y condiciones",
            "términos de uso",
            "condiciones de uso",
            "condiciones generales",
            "condiciones del servicio",
        ],
    ),
    (
        to(ProcessingAgreement),
        "en",
        &[
            "data processing agreement",
            "data processing addendum",
            "data processing terms",
            "data protection addendum",
            "data protection agreement",
            "processing agreement",
            "dpa",
        ],
    ),
    (
        to(ProcessingAgreement),
        "de",
        &[
            "auftragsverarbeitungsvertrag",
            "vertrag zur auftragsverarbeitung",
            "auftragsverarbeitungsvereinbarung",
            "auftragsverarbeitung",
            "auftragsdatenverarbeitung",
            "av vertrag",
            "avv",
        ],
    ),
    (
        to(ProcessingAgreement),
        "fr",
        &[
            "accord de traitement des données",
            "accord sur le traitement des données",
            "avenant relatif au traitement des données",
            "contrat de sous traitance",
        ],
    ),
    (to(ProcessingAgreement), "nl", &["verwerkersovereenkomst", "verwerkingsovereenkomst"]),
    (
        to(ProcessingAgreement),
        "it",
        &["accordo sul trattamento dei dati", "accordo per il trattamento dei dati", "contratto di nomina"],
    ),
    (
        to(ProcessingAgreement),
        "es",
        &[
            "acuerdo de procesamiento de datos",
            "acuerdo de tratamiento de datos",
            "contrato de encargo de tratamiento",
            "encargo de tratamiento",
        ],
    ),
    (
        to(Subprocessors),
        "en",
        &["subprocessors", "sub processors", "subprocessor list", "list of subprocessors", "subprocessor"],
    ),
    (
        to(Subprocessors),
        "de",
        &["unterauftragsverarbeiter", "unterauftragnehmer", "subunternehmer", "subdienstleister"],
    ),
    (to(Subprocessors), "fr", &["sous traitants", "sous traitants ultérieurs", "liste des sous traitants"]),
    (to(Subprocessors), "nl", &["subverwerkers", "sub verwerkers"]),
    (to(Subprocessors), "it", &["sub responsabili", "subresponsabili", "sub responsabili del trattamento"]),
    (to(Subprocessors), "es", &["subencargados", "subprocesadores", "subencargados del tratamiento"]),
    (to(Security), "en", &["security", "security overview", "trust center", "trust centre", "data security"]),
    (to(Security), "de", &["sicherheit", "datensicherheit", "it sicherheit", "informationssicherheit"]),
    (to(Security), "fr", &["sécurité", "sécurité des données"]),
    (to(Security), "nl", &["beveiliging", "veiligheid"]),
    (to(Security), "it", &["sicurezza", "sicurezza dei dati"]),
    (to(Security), "es", &["seguridad", "seguridad de los datos"]),
    (to(Imprint), "en", &["imprint", "legal notice", "site notice"]),
    (to(Imprint), "de", &["impressum", "anbieterkennzeichnung"]),
    (to(Imprint), "fr", &["mentions légales"]),
    (to(Imprint), "nl", &["colofon"]),
    (to(Imprint), "it", &["note legali"]),
    (to(Imprint), "es", &["aviso legal"]),
    (
        to(CookiePolicy),
        "en",
        &["cookie policy", "cookies policy", "cookie notice", "cookie statement", "cookie information", "cookies"],
    ),
    (
        to(CookiePolicy),
        "de",
        &["cookie richtlinie", "cookierichtlinie", "cookie hinweise", "cookie hinweis", "cookie erklärung"],
    ),
    (to(CookiePolicy), "fr", &["politique de cookies", "politique relative aux cookies", "politique des cookies"]),
    (to(CookiePolicy), "nl", &["cookiebeleid", "cookieverklaring"]),
    (to(CookiePolicy), "it", &["informativa sui cookie", "politica dei cookie"]),
    (to(CookiePolicy), "es", &["política de cookies", "aviso de cookies"]),
    (Goal::Hub, "en", &["legal", "legal information", "legal center", "legal centre", "legal hub", "policies"]),
    (Goal::Hub, "de", &["rechtliches", "rechtliche hinweise", "rechtliche informationen", "rechtliche dokumente"]),
    (Goal::Hub, "fr", &["informations légales", "juridique", "documents juridiques"]),
    (Goal::Hub, "nl", &["juridisch", "juridische informatie"]),
    (Goal::Hub, "it", &["informazioni legali", "documenti legali"]),
    (Goal::Hub, "es", &["información legal", "documentos legales"]),
];

/// Words of links that look legal and lead elsewhere.
const OTHERS: &[&[&str]] = &[
    // switches, not texts
    &[
        "ajustes",
        "choices",
        "configuracion",
        "einstellungen",
        "gerer",
        "impostazioni",
        "instellingen",
        "manage",
        "optout",
        "parametres",
        "preferences",
        "sell",
        "settings",
        "voorkeuren",
    ],
    // for applicants and staff, not for users
    &[
        "applicant",
        "applicants",
        "bewerber",
        "bewerbung",
        "candidate",
        "candidates",
        "candidats",
        "career",
        "careers",
        "employee",
        "employees",
        "jobs",
        "karriere",
        "recruitment",
    ],
    // pages of another firm or network
    &["facebook", "instagram", "linkedin", "tiktok", "twitter", "xing", "youtube"],
    // news about it
    &[
        "article",
        "blog",
        "event",
        "events",
        "guide",
        "guides",
        "insights",
        "magazin",
        "magazine",
        "news",
        "podcast",
        "press",
        "presse",
        "webinar",
        "whitepaper",
    ],
    // what was once
    &["archive", "archived", "archiv", "changelog", "former", "history", "old", "previous"],
    // a door
    &["login", "register", "signin", "signup"],
];

/// A phrase found in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) goal: Goal,
    pub(super) language: &'static str,
    /// Whether the text is the phrase and nothing else.
    pub(super) whole: bool,
}

struct Table {
    phrases: AhoCorasick,
    meanings: Vec<(Goal, &'static str)>,
}

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| {
    let each = PHRASES
        .iter()
        .flat_map(|(goal, language, phrases)| phrases.iter().map(move |phrase| (fold(phrase), (*goal, *language))));
    let (phrases, meanings): (Vec<_>, Vec<_>) = each.unzip();
    let phrases = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(phrases).ok()?;
    Some(Table { phrases, meanings })
});

/// The phrases in a folded text, each at the limits of words; they do not overlap, the longer goes first.
pub(super) fn hits(folded: &str) -> Vec<Hit> {
    let Some(table) = &*TABLE else { return Vec::new() };
    let starts = |at: usize| at == 0 || folded.as_bytes()[at - 1] == b' ';
    let ends = |at: usize| at == folded.len() || folded.as_bytes()[at] == b' ';
    let found = table.phrases.find_iter(folded).filter(|found| starts(found.start()) && ends(found.end()));
    let hit = |found: aho_corasick::Match| {
        let (goal, language) = table.meanings[found.pattern().as_usize()];
        Hit { goal, language, whole: found.len() == folded.len() }
    };
    found.map(hit).collect()
}

/// Whether a word of a folded text means something else.
pub(super) fn otherwise(folded: &str) -> bool {
    folded.split(' ').any(|word| OTHERS.iter().any(|words| words.contains(&word)))
}

/// A text in lower case, without accents, its words separated by single spaces.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        let plain = match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => "a",
            'ç' => "c",
            'è' | 'é' | 'ê' | 'ë' => "e",
            'ì' | 'í' | 'î' | 'ï' => "i",
            'ñ' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' => "o",
            'ù' | 'ú' | 'û' | 'ü' => "u",
            'œ' => "oe",
            'ß' => "ss",
            // soft hyphens and joiners stand inside of words
            '\u{ad}' | '\u{200b}'..='\u{200d}' => continue,
            letter if letter.is_alphanumeric() => {
                folded.push(letter);
                continue;
            }
            _ if folded.is_empty() || folded.ends_with(' ') => continue,
            _ => " ",
        };
        folded.push_str(plain);
    }
    folded.truncate(folded.trim_end().len());
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goals(text: &str) -> Vec<Goal> {
        hits(&fold(text)).into_iter().map(|hit| hit.goal).collect()
    }

    #[test]
    fn phrases_are_found_whatever_their_spelling() {
        assert_eq!(goals("  Datenschutz\u{ad}erklärung "), [to(PrivacyPolicy)]);
        assert_eq!(goals("Politique de Confidentialité"), [to(PrivacyPolicy)]);
        assert_eq!(goals("Terms & Conditions"), [to(Terms)]);
        assert_eq!(goals("Conditions d’utilisation"), [to(Terms)]);
        assert_eq!(goals("Sub-processors"), [to(Subprocessors)]);
        assert_eq!(goals("Privacy and Cookie Policy"), [to(PrivacyPolicy), to(CookiePolicy)]);
        assert_eq!(goals("Verwerkersovereenkomst"), [to(ProcessingAgreement)]);
        assert_eq!(goals("Aviso legal"), [to(Imprint)]);
        assert!(goals("Cybersecurity jobs, illegal, termsheet").is_empty());
        assert!(goals("").is_empty());
    }

    #[test]
    fn what_is_whole_is_told_from_what_is_a_part() {
        assert!(hits("privacy policy")[0].whole);
        assert!(!hits("our privacy policy")[0].whole);
    }

    #[test]
    fn the_lists_are_sound() {
        for (goal, language, phrases) in PHRASES {
            for phrase in *phrases {
                let found = hits(&fold(phrase));
                assert!(found.len() == 1 && found[0].whole && found[0].goal == *goal, "{language} {phrase}: {found:?}");
            }
        }
        for words in OTHERS {
            assert!(words.iter().all(|word| fold(word) == **word), "{words:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text: String) {
            let _ = (hits(&fold(&text)), otherwise(&fold(&text)));
        }
    }
}
