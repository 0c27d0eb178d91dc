//! What pages say that stand in the place of documents, in English, German, French, Dutch, Italian and Spanish.
//!
//! Phrases are matched in lower case and mean nothing alone.

use crate::document::{Document, Kind, Language, Region};
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// A set of phrases.
pub(super) struct Phrases(LazyLock<Option<AhoCorasick>>);

impl Phrases {
    /// How many different phrases of the set a text in lower case holds.
    pub(super) fn found(&self, text: &str) -> usize {
        let Some(automaton) = &*self.0 else { return 0 };
        let mut seen = 0_u64;
        for hit in automaton.find_iter(text) {
            seen |= 1 << (hit.pattern().as_u64() % 64);
        }
        seen.count_ones() as usize
    }
}

macro_rules! phrases {
    ($($(#[$doc:meta])* $name:ident = $($phrase:literal)*;)*) => {
        $($(#[$doc])* pub(super) static $name: Phrases = Phrases(LazyLock::new(|| {
            // These sets are far from the limits that building could fail at; without one its check finds nothing.
            AhoCorasick::builder().ascii_case_insensitive(true).build([$($phrase),*]).ok()
        }));)*
    };
}

phrases! {
    /// A wall that wants to see a human being.
    WALL =
        "just a moment" "checking your browser" "checking if the site connection is secure" "verify you are human"
        "verify you are a human" "verify that you are human" "verifying you are human" "not a robot" "not a bot"
        "are you a robot" "are you human" "javascript and cookies to continue" "unusual traffic" "access denied"
        "access to this page has been denied" "request blocked" "you have been blocked" "security check" "ddos protection"
        "attention required" "press & hold" "automated access" "request unsuccessful" "security checkpoint"
        "requested url was rejected" "pardon our interruption" "performing security verification" "solve this captcha"
        "complete the captcha" "suspicious activity" "bestätigen sie, dass sie ein mensch" "ein mensch sind"
        "kein roboter" "kein bot" "sicherheitsüberprüfung" "browser wird überprüft" "ihr browser wird geprüft"
        "zugriff verweigert" "zugriff wurde verweigert" "ungewöhnlichen datenverkehr" "vous êtes humain"
        "vous êtes un humain" "pas un robot" "accès refusé" "vérification de sécurité" "vérification de votre navigateur"
        "trafic inhabituel" "u een mens bent" "geen robot" "toegang geweigerd" "beveiligingscontrole"
        "essere umano" "non sono un robot" "accesso negato" "controllo di sicurezza" "eres humano" "no soy un robot"
        "acceso denegado" "comprobación de seguridad" "verifica que eres";
    /// The title of a page that cannot give what was asked for.
    NOT_FOUND =
        "404" "not found" "page can't be found" "page cannot be found" "couldn't find" "could not be found"
        "page you requested" "page isn't available" "page is not available" "no longer available" "doesn't exist" "does not exist"
        "page unavailable" "nicht gefunden" "nicht mehr verfügbar" "existiert nicht" "gibt es nicht" "nicht verfügbar"
        "introuvable" "n'existe pas" "n’existe pas" "n'existe plus" "n’existe plus" "niet gevonden" "bestaat niet"
        "niet beschikbaar" "non trovata" "non trovato" "non esiste" "no encontrada" "no encontrado" "no existe"
        "no disponible" "non disponibile";
    /// The title of a login page.
    LOGIN =
        "sign in" "log in" "login" "log on" "sign-in" "anmelden" "anmeldung" "einloggen" "connexion" "connectez-vous"
        "se connecter" "identifiez-vous" "inloggen" "accedi" "iniciar sesión" "inicia sesión";
    /// A page that says that nothing is to be read without an account.
    MUST_LOG_IN =
        "sign in to continue" "log in to continue" "login to continue" "sign in to view" "log in to view"
        "must be logged in" "must log in" "need to log in" "need to sign in" "please sign in" "please log in"
        "melden sie sich an, um" "bitte melden sie sich an" "bitte anmelden" "bitte einloggen" "connectez-vous pour"
        "veuillez vous connecter" "log in om" "meld je aan om" "accedi per" "effettua l'accesso" "inicia sesión para"
        "inicie sesión para";
    /// A text that stands there until another one comes.
    LOADING =
        "loading" "please wait" "wird geladen" "bitte warten" "lädt" "chargement" "veuillez patienter" "laden..." "even geduld"
        "caricamento" "cargando";
    /// A notice that only scripts make the page.
    NEEDS_SCRIPT =
        "enable javascript" "turn on javascript" "activate javascript" "requires javascript" "javascript is required"
        "javascript is disabled" "javascript to run this app" "without javascript" "javascript enabled"
        "javascript aktivieren" "javascript aktiviert" "aktivieren sie javascript" "ohne javascript" "activer javascript"
        "activez javascript" "sans javascript" "javascript est désactivé" "javascript inschakelen" "abilita javascript"
        "abilitare javascript" "activa javascript" "activar javascript" "habilitar javascript" "habilita javascript"
        "enable js to" "need to enable js";
}

/// Marks of the makers of bot walls in the markup: the mark, the maker, and whether it only stands in walls (others also
/// stand in pages behind them, in scripts that measure).
const MAKERS: &[(&str, &str, bool)] = &[
    ("_cf_chl_opt", "Cloudflare", true),
    ("cf-browser-verification", "Cloudflare", true),
    ("challenge-error-text", "Cloudflare", true),
    ("cf-error-details", "Cloudflare", true),
    ("/cdn-cgi/challenge-platform", "Cloudflare", false),
    ("errors.edgesuite.net", "Akamai", true),
    ("/_sec/cp_challenge", "Akamai", true),
    ("sec-if-cpt-container", "Akamai", true),
    ("captcha-delivery.com", "DataDome", true),
    ("incapsula incident", "Imperva", true),
    ("_incapsula_resource", "Imperva", false),
    ("px-captcha", "PerimeterX", true),
    ("_pxappid", "PerimeterX", false),
    ("gokuprops", "AWS WAF", true),
    ("awswafcookiedomainlist", "AWS WAF", false),
    ("awswafintegration", "AWS WAF", false),
    ("kpsdk", "Kasada", false),
    ("sucuri website firewall", "Sucuri", true),
    ("ddos-guard", "DDoS-Guard", false),
    ("anubis_challenge", "Anubis", true),
    ("vercel security checkpoint", "Vercel", true),
    ("smartcaptcha", "Yandex", false),
    ("g-recaptcha", "reCAPTCHA", false),
    ("h-captcha", "hCaptcha", false),
    ("cf-turnstile", "Cloudflare", false),
];

static MAKER_MARKS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder().ascii_case_insensitive(true).build(MAKERS.iter().map(|(mark, _, _)| mark)).ok()
});

/// Whose wall it is by marks in the markup, and whether that is sure.
pub(super) fn wall_maker(html: &str) -> Option<(&'static str, bool)> {
    let hits = MAKER_MARKS.as_ref()?.find_iter(html).filter_map(|hit| MAKERS.get(hit.pattern().as_usize()));
    let mut maker = None;
    for &(_, name, is_sure) in hits {
        if is_sure {
            return Some((name, true));
        }
        maker = maker.or(Some((name, false)));
    }
    maker
}

/// What a page says where no scripts run, without its tags, in lower case.
pub(super) fn noscript(html: &str) -> String {
    let mut text = String::new();
    let lower = html.to_ascii_lowercase();
    for part in lower.split("<noscript").skip(1).take(8) {
        let content = part.split("</noscript").next().unwrap_or_default();
        for piece in content.split('<').take(50) {
            text.push_str(piece.split_once('>').map_or("", |(_, text)| text).trim());
            text.push(' ');
        }
    }
    text.truncate(text.floor_char_boundary(4000));
    text
}

/// Whether the markup has an element that frameworks put their page into.
pub(super) fn has_app_root(html: &str) -> bool {
    const IDS: &[&str] = &[
        "root",
        "app",
        "__next",
        "__nuxt",
        "___gatsby",
        "react-root",
        "app-root",
        "main-app",
        "q-app",
        "svelte",
        "mount",
    ];
    let named = |quote: char| IDS.iter().any(|id| html.contains(&format!("id={quote}{id}{quote}")));
    html.contains("<app-root") || named('"') || named('\'')
}

/// Whether the main text holds a word that no document of a kind does without; none where that cannot be told, for
/// other kinds and languages.
pub(super) fn is_about(document: &Document, kind: Kind) -> Option<bool> {
    let known = [Language::En, Language::De, Language::Fr];
    let other = [*b"nl\0", *b"it\0", *b"es\0"].map(Language::Other);
    if !document.language.is_some_and(|language| known.contains(&language) || other.contains(&language)) {
        return None;
    }
    let words = match kind {
        Kind::PrivacyPolicy => &PRIVACY,
        Kind::ProcessingAgreement => &PROCESSING,
        Kind::CookiePolicy => &COOKIES,
        _ => return None,
    };
    let words = words.0.as_ref()?;
    let main = document.blocks.iter().filter(|block| block.region == Region::Main);
    Some(main.into_iter().any(|block| words.is_match(&document.text[block.span.clone()])))
}

phrases! {
    /// Words of privacy policies.
    PRIVACY =
        "privacy" "personal data" "personal information" "data protection" "your data" "your information" "gdpr"
        "personally identif" "datenschutz" "personenbezogen" "persönliche daten" "persönlichen daten" "ihre daten"
        "deine daten" "dsgvo" "confidentialité" "données" "vie privée" "rgpd" "persoonsgegevens" "gegevens"
        "dati personali" "riservatezza" "datos" "privacidad" "informations personnelles" "user data" "user information"
        "collect information" "cookies";
    /// Words of processing agreements.
    PROCESSING =
        "processor" "processing" "auftragsverarbeit" "verarbeitung" "sous-traitant" "sous-traitance" "traitement"
        "verwerker" "verwerking" "responsabile del trattamento" "trattamento" "encargado" "tratamiento";
    /// Words of cookie policies.
    COOKIES = "cookie" "local storage" "tracker" "traceur" "pixel";
}
