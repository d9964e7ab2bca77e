//! Where connections may come from.

use super::Setting;
use crate::access::{AllowedOrigins, TrustedProxies};

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "allowed-origins",
        value: "ORIGINS",
        help: "Pages that may connect, like https://app.example.com,https://*.example.com, or * for \
               all; by default all where a token is needed, else those of this machine",
        show: |config| config.allowed_origins.to_string(),
        set: |config, text| {
            config.allowed_origins = AllowedOrigins::parse(text)?;
            Ok(())
        },
    },
    Setting {
        name: "trusted-proxies",
        value: "ADDRESSES",
        help: "Proxies in front of this server, like 10.0.0.5,192.168.0.0/16: from them, and from \
               nobody else, X-Forwarded-For says whose a connection is",
        show: |config| config.trusted_proxies.to_string(),
        set: |config, text| {
            config.trusted_proxies = TrustedProxies::parse(text)?;
            Ok(())
        },
    },
];
