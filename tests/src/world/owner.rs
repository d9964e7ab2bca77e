//! Rooms that are on another server than the one that lines reach, which redirects to it.

use std::collections::BTreeMap;

use mote_protocol::client::Target;
use mote_protocol::wire::{Channel, ClientMessage, Control, ServerMessage, client_messages};

use super::link::{Direction, Packet};
use super::world::World;

/// Where the rooms are, if not where lines lead, and where each line leads.
#[derive(Debug, Default)]
pub(super) struct Elsewhere {
    owner: Option<Owner>,
    ways: BTreeMap<usize, Way>,
}

#[derive(Clone, Copy, Debug)]
struct Owner {
    server: usize,
    /// Clients can open lines to it themselves.
    is_reachable: bool,
}

#[derive(Clone, Copy, Debug)]
enum Way {
    /// To the server that clients know.
    Front,
    /// There, and it carries the line on to the owner.
    Carried,
    /// To a server that a Redirect named.
    To(usize),
}

impl Elsewhere {
    pub(super) fn owner(&self) -> Option<usize> {
        self.owner.map(|owner| owner.server)
    }

    /// A client opens a line.
    pub(super) fn set_out(&mut self, line: usize, target: Target<'_>) {
        let way = match target {
            Target::Server => Way::Front,
            Target::Proxied => Way::Carried,
            Target::Redirected(url) => Way::To(named(url).expect("what a server said")),
        };
        self.ways.insert(line, way);
    }

    /// The server at whose end a line comes out; `front` is the one that clients know.
    pub(super) fn reached_by(&self, line: usize, front: Option<usize>) -> Option<usize> {
        match self.ways.get(&line) {
            None | Some(Way::Front) => front,
            Some(Way::Carried) => self.owner().or(front),
            Some(&Way::To(server)) => {
                let is_reachable = self.owner.is_none_or(|owner| owner.is_reachable);
                Some(server).filter(|_| is_reachable)
            }
        }
    }

    /// What a server says to a packet because the rooms are elsewhere: a Redirect to each Join.
    pub(super) fn answers(&self, server: usize, packet: &Packet) -> Option<Vec<Packet>> {
        let owner = self.owner().filter(|&owner| owner != server)?;
        let Packet::Message(bytes) = packet else {
            return None;
        };
        let channels = client_messages(bytes).filter_map(|message| match message {
            Ok(ClientMessage::Join { channel, .. }) => Some(channel),
            _ => None,
        });
        Some(channels.map(|channel| redirect(channel, owner)).collect())
    }
}

impl World {
    /// A new server process has the rooms from now on, empty ones; the one that lines reach redirects
    /// to it, also who is there already. `is_reachable`: clients can open lines to it themselves.
    pub fn move_rooms_to_new_server(&mut self, is_reachable: bool) {
        let front = self.front;
        self.start_server();
        let server = self.front.expect("one that was just started");
        self.front = front;
        self.elsewhere.owner = Some(Owner {
            server,
            is_reachable,
        });
        let mut redirects = Vec::new();
        for (&id, link) in &self.links {
            let stays = self.apps()[link.client].stays().values();
            redirects.extend(stays.map(|stay| (id, redirect(stay.channel, server))));
        }
        for (id, redirect) in redirects {
            self.send(id, Direction::Down, redirect);
        }
    }
}

fn redirect(channel: Channel, server: usize) -> Packet {
    let (text, url) = ("", &*format!("wss://{server}.example/ws"));
    let control = Control::Redirect { text, url };
    let mut bytes = Vec::new();
    let encoded = ServerMessage::Control { channel, control }.encode(&mut bytes);
    encoded.expect("a Redirect within the limits");
    Packet::Message(bytes)
}

fn named(url: &str) -> Option<usize> {
    url.strip_prefix("wss://")?.split_once('.')?.0.parse().ok()
}
