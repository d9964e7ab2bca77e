//! Whose connection it is when it comes through proxies.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

use super::proxies::TrustedProxies;
use crate::limits::FORWARDED_HOPS_MAX;

/// What proxies write. `Forwarded` (RFC 7239) is not read: few write it, most pass on what a client
/// put there, and two headers that may disagree are one too many.
pub(crate) const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of whoever connects. `X-Forwarded-For` counts only when a trusted proxy is the `peer`; it
/// is read from its end, where the nearest proxy has written, over proxies that are trusted as well, to the
/// first that is not: what stands before was written by whoever that is. What is no address, or stands
/// behind too many proxies, counts as the peer's own. O(hops × ranges).
pub(crate) fn client_address(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &TrustedProxies,
) -> IpAddr {
    let peer = peer.to_canonical();
    if !trusted.contain(peer) {
        return peer;
    }
    let lines = headers.get_all(X_FORWARDED_FOR).iter().rev();
    // Several lines are one list, in their order (RFC 9110, 5.3).
    let hops = lines.flat_map(|line| line.as_bytes().rsplit(|&byte| byte == b','));
    let mut last = peer;
    for (number, hop) in hops.enumerate() {
        match parse_hop(hop) {
            Some(address) if number < FORWARDED_HOPS_MAX => last = address,
            _ => return peer,
        }
        if !trusted.contain(last) {
            return last;
        }
    }
    last
}

/// An address, with a port or without; one of IPv6 in brackets or without.
fn parse_hop(hop: &[u8]) -> Option<IpAddr> {
    let hop = str::from_utf8(hop).ok()?.trim_matches([' ', '\t']);
    let inner = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']'));
    let address = match inner {
        Some(inner) => IpAddr::V6(inner.parse().ok()?),
        None => {
            let with_port = || hop.parse().map(|address: SocketAddr| address.ip());
            hop.parse().or_else(|_| with_port()).ok()?
        }
    };
    Some(address.to_canonical())
}

/// Who counts as one: an IPv4 address, or the /64 of an IPv6 address, which is what one customer
/// has at the least.
pub(crate) fn owner_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(network.into())
        }
        address => address,
    }
}
