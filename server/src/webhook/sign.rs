//! Signatures by the Standard Webhooks specification: HMAC with SHA-256 over the request's id, the time of
//! the attempt and its body.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use rand::RngExt;
use rand::rngs::StdRng;
use ring::hmac;

use crate::limits::WEBHOOK_SECRET_BYTES;

/// What whoever receives knows, too. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Vec<u8>);

impl FromStr for WebhookSecret {
    type Err = String;

    /// `whsec_` and base64.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let base64 = text.strip_prefix("whsec_");
        let bytes = base64.and_then(|base64| STANDARD.decode(base64).ok());
        let bytes = bytes.filter(|bytes| WEBHOOK_SECRET_BYTES.contains(&bytes.len()));
        bytes.map(Self).ok_or_else(|| {
            let (least, most) = (WEBHOOK_SECRET_BYTES.start(), WEBHOOK_SECRET_BYTES.end());
            format!(
                "must be whsec_ and {least} to {most} bytes as base64, made by `echo \
                 whsec_$(openssl rand -base64 32)`"
            )
        })
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(hidden)")
    }
}

/// Another one for each request, so that whoever receives it knows it again.
pub(crate) fn message_id(random: &mut StdRng) -> String {
    format!("msg_{:032x}", random.random::<u128>())
}

/// Signs with each of its secrets, so that whoever receives needs to know but one of them.
pub struct Signer(Vec<hmac::Key>);

impl Signer {
    /// With these.
    #[must_use]
    pub fn new(secrets: &[WebhookSecret]) -> Self {
        let key = |secret: &WebhookSecret| hmac::Key::new(hmac::HMAC_SHA256, &secret.0);
        Self(secrets.iter().map(key).collect())
    }

    /// The headers of a request, sent now, in seconds since 1970. `id` must have no full stop in it.
    ///
    /// # Panics
    /// When the id is nothing that a header may have.
    #[must_use]
    pub fn headers(&self, id: &str, now_s: u64, body: &[u8]) -> HeaderMap {
        let time = now_s.to_string();
        let signatures = self.0.iter().map(|key| {
            let mut context = hmac::Context::with_key(key);
            for part in [id.as_bytes(), b".", time.as_bytes(), b".", body] {
                context.update(part);
            }
            format!("v1,{}", STANDARD.encode(context.sign()))
        });
        let signatures = signatures.collect::<Vec<_>>().join(" ");
        [
            ("webhook-id", id),
            ("webhook-timestamp", &time),
            ("webhook-signature", &signatures),
        ]
        .into_iter()
        .map(|(name, value)| {
            let value = HeaderValue::from_str(value).expect("digits, base64 and our own ids");
            (HeaderName::from_static(name), value)
        })
        .collect()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(hidden)")
    }
}
