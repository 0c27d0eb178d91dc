//! What the header row of a table says of its columns, in English, German and French; the same words label single values.

use super::{Entry, lines};
use crate::country::spoken::{self, plain};
use crate::document::Document;
use std::collections::BTreeSet;
use std::ops::Range;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Name,
    Place,
    Purpose,
}

/// Words of a header cell are matched by their beginning where a star ends the entry.
const PURPOSE: &[&str] = &[
    "purpose*",
    "activit*",
    "description*",
    "function*",
    "task*",
    "scope",
    "zweck*",
    "tatigkeit*",
    "beschreibung*",
    "funktion*",
    "aufgabe*",
    "gegenstand*",
    "leistung*",
    "verarbeitungszweck*",
    "finalite*",
    "objet",
    "fonction*",
    "mission*",
    "prestation*",
];
const NAME: &[&str] = &[
    "name",
    "names",
    "company",
    "companies",
    "entity",
    "entities",
    "firma",
    "unternehmen",
    "gesellschaft",
    "nom",
    "noms",
    "societe*",
    "entreprise*",
    "entite*",
    "denomination",
    "firmenname",
    "unternehmensname",
    "organisation*",
    "organization*",
    "bezeichnung",
    "raison",
];
const PLACE: &[&str] = &[
    "country",
    "countries",
    "location*",
    "place*",
    "region*",
    "jurisdiction*",
    "seat",
    "headquarter*",
    "address*",
    "land",
    "lander",
    "standort*",
    "sitz",
    "firmensitz",
    "ort",
    "orte",
    "anschrift*",
    "adresse*",
    "verarbeitungsort*",
    "serverstandort*",
    "pays",
    "lieu*",
    "localisation*",
    "emplacement*",
    "siege*",
    "territoire*",
    "geograph*",
    "verarbeitungsland",
];
const WEAK_NAME: &[&str] = &[
    "subprocessor*",
    "subcontractor*",
    "processor*",
    "provider*",
    "vendor*",
    "supplier*",
    "partner*",
    "recipient*",
    "affiliate*",
    "anbieter*",
    "dienstleister*",
    "unterauftrag*",
    "subunternehm*",
    "auftragsverarbeiter*",
    "unterverarbeiter*",
    "empfanger*",
    "lieferant*",
    "nachunternehm*",
    "traitant*",
    "prestataire*",
    "fournisseur*",
    "destinataire*",
];
const WEAK_PURPOSE: &[&str] = &[
    "service*",
    "processing*",
    "role",
    "use",
    "usage",
    "nature",
    "dienst*",
    "verarbeitung*",
    "einsatz*",
    "traitement*",
    "utilisation*",
];

/// A column that says where data are processed counts before one that says where the company sits.
const OF_DATA: &[&str] = &[
    "processing",
    "data",
    "hosting",
    "server*",
    "verarbeitung*",
    "daten*",
    "traitement*",
    "donnees",
    "hebergement*",
    "storage",
];

/// A column about another thing, whatever else its words are.
const OTHER: &[&str] = &[
    "transfer*",
    "safeguard*",
    "mechanism*",
    "garantie*",
    "ubermittlung*",
    "rechtsgrundlage*",
    "grundlage",
    "transfert*",
    "basis",
    "date",
    "datum",
    "contact*",
    "kontakt*",
    "website",
    "url",
    "link",
    "lien",
    "email",
    "retention",
    "categor*",
    "kategorie*",
    "datenkategorie*",
    "datenart*",
    "adequacy",
];

fn has(words: &[&str], wanted: &[&str]) -> bool {
    words.iter().any(|word| {
        wanted.iter().any(|wanted| wanted.strip_suffix('*').map_or(word == wanted, |stem| word.starts_with(stem)))
    })
}

impl Column {
    /// What a header cell or a label names.
    pub(super) fn of(text: &str) -> Option<Self> {
        let folded = folded(text);
        let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        if words.is_empty() || words.len() > 9 {
            return None;
        }
        // The first words say what the cell is about: "name and address", "location of the sub-processor".
        let ranked = [(NAME, Self::Name), (PURPOSE, Self::Purpose), (PLACE, Self::Place)];
        if has(&words, OTHER) && !has(&words[..1], PLACE) && !has(&words[..1], PURPOSE) && !has(&words[..1], NAME) {
            return None;
        }
        if has(&words, PLACE) && !has(&words[..1], NAME)
            || has(&words, &["land", "country", "pays", "standort", "location"]) && words.len() <= 2
        {
            return Some(if has(&words[..1], PURPOSE) { Self::Purpose } else { Self::Place });
        }
        ranked
            .iter()
            .find(|(wanted, _)| has(&words[..1], wanted))
            .or_else(|| ranked.iter().find(|(wanted, _)| has(&words, wanted)))
            .map(|(_, column)| *column)
            .or_else(|| {
                let provides = has(&words, &["provided", "erbracht*", "fourni*"]);
                match () {
                    () if provides => Some(Self::Purpose),
                    () if has(&words, WEAK_NAME) => Some(Self::Name),
                    () if has(&words, WEAK_PURPOSE) => Some(Self::Purpose),
                    () => None,
                }
            })
    }
}

/// Folded, with the spellings of sub-processor as one word.
fn folded(text: &str) -> String {
    plain(text)
        .replace("sub processor", "subprocessor")
        .replace("sub contractor", "subcontractor")
        .replace("sous traitant", "traitant")
}

/// Whether a heading, a lead-in or a header cell speaks of sub-processors.
pub(super) fn speaks_of_subprocessors(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "subprocessor*",
        "subcontractor*",
        "unterauftrag*",
        "subunternehm*",
        "nachunternehm*",
        "unterverarbeiter*",
        "traitants",
        "subauftrag*",
        "subdienstleister*",
    ];
    let folded = folded(text);
    let words: Vec<&str> = folded.split(' ').collect();
    has(&words, WORDS) || folded.contains("weitere auftragsverarbeiter") || folded.contains("traitant ulterieur")
}

/// The columns of a table.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    count: usize,
    name: usize,
    places: Vec<usize>,
    purpose: Option<usize>,
    /// Whether the header itself says that these are sub-processors.
    pub(super) names_subprocessors: bool,
}

impl Columns {
    /// The columns of a header row; none where it is none.
    pub(super) fn of(cells: &[&str]) -> Option<Self> {
        // A row that names a country or a company is no header.
        if cells.len() < 2 || cells.iter().any(|cell| spoken::is_countries(cell) || lines::has_form(cell)) {
            return None;
        }
        let found: Vec<Option<Column>> = cells.iter().map(|cell| Column::of(cell)).collect();
        let all = |column| (0..cells.len()).filter(|place| found[*place] == Some(column)).collect::<Vec<_>>();
        let (names, mut places, purposes) = (all(Column::Name), all(Column::Place), all(Column::Purpose));
        let name = *names.first()?;
        if places.is_empty() && purposes.is_empty() {
            return None;
        }
        let of_data = |place: &&usize| {
            let folded = folded(cells[**place]);
            has(&folded.split(' ').collect::<Vec<_>>(), OF_DATA)
        };
        let better: Vec<usize> = places.iter().filter(of_data).copied().collect();
        if !better.is_empty() {
            places = better;
        }
        let names_subprocessors =
            cells.iter().any(|cell| speaks_of_subprocessors(cell) || folded(cell).starts_with("traitant"));
        Some(Self { count: cells.len(), name, places, purpose: purposes.first().copied(), names_subprocessors })
    }

    /// What a row says; none where it names nobody.
    pub(super) fn entry(&self, document: &Document, row: &Range<usize>, cells: &[Range<usize>]) -> Option<Entry> {
        let text = |range: &Range<usize>| &document.text[range.clone()];
        // A cell that spans rows is missing on the left, an empty one on the right.
        let missing = self.count.saturating_sub(cells.len());
        let placed = |shift: usize| {
            let place =
                self.places.first().and_then(|place| place.checked_sub(shift)).and_then(|place| cells.get(place));
            place.is_some_and(|cell| !spoken::of_cell(text(cell)).is_empty())
        };
        let shift = if missing > 0 && !placed(0) && placed(missing) { missing } else { 0 };
        let at = |column: usize| column.checked_sub(shift).and_then(|place| cells.get(place));
        let name = at(self.name).filter(|cell| lines::says(text(cell)) && text(cell).len() <= 200)?.clone();
        if Column::of(text(&name)).is_some() && Columns::of(&cells.iter().map(text).collect::<Vec<_>>()).is_some() {
            return None;
        }
        let said: Vec<&Range<usize>> =
            self.places.iter().filter_map(|place| at(*place)).filter(|cell| lines::says(text(cell))).collect();
        let mut countries: BTreeSet<String> = said.iter().flat_map(|cell| spoken::of_cell(text(cell))).collect();
        let mut place = said.first().map(|cell| (*cell).clone());
        if self.places.is_empty() {
            countries = spoken::named_in(text(&name));
            place = (!countries.is_empty()).then(|| name.clone());
        }
        let purpose = self.purpose.and_then(at).filter(|cell| lines::says(text(cell))).cloned();
        Some(Entry { name, row: row.clone(), place, countries, purpose, url: None })
    }
}
