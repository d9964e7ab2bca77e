//! How a client behaves.

use crate::limits::{CURSOR_HZ_DEFAULT, CURSOR_HZ_MAX};

/// What an application may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Cursors sent a second and room at most, 1–120; default 60. A number outside is taken as the
    /// nearest inside. The server may ask for fewer
    /// ([`Control::Pace`](crate::wire::Control::Pace)).
    pub cursor_hz: u8,
    /// Whether the application has tokens to give: each room is joined with a fresh one, asked for by
    /// [`Notice::TokenNeeded`](super::Notice::TokenNeeded) when it is entered and when a socket on which
    /// one was used is gone.
    pub has_tokens: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            cursor_hz: CURSOR_HZ_DEFAULT,
            has_tokens: false,
        }
    }
}

impl Config {
    pub(super) fn clamped_cursor_hz(self) -> u8 {
        self.cursor_hz.clamp(1, CURSOR_HZ_MAX)
    }
}
