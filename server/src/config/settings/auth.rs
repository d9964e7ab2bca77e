//! Who may come in.

use std::time::Duration;

use super::{MINUTE, Setting};
use crate::auth::Secret;
use crate::config::values::{claim, file, show_duration, show_file, show_url, whole_seconds};

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "auth-secret",
        value: "SECRET",
        help: "Let nobody in without a token (JWT) made with this; everybody on this machine sees \
               flags, so better by the environment or a file",
        // Whatever shows a configuration does not show this.
        show: |_| String::new(),
        set: |config, text| {
            config.auth.secret = Some(Secret::new(text)?);
            Ok(())
        },
    },
    Setting {
        name: "auth-secret-file",
        value: "FILE",
        help: "The same, from a file: a secret a line, several while one takes another's place",
        show: |config| show_file(config.auth.secret_file.as_deref()),
        set: |config, text| {
            config.auth.secret_file = Some(file(text)?);
            Ok(())
        },
    },
    Setting {
        name: "auth-public-key-file",
        value: "FILE",
        help: "Let nobody in without a token made with the private half of one of these keys (PEM)",
        show: |config| show_file(config.auth.public_key_file.as_deref()),
        set: |config, text| {
            config.auth.public_key_file = Some(file(text)?);
            Ok(())
        },
    },
    Setting {
        name: "auth-jwks-url",
        value: "URL",
        help: "The same, with public keys from this address (a JSON Web Key Set), fetched again as \
               they change",
        show: |config| show_url(config.auth.jwks_url.as_ref()),
        set: |config, text| {
            config.auth.jwks_url = Some(text.parse()?);
            Ok(())
        },
    },
    Setting {
        name: "auth-url",
        value: "URL",
        help: "Ask your application who may come in: POST there, signed with webhook-secret, instead of \
               checking tokens by keys, or after that",
        show: |config| show_url(config.auth.url.as_ref()),
        set: |config, text| {
            config.auth.url = Some(text.parse()?);
            Ok(())
        },
    },
    Setting {
        name: "auth-in-subprotocol",
        value: "BOOL",
        help: "Take a token from the header Sec-WebSocket-Protocol, too, as mote.token.<token> beside \
               mote.v1: proxies that log headers then log tokens",
        show: |config| config.auth.in_subprotocol.to_string(),
        set: |config, text| {
            config.auth.in_subprotocol = text.parse().map_err(|_| "must be true or false")?;
            Ok(())
        },
    },
    Setting {
        name: "auth-in-query",
        value: "BOOL",
        help: "Take a token from the address, too, as ?token=<token>: addresses stand in the logs of \
               proxies and in histories, and so does the token",
        show: |config| config.auth.in_query.to_string(),
        set: |config, text| {
            config.auth.in_query = text.parse().map_err(|_| "must be true or false")?;
            Ok(())
        },
    },
    Setting {
        name: "auth-issuer",
        value: "NAME",
        help: "Who tokens must be from: their iss",
        show: |config| config.auth.issuer.clone(),
        set: |config, text| {
            config.auth.issuer = claim(text)?;
            Ok(())
        },
    },
    Setting {
        name: "auth-audience",
        value: "NAME",
        help: "For whom tokens must be: their aud",
        show: |config| config.auth.audience.clone(),
        set: |config, text| {
            config.auth.audience = claim(text)?;
            Ok(())
        },
    },
    Setting {
        name: "auth-leeway",
        value: "TIME",
        help: "How far the clock of whoever makes tokens may be off",
        show: |config| show_duration(config.auth.leeway),
        set: |config, text| {
            config.auth.leeway = whole_seconds(text, &(Duration::ZERO..=5 * MINUTE))?;
            Ok(())
        },
    },
    Setting {
        name: "allow-anonymous",
        value: "BOOL",
        help: "Without tokens, listen also where others than this machine reach it: anybody may \
               then enter every room as anybody",
        show: |config| config.auth.allow_anonymous.to_string(),
        set: |config, text| {
            config.auth.allow_anonymous = text.parse().map_err(|_| "must be true or false")?;
            Ok(())
        },
    },
];
