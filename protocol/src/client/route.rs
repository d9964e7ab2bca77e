//! Where the next socket is opened: at the server's own address, or where a Redirect leads.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::limits::REDIRECTS_MAX;

/// Where a socket is to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// At the server's address, as the application gave it.
    Server,
    /// At the same address, asking not to be redirected: with `proxy=1` in its query (R-CTL-8).
    Proxied,
    /// At the address of a Redirect, which nobody has judged: a shell opens no socket that is less
    /// safe than one to the server (R-CTL-7), but answers with `handle_close`.
    Redirected(String),
}

/// The way that Redirects lead.
#[derive(Clone, Debug, Default)]
pub(super) struct Route {
    /// Their addresses since a connection was healthy.
    hops: Vec<String>,
    /// No socket was opened at the last of them yet.
    is_ahead: bool,
    /// Redirects led nowhere, or would part the rooms of a client: the server is asked for none.
    is_proxied: bool,
}

impl Route {
    pub(super) const fn is_proxied(&self) -> bool {
        self.is_proxied
    }

    /// The next socket leads to `url`, unless a Redirect led there before or too many did.
    pub(super) fn lead(&mut self, url: &str) {
        self.is_ahead = self.hops.len() < REDIRECTS_MAX && !self.hops.iter().any(|hop| hop == url);
        if self.is_ahead {
            self.hops.push(url.to_owned());
        }
    }

    /// The next socket, and those after it, ask not to be redirected.
    pub(super) const fn stay(&mut self) {
        self.is_proxied = true;
    }

    /// The connection was healthy: the next one asks anew where its room is, unless it has several.
    pub(super) fn forget(&mut self, has_several: bool) {
        self.hops.clear();
        self.is_proxied &= has_several;
    }

    /// Where the next socket leads. A hop that led into no room, or not for long, is no way to go
    /// again: its node may be gone, or out of reach from here.
    pub(super) fn next(&mut self) -> Target {
        if core::mem::take(&mut self.is_ahead)
            && let Some(url) = self.hops.last()
        {
            return Target::Redirected(url.clone());
        }
        self.is_proxied |= !self.hops.is_empty();
        self.hops.clear();
        if self.is_proxied {
            Target::Proxied
        } else {
            Target::Server
        }
    }
}
