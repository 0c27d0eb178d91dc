//! The law that depends on the day: who is in the European Economic Area, and which countries are adequate.
//!
//! It answers for a country as a whole. Whether a company stands in a register on which a decision depends (the Data
//! Privacy Framework) is a question that no country can answer; such a country is `third` here.

use crate::country;
use crate::country::spoken::{AREA, UNION};
use crate::head::{Node, RuleError, Source, Table};
use crate::sentence::Lang;
use jiff::civil::Date;

/// The files of the embedded law, in order. A test holds the list against the folder.
pub const FILES: &[(&str, &str)] =
    &[("law/adequacy.toml", include_str!("law/adequacy.toml")), ("law/eea.toml", include_str!("law/eea.toml"))];

/// The dated law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Law {
    /// The day up to which it was looked up.
    pub state: Date,
    /// Membership of the European Economic Area.
    pub members: Vec<Term>,
    /// Adequacy decisions.
    pub decisions: Vec<Term>,
}

/// One country's membership or adequacy for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// The first day.
    pub from: Date,
    /// The last day; none while it lasts.
    pub until: Option<Date>,
    /// The name of the decision; none for a membership.
    pub decision: Option<String>,
    /// The register in which a company must stand for the decision to hold for it.
    pub register: Option<String>,
    /// What it covers, in words.
    pub scope: Option<String>,
    /// Where it stands.
    pub source: String,
}

impl Term {
    fn covers(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// A group of countries that a condition can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Members of the European Economic Area.
    Eea,
    /// Not a member, but with an adequacy decision for all.
    Adequate,
    /// One of the two.
    EeaOrAdequate,
    /// Neither; also where a decision holds only for the companies of a register.
    Third,
}

impl Group {
    /// Every group with its name in conditions.
    pub const NAMES: &[(&str, Self)] = &[
        ("eea", Self::Eea),
        ("adequate", Self::Adequate),
        ("eea-or-adequate", Self::EeaOrAdequate),
        ("third", Self::Third),
    ];

    /// The name in conditions.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, group)| *group == self).map_or("", |(name, _)| *name)
    }
}

/// The law of one day, quick to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LawOn {
    day: Date,
    eea: Countries,
    adequate: Countries,
    registered: Countries,
}

impl LawOn {
    /// The day.
    pub fn day(&self) -> Date {
        self.day
    }

    /// Whether a country belongs to a group; none for what is no country's code. The Union and the Economic Area as a whole
    /// stand for their members.
    pub fn contains(&self, group: Group, code: &str) -> Option<bool> {
        if [UNION, AREA].contains(&code) {
            return Some(matches!(group, Group::Eea | Group::EeaOrAdequate));
        }
        if !country::exists(code) {
            return None;
        }
        let (eea, adequate) = (self.eea.contains(code), self.adequate.contains(code));
        Some(match group {
            Group::Eea => eea,
            Group::Adequate => adequate && !eea,
            Group::EeaOrAdequate => eea || adequate,
            Group::Third => !eea && !adequate,
        })
    }

    /// The members of the European Economic Area on that day, sorted.
    pub fn members(&self) -> Vec<&'static str> {
        self.eea.list()
    }

    /// The countries with an adequacy decision for all, sorted.
    pub fn adequate(&self) -> Vec<&'static str> {
        self.adequate.list()
    }

    /// The countries with a decision that holds only for the companies of a register, sorted.
    pub fn registered(&self) -> Vec<&'static str> {
        self.registered.list()
    }
}

/// A set of countries: one bit for each pair of capitals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Countries([u32; 26]);

impl Countries {
    fn place(code: &str) -> Option<(usize, u32)> {
        let &[first @ b'A'..=b'Z', second @ b'A'..=b'Z'] = code.as_bytes() else { return None };
        Some((usize::from(first - b'A'), 1 << (second - b'A')))
    }

    fn insert(&mut self, code: &str) {
        if let Some((row, bit)) = Self::place(code) {
            self.0[row] |= bit;
        }
    }

    fn contains(&self, code: &str) -> bool {
        Self::place(code).is_some_and(|(row, bit)| self.0[row] & bit != 0)
    }

    fn list(&self) -> Vec<&'static str> {
        country::codes().filter(|code| self.contains(code)).collect()
    }
}

impl Law {
    /// The law that comes with the program.
    ///
    /// # Errors
    /// A file of it is wrong; a test sees to it that none is.
    pub fn embedded() -> Result<Self, RuleError> {
        Self::parse(FILES.iter().copied())
    }

    /// Reads law from files, given as names and texts.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place and what was expected.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, RuleError> {
        let mut law = Self { state: Date::MIN, members: Vec::new(), decisions: Vec::new() };
        for (file, text) in files {
            let mut table = Source::whole(file, text).table(&["state", "member", "decision"])?;
            law.state = law.state.max(table.need("state", "the day up to which the law was looked up")?.date()?);
            terms(&mut table, "member", &["country", "from", "until", "scope", "source"], &mut law.members)?;
            let known = &["country", "decision", "from", "until", "register", "scope", "source"];
            terms(&mut table, "decision", known, &mut law.decisions)?;
        }
        Ok(law)
    }

    /// The law as it stood on a day.
    pub fn on(&self, day: Date) -> LawOn {
        let mut on =
            LawOn { day, eea: Countries::default(), adequate: Countries::default(), registered: Countries::default() };
        for term in self.members.iter().filter(|term| term.covers(day)) {
            on.eea.insert(&term.country);
        }
        for term in self.decisions.iter().filter(|term| term.covers(day)) {
            if term.register.is_some() { &mut on.registered } else { &mut on.adequate }.insert(&term.country);
        }
        on
    }
}

fn terms(
    table: &mut Table,
    key: &'static str,
    known: &'static [&'static str],
    terms: &mut Vec<Term>,
) -> Result<(), RuleError> {
    let Some(node) = table.take(key) else { return Ok(()) };
    for node in node.list()? {
        let mut table = node.table(known)?;
        let country = table.need("country", "the country's code")?;
        let until = table.take("until");
        let decision = match key {
            "decision" => Some(table.need("decision", "the name of the decision")?.text()?),
            _ => None,
        };
        let text = |node: Option<Node>| node.map(|node| node.text()).transpose();
        let term = Term {
            country: country_code(&country)?,
            from: table.need("from", "the first day on which it holds")?.date()?,
            until: until.as_ref().map(Node::date).transpose()?,
            decision,
            register: text(table.take("register"))?,
            scope: text(table.take("scope"))?,
            source: table.need("source", "where it stands")?.text()?,
        };
        if let (Some(day), Some(node)) = (term.until, until)
            && day < term.from
        {
            return Err(node.error("it ends before it begins", format!("a day from {}", term.from)));
        }
        let meets = |other: &&Term| {
            other.country == term.country
                && other.until.is_none_or(|until| term.from <= until)
                && term.until.is_none_or(|until| other.from <= until)
        };
        if let Some(other) = terms.iter().find(meets) {
            let what = format!("`{}` has an entry from {} already that overlaps", term.country, other.from);
            return Err(country.error(what, "entries of one country that follow each other"));
        }
        terms.push(term);
    }
    Ok(())
}

/// A country's code, as a value of TOML.
pub(crate) fn country_code(node: &Node) -> Result<String, RuleError> {
    let text = node.text()?;
    if country::exists(&text) {
        return Ok(text);
    }
    let hint = match text.to_uppercase().as_str() {
        "UK" => ": the United Kingdom is `GB`".to_owned(),
        "EL" => ": Greece is `GR`".to_owned(),
        upper if country::exists(upper) => format!(": did you mean `{upper}`?"),
        _ => String::new(),
    };
    let what = format!("`{}` is no country code", text.escape_debug());
    Err(node.error(what, format!("two capital letters of ISO 3166-1, such as `DE`{hint}")))
}

/// A provision of the GDPR as a language cites it: `Art. 28(3)(e) and (f) GDPR` is `Art. 28 Abs. 3 lit. e und f DSGVO`. What is
/// cited otherwise stays as it is.
pub fn provision(cited: &str, lang: Lang) -> String {
    let Some(article) = cited.strip_prefix("Art. ").and_then(|rest| rest.strip_suffix(" GDPR")) else {
        return cited.to_owned();
    };
    if lang == Lang::En {
        return cited.to_owned();
    }
    let (number, places) = article.split_at(article.find('(').unwrap_or(article.len()));
    let (mut paragraph, mut letters) = (String::new(), Vec::new());
    for place in places.split(['(', ')']).map(str::trim).filter(|place| !place.is_empty() && *place != "and") {
        match place.parse::<u32>() {
            Ok(_) => paragraph = format!(" Abs. {place}"),
            Err(_) => letters.push(place),
        }
    }
    let letters = if letters.is_empty() { String::new() } else { format!(" lit. {}", letters.join(" und ")) };
    format!("Art. {}{paragraph}{letters} DSGVO", number.replace(" to ", " bis "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn on(year: i16, month: i8, day: i8) -> LawOn {
        Law::embedded().unwrap().on(date(year, month, day))
    }

    #[test]
    fn the_area_has_thirty_members_today() {
        let today = on(2026, 11, 22);
        let territories = ["AX", "GF", "GP", "MF", "MQ", "RE", "YT"];
        assert_eq!(today.members().iter().filter(|code| !territories.contains(code)).count(), 30);
        assert_eq!(
            today.adequate(),
            ["AD", "AR", "BR", "CA", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "JP", "KR", "NZ", "UY"]
        );
        assert_eq!(today.registered(), ["US"]);
    }

    #[test]
    fn an_audit_of_march_is_judged_by_the_law_of_march() {
        assert_eq!(on(2025, 3, 1).contains(Group::Third, "BR"), Some(true));
        assert_eq!(on(2026, 3, 1).contains(Group::Adequate, "BR"), Some(true));
        assert_eq!(on(2020, 12, 31).contains(Group::Eea, "GB"), Some(true));
        assert_eq!(on(2021, 1, 1).contains(Group::Eea, "GB"), Some(false));
        assert_eq!(on(2021, 1, 1).contains(Group::Adequate, "GB"), Some(true));
        assert_eq!(on(2025, 12, 18).contains(Group::Adequate, "GB"), Some(true));
        assert_eq!(on(2025, 12, 19).contains(Group::Adequate, "GB"), Some(true));
        assert_eq!(on(2032, 1, 1).contains(Group::Third, "GB"), Some(true));
    }

    #[test]
    fn a_register_makes_no_country_adequate() {
        for day in [on(2018, 1, 1), on(2021, 1, 1), on(2026, 1, 1)] {
            assert_eq!(day.contains(Group::EeaOrAdequate, "US"), Some(false));
            assert_eq!(day.contains(Group::Third, "US"), Some(true));
        }
        assert!(on(2021, 1, 1).registered().is_empty());
    }

    #[test]
    fn what_is_no_country_belongs_nowhere() {
        for group in Group::NAMES {
            assert_eq!(on(2026, 1, 1).contains(group.1, "UK"), None);
            assert_eq!(on(2026, 1, 1).contains(group.1, "é"), None);
        }
    }

    #[test]
    fn the_union_and_the_area_stand_for_their_members() {
        for whole in ["EU", "EEA"] {
            assert_eq!(on(2026, 1, 1).contains(Group::Eea, whole), Some(true));
            assert_eq!(on(2026, 1, 1).contains(Group::EeaOrAdequate, whole), Some(true));
            assert_eq!(on(2026, 1, 1).contains(Group::Third, whole), Some(false));
        }
    }

    #[test]
    fn complaints() {
        let law = |text: &str| Law::parse([("law/a.toml", text)]).unwrap_err().to_string();
        let entry = "[[decision]]\ncountry = \"CH\"\ndecision = \"x\"\nfrom = 2000-01-01\nsource = \"y\"\n";
        insta::assert_snapshot!(law("state = 2026-01-01\n[[members]]\n"), @"law/a.toml:2:3: unknown key `members`; expected one of `state`, `member`, `decision`: did you mean `member`?");
        insta::assert_snapshot!(law("[[member]]\n"), @"law/a.toml:1:1: missing key `state`; expected the day up to which the law was looked up");
        insta::assert_snapshot!(law("state = 2026-01-01\n[[member]]\ncountry = \"UK\"\nfrom = 2000-01-01\n"), @"law/a.toml:3:11: `UK` is no country code; expected two capital letters of ISO 3166-1, such as `DE`: the United Kingdom is `GB`");
        insta::assert_snapshot!(law("state = 2026-01-01\n[[member]]\ncountry = \"DE\"\nfrom = 2000-01-01\n"), @"law/a.toml:2:1: missing key `source`; expected where it stands");
        insta::assert_snapshot!(law(&format!("state = 2026-01-01\n{entry}until = 1999-01-01\n")), @"law/a.toml:7:9: it ends before it begins; expected a day from 2000-01-01");
        insta::assert_snapshot!(law(&format!("state = 2026-01-01\n{entry}{entry}")), @"law/a.toml:8:11: `CH` has an entry from 2000-01-01 already that overlaps; expected entries of one country that follow each other");
    }

    #[test]
    fn provisions_as_germans_cite_them() {
        for (cited, german) in [
            ("Art. 13 GDPR", "Art. 13 DSGVO"),
            ("Art. 12(1) GDPR", "Art. 12 Abs. 1 DSGVO"),
            ("Art. 28(10) GDPR", "Art. 28 Abs. 10 DSGVO"),
            ("Art. 13(2)(b) GDPR", "Art. 13 Abs. 2 lit. b DSGVO"),
            ("Art. 28(3)(e) and (f) GDPR", "Art. 28 Abs. 3 lit. e und f DSGVO"),
            ("Art. 44 to 49 GDPR", "Art. 44 bis 49 DSGVO"),
            ("§ 25 TDDDG", "§ 25 TDDDG"),
        ] {
            assert_eq!(provision(cited, Lang::De), german);
            assert_eq!(provision(cited, Lang::En), cited);
        }
    }
}
