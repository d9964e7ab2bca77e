//! What whoever writes a connection's frames does next.

use bytes::Bytes;

use super::close::Close;

/// One WebSocket frame to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// A binary message: protocol messages back to back.
    Message(Bytes),
    /// A WebSocket ping.
    Ping,
    /// The answer to one.
    Pong(Bytes),
}

/// What somebody who takes frames one by one does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Send this, then say [`Connection::written`](super::Connection::written).
    Send(Outgoing),
    /// Close the socket; nothing comes after.
    Close(Close),
    /// Wait until there is more.
    Wait,
}

/// What the task of a socket does after it has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// All is written: wait until it is woken.
    Wait,
    /// The socket takes no more: write again when it does.
    Blocked,
    /// There is more to write: let others go first, then write again.
    Again,
    /// Close the socket; nothing comes after.
    Close(Close),
    /// The socket is broken.
    Broken,
}
