//! The words of reports in English and in German, and how days, times and numbers are written.
//!
//! Sentences about a service are not here: those are the judge's (`because`), or stand in the criteria.

use crate::base::review::Reason;
use crate::present::text;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use probity_rules::judge::Basis;
use probity_rules::observation::Why;
use probity_rules::rating::Decided;
use probity_rules::sentence::Lang;

macro_rules! words {
    ($($name:ident: $en:literal, $de:literal;)*) => {
        /// Words and sentences that stand in a report as they are.
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct Words { $(pub(crate) $name: &'static str,)* }
        const EN: Words = Words { $($name: $en,)* };
        const DE: Words = Words { $($name: $de,)* };
    };
}

words! {
    tag: "en", "de";
    report: "Privacy audit", "Datenschutzprüfung";
    skip: "To the ranking", "Zur Rangliste";
    provisional: "Provisional: read and judged by a machine; a person decides before anything of this is published.",
        "Vorläufig: von einer Maschine gelesen und bewertet; vor einer Veröffentlichung entscheidet ein Mensch.";
    confirmed: "Confirmed: read and judged by a machine, and confirmed by a person for each rating.",
        "Bestätigt: von einer Maschine gelesen und bewertet; jede Bewertung hat ein Mensch bestätigt.";
    is_provisional: "provisional", "vorläufig";
    is_confirmed: "confirmed", "bestätigt";
    is_contested: "contested", "bestritten";
    is_withdrawn: "withdrawn", "zurückgezogen";
    as_of: "Evidence as of", "Belege mit Stand";
    law_of: "Law of", "Rechtsstand";
    rules: "Rules", "Regeln";
    program: "Program", "Programm";
    services: "services", "Dienste";
    service: "Service", "Dienst";
    ranking: "Ranking", "Rangliste";
    rank: "Rank", "Rang";
    light: "Light", "Ampel";
    score: "Score", "Punkte";
    known: "Known", "Bekannt";
    known_long: "share of the weight that could be decided", "Anteil des Gewichts, der entschieden werden konnte";
    why: "Why, or what is missing", "Warum, oder was fehlt";
    seen: "Seen", "Stand";
    legend: "How to read this", "Lesehilfe";
    legend_lights: "A light is a shape and a word:", "Eine Ampel ist eine Form und ein Wort:";
    legend_undecided: "Undecided means that what is not known could change the light. Unknown is never counted against a service.",
        "Offen heißt: Was nicht bekannt ist, könnte die Ampel ändern. Unbekanntes zählt nie gegen einen Dienst.";
    legend_bar: "In a bar the full part is sure, the pale part is possible, and the lines are where the light changes.",
        "Im Balken ist der volle Teil sicher, der blasse möglich; an den Strichen wechselt die Ampel.";
    legend_basis: "Measured: seen or read by the program. Stated: the provider says so. Attested: a person vouches for it.",
        "Gemessen: vom Programm gesehen oder gelesen. Erklärt: Der Anbieter sagt es. Bezeugt: Ein Mensch steht dafür ein.";
    weight: "weight", "Gewicht";
    why_matters: "Why it matters", "Warum es wichtig ist";
    how_to_fix: "How to fix it", "Wie es sich beheben lässt";
    looks_at: "What is looked at", "Was geprüft wird";
    cannot_see: "What cannot be seen", "Was sich nicht sehen lässt";
    legal: "Legal basis", "Rechtsgrundlage";
    missing: "What would decide it", "Was es entscheiden würde";
    between: "Still possible:", "Noch möglich:";
    settle: "What would settle the light soonest:", "Was die Ampel am ehesten entscheidet:";
    settle_alone: "It decides the light alone.", "Es entscheidet die Ampel allein.";
    elsewhere: "Also said in documents that do not count here", "Auch gesagt in Dokumenten, die hier nicht zählen";
    searched: "Looked for and not found in", "Gesucht und nicht gefunden in";
    vouched: "Vouched for by", "Dafür steht ein:";
    vouched_not: "Denied by", "Verneint von";
    source: "source", "Quelle";
    until: "until", "bis";
    contradictions: "Contradictions", "Widersprüche";
    contradictions_note: "Here two things do not fit together. Both sides are cited.",
        "Hier passt zweierlei nicht zusammen. Beide Seiten sind belegt.";
    unsettles: "It keeps from being decided:", "Offen bleibt deshalb:";
    concerns: "It concerns:", "Es betrifft:";
    gaps: "What could not be had", "Was nicht zu bekommen war";
    gaps_note: "Nothing of this makes a grade worse.", "Nichts davon verschlechtert eine Bewertung.";
    gap_what: "What", "Was";
    gap_why: "Why", "Warum";
    exhibit: "Exhibit", "Beleg";
    exhibits: "Exhibits", "Belege";
    exhibits_note: "Each exhibit is a passage of a record in the archive, verbatim. The digest is that of the record’s payload (SHA-256).",
        "Jeder Beleg ist eine wörtliche Stelle aus einem Datensatz des Archivs. Die Prüfsumme ist die seines Inhalts (SHA-256).";
    more_exhibits: "Further passages:", "Weitere Stellen:";
    address: "Address", "Adresse";
    captured: "Captured", "Erfasst";
    digest: "Digest", "Prüfsumme";
    bytes: "Bytes of the text", "Bytes im Text";
    heading: "Under the heading", "Unter der Überschrift";
    cut: "Cut here; the whole passage is in the archive.", "Hier gekürzt; die ganze Stelle steht im Archiv.";
    methods: "Methods", "Methoden";
    method_note: "All methods are our readings of published work, not verdicts of its authors.",
        "Alle Methoden sind unsere Lesarten veröffentlichter Arbeiten, keine Urteile ihrer Verfasser.";
    sources: "Sources", "Quellen";
    criteria: "Criteria", "Kriterien";
    revision: "revision", "Revision";
    other_revision: "The text of the criterion is of another revision than the finding.",
        "Der Text des Kriteriums gehört zu einer anderen Revision als der Befund.";
    law: "Law of the day", "Recht am Tag der Prüfung";
    law_state: "looked up to", "nachgeschlagen bis";
    eea: "European Economic Area", "Europäischer Wirtschaftsraum";
    adequate: "Adequacy decision for all", "Angemessenheitsbeschluss für alle";
    registered: "Adequacy only for companies of a register", "Angemessenheit nur für Unternehmen eines Registers";
    none: "none", "keine";
    databases: "Databases of places", "Adressdatenbanken";
    databases_note: "Places of addresses are testimony, not fact; alone they never make a grade poor.",
        "Der Ort einer Adresse ist ein Anzeichen, keine Tatsache; allein verschlechtert er nie eine Bewertung.";
    stale: "older than a year", "älter als ein Jahr";
    limits: "What this program cannot decide", "Was dieses Programm nicht entscheiden kann";
    replay: "How to check this", "Wie sich das nachprüfen lässt";
    replay_note: "Every record lies in the archive of the audit. Any WARC tool opens it, and this program judges it again:",
        "Jeder Datensatz liegt im Archiv der Prüfung. Jedes Programm für WARC öffnet es, und dieses bewertet es erneut:";
    replay_rules: "With the same rules and databases the result is the same, byte by byte.",
        "Mit denselben Regeln und Datenbanken ist das Ergebnis bis aufs Byte dasselbe.";
    audit_of: "Audit of", "Prüfung vom";
    ended: "The service ended on", "Der Dienst endete am";
    back: "All services", "Alle Dienste";
    other_forms: "Other forms", "Andere Formate";
}

/// What no program decides, a sentence each.
pub(crate) const LIMITS: [(&str, &str); 6] = [
    (
        "Whether practice follows the paper: it reads what providers say and looks at what can be seen from outside.",
        "Ob die Praxis dem Papier folgt: Es liest, was Anbieter sagen, und sieht sich an, was von außen zu sehen ist.",
    ),
    (
        "Whether a legal basis or a balancing of interests holds, or a clause is valid.",
        "Ob eine Rechtsgrundlage oder Interessenabwägung trägt oder eine Klausel wirksam ist.",
    ),
    (
        "Where a server stands: databases of addresses are testimony, with name and date beside it.",
        "Wo ein Server steht: Adressdatenbanken geben nur Anzeichen; Name und Datum stehen daneben.",
    ),
    (
        "What happens in a call, in an app or behind an account that it did not see.",
        "Was in einem Gespräch, in einer App oder hinter einem Konto geschieht, das es nicht gesehen hat.",
    ),
    (
        "What a page in another language than English, German or French says: that is unknown.",
        "Was eine Seite in einer anderen Sprache als Englisch, Deutsch oder Französisch sagt: Das ist unbekannt.",
    ),
    (
        "Where a human judgement draws the line, as between red and yellow in a short test.",
        "Wo ein menschliches Urteil die Grenze zieht, etwa zwischen Rot und Gelb in einer Kurzprüfung.",
    ),
];

/// The words of a language.
pub(crate) fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::En => &EN,
        Lang::De => &DE,
    }
}

/// A category as people read it: the field that methods are written for has a name in each language, others are the id without
/// hyphens.
pub(crate) fn category(id: &str, lang: Lang) -> String {
    match (id, lang) {
        ("video-conferencing", Lang::De) => "Videokonferenzen".to_owned(),
        _ => text::brief(&id.replace('-', " "), text::NAME),
    }
}

/// On what a finding rests, in a word; empty where it rests on nothing.
pub(crate) fn basis(basis: Basis, lang: Lang) -> &'static str {
    match (basis, lang) {
        (Basis::None, _) => "",
        (Basis::Attested, Lang::En) => "attested",
        (Basis::Attested, Lang::De) => "bezeugt",
        (Basis::Stated, Lang::En) => "stated",
        (Basis::Stated, Lang::De) => "erklärt",
        (Basis::Measured, Lang::En) => "measured",
        (Basis::Measured, Lang::De) => "gemessen",
    }
}

/// Why something could not be had.
pub(crate) fn why(why: Why, lang: Lang) -> String {
    probity_rules::judge::why(why).in_lang(lang).to_owned()
}

/// A person's decision on a finding: who, when, why, and what the machine had found.
pub(crate) fn decided(decided: &Decided, lang: Lang) -> String {
    let names: Vec<String> = decided.by.iter().map(|name| text::brief(name, text::NAME)).collect();
    let since = day(date(decided.since), lang);
    let reason = Reason::ALL.iter().find(|known| Some(known.as_str()) == decided.reason.as_deref());
    let reason = reason.map(|known| format!(", {}", known.says().in_lang(lang))).unwrap_or_default();
    let said = text::brief(&decided.text, text::QUOTE);
    let said = if said.is_empty() { said } else { format!(": {}", said.trim_end_matches('.')) };
    let machine = decided.machine.word(lang);
    let until = decided.expires.map(|last| day(last, lang));
    match lang {
        Lang::En => {
            let until = until.map(|last| format!(" It counts until {last}.")).unwrap_or_default();
            let names = names.join(" and ");
            format!("Decided by {names} on {since}{reason}{said}. The machine found: {machine}.{until}")
        }
        Lang::De => {
            let until = until.map(|last| format!(" Es gilt bis {last}.")).unwrap_or_default();
            let names = names.join(" und ");
            format!("Entschieden von {names} am {since}{reason}{said}. Die Maschine fand: {machine}.{until}")
        }
    }
}

/// A day as people write it.
pub(crate) fn day(day: Date, lang: Lang) -> String {
    const MONTHS: [(&str, &str); 12] = [
        ("January", "Januar"),
        ("February", "Februar"),
        ("March", "März"),
        ("April", "April"),
        ("May", "Mai"),
        ("June", "Juni"),
        ("July", "Juli"),
        ("August", "August"),
        ("September", "September"),
        ("October", "Oktober"),
        ("November", "November"),
        ("December", "Dezember"),
    ];
    let month = usize::try_from(day.month()).ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    let (en, de) = month.copied().unwrap_or_default();
    match lang {
        Lang::En => format!("{}\u{a0}{en} {}", day.day(), day.year()),
        Lang::De => format!("{}.\u{a0}{de} {}", day.day(), day.year()),
    }
}

/// The day of a time, in UTC.
pub(crate) fn date(time: Timestamp) -> Date {
    Offset::UTC.to_datetime(time).date()
}

/// A time as people write it, to the second where it is not on a full minute.
pub(crate) fn time(time: Timestamp, lang: Lang) -> String {
    let form = if time.as_second().rem_euclid(60) == 0 { "%H:%M" } else { "%H:%M:%S" };
    format!("{}, {}\u{a0}UTC", day(date(time), lang), time.strftime(form))
}

/// A whole number with its thousands apart.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A share as a percentage.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0}\u{a0}%", share.clamp(0.0, 1.0) * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_times_and_numbers() {
        let at: Timestamp = "2026-03-04T05:06:00Z".parse().expect("a time");
        assert_eq!(time(at, Lang::En), "4\u{a0}March 2026, 05:06\u{a0}UTC");
        assert_eq!(day(date(at), Lang::De), "4.\u{a0}März 2026");
        assert_eq!(number(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!((number(0), number(999)), ("0".to_owned(), "999".to_owned()));
        assert_eq!((percent(0.666), percent(f64::NAN)), ("67\u{a0}%".to_owned(), "NaN\u{a0}%".to_owned()));
    }
}
