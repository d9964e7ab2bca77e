//! TLS without a proxy.

use super::Setting;
use crate::config::values::{file, show_file};

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "tls-cert-file",
        value: "FILE",
        help: "Speak TLS (https and wss) with this certificate and those that vouch for it (PEM, its \
               own first); looked at again while the server runs",
        show: |config| show_file(config.tls.cert_file.as_deref()),
        set: |config, text| {
            config.tls.cert_file = Some(file(text)?);
            Ok(())
        },
    },
    Setting {
        name: "tls-key-file",
        value: "FILE",
        help: "The private key of that certificate (PEM, without a password)",
        show: |config| show_file(config.tls.key_file.as_deref()),
        set: |config, text| {
            config.tls.key_file = Some(file(text)?);
            Ok(())
        },
    },
];
