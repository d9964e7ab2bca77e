//! What a room says, given to those whom it is for.

use mote_protocol::close::CloseCode;
use mote_protocol::time::Instant;

use super::cell::{BusEnd, Inner, Receiver};
use super::connection::{Cursors, Taken};
use super::shared::{Shared, frame};
use super::touched::{Touched, only_hearer};
use crate::frame::Framed;
use crate::metrics::{Kind, Metrics};
use crate::room::{Audience, Encoded, Output};

impl Inner {
    /// Queues all that the room says, and writes each connection once, when it has all that is said
    /// to it.
    pub(super) fn deliver_all(&mut self, now: Instant, id: &str) {
        let Some(mut output) = self.room.poll_output() else {
            return;
        };
        let mut touched = Touched::default();
        loop {
            let next = self.room.poll_output();
            let all_for_now = match (only_hearer(&output), &next) {
                // What is said to one listener comes in a row.
                (Some(hearer), Some(next)) => only_hearer(next) != Some(hearer),
                (Some(_), None) => true,
                // The usual case: one thing is said, and written as it is queued.
                (None, next) => next.is_none() && touched.is_nobody(),
            };
            let audience = self.deliver(now, id, output, all_for_now);
            if !all_for_now {
                touched.add(audience);
            }
            match next {
                Some(next) => output = next,
                None => break,
            }
        }
        for audience in touched.0 {
            self.for_each(&audience, |receiver| receiver.connection.flush(now));
        }
    }

    /// Queues one thing, and writes it too when it is `all_for_now`. Who got it.
    fn deliver(
        &mut self,
        now: Instant,
        id: &str,
        output: Output,
        all_for_now: bool,
    ) -> Option<Audience> {
        match output {
            Output::Snapshot {
                listener,
                bytes,
                is_last,
            } => {
                if let Some(receiver) = self.receivers.get(listener) {
                    let Receiver {
                        connection,
                        channel,
                    } = receiver;
                    let is_taken = connection.push_snapshot(now, *channel, &bytes, is_last);
                    let given = u64::from(is_taken);
                    self.metrics.sent(Kind::SNAPSHOT, given, bytes.len());
                    if all_for_now {
                        connection.flush(now);
                    }
                }
                Some(Audience::One(listener))
            }
            Output::Reliable { audience, messages } => {
                let mut given = 0;
                self.for_each_framed(&audience, &messages, |receiver, framed| {
                    given += u64::from(receiver.connection.push(now, framed, all_for_now));
                });
                count_sent(&self.metrics, &messages, given);
                Some(audience)
            }
            Output::Cursors {
                flush,
                is_whole,
                audience,
                messages,
            } => {
                let (mut given, mut skipped) = (0, 0);
                self.for_each_framed(&audience, &messages, |receiver, framed| {
                    let cursors = Cursors {
                        flush,
                        is_whole,
                        framed,
                    };
                    let Receiver {
                        connection,
                        channel,
                    } = receiver;
                    match connection.push_cursors(now, *channel, cursors, all_for_now) {
                        Taken::Yes => given += 1,
                        Taken::Later => skipped += 1,
                        Taken::Never => {}
                    }
                });
                count_sent(&self.metrics, &messages, given);
                self.metrics.skipped(skipped);
                Some(audience)
            }
            Output::Bus(output) => {
                if let Some(BusEnd { bus, room, .. }) = self.bus.as_deref() {
                    bus.carry_out(room, output);
                }
                None
            }
            Output::Fact(fact) => {
                if let Some(facts) = &self.facts {
                    facts.tell(id, None, fact);
                }
                None
            }
            Output::Close { listener } => {
                let Receiver {
                    connection,
                    channel,
                } = self.receivers.remove(listener)?;
                connection.detach(channel, listener);
                connection.close(CloseCode::TryAgainLater.into());
                None
            }
            Output::Kick { listener, bytes } => {
                let Receiver {
                    connection,
                    channel,
                } = self.receivers.remove(listener)?;
                let said = Encoded::one(bytes);
                let framed = frame(&said, channel);
                let is_taken = connection.kick(now, channel, listener, framed);
                count_sent(&self.metrics, &said, u64::from(is_taken));
                None
            }
        }
    }

    /// The same messages for each, framed once for all of them.
    fn for_each_framed(
        &self,
        audience: &Audience,
        messages: &Encoded,
        mut give: impl FnMut(&Receiver, Framed),
    ) {
        if let Audience::One(listener) = audience {
            if let Some(receiver) = self.receivers.get(*listener) {
                give(receiver, frame(messages, receiver.channel));
            }
            return;
        }
        let mut shared = Shared::new(messages);
        self.for_each(audience, |receiver| {
            give(receiver, shared.on(receiver.channel));
        });
    }

    fn for_each(&self, audience: &Audience, mut give: impl FnMut(&Receiver)) {
        match audience {
            Audience::All => self
                .receivers
                .iter()
                .for_each(|(_, receiver)| give(receiver)),
            Audience::AllBut(sender) => {
                let others = self.receivers.iter();
                let others = others.filter(|(listener, _)| listener != sender);
                others.for_each(|(_, receiver)| give(receiver));
            }
            Audience::One(listener) => {
                self.receivers.get(*listener).into_iter().for_each(give);
            }
            Audience::These(listeners) => {
                let known = listeners.iter();
                known
                    .filter_map(|listener| self.receivers.get(*listener))
                    .for_each(&mut give);
            }
        }
    }
}

/// So many sockets were given these.
fn count_sent(metrics: &Metrics, messages: &Encoded, sockets: u64) {
    if sockets == 0 {
        return;
    }
    let mut starts = messages.starts.iter().skip(1);
    let mut start = 0;
    while start < messages.bytes.len() {
        let end = starts.next().unwrap_or(messages.bytes.len());
        let message = &messages.bytes[start..end];
        metrics.sent(Kind::of(message), sockets, message.len());
        start = end;
    }
}
