//! What the request of an upgrade says of whoever makes it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Once;

use axum::extract::{ConnectInfo, Request};

use crate::access::{TrustedProxies, X_FORWARDED_FOR, client_address};

/// Whoever makes the request of an upgrade.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visitor {
    /// Their own, behind proxies that are trusted. None where whoever mounts the router does not say.
    pub(super) address: Option<IpAddr>,
    /// They do not get to where they would be sent (`?proxy=1`).
    pub(super) is_carried: bool,
}

impl Visitor {
    pub(super) fn of(request: &Request, trusted: &TrustedProxies) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(address)| address.ip());
        if let Some(peer) = peer {
            warn_of_untrusted(request, peer, trusted);
        }
        let query = request.uri().query().unwrap_or_default();
        Self {
            address: peer.map(|peer| client_address(peer, request.headers(), trusted)),
            is_carried: query.split('&').any(|pair| pair == "proxy=1"),
        }
    }
}

/// Behind a proxy of which nobody told the server, all people together are one address. Said once: anybody
/// can write that header.
fn warn_of_untrusted(request: &Request, peer: IpAddr, trusted: &TrustedProxies) {
    static SAID: Once = Once::new();
    if request.headers().contains_key(X_FORWARDED_FOR) && !trusted.contain(peer) {
        SAID.call_once(|| {
            tracing::warn!(
                %peer,
                "X-Forwarded-For comes from an address that is not among trusted_proxies, so it is not \
                 read: if that is a proxy of yours, all who come through it count as one address"
            );
        });
    }
}
