//! A line between a client and the server: what it delays, holds back and loses.

use std::collections::VecDeque;
use std::time::Duration;

use mote_protocol::time::Instant;

use super::random::Random;

/// How good a line is. A line delivers in order, as TCP does, until it is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// How they are called in a report.
    pub name: &'static str,
    /// One way, in milliseconds.
    pub latency_ms: u64,
    /// At most this much more, in milliseconds.
    pub jitter_ms: u64,
    /// How many packets of a thousand make everything behind them wait …
    pub stalls_per_mille: u64,
    /// … for up to so long, in milliseconds.
    pub stall_ms_max: u64,
    /// How many packets of a thousand cut the line, in one way or another.
    pub cuts_per_mille: u64,
    /// What the client reads in a second, in bytes.
    pub bytes_per_s: Option<u64>,
}

impl Conditions {
    /// Quick and whole.
    pub const PERFECT: Self = Self {
        name: "perfect",
        latency_ms: 5,
        jitter_ms: 0,
        stalls_per_mille: 0,
        stall_ms_max: 0,
        cuts_per_mille: 0,
        bytes_per_s: None,
    };

    /// Losses are repaired by TCP: what shows is that everything stands still for a while.
    pub const WIFI_LOSSY: Self = Self {
        name: "wifi_lossy",
        latency_ms: 15,
        jitter_ms: 20,
        stalls_per_mille: 30,
        stall_ms_max: 1_500,
        ..Self::PERFECT
    };

    /// Cut every now and then.
    pub const FLAKY: Self = Self {
        name: "flaky",
        latency_ms: 40,
        jitter_ms: 40,
        stalls_per_mille: 10,
        stall_ms_max: 500,
        cuts_per_mille: 15,
        ..Self::PERFECT
    };

    /// Reads, but not as fast as the others write.
    pub const SLOW_READER: Self = Self {
        name: "slow_reader",
        latency_ms: 80,
        jitter_ms: 20,
        bytes_per_s: Some(600),
        ..Self::PERFECT
    };

    /// No packet gets through.
    pub const UNREACHABLE: Self = Self {
        name: "unreachable",
        cuts_per_mille: 1000,
        ..Self::PERFECT
    };

    /// Those that a line may be in for long.
    pub const ALL: [Self; 4] = [
        Self::PERFECT,
        Self::WIFI_LOSSY,
        Self::FLAKY,
        Self::SLOW_READER,
    ];
}

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Both ends are told.
    Told,
    /// Nobody is told: nothing comes through any more (the true half-open line).
    Silent,
    /// Only the client is told; the server must find out.
    ServerUnaware,
    /// Only the server is told; the client must find out.
    ClientUnaware,
}

impl Cut {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Told,
        Self::Silent,
        Self::ServerUnaware,
        Self::ClientUnaware,
    ];
}

/// Which way a packet travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server.
    Up,
    /// From the server to the client.
    Down,
}

/// Cut a client's first line right after its `after`-th packet in one direction.
#[derive(Clone, Copy, Debug)]
pub struct CutPlan {
    /// Whose.
    pub client: usize,
    /// Which way the packets are counted.
    pub direction: Direction,
    /// After how many.
    pub after: usize,
    /// In what way.
    pub how: Cut,
}

/// What travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// The WebSocket is open (down) or asked for (up).
    Open,
    /// A binary message.
    Message(Vec<u8>),
    /// A WebSocket ping.
    Ping,
    /// The answer to it.
    Pong,
    /// A close frame.
    Close(u16),
    /// The line ended without one.
    Lost,
}

impl Packet {
    fn bytes(&self) -> u64 {
        match self {
            Self::Message(message) => message.len() as u64 + 2,
            _ => 2,
        }
    }
}

/// Bytes that a line holds before its writer has to wait: a small kernel buffer.
const WINDOW_BYTES: u64 = 4_096;

/// One direction of a line.
#[derive(Debug, Default)]
pub struct Pipe {
    travelling: VecDeque<(Instant, Packet)>,
    bytes: u64,
    last_arrival: Instant,
    is_dead: bool,
    sent: usize,
}

impl Pipe {
    /// Sends a packet off. What is sent into a dead pipe stays in its buffer for good.
    pub fn push(
        &mut self,
        now: Instant,
        packet: Packet,
        conditions: &Conditions,
        random: &mut Random,
    ) {
        let mut delay_ms = conditions.latency_ms;
        if conditions.jitter_ms > 0 {
            delay_ms += random.below(conditions.jitter_ms);
        }
        if random.chance(conditions.stalls_per_mille) {
            delay_ms += random.below(conditions.stall_ms_max);
        }
        let bytes = packet.bytes();
        let reading = conditions.bytes_per_s.map_or(Duration::ZERO, |rate| {
            Duration::from_micros(bytes * 1_000_000 / rate)
        });
        let arrival = (now + Duration::from_millis(delay_ms)).max(self.last_arrival + reading);
        self.last_arrival = arrival;
        self.bytes += bytes;
        self.sent += 1;
        if !self.is_dead {
            self.travelling.push_back((arrival, packet));
        }
    }

    /// How many packets were sent into it.
    #[must_use]
    pub const fn sent(&self) -> usize {
        self.sent
    }

    /// The writer need not wait.
    #[must_use]
    pub const fn has_room(&self) -> bool {
        self.bytes < WINDOW_BYTES
    }

    /// When the next packet arrives.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        self.travelling.front().map(|&(at, _)| at)
    }

    /// The next packet that has arrived by now.
    pub fn pop(&mut self, now: Instant) -> Option<Packet> {
        self.travelling.front().filter(|&&(at, _)| at <= now)?;
        let (_, packet) = self.travelling.pop_front()?;
        self.bytes -= packet.bytes();
        Some(packet)
    }

    /// Nothing of what travels arrives, nor anything that is sent later.
    pub fn die(&mut self) {
        self.travelling.clear();
        self.is_dead = true;
    }

    /// Loses one message on the way without cutting the line: what TCP never does. Only a test of
    /// the checker wants it.
    pub fn lose_one_message(&mut self) -> bool {
        let message = |(_, packet): &(Instant, Packet)| matches!(packet, Packet::Message(_));
        let found = self.travelling.iter().position(message);
        found.is_some_and(|index| self.travelling.remove(index).is_some())
    }
}

/// A line.
#[derive(Debug)]
pub struct Link {
    /// Which client's.
    pub client: usize,
    /// How good it is.
    pub conditions: Conditions,
    /// From the client to the server.
    pub up: Pipe,
    /// From the server to the client.
    pub down: Pipe,
    /// The client has not closed it or been told of its end.
    pub client_holds: bool,
    /// The same of the server.
    pub server_holds: bool,
    /// It was cut, or an end gave it up.
    pub is_broken: bool,
}

impl Link {
    /// A new line of a client.
    #[must_use]
    pub fn new(client: usize, conditions: Conditions) -> Self {
        Self {
            client,
            conditions,
            up: Pipe::default(),
            down: Pipe::default(),
            client_holds: true,
            server_holds: false,
            is_broken: false,
        }
    }

    /// Cuts it. What travels is lost.
    pub fn cut(&mut self, now: Instant, how: Cut) {
        self.is_broken = true;
        let (mut up, mut down) = (Pipe::default(), Pipe::default());
        let tell = |pipe: &mut Pipe| {
            let soon = &Conditions::PERFECT;
            pipe.push(now, Packet::Lost, soon, &mut Random::new(0));
        };
        if matches!(how, Cut::Told | Cut::ClientUnaware) {
            tell(&mut up);
        }
        if matches!(how, Cut::Told | Cut::ServerUnaware) {
            tell(&mut down);
        }
        // What was told still travels; everything else goes nowhere.
        up.is_dead = true;
        down.is_dead = true;
        up.sent = self.up.sent;
        down.sent = self.down.sent;
        self.up = up;
        self.down = down;
    }

    /// Both ends have let go of it.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        !self.client_holds && !self.server_holds
    }
}
