use super::*;
use crate::head::{RuleError, Source};
use proptest::prelude::*;

fn read(text: &str) -> Result<Condition, RuleError> {
    let text = format!("when = {text}");
    let mut table = Source::whole("a.md", &text).table(&["when"])?;
    Condition::parse(table.need("when", "")?)
}

fn shown(text: &str) -> String {
    read(text).unwrap().to_string()
}

fn complaint(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn every_word_of_the_set() {
    assert_eq!(shown("{ claim = \"e2ee.default\" }"), "e2ee.default is stated");
    assert_eq!(shown("{ claim = \"e2ee.default\", is = \"absent\" }"), "e2ee.default is absent");
    assert_eq!(shown("{ fact = \"operator.country\", in = \"eea\" }"), "operator.country in eea");
    assert_eq!(shown("{ fact = \"day\", before = 2020-07-17 }"), "day before 2020-07-17");
    assert_eq!(shown("{ all = [ { fact = \"status\", is = \"active\" } ] }"), "all 1 of");
    assert_eq!(
        shown("{ every = \"hosts\", where = { role = [\"app\", \"media\"] }, has = { countries = { in = \"eea\" } } }"),
        "every one of hosts with role in app, media has countries in eea"
    );
    assert_eq!(shown("{ some = \"documents\" }"), "some of documents");
    assert_eq!(
        shown("{ none = \"repositories\", has = { last-activity = { not = { before = \"2 years\" } }, osi = true } }"),
        "none of repositories has last-activity not before 2 years before the audit and osi is true"
    );
    assert_eq!(
        shown("{ count = \"documents\", at-least = 2, has = { words = { at-least = 100 } } }"),
        "at least 2 of documents has words at least 100"
    );
}

#[test]
fn complaints_point_at_the_word() {
    insta::assert_snapshot!(complaint("{ claim = \"e2ee.defaults\" }"), @"a.md:1:18: unknown claim `e2ee.defaults`; expected a claim of the vocabulary: did you mean `e2ee.default`?");
    insta::assert_snapshot!(complaint("{ claim = \"e2ee.default\", is = \"true\" }"), @"a.md:1:39: unknown state of a claim `true`; expected one of `stated`, `denied`, `absent`");
    insta::assert_snapshot!(complaint("{ claim = \"e2ee.default\", in = \"eea\" }"), @"a.md:1:39: `in` does not belong to `claim`; expected it left out");
    insta::assert_snapshot!(complaint("{ fact = \"operator.seat\", in = \"eea\" }"), @"a.md:1:17: unknown fact `operator.seat`; expected one of `status`, `category`, `operator.country`, `operator.parent.country`, `day`");
    insta::assert_snapshot!(complaint("{ fact = \"operator.country\", in = \"eu\" }"), @"a.md:1:42: unknown country group `eu`; expected one of `eea`, `adequate`, `eea-or-adequate`, `third`: did you mean `eea`?");
    insta::assert_snapshot!(complaint("{ fact = \"operator.country\", in = [\"Germany\"] }"), @"a.md:1:43: `Germany` is no country code; expected two capital letters of ISO 3166-1, such as `DE`");
    insta::assert_snapshot!(complaint("{ fact = \"operator.country\" }"), @"a.md:1:17: `operator.country` is not tested; expected a test beside it: `is`, `in`, `at-least` or `before`");
    insta::assert_snapshot!(complaint("{ fact = \"operator.country\", is = \"DE\", in = \"eea\" }"), @"a.md:1:53: a second test `in` of one value; expected one test; `all = […]` for both");
    insta::assert_snapshot!(complaint("{ fact = \"status\", is = \"dead\" }"), @"a.md:1:32: unknown status `dead`; expected one of `active`, `discontinued`");
    insta::assert_snapshot!(complaint("{ fact = \"status\", at-least = 3 }"), @"a.md:1:38: `at-least` does not fit `status`, which is a text; expected `is` or `in`");
    insta::assert_snapshot!(complaint("{ fact = \"day\", before = \"two years\" }"), @r#"a.md:1:33: `two years` is no time before the audit; expected such as `"2 years"`, `"18 months"`, `"90 days"`, or a day such as 2018-05-25 without quotes"#);
    insta::assert_snapshot!(complaint("{ some = \"servers\" }"), @"a.md:1:17: unknown collection `servers`; expected one of `documents`, `hosts`, `repositories`, `subprocessors`");
    insta::assert_snapshot!(complaint("{ some = \"hosts\", has = { country = \"DE\" } }"), @"a.md:1:34: unknown field `country`; expected one of `name`, `role`, `resolves`, `addresses`, `countries`, `anycast`, `network`, `testimony`, `aliases`, `name-servers`, `mail-servers`");
    insta::assert_snapshot!(complaint("{ some = \"hosts\", has = { anycast = \"yes\" } }"), @"a.md:1:44: `anycast` is a text; expected true or false");
    insta::assert_snapshot!(complaint("{ some = \"hosts\", has = { role = \"medium\" } }"), @"a.md:1:41: unknown role `medium`; expected one of `web`, `app`, `api`, `media`, `mail`: did you mean `media`?");
    insta::assert_snapshot!(complaint("{ some = \"hosts\", has = {} }"), @"a.md:1:32: `has` is empty; expected at least one field with its test");
    insta::assert_snapshot!(complaint("{ every = \"hosts\" }"), @"a.md:1:8: missing key `has`; expected what every one must be, such as `has = { osi = true }`");
    insta::assert_snapshot!(complaint("{ count = \"hosts\" }"), @"a.md:1:8: missing key `at-least`; expected how many there must be, such as `at-least = 2`");
    insta::assert_snapshot!(complaint("{ count = \"hosts\", at-least = 0 }"), @"a.md:1:38: `at-least` is out of range; expected a whole number from 1");
    insta::assert_snapshot!(complaint("{ is = \"stated\" }"), @"a.md:1:8: a condition does not say what it asks of; expected exactly one of `all`, `any`, `not`, `claim`, `fact`, `every`, `some`, `none`, `count`");
    insta::assert_snapshot!(complaint("{ claim = \"e2ee.default\", fact = \"status\" }"), @"a.md:1:8: a condition has `claim` and `fact`; expected one of them, or both inside `all = […]` or `any = […]`");
    insta::assert_snapshot!(complaint("{ clam = \"e2ee.default\" }"), @"a.md:1:10: unknown key `clam`; expected one of `all`, `any`, `not`, `claim`, `fact`, `every`, `some`, `none`, `count`, `is`, `in`, `at-least`, `before`, `where`, `has`: did you mean `claim`?");
    insta::assert_snapshot!(complaint("{ all = [] }"), @"a.md:1:16: `all` is empty; expected at least one condition");
    insta::assert_snapshot!(complaint("{ not = [ { claim = \"e2ee.default\" } ] }"), @"a.md:1:16: `not` is a list; expected a table with `all`, `any`, `not`, `claim`, `fact`, `every`, `some`, `none`, `count`, `is`, `in`, `at-least`, `before`, `where`, `has`");
    insta::assert_snapshot!(complaint("{ some = \"documents\", has = { words = { at-least = 1, not = { is = 2 } } } }"), @"a.md:1:46: a test has `not` and `at-least`; expected one of them");
    insta::assert_snapshot!(complaint("{ some = \"hosts\", has = { addresses = { is = \"::1\" } } }"), @"a.md:1:53: `is` does not fit `addresses`, which is a list of texts; expected `in`");
}

#[test]
fn testimony_is_seen_through() {
    let rests = |text: &str| read(text).unwrap().rests_on_testimony();
    let third = "{ some = \"hosts\", has = { countries = { in = \"third\" } } }";
    let seat = "{ fact = \"operator.country\", in = \"third\" }";
    assert_eq!(rests(third), (true, true));
    assert_eq!(rests(seat), (false, false));
    assert_eq!(rests(&format!("{{ all = [ {third}, {seat} ] }}")), (false, true));
    assert_eq!(rests(&format!("{{ any = [ {third}, {seat} ] }}")), (true, false));
    assert_eq!(rests(&format!("{{ not = {{ all = [ {third}, {seat} ] }} }}")), (true, false));
    assert_eq!(rests("{ some = \"hosts\", has = { role = \"web\" } }"), (false, false));
}

#[test]
fn a_moment_before_the_audit() {
    let day = jiff::civil::date(2024, 2, 29);
    assert_eq!(Moment::Ago { years: 1, months: 0, days: 0 }.on(day), jiff::civil::date(2023, 2, 28));
    assert_eq!(Moment::Ago { years: 0, months: 0, days: 60 }.on(day), jiff::civil::date(2023, 12, 31));
    assert_eq!(Moment::Ago { years: 1000, months: 0, days: 0 }.on(Date::MIN), Date::MIN);
}

proptest! {
    #[test]
    fn any_table_is_read_or_refused(
        keys in prop::collection::vec(prop::sample::select(vec!["all", "not", "claim", "fact", "some", "is", "in", "before", "where", "has"]), 0..4),
        values in prop::collection::vec(prop::sample::select(vec!["\"hosts\"", "\"day\"", "\"eea\"", "{}", "[]", "[[]]", "1", "true", "\"e2ee.default\"", "{ words = 1 }", "[{}]"]), 4)
    ) {
        let pairs: Vec<_> = keys.iter().zip(&values).map(|(key, value)| format!("{key} = {value}")).collect();
        let _ = read(&format!("{{ {} }}", pairs.join(", ")));
    }
}
