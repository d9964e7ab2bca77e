//! Connections that are no WebSockets yet: handshakes, and requests for anything else.

use std::net::IpAddr;
use std::sync::Arc;

use super::app::App;
use super::places::{Full, Place, Places};
use crate::config::Config;
use crate::limits::Limit;

/// Places for them, of all workers together.
#[derive(Debug)]
pub(super) struct Guests {
    app: Arc<App>,
    places: Arc<Places>,
}

impl Guests {
    pub(super) fn new(app: Arc<App>, config: &Config) -> Self {
        let (max, per_ip) = (
            config.max_http_connections,
            config.max_http_connections_per_ip,
        );
        Self::up_to(app, max, per_ip)
    }

    /// At most so many, and so many of one address.
    pub(super) fn up_to(app: Arc<App>, max: usize, per_ip: usize) -> Self {
        Self {
            app,
            places: Arc::new(Places::new(max, per_ip)),
        }
    }

    /// A place, if there is one. For whom a proxy speaks is not known before its request has come, so those
    /// that are trusted have no limit of their own.
    pub(super) fn take(&self, peer: IpAddr) -> Option<Place> {
        let is_limited = !self.app.trusted_proxies.contain(peer);
        let place = self.places.take(is_limited.then_some(peer));
        place
            .map_err(|full| match full {
                Full::All => self.count(Limit::HttpConnections),
                Full::Address => self.count(Limit::HttpConnectionsPerIp),
            })
            .ok()
    }

    pub(super) fn count(&self, limit: Limit) {
        self.app.hub.hits().count(limit);
    }
}
