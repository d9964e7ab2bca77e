//! Reliable messages: at once in a small room, by the turns of the slices in a large one.

use bytes::Bytes;
use mote_protocol::time::Instant;
use mote_protocol::wire::{Control, ServerMessage};

use super::broadcast::{SHARED, encode};
use super::engine::Room;
use super::listeners::Listener;
use super::log::{About, Entry};
use super::output::{Audience, Encoded, Output};
use super::snapshot::Standing;

impl Room {
    /// Tells everybody but `source`.
    pub(super) fn say(
        &mut self,
        now: Instant,
        about: About,
        source: Option<Listener>,
        message: Bytes,
    ) {
        let entry = Entry {
            about,
            source,
            message,
        };
        if self.slices.is_large() {
            self.log.push(entry);
            self.wake(now);
            return;
        }
        let audience = self.slices.others(source);
        let messages = Encoded::one(entry.message.clone());
        self.outputs
            .push_back(Output::Reliable { audience, messages });
        if self.slices.has_joining() {
            self.say_to_joining(&entry);
        }
    }

    /// Somebody is listed, or looks different: who they are, and their state.
    pub(super) fn say_joined(&mut self, now: Instant, source: Option<Listener>, user: u32) {
        let seat = self.seats.get(user).expect("just seated");
        let channel = SHARED;
        let joined = seat.as_joined(user);
        let joined = encode(&ServerMessage::UserJoined { channel, joined });
        let state = (!seat.state.is_empty()).then(|| {
            let fields = seat.state.to_fields();
            let fields = fields.as_fields();
            encode(&ServerMessage::State {
                channel,
                user,
                fields,
            })
        });
        self.say(now, About::Joined(user), source, joined);
        if let Some(state) = state {
            let has_surface = false;
            let about = About::State { user, has_surface };
            self.say(now, about, source, state);
        }
    }

    /// Somebody is not listed any more.
    pub(super) fn say_left(&mut self, now: Instant, user: u32) {
        let channel = SHARED;
        let left = encode(&ServerMessage::UserLeft { channel, user });
        self.say(now, About::Left(user), None, left);
    }

    /// How many are listed. In a large room each turn tells it, where it may have changed.
    pub(super) fn say_count(&mut self, except: Option<Listener>) {
        if self.slices.is_large() {
            return;
        }
        let channel = SHARED;
        let count = self.seats.count();
        let count = encode(&ServerMessage::PresenceUpdate { channel, count });
        let audience = self.slices.others(except);
        let messages = Encoded::one(count);
        self.outputs
            .push_back(Output::Reliable { audience, messages });
    }

    /// How often to send from now on.
    pub(super) fn say_pace(&mut self, now: Instant, hz: u8) {
        self.say(now, About::Pace, None, pace(hz));
    }

    /// The same to one who has just got the whole snapshot, and knows the rate of Welcome.
    pub(super) fn tell_pace(&mut self, listener: Listener) {
        if self.pace.hz() < self.config.tick_hz {
            self.outputs.push_back(Output::Reliable {
                audience: Audience::One(listener),
                messages: Encoded::one(pace(self.pace.hz())),
            });
        }
    }

    /// In a small room.
    fn say_to_joining(&mut self, entry: &Entry) {
        let room = Standing {
            seats: &self.seats,
            spots: &self.spots,
            block_bytes: self.config.large.snapshot_block_bytes,
        };
        for member in &mut self.slices.slice_mut(0).members {
            let listener = member.listener;
            let Some(joining) = &mut member.joining else {
                continue;
            };
            let heard = joining.hear(listener, std::iter::once(entry), room);
            let audience = Audience::One(listener);
            self.outputs.extend(heard.outputs(&audience));
        }
    }
}

fn pace(hz: u8) -> Bytes {
    encode(&ServerMessage::Control {
        channel: SHARED,
        control: Control::Pace { text: "", hz },
    })
}
