//! The keys that tokens are checked with.

use ring::signature::{self, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey};
use ring::{hmac, signature::VerificationAlgorithm};

use super::algorithm::Algorithm;
use super::error::{AuthError, Reason};
use super::secret::Secret;

/// A key, and with it the algorithms that it is for.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its `kid`, if it has one.
    pub(super) id: Option<Box<str>>,
    /// It is for this algorithm alone.
    pub(super) only: Option<Algorithm>,
    pub(super) material: Material,
}

#[derive(Clone, Debug)]
pub(super) enum Material {
    Secret(Secret),
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl Key {
    pub(super) fn new(material: Material) -> Self {
        Self {
            id: None,
            only: None,
            material,
        }
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        self.only.is_none_or(|only| only == algorithm)
            && self.material.check_of(algorithm).is_some()
    }

    fn verifies(&self, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> bool {
        let check = self.material.check_of(algorithm);
        check.is_some_and(|check| check.run(signed, signature))
    }
}

impl From<Secret> for Key {
    fn from(secret: Secret) -> Self {
        Self::new(Material::Secret(secret))
    }
}

/// A key together with one of its own algorithms.
enum Check<'a> {
    Mac(&'a Secret, hmac::Algorithm),
    Rsa(RsaPublicKeyComponents<&'a [u8]>, &'static RsaParameters),
    Other(&'a [u8], &'static dyn VerificationAlgorithm),
}

impl Material {
    /// The only place where a key and an algorithm meet: another pair is none.
    fn check_of(&self, algorithm: Algorithm) -> Option<Check<'_>> {
        use Algorithm as A;
        use signature as s;
        Some(match (self, algorithm) {
            (Self::Secret(secret), A::Hs256) => Check::Mac(secret, hmac::HMAC_SHA256),
            (Self::Secret(secret), A::Hs384) => Check::Mac(secret, hmac::HMAC_SHA384),
            (Self::Secret(secret), A::Hs512) => Check::Mac(secret, hmac::HMAC_SHA512),
            (Self::Rsa { modulus, exponent }, _) => {
                let parameters = match algorithm {
                    A::Rs256 => &s::RSA_PKCS1_2048_8192_SHA256,
                    A::Rs384 => &s::RSA_PKCS1_2048_8192_SHA384,
                    A::Rs512 => &s::RSA_PKCS1_2048_8192_SHA512,
                    A::Ps256 => &s::RSA_PSS_2048_8192_SHA256,
                    A::Ps384 => &s::RSA_PSS_2048_8192_SHA384,
                    A::Ps512 => &s::RSA_PSS_2048_8192_SHA512,
                    _ => return None,
                };
                let (n, e) = (modulus.as_slice(), exponent.as_slice());
                Check::Rsa(RsaPublicKeyComponents { n, e }, parameters)
            }
            (Self::P256(point), A::Es256) => Check::Other(point, &s::ECDSA_P256_SHA256_FIXED),
            (Self::P384(point), A::Es384) => Check::Other(point, &s::ECDSA_P384_SHA384_FIXED),
            (Self::Ed25519(point), A::EdDsa) => Check::Other(point, &s::ED25519),
            _ => return None,
        })
    }
}

impl Check<'_> {
    fn run(&self, signed: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Mac(secret, algorithm) => {
                hmac::verify(&secret.key(*algorithm), signed, signature).is_ok()
            }
            Self::Rsa(key, parameters) => key.verify(parameters, signed, signature).is_ok(),
            Self::Other(key, algorithm) => UnparsedPublicKey::new(*algorithm, key)
                .verify(signed, signature)
                .is_ok(),
        }
    }
}

/// Keys of one or more sources.
#[derive(Clone, Debug, Default)]
pub struct KeySet(pub(super) Vec<Key>);

impl KeySet {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the signature is by one of the keys. O(keys without an id).
    ///
    /// A token's `kid` chooses the key. Without one, or where nobody has it, keys that have none
    /// themselves are tried; and the one that fits, where there is only one.
    pub(super) fn verify(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
        signed: &[u8],
        signature: &[u8],
    ) -> Result<(), AuthError> {
        let fitting = || self.0.iter().filter(|key| key.fits(algorithm));
        let has_id = |key: &&Key| id.is_some() && key.id.as_deref() == id;
        let mut chosen: Vec<_> = fitting().filter(has_id).collect();
        if chosen.is_empty() {
            chosen = fitting().filter(|key| key.id.is_none()).collect();
        }
        if chosen.is_empty() && id.is_none() && fitting().count() == 1 {
            chosen = fitting().collect();
        }
        let is_right = |key: &&Key| key.verifies(algorithm, signed, signature);
        if chosen.iter().any(is_right) {
            return Ok(());
        }
        // Also when keys without an id were tried: the one that the token names may be a new one.
        let is_new = id.is_some() && self.0.iter().all(|key| key.id.as_deref() != id);
        if chosen.is_empty() || is_new {
            return Err(AuthError::new(
                Reason::UnknownKey,
                "the token is made with a key that this server does not know, or in a way that is \
                 not this key's",
            ));
        }
        Err(AuthError::new(
            Reason::Signature,
            "the token's signature does not match: it was changed, or made with another key",
        ))
    }
}

impl FromIterator<Key> for KeySet {
    fn from_iter<I: IntoIterator<Item = Key>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}

impl IntoIterator for KeySet {
    type Item = Key;
    type IntoIter = std::vec::IntoIter<Key>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
