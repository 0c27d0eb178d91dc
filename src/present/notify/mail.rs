//! A digest as mail: plain text, one message to all who are to be told.

use super::digest::News;
use super::settings::{Encryption, Mail, Settings};
use super::{LONGEST, Secrets};
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

/// Sends it.
pub(super) async fn send(mail: &Mail, secrets: &Secrets, settings: &Settings, news: &News) -> Result<(), String> {
    let lang = settings.lang();
    let mut message = Message::builder().from(mail.from.clone()).subject(news.subject(lang));
    for to in &mail.to {
        message = message.to(to.clone());
    }
    let text = news.text(settings.link.as_deref(), lang);
    let message = message
        .header(ContentType::TEXT_PLAIN)
        .body(text)
        .map_err(|error| format!("the mail could not be made: {error}"))?;
    let tls =
        || TlsParameters::new(mail.server.clone()).map_err(|error| format!("no TLS for {}: {error}", mail.server));
    let tls = match mail.encryption {
        Encryption::Tls => Tls::Wrapper(tls()?),
        Encryption::Starttls => Tls::Required(tls()?),
        Encryption::None => Tls::None,
    };
    let mut server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.server)
        .port(mail.port)
        .tls(tls)
        .timeout(Some(LONGEST / 2));
    if let Some(user) = &mail.user {
        let password = secrets.smtp_password.clone().ok_or("PROBITY_SMTP_PASSWORD is not set")?;
        server = server.credentials(Credentials::new(user.clone(), password));
    }
    let sent = server.build().send(message).await;
    sent.map(|_| ()).map_err(|error| format!("{}:{}: {}", mail.server, mail.port, said(&error)))
}

/// The error and what lies behind it.
fn said(error: &dyn std::error::Error) -> String {
    let inner = error.source().map(|inner| format!(": {inner}")).unwrap_or_default();
    format!("{error}{inner}")
}
