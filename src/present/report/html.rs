//! The report as HTML: one file that asks nobody for anything, needs no script and prints well.
//!
//! Its policy forbids everything but its own style sheet, which is named by its digest: even markup that slipped through
//! could load nothing and run nothing. The forms of the parts are under `templates/report/`.

use super::model::Report;
use crate::present::text;
use crate::present::words::{self, LIMITS, Words};
use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;
use probity_rules::method::Light;
use probity_rules::sentence::Lang;
use sha2::{Digest, Sha256};

/// The look that reports and pages share.
const SHARED: &str = include_str!("../../../assets/probity.css");
/// What only reports need.
const OWN: &str = include_str!("../../../assets/report.css");

/// The style sheet and the policy that allows it.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    /// The style sheet.
    pub(crate) style: String,
    /// The content security policy.
    pub(crate) policy: String,
    /// The program's version.
    pub(crate) version: &'static str,
}

impl Look {
    /// The look of this program's version.
    pub(crate) fn new() -> Self {
        let style = format!("{SHARED}\n{OWN}");
        let digest = data_encoding::BASE64.encode(&Sha256::digest(style.as_bytes()));
        let policy = format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'");
        Self { style, policy, version: env!("CARGO_PKG_VERSION") }
    }
}

/// How services and criteria are linked to: within one file, or from page to page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Everything is in one file.
    OneFile,
    /// The page of a service within a site.
    ServicePage,
}

/// A report of one file, or the page of one service.
#[derive(Template)]
#[template(path = "report/report.html")]
struct Page<'a> {
    look: &'a Look,
    report: &'a Report,
    w: &'static Words,
    title: String,
    heading: String,
    ranked: bool,
    place: Place,
}

/// Writes a report as one HTML file.
pub(crate) fn html(report: &Report, look: &Look) -> Result<String, askama::Error> {
    page(report, look, Place::OneFile)
}

/// Writes the page of the only service of a report, as part of a site.
pub(crate) fn service_page(report: &Report, look: &Look) -> Result<String, askama::Error> {
    page(report, look, Place::ServicePage)
}

fn page(report: &Report, look: &Look, place: Place) -> Result<String, askama::Error> {
    let w = report.words;
    let heading = heading(report);
    let title = format!("{}: {heading}", w.report);
    let ranked = report.services.len() > 1;
    Page { look, report, w, title, heading, ranked, place }.render()
}

/// The entry page of a site.
#[derive(Template)]
#[template(path = "report/index.html")]
struct Index<'a> {
    look: &'a Look,
    report: &'a Report,
    w: &'static Words,
    title: String,
    heading: String,
}

/// Writes the entry page of a site.
pub(crate) fn index(report: &Report, look: &Look) -> Result<String, askama::Error> {
    let w = report.words;
    let heading = heading(report);
    Index { look, report, w, title: format!("{}: {heading}", w.report), heading }.render()
}

/// What a report is about, in a few words.
pub(crate) fn heading(report: &Report) -> String {
    match report.services.as_slice() {
        [only] => only.name.clone(),
        services => format!("{} {}", services.len(), report.words.services),
    }
}

/// What templates ask of a page, the same for each.
macro_rules! helpers {
    ($page:ident) => {
        impl $page<'_> {
            fn time(&self, time: &Timestamp) -> String {
                words::time(*time, self.report.lang)
            }
            fn day(&self, day: &Date) -> String {
                words::day(*day, self.report.lang)
            }
            fn day_of(&self, time: &Timestamp) -> String {
                words::day(words::date(*time), self.report.lang)
            }
            fn percent(&self, share: &f64) -> String {
                words::percent(*share)
            }
            fn anchor(&self, id: &str) -> String {
                text::anchor(id)
            }
            fn line(&self, text: &str) -> String {
                text::brief(text, text::QUOTE)
            }
            /// A sentence of the judge without the marks of code, which only a terminal needs.
            fn said(&self, sentence: &str) -> String {
                sentence.replace('`', "")
            }
            fn dated(&self) -> bool {
                self.report.audits.len() > 1
            }
            fn limits(&self) -> Vec<&'static str> {
                LIMITS.iter().map(|(en, de)| if self.report.lang == Lang::En { *en } else { *de }).collect()
            }
            fn lights(&self) -> [Light; 4] {
                [Light::Green, Light::Yellow, Light::Red, Light::Undecided]
            }
        }
    };
}
helpers!(Page);
helpers!(Index);

impl Index<'_> {
    /// Where a service is shown.
    fn to(&self, service: &str) -> String {
        format!("services/{}.html", super::site::file_name(service))
    }
}

impl Page<'_> {
    fn category(&self, id: &str) -> String {
        words::category(id, self.report.lang)
    }

    /// Where a service is shown.
    fn to(&self, service: &str) -> String {
        format!("#s-{}", text::anchor(service))
    }

    /// Where a criterion is shown.
    fn criterion(&self, criterion: &str) -> String {
        format!("#k-{}", text::anchor(criterion))
    }

    /// The name of a file of this service, beside or above its page.
    fn file(&self) -> String {
        self.report.services.first().map(|service| super::site::file_name(&service.id)).unwrap_or_default()
    }

    fn name(&self, service: &str) -> String {
        let known = self.report.services.iter().find(|known| known.id == service);
        known.map_or_else(|| text::brief(service, text::NAME), |known| known.name.clone())
    }
}
