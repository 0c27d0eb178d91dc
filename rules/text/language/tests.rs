use super::*;
use crate::document::Role;

const EN: &str = "We store the data that you give to us and delete it when the contract ends.";
const DE: &str = "Wir speichern die Daten, die Sie uns geben, und löschen sie, wenn der Vertrag endet.";
const FR: &str = "Nous conservons les données que vous nous donnez et les supprimons à la fin du contrat.";
const NL: &str = "Wij bewaren de gegevens die u aan ons geeft en verwijderen ze als het contract eindigt.";
const CS: &str = "Uchováváme údaje, které nám poskytnete, a po skončení smlouvy je smažeme. Máte právo na přístup ke \
                  svým údajům, na jejich opravu nebo výmaz a na omezení jejich zpracování v našich systémech.";

fn marked(texts: &[&str], stated: Option<&str>, hint: Option<&str>) -> Document {
    let mut document = Document::default();
    for text in texts {
        let start = document.text.len();
        document.text.push_str(text);
        let span = start..document.text.len();
        document.text.push('\n');
        let (role, region) = (Role::Paragraph, Region::Main);
        document.blocks.push(Block { span, role, region, language: None, heading: None, lead: None });
    }
    let language = |tag: Option<&str>| tag.and_then(Language::from_tag);
    mark(&mut document, language(stated), language(hint));
    document
}

fn codes(document: &Document) -> String {
    let mut codes = document.language.map_or_else(|| "?".to_owned(), |language| language.to_string());
    for block in &document.blocks {
        codes.push(' ');
        codes.push_str(block.language.as_ref().map_or("-", Language::code));
    }
    codes
}

#[test]
fn the_text_tells() {
    for (text, code) in [(EN, "en"), (DE, "de"), (FR, "fr"), (NL, "nl"), (CS, "cs")] {
        for wrong in ["en", "de", "fr"] {
            assert_eq!(codes(&marked(&[text, text], Some(wrong), Some(wrong))), format!("{code} - -"), "{text}");
        }
    }
    let text = "Guardamos los datos que usted nos da y los borramos cuando termina el contrato con nosotros.";
    assert_eq!(codes(&marked(&[text, text], None, None)), "es - -");
    let text = "Conserviamo i dati che ci fornisce e li cancelliamo quando il contratto è finito per sempre.";
    assert_eq!(codes(&marked(&[text, text], None, None)), "it - -");
}

#[test]
fn few_words_tell_nothing() {
    assert_eq!(codes(&marked(&["Impressum"], Some("de"), None)), "de -");
    assert_eq!(codes(&marked(&["Privacy Policy"], Some("de"), Some("en"))), "en -");
    assert_eq!(codes(&marked(&["Acme 2024"], None, None)), "? -");
    assert_eq!(codes(&marked(&[], Some("fr"), None)), "fr");
}

#[test]
fn parts_in_another_language() {
    assert_eq!(
        codes(&marked(&[DE, "Überblick", DE, "Overview", EN, "Cookies", EN, DE], None, None)),
        "de - - - en en en en -"
    );
    assert_eq!(codes(&marked(&[EN, EN, EN, CS, EN], None, None)), "en - - - cs -");
    // The greater part is the document's language, also where the parts are nearly equal.
    assert_eq!(codes(&marked(&[EN, EN, EN, DE, DE], None, None)), "en - - - de de");
    assert_eq!(codes(&marked(&[EN, EN, DE, DE, DE], Some("en"), None)), "de en en - - -");
}

#[test]
fn names_and_addresses_are_no_language() {
    let address =
        "Acme Cloud Hosting Aktiengesellschaft, Bahnhofstrasse 17, 8001 Zürich, Registre du Commerce CHE-123.456.789";
    let list =
        "Amazon Web Services, Cloudflare, Google Cloud, Hetzner Online, OVHcloud, Stripe Payments, Twilio, Zendesk";
    assert_eq!(codes(&marked(&[EN, address, list, EN], None, None)), "en - - - -");
}

#[test]
fn markup_counts_where_the_text_does_not_speak_against_it() {
    let mut document = marked(&[DE, "Terms of Use", DE, DE], None, None);
    document.blocks[1].language = Some(Language::En);
    document.blocks[2].language = Some(Language::En);
    mark(&mut document, None, None);
    assert_eq!(codes(&document), "de - en - -");
}
