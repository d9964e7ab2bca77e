//! Rooms that are on another server than the one that new lines reach, which redirects to it.

use mote_protocol::wire::{Channel, ClientMessage, Control, ServerMessage, client_messages};

use super::link::Packet;

/// Where the rooms are.
#[derive(Clone, Copy, Debug)]
pub struct Owner {
    /// The number of that server.
    pub server: usize,
    /// Clients can open lines to it themselves.
    pub is_reachable: bool,
}

impl Owner {
    /// What the other servers say instead of a Welcome.
    ///
    /// # Panics
    /// When the wire does not take it.
    #[must_use]
    pub fn redirect(&self, channel: Channel) -> Packet {
        let (text, url) = ("", &*format!("wss://{}.example/ws", self.server));
        let control = Control::Redirect { text, url };
        let mut bytes = Vec::new();
        let encoded = ServerMessage::Control { channel, control }.encode(&mut bytes);
        encoded.expect("a Redirect within the limits");
        Packet::Message(bytes)
    }

    /// The answers to the Joins of a message.
    #[must_use]
    pub fn redirects(&self, message: &[u8]) -> Vec<Packet> {
        let channel_of = |message| match message {
            Ok(ClientMessage::Join { channel, .. }) => Some(channel),
            _ => None,
        };
        let channels = client_messages(message).filter_map(channel_of);
        channels.map(|channel| self.redirect(channel)).collect()
    }

    /// Which server an address of [`redirect`](Self::redirect) means.
    #[must_use]
    pub fn named(url: &str) -> Option<usize> {
        url.strip_prefix("wss://")?.split_once('.')?.0.parse().ok()
    }
}
