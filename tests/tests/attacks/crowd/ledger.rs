//! What the crowd said, what of it was heard and when.

use std::time::{Duration, Instant};

use super::{PEOPLE, PEOPLE_PER_ROOM, room_of};

/// When the newest moves were made, of minutes.
const MOVES_KEPT: usize = 1 << 12;
/// Faults that are written down: more say nothing new.
const FAULTS_MAX: usize = 20;

pub(super) struct Ledger {
    people: Vec<Row>,
    window: Vec<Duration>,
    faults: Vec<String>,
}

/// What is known of one person.
struct Row {
    is_gathered: bool,
    /// By the move's number, which is its x: the newest of those that share a place.
    moves: Vec<Option<(u16, Instant)>>,
    last_move: Option<u16>,
    events: Vec<Instant>,
    /// They will say nothing more.
    is_silent: bool,
    heard: Vec<Heard>,
}

/// What somebody has heard of somebody else.
#[derive(Clone, Copy, Default)]
struct Heard {
    last_move: Option<u16>,
    events: usize,
}

/// How late deliveries were, of moves and of events.
pub(crate) struct Window(Vec<Duration>);

impl Window {
    /// The delay that 99 of 100 deliveries did not exceed.
    pub(crate) fn p99(&self) -> Duration {
        let rank = (self.0.len() * 99).div_ceil(100);
        let delay = self.0.get(rank.saturating_sub(1));
        delay.copied().unwrap_or(Duration::MAX)
    }
}

impl Ledger {
    pub(super) fn new() -> Self {
        let row = || Row {
            is_gathered: false,
            moves: vec![None; MOVES_KEPT],
            last_move: None,
            events: Vec::new(),
            is_silent: false,
            heard: vec![Heard::default(); PEOPLE],
        };
        Self {
            people: (0..PEOPLE).map(|_| row()).collect(),
            window: Vec::new(),
            faults: Vec::new(),
        }
    }

    pub(super) fn gather(&mut self, who: usize) {
        self.people[who].is_gathered = true;
    }

    pub(super) fn gathered(&self) -> usize {
        self.people.iter().filter(|row| row.is_gathered).count()
    }

    /// Somebody is about to move; the number of the move.
    pub(super) fn moves(&mut self, who: usize) -> u16 {
        let row = &mut self.people[who];
        let number = row.last_move.map_or(0, |last| last.wrapping_add(1));
        row.last_move = Some(number);
        row.moves[usize::from(number) % MOVES_KEPT] = Some((number, Instant::now()));
        number
    }

    /// Somebody is about to send an event; its number.
    pub(super) fn sends_event(&mut self, who: usize) -> u32 {
        let events = &mut self.people[who].events;
        let number = u32::try_from(events.len()).expect("some thousand at most");
        events.push(Instant::now());
        number
    }

    pub(super) fn falls_silent(&mut self, who: usize) {
        self.people[who].is_silent = true;
    }

    /// `listener` sees `who` at a place; its y is who says so, its x the move's number.
    pub(super) fn heard_move(&mut self, listener: usize, who: usize, x: u16, y: u16) {
        if usize::from(y) != who {
            self.fault(format!("{listener} sees {who} at the place of {y}"));
            return;
        }
        let last = self.people[listener].heard[who].last_move;
        match last.map(|last| x.wrapping_sub(last)) {
            // A snapshot, or a flush without a move of theirs.
            Some(0) => return,
            Some(0x8000..) => {
                self.fault(format!(
                    "{listener} sees an older move of {who}: {x}, {last:?}"
                ));
                return;
            }
            Some(_) | None => {}
        }
        self.people[listener].heard[who].last_move = Some(x);
        match self.people[who].moves[usize::from(x) % MOVES_KEPT] {
            Some((number, sent)) if number == x => self.window.push(sent.elapsed()),
            _ => self.fault(format!("{listener} sees a move {x} that {who} never made")),
        }
    }

    /// `listener` got an event of `who`. In order, and each once (R-ORD-2).
    pub(super) fn heard_event(&mut self, listener: usize, who: usize, number: u32) {
        let heard = &mut self.people[listener].heard[who];
        let expected = heard.events;
        heard.events += 1;
        if number as usize != expected {
            self.fault(format!(
                "{listener} got event {number} of {who}, not {expected}"
            ));
            return;
        }
        match self.people[who].events.get(expected) {
            Some(sent) => self.window.push(sent.elapsed()),
            None => self.fault(format!(
                "{listener} got an event {number} that {who} never sent"
            )),
        }
    }

    pub(super) fn fault(&mut self, fault: String) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }

    pub(super) fn faults(&self) -> &[String] {
        &self.faults
    }

    pub(super) fn measured(&self) -> usize {
        self.window.len()
    }

    pub(super) fn take_window(&mut self) -> Window {
        let mut window = std::mem::take(&mut self.window);
        window.sort_unstable();
        Window(window)
    }

    /// How many have heard everything of everybody who says nothing more.
    pub(super) fn settled(&self) -> usize {
        let all = 0..PEOPLE;
        all.filter(|&who| self.missing_of(who).next().is_none())
            .count()
    }

    /// What has not reached everybody.
    pub(super) fn missing(&self) -> Vec<String> {
        let all = 0..PEOPLE;
        all.flat_map(|who| self.missing_of(who)).collect()
    }

    fn missing_of(&self, listener: usize) -> impl Iterator<Item = String> {
        let first = room_of(listener) * PEOPLE_PER_ROOM;
        let others = (first..first + PEOPLE_PER_ROOM).filter(move |&who| who != listener);
        others.filter_map(move |who| {
            let (said, heard) = (&self.people[who], self.people[listener].heard[who]);
            let is_complete = said.is_silent
                && heard.last_move == said.last_move
                && heard.events == said.events.len();
            (!is_complete).then(|| {
                format!(
                    "{listener} has of {who} the move {:?} of {:?} and {} events of {}",
                    heard.last_move,
                    said.last_move,
                    heard.events,
                    said.events.len()
                )
            })
        })
    }
}
