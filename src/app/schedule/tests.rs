use super::*;

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn schedule(expression: &str, zone: &str) -> Schedule {
    let mut schedule = Schedule::default();
    schedule.set_default(expression).expect("an expression");
    schedule.set_zone(zone).expect("a zone");
    schedule
}

#[test]
fn a_time_is_due_once() {
    let weekly = schedule("30 4 * * mon", "UTC");
    let now = time("2026-06-03T10:00:00Z");
    let due = weekly.due("zoom", None, now).expect("never looked after");
    assert_eq!(due.at, time("2026-06-01T04:30:00Z"));
    assert_eq!(weekly.due("zoom", Some(due.at), now), None);
    assert_eq!(weekly.due("zoom", Some(time("2026-06-02T00:00:00Z")), now), None, "somebody audited it by hand");
    assert_eq!(weekly.next("zoom", now), Some(time("2026-06-08T04:30:00Z")));
}

#[test]
fn what_was_missed_is_made_up_for_once_and_spread() {
    let mut daily = schedule("@daily", "UTC");
    daily.set_jitter(Duration::from_secs(3600));
    let (last, now) = (time("2026-06-01T00:00:00Z"), time("2026-06-20T15:00:00Z"));
    let begins: Vec<_> = (0..200)
        .filter_map(|number| daily.due(&format!("s{number}"), Some(last), now))
        .map(|due| due.not_before)
        .collect();
    assert_eq!(begins.len(), 200);
    let hour = now + SignedDuration::from_hours(1);
    assert!(begins.iter().all(|at| *at >= now && *at <= hour));
    let first_minutes = begins.iter().filter(|at| **at < now + SignedDuration::from_mins(6)).count();
    assert!((5..=50).contains(&first_minutes), "{first_minutes} of 200 in the first tenth");
    assert!(begins.iter().all(|at| *at == *at));
    assert_eq!(daily.due("s1", Some(last), now), daily.due("s1", Some(last), now), "always the same");
}

#[test]
fn a_clock_that_jumped_ahead_holds_nothing_up() {
    let daily = schedule("0 4 * * *", "UTC");
    let now = time("2026-06-20T15:00:00Z");
    assert!(daily.due("zoom", Some(time("2031-01-01T00:00:00Z")), now).is_some());
}

#[test]
fn quiet_hours_also_over_midnight() {
    let mut schedule = schedule("0 9 * * *", "Europe/Berlin");
    schedule.set_quiet("08:00-18:00").expect("a span");
    let now = time("2026-06-03T07:05:00Z");
    assert_eq!(schedule.due("zoom", None, now).map(|due| due.not_before), Some(time("2026-06-03T16:00:00Z")));
    schedule.set_quiet("22:00-06:00").expect("a span");
    assert!(schedule.is_quiet(time("2026-06-03T21:00:00Z")) && schedule.is_quiet(time("2026-06-03T03:59:00Z")));
    assert!(!schedule.is_quiet(time("2026-06-03T04:00:00Z")));
    assert_eq!(schedule.after_quiet(time("2026-06-03T21:00:00Z")), time("2026-06-04T04:00:00Z"));
    assert_eq!(schedule.after_quiet(time("2026-06-03T01:00:00Z")), time("2026-06-03T04:00:00Z"));
}

#[test]
fn the_clock_of_the_zone_counts_in_summer_and_winter() {
    let daily = schedule("30 2 * * *", "Europe/Berlin");
    let at = |now: &str| daily.next("zoom", time(now)).expect("a time");
    assert_eq!(at("2026-01-10T00:00:00Z"), time("2026-01-10T01:30:00Z"));
    assert_eq!(at("2026-07-10T00:00:00Z"), time("2026-07-10T00:30:00Z"));
    // In spring 02:30 does not happen, in autumn twice: once each, as the library decides, and never lost.
    let spring = at("2026-03-28T12:00:00Z");
    assert!((time("2026-03-29T00:30:00Z")..=time("2026-03-29T01:30:00Z")).contains(&spring), "{spring}");
    let autumn = at("2026-10-24T12:00:00Z");
    assert!(autumn == time("2026-10-25T00:30:00Z") || autumn == time("2026-10-25T01:30:00Z"), "{autumn}");
}

#[test]
fn a_service_of_its_own_and_one_without() {
    let mut schedule = schedule("@weekly", "UTC");
    schedule.set_service("zoom", "0 3 1 * *").expect("monthly");
    schedule.set_service("skype", "none").expect("never");
    let now = time("2026-06-20T15:00:00Z");
    assert_eq!(schedule.next("zoom", now), Some(time("2026-07-01T03:00:00Z")));
    assert_eq!(schedule.next("skype", now), None);
    assert!(schedule.next("wire", now).is_some());
}

#[test]
fn mistakes_are_said() {
    let mut schedule = Schedule::default();
    for wrong in ["61 * * * *", "* * *", "often", "0 0 4 * * *", ""] {
        assert!(schedule.set_default(wrong).is_err(), "{wrong}");
    }
    assert!(schedule.set_zone("Europe/Atlantis").is_err());
    for wrong in ["8-18", "08:00", "25:00-26:00", "08:00-08:00"] {
        assert!(schedule.set_quiet(wrong).is_err(), "{wrong}");
    }
    assert!(schedule.is_empty());
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    /// An expression of five fields.
    fn expression() -> impl Strategy<Value = String> {
        let field = |most: u32, least: u32| {
            prop_oneof![
                Just("*".to_owned()),
                (least..=most).prop_map(|at| at.to_string()),
                (2..6_u32).prop_map(|every| format!("*/{every}")),
            ]
        };
        // Days that every month has: an expression that names no time at all has no time before it either.
        (field(59, 0), field(23, 0), field(28, 1), field(12, 1), field(6, 0))
            .prop_map(|(minute, hour, day, month, weekday)| format!("{minute} {hour} {day} {month} {weekday}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_due_has_come_and_what_comes_next_is_still_to_come(
            expression in expression(),
            seconds in 1_700_000_000_i64..2_000_000_000,
            zone in prop_oneof![Just("UTC"), Just("Europe/Berlin"), Just("America/New_York")],
        ) {
            let schedule = schedule(&expression, zone);
            let now = Timestamp::from_second(seconds).expect("a time");
            if let Some(next) = schedule.next("zoom", now) {
                prop_assert!(next > now, "{} at {}: next is {}", expression, now, next);
            }
            if let Some(due) = schedule.due("zoom", None, now) {
                prop_assert!(due.at <= now && due.not_before >= due.at);
                prop_assert_eq!(schedule.due("zoom", Some(due.at), now), None, "once");
                let next = schedule.next("zoom", now);
                prop_assert!(next.is_none_or(|next| next > due.at));
            }
        }

        #[test]
        fn no_text_breaks_the_reader_of_expressions(text in "\\PC{0,40}", words in "[0-9*/,a-z@ -]{0,30}") {
            for text in [text, words] {
                let _ = Schedule::default().set_default(&text);
                let _ = Schedule::default().set_quiet(&text);
                let _ = Schedule::default().set_zone(&text);
            }
        }
    }
}
