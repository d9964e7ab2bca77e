//! An origin as a browser writes it (RFC 6454, 6.2): scheme, host, and a port that is not the scheme's own.

use std::net::{IpAddr, Ipv6Addr};

use crate::limits::ORIGIN_BYTES_MAX;

/// In lower case; a port that is the scheme's own is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) scheme: Box<str>,
    /// A name, an IPv4 address, or an IPv6 address in brackets.
    pub(super) host: Box<str>,
    pub(super) port: Option<u16>,
}

impl Origin {
    /// None for what no browser says of a page that has an origin: `null` is one of those.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() > ORIGIN_BYTES_MAX {
            return None;
        }
        let text = text.to_ascii_lowercase();
        let (scheme, authority) = text.split_once("://")?;
        let (host, port) = split_authority(authority)?;
        if !is_scheme(scheme) || !is_host(host) {
            return None;
        }
        let port = match port {
            Some(port) => Some(parse_port(port)?).filter(|&port| Some(port) != own_port(scheme)),
            None => None,
        };
        Some(Self {
            scheme: scheme.into(),
            host: host.into(),
            port,
        })
    }

    /// Whether it is of this machine, by what browsers take for it (Secure Contexts, 3.1): no other machine
    /// can have such a page.
    pub(super) fn is_local(&self) -> bool {
        let host = &*self.host;
        let inner = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        match inner.unwrap_or(host).parse::<IpAddr>() {
            Ok(address) => address.to_canonical().is_loopback(),
            Err(_) => host == "localhost" || host.ends_with(".localhost"),
        }
    }
}

/// The host of `host:port`, with what comes after its colon.
pub(super) fn split_authority(authority: &str) -> Option<(&str, Option<&str>)> {
    let host_end = match authority.strip_prefix('[') {
        Some(rest) => rest.find(']')? + 2,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, rest) = authority.split_at_checked(host_end)?;
    match rest.strip_prefix(':') {
        Some(port) => Some((host, Some(port))),
        None => rest.is_empty().then_some((host, None)),
    }
}

pub(super) fn is_scheme(text: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_allowed)
}

pub(super) fn is_host(text: &str) -> bool {
    if let Some(inner) = text.strip_prefix('[') {
        let inner = inner.strip_suffix(']').unwrap_or_default();
        return inner.parse::<Ipv6Addr>().is_ok();
    }
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    !text.is_empty() && text.chars().all(is_allowed)
}

pub(super) fn parse_port(text: &str) -> Option<u16> {
    let is_number = text.chars().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|&port| is_number && port > 0)
}

/// The port that a scheme has where none is named.
pub(super) fn own_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}
