//! The command line of `probity notify`.

use super::shared::Format;
use clap::Args;

/// `probity notify`
#[derive(Args, Debug)]
#[command(after_long_help = "\
Channels stand in probity.toml, secrets in the environment alone:
  [notify]
  link = \"https://board.example.org/\"
  [notify.mail]                       # PROBITY_SMTP_PASSWORD, where `user` is given
  server = \"smtp.example.org\"
  from = \"Probity <probity@example.org>\"
  to = [\"officer@example.org\"]
  [notify.webhook]                    # PROBITY_WEBHOOK_SECRET signs it
  url = \"https://hooks.example.org/probity\"
  [notify.feed]
  folder = \"public/feeds\"

Each channel gets one digest of what it does not know yet; where nothing is new, nothing is sent. A channel that fails is \
tried again by later runs, after a minute, then after two, at last every six hours. A worker does this by itself.")]
pub(crate) struct Notify {
    /// Print what there is to tell, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Try channels that failed, too, before their time has come
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) now: bool,
    /// Form of the result
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}
