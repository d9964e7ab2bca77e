//! Where the engine is, as people write it.

use std::fmt;
use std::str::FromStr;

use redis::{ConnectionAddr, IntoConnectionInfo, RedisConnectionInfo};

/// `redis://`, `redis+sentinel://` or `redis+cluster://`, each with `rediss` for TLS. It may have a
/// password in it, which is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisUrl {
    text: Box<str>,
}

/// What a URL says.
pub(super) struct Parts {
    pub(super) kind: Kind,
    pub(super) is_tls: bool,
    pub(super) hosts: Vec<Host>,
    pub(super) login: RedisConnectionInfo,
}

/// How the engine is run.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One server, or several behind one address.
    Single,
    /// Sentinels know where this master is.
    Sentinel { master: String },
    /// A Cluster.
    Cluster,
}

/// A host and its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Host {
    pub(super) name: String,
    pub(super) port: u16,
}

/// What a URL must look like.
const RIGHT: &str = "must be redis://HOST:PORT, redis+sentinel://HOST:PORT,HOST:PORT/MASTER or \
    redis+cluster://HOST:PORT,HOST:PORT (rediss for TLS), with USER:PASSWORD@ before the hosts if \
    there is one";

impl RedisUrl {
    /// As it was written, password included.
    pub(crate) fn reveal(&self) -> &str {
        &self.text
    }

    pub(super) fn parts(&self) -> Result<Parts, &'static str> {
        parse(&self.text).ok_or(RIGHT)
    }
}

impl FromStr for RedisUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Self { text: text.into() };
        url.parts().map(|_| url)
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.text.split("://").next().unwrap_or_default();
        write!(f, "{scheme}://…")
    }
}

fn parse(text: &str) -> Option<Parts> {
    let (scheme, rest) = text.split_once("://")?;
    let (is_tls, scheme) = match scheme.strip_prefix("rediss") {
        Some(kind) => (true, kind),
        None => (false, scheme.strip_prefix("redis")?),
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, hosts) = match authority.rsplit_once('@') {
        Some((user, hosts)) => (format!("{user}@"), hosts),
        None => (String::new(), authority),
    };
    let (kind, database) = match scheme {
        "" => (Kind::Single, path),
        "+cluster" if path.is_empty() => (Kind::Cluster, ""),
        "+sentinel" if !path.is_empty() => {
            let master = path.to_owned();
            (Kind::Sentinel { master }, "")
        }
        _ => return None,
    };
    let mut login = RedisConnectionInfo::default();
    let mut parsed = Vec::new();
    for host in hosts.split(',') {
        // One host at a time is what the library knows, with escapes in user and password.
        let info = format!("redis://{user}{host}/{database}")
            .into_connection_info()
            .ok()?;
        let ConnectionAddr::Tcp(name, port) = info.addr() else {
            return None;
        };
        parsed.push(Host {
            name: name.clone(),
            port: port_of(host, *port, &kind),
        });
        login = info.redis_settings().clone();
    }
    let is_one = parsed.len() == 1 || kind != Kind::Single;
    is_one.then_some(Parts {
        kind,
        is_tls,
        hosts: parsed,
        login,
    })
}

/// Sentinels have a usual port of their own.
fn port_of(host: &str, port: u16, kind: &Kind) -> u16 {
    const REDIS: u16 = 6_379;
    const SENTINEL: u16 = 26_379;
    let is_named = host.ends_with(&format!(":{port}"));
    match kind {
        Kind::Sentinel { .. } if port == REDIS && !is_named => SENTINEL,
        _ => port,
    }
}

#[cfg(test)]
mod tests {
    //! What is understood, refused and shown.

    use super::*;

    fn hosts(text: &str) -> Vec<(String, u16)> {
        let parts = text.parse::<RedisUrl>().unwrap().parts().unwrap();
        let hosts = parts.hosts.into_iter();
        hosts.map(|host| (host.name, host.port)).collect()
    }

    #[test]
    fn every_way_to_run_an_engine_has_its_url() {
        assert_eq!(hosts("redis://db"), [("db".into(), 6_379)]);
        assert_eq!(hosts("redis://[::1]:7000/2"), [("::1".into(), 7_000)]);
        let cluster = hosts("rediss+cluster://a:1,b:2");
        assert_eq!(cluster, [("a".into(), 1), ("b".into(), 2)]);
        let sentinel = hosts("redis+sentinel://a,b:6379/main");
        assert_eq!(sentinel, [("a".into(), 26_379), ("b".into(), 6_379)]);
    }

    #[test]
    fn user_and_password_are_read_and_never_shown() {
        let url: RedisUrl = "redis+cluster://ada:se%40cret@a:1,b:2".parse().unwrap();
        let parts = url.parts().unwrap();
        assert_eq!(parts.login.username(), Some("ada"));
        assert_eq!(parts.login.password(), Some("se@cret"));
        assert_eq!(format!("{url:?}"), "redis+cluster://…");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "localhost",
            "http://a",
            "redis://",
            "redis://a,b",
            "redis://a/x",
            "redis://a:port",
            "redis+sentinel://a",
            "redis+cluster://a/1",
            "redis+other://a",
        ] {
            assert_eq!(text.parse::<RedisUrl>().err(), Some(RIGHT), "{text}");
        }
    }
}
