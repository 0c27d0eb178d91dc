//! Certificates of the small internet: a root, and under it one for each name that is asked for, made when needed.
//!
//! They are good from 1975 to 4096, so that a test never ages; the bad ones are bad in one way each.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};
use tokio_rustls::TlsAcceptor;

/// The certificate of a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certificate {
    /// In order.
    #[default]
    Good,
    /// For another name.
    WrongName,
    /// Over since 1999.
    Expired,
    /// Signed by itself.
    SelfSigned,
}

/// The root of the world, and what it has signed.
pub(super) struct Authority {
    root: String,
    acceptor: TlsAcceptor,
    chosen: Arc<Chosen>,
}

struct Chosen {
    issuer: Issuer<'static, KeyPair>,
    kinds: Mutex<BTreeMap<String, Certificate>>,
    made: Mutex<BTreeMap<String, Arc<CertifiedKey>>>,
}

impl fmt::Debug for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chosen")
    }
}

impl Authority {
    pub(super) fn new() -> io::Result<Self> {
        let mut params = CertificateParams::new(Vec::new()).map_err(io::Error::other)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Probity loopback root");
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let root = params.self_signed(&key).map_err(io::Error::other)?.pem();
        let issuer = Issuer::new(params, key);
        let chosen = Arc::new(Chosen { issuer, kinds: Mutex::default(), made: Mutex::default() });
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_cert_resolver(chosen.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { root, acceptor: TlsAcceptor::from(Arc::new(config)), chosen })
    }

    pub(super) fn root(&self) -> String {
        self.root.clone()
    }

    pub(super) fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    pub(super) fn set(&self, host: &str, kind: Certificate) {
        super::lock(&self.chosen.kinds).insert(host.to_owned(), kind);
        super::lock(&self.chosen.made).remove(host);
    }
}

impl Chosen {
    fn make(&self, host: &str, kind: Certificate) -> Option<CertifiedKey> {
        let name = if kind == Certificate::WrongName { "somebody-else.test" } else { host };
        let mut params = CertificateParams::new(vec![name.to_owned()]).ok()?;
        if kind == Certificate::Expired {
            params.not_before = date_time_ymd(1998, 1, 1);
            params.not_after = date_time_ymd(1999, 1, 1);
        }
        let key = KeyPair::generate().ok()?;
        let certificate = match kind {
            Certificate::SelfSigned => params.self_signed(&key).ok()?,
            _ => params.signed_by(&key, &self.issuer).ok()?,
        };
        let private = PrivateKeyDer::try_from(key.serialize_der()).ok()?;
        let key = rustls::crypto::aws_lc_rs::sign::any_supported_type(&private).ok()?;
        Some(CertifiedKey::new(vec![certificate.der().clone()], key))
    }
}

impl ResolvesServerCert for Chosen {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let host = hello.server_name()?.to_ascii_lowercase();
        if let Some(made) = super::lock(&self.made).get(&host) {
            return Some(made.clone());
        }
        let kind = super::lock(&self.kinds).get(&host).copied().unwrap_or_default();
        let made = Arc::new(self.make(&host, kind)?);
        super::lock(&self.made).insert(host, made.clone());
        Some(made)
    }
}
