//! How values of flags are written: times, durations, name servers. The configuration file uses the same.

use crate::base::review::Reason;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, civil};
use probity_rules::document::Kind;
use probity_rules::judge::Grade;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// A time of an audit: `2026-06-02T06:00:00Z`, or a day, which means its last second in UTC.
pub(crate) fn as_of(text: &str) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let day: civil::Date = text
        .parse()
        .map_err(|_| "expected a day such as 2026-06-02 or a time such as 2026-06-02T06:00:00Z".to_owned())?;
    let end = day.at(23, 59, 59, 0).to_zoned_datetime(jiff::tz::TimeZone::UTC).map_err(|error| error.to_string())?;
    Ok(end.timestamp())
}

/// The longest span: what is longer is a slip, and the clock could not count so far.
const LONGEST: Duration = Duration::from_hours(366 * 24);

/// A span of time: `30s`, `250ms`, `1m 30s`, or a plain number of seconds; a year at most.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let span = match text.parse::<f64>() {
        Ok(seconds) => SignedDuration::try_from_secs_f64(seconds).ok(),
        Err(_) => text.parse::<Span>().and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours())).ok(),
    };
    span.and_then(|span| Duration::try_from(span).ok())
        .filter(|span| *span <= LONGEST)
        .ok_or_else(|| "expected a time such as 30s, 250ms or a number of seconds".to_owned())
}

/// The same, as days and hours are counted.
pub(crate) fn span(text: &str) -> Result<SignedDuration, String> {
    duration(text).map(|span| SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX))
}

/// A name server: an address, with a port where it is not 53.
pub(crate) fn name_server(text: &str) -> Result<SocketAddr, String> {
    text.parse::<SocketAddr>()
        .or_else(|_| text.trim_matches(['[', ']']).parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 53)))
        .map_err(|_| "expected an address such as 9.9.9.9, 127.0.0.1:5353 or [2620:fe::fe]:53".to_owned())
}

/// The kinds of documents, so that help and completions list them.
pub(crate) fn kind() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::as_str)).try_map(|name| name.parse::<Kind>())
}

/// The grades that a person can set.
pub(crate) fn grade() -> impl TypedValueParser<Value = Grade> {
    const GRADES: [Grade; 4] = [Grade::Good, Grade::Partial, Grade::Poor, Grade::NotApplicable];
    let found = |name: String| GRADES.into_iter().find(|grade| grade.as_str() == name).ok_or("no grade");
    PossibleValuesParser::new(GRADES.map(Grade::as_str)).try_map(found)
}

/// The reasons of overrides.
pub(crate) fn reason() -> impl TypedValueParser<Value = Reason> {
    let found = |name: String| Reason::ALL.into_iter().find(|reason| reason.as_str() == name).ok_or("no reason");
    PossibleValuesParser::new(Reason::ALL.map(Reason::as_str)).try_map(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_end_and_a_time_is_itself() {
        assert_eq!(as_of("2026-06-02").map(|time| time.to_string()), Ok("2026-06-02T23:59:59Z".into()));
        assert_eq!(as_of("2026-06-02T02:00:00+02:00").map(|time| time.to_string()), Ok("2026-06-02T00:00:00Z".into()));
        assert!(as_of("June").is_err());
        assert!(as_of("2026-02-30").is_err());
    }

    #[test]
    fn durations() {
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("5"), Ok(Duration::from_secs(5)));
        assert_eq!(duration("0.25"), Ok(Duration::from_millis(250)));
        assert_eq!(duration("1m 30s"), Ok(Duration::from_secs(90)));
        for bad in ["", "soon", "-1s", "-1", "NaN", "inf", "1e300", "400d", "1e9"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn name_servers() {
        assert_eq!(name_server("9.9.9.9").map(|at| at.to_string()), Ok("9.9.9.9:53".into()));
        assert_eq!(name_server("::1").map(|at| at.to_string()), Ok("[::1]:53".into()));
        assert_eq!(name_server("[::1]:5353").map(|at| at.port()), Ok(5353));
        assert!(name_server("dns.example").is_err());
    }
}
