//! Whether and when a request is made once more. Every request of the door is a GET, so making it twice does no harm.
//!
//! What took all the time it was allowed is not repeated: one silent server must not hold an audit up for several times
//! the limit.

use super::options::Options;
use jiff::Timestamp;
use std::time::Duration;

/// How an exchange ended, as far as repeating is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// With an answer of this status, and how long the server asks to wait.
    Status(u16, Option<Duration>),
    /// Refused, reset or broken off: the next time it may go well.
    Broken,
    /// In a way that will be the same next time.
    Final,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Take what there is.
    Take,
    /// Wait this long and ask again.
    Again(Duration),
}

/// Decides after the attempt number `attempt`, counted from 0.
pub(super) fn next(ended: Ended, attempt: u32, options: &Options) -> Next {
    let own = options.back_off.saturating_mul(1 << attempt.min(16));
    let wait = match ended {
        Ended::Status(429 | 502 | 503 | 504, asked) => asked.unwrap_or(own).max(own),
        Ended::Broken => own,
        Ended::Status(..) | Ended::Final => return Next::Take,
    };
    if attempt >= options.retries || wait > options.max_wait { Next::Take } else { Next::Again(wait) }
}

/// Reads `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3).
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = Timestamp::try_from(httpdate::parse_http_date(value).ok()?).ok()?;
    Some(Duration::try_from(at.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_may_pass_is_repeated() {
        let options = Options { retries: 2, back_off: SECOND, max_wait: 10 * SECOND, ..Options::default() };
        let cases = [
            (Ended::Status(200, None), 0, Next::Take),
            (Ended::Status(404, None), 0, Next::Take),
            (Ended::Status(500, None), 0, Next::Take),
            (Ended::Status(403, Some(SECOND)), 0, Next::Take),
            (Ended::Final, 0, Next::Take),
            (Ended::Broken, 0, Next::Again(SECOND)),
            (Ended::Broken, 1, Next::Again(2 * SECOND)),
            (Ended::Broken, 2, Next::Take),
            (Ended::Status(502, None), 1, Next::Again(2 * SECOND)),
            (Ended::Status(503, Some(7 * SECOND)), 0, Next::Again(7 * SECOND)),
            (Ended::Status(504, Some(Duration::ZERO)), 0, Next::Again(SECOND)),
            (Ended::Status(429, Some(10 * SECOND)), 0, Next::Again(10 * SECOND)),
            (Ended::Status(429, Some(11 * SECOND)), 0, Next::Take),
            (Ended::Status(429, None), 2, Next::Take),
        ];
        for (ended, attempt, expected) in cases {
            assert_eq!(next(ended, attempt, &options), expected, "{ended:?}, attempt {attempt}");
        }
        assert_eq!(next(Ended::Broken, 0, &Options { retries: 0, ..options.clone() }), Next::Take);
        assert_eq!(next(Ended::Broken, u32::MAX - 1, &Options { retries: u32::MAX, ..options }), Next::Take);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2026-06-01T06:00:00Z".parse().unwrap();
        assert_eq!(retry_after(" 120 ", now), Some(120 * SECOND));
        assert_eq!(retry_after("Mon, 01 Jun 2026 06:00:30 GMT", now), Some(30 * SECOND));
        assert_eq!(retry_after("Mon, 01 Jun 2026 05:00:00 GMT", now), Some(Duration::ZERO));
        for bad in ["", "soon", "-1", "1.5", "99999999999999999999999"] {
            assert_eq!(retry_after(bad, now), None, "{bad:?}");
        }
    }
}
