//! One table of close codes: number, name, text, and what a client does next.

/// What a client does after a socket closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Stop: reconnecting would end the same way.
    Stop,
    /// Get a new token, then reconnect.
    NewToken,
    /// Reconnect, slowly.
    Slow,
    /// Reconnect with the normal back-off.
    Normal,
}

/// What a client does after its socket closed with `code`: decided by the class of the code, so that
/// codes of later versions are treated rightly too.
#[must_use]
pub const fn retry(code: u16) -> Retry {
    match code {
        4000..=4099 => Retry::Stop,
        4100..=4199 => Retry::NewToken,
        4200..=4299 => Retry::Slow,
        _ => Retry::Normal,
    }
}

macro_rules! close_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal;)+) => {
        /// Why a socket was closed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum CloseCode {
            $($(#[$doc])* $name = $code,)+
        }

        impl CloseCode {
            /// Every code of this version, ascending.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code with this number, if this version knows it.
            #[must_use]
            pub const fn from_u16(code: u16) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)+
                    _ => None,
                }
            }

            /// What happened and whose fault it is, in words for a developer.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

close_codes! {
    /// The peer left in order.
    Normal = 1000, "closed in order";
    /// The page or the server goes away.
    GoingAway = 1001, "going away";
    /// A frame that WebSocket itself (RFC 6455) does not allow.
    BadFrame = 1002, "a frame that RFC 6455 does not allow";
    /// A WebSocket message over [`MESSAGE_BYTES_MAX`](crate::limits::MESSAGE_BYTES_MAX).
    TooLarge = 1009, "a message over 64 KiB: send less, or in parts";
    /// The server has a bug or is out of something.
    Internal = 1011, "the server failed";
    /// The server restarts, after Drain.
    Restarting = 1012, "the server restarts";
    /// The server is over its capacity for a moment.
    TryAgainLater = 1013, "the server is busy";
    /// The client broke a rule of the wire.
    Protocol = 4000, "protocol error: the client sent what the wire does not allow";
    /// No subprotocol of this server was offered.
    UnsupportedVersion = 4002, "unsupported version: offer the subprotocol mote.v1";
    /// A text frame on the binary subprotocol.
    TextFrame = 4003, "a text frame: this subprotocol is binary";
    /// Somebody else holds this seat now, or a person was removed.
    Kicked = 4004, "kicked from the only room of this socket";
    /// The room has no free seat.
    RoomFull = 4005, "the room is full";
    /// The page's origin is not on the server's list.
    OriginRefused = 4006, "this origin is not allowed";
    /// No token, or one that does not verify.
    BadToken = 4100, "no token or a bad one: get a new one";
    /// The token ran out.
    TokenExpired = 4101, "the token expired: get a new one";
    /// The token does not allow this room.
    NotAllowed = 4103, "the token does not allow this room";
    /// More messages than the server takes from one connection.
    TooManyMessages = 4200, "too many messages: send less often";
    /// The client did not read what it was sent.
    TooSlow = 4201, "too slow to read what was sent";
    /// Connected, but joined no room in time.
    NoJoin = 4202, "no room was joined in time";
    /// More connections than allowed from one address.
    TooManyConnections = 4203, "too many connections from this address";
}

impl CloseCode {
    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// What a client does next.
    #[must_use]
    pub const fn retry(self) -> Retry {
        retry(self.code())
    }
}

#[cfg(test)]
mod tests;
