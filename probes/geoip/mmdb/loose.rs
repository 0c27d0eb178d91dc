//! A value of a database whatever its type: fields have other types than they should, and the rest of a record counts all the
//! same.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A value, as far as it can say something.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Text(&'a str),
    Flag(bool),
    Number(u64),
    Map(Vec<(&'a str, Value<'a>)>),
    /// Anything else.
    Else,
}

impl<'a> Value<'a> {
    /// The fields of a map; none of anything else.
    pub(super) fn fields(&self) -> &[(&'a str, Self)] {
        if let Self::Map(fields) = self { fields } else { &[] }
    }

    /// The text, or that of a field of the map.
    pub(super) fn text_or(&self, field: &str) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Map(fields) => fields.iter().find(|(name, _)| *name == field).and_then(|(_, value)| match value {
                Self::Text(text) => Some(*text),
                _ => None,
            }),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value of an address database")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Value::Else)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Self::Value, E> {
        Ok(Value::Else)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Value::Else)
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Self::Value, E> {
        Ok(Value::Else)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Else)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Value::Map(fields))
    }
}
