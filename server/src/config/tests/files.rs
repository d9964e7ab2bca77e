//! Files of settings: how much is read of one, and which go together.

use super::*;

#[cfg(unix)]
#[test]
fn a_file_that_never_ends_is_not_read_for_ever() {
    let sentence = load_with(&["--config", "/dev/zero"], NO_ENV).unwrap_err();
    let expected = "the configuration file /dev/zero must have at most 262144 bytes";
    assert_eq!(sentence, expected);
    let flags = ["--auth-secret-file", "/dev/zero"];
    let auth = load_with(&flags, NO_ENV).unwrap().auth;
    let sentence = auth.keys().unwrap_err().to_string();
    assert!(sentence.contains("must have at most"), "{sentence}");
}

#[test]
fn half_of_what_tls_needs_is_refused() {
    let flags = ["--tls-cert-file", "/dev/null"];
    let config = load_with(&flags, NO_ENV).unwrap();
    let expected = "tls_cert_file is \"/dev/null\", but tls_key_file is not set: TLS needs a \
                    certificate and its key";
    assert_eq!(config.check().unwrap_err().to_string(), expected);
    let sentence = load_with(&["--tls-key-file", "/no/key"], NO_ENV).unwrap_err();
    let expected = "the flag --tls-key-file is \"/no/key\", but must be a file that can be read";
    assert!(sentence.starts_with(expected), "{sentence}");
}
