//! The settings of sign-in by OpenID Connect: the part `[openid-connect]` of `probity.toml`, as written and as valid.
//!
//! The client's secret does not stand in it: it comes from the environment or from a file of its own.

#[cfg(any(test, feature = "openid-connect"))]
use crate::base::failure::Failure;
use crate::present::web::page::Role;
use probity_probes::net::guard::is_here;
use probity_rules::head::{Node, RuleError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use url::Url;

/// The variable that holds the client's secret.
#[cfg(any(test, feature = "openid-connect"))]
pub(super) const SECRET: &str = "PROBITY_OPENID_CONNECT_SECRET";

/// What every provider is asked for beside who it is.
const SCOPE: &str = "profile";

/// The claim that most providers name groups in.
const GROUPS: &str = "groups";

const KEYS: &[&str] =
    &["issuer", "client-id", "client-secret-file", "address", "label", "scopes", "roles-claim", "roles"];

const ROLES: &[(&str, Role)] =
    &[("reader", Role::Reader), ("reviewer", Role::Reviewer), ("administrator", Role::Administrator)];

/// How people sign in by OpenID Connect.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "openid-connect"),
    expect(dead_code, reason = "a program that was built without it reads the settings, and says so")
)]
pub(crate) struct Settings {
    /// The provider, letter by letter as it names itself.
    pub(crate) issuer: String,
    /// The name under which the provider knows us.
    pub(crate) client_id: String,
    /// The file that holds our secret, where the variable does not.
    pub(crate) secret_file: Option<PathBuf>,
    /// The address at which people reach the pages, without a slash at the end.
    pub(crate) address: String,
    /// What the button calls the provider.
    pub(crate) label: String,
    /// What is asked for beside `openid`.
    pub(crate) scopes: Vec<String>,
    /// The claim that holds groups or roles.
    pub(crate) claim: String,
    /// Which of its values means which role.
    pub(crate) roles: BTreeMap<String, Role>,
}

impl Settings {
    /// Reads `[openid-connect]`. Paths are relative to `base`.
    pub(crate) fn parse(node: Node<'_>, base: &Path) -> Result<Self, RuleError> {
        // A key that nobody knows may hold the secret: its line is not shown.
        let table = node.table(KEYS).map_err(|error| RuleError { excerpt: String::new(), ..error });
        let mut table = table?;
        let issuer = table.need("issuer", "the address of the provider, as it names itself")?;
        let address = table.need("address", "the address at which people reach these pages")?;
        let roles = table.need("roles", "a table of values of the claim and their roles: \"staff\" = \"reader\"")?;
        let expected = "a value of the claim and its role: \"staff\" = \"reader\"";
        let empty = roles.error("`roles` gives nobody a role", expected);
        let mut map = BTreeMap::new();
        for (value, role) in roles.entries()? {
            map.insert(value.text()?, role.word("role", ROLES)?);
        }
        if map.is_empty() {
            return Err(empty);
        }
        Ok(Self {
            client_id: table.need("client-id", "the name under which the provider knows this server")?.text()?,
            secret_file: table
                .take("client-secret-file")
                .map(|node| node.text())
                .transpose()?
                .map(|file| base.join(file)),
            label: table
                .take("label")
                .map(|node| node.text())
                .transpose()?
                .unwrap_or_else(|| "OpenID Connect".to_owned()),
            scopes: table.take("scopes").map(Node::texts).transpose()?.unwrap_or_else(|| vec![SCOPE.to_owned()]),
            claim: table.take("roles-claim").map(|node| node.text()).transpose()?.unwrap_or_else(|| GROUPS.to_owned()),
            roles: map,
            issuer: secure(&issuer, |_| true)?,
            address: secure(&address, |url| url.path() == "/")?.trim_end_matches('/').to_owned(),
        })
    }

    /// Whether people reach the pages by HTTPS, and by which name.
    pub(crate) fn reached(&self) -> (bool, String) {
        let url = Url::parse(&self.address).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        (self.address.starts_with("https://"), host)
    }

    /// The provider's address.
    #[cfg(feature = "openid-connect")]
    pub(super) fn issuer(&self) -> Result<Url, Failure> {
        Url::parse(&self.issuer).map_err(|error| Failure::new(format_args!("{} is no address: {error}", self.issuer)))
    }

    /// The client's secret: the variable's, else that of the file. Neither is a client without one, which PKCE protects.
    #[cfg(any(test, feature = "openid-connect"))]
    pub(super) fn secret(&self, variable: Option<String>) -> Result<Option<String>, Failure> {
        if let Some(secret) = variable.filter(|secret| !secret.is_empty()) {
            return Ok(Some(secret));
        }
        let Some(path) = &self.secret_file else { return Ok(None) };
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::new(format_args!("cannot read the secret of OpenID Connect in {}: {error}", path.display()))
                .next(format_args!("mend `client-secret-file`, or set {SECRET}"))
        })?;
        match text.trim() {
            "" => {
                Err(Failure::new(format_args!("{} is empty: the secret of OpenID Connect is missing", path.display()))
                    .next(format_args!("put the secret into it, or set {SECRET}")))
            }
            secret => Ok(Some(secret.to_owned())),
        }
    }
}

/// An address that nobody on the way reads: https, or http within this machine.
fn secure(node: &Node<'_>, more: fn(&Url) -> bool) -> Result<String, RuleError> {
    let text = node.text()?;
    let sound = Url::parse(&text).is_ok_and(|url| {
        let scheme = url.scheme() == "https" || (url.scheme() == "http" && is_here(&url));
        let bare = url.username().is_empty() && url.password().is_none();
        scheme && bare && url.query().is_none() && url.fragment().is_none() && more(&url)
    });
    match sound {
        true => Ok(text),
        false => Err(node.error(
            format!("`{}` is `{text}`", node.name()),
            "https://… without a query (`address`: without a path, too); http only within this machine",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use probity_rules::head::Source;

    const WHOLE: &str = "issuer = \"https://login.example/realms/a\"\nclient-id = \"probity\"\n\
                         address = \"https://probity.example/\"\n";

    fn parse(text: &str) -> Result<Settings, String> {
        let mut table = Source::whole("probity.toml", text).table(&["openid-connect"]).unwrap();
        Settings::parse(table.take("openid-connect").unwrap(), Path::new("etc")).map_err(|error| error.to_string())
    }

    fn with(more: &str) -> Result<Settings, String> {
        parse(&format!("[openid-connect]\n{WHOLE}{more}"))
    }

    #[test]
    fn little_is_enough() {
        let settings = with("roles = { staff = \"reader\", \"the board\" = \"administrator\" }\n").unwrap();
        assert_eq!((settings.claim.as_str(), settings.scopes.as_slice()), ("groups", &["profile".to_owned()][..]));
        assert_eq!(settings.address, "https://probity.example");
        assert_eq!(settings.reached(), (true, "probity.example".to_owned()));
        assert_eq!(settings.roles["the board"], Role::Administrator);
        assert!(settings.secret(None).unwrap().is_none());
    }

    #[test]
    fn mistakes_point_at_the_place() {
        let roles = "roles = { staff = \"reader\" }\n";
        for (more, at) in [
            ("", "probity.toml:1:1: missing key `roles`"),
            ("roles = {}\n", "probity.toml:5:9: `roles` gives nobody a role"),
            ("roles = { staff = \"boss\" }\n", "probity.toml:5:19: unknown role `boss`"),
            (
                "roles = { staff = \"reader\" }\nclient-secret = \"x\"\n",
                "probity.toml:6:1: unknown key `client-secret`",
            ),
        ] {
            let error = with(more).expect_err("wrong");
            assert!(error.starts_with(at), "{error}");
        }
        for (from, to) in [
            ("https://login.example/realms/a", "http://login.example/realms/a"),
            ("https://login.example/realms/a", "https://me:secret@login.example/"),
            ("https://login.example/realms/a", "login.example"),
            ("https://probity.example/", "https://probity.example/pages"),
            ("https://probity.example/", "ftp://probity.example/"),
        ] {
            let text = format!("[openid-connect]\n{}{roles}", WHOLE.replace(from, to));
            let error = parse(&text).expect_err("wrong");
            assert!(error.contains("expected https://"), "{error}");
        }
    }

    #[test]
    fn the_secret_comes_from_the_environment_or_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let mut settings = with("roles = { staff = \"reader\" }\nclient-secret-file = \"secret\"\n").unwrap();
        assert_eq!(settings.secret_file.as_deref(), Some(Path::new("etc/secret")));
        settings.secret_file = Some(path.clone());
        assert!(settings.secret(None).is_err(), "not there");
        std::fs::write(&path, " \n").unwrap();
        assert!(settings.secret(None).is_err(), "empty");
        std::fs::write(&path, "of the file\n").unwrap();
        assert_eq!(settings.secret(Some(String::new())).unwrap().as_deref(), Some("of the file"));
        let variable = Some("of the environment".to_owned());
        assert_eq!(settings.secret(variable.clone()).unwrap(), variable);
    }
}
