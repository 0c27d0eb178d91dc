//! What a token that passed every check says of a person: a name to be called by, and a role.
//!
//! Pure. It checks no signature; see `client`.

use super::Settings;
use crate::base::plain::plain;
use crate::present::web::accounts::LONGEST_NAME;
use crate::present::web::page::Role;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

/// The claims that a person may be called by, the steadiest first.
const NAMES: [&str; 3] = ["preferred_username", "email", "name"];

/// The claims of a token that has been checked.
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    /// Those of a token in its compact form.
    pub(super) fn read(token: &str) -> Option<Self> {
        let payload = BASE64URL_NOPAD.decode(token.split('.').nth(1)?.as_bytes()).ok()?;
        match serde_json::from_slice(&payload).ok()? {
            Value::Object(claims) => Some(Self(claims)),
            _ => None,
        }
    }

    /// The highest role that the person's groups give.
    pub(super) fn role(&self, settings: &Settings) -> Option<Role> {
        let groups = match self.find(&settings.claim)? {
            Value::String(one) => std::slice::from_ref(one).iter().map(String::as_str).collect(),
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        groups.into_iter().filter_map(|group| settings.roles.get(group)).max().copied()
    }

    /// What the person is called: the first of the claims that can be read as a name, else what the provider counts by.
    pub(super) fn name(&self, subject: &str) -> String {
        let named = NAMES.iter().filter_map(|claim| self.0.get(*claim)?.as_str());
        let sound = |name: &str| -> Option<String> {
            let name: String = plain(name.trim()).chars().take(LONGEST_NAME).collect();
            Some(name.trim().to_owned()).filter(|name| !name.is_empty())
        };
        named.chain([subject]).find_map(sound).unwrap_or_else(|| "nameless".to_owned())
    }

    /// A claim by its name, or, where there is none, by the parts of its name between full stops, from outside in.
    fn find(&self, name: &str) -> Option<&Value> {
        if let Some(value) = self.0.get(name) {
            return Some(value);
        }
        let (first, rest) = name.split_once('.')?;
        rest.split('.').try_fold(self.0.get(first)?, |value, part| value.get(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(value: &Value) -> Claims {
        let payload = BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        Claims::read(&format!("e30.{payload}.x")).unwrap()
    }

    fn settings(claim: &str) -> Settings {
        let roles = [("staff", Role::Reader), ("officers", Role::Reviewer), ("heads", Role::Administrator)];
        Settings {
            issuer: String::new(),
            client_id: String::new(),
            secret_file: None,
            address: String::new(),
            label: String::new(),
            scopes: Vec::new(),
            claim: claim.to_owned(),
            roles: roles.map(|(group, role)| (group.to_owned(), role)).into(),
        }
    }

    #[test]
    fn the_highest_role_counts() {
        let of = |groups: Value| claims(&json!({ "groups": groups })).role(&settings("groups"));
        assert_eq!(of(json!(["staff", "heads", "other"])), Some(Role::Administrator));
        assert_eq!(of(json!("officers")), Some(Role::Reviewer));
        for nothing in [json!([]), json!(["Staff"]), json!("staff,heads"), json!(7), json!({"staff": true}), json!([7])]
        {
            assert_eq!(of(nothing.clone()), None, "{nothing}");
        }
        assert_eq!(claims(&json!({})).role(&settings("groups")), None);
    }

    #[test]
    fn a_claim_may_stand_in_another() {
        let nested = json!({ "realm_access": { "roles": ["staff"] } });
        assert_eq!(claims(&nested).role(&settings("realm_access.roles")), Some(Role::Reader));
        let spelt = json!({ "https://a.example/roles": ["staff"] });
        assert_eq!(claims(&spelt).role(&settings("https://a.example/roles")), Some(Role::Reader));
        assert_eq!(claims(&nested).role(&settings("realm_access.groups")), None);
    }

    #[test]
    fn people_are_called_by_what_can_be_read() {
        let named = |value: Value| claims(&value).name("4711");
        assert_eq!(named(json!({ "name": "Ada L.", "preferred_username": "ada" })), "ada");
        assert_eq!(named(json!({ "preferred_username": " ", "email": "ada@a.example" })), "ada@a.example");
        assert_eq!(named(json!({ "name": 7 })), "4711");
        let hostile = named(json!({ "name": format!("a\u{202e}d\na{}", "x".repeat(300)) }));
        assert!(hostile.chars().count() <= LONGEST_NAME && hostile == plain(&hostile), "{hostile:?}");
    }

    #[test]
    fn no_token_is_no_claims() {
        for token in ["", "a", "a.b", "a.!!.c", "a.e30=.c", "a.W10.c"] {
            assert!(Claims::read(token).is_none(), "{token}");
        }
    }
}
