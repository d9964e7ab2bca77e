//! What a server says of itself, and to whom.

use super::Setting;
use crate::config::HttpUrl;

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "metrics-listen",
        value: "ADDRESS",
        help: "Serve /metrics at this address and port instead of beside /ws",
        show: |config| {
            let address = config.metrics_listen;
            address.map_or_else(String::new, |address| address.to_string())
        },
        set: |config, text| {
            let right =
                "must be an IP address and a port, written like 127.0.0.1:9090 or [::]:9090";
            config.metrics_listen = Some(text.parse().map_err(|_| right)?);
            Ok(())
        },
    },
    Setting {
        name: "otlp-endpoint",
        value: "URL",
        help: "Send what /metrics shows to an OpenTelemetry collector every 30s, by OTLP/HTTP to \
               /v1/metrics below this address",
        show: |config| {
            let url = config.otlp_endpoint.as_ref();
            url.map_or_else(String::new, ToString::to_string)
        },
        set: |config, text| {
            config.otlp_endpoint = Some(HttpUrl::in_the_clear(text)?);
            Ok(())
        },
    },
    Setting {
        name: "log",
        value: "LEVEL",
        help: "What goes to stderr: off, error, warn, info, debug or trace",
        show: |config| config.log.to_string(),
        set: |config, text| {
            let right = "must be off, error, warn, info, debug or trace";
            config.log = text.parse().map_err(|_| right)?;
            Ok(())
        },
    },
    Setting {
        name: "log-format",
        value: "FORMAT",
        help: "How it is written: pretty for people, json for programs, an object a line",
        show: |config| config.log_format.to_string(),
        set: |config, text| {
            config.log_format = text.parse()?;
            Ok(())
        },
    },
];
