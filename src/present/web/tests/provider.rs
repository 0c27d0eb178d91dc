//! A provider of OpenID Connect on loopback, with a key made here, that does as it is told, also wrong.

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use rcgen::{KeyPair, PKCS_RSA_SHA256, PublicKeyData, RsaKeySize, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};
use tokio::net::TcpListener;
use url::Url;

/// The client, as it is registered.
pub(super) const CLIENT: &str = "probity";
pub(super) const SECRET: &str = "a secret of the tests";
/// Where our pages are reached.
pub(super) const ADDRESS: &str = "http://127.0.0.1:8080";

static KEY: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap());
static OTHER: LazyLock<KeyPair> =
    LazyLock::new(|| KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap());

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// By the provider's key.
    Rightly,
    /// By somebody else's.
    Wrongly,
    /// Not at all.
    Not,
    /// By the secret that both know.
    Shared,
}

/// What the next token says, beside what every token says.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) claims: Vec<(&'static str, Value)>,
    pub(super) kid: &'static str,
    pub(super) sign: Sign,
}

impl Plan {
    /// A sound token with these claims.
    pub(super) fn of(claims: &[(&'static str, Value)]) -> Self {
        Self { claims: claims.to_vec(), kid: "first", sign: Sign::Rightly }
    }
}

struct Book {
    address: String,
    now: i64,
    plan: Plan,
    /// The codes that may be turned into a token: the words of the request that they are for.
    codes: BTreeMap<String, BTreeMap<String, String>>,
    published: &'static str,
    asked: usize,
    signed_in: usize,
}

type Shared = Arc<Mutex<Book>>;

/// A running provider.
pub(super) struct Provider {
    pub(super) address: String,
    book: Shared,
}

impl Provider {
    /// Starts one whose tokens are made at a time.
    pub(super) async fn start(now: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/realm", listener.local_addr().unwrap());
        let plan = Plan::of(&[]);
        let book = Book {
            address: address.clone(),
            now,
            plan,
            codes: BTreeMap::new(),
            published: "first",
            asked: 0,
            signed_in: 0,
        };
        let book = Arc::new(Mutex::new(book));
        let router = Router::new()
            .route("/realm/.well-known/openid-configuration", get(discovery))
            .route("/realm/keys", get(keys))
            .route("/realm/token", post(token))
            .with_state(Arc::clone(&book));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, book }
    }

    /// Says what the next token is to be like.
    pub(super) fn plans(&self, plan: Plan) {
        self.book.lock().unwrap().plan = plan;
    }

    /// Publishes its key under another name.
    pub(super) fn renames_its_key(&self, kid: &'static str) {
        self.book.lock().unwrap().published = kid;
    }

    /// How often it said what it is.
    pub(super) fn asked(&self) -> usize {
        self.book.lock().unwrap().asked
    }

    /// What a browser brings back: a person has signed in there. Gives code and state.
    pub(super) fn signs_in(&self, location: &str) -> (String, String) {
        let url = Url::parse(location).unwrap();
        assert_eq!(url.as_str().split('?').next(), Some(format!("{}/authorize", self.address).as_str()));
        let words: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!((words["response_type"].as_str(), words["client_id"].as_str()), ("code", CLIENT));
        assert_eq!(words["redirect_uri"], format!("{ADDRESS}/login/openid-connect/callback"));
        assert_eq!(words["code_challenge_method"], "S256");
        assert!(words["scope"].split(' ').any(|scope| scope == "openid"), "{words:?}");
        assert!(words["state"].len() >= 22 && words["nonce"].len() >= 22, "{words:?}");
        let mut book = self.book.lock().unwrap();
        book.signed_in += 1;
        let code = format!("code-{}", book.signed_in);
        let state = words["state"].clone();
        book.codes.insert(code.clone(), words);
        (code, state)
    }
}

async fn discovery(State(book): State<Shared>) -> Json<Value> {
    let mut book = book.lock().unwrap();
    book.asked += 1;
    let address = &book.address;
    Json(json!({
        "issuer": address,
        "authorization_endpoint": format!("{address}/authorize"),
        "token_endpoint": format!("{address}/token"),
        "jwks_uri": format!("{address}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
    }))
}

async fn keys(State(book): State<Shared>) -> Json<Value> {
    // PKCS#1: a sequence of two integers, the first one of 257 bytes, for it begins with a zero.
    let n = BASE64URL_NOPAD.encode(&KEY.der_bytes()[9..265]);
    let kid = book.lock().unwrap().published;
    Json(json!({ "keys": [{ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": "AQAB" }] }))
}

async fn token(
    State(book): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let mut book = book.lock().unwrap();
    let no = |why: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": why })));
    let encoded: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let right = format!("Basic {}", BASE64.encode(format!("{CLIENT}:{encoded}").as_bytes()));
    if headers.get("authorization").is_none_or(|sent| sent.to_str().unwrap() != right) {
        return no("invalid_client");
    }
    // A code counts once.
    let Some(words) = form.get("code").and_then(|code| book.codes.remove(code)) else { return no("invalid_grant") };
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(form["code_verifier"].as_bytes()));
    if challenge != words["code_challenge"] || form["redirect_uri"] != words["redirect_uri"] {
        return no("invalid_grant");
    }
    let mut claims = json!({
        "iss": book.address, "aud": CLIENT, "sub": "4711", "iat": book.now, "exp": book.now + 300,
        "nonce": words["nonce"], "preferred_username": "ada",
    });
    for (name, value) in &book.plan.claims {
        claims[*name] = value.clone();
    }
    let id_token = signed(&book.plan, &claims);
    let answer = json!({ "access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": id_token });
    (StatusCode::OK, Json(answer))
}

fn signed(plan: &Plan, claims: &Value) -> String {
    let alg = match plan.sign {
        Sign::Rightly | Sign::Wrongly => "RS256",
        Sign::Not => "none",
        Sign::Shared => "HS256",
    };
    let head = json!({ "typ": "JWT", "alg": alg, "kid": plan.kid });
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let text = format!("{}.{}", part(&head), part(claims));
    let signature = match plan.sign {
        Sign::Rightly => KEY.sign(text.as_bytes()).unwrap(),
        Sign::Wrongly => OTHER.sign(text.as_bytes()).unwrap(),
        Sign::Not => Vec::new(),
        Sign::Shared => {
            use hmac::{Hmac, KeyInit, Mac};
            let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().to_vec()
        }
    };
    format!("{text}.{}", BASE64URL_NOPAD.encode(&signature))
}
