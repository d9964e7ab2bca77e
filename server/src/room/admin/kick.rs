//! Sending people away.

use mote_protocol::time::Instant;
use mote_protocol::wire::Resume;

use super::super::engine::{Due, Room};
use super::super::listeners::Listener;
use super::super::seat::Line;
use crate::limits::{CLOSE_LISTENERS_AT_ONCE, CLOSE_PAUSE};

/// Who is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom<'a> {
    /// The one with this id.
    User(u32),
    /// Everybody of this account.
    Account(&'a str),
}

impl Room {
    /// They are told that they are out, with these words (at most `CONTROL_TEXT_BYTES_MAX`), and their
    /// seats are free at once. Those who are with other nodes, which do the same, go when these hear of
    /// it. How many seats that is. O(people).
    pub fn handle_kick(&mut self, now: Instant, whom: Whom<'_>, text: &str) -> usize {
        self.handle_timeout(now);
        let users: Vec<u32> = match whom {
            Whom::User(user) => self.seats.get(user).map(|_| user).into_iter().collect(),
            Whom::Account(account) => {
                let seats = self.seats.since(0);
                let theirs = seats.filter(|(_, seat)| seat.account == account);
                theirs.map(|(user, _)| user).collect()
            }
        };
        for &user in &users {
            self.kick_user(now, user, text);
        }
        self.say_count_if_due();
        self.publish_if_due(now);
        users.len()
    }

    /// Everybody is sent away so, a part at a time, observers and those of other nodes too. How many
    /// people there were.
    pub fn handle_close(&mut self, now: Instant, text: &str) -> usize {
        self.handle_timeout(now);
        let people = self.people();
        self.share_close(now, text);
        self.begin_closing(now, text);
        people
    }

    /// Whether somebody is with a node that has to be told.
    #[must_use]
    pub fn has_away(&self, whom: Whom<'_>) -> bool {
        let is_away = |line| matches!(line, Line::Away(_));
        match whom {
            Whom::User(user) => self.seats.get(user).is_some_and(|seat| is_away(seat.line)),
            Whom::Account(account) => {
                (self.seats.since(0)).any(|(_, seat)| is_away(seat.line) && seat.account == account)
            }
        }
    }

    /// Another node was asked to send one of ours away.
    pub(in super::super) fn hear_kick(
        &mut self,
        now: Instant,
        user: u32,
        resume: &Resume,
        text: &str,
    ) {
        let seat = self.seats.get(user);
        let is_meant =
            seat.is_some_and(|seat| seat.resume == *resume && !matches!(seat.line, Line::Away(_)));
        if is_meant {
            self.kick_user(now, user, text);
        }
    }

    /// From now on those who are here go.
    pub(in super::super) fn begin_closing(&mut self, now: Instant, text: &str) {
        self.closing = Some(text.into());
        self.close_some(now);
    }

    /// The next of them: listeners, and then seats that nobody listens on. Between two parts other rooms
    /// have their turn.
    pub(in super::super) fn close_some(&mut self, now: Instant) {
        let Some(text) = self.closing.take() else {
            return;
        };
        let next: Vec<(Listener, Option<u32>)> =
            self.slices.first(CLOSE_LISTENERS_AT_ONCE).collect();
        for &(listener, user) in &next {
            match user {
                Some(user) => self.kick_user(now, user, &text),
                None => self.kick(now, listener, &text),
            }
        }
        if next.is_empty() {
            let seated = self.users_of(|line| !matches!(line, Line::Away(_)));
            self.remove_seats(now, &seated);
        } else {
            self.closing = Some(text);
            self.timers.insert((now + CLOSE_PAUSE, Due::Close));
        }
        self.say_count_if_due();
        self.publish_if_due(now);
    }

    /// Their seat is free, or their node is told to free it.
    fn kick_user(&mut self, now: Instant, user: u32, text: &str) {
        let Some(seat) = self.seats.get(user) else {
            return;
        };
        let (line, resume) = (seat.line, seat.resume);
        match line {
            Line::Away(_) => return self.share_kick(now, user, resume, text),
            Line::Up(listener) => self.kick(now, listener, text),
            Line::Lost { .. } | Line::Orphaned { .. } => {}
        }
        self.remove_seat_uncounted(now, user);
        self.count_is_due = true;
    }
}
