//! What the pages say in their own voice, in English and in German.
//!
//! Each word stands here once in both languages; one that is missing in a language does not compile. Sentences about a
//! service are not here: they come from the rules.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use probity_rules::document::Kind;
use probity_rules::judge::{Basis, Grade};
use probity_rules::method::Light;
use probity_rules::observation::Why;
use probity_rules::sentence::Lang;

macro_rules! words {
    ($($name:ident: $en:literal, $de:literal;)*) => {
        /// Everything that the pages say in one language.
        #[derive(Debug)]
        pub(crate) struct Words {
            /// The language.
            pub(crate) lang: Lang,
            $(pub(crate) $name: &'static str,)*
        }

        const EN: Words = Words { lang: Lang::En, $($name: $en,)* };
        const DE: Words = Words { lang: Lang::De, $($name: $de,)* };
    };
}

words! {
    // the frame
    code: "en", "de";
    skip: "Skip to the content", "Zum Inhalt springen";
    board: "Board", "Übersicht";
    compare: "Compare", "Vergleich";
    review: "Review", "Nachprüfung";
    methods: "Methods", "Methoden";
    criteria: "Criteria", "Kriterien";
    sections: "Sections", "Bereiche";
    language: "Language", "Sprache";
    sign_in: "Sign in", "Anmelden";
    sign_in_with: "Sign in with", "Anmelden mit";
    sign_out: "Sign out", "Abmelden";
    footer: "A machine’s rating is provisional until a person has confirmed it. Unknown is never red.",
        "Die Bewertung einer Maschine ist vorläufig, bis ein Mensch sie bestätigt hat. Unbekannt ist nie rot.";
    footer_api: "Data for programs", "Daten für Programme";
    footer_feed: "Changes as a feed", "Änderungen als Feed";
    read_only: "public view: confirmed ratings only", "öffentliche Ansicht: nur bestätigte Bewertungen";
    more: "more", "mehr";
    // lights, grades, bases
    measured: "measured", "gemessen";
    measured_says: "we saw it ourselves, or read everything and saw that it is not there",
        "von uns selbst gesehen, oder alles gelesen und nichts gefunden";
    stated: "stated", "erklärt";
    stated_says: "the provider says so", "der Anbieter sagt es";
    attested: "attested", "bezeugt";
    attested_says: "a person vouches for it", "eine Person steht dafür ein";
    // states
    provisional: "provisional", "vorläufig";
    provisional_says: "the machine’s rating, which no person has confirmed yet",
        "Bewertung der Maschine, die noch kein Mensch bestätigt hat";
    confirmed: "confirmed", "bestätigt";
    confirmed_says: "a person has looked at it and agrees", "ein Mensch hat sie angesehen und stimmt zu";
    contested: "contested", "bestritten";
    contested_says: "the provider was asked, and it is not settled", "der Anbieter wurde gefragt, die Sache ist noch nicht geklärt";
    withdrawn: "withdrawn", "zurückgezogen";
    withdrawn_says: "not to be used any more", "nicht mehr zu verwenden";
    // the board
    board_title: "Services and their lights", "Dienste und ihre Ampeln";
    board_lead: "Every colour has a sentence behind it, and every sentence stands in the evidence.",
        "Hinter jeder Farbe steht ein Satz, und jeder Satz ist belegt.";
    method: "Method", "Methode";
    service: "Service", "Dienst";
    light: "Light", "Ampel";
    score: "Points", "Punkte";
    points: "points", "Punkte";
    of: "of", "von";
    known: "Known", "Bekannt";
    known_says: "share of the weight that could be decided", "Anteil des Gewichts, der entschieden werden konnte";
    audited: "Audited", "Geprüft";
    state: "State", "Status";
    search: "Search", "Suche";
    search_hint: "name of a service", "Name eines Dienstes";
    category: "Category", "Kategorie";
    all_categories: "all categories", "alle Kategorien";
    all_lights: "all lights", "alle Ampeln";
    sort: "Sort by", "Sortieren nach";
    sort_light: "light, then points", "Ampel, dann Punkten";
    sort_name: "name", "Name";
    sort_score: "points", "Punkten";
    sort_known: "share known", "bekanntem Anteil";
    sort_date: "last audit", "letzter Prüfung";
    apply: "Show", "Anzeigen";
    reset: "Show all", "Alle anzeigen";
    services_shown: "services", "Dienste";
    nothing_found: "No service matches.", "Kein Dienst entspricht dieser Auswahl.";
    nothing_yet: "No audit has been kept yet.", "Noch keine Prüfung gespeichert.";
    nothing_yet_next: "Run an audit, and its ratings appear here:", "Starten Sie eine Prüfung, dann erscheinen ihre Bewertungen hier:";
    nothing_public: "No rating has been confirmed yet.", "Noch ist keine Bewertung bestätigt.";
    latest_changes: "What changed lately", "Was sich zuletzt geändert hat";
    no_changes: "No rating has changed yet.", "Noch hat sich keine Bewertung geändert.";
    page: "Page", "Seite";
    previous: "previous", "zurück";
    next: "next", "weiter";
    legend: "Legend", "Legende";
    legend_bar: "what is sure, what is still possible; lines where the light changes",
        "was sicher ist, was noch möglich ist; Striche, wo die Ampel wechselt";
    legend_grades: "how a service meets a criterion; each mark leads to the sentence behind it",
        "wie ein Dienst ein Kriterium erfüllt; jedes Zeichen führt zum Satz dahinter";
    ended: "ended", "eingestellt";
    // a service
    rating: "Rating", "Bewertung";
    why_this: "Findings", "Befunde";
    why_matters: "Why it matters", "Warum es wichtig ist";
    how_fix: "How to fix it", "Wie es sich beheben lässt";
    references: "References", "Quellen";
    weight: "weight", "Gewicht";
    in_context: "in its context", "im Zusammenhang";
    more_quote: "more quote", "weiteres Zitat";
    more_quotes: "more quotes", "weitere Zitate";
    more_missing: "more", "weitere";
    elsewhere: "Also said in documents that do not count here", "Auch gesagt in Dokumenten, die hier nicht zählen";
    searched: "Read whole without finding it", "Ganz gelesen, ohne es zu finden";
    vouched: "Vouched for by", "Dafür steht ein:";
    vouched_until: "counts until", "gilt bis";
    missing: "What would decide it", "Was es entscheiden würde";
    between: "still possible", "noch möglich";
    settle: "What to find out first", "Was zuerst zu klären ist";
    settle_alone: "it decides the light alone", "es entscheidet die Ampel allein";
    contradictions: "Contradictions", "Widersprüche";
    contradicts: "Contradicted", "Hierzu gibt es einen Widerspruch";
    one_side: "On one side", "Einerseits";
    other_side: "On the other", "Andererseits";
    gaps: "What could not be had", "Was nicht zu bekommen war";
    gaps_lead: "It makes no grade worse.", "Nichts davon verschlechtert eine Note.";
    gap_target: "Wanted", "Gesucht";
    gap_why: "Why not", "Warum nicht";
    gap_detail: "In detail", "Einzelheiten";
    documents: "Documents", "Dokumente";
    document: "Document", "Dokument";
    kind: "Kind", "Art";
    words: "words", "Wörter";
    stand_title: "How this rating stands", "Status dieser Bewertung";
    stand_says: "Say so after reading the findings. Only confirmed ratings are published.", "Legen Sie ihn fest, nachdem Sie die Befunde gelesen haben. Nur bestätigte Bewertungen werden veröffentlicht.";
    stand_moved: "Meanwhile there is a newer rating. Look at it first.", "Inzwischen gibt es eine neuere Bewertung. Sehen Sie sie zuerst an.";
    stand_unknown: "Nobody keeps how ratings stand here.", "Der Status von Bewertungen wird hier nicht gespeichert.";
    versions: "versions", "Fassungen";
    all_versions: "Versions", "Fassungen";
    compare_versions: "Compare two versions", "Zwei Fassungen vergleichen";
    older: "Older", "Ältere";
    newer: "Newer", "Neuere";
    history: "History", "Verlauf";
    history_title: "Points over time", "Punkte im Lauf der Zeit";
    history_table: "The same as a table", "Dasselbe als Tabelle";
    history_one: "One audit so far. A second one makes a line.", "Bisher gibt es eine Prüfung. Ab der zweiten entsteht eine Linie.";
    to: "to", "auf";
    law_day: "law of", "Rechtsstand";
    rules: "rules", "Regeln";
    evidence: "Evidence", "Belege";
    // archive
    archived: "Archived page", "Archivierte Seite";
    archive_lead: "The text as it was extracted from the recorded answer. Nothing of the page is executed.",
        "Der Text, wie er der aufgezeichneten Antwort entnommen wurde. Nichts davon wird ausgeführt.";
    captured: "Captured", "Aufgezeichnet";
    confirmed_of: "unchanged since", "unverändert seit";
    status: "Status", "Status";
    address: "Address", "Adresse";
    machine: "Machine", "Rechner";
    digest: "Digest", "Prüfsumme";
    headers: "Header fields", "Kopfzeilen";
    connection: "Connection", "Verbindung";
    certificate: "Certificate", "Zertifikat";
    certificate_download: "certificate (DER)", "Zertifikat (DER)";
    redirect_to: "Redirects to", "Leitet weiter nach";
    no_text: "This record holds no text that can be shown.", "Dieser Eintrag enthält keinen Text, der sich zeigen lässt.";
    to_quote: "To the quote", "Zum Zitat";
    cut: "The recording is not whole", "Die Aufzeichnung ist nicht vollständig";
    part: "Part", "Teil";
    // differences
    difference: "Difference", "Unterschied";
    difference_none: "No difference in the text.", "Kein Unterschied im Text.";
    unchanged_left_out: "unchanged passages left out", "unveränderte Absätze ausgelassen";
    removed: "removed", "entfernt";
    added: "added", "hinzugefügt";
    difference_too_long: "The texts are too long to be compared here; the beginning is compared.",
        "Die Texte sind zu lang für den Vergleich; verglichen wird der Anfang.";
    // rules
    criteria_lead: "Each grade is given by a document that everyone can read, and that is run as a test.",
        "Jede Note vergibt ein Dokument, das alle lesen können und das als Test ausgeführt wird.";
    methods_lead: "A method makes a rating of grades. Each is our reading of published work, not the verdict of its authors.",
        "Eine Methode macht aus Noten eine Bewertung. Jede ist unsere Lesart veröffentlichter Arbeiten, nicht das Urteil ihrer Autoren.";
    criterion: "Criterion", "Kriterium";
    legal: "Legal basis", "Rechtsgrundlage";
    ladder: "The ladder of grades", "Die Leiter der Noten";
    ladder_lead: "Tried from the top; the first grade whose condition holds is given.",
        "Von oben geprüft; es gilt die erste Note, deren Bedingung erfüllt ist.";
    revision: "revision", "Revision";
    lifecycle: "state", "Status";
    used_by: "Used by", "Verwendet von";
    how_services_fare: "How the services fare", "Wie die Dienste abschneiden";
    sources: "Sources", "Quellen";
    weights: "What counts how much", "Was wie viel zählt";
    limits: "Limits of the lights", "Grenzen der Ampel";
    from_points: "from", "ab";
    gated: "The worst defect decides the light.", "Der schwerste Mangel entscheidet die Ampel.";
    weighted: "Points times weights, added up.", "Punkte mal Gewicht, zusammengezählt.";
    when_partial: "partial leaves at best", "bei „teilweise“ höchstens";
    when_poor: "poor leaves at best", "bei „schlecht“ höchstens";
    // compare
    compare_title: "Services side by side", "Dienste nebeneinander";
    compare_pick: "Choose two or more services.", "Wählen Sie zwei oder mehr Dienste.";
    compare_button: "Compare", "Vergleichen";
    // review
    review_title: "What waits for a person", "Was auf einen Menschen wartet";
    review_lead: "A changed rating is published only after somebody has looked at it. The weightiest and oldest come first.",
        "Eine geänderte Bewertung wird erst veröffentlicht, wenn jemand sie angesehen hat. Die gewichtigsten und ältesten zuerst.";
    review_empty: "Nothing waits. Good.", "Nichts wartet. Gut so.";
    by_weight: "by weight", "nach Gewicht";
    by_age: "by age", "nach Alter";
    with_decided: "with decided ones", "mit entschiedenen";
    lost_citation: "the passage behind the grade is gone", "die Belegstelle ist nicht mehr da";
    first_seen: "first seen", "zuerst gesehen";
    seen_again: "seen again", "wieder gesehen";
    anchor_carried: "unchanged", "unverändert";
    anchor_moved: "moved", "verschoben";
    anchor_reworded: "reworded", "umformuliert";
    anchor_lost: "gone", "entfallen";
    anchor_new: "new", "neu";
    sign: "Sign", "Unterschreiben";
    sign_says: "The second signature under the override, by another person.",
        "Die zweite Unterschrift unter der abweichenden Entscheidung, von einer anderen Person.";
    two_persons: "a second person must sign before it counts", "eine zweite Person muss unterschreiben, bevor es gilt";
    reply_says: "What the provider answered; the item is open again.",
        "Was der Anbieter geantwortet hat; der Fall ist wieder offen.";
    reply_from: "Who answered", "Wer geantwortet hat";
    waiting_signer: "waits for a second signature", "wartet auf die zweite Unterschrift";
    fill_in: "Please fill in", "Bitte ausfüllen";
    tied_to: "A decision is tied to this evidence:", "Eine Entscheidung gilt für diese Belege:";
    days_old: "days old", "Tage alt";
    today: "today", "heute";
    cause: "Cause", "Ursache";
    before: "Before", "Vorher";
    after: "After", "Nachher";
    no_quote: "No passage.", "Keine Stelle.";
    decision: "Decision", "Entscheidung";
    accept: "Accept", "Annehmen";
    accept_says: "The change is right: the new grade is confirmed.", "Die Änderung stimmt: Die neue Note ist bestätigt.";
    reject: "Reject", "Ablehnen";
    reject_says: "The change is wrong: the old grade stays.", "Die Änderung stimmt nicht: Die alte Note bleibt.";
    override_: "Override", "Abweichend entscheiden";
    override_says: "Another grade, for a reason that is written down.", "Eine andere Note, mit schriftlicher Begründung.";
    ask: "Ask the provider", "Den Anbieter fragen";
    ask_says: "The provider gets a deadline to answer; the item waits.", "Der Anbieter bekommt eine Frist; der Fall wartet.";
    reason: "Reason", "Grund";
    choose: "choose", "wählen";
    grade: "Grade", "Note";
    text: "Text", "Text";
    text_hint: "What did you look at, and what did you see?", "Was haben Sie angesehen, und was haben Sie gesehen?";
    expires: "Counts until", "Gilt bis";
    deadline: "Deadline", "Frist";
    who: "Who decides", "Wer entscheidet";
    who_hint: "your name, as it shall stand in the log", "Ihr Name, wie er im Protokoll stehen soll";
    record_decision: "Record the decision", "Entscheidung festhalten";
    lapse: "Decision ended", "Entscheidung erloschen";
    reply: "The provider’s reply", "Antwort des Anbieters";
    reply_add: "Attach the reply", "Antwort anfügen";
    log: "Log", "Protokoll";
    log_empty: "Nothing has been decided yet.", "Noch nichts entschieden.";
    conflict: "Somebody else decided meanwhile.", "Jemand anderes hat inzwischen entschieden.";
    conflict_next: "Nothing of yours was recorded. Look at the item as it stands now, then decide again if need be.",
        "Ihre Eingabe wurde nicht festgehalten. Sehen Sie den Fall an, wie er jetzt steht, und entscheiden Sie nötigenfalls neu.";
    recorded: "The decision is recorded.", "Die Entscheidung ist festgehalten.";
    waiting_provider: "waits for the provider", "wartet auf den Anbieter";
    open: "open", "offen";
    decided: "decided", "entschieden";
    only_reviewers: "Only reviewers decide. Sign in with such an account.",
        "Nur Prüfende entscheiden. Melden Sie sich mit einem solchen Konto an.";
    // accounts
    user: "Name", "Name";
    password: "Password", "Passwort";
    login_failed: "Name or password is wrong.", "Name oder Passwort ist falsch.";
    login_slow: "Too many attempts. Wait a minute, then try again.", "Zu viele Versuche. Warten Sie eine Minute und versuchen Sie es dann noch einmal.";
    signed_in_as: "Signed in as", "Angemeldet als";
    // errors
    not_found: "There is no such page.", "Diese Seite gibt es nicht.";
    not_found_next: "The board has every service.", "In der Übersicht stehen alle Dienste.";
    forbidden: "This is not allowed.", "Das ist nicht erlaubt.";
    bad_request: "This request cannot be understood.", "Diese Anfrage ist nicht zu verstehen.";
    broken: "Something went wrong on our side.", "Auf unserer Seite ist etwas schiefgegangen.";
    broken_next: "The server’s log says more. What was kept is safe.", "Näheres steht im Protokoll des Servers. Was gespeichert wurde, ist sicher.";
    stale_form: "The form is too old or came from elsewhere.", "Das Formular ist zu alt oder kam von anderswo.";
    stale_form_next: "Open the page again and send it once more. Nothing was recorded.",
        "Öffnen Sie die Seite neu und senden Sie es noch einmal. Nichts wurde festgehalten.";
}

impl Words {
    /// The words of a language.
    pub(crate) fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::De => &DE,
        }
    }

    /// The word of a light.
    pub(crate) fn light(&self, light: Light) -> &'static str {
        light.word(self.lang)
    }

    /// The word of a grade.
    pub(crate) fn grade(&self, grade: Grade) -> &'static str {
        grade.word(self.lang)
    }

    /// The word of a basis, and what it means.
    pub(crate) fn basis(&self, basis: Basis) -> Option<(&'static str, &'static str)> {
        match basis {
            Basis::None => None,
            Basis::Attested => Some((self.attested, self.attested_says)),
            Basis::Stated => Some((self.stated, self.stated_says)),
            Basis::Measured => Some((self.measured, self.measured_says)),
        }
    }

    /// What a document is for.
    pub(crate) fn kind<'k>(&self, id: &'k str) -> &'k str {
        id.parse::<Kind>().map_or(id, |kind| kind.title(self.lang))
    }

    /// The reason of a gap.
    pub(crate) fn why(&self, why: Why) -> String {
        probity_rules::judge::why(why).in_lang(self.lang).to_owned()
    }

    /// A day, as people of the language write it.
    pub(crate) fn day(&self, time: Timestamp) -> String {
        let format = match self.lang {
            Lang::En => "%-d %b %Y",
            Lang::De => "%d.%m.%Y",
        };
        TimeZone::UTC.to_datetime(time).strftime(format).to_string()
    }

    /// A number, as people of the language write it.
    pub(crate) fn number(&self, number: u64) -> String {
        let digits = number.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(match self.lang {
                    Lang::En => ',',
                    Lang::De => '.',
                });
            }
            text.push(digit);
        }
        text
    }
}

/// A time to the minute, the same in every language.
pub(crate) fn minute(time: Timestamp) -> String {
    TimeZone::UTC.to_datetime(time).strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_read_as_at_home() {
        let (en, de) = (Words::of(Lang::En), Words::of(Lang::De));
        assert_eq!((en.number(1_234_567), de.number(1_234_567)), ("1,234,567".to_owned(), "1.234.567".to_owned()));
        assert_eq!((en.number(12), en.number(123)), ("12".to_owned(), "123".to_owned()));
        let day = "2026-03-05T23:59:00Z".parse().unwrap();
        assert_eq!((en.day(day), de.day(day)), ("5 Mar 2026".to_owned(), "05.03.2026".to_owned()));
    }
}
