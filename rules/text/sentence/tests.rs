use super::*;
use crate::document::{Block, Region, Role};
use proptest::prelude::*;

fn sentences(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    cut(text, false, |part| parts.push(&text[part]));
    parts
}

/// Each case is a text with `|` where a sentence ends.
fn check(cases: &[&str]) {
    for case in cases {
        let expected: Vec<&str> = case.split('|').map(str::trim).collect();
        let text = case.replace('|', "");
        assert_eq!(sentences(&text), expected, "{case}");
    }
}

#[test]
fn lines_of_a_cell_stand_for_themselves() {
    let text = "Run the service\nFind faults:\nPrevent fraud\tYour consent\nA contract with you, the\nwhole of it";
    let mut parts = Vec::new();
    cut(text, true, |part| parts.push(&text[part]));
    let cells =
        ["Run the service", "Find faults:", "Prevent fraud", "Your consent", "A contract with you, the\nwhole of it"];
    assert_eq!(parts, cells);
}

#[test]
fn english() {
    check(&[
        "We store your name.| We delete it after 30 days.",
        "Acme Inc. is the controller.| It sits in Dublin.",
        "The controller is Acme, Inc.| We process data.",
        "Contact Dr. Smith, No. 5 Main St. in London.| He answers.",
        "See Art. 6(1)(f) GDPR, e.g. for security, i.e. logs.| You may object.",
        "Data are kept in the U.S. and the U.K. under contract.| You can ask.",
        "Version 2.5 costs 3.50 EUR.| Visit https://acme.example/privacy.html for more.| Write to a.b@acme.example.",
        "Really?| Yes!| We promise (always.)| Even now.",
        "He said \"we do not sell data.\"| That is true.",
        "We keep it for approx. 3 months.| Then it goes.",
        "2. Who we are",
        "2.1. Who we are.| We are Acme.",
        "We share data with Acme Ltd., Foo Corp. and others.| Nobody else.",
        "Wait ... we are not done.| Now we are…| Done.",
        "You can opt out.We respect that choice.".replace("out.We", "out.|We").as_str(),
        "We use Node.js and ASP.NET on example.org.| Both are fine.",
        "It ends at 5 p.m.| The office is closed then.",
        "Security is state of the art.| Data are safe.| The answer is no.| Users may ask.",
        "See Sec. 4 and Art. IV of it.| We live in St. Gallen.",
        "J. R. Smith is our officer.| Write to him.",
    ]);
}

#[test]
fn german() {
    check(&[
        "Rechtsgrundlage ist Art. 6 Abs. 1 S. 1 lit. f DSGVO.| Sie können widersprechen.",
        "Wir speichern z. B. Namen, d. h. Vor- und Nachnamen.| Mehr nicht.",
        "Wir speichern z.B. Namen bzw. Adressen usw.| Wir löschen sie.",
        "Die Verordnung gilt seit dem 25. Mai 2018.| Seither gilt sie.",
        "Stand: 1. Januar 2024",
        "Verantwortlich ist die Muster GmbH & Co. KG, Musterstr. 5, 12345 Berlin.| Ihr Vertreter ist Hr. Dr. Muster.",
        "Sie erreichen uns unter Tel. 030 1234.| Wir rufen zurück.",
        "Der Verein heißt Freunde e. V. und sitzt in Köln.| Er ist gemeinnützig.",
        "Die Daten werden bis zum 3. Werktag gelöscht.| Danach nicht mehr.",
        "Gem. § 5 Nr. 3 TMG sind wir verantwortlich.| Das gilt immer.",
        "Wir nutzen inkl. der Sicherung ca. 5 GB.| Mehr brauchen wir nicht.",
        "Siehe „Rechte.“| Dort steht alles.",
        "Das war 2018.| Die Frist endete.",
        "4. Empfänger der Daten",
    ]);
}

#[test]
fn french() {
    check(&[
        "Nous traitons vos données, p. ex. votre nom.| Vous pouvez vous y opposer.",
        "Le responsable est Exemple S.A.S. au capital de 10 000 euros.| Il siège à Paris.",
        "M. Dupont est notre délégué.| Écrivez-lui !| Vous avez des questions ?| Nous répondons.",
        "Voir l'art. 6 du RGPD, cf. annexe 2.| Les données sont conservées 3 ans.",
        "Contactez Mme. Martin au tél. 01 23 45.| Elle répond.",
    ]);
}

#[test]
fn abbreviations_within_a_sentence() {
    check(&[
        "We take part in the EU-U.S. Data Privacy Framework and the UK Extension to it.| You can ask.",
        "We follow the E.U.-U.S. Framework and the Swiss-U.S. Framework.| Nobody else does.",
        "Data go to the U.S. Department of Commerce.| Data stay in the U.S.| We tell you.",
        "We are Acme Inc. Ireland.| The firm Acme, Ltd. is ours, cf. Annex 2.",
        "Wir speichern Daten, z. B. Ihre Adresse, d. h. Straße und Ort.| Mehr nicht.",
        "Siehe vgl. Abs. 2 Nr. 3 und ggf. Anlage 4 bzw. Die Anlage.| Danach nicht.",
        "Wir löschen, u. a. Die Namen.| Das gilt immer.",
        "Nous gardons vos données, p. ex. Votre nom, c.-à-d. Votre identité.| Vous pouvez écrire.",
        "M. Le Goff répond.| M. Dupont aussi, art. 13 du RGPD.| Nous aidons.",
    ]);
}

#[test]
fn a_space_was_forgotten() {
    check(&[
        "We use your data.|We do not sell them.",
        "We keep it (for a year).|We delete it then.",
        "See the GDPR.|You may object.| Ask us!|We answer.| Why?|The law says so.",
        "Daten löschen wir nach 2 Jahren.|Sie können widersprechen.",
        "Nous gardons vos données.|Nous ne les vendons pas.",
        "Visit ASP.NET or www.acme.The or a@b.We now.",
    ]);
}

#[test]
fn lists_within_a_line() {
    check(&[
        "We collect: a) your name;| b) your address;| c) your photo.",
        "You may: (i) access;| and (ii) delete your data.| Ask us.",
        "We use names; addresses too.",
        "Zwecke: 1. Vertrag;| 2. Werbung;| 3. Sicherheit.",
    ]);
}

#[test]
fn lines_and_cells() {
    assert_eq!(
        sentences("Name\tPurpose of the use\nBilling. And more.\tLaw"),
        ["Name", "Purpose of the use\nBilling.", "And more.", "Law"]
    );
    assert_eq!(
        sentences("We do not sell your data to anyone.\nWe do not rent it either.\nAsk us."),
        ["We do not sell your data to anyone.", "We do not rent it either.", "Ask us."]
    );
    assert_eq!(
        sentences("Controller:\nAcme GmbH\nMain Street 5\n10115 Berlin"),
        ["Controller:\nAcme GmbH\nMain Street 5\n10115 Berlin"]
    );
    assert_eq!(
        sentences("This line was cut by an editor in the\nmidst of a sentence. Then comes another."),
        ["This line was cut by an editor in the\nmidst of a sentence.", "Then comes another."]
    );
    assert_eq!(
        sentences("names of our users;\naddresses of our users;"),
        ["names of our users;", "addresses of our users;"]
    );
}

#[test]
fn nothing_grows_without_bounds() {
    let long = "word ".repeat(1_000_000);
    let parts = sentences(&long);
    assert!(parts.iter().all(|part| part.len() <= LONGEST + 8), "a sentence is too long");
    for mark in [".", ";", "!", "…", "a.B", ".\n", ";\n", "x\n", "1. ", "a. "] {
        assert!(!sentences(&mark.repeat(300_000)).is_empty());
    }
}

proptest! {
    #[test]
    fn sentences_cover_their_blocks(
        parts in prop::collection::vec("([a-zA-ZäÖé0-9(„]{1,6}[.!?;:…]{0,2}[\"“)]?[ \n\t]{0,2}){0,20}", 0..6)
    ) {
        let mut document = Document::default();
        for part in &parts {
            let start = document.text.len();
            document.text.push_str(part);
            let span = start..document.text.len();
            document.text.push('\n');
            let (role, region) = (Role::Paragraph, Region::Main);
            document.blocks.push(Block { span, role, region, language: None, heading: None, lead: None });
        }
        let sentences = split(&document);
        let mut at = 0;
        for sentence in &sentences {
            prop_assert!(sentence.span.start >= at && sentence.span.end > sentence.span.start);
            let block = &document.blocks[sentence.block].span;
            prop_assert!(block.start <= sentence.span.start && sentence.span.end <= block.end);
            let gap = document.text.get(at..sentence.span.start);
            prop_assert!(gap.is_some_and(|gap| gap.trim().is_empty()), "{gap:?}");
            let quote = document.text.get(sentence.span.clone());
            prop_assert!(quote.is_some_and(|quote| quote.trim() == quote && !quote.is_empty()));
            at = sentence.span.end;
        }
        prop_assert!(document.text[at..].trim().is_empty());
    }
}
