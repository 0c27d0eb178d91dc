//! The way to the provider and back: authorisation code with PKCE, discovery, keys, and every check of the ID token.
//!
//! What a provider publishes of itself is kept for an hour; one that failed is asked again after some seconds, so that it costs
//! nobody who signs in with a password anything. It opens no session.

use super::Settings;
use super::claims::Claims;
use super::pending::{Begun, Pending};
use crate::present::text;
use crate::present::web::accounts::Bound;
use crate::present::web::page::Role;
use crate::present::web::session::same;
use chrono::{DateTime, Utc};
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreJwsSigningAlgorithm as Alg,
    CoreProviderMetadata,
};
use openidconnect::http::{HeaderValue, Method, Response, header};
use openidconnect::{
    AsyncHttpClient, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError,
};
use probity_probes::net::door::Net;
use probity_probes::net::post::chain;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Where the provider sends people back to, under our own address.
pub(crate) const BACK: &str = "/login/openid-connect/callback";

/// How long what a provider publishes of itself is taken for true.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// How long a provider that failed is not asked again, and keys are not fetched anew for a token that none fits.
const PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// The longest subject; the standard allows no more.
const LONGEST_SUBJECT: usize = 255;

/// The signatures that are taken: those by a key of the provider's own. `none` is none, and those by a shared secret are not.
const SIGNATURES: [Alg; 9] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EdDsa,
];

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// A provider, and the sign-ins that are under way with it.
pub(crate) struct OpenId {
    settings: Settings,
    secret: Option<ClientSecret>,
    way: Way,
    known: Mutex<Option<Known>>,
    pending: Pending,
}

/// What a provider last said of itself, or why it said nothing.
struct Known {
    at: Timestamp,
    found: Result<Arc<CoreProviderMetadata>, Refused>,
}

/// Somebody whom the provider has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// Who it is, for ever.
    pub(crate) bound: Bound,
    /// What to call a new account.
    pub(crate) name: String,
    /// What the person may do.
    pub(crate) role: Role,
    /// The page to go to.
    pub(crate) to: String,
}

/// What the provider sends back with the browser.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// Why nobody is signed in. What stands inside is for the log, not for the page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// This browser began no such sign-in, or it is over.
    #[error("the answer belongs to no sign-in that is under way in this browser")]
    Unasked,
    /// The provider said no.
    #[error("the provider refused: {0}")]
    Denied(String),
    /// The provider cannot be reached, or not be understood.
    #[error("the provider cannot be used: {0}")]
    Down(String),
    /// The token failed a check.
    #[error("the ID token was not taken: {0}")]
    Token(String),
    /// None of the person's groups gives a role.
    #[error("no role for subject `{}` of {}", .0.subject, .0.issuer)]
    NoRole(Bound),
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NoAnswer(String);

impl OpenId {
    /// A provider that was not asked anything yet.
    pub(crate) fn new(settings: Settings, secret: Option<String>, net: Net) -> Self {
        let secret = secret.map(ClientSecret::new);
        Self { settings, secret, way: Way(net), known: Mutex::default(), pending: Pending::default() }
    }

    /// What the provider is called on the button.
    pub(crate) fn label(&self) -> &str {
        &self.settings.label
    }

    /// Begins a sign-in: the provider's address to send the browser to, and the id for its cookie.
    pub(crate) async fn begin(&self, to: String, now: Timestamp) -> Result<(String, String), Refused> {
        let provider = self.provider(now, KEPT).await?;
        let client = self.client(&provider)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let scopes = self.settings.scopes.iter().cloned().map(Scope::new);
        let (url, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(scopes)
            .set_pkce_challenge(challenge)
            .url();
        if url.scheme() != "https" && !self.settings.issuer.starts_with("http:") {
            return Err(Refused::Down(format!("its page for signing in is not https: {url}")));
        }
        let begun = Begun {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            to,
            at: now,
        };
        let id = self.pending.put(begun).ok_or_else(|| Refused::Down("this machine has no randomness".to_owned()))?;
        Ok((url.into(), id))
    }

    /// Ends a sign-in: who came back, after every check.
    pub(crate) async fn finish(&self, id: Option<&str>, answer: Answer, now: Timestamp) -> Result<Person, Refused> {
        let begun = id.and_then(|id| self.pending.take(id, now)).ok_or(Refused::Unasked)?;
        if !answer.state.is_some_and(|state| same(&state, &begun.state)) {
            return Err(Refused::Unasked);
        }
        if answer.iss.is_some_and(|issuer| issuer != self.settings.issuer) {
            return Err(Refused::Token("the answer names another issuer".to_owned()));
        }
        if let Some(error) = answer.error {
            return Err(Refused::Denied(short(&error)));
        }
        let code = answer.code.ok_or_else(|| Refused::Denied("its answer has no code".to_owned()))?;
        let provider = self.provider(now, KEPT).await?;
        let token = self.token(&provider, code, begun.verifier).await?;
        let nonce = Nonce::new(begun.nonce);
        let subject = match self.checked(&token, &provider, &nonce, now) {
            // The provider may have new keys since it was asked.
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let provider = self.provider(now, PAUSE).await?;
                self.checked(&token, &provider, &nonce, now)
            }
            checked => checked,
        };
        let subject = subject.map_err(|error| Refused::Token(short(&chain(&error))))?;
        let claims = Claims::read(&token.to_string());
        let claims = claims.ok_or_else(|| Refused::Token("its claims cannot be read".to_owned()))?;
        let bound = Bound { issuer: self.settings.issuer.clone(), subject };
        match claims.role(&self.settings) {
            Some(role) => Ok(Person { name: claims.name(&bound.subject), bound, role, to: begun.to }),
            None => Err(Refused::NoRole(bound)),
        }
    }

    /// What the provider says of itself, no older than `age`. Whoever comes while it is asked waits for the same answer.
    async fn provider(&self, now: Timestamp, age: SignedDuration) -> Result<Arc<CoreProviderMetadata>, Refused> {
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref() {
            let kept = if known.found.is_ok() { age } else { PAUSE };
            if (SignedDuration::ZERO..kept).contains(&now.duration_since(known.at)) {
                return known.found.clone();
            }
        }
        let found = self.discover().await.map(Arc::new).map_err(|why| Refused::Down(short(&why)));
        *known = Some(Known { at: now, found: found.clone() });
        found
    }

    async fn discover(&self) -> Result<CoreProviderMetadata, String> {
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|error| error.to_string())?;
        CoreProviderMetadata::discover_async(issuer, &self.way).await.map_err(|error| chain(&error))
    }

    fn client(&self, provider: &CoreProviderMetadata) -> Result<Client, Refused> {
        let wrong = |error: openidconnect::url::ParseError| Refused::Down(format!("our own address is wrong: {error}"));
        let back = RedirectUrl::new(format!("{}{BACK}", self.settings.address)).map_err(wrong)?;
        let id = ClientId::new(self.settings.client_id.clone());
        let mut client = CoreClient::from_provider_metadata(provider.clone(), id, self.secret.clone());
        let ways = provider.token_endpoint_auth_methods_supported();
        if ways.is_some_and(|ways| !ways.contains(&CoreClientAuthMethod::ClientSecretBasic)) {
            client = client.set_auth_type(AuthType::RequestBody);
        }
        Ok(client.set_redirect_uri(back))
    }

    /// The ID token for a code.
    async fn token(&self, provider: &CoreProviderMetadata, code: String, pkce: String) -> Result<CoreIdToken, Refused> {
        let client = self.client(provider)?;
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| Refused::Down("it names no place where tokens are fetched".to_owned()))?
            .set_pkce_verifier(PkceCodeVerifier::new(pkce));
        let answer = request.request_async(&self.way).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(said) => Refused::Denied(short(&said.to_string())),
            RequestTokenError::Request(error) => Refused::Down(short(&error.to_string())),
            // Not what is wrong with it: a part of a token could stand there.
            RequestTokenError::Parse(error, _) => {
                Refused::Token(format!("the answer cannot be read at `{}`", short(&error.path().to_string())))
            }
            RequestTokenError::Other(error) => Refused::Down(short(&error)),
        })?;
        answer.extra_fields().id_token().cloned().ok_or_else(|| Refused::Token("there is none".to_owned()))
    }

    /// The subject of a token that passes: signature, issuer, audience, party, expiry, nonce.
    fn checked(
        &self,
        token: &CoreIdToken,
        provider: &CoreProviderMetadata,
        nonce: &Nonce,
        now: Timestamp,
    ) -> Result<String, ClaimsVerificationError> {
        let other = |what: &str| ClaimsVerificationError::Other(what.to_owned());
        let now = DateTime::<Utc>::from_timestamp(now.as_second(), 0).ok_or_else(|| other("no such time"))?;
        let client = self.client(provider).map_err(|refused| other(&refused.to_string()))?;
        let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES).set_time_fn(move || now);
        let claims = token.claims(&verifier, nonce)?;
        if claims.authorized_party().is_some_and(|party| party.as_str() != self.settings.client_id) {
            return Err(ClaimsVerificationError::InvalidAudience("it was made for another party".to_owned()));
        }
        let subject = claims.subject().as_str();
        match subject.len() {
            1..=LONGEST_SUBJECT => Ok(subject.to_owned()),
            length => Err(ClaimsVerificationError::InvalidSubject(format!("it has {length} bytes"))),
        }
    }
}

/// How the library's requests get out: through the door.
struct Way(Net);

impl<'c> AsyncHttpClient<'c> for Way {
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NoAnswer>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let fields = head.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
            let fields: Vec<(&str, &str)> = fields.collect();
            let body = (head.method == Method::POST).then_some(body);
            let told = self.0.provider(&head.uri.to_string(), &fields, body).await.map_err(NoAnswer)?;
            let mut response = Response::builder().status(told.status);
            if let Some(media_type) = told.media_type.and_then(|text| HeaderValue::from_str(&text).ok()) {
                response = response.header(header::CONTENT_TYPE, media_type);
            }
            response.body(told.body.to_vec()).map_err(|error| NoAnswer(error.to_string()))
        })
    }
}

/// What a provider says, no longer than a person reads.
fn short(said: &str) -> String {
    text::brief(said, 300)
}
