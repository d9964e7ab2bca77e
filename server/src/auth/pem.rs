//! Public keys from PEM files (`-----BEGIN PUBLIC KEY-----`).

use rustls::pki_types::pem::{PemObject, SectionKind};
use spki::der::Decode;
use spki::der::asn1::AnyRef;
use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

use super::keys::{Key, KeySet, Material};
use crate::limits::{AUTH_KEYS_MAX, AUTH_RSA_BITS};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

impl KeySet {
    /// Every public key of a file. Several are there while one takes another's place.
    ///
    /// # Errors
    /// Says what would be right.
    pub fn from_pem(file: &[u8]) -> Result<Self, String> {
        let mut keys = Vec::new();
        for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(file) {
            // The error would show what is in the file.
            let (kind, der) = section.map_err(|_| "must be a PEM file, and this is none")?;
            match kind {
                SectionKind::PublicKey => keys.push(Key::new(of_spki(&der)?)),
                SectionKind::PrivateKey
                | SectionKind::EcPrivateKey
                | SectionKind::RsaPrivateKey => {
                    return Err(
                        "has a private key in it, which is for whoever makes tokens alone: \
                                give the server the public one (openssl pkey -in FILE -pubout)"
                            .into(),
                    );
                }
                SectionKind::Certificate => {
                    return Err(
                        "has a certificate in it: its key is wanted (openssl x509 -in FILE \
                                -noout -pubkey)"
                            .into(),
                    );
                }
                _ => {}
            }
            if keys.len() > AUTH_KEYS_MAX {
                return Err(format!("must have at most {AUTH_KEYS_MAX} keys"));
            }
        }
        if keys.is_empty() {
            return Err("must have a key that begins with -----BEGIN PUBLIC KEY-----".into());
        }
        Ok(keys.into_iter().collect())
    }
}

fn of_spki(der: &[u8]) -> Result<Material, String> {
    let broken = || String::from("has a public key that cannot be read");
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| broken())?;
    let bits = info.subject_public_key.as_bytes().ok_or_else(broken)?;
    let curve = info.algorithm.parameters;
    let curve = curve.and_then(|parameters: AnyRef<'_>| parameters.decode_as().ok());
    match (info.algorithm.oid, curve) {
        (RSA, _) => {
            let key = pkcs1::RsaPublicKeyRef::from_der(bits).map_err(|_| broken())?;
            rsa(key.modulus.as_bytes(), key.public_exponent.as_bytes())
        }
        (EC, Some(P256)) => Ok(Material::P256(bits.to_vec())),
        (EC, Some(P384)) => Ok(Material::P384(bits.to_vec())),
        (ED25519, _) => Ok(Material::Ed25519(bits.to_vec())),
        _ => Err("must have keys of RSA, of the curves P-256 or P-384, or Ed25519".into()),
    }
}

/// An RSA key of an accepted size.
pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Material, String> {
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let modulus = &modulus[zeros..];
    let bits = modulus.first().map_or(0, |first| {
        modulus.len() * 8 - first.leading_zeros() as usize
    });
    if !AUTH_RSA_BITS.contains(&bits) {
        let (least, most) = (AUTH_RSA_BITS.start(), AUTH_RSA_BITS.end());
        return Err(format!(
            "has an RSA key of {bits} bits: it must be {least} to {most}"
        ));
    }
    Ok(Material::Rsa {
        modulus: modulus.to_vec(),
        exponent: exponent.to_vec(),
    })
}
