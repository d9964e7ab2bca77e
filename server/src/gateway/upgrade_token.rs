//! A token that comes with the upgrade and not in a Join, where the configuration allows that.

use axum::http::{HeaderMap, Uri, header};
use mote_protocol::close::CloseCode;
use percent_encoding::percent_decode_str;

use crate::config::AuthConfig;
use crate::limits::UPGRADE_TOKEN_BYTES_MAX;

/// What a token among the subprotocols begins with.
const PREFIX: &str = "mote.token.";

/// What a token in the address is named.
const NAME: &str = "token=";

/// Where a token may be, besides in a Join.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ways {
    in_subprotocol: bool,
    in_query: bool,
}

impl Ways {
    pub(super) fn new(auth: &AuthConfig) -> Self {
        Self {
            in_subprotocol: auth.in_subprotocol,
            in_query: auth.in_query,
        }
    }

    /// The token of an upgrade, from its header rather than from its address.
    ///
    /// # Errors
    /// Close the socket so: it is larger than a token may be.
    pub(super) fn token(
        self,
        headers: &HeaderMap,
        uri: &Uri,
    ) -> Result<Option<Box<str>>, CloseCode> {
        let in_header = self.in_subprotocol.then(|| in_header(headers)).flatten();
        let in_query = || self.in_query.then(|| in_query(uri)).flatten();
        match in_header.or_else(in_query) {
            Some(token) if token.len() > UPGRADE_TOKEN_BYTES_MAX => Err(CloseCode::BadToken),
            token => Ok(token),
        }
    }
}

/// Every subprotocol that is offered.
pub(super) fn offers(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    let offers = lines.flat_map(|line| line.as_bytes().split(|&byte| byte == b','));
    offers
        .map(<[u8]>::trim_ascii)
        .filter(|offer| !offer.is_empty())
}

/// Whether an offer is a token and no subprotocol: it is never chosen, and so never answered with.
pub(super) fn is_token(offer: &[u8]) -> bool {
    offer.starts_with(PREFIX.as_bytes())
}

fn in_header(headers: &HeaderMap) -> Option<Box<str>> {
    let mut offers = offers(headers);
    let token = offers.find_map(|offer| offer.strip_prefix(PREFIX.as_bytes()))?;
    std::str::from_utf8(token).ok().map(Into::into)
}

fn in_query(uri: &Uri) -> Option<Box<str>> {
    let mut pairs = uri.query()?.split('&');
    let token = pairs.find_map(|pair| pair.strip_prefix(NAME))?;
    let token = percent_decode_str(token).decode_utf8();
    token.ok().map(Into::into)
}
