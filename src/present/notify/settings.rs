//! The settings of notices: the part `[notify]` of `probity.toml`, as written and as valid.
//!
//! Secrets do not stand in it: they come from the environment.

use lettre::message::Mailbox;
use probity_rules::head::{Node, RuleError, Table};
use probity_rules::sentence::Lang;
use std::path::{Path, PathBuf};

/// The channels, and what is common to them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// The address of the board, that notices link to.
    pub(crate) link: Option<String>,
    /// The language of notices.
    pub(crate) language: Option<Lang>,
    /// Mail.
    pub(crate) mail: Option<Mail>,
    /// The address of the webhook.
    pub(crate) webhook: Option<String>,
    /// The folder of Atom files.
    pub(crate) feed: Option<PathBuf>,
}

/// How mail is sent.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    /// The host name of the mail server.
    pub(crate) server: String,
    /// Its port.
    pub(crate) port: u16,
    /// How the connection is protected.
    pub(crate) encryption: Encryption,
    /// Who logs in, where somebody has to.
    pub(crate) user: Option<String>,
    /// Whom it comes from.
    pub(crate) from: Mailbox,
    /// Whom it goes to.
    pub(crate) to: Vec<Mailbox>,
}

/// How the connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// From the first byte.
    Tls,
    /// After a greeting; a server that does not offer it gets nothing.
    Starttls,
    /// Not at all: for a server on this machine.
    None,
}

impl Settings {
    /// Reads `[notify]`. Paths are relative to `base`.
    pub(crate) fn parse(node: Node<'_>, base: &Path) -> Result<Self, RuleError> {
        let mut table = node.table(&["link", "language", "mail", "webhook", "feed"])?;
        let mut settings = Self {
            link: table.take("link").map(|node| web(&node)).transpose()?,
            language: table
                .take("language")
                .map(|node| node.word("language", &[("en", Lang::En), ("de", Lang::De)]))
                .transpose()?,
            ..Self::default()
        };
        if let Some(node) = table.take("mail") {
            settings.mail = Some(mail(node)?);
        }
        if let Some(node) = table.take("webhook") {
            let mut webhook = node.table(&["url"])?;
            settings.webhook = Some(web(&webhook.need("url", "the address that notices are sent to")?)?);
        }
        if let Some(node) = table.take("feed") {
            let mut feed = node.table(&["folder"])?;
            settings.feed = Some(base.join(feed.need("folder", "the folder of the Atom files")?.text()?));
        }
        Ok(settings)
    }

    /// The channels that are set up, in the order in which they are told.
    pub(crate) fn channels(&self) -> Vec<&'static str> {
        let all = [("feed", self.feed.is_some()), ("webhook", self.webhook.is_some()), ("mail", self.mail.is_some())];
        all.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect()
    }

    /// The language of notices.
    pub(crate) fn lang(&self) -> Lang {
        self.language.unwrap_or(Lang::En)
    }
}

fn web(node: &Node<'_>) -> Result<String, RuleError> {
    let address = node.text()?;
    match crate::present::text::link(&address) {
        Some(_) => Ok(address),
        None => Err(node.error(format!("`{}` is no address of the web", node.name()), "https://… or http://…")),
    }
}

fn mail(node: Node<'_>) -> Result<Mail, RuleError> {
    const WAYS: &[(&str, Encryption)] =
        &[("tls", Encryption::Tls), ("starttls", Encryption::Starttls), ("none", Encryption::None)];
    let mut table = node.table(&["server", "port", "encryption", "user", "from", "to"])?;
    let encryption = table.take("encryption").map(|node| node.word("encryption", WAYS)).transpose()?;
    let encryption = encryption.unwrap_or(Encryption::Starttls);
    let usual = match encryption {
        Encryption::Tls => 465,
        Encryption::Starttls => 587,
        Encryption::None => 25,
    };
    let port = table.take("port").map(|node| node.number(1..=65_535)).transpose()?;
    Ok(Mail {
        server: table.need("server", "the host name of the mail server")?.text()?,
        port: port.and_then(|port| u16::try_from(port).ok()).unwrap_or(usual),
        encryption,
        user: table.take("user").map(|node| node.text()).transpose()?,
        from: mailbox(&table.need("from", "who sends, such as \"Probity <probity@example.org>\"")?)?,
        to: recipients(&mut table)?,
    })
}

fn recipients(table: &mut Table<'_>) -> Result<Vec<Mailbox>, RuleError> {
    let node = table.need("to", "who is told, such as `to = [\"officer@example.org\"]`")?;
    let nobody = node.error("`to` names nobody", "at least one address");
    let all: Vec<_> = node.list()?.iter().map(mailbox).collect::<Result<_, _>>()?;
    if all.is_empty() { Err(nobody) } else { Ok(all) }
}

fn mailbox(node: &Node<'_>) -> Result<Mailbox, RuleError> {
    let text = node.text()?;
    text.parse().map_err(|error| {
        node.error(
            format!("`{}` is no mail address: {error}", text.escape_debug()),
            "name@example.org, or Name <name@example.org>",
        )
    })
}
