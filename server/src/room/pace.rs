//! How often senders of a large room may send.

use mote_protocol::time::Instant;

/// Counts who moves and says when senders have to be told another pace.
#[derive(Debug)]
pub(super) struct Pace {
    /// What senders were told, or know from Welcome.
    told_hz: u8,
    second: u64,
    /// Who moved in this second, and in the one before.
    movers: u32,
    movers_before: u32,
    judged: Option<u64>,
}

/// The whole seconds since the beginning of time.
pub(super) fn second(now: Instant) -> u64 {
    now.as_micros() / 1_000_000
}

impl Pace {
    pub(super) fn new(tick_hz: u8) -> Self {
        Self {
            told_hz: tick_hz,
            second: 0,
            movers: 0,
            movers_before: 0,
            judged: None,
        }
    }

    /// What senders keep to.
    pub(super) fn hz(&self) -> u8 {
        self.told_hz
    }

    /// Somebody moved for the first time in this second.
    pub(super) fn note(&mut self, now: Instant) {
        self.turn_to(second(now));
        self.movers += 1;
    }

    /// The pace to tell, if it has to change: at most once a second, down at once, up only by a half
    /// or more, or to all that the room takes, so that a crowd at the edge is not told again and again.
    pub(super) fn change(&mut self, now: Instant, room_hz: u8, inbound_max: u32) -> Option<u8> {
        let second = second(now);
        self.turn_to(second);
        if self.judged.replace(second) == Some(second) {
            return None;
        }
        let movers = self.movers.max(self.movers_before).max(1);
        let fair = u8::try_from(inbound_max / movers).unwrap_or(u8::MAX);
        let hz = fair.min(room_hz).max(1);
        let is_much_faster = u16::from(hz) * 2 >= u16::from(self.told_hz) * 3;
        if hz < self.told_hz || is_much_faster || hz == room_hz {
            return self.tell(hz);
        }
        None
    }

    /// Tells this pace if it is another one.
    pub(super) fn tell(&mut self, hz: u8) -> Option<u8> {
        (std::mem::replace(&mut self.told_hz, hz) != hz).then_some(hz)
    }

    fn turn_to(&mut self, second: u64) {
        if second != self.second {
            let is_next = second == self.second + 1;
            self.movers_before = if is_next { self.movers } else { 0 };
            self.movers = 0;
            self.second = second;
        }
    }
}
