//! Which pages may connect. A browser says where a page is from (`Origin`), and no page can make it say
//! otherwise; whatever is no browser can say what it likes, so this protects people from pages, and
//! nobody from programs.

use axum::http::{HeaderMap, HeaderValue, header};

use super::origin::{Origin, split_authority};
use super::origins::AllowedOrigins;
use crate::config::Config;

/// The pages that may connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pages {
    /// Every page: nobody comes in without a token, which a foreign page has not. Or it is meant.
    Any,
    /// These.
    Listed(AllowedOrigins),
    /// Pages of this machine: whoever develops is served, and no page of the internet can come in
    /// through the developer's browser.
    Local,
    /// Pages of this machine, and those of the host under which the server was asked.
    OwnHost,
}

impl Pages {
    /// What a configuration comes to. `is_public`: others than this machine may be meant to reach the
    /// server. Where only this machine does, not even the host that was asked is believed: a foreign
    /// name can be made to lead to this machine (DNS rebinding; Vite's CVE-2025-24010).
    pub(crate) fn of(config: &Config, is_public: bool) -> Self {
        let listed = &config.allowed_origins;
        match () {
            () if listed.allow_any() => Self::Any,
            () if !listed.is_empty() => Self::Listed(listed.clone()),
            () if config.auth.asks_for_tokens() => Self::Any,
            () if is_public => Self::OwnHost,
            () => Self::Local,
        }
    }

    /// Whether a request comes from one of them, or from no page at all: browsers always say.
    pub(crate) fn admit(&self, headers: &HeaderMap) -> bool {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => true,
            (Some(origin), None) => self.allow(origin, headers),
            // A browser says it once.
            (Some(_), Some(_)) => *self == Self::Any,
        }
    }

    /// Whether this is one of them. `headers`: of the request, for the host that was asked.
    pub(crate) fn allow(&self, origin: &HeaderValue, headers: &HeaderMap) -> bool {
        if *self == Self::Any {
            return true;
        }
        let Some(origin) = origin.to_str().ok().and_then(Origin::parse) else {
            return false;
        };
        match self {
            Self::Any => true,
            Self::Listed(listed) => listed.allow(&origin),
            Self::Local => origin.is_local(),
            Self::OwnHost => origin.is_local() || is_own(&origin, headers),
        }
    }
}

/// Whether a page is of the host that was asked, on whatever port.
fn is_own(origin: &Origin, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let host = host.to_str().unwrap_or_default().to_ascii_lowercase();
    split_authority(&host).is_some_and(|(host, _)| *host == *origin.host)
}
