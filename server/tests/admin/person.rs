//! Somebody in a room, with a real socket.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use mote_protocol::coords::Point;
use mote_protocol::wire::{Channel, ClientMessage, Control, Join, ServerMessage, server_messages};
use tokio_tungstenite::tungstenite::Message;

use super::calls;
use super::support::Client;

/// What they know of the room.
pub(crate) struct Person {
    client: Client,
    pub(crate) id: u32,
    pub(crate) here: BTreeMap<u32, Known>,
    pub(crate) count: u32,
    /// Who said it, its name, what it says.
    pub(crate) events: Vec<(u32, String, String)>,
    /// What they were told when they were kicked.
    pub(crate) kicked: Option<String>,
    /// The close code, at the end.
    pub(crate) closed: Option<u16>,
}

#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) point: Option<Point>,
    /// Custom objects, as they came.
    pub(crate) custom: Vec<String>,
}

impl Person {
    pub(crate) async fn join(address: SocketAddr, room: &str, account: &str) -> Self {
        Self::join_as(address, room, account, false).await
    }

    pub(crate) async fn observe(address: SocketAddr, room: &str, account: &str) -> Self {
        Self::join_as(address, room, account, true).await
    }

    async fn join_as(address: SocketAddr, room: &str, account: &str, observer: bool) -> Self {
        let token = calls::person(account);
        let mut client = Client::open(address).await;
        let join = Join {
            room,
            token: Some(&token),
            name: Some(account),
            observer,
            ..Join::default()
        };
        let channel = Channel::ZERO;
        client.send(&ClientMessage::Join { channel, join }).await;
        let mut person = Self {
            client,
            id: 0,
            here: BTreeMap::new(),
            count: u32::MAX,
            events: Vec::new(),
            kicked: None,
            closed: None,
        };
        person.until(|person| person.count < u32::MAX).await;
        person
    }

    pub(crate) async fn send(&mut self, message: &ClientMessage<'_>) {
        self.client.send(message).await;
    }

    /// Reads until it is so.
    pub(crate) async fn until(&mut self, is_so: impl Fn(&Self) -> bool) {
        while !is_so(self) {
            match self.client.next().await {
                Some(Message::Binary(bytes)) => {
                    for message in server_messages(&bytes) {
                        self.hear(&message.unwrap());
                    }
                }
                Some(Message::Close(frame)) => {
                    self.closed = frame.map(|frame| frame.code.into());
                }
                Some(_) => {}
                None => panic!(
                    "the socket ended first: {:?} {:?}",
                    self.kicked, self.closed
                ),
            }
        }
    }

    fn hear(&mut self, message: &ServerMessage<'_>) {
        match message {
            ServerMessage::Welcome { welcome, .. } => self.id = welcome.user,
            ServerMessage::UserJoined { joined, .. } => {
                let known = self.here.entry(joined.user).or_default();
                known.name = joined.name.into();
                known.account = joined.account.into();
            }
            ServerMessage::UserLeft { user, .. } => {
                assert!(self.here.remove(user).is_some(), "{user} was not here");
            }
            ServerMessage::PresenceUpdate { count, .. } => self.count = *count,
            ServerMessage::Event { user, event, .. } => {
                let payload = String::from_utf8(event.payload.to_vec()).unwrap();
                self.events.push((*user, event.name.into(), payload));
            }
            ServerMessage::Cursor { cursor, .. } => self.moved(cursor.user, cursor.point),
            ServerMessage::CursorBatch { cursors, .. } => {
                for cursor in cursors.iter() {
                    self.moved(cursor.user, cursor.point);
                }
            }
            ServerMessage::State { user, fields, .. } => {
                let known = self.here.get_mut(user).unwrap();
                if let Some(custom) = fields.get(mote_protocol::wire::tag::CUSTOM) {
                    known
                        .custom
                        .push(String::from_utf8(custom.to_vec()).unwrap());
                }
                if fields.get(mote_protocol::wire::tag::SURFACE).is_some() {
                    known.point = None;
                }
            }
            ServerMessage::Control { control, .. } => {
                if let Control::Kicked { text } = control {
                    self.kicked = Some((*text).into());
                }
            }
            ServerMessage::Heartbeat => {}
        }
    }

    fn moved(&mut self, user: u32, point: Point) {
        if let Some(known) = self.here.get_mut(&user) {
            known.point = Some(point);
        }
    }
}
