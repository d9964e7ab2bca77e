//! Walking the protocol messages of one WebSocket message.

use super::client_message::ClientMessage;
use super::error::WireError;
use super::reader::Reader;
use super::server_message::ServerMessage;

macro_rules! messages {
    ($(#[$doc:meta])* $name:ident, $(#[$walk_doc:meta])* $walk:ident, $message:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name<'a> {
            reader: Reader<'a>,
            is_done: bool,
        }

        $(#[$walk_doc])*
        #[must_use]
        pub const fn $walk(bytes: &[u8]) -> $name<'_> {
            $name { reader: Reader::new(bytes), is_done: false }
        }

        impl<'a> Iterator for $name<'a> {
            type Item = Result<$message<'a>, WireError>;

            fn next(&mut self) -> Option<Self::Item> {
                if self.is_done {
                    return None;
                }
                let message = if self.reader.is_empty() {
                    Err(WireError::Empty)
                } else {
                    $message::read(&mut self.reader)
                };
                self.is_done = self.reader.is_empty();
                Some(message)
            }
        }

        impl core::iter::FusedIterator for $name<'_> {}

        impl<'a> $name<'a> {
            /// The bytes of the messages that are still to come; none after an error.
            #[must_use]
            pub const fn rest(&self) -> &'a [u8] {
                self.reader.rest()
            }
        }
    };
}

messages!(
    /// The messages of a client, in order; ends after the first error.
    ClientMessages,
    /// Walks the bytes of one WebSocket message from a client.
    client_messages,
    ClientMessage
);

messages!(
    /// The messages of the server, in order; ends after the first error.
    ServerMessages,
    /// Walks the bytes of one WebSocket message from the server.
    server_messages,
    ServerMessage
);
