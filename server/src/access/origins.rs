//! The setting `allowed_origins`.

use std::fmt;

use super::origin::{Origin, is_host, is_scheme, own_port, parse_port, split_authority};
use super::{listed, write_list};
use crate::limits::{ORIGIN_BYTES_MAX, ORIGINS_MAX};

/// Pages that may connect: none of them is "nothing was said".
///
/// ```
/// use mote_server::access::AllowedOrigins;
///
/// let origins = AllowedOrigins::parse("https://app.example.com,http://localhost:*").unwrap();
/// assert_eq!(origins.to_string(), "https://app.example.com,http://localhost:*");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedOrigins(Vec<Pattern>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Pattern {
    Any,
    Of {
        scheme: Box<str>,
        /// Written `*.` before the host: what ends with it, and not the host itself.
        below: bool,
        host: Box<str>,
        port: Port,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Port {
    /// As an [`Origin`] has it.
    Is(Option<u16>),
    Any,
}

impl AllowedOrigins {
    /// Origins with commas between them: `https://app.example.com`, `https://*.example.com` (every
    /// name below it, at any depth), `http://localhost:*` (every port), or `*`.
    ///
    /// # Errors
    /// Says which of them is none, and what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let patterns: Vec<_> = listed(text).map(Pattern::parse).collect::<Result<_, _>>()?;
        if patterns.len() > ORIGINS_MAX {
            return Err(format!("must be at most {ORIGINS_MAX} origins"));
        }
        Ok(Self(patterns))
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every page may connect.
    pub(super) fn allow_any(&self) -> bool {
        self.0.contains(&Pattern::Any)
    }

    pub(super) fn allow(&self, origin: &Origin) -> bool {
        self.0.iter().any(|pattern| pattern.fits(origin))
    }
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let wrong = |what: &str| {
            format!(
                "{text:?} {what}: must be origins as browsers name them, \
                 https://app.example.com,https://*.example.com,http://localhost:*, or * for every page"
            )
        };
        if text.eq_ignore_ascii_case("null") {
            return Err(wrong("is what any page can be"));
        }
        if text.len() > ORIGIN_BYTES_MAX {
            return Err(wrong("is too long"));
        }
        let lower = text.to_ascii_lowercase();
        let parts = lower.split_once("://");
        let (scheme, authority) = parts.ok_or_else(|| wrong("has no scheme"))?;
        if !is_scheme(scheme) {
            return Err(wrong("has no scheme"));
        }
        if authority.contains(['/', '?', '#', '@']) {
            return Err(wrong("has more than a scheme, a host and a port"));
        }
        let parts = split_authority(authority);
        let (host, port) = parts.ok_or_else(|| wrong("has no host"))?;
        let port = match port {
            None => Port::Is(None),
            Some("*") => Port::Any,
            Some(port) => {
                let port = parse_port(port).ok_or_else(|| wrong("has no port after its colon"))?;
                Port::Is(Some(port).filter(|&port| Some(port) != own_port(scheme)))
            }
        };
        let (below, host) = match host.strip_prefix("*.") {
            Some(host) => (true, host),
            None => (false, host),
        };
        // As browsers write it: a name of any script in ASCII, an address in its one form.
        let host = url::Host::parse(host).ok().map(|host| host.to_string());
        let host = host.filter(|host| is_host(host));
        let host = host.ok_or_else(|| wrong("has no host"))?;
        if below && !host.contains('.') && host != "localhost" {
            return Err(wrong("has the names of many under its *"));
        }
        if below && (host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok()) {
            return Err(wrong("has an address, which has no names below it"));
        }
        Ok(Self::Of {
            scheme: scheme.into(),
            below,
            host: host.into(),
            port,
        })
    }

    fn fits(&self, origin: &Origin) -> bool {
        let Self::Of {
            scheme,
            below,
            host,
            port,
        } = self
        else {
            return true;
        };
        let is_host = match below {
            false => *host == origin.host,
            true => {
                let name = origin.host.strip_suffix(&**host);
                name.is_some_and(|name| name.len() > 1 && name.ends_with('.'))
            }
        };
        let is_port = match port {
            Port::Any => true,
            Port::Is(port) => *port == origin.port,
        };
        is_host && is_port && *scheme == origin.scheme
    }
}

impl fmt::Display for AllowedOrigins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_list(f, &self.0)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Of {
            scheme,
            below,
            host,
            port,
        } = self
        else {
            return f.write_str("*");
        };
        let star = if *below { "*." } else { "" };
        write!(f, "{scheme}://{star}{host}")?;
        match port {
            Port::Is(None) => Ok(()),
            Port::Is(Some(port)) => write!(f, ":{port}"),
            Port::Any => f.write_str(":*"),
        }
    }
}
