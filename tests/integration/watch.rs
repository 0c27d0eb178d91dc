//! A service that is audited again and again while it changes: what waits for a person, why, and what the person's word does.
//!
//! The service is a loopback one; the days between audits pass by shifting the clock of the program.

mod causes;

use crate::common::{Place, Ran};
use crate::rehearse::history::Policy;
use probity_probes::net::loopback::{Page, World};
use serde_json::Value;

/// The service, and the place where it is watched.
struct Watch {
    place: Place,
    _runtime: tokio::runtime::Runtime,
    world: World,
}

impl Watch {
    fn new() -> Self {
        Self::declared("")
    }

    /// The same with more lines in its declaration.
    fn declared(more: &str) -> Self {
        let place = Place::new();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let world = runtime.block_on(World::start()).unwrap();
        world.page("https://meet.example/", Page::html("<html lang=en><h1>Meetings</h1></html>"));
        world.record("meet.example", "A", "88.198.42.7");
        place.write("root.pem", world.root());
        place.write(
            "services/meet.toml",
            format!(
                "id = \"meet\"\nname = \"Meet Example\"\ncategory = \"video-conferencing\"\nhome = \"https://meet.example/\"\n\
                 documents = [ {{ kind = \"privacy-policy\", url = \"https://meet.example/privacy\", language = \"en\" }} ]\n{more}"
            ),
        );
        let watch = Self { place, _runtime: runtime, world };
        watch.says(&Policy::default());
        watch
    }

    fn says(&self, policy: &Policy) {
        self.world.page("https://meet.example/privacy", Page::html(policy.html()));
    }

    /// Runs a command so many hours from now.
    fn at(&self, hours: i64, line: &str) -> Ran {
        let mut command = self.place.command(line.split_whitespace());
        command.env("PROBITY_CLOCK_SHIFT", format!("{hours}h"));
        Ran::of(command)
    }

    fn audit(&self, hours: i64, more: &str) {
        self.audit_by("gdpr-transparency", hours, more);
    }

    fn audit_by(&self, method: &str, hours: i64, more: &str) {
        let (names, web) = (self.world.names(), self.world.web());
        let ran = self.at(
            hours,
            &format!(
                "audit meet --services services --method {method} --name-server {names} --test-host *={web} \
                 --root-cert root.pem --pace 1ms --format json {more}"
            ),
        );
        assert_eq!(ran.code, 0, "{}", ran.err);
    }

    /// What waits, or was decided too.
    fn items(&self, hours: i64, more: &str) -> Vec<Value> {
        let ran = self.at(hours, &format!("review list --format json {more}"));
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.json().as_array().unwrap().clone()
    }

    /// The newest rating.
    fn rating(&self, hours: i64) -> Value {
        let ran = self.at(hours, "history meet --format json");
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.json()["ratings"].as_array().unwrap().last().unwrap().clone()
    }

    /// Audits until the loss of the storage period is raised: the item has the number 1.
    fn raise(&self) {
        self.audit(0, "");
        assert_eq!(self.at(1, "review confirm meet --as Ada").code, 0);
        self.says(&Policy::default().without("30 days"));
        self.audit(30, "");
        self.audit(60, "");
        assert_eq!(self.items(61, "").len(), 1);
    }
}

fn decided(ran: &Ran) {
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
}

#[test]
fn a_policy_that_changed_is_raised_once_with_its_cause_and_both_quotes() {
    let watch = Watch::new();
    watch.audit(0, "");
    watch.audit(30, "");
    let first = watch.rating(31)["audit"].as_str().unwrap().to_owned();
    assert_eq!(watch.items(31, ""), Vec::<Value>::new());
    watch.says(&Policy::default().without("30 days"));
    watch.audit(60, "");
    assert_eq!(watch.items(61, ""), Vec::<Value>::new(), "one look is not enough");
    watch.audit(90, "");
    watch.audit(120, "");
    let items = watch.items(121, "");
    assert_eq!(items.len(), 1, "{items:#?}");
    let change = &items[0]["change"];
    assert_eq!(
        (&change["criterion"], &change["from"], &change["to"]),
        (&"retention".into(), &"good".into(), &"poor".into())
    );
    assert_eq!(change["cause"], "service-changed");
    assert!(change["citations"]["before"][0]["quote"].as_str().unwrap().contains("30 days"), "{change:#}");
    assert_eq!(change["passages"][0]["anchor"], "lost");
    // The same to be read, and the difference of the two texts.
    let shown = watch.at(121, "review show 1");
    assert!(shown.out.contains("the service changed") && shown.out.contains("30 days"), "{}", shown.out);
    let diff = watch.at(121, &format!("diff meet --from {first} --format json"));
    assert_eq!(diff.code, 0, "{}", diff.err);
    let diff = diff.json();
    assert_eq!(diff["grades"][0]["criterion"], "retention");
    assert_eq!(diff["grades"][0]["cause"], "service-changed");
    let claims: Vec<_> = diff["claims"].as_array().unwrap().iter().map(|one| one["claim"].clone()).collect();
    assert!(claims.contains(&"info.retention-period".into()), "{claims:?}");
    let document = &diff["documents"][0];
    assert_eq!((&document["became"], &document["kind"]), (&"changed".into(), &"privacy-policy".into()));
    let lines = document["places"][0]["lines"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["mark"] == "before" && line["text"].as_str().unwrap().contains("30 days")));
    assert!(lines.iter().any(|line| line["mark"] == "both"), "in context: {lines:?}");
    let table = watch.at(121, &format!("diff meet --from {first}"));
    assert!(
        table.out.contains("retention  good → poor") && table.out.contains("- We delete your account data"),
        "{}",
        table.out
    );
    let same = watch.at(121, "diff meet");
    assert!(same.out.contains("nothing differs"), "{}\n{}", same.out, same.err);
    let history = watch.at(121, "history meet");
    assert!(history.out.contains("retention: good") && history.out.contains("×2"), "{}", history.out);
    let status = watch.at(121, "status --services services --check");
    assert_eq!(status.code, 0, "{}", status.err);
    assert!(status.out.contains("1  wait for a reviewer"), "{}", status.out);
    let wrong = watch.at(121, "diff meet --from 1999-01-01");
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("there is no audit of `meet` before"), "{}", wrong.err);
}

#[test]
fn a_page_that_flickers_raises_nothing() {
    let watch = Watch::new();
    for round in 0..6 {
        let other = Policy::default().without("30 days");
        watch.says(&if round % 2 == 1 { other } else { Policy::default() });
        watch.audit(round * 30, "");
    }
    assert_eq!(watch.items(180, "--all"), Vec::<Value>::new());
}

#[test]
fn how_long_a_second_look_waits_can_be_said() {
    let watch = Watch::new();
    watch.place.write("probity.toml", "confirm-after = \"3d\"\n");
    watch.audit(0, "");
    watch.says(&Policy::default().without("30 days"));
    watch.audit(30, "");
    watch.audit(60, "");
    assert_eq!(watch.items(61, "").len(), 0);
    watch.audit(110, "");
    assert_eq!(watch.items(111, "").len(), 1);
    watch.says(&Policy::default().without("30 days").without("supervisory authority"));
    watch.audit(200, "");
    watch.audit(202, "--confirm-after 1h");
    assert_eq!(watch.items(203, "").len(), 2);
}

#[test]
fn of_two_reviewers_at_once_the_second_is_told() {
    let watch = Watch::new();
    watch.raise();
    let ran: Vec<Ran> = std::thread::scope(|scope| {
        let accept = scope.spawn(|| watch.at(62, "review accept 1 --as Ada --read 1"));
        let reject = scope.spawn(|| watch.at(62, "review reject 1 --as Bob --read 1 --text it-stands-in-the-annex"));
        [accept, reject].map(|run| run.join().unwrap()).into()
    });
    let (won, lost): (Vec<_>, Vec<_>) = ran.into_iter().partition(|ran| ran.code == 0);
    assert_eq!((won.len(), lost.len()), (1, 1));
    assert_eq!(lost[0].code, 2);
    assert!(lost[0].err.contains("somebody decided in the meantime: you read version 1"), "{}", lost[0].err);
    let item = watch.at(63, "review show 1 --format json").json();
    assert_eq!(item["log"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_accepted_is_confirmed() {
    let watch = Watch::new();
    watch.raise();
    assert_eq!(watch.rating(61)["status"], "provisional");
    let early = watch.at(61, "review confirm meet --as Ada");
    assert!(early.code == 2 && early.err.contains("item 1 on a rating of `meet` waits"), "{}", early.err);
    decided(&watch.at(62, "review accept 1 --as Ada"));
    let rating = watch.rating(62);
    assert_eq!((&rating["status"], &rating["grades"]["retention"]), (&"confirmed".into(), &"poor".into()));
}

#[test]
fn what_is_rejected_keeps_the_old_grade_and_its_light() {
    let watch = Watch::new();
    watch.audit(0, "");
    let before = watch.rating(1);
    decided(&watch.at(1, "review confirm meet --as Ada"));
    watch.says(&Policy::default().without("30 days"));
    watch.audit(30, "");
    watch.audit(60, "");
    let machine = watch.rating(61);
    assert_eq!(machine["grades"]["retention"], "poor");
    assert_ne!(machine["points"], before["points"]);
    let short = watch.at(62, "review reject 1 --as Ada --text no");
    assert!(short.code == 2 && short.err.contains("needs a reason in words"), "{}", short.err);
    decided(&watch.at(62, "review reject 1 --as Ada --text the-period-stands-in-the-annex"));
    for hours in [63, 93] {
        let rating = watch.rating(hours);
        assert_eq!(rating["grades"]["retention"], "good");
        assert_eq!((&rating["light"], &rating["points"]), (&before["light"], &before["points"]));
        assert_eq!(rating["status"], "confirmed");
        // The decision holds for the audits that follow, as long as the evidence is the same.
        watch.audit(90, "");
    }
    assert_eq!(watch.items(121, "").len(), 0);
}

#[test]
fn an_override_needs_what_it_needs_and_ends_on_its_day() {
    let watch = Watch::new();
    watch.raise();
    let none = watch.at(62, "review override 1 --grade partial --text the-period-stands-in-the-annex --as Ada");
    assert!(none.code == 2 && none.err.contains("--reason"), "{}", none.err);
    let day = jiff_day(watch.at(62 + 24 * 10, "history meet --format json"), &watch);
    decided(&watch.at(
        62,
        &format!(
            "review override 1 --grade partial --reason other-document --text the-period-stands-in-the-annex \
             --expires {day} --two-persons --as Ada"
        ),
    ));
    assert_eq!(watch.rating(62)["grades"]["retention"], "poor", "it waits for the second signature");
    let same = watch.at(63, "review sign 1 --as Ada");
    assert!(same.code == 2 && same.err.contains("has to be another person's"), "{}", same.err);
    decided(&watch.at(63, "review sign 1 --as Bob"));
    let rating = watch.rating(64);
    assert_eq!((&rating["grades"]["retention"], &rating["status"]), (&"partial".into(), &"confirmed".into()));
    // Whoever looks is told the person's grade, whose it is, and what the machine had found.
    let shown = watch.at(64, "show meet");
    let flat = shown.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("~ retention partial") && flat.contains("Decided by Ada and Bob on "), "{}", shown.out);
    assert!(flat.contains("The machine found: poor."), "{}", shown.out);
    let report = watch.at(64, "report --format markdown --language de").out;
    assert!(report.contains("Entschieden von Ada und Bob am "), "{report}");
    let rows = watch.at(64, "report --format csv").out;
    let row = rows.lines().find(|row| row.contains(",retention,")).unwrap();
    assert!(row.contains(",partial,") && row.ends_with(",Ada; Bob,poor"), "{row}");
    watch.audit(90, "");
    assert_eq!(watch.rating(91)["grades"]["retention"], "partial");
    let status = watch.at(24 * 400, "status --services services --format json");
    assert_eq!(status.code, 0, "{}", status.err);
    let item = watch.at(24 * 400, "review show 1 --format json").json();
    assert_eq!(item["state"], "open");
    assert_eq!(item["log"].as_array().unwrap().last().unwrap()["decision"]["why"], "expired");
    assert_eq!(watch.rating(24 * 400)["grades"]["retention"], "poor");
}

/// A day to come.
fn jiff_day(ran: Ran, watch: &Watch) -> String {
    assert_eq!(ran.code, 0, "{}", ran.err);
    // The program's own clock is the only one here: the day of the newest audit, a year later.
    let as_of = watch.rating(62)["as_of"].as_str().unwrap().to_owned();
    let year: i32 = as_of[..4].parse().unwrap();
    format!("{}-{}", year + 1, "01-31")
}

#[test]
fn what_is_withdrawn_does_not_count_and_nothing_older_takes_its_place() {
    let watch = Watch::new();
    watch.audit(0, "");
    decided(&watch.at(1, "review confirm meet --as Ada"));
    watch.audit(30, "");
    let bare = watch.at(31, "review withdraw meet --as Ada");
    assert!(bare.code == 2 && bare.err.contains("needs a reason in words"), "{}", bare.err);
    decided(&watch.at(31, "review withdraw meet --as Ada --text the-wrong-service-was-audited"));
    assert_eq!(watch.rating(32)["status"], "withdrawn");
    watch.audit(60, "");
    assert_eq!(watch.rating(61)["status"], "withdrawn", "it says the same still");
    decided(&watch.at(62, "review contest meet --method gdpr-transparency --as Ada --text the-provider-objects-to-it"));
    assert_eq!(watch.rating(62)["status"], "contested");
    let nobody = watch.at(62, "review confirm nobody --as Ada");
    assert!(nobody.code == 2 && nobody.err.contains("there is no such rating of `nobody`"), "{}", nobody.err);
}

#[test]
fn changed_rules_are_the_cause_where_nothing_else_changed() {
    let watch = Watch::new();
    let strict = include_str!("../../rules/criteria/retention.md")
        .replacen(
            "when = { claim = \"info.retention-period\" }",
            "when = { all = [ { claim = \"info.retention-period\" }, { claim = \"info.retention-criteria\" } ] }",
            1,
        )
        .replacen(
            "when = { claim = \"info.retention-criteria\" }",
            "when = { any = [ { claim = \"info.retention-period\" }, { claim = \"info.retention-criteria\" } ] }",
            1,
        );
    watch.place.write("strict/criteria/retention.md", strict);
    watch.audit(0, "");
    let flips = watch.at(1, "rules rehearse --rules strict --format json");
    assert_eq!(flips.code, 1, "{}", flips.err);
    let flips = flips.json();
    assert_eq!(flips["flips"][0]["criteria"][0]["criterion"], "retention");
    assert_eq!(flips["flips"][0]["criteria"][0]["to"], "partial");
    // Audits of earlier versions kept facts alone, and a line that cannot be read is named.
    let audits = watch.place.path().join("data/audits");
    let grounds = audits.read_dir().unwrap().next().unwrap().unwrap().path().join("grounds.jsonl");
    let kept = std::fs::read(&grounds).unwrap();
    std::fs::remove_file(&grounds).unwrap();
    assert_eq!(watch.at(1, "rules rehearse --rules strict --format json").json(), flips);
    std::fs::write(&grounds, [&kept[..], b"{}\n"].concat()).unwrap();
    let broken = watch.at(1, "rules rehearse --rules strict");
    assert_eq!((broken.code, broken.out.as_str()), (2, ""), "{}", broken.err);
    assert!(broken.err.contains("grounds.jsonl:2: ") && broken.err.contains("next: "), "{}", broken.err);
    std::fs::write(&grounds, kept).unwrap();
    watch.audit(30, "--rules strict");
    watch.audit(60, "--rules strict");
    let items = watch.items(61, "");
    assert_eq!(items.len(), 1, "{items:#?}");
    let change = &items[0]["change"];
    assert_eq!((&change["criterion"], &change["to"]), (&"retention".into(), &"partial".into()));
    assert_eq!(change["cause"], "rules-changed", "{change:#}");
    let first = watch.at(61, "history meet --format json").json()["ratings"][0]["audit"].as_str().unwrap().to_owned();
    let diff = watch.at(61, &format!("diff meet --from {first} --format json")).json();
    assert_eq!(diff["grades"][0]["cause"], "rules-changed");
    // What leads from here to there is kept, wherever it goes.
    assert_eq!(watch.at(61, "export out").code, 0);
    assert_eq!(watch.place.path().join("out/rules").read_dir().unwrap().count(), 2);
    assert_eq!(watch.at(61, "import out --data second").code, 0);
    let there = watch.at(61, &format!("diff meet --from {first} --format json --data second")).json();
    assert_eq!(there["grades"], diff["grades"]);
}

#[test]
fn a_word_that_a_person_gives_counts_in_the_next_audit() {
    let watch = Watch::new();
    watch.audit(0, "");
    decided(
        &watch.at(
            1,
            "review attest meet e2ee.optional --source https://meet.example/call --note seen-in-a-call --as Ada",
        ),
    );
    let path = || {
        let mut audits: Vec<_> =
            watch.place.path().join("data/audits").read_dir().unwrap().map(|one| one.unwrap().path()).collect();
        audits.sort();
        std::fs::read_to_string(audits.last().unwrap().join("facts.jsonl")).unwrap()
    };
    assert!(!path().contains("seen-in-a-call"));
    watch.audit(30, "");
    assert!(path().contains("seen-in-a-call"));
}
