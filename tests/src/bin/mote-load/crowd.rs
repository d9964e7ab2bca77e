//! All the clients and the one loop that reads what they are told.

use std::io;
use std::time::{Duration, Instant};

use crate::client::{Client, Received, failed};
use crate::histogram::Histogram;
use crate::options::Options;
use crate::peer::Seen;
use crate::poller::Poller;

/// More than any server under test sends at once to one client.
const BUFFER_BYTES: usize = 1 << 20;

/// So many joins are under way at once: a server is busy, and its queue of connects does not fill.
const JOINING_MAX: usize = 64;

/// A server that lets nobody join for this long never will.
const JOIN_PATIENCE: Duration = Duration::from_secs(20);

/// The clients, and what came for them.
pub(crate) struct Crowd {
    poller: Poller,
    pub(crate) clients: Vec<Client>,
    buffer: Vec<u8>,
    pub(crate) received: Received,
    /// From connect to the end of the snapshot.
    pub(crate) joined: Histogram,
}

impl Crowd {
    /// Everybody connects and joins.
    pub(crate) fn join(options: &Options) -> io::Result<Self> {
        let mut crowd = Self {
            poller: Poller::new()?,
            clients: Vec::new(),
            buffer: vec![0; BUFFER_BYTES],
            received: Received::default(),
            joined: Histogram::default(),
        };
        let count = options.rooms * options.people;
        let mut joining = Vec::new();
        let mut deadline = Instant::now() + JOIN_PATIENCE;
        while crowd.clients.len() < count || !joining.is_empty() {
            while crowd.clients.len() < count && joining.len() < JOINING_MAX {
                let index = crowd.clients.len();
                let (room, seat) = (index % options.rooms, index / options.rooms);
                let protocol = options.protocol.client(room, seat, options.event_bytes);
                let since = Instant::now();
                let client = Client::connect(options.server_of(seat), protocol)?;
                crowd.poller.add(&client.stream, index)?;
                crowd.clients.push(client);
                joining.push((index, since));
            }
            crowd.pump(Duration::from_millis(100), |_, _, _| {})?;
            let before = joining.len();
            joining.retain(|(index, since)| {
                let is_joined = crowd.clients[*index].is_joined();
                if is_joined {
                    crowd.joined.add(since.elapsed());
                }
                !is_joined
            });
            if joining.len() < before {
                deadline = Instant::now() + JOIN_PATIENCE;
            } else if Instant::now() > deadline {
                let number = crowd.clients.len() - joining.len();
                return Err(failed(&format!("only {number} of {count} could join")));
            }
        }
        Ok(crowd)
    }

    /// Waits for at most `limit`, and reads what there is; `note` is told of each position: which
    /// client saw it, what, and when.
    pub(crate) fn pump(
        &mut self,
        limit: Duration,
        mut note: impl FnMut(usize, Seen, Instant),
    ) -> io::Result<()> {
        for index in self.poller.wait(limit)? {
            let client = &mut self.clients[index];
            let read = client.read(&mut self.buffer, |seen, now| note(index, seen, now));
            let received = read.map_err(|error| failed(&format!("client {index}: {error}")))?;
            self.received.bytes += received.bytes;
            self.received.frames += received.frames;
        }
        Ok(())
    }
}
