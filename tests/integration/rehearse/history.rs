//! A history that a test writes: a policy of our own in versions, and the archive that holds them.

use crate::common::Place;
use std::fmt::Write as _;

/// The address of the declared policy.
pub(crate) const POLICY: &str = "https://meet.example/privacy";

const SERVICE: &str = r#"id = "meet"
name = "Meet Example"
category = "video-conferencing"
home = "https://meet.example/"
status = "active"
operator = { name = "Example GmbH", country = "DE" }
documents = [ { kind = "privacy-policy", url = "https://meet.example/privacy", language = "en" } ]
hosts = []
repositories = []
"#;

/// A policy in parts, a heading and its text each.
#[derive(Clone)]
pub(crate) struct Policy {
    pub(crate) title: String,
    pub(crate) parts: Vec<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { title: "Privacy Policy".into(), parts: PARTS.iter().map(|part| (*part).to_owned()).collect() }
    }
}

impl Policy {
    /// Without the sentences that hold some words.
    pub(crate) fn without(mut self, words: &str) -> Self {
        for part in &mut self.parts {
            let kept: Vec<&str> = part.split_inclusive(". ").filter(|sentence| !sentence.contains(words)).collect();
            *part = kept.concat();
        }
        self
    }

    pub(crate) fn html(&self) -> String {
        let mut html = format!(
            "<!doctype html><html lang=\"en\"><head><title>{0} - Meet Example</title></head><body>\
             <nav><a href=\"/\">Home</a> <a href=\"/pricing\">Pricing</a> <a href=\"/help\">Help</a></nav><main><h1>{0}</h1>",
            self.title
        );
        for part in &self.parts {
            let (heading, text) = part.split_once(": ").unwrap_or(("", part));
            let _ = write!(html, "<h2>{heading}</h2><p>{text}</p>");
        }
        html.push_str("</main><footer><a href=\"/imprint\">Imprint</a></footer></body></html>");
        html
    }
}

const PARTS: [&str; 12] = [
    "Who we are: Example GmbH, Musterstraße 1, 12345 Musterstadt, Germany, is the controller of the personal data that are processed when you use Meet Example. You can write to us at privacy@meet.example. This policy says which personal data we process and why.",
    "Data protection officer: You can reach our data protection officer at dpo@meet.example. Letters to the address above reach the officer too.",
    "Which data we process: When you open an account we process your name and your e-mail address. When you take part in a meeting we process your IP address and technical data of your connection. We do not look at what you say in a meeting.",
    "What for: We process your personal data in order to provide the meetings that you ask for, to bill paid plans and to keep the service secure. We do not use them for advertising.",
    "Legal basis: The legal basis for providing the service is Art. 6(1)(b) GDPR. The legal basis for keeping the service secure is our legitimate interest, Art. 6(1)(f) GDPR.",
    "Recipients: Your personal data are disclosed to hosting companies that work on our behalf and follow our instructions. Nobody else receives them, save where a court orders it.",
    "How long we keep data: We delete your account data 30 days after you close your account. Nothing else is kept of it.",
    "Right of access: You have the right to obtain access to the personal data that we hold about you. You have the right to have wrong data rectified. You have the right to have your data erased.",
    "Further rights: You have the right to restriction of processing. You have the right to data portability. You have the right to object to the processing of your personal data.",
    "Consent: Where processing rests on your consent, you have the right to withdraw your consent at any time. What was done before stays lawful.",
    "Complaints: You have the right to lodge a complaint with a supervisory authority. The authority at our seat is the one of the state of Musterland.",
    "Automated decisions: We do not use automated decision-making, including profiling. People decide about accounts that are reported to us.",
];

pub(crate) const TERMS: [&str; 6] = [
    "What these terms are about: These terms of use are a contract between you and Example GmbH about the use of the meetings. By opening an account you agree to them. They hold until one of us ends the contract, and may be read on this page at any time.",
    "Plans: The free plan has meetings of an hour. Paid plans are billed each month in advance and renew until they are cancelled. Prices are shown before you order, with all taxes, and do not change during a month that has been paid.",
    "Your duties: Keep your password secret, do not disturb the meetings of others, do not send anything that breaks the law, and do not try to break our systems. Whoever does so may be shut out without notice and owes us the damage.",
    "Our duties: We keep the meetings running for most of the month and mend faults as soon as we can. Work on our systems is announced two days before. We are not liable for what stands outside of our hands.",
    "Liability: We are liable without bounds for intent and gross negligence, and for damage to life and health. For slight negligence we are liable only where a main duty is broken, and then for the damage that can be expected.",
    "Law and courts: The law of Germany governs this contract. The courts of Musterstadt decide where both sides are merchants. Should a clause be void, the others stay in force, and the void one is replaced by what the law says.",
];

/// The same policy in German, as a server shows it to visitors from elsewhere.
pub(crate) fn german() -> String {
    let parts = [
        "Wer wir sind: Verantwortlich für die Verarbeitung personenbezogener Daten ist die Example GmbH, Musterstraße 1, 12345 Musterstadt. Diese Erklärung sagt, welche Daten wir verarbeiten und wozu. Fragen beantworten wir unter der Adresse datenschutz@meet.example.",
        "Datenschutzbeauftragte: Unsere Datenschutzbeauftragte erreichen Sie unter dpo@meet.example. Auch Briefe an die genannte Anschrift kommen bei ihr an.",
        "Welche Daten wir verarbeiten: Wenn Sie ein Konto anlegen, verarbeiten wir Ihren Namen und Ihre Adresse. Wenn Sie an einer Besprechung teilnehmen, verarbeiten wir Ihre IP-Adresse und technische Daten der Verbindung. Was Sie sagen, sehen wir uns nicht an.",
        "Wozu: Wir verarbeiten Ihre Daten, um die Besprechungen bereitzustellen, um die bezahlten Tarife abzurechnen und um den Dienst sicher zu halten. Zu Werbung verwenden wir sie nicht.",
        "Speicherdauer: Wir löschen die Daten Ihres Kontos 30 Tage nach der Kündigung. Mehr wird davon nicht aufbewahrt.",
        "Ihre Rechte: Sie haben das Recht auf Auskunft über die Daten, die wir über Sie gespeichert haben, das Recht auf Berichtigung und das Recht auf Löschung. Sie haben das Recht, sich bei einer Aufsichtsbehörde zu beschweren.",
    ];
    Policy { title: "Datenschutzerklärung".into(), parts: parts.map(str::to_owned).to_vec() }
        .html()
        .replace("lang=\"en\"", "lang=\"de\"")
}

/// Captures over time.
pub(crate) struct History {
    warc: Vec<u8>,
    count: u32,
}

impl History {
    pub(crate) fn new() -> Self {
        Self { warc: Vec::new(), count: 0 }
    }

    /// The policy at a time.
    pub(crate) fn capture(&mut self, at: &str, html: &str) {
        self.answer(at, POLICY, "200 OK", "", html);
    }

    /// Any answer.
    pub(crate) fn answer(&mut self, at: &str, url: &str, status: &str, fields: &str, body: &str) {
        self.count += 1;
        let http = format!("HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{fields}\r\n{body}");
        let head = format!(
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {at}\r\n\
             WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{:012}>\r\n\
             Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
            self.count,
            http.len()
        );
        self.warc.extend(head.bytes().chain(http.bytes()).chain(*b"\r\n\r\n"));
    }

    /// Puts the archive and the declaration where a command finds them.
    pub(crate) fn write(&self, place: &Place) {
        place.write("history.warc", &self.warc);
        place.write("services/meet.toml", SERVICE);
    }
}
