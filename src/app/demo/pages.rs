//! The pages of the small internet: texts that were written for it, in a plain frame with links to each other.
//!
//! The services are invented; any likeness to real ones lies in the kind of sentences that such pages hold.

/// One page of a host.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// The host.
    pub(crate) host: &'static str,
    /// Its path.
    pub(crate) path: &'static str,
    /// Its language.
    pub(crate) language: &'static str,
    /// What stands in its `<title>`, and in links to it.
    pub(crate) title: &'static str,
    /// What stands in its `<main>`.
    text: &'static str,
}

macro_rules! pages {
    ($($host:literal $path:literal $language:literal $title:literal $file:literal;)*) => {
        /// Every page that answers with 200.
        pub(crate) const PAGES: &[Page] = &[$(Page {
            host: $host,
            path: $path,
            language: $language,
            title: $title,
            text: include_str!(concat!("pages/", $file)),
        }),*];
    };
}

pages! {
    "lindenhof.example" "/" "en" "Lindenhof Meet" "lindenhof/home.html";
    "lindenhof.example" "/privacy" "en" "Privacy policy" "lindenhof/privacy.html";
    "lindenhof.example" "/datenschutz" "de" "Datenschutzerklärung" "lindenhof/datenschutz.html";
    "lindenhof.example" "/agreement" "en" "Data processing agreement" "lindenhof/agreement.html";
    "lindenhof.example" "/subprocessors" "en" "Sub-processors" "lindenhof/subprocessors.html";
    "lindenhof.example" "/terms" "en" "Terms of use" "lindenhof/terms.html";
    "lindenhof.example" "/help" "en" "Help" "lindenhof/help.html";
    "gatherly.example" "/" "en" "Gatherly" "gatherly/home.html";
    "gatherly.example" "/legal/privacy" "en" "Privacy Statement" "gatherly/privacy.html";
    "gatherly.example" "/legal/terms" "en" "Terms of Service" "gatherly/terms.html";
    "gatherly.example" "/trust/security" "en" "Security" "gatherly/security.html";
    "gatherly.example" "/help" "en" "Help Center" "gatherly/help.html";
    "bbb.hs-auental.example" "/" "de" "Konferenzdienst der Hochschule Auental" "auental/home.html";
    "bbb.hs-auental.example" "/datenschutz" "de" "Datenschutzhinweise" "auental/datenschutz.html";
    "bbb.hs-auental.example" "/nutzung" "de" "Nutzungsordnung" "auental/nutzung.html";
    "bbb.hs-auental.example" "/hilfe" "de" "Hilfe" "auental/hilfe.html";
    "bbb.hs-auental.example" "/avv" "de" "Vertrag zur Auftragsverarbeitung" "auental/avv.html";
    "salon-visio.example" "/" "fr" "Salon Visio" "salon/home.html";
    "salon-visio.example" "/confidentialite" "fr" "Politique de confidentialité" "salon/confidentialite.html";
    "salon-visio.example" "/conditions" "fr" "Conditions générales d'utilisation" "salon/conditions.html";
    "salon-visio.example" "/accord" "fr" "Accord de sous-traitance des données" "salon/accord.html";
    "salon-visio.example" "/securite" "fr" "Sécurité" "salon/securite.html";
    "salon-visio.example" "/aide" "fr" "Aide" "salon/aide.html";
    "quickmeet.example" "/" "en" "Quickmeet" "quickmeet/home.html";
    "quickmeet.example" "/privacy" "en" "Privacy" "quickmeet/privacy.html";
}

/// The page behind which the broken service hides: sent with status 403.
pub(crate) const WALL: &str = include_str!("pages/fernruf/wall.html");

impl Page {
    /// The whole page as it goes over the wire.
    pub(crate) fn html(&self) -> String {
        let Self { language, title, text, host, .. } = self;
        let others = PAGES.iter().filter(|page| page.host == *host);
        let links: String =
            others.map(|page| format!("<li><a href=\"{}\">{}</a></li>", page.path, page.title)).collect();
        format!(
            "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><title>{title}</title></head>\n<body>\n\
             <header><p>{host}</p></header>\n<main>\n{text}</main>\n<footer><nav><ul>{links}</ul></nav></footer>\n</body>\n\
             </html>\n"
        )
    }
}
