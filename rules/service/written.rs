//! A service declaration as people write it (`services/<id>.toml`), and its way to a valid [`Service`].
//!
//! It checks what can be known without asking anybody: names, lists, dates, addresses. Whether an address answers is
//! the audit's business.

use super::{
    Attestation, DeclaredDocument, Host, HostRole, Operator, Parent, Repository, RepositoryRole, Service, Status,
    address,
};
use crate::claim::State;
use crate::condition::claim_id;
use crate::criterion::named_as_file;
use crate::document::{Kind, Language};
use crate::head::{Node, RuleError, Source, Table};
use crate::law::country_code;
use std::collections::BTreeMap;

const KEYS: &[&str] = &[
    "id",
    "name",
    "category",
    "home",
    "status",
    "since",
    "operator",
    "documents",
    "hosts",
    "repositories",
    "attestations",
];

impl Service {
    /// Reads a declaration. `file` is its name for messages; where it ends in `.toml` the id must be its stem.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place and what was expected.
    pub fn parse(file: &str, text: &str) -> Result<Self, RuleError> {
        let mut table = Source::whole(file, text).table(KEYS)?;
        let id = table.need("id", "the file's name without `.toml`, such as `id = \"jitsi-meet\"`")?;
        let home = table.need("home", "the address of the home page, such as `https://example.org/`")?;
        Ok(Self {
            id: named_as_file(file, "toml", &id)?,
            name: table.need("name", "what people call the service")?.text()?,
            category: table.need("category", "the field it is rated in, such as `video-conferencing`")?.slug()?,
            home: web_address(&home)?,
            status: status(&mut table)?,
            operator: table.take("operator").map(operator).transpose()?,
            documents: each(&mut table, "documents", &["kind", "url", "language"], document, |one| {
                format!("{} {}", one.kind, one.url)
            })?,
            hosts: each(&mut table, "hosts", &["name", "role"], host, |one| format!("{:?} {}", one.role, one.name))?,
            repositories: each(&mut table, "repositories", &["url", "role"], repository, |one| one.url.clone())?,
            attestations: each(
                &mut table,
                "attestations",
                &["claim", "state", "by", "date", "source", "note", "expires"],
                attestation,
                |one| format!("{} {}", one.claim, one.by),
            )?,
        })
    }

    /// Reads a folder of declarations, given as names and texts, and sorts them by id.
    ///
    /// # Errors
    /// What is wrong, one for each file, and ids that two files share.
    pub fn parse_all<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Vec<Self>, Vec<RuleError>> {
        let mut services: BTreeMap<String, (&str, Self)> = BTreeMap::new();
        let mut errors = Vec::new();
        for (file, text) in files {
            match Self::parse(file, text) {
                Ok(service) => match services.get(&service.id) {
                    Some((first, _)) => errors.push(twice(file, text, &service.id, first)),
                    None => _ = services.insert(service.id.clone(), (file, service)),
                },
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(services.into_values().map(|(_, service)| service).collect()) } else { Err(errors) }
    }
}

/// The complaint that an id was declared before, at the line of the second declaration.
fn twice(file: &str, text: &str, id: &str, first: &str) -> RuleError {
    let at = text.find(id).unwrap_or_default();
    Source::whole(file, text).error(
        at..at + id.len(),
        format!("the id `{id}` is declared in {first} too"),
        "another id".into(),
    )
}

fn web_address(node: &Node) -> Result<String, RuleError> {
    let text = node.text()?;
    match address::fault(&text) {
        None => Ok(text),
        Some(fault) => Err(node.error(
            format!("`{}` is no web address: {fault}", text.escape_debug()),
            "an absolute address such as `https://example.org/privacy`",
        )),
    }
}

fn status(table: &mut Table) -> Result<Status, RuleError> {
    let since = table.take("since");
    let Some(status) = table.take("status") else {
        return match since {
            Some(since) => Err(since.error("`since` without a status", "`status = \"discontinued\"` beside it")),
            None => Ok(Status::Active),
        };
    };
    let discontinued = status.word("status", &[("active", false), ("discontinued", true)])?;
    match (discontinued, since) {
        (false, None) => Ok(Status::Active),
        (false, Some(since)) => Err(since.error("`since` on an active service", "it only beside `discontinued`")),
        (true, Some(since)) => Ok(Status::Discontinued { since: since.date()? }),
        (true, None) => Err(status
            .error("a discontinued service needs the day on which it ended", "a line such as `since = 2025-05-05`")),
    }
}

fn operator(node: Node) -> Result<Operator, RuleError> {
    let mut table = node.table(&["name", "country", "parent"])?;
    Ok(Operator {
        name: table.need("name", "the legal entity that runs the service")?.text()?,
        country: table.take("country").map(|node| country_code(&node)).transpose()?,
        parent: table.take("parent").map(parent).transpose()?,
    })
}

fn parent(node: Node) -> Result<Parent, RuleError> {
    let mut table = node.table(&["name", "country"])?;
    Ok(Parent {
        name: table.need("name", "the legal entity that controls the operator")?.text()?,
        country: country_code(&table.need("country", "its seat, such as `country = \"US\"`")?)?,
    })
}

/// The items of a list of tables, none of them twice.
fn each<T>(
    table: &mut Table,
    key: &'static str,
    known: &'static [&'static str],
    item: impl Fn(&mut Table) -> Result<T, RuleError>,
    identity: impl Fn(&T) -> String,
) -> Result<Vec<T>, RuleError> {
    let Some(node) = table.take(key) else { return Ok(Vec::new()) };
    let mut seen = std::collections::BTreeSet::new();
    let mut items = Vec::new();
    for node in node.list()? {
        let mut table = node.table(known)?;
        let one = item(&mut table)?;
        if !seen.insert(identity(&one)) {
            return Err(table.error(format!("declared twice among `{key}`"), "each once"));
        }
        items.push(one);
    }
    Ok(items)
}

fn document(table: &mut Table) -> Result<DeclaredDocument, RuleError> {
    Ok(DeclaredDocument {
        kind: table
            .need("kind", "what the page is for, such as `kind = \"privacy-policy\"`")?
            .word("document kind", &Kind::ALL.map(|kind| (kind.as_str(), kind)))?,
        url: web_address(&table.need("url", "where the page is")?)?,
        language: table.take("language").map(|node| language(&node)).transpose()?,
    })
}

fn language(node: &Node) -> Result<String, RuleError> {
    let text = node.text()?;
    if Language::from_tag(&text).is_some() {
        return Ok(text);
    }
    let what = format!("`{}` is no language code", text.escape_debug());
    Err(node.error(what, "a code of ISO 639-1 such as `de`, or a tag such as `pt-BR`"))
}

fn host(table: &mut Table) -> Result<Host, RuleError> {
    const ROLES: &[(&str, HostRole)] = &[
        ("web", HostRole::Web),
        ("app", HostRole::App),
        ("api", HostRole::Api),
        ("media", HostRole::Media),
        ("mail", HostRole::Mail),
    ];
    let name = table.need("name", "a host name, such as `meet.example.org`")?;
    let text = name.text()?;
    if let Some(fault) = address::host_fault(&text) {
        let what = format!("`{}` is no host name: {fault}", text.escape_debug());
        return Err(name.error(what, "a name such as `meet.example.org`, in lower case, without scheme, port or path"));
    }
    Ok(Host {
        name: text,
        role: table.need("role", "what the host is for, such as `role = \"web\"`")?.word("host role", ROLES)?,
    })
}

fn repository(table: &mut Table) -> Result<Repository, RuleError> {
    const ROLES: &[(&str, RepositoryRole)] =
        &[("server", RepositoryRole::Server), ("client", RepositoryRole::Client), ("library", RepositoryRole::Library)];
    Ok(Repository {
        url: web_address(&table.need("url", "where the source code is")?)?,
        role: table
            .need("role", "what it is the source of, such as `role = \"server\"`")?
            .word("repository role", ROLES)?,
    })
}

fn attestation(table: &mut Table) -> Result<Attestation, RuleError> {
    let claim = table.need("claim", "the claim that is vouched for, such as `e2ee.default`")?;
    let date = table.need("date", "the day on which it was vouched for, such as `date = 2026-03-01`")?.date()?;
    let expires = table.take("expires");
    let attestation = Attestation {
        claim: claim_id(&claim)?,
        state: table
            .need("state", "`stated`, `denied`, or `absent` where the text that was read says nothing of it")?
            .word(
                "state of an attestation",
                &[("stated", State::Stated), ("denied", State::Denied), ("absent", State::Absent)],
            )?,
        text: table.take("text").map(|node| node.text()).transpose()?,
        by: table.need("by", "who vouches for it: a person or an office")?.text()?,
        date,
        source: table.take("source").map(|node| web_address(&node)).transpose()?,
        note: table.take("note").map(|node| node.text()).transpose()?,
        expires: expires.as_ref().map(Node::date).transpose()?,
    };
    match (attestation.expires, expires) {
        (Some(day), Some(node)) if day < date => {
            Err(node.error("the attestation expires before it is made", format!("a day from {date}")))
        }
        _ => Ok(attestation),
    }
}

#[cfg(test)]
mod tests;
