//! Where a socket is opened: at the server's own address, or where a Redirect leads.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::limits::REDIRECTS_MAX;

/// Where a socket is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// At the server's address, as the application gave it.
    Server,
    /// At the same address, asking not to be redirected: with `proxy=1` in its query (R-CTL-8).
    Proxied,
    /// At the address of a Redirect, which nobody has judged: a shell opens no socket that is less
    /// safe than one to the server (R-CTL-7), but answers with `handle_close`.
    Redirected(&'a str),
}

/// The way that Redirects lead.
#[derive(Clone, Debug, Default)]
pub(super) struct Route {
    /// Where the last of them led.
    url: Option<String>,
    /// No socket was opened there yet.
    is_ahead: bool,
    /// Marks of the addresses that Redirects named since a connection was healthy; zeros are free.
    passed: [u32; REDIRECTS_MAX],
    /// Redirects led nowhere, or would part the rooms of a client: the server is asked for none.
    pub(super) is_proxied: bool,
}

impl Route {
    /// The next socket leads to `url`, unless a Redirect led there before or too many did.
    pub(super) fn lead(&mut self, url: &str) {
        let mark = mark(url);
        for passed in &mut self.passed {
            if *passed == mark {
                return;
            }
            if *passed == 0 {
                *passed = mark;
                self.url = Some(url.to_owned());
                self.is_ahead = true;
                return;
            }
        }
    }

    /// The connection was healthy: the next one asks anew where its room is, unless it has several.
    pub(super) const fn forget(&mut self, has_several: bool) {
        self.passed = [0; REDIRECTS_MAX];
        self.is_proxied &= has_several;
    }

    /// A socket is opened. Where a Redirect led, but into no room or not for long, is no way to go
    /// again: the node may be gone, or out of reach from here.
    pub(super) fn set_out(&mut self) {
        if !core::mem::take(&mut self.is_ahead) {
            self.url = None;
            let [first, ..] = self.passed;
            self.is_proxied |= first != 0;
            self.passed = [0; REDIRECTS_MAX];
        }
    }

    /// Where that socket leads.
    pub(super) fn target(&self) -> Target<'_> {
        match &self.url {
            Some(url) => Target::Redirected(url),
            None if self.is_proxied => Target::Proxied,
            None => Target::Server,
        }
    }
}

/// Tells addresses apart in four bytes (FNV-1a). Two of one mark would only be taken for a circle.
fn mark(url: &str) -> u32 {
    let mix = |mark: u32, byte| (mark ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    url.bytes().fold(0x811C_9DC5, mix)
}
