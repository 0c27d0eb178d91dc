//! What a forge's answer says about a repository, each fact with the piece of JSON that says so, letter by letter.
//!
//! A limit that is used up, a refusal and a broken answer are gaps; only the forge's own "not found" says that there is no
//! repository, and that means: none that is open to all.

use super::forge::Software;
use crate::net::capture::{Entry, Exchange, Followed};
use jiff::civil::Date;
use probity_rules::facts::Value;
use probity_rules::observation::{Citation, Observation, Why};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::ops::Range;

/// The greatest answer; a repository is described in some 10 kB.
const LIMIT: usize = 2 << 20;

/// What came back.
pub(super) enum Answer {
    /// The description of the repository.
    There(Box<Described>),
    /// The forge does not have it, or not for all.
    Gone(Vec<Citation>),
    /// Something answered that is not this interface.
    Foreign { why: Why, detail: String },
    /// No usable answer.
    Lost { target: String, why: Why, detail: String },
}

/// An answer that is a JSON object.
pub(super) struct Described {
    exchange: Exchange,
    body: String,
    /// The fields of the object: where in the body their values stand.
    fields: BTreeMap<String, Range<usize>>,
}

/// Reads what the capture holds.
pub(super) fn read(followed: &Followed) -> Answer {
    let target = followed.hops.last().cloned().unwrap_or_default();
    let lost = |why, detail: String| Answer::Lost { target: target.clone(), why, detail };
    let exchange = match &followed.answer {
        Err((why, detail)) => return lost(*why, detail.clone()),
        Ok(entry) => match &**entry {
            Entry::Http(exchange) => exchange,
            _ => return lost(Why::Bug, "no web answer under a web address".to_owned()),
        },
    };
    let status = exchange.status;
    if let Some(cut) = &exchange.cut {
        return lost(Why::Malformed, cut.to_string());
    }
    let body = match exchange.decoded(LIMIT) {
        Ok(body) => String::from_utf8(body.into_owned()),
        Err((why, detail)) => return lost(why, detail),
    };
    let Ok(body) = body else { return lost(Why::Malformed, "the answer is no UTF-8".to_owned()) };
    if status == 429 || matches!(status, 403 | 503) && is_limit(exchange, &body) {
        return lost(Why::RateLimited, format!("status {status}: the limit of requests is used up"));
    }
    let foreign = |detail: String| Answer::Foreign { why: Why::Unsupported, detail };
    match status {
        200..=203 if body.trim_start().starts_with('<') => {
            foreign("the answer is a page, not the forge's interface".to_owned())
        }
        200..=203 => match Described::new(exchange, body) {
            Some(described) => Answer::There(Box::new(described)),
            None => lost(Why::Malformed, "the answer is no JSON object".to_owned()),
        },
        404 | 410 => {
            match Described::new(exchange, body).and_then(|it| it.cite("message").or_else(|| it.cite("error"))) {
                Some(citation) => Answer::Gone(vec![citation]),
                None => foreign(format!("status {status}, and not the forge's own")),
            }
        }
        401 | 403 | 407 | 451 => lost(Why::Refused, format!("status {status}")),
        400..=499 => lost(Why::Unsupported, format!("status {status}")),
        _ => lost(Why::Unreachable, format!("status {status}")),
    }
}

/// GitHub says with 403 that its limit is used up, and by a header or a sentence that it is the limit.
fn is_limit(exchange: &Exchange, body: &str) -> bool {
    exchange.header("x-ratelimit-remaining").is_some_and(|left| left.trim() == "0")
        || exchange.header("retry-after").is_some()
        || body.to_ascii_lowercase().contains("rate limit")
}

impl Described {
    fn new(exchange: &Exchange, body: String) -> Option<Self> {
        let fields = fields(&body, 0..body.len())?;
        Some(Self { exchange: exchange.clone(), body, fields })
    }

    /// A field of the object, or of an object in it (`license.spdx_id`): its name, and where its value stands.
    fn raw<'a>(&self, path: &'a str) -> Option<(&'a str, Range<usize>)> {
        let (outer, inner) = path.split_once('.').map_or((path, None), |(outer, inner)| (outer, Some(inner)));
        let value = self.fields.get(outer)?.clone();
        match inner {
            None => Some((outer, value)),
            Some(inner) => Some((inner, fields(&self.body, value)?.get(inner)?.clone())),
        }
    }

    fn value<T: DeserializeOwned>(&self, path: &str) -> Option<T> {
        serde_json::from_str(self.body.get(self.raw(path)?.1)?).ok()
    }

    fn text(&self, path: &str) -> Option<String> {
        self.value(path)
    }

    fn flag(&self, path: &str) -> Option<bool> {
        self.value(path)
    }

    fn is_null(&self, path: &str) -> bool {
        self.raw(path).is_some_and(|(_, at)| self.body.get(at) == Some("null"))
    }

    /// The citation of a field: from the quotation mark of its name to the end of its value.
    fn cite(&self, path: &str) -> Option<Citation> {
        let (name, at) = self.raw(path)?;
        let named = self.body.get(..at.start)?.rfind(&format!("\"{name}\""))?;
        Some(Citation {
            record: self.exchange.digest.clone(),
            url: self.exchange.url.clone(),
            captured: self.exchange.captured,
            quote: self.body.get(named..at.end)?.to_owned(),
            span: None,
        })
    }

    fn cited(&self, path: &str) -> Vec<Citation> {
        self.cite(path).into_iter().collect()
    }

    fn unknown(&self, why: Why) -> Observation<Value> {
        Observation::Unknown { why, target: self.exchange.url.clone() }
    }

    /// Whether it is there for all. An answer that a token opened may describe what others cannot see.
    pub(super) fn exists(&self) -> Observation<Value> {
        let hidden = self.flag("private") == Some(true)
            || matches!(self.text("visibility").as_deref(), Some("private" | "internal"));
        if hidden {
            let shown = self.cite("private").or_else(|| self.cite("visibility"));
            return seen(Value::Flag(false), shown.into_iter().collect());
        }
        let name = ["full_name", "path_with_namespace", "name"].into_iter().find_map(|field| self.cite(field));
        match name {
            Some(name) => seen(Value::Flag(true), vec![name]),
            None => self.unknown(Why::Malformed),
        }
    }

    /// The field that says that nothing was ever put in: there is no source code in it. GitHub gives a size in kB, and 0 before
    /// the first commit; Gitea and GitLab say it in a word, and their word counts.
    pub(super) fn emptiness(&self) -> Option<Citation> {
        for field in ["empty", "empty_repo"] {
            if let Some(empty) = self.flag(field) {
                return if empty { self.cite(field) } else { None };
            }
        }
        (self.value::<u64>("size") == Some(0)).then(|| self.cite("size")).flatten()
    }

    pub(super) fn archived(&self) -> Observation<Value> {
        match self.flag("archived") {
            Some(archived) => seen(Value::Flag(archived), self.cited("archived")),
            None => self.unknown(Why::NotAsked),
        }
    }

    pub(super) fn last_activity(&self, software: Software) -> Observation<Value> {
        let field = match software {
            Software::GitHub => "pushed_at",
            Software::GitLab => "last_activity_at",
            Software::Forgejo => "updated_at",
        };
        self.day(field)
    }

    /// A field that holds a time, as its day.
    pub(super) fn day(&self, field: &str) -> Observation<Value> {
        let day = self.text(field).and_then(|time| time.get(..10)?.parse::<Date>().ok());
        match day {
            Some(day) => seen(Value::Date(day), self.cited(field)),
            None => self.unknown(Why::NotAsked),
        }
    }

    /// Whether the answer says nothing about a licence, so that it is worth asking further.
    pub(super) fn lacks_licence(&self) -> bool {
        self.raw("license").is_none() && self.raw("licenses").is_none()
    }

    /// The licence: its SPDX identifier, with whether the Open Source Initiative has approved it; or why it is unknown.
    pub(super) fn licence(&self) -> Licence {
        for field in ["license.spdx_id", "license.key"] {
            if let Some(name) = self.text(field) {
                return self.identified(&name, self.cited(field));
            }
        }
        // Gitea lists all that it finds.
        let listed: Option<Vec<String>> = self.value("licenses");
        match listed.as_deref() {
            Some([one]) => self.identified(one, self.cited("licenses")),
            Some([]) => Licence::None(self.exchange.url.clone()),
            Some(_) => Licence::Unknown(Why::Ambiguous, "the forge found several licences".to_owned()),
            None if self.is_null("license") => Licence::None(self.exchange.url.clone()),
            None => Licence::Unknown(Why::NotAsked, "the forge does not say under which licence".to_owned()),
        }
    }

    fn identified(&self, name: &str, citations: Vec<Citation>) -> Licence {
        // GitLab writes identifiers in lower case.
        let alike = || spdx::identifiers::LICENSES.iter().find(|license| license.name.eq_ignore_ascii_case(name));
        // The list also has words for "nobody looked" and "there is none".
        let found = match name {
            "NOASSERTION" | "NONE" => None,
            name => spdx::license_id(name).or_else(|| spdx::license_id(alike()?.name)),
        };
        match found {
            Some(id) => Licence::Known { id: id.name.to_owned(), osi: id.is_osi_approved(), citations },
            None => Licence::Unknown(Why::Unsupported, format!("the forge does not recognise the licence ({name})")),
        }
    }

    /// How many more requests the forge allows, where it says so.
    pub(super) fn requests_left(&self) -> Option<u32> {
        self.exchange.header("x-ratelimit-remaining")?.trim().parse().ok()
    }
}

/// What is known of a licence.
pub(super) enum Licence {
    /// It has an identifier.
    Known {
        /// The SPDX identifier.
        id: String,
        /// Whether the Open Source Initiative has approved it.
        osi: bool,
        /// Where it stands.
        citations: Vec<Citation>,
    },
    /// The forge found none, at this address.
    None(String),
    /// It has one, perhaps.
    Unknown(Why, String),
}

/// The fields of a JSON object that is a part of a text, and where in the text their values stand.
fn fields(text: &str, object: Range<usize>) -> Option<BTreeMap<String, Range<usize>>> {
    let fields: BTreeMap<String, &RawValue> = serde_json::from_str(text.get(object)?).ok()?;
    // Raw values are slices of what was parsed: the distance of the two is the place.
    let place = |raw: &RawValue| {
        let start = (raw.get().as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
        Some(start..start + raw.get().len())
    };
    fields.into_iter().map(|(name, raw)| Some((name, place(raw)?))).collect()
}

fn seen(value: Value, citations: Vec<Citation>) -> Observation<Value> {
    Observation::Seen { value, citations }
}
