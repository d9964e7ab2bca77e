//! Addresses that the server asks by itself.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use hyper::Uri;

/// Where the server itself goes: `https`, or `http` on this machine. It comes from the configuration, never
/// from a token or an answer.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpUrl(Uri);

impl HttpUrl {
    /// Where nothing goes that is to be kept from whoever is on the way: `http` may lead anywhere.
    pub(crate) fn in_the_clear(text: &str) -> Result<Self, &'static str> {
        let right = "must be a URL like http://collector:4318, without a name or password";
        let uri: Uri = text.parse().map_err(|_| right)?;
        let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
        match is_http && !has_login(&uri) && uri.query().is_none() {
            true => Ok(Self(uri)),
            false => Err(right),
        }
    }

    /// The address of this path below it.
    pub(crate) fn below(&self, path: &str) -> Uri {
        let base = self.0.to_string();
        let whole = format!("{}{path}", base.trim_end_matches('/'));
        whole.parse().expect("a path after an address")
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.0
    }

    /// Where it is, for a log: the rest may have a secret in it.
    pub(crate) fn host(&self) -> &str {
        self.0.host().unwrap_or_default()
    }
}

impl FromStr for HttpUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let right = "must be a URL like https://app.example.com/path, without a name or password; http \
                     is for this machine alone, since whoever is on the way could read and change \
                     what is sent";
        let uri: Uri = text.parse().map_err(|_| right)?;
        let host = uri.host().unwrap_or_default();
        let is_safe = match uri.scheme_str() {
            Some("https") => !host.is_empty(),
            Some("http") => is_local(host),
            _ => false,
        };
        match is_safe && !has_login(&uri) {
            true => Ok(Self(uri)),
            false => Err(right),
        }
    }
}

/// A name and a password would not be sent.
fn has_login(uri: &Uri) -> bool {
    uri.authority()
        .is_some_and(|all| all.as_str().contains('@'))
}

fn is_local(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address: Result<IpAddr, _> = bare.parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
