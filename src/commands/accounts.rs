//! `probity accounts`: who may sign in to `serve`, and as what.

use crate::base::clock;
use crate::base::failure::Failure;
use crate::base::plain::plain;
use crate::cli::config::Config;
use crate::cli::exit::Exit;
use crate::cli::{Accounts as Command, Format, Global, RoleName};
use crate::keep::data::Data;
use crate::present::output::{FAINT, Screen};
use crate::present::web::accounts::{self, Accounts};
use crate::present::web::page::Role;
use serde::Serialize;
use std::io::BufRead;

/// An account, without its hash.
#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    role: &'static str,
    since: jiff::Timestamp,
    disabled: bool,
    /// The provider of OpenID Connect by which it signs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a str>,
}

pub(crate) fn run(command: Command, global: &Global, screen: &mut Screen) -> Result<Exit, Failure> {
    let config = Config::load(global)?;
    let data = Data::new(config.keep.data.clone())?;
    let accounts = Accounts::new(data.root().join(accounts::FILE));
    match command {
        Command::Add { name, role } => {
            let mut password = String::new();
            std::io::stdin()
                .lock()
                .read_line(&mut password)
                .map_err(|error| Failure::new(format_args!("cannot read the password: {error}")))?;
            let password = password.trim_end_matches(['\r', '\n']);
            if password.is_empty() {
                return Err(Failure::new("no password came on standard input")
                    .next(format_args!("probity accounts add {name} < file-with-the-password")));
            }
            accounts.put(&name, role.into(), password, clock::now())?;
            screen.line(format_args!("{} may sign in as {}", plain(name.trim()), Role::from(role).as_str()))?;
        }
        Command::List { format } => {
            let kept = accounts.list()?;
            let listed: Vec<Listed<'_>> = kept
                .iter()
                .map(|one| Listed {
                    name: &one.name,
                    role: one.role.as_str(),
                    since: one.since,
                    disabled: one.disabled,
                    issuer: one.openid.as_ref().map(|bound| bound.issuer.as_str()),
                })
                .collect();
            match format {
                Format::Json => screen.json(&listed)?,
                Format::Table => {
                    for one in &listed {
                        let disabled = if one.disabled { "  disabled" } else { "" };
                        let by = one.issuer.map(|issuer| format!("  by {}", plain(issuer))).unwrap_or_default();
                        screen.line(format_args!(
                            "{}  {}{FAINT}  since {}{by}{disabled}{FAINT:#}",
                            plain(one.name),
                            one.role,
                            one.since
                        ))?;
                    }
                }
            }
        }
        Command::Disable { name } => {
            if !accounts.disable(&name)? {
                return Err(Failure::new(format_args!("there is no account `{name}`")).next("probity accounts list"));
            }
            screen.line(format_args!("{} may not sign in any more", plain(&name)))?;
        }
    }
    Ok(Exit::Done)
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Reader => Self::Reader,
            RoleName::Reviewer => Self::Reviewer,
            RoleName::Administrator => Self::Administrator,
        }
    }
}
