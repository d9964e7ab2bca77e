//! The parts of messages by name, each with its limit: what errors name.

use core::fmt;

use crate::limits::{
    ACCOUNT_BYTES_MAX, BATCH_CURSORS_MAX, CONTROL_TEXT_BYTES_MAX, EVENT_NAME_BYTES_MAX,
    EVENT_PAYLOAD_BYTES_MAX, NAME_BYTES_MAX, NAME_CHARS_MAX, REDIRECT_URL_BYTES_MAX,
    ROOM_BYTES_MAX, STATE_BYTES_MAX, SURFACE_BYTES_MAX, TOKEN_BYTES_MAX,
};

/// Tags are bytes and ascend.
const STATE_FIELDS_MAX: usize = 256;
/// One past it would be no number.
const CURSOR_USER_MAX: usize = (u32::MAX - 1) as usize;

macro_rules! parts {
    ($($part:ident, $name:literal $(, $max:expr)?;)+) => {
        /// A part of a message, for errors: a byte, so that they are small and the browser has no
        /// names to carry.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Part {
            $(#[doc = $name] $part,)+
        }

        impl Part {
            /// The most it may be, in its own unit; 0 where only its type limits it.
            pub(crate) const fn max(self) -> usize {
                match self {
                    $(Self::$part => { 0 $(+ $max)? })+
                }
            }
        }

        impl fmt::Display for Part {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$part => $name,)+
                })
            }
        }
    };
}

parts! {
    MessageType, "message type";
    User, "user";
    Name, "name", NAME_BYTES_MAX;
    NameChars, "name", NAME_CHARS_MAX;
    Account, "account", ACCOUNT_BYTES_MAX;
    Count, "count";
    Colour, "colour";
    JoinFlags, "join flags";
    Room, "room", ROOM_BYTES_MAX;
    Token, "token", TOKEN_BYTES_MAX;
    Resume, "resume";
    TickHz, "tick_hz";
    HeartbeatS, "heartbeat_s";
    WelcomeFlags, "welcome flags";
    EventName, "event name", EVENT_NAME_BYTES_MAX;
    EventPayload, "event payload", EVENT_PAYLOAD_BYTES_MAX;
    State, "state", STATE_BYTES_MAX;
    StateFields, "state fields", STATE_FIELDS_MAX;
    StateTag, "state tag";
    StateTags, "state tags";
    StateField, "state field", STATE_BYTES_MAX;
    Selection, "selection", STATE_BYTES_MAX;
    SelectedId, "selected id", STATE_BYTES_MAX;
    Viewport, "viewport";
    Activity, "activity";
    Custom, "custom";
    CursorHidden, "cursor hidden";
    Surface, "surface", SURFACE_BYTES_MAX;
    X, "x";
    Y, "y";
    Cursors, "cursors";
    CursorCount, "cursor count", BATCH_CURSORS_MAX;
    CursorGap, "cursor gap";
    CursorUser, "cursor user", CURSOR_USER_MAX;
    CursorUsers, "cursor users";
    ControlCode, "control code";
    ControlText, "control text", CONTROL_TEXT_BYTES_MAX;
    PaceHz, "pace hz";
    DrainTime, "drain time";
    RedirectUrl, "redirect url", REDIRECT_URL_BYTES_MAX;
    TokenText, "token text";
}
