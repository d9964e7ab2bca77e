//! A connection's logic: what each message does, and every reason to close.

use super::*;
use crate::heard::{Heard, heard};
use crate::hub::{HubConfig, Next, Outgoing};
use crate::room::RoomConfig;
use mote_protocol::coords::Point;
use mote_protocol::wire::{Event, Field, FieldsBuf, Join, Resume};
use std::time::Duration;

mod floods;
mod held;
mod keys;
mod limits;
mod owners;
mod rates;
mod renewals;
mod rights;
mod tokens;

const SECOND: Duration = Duration::from_secs(1);

struct World {
    hub: Arc<Hub>,
    session: SessionConfig,
    verifier: Option<Arc<Verifier>>,
    now: Instant,
}

impl World {
    fn new() -> Self {
        Self::with(RoomConfig::default())
    }

    fn with(room: RoomConfig) -> Self {
        let config = HubConfig {
            room: Arc::new(room),
            ..HubConfig::default()
        };
        Self {
            hub: Arc::new(Hub::new(config, [5; 32])),
            session: SessionConfig::default(),
            verifier: None,
            now: Instant::from_millis(100),
        }
    }

    fn open(&self) -> Session {
        let mut session = Session::new(Arc::clone(&self.hub), self.session, self.now);
        if let Some(verifier) = &self.verifier {
            session.require_tokens(Arc::clone(verifier));
        }
        session
    }

    fn joined(&self, room: &str) -> Session {
        let mut session = self.open();
        self.send(&mut session, &join(0, room)).unwrap();
        self.heard(&session);
        session
    }

    fn send(&self, session: &mut Session, message: &ClientMessage<'_>) -> Result<(), Close> {
        let mut bytes = Vec::new();
        message.encode(&mut bytes).unwrap();
        session.handle_message(self.now, &bytes)
    }

    fn heard(&self, session: &Session) -> Vec<Heard> {
        let mut all = Vec::new();
        while let Next::Send(outgoing) = session.connection().next(self.now) {
            match outgoing {
                Outgoing::Message(bytes) => all.extend(heard(&bytes)),
                Outgoing::Ping | Outgoing::Pong(_) => all.push(Heard::Other),
            }
            session.connection().written(self.now);
        }
        all
    }
}

fn channel(number: u8) -> Channel {
    Channel::new(number).unwrap()
}

fn join(number: u8, room: &str) -> ClientMessage<'_> {
    let join = Join {
        room,
        name: Some("Ada"),
        ..Join::default()
    };
    ClientMessage::Join {
        channel: channel(number),
        join,
    }
}

fn cursor(number: u8) -> ClientMessage<'static> {
    let point = Point { x: 1, y: 2 };
    ClientMessage::Cursor {
        channel: channel(number),
        point,
    }
}

fn code(result: Result<(), Close>) -> CloseCode {
    result.unwrap_err().code
}

#[test]
fn a_heartbeat_is_answered_with_one() {
    let world = World::new();
    let mut session = world.open();
    world.send(&mut session, &ClientMessage::Heartbeat).unwrap();
    assert_eq!(world.heard(&session), [Heard::Heartbeat]);
}

#[test]
fn several_messages_in_one_are_handled_in_order() {
    let world = World::new();
    let bob = world.joined("r");
    let mut ada = world.open();
    let mut bytes = Vec::new();
    for message in [
        join(4, "r"),
        cursor(4),
        ClientMessage::Leave {
            channel: channel(4),
        },
    ] {
        message.encode(&mut bytes).unwrap();
    }
    ada.handle_message(world.now, &bytes).unwrap();
    let expected = [
        Heard::Joined(1, "Ada".into()),
        Heard::Count(2),
        Heard::Cursor(1, (1, 2)),
        Heard::Left(1),
        Heard::Count(1),
    ];
    assert_eq!(world.heard(&bob), expected);
}

#[test]
fn what_breaks_the_wire_closes_with_4000_and_says_what_it_was() {
    let world = World::new();
    let cases: [(&[u8], &str); 5] = [
        (&[], "an empty WebSocket message"),
        (&[0xF0], "no message starts with 0xf0 here"),
        (&[0x70, 1], "no message starts with 0x70 here"),
        (&[0x80, 0x10, 1], "the message ends inside x"),
        (&[0x81], "a connection-level message goes on channel 0"),
    ];
    for (bytes, reason) in cases {
        let close = world.open().handle_message(world.now, bytes).unwrap_err();
        assert_eq!((close.code, &*close.reason), (CloseCode::Protocol, reason));
    }
}

/// R-CH-3.
#[test]
fn a_join_on_a_channel_in_use_closes_with_4000() {
    let world = World::new();
    let mut session = world.joined("r");
    assert_eq!(
        code(world.send(&mut session, &join(0, "other"))),
        CloseCode::Protocol
    );
}

#[test]
fn a_custom_that_is_not_an_object_closes_with_4000() {
    let world = World::new();
    let mut session = world.joined("r");
    let mut fields = FieldsBuf::new();
    fields
        .push(Field {
            tag: 5,
            body: b"[1]",
        })
        .unwrap();
    let fields = fields.as_fields();
    let message = ClientMessage::State {
        channel: Channel::ZERO,
        fields,
    };
    assert_eq!(
        code(world.send(&mut session, &message)),
        CloseCode::Protocol
    );
}

#[test]
fn a_text_message_closes_with_4003() {
    let world = World::new();
    assert_eq!(
        world.open().handle_text(world.now).code,
        CloseCode::TextFrame
    );
}

#[test]
fn a_message_for_a_channel_that_is_not_joined_is_refused_there_and_otherwise_ignored() {
    let world = World::new();
    let mut session = world.joined("r");
    let fields = FieldsBuf::new();
    let messages = [
        cursor(2),
        ClientMessage::Leave {
            channel: channel(2),
        },
        ClientMessage::State {
            channel: channel(2),
            fields: fields.as_fields(),
        },
        ClientMessage::Event {
            channel: channel(2),
            event: Event {
                name: "e",
                payload: b"",
            },
        },
        ClientMessage::Token {
            channel: channel(2),
            token: "t",
        },
    ];
    for message in messages {
        world.send(&mut session, &message).unwrap();
        let Next::Send(Outgoing::Message(bytes)) = session.connection().next(world.now) else {
            panic!("no answer to {message:?}");
        };
        assert_eq!(bytes[0], 0xE2);
        assert_eq!(
            heard(&bytes),
            [Heard::Error("no room is joined on this channel".into())]
        );
    }
}

#[test]
fn a_full_room_closes_with_4005_when_it_would_have_been_the_only_one() {
    let world = World::with(RoomConfig {
        people_max: 1,
        ..RoomConfig::default()
    });
    let _bob = world.joined("r");
    let mut session = world.open();
    assert_eq!(
        code(world.send(&mut session, &join(0, "r"))),
        CloseCode::RoomFull
    );
}

#[test]
fn a_full_room_is_an_error_on_its_channel_when_the_socket_has_another_room() {
    let world = World::with(RoomConfig {
        people_max: 1,
        ..RoomConfig::default()
    });
    let _bob = world.joined("r");
    let mut session = world.joined("other");
    world.send(&mut session, &join(1, "r")).unwrap();
    assert_eq!(
        world.heard(&session),
        [Heard::Error("the room is full".into())]
    );
    world.send(&mut session, &join(1, "third")).unwrap();
    assert_eq!(
        world.heard(&session)[0],
        Heard::Welcome {
            user: 0,
            resumed: false
        }
    );
}

/// R-CH-3.
#[test]
fn a_channel_is_free_again_after_leave() {
    let world = World::new();
    let mut session = world.joined("r");
    world
        .send(
            &mut session,
            &ClientMessage::Leave {
                channel: Channel::ZERO,
            },
        )
        .unwrap();
    world.send(&mut session, &join(0, "r")).unwrap();
    assert_eq!(
        world.heard(&session)[0],
        Heard::Welcome {
            user: 0,
            resumed: false
        }
    );
}

#[test]
fn a_socket_that_joins_no_room_closes_with_4202_and_traffic_does_not_help() {
    let mut world = World::new();
    let mut session = world.open();
    let due = world.now + Duration::from_secs(10);
    assert_eq!(session.poll_timeout(), due);
    world.now = world.now + SECOND * 9;
    world.send(&mut session, &ClientMessage::Heartbeat).unwrap();
    session.handle_timeout(world.now).unwrap();
    assert_eq!(code(session.handle_timeout(due)), CloseCode::NoJoin);
}

#[test]
fn a_socket_that_left_its_last_room_has_the_same_time_to_join_another() {
    let mut world = World::new();
    let mut session = world.joined("r");
    world.now = world.now + SECOND * 15;
    world
        .send(
            &mut session,
            &ClientMessage::Leave {
                channel: Channel::ZERO,
            },
        )
        .unwrap();
    session.handle_timeout(world.now + SECOND * 9).unwrap();
    let late = session.handle_timeout(world.now + SECOND * 10);
    assert_eq!(code(late), CloseCode::NoJoin);
}

#[test]
fn a_quiet_socket_is_pinged_and_dropped_after_twice_the_heartbeat() {
    let mut world = World::new();
    let mut session = world.joined("r");
    let start = world.now;
    for (after, pings) in [(19, 0), (20, 1), (39, 0)] {
        world.now = start + SECOND * after;
        session.handle_timeout(world.now).unwrap();
        assert_eq!(world.heard(&session).len(), pings, "after {after} s");
    }
    assert_eq!(session.poll_timeout(), start + SECOND * 40);
    assert_eq!(
        code(session.handle_timeout(start + SECOND * 40)),
        CloseCode::GoingAway
    );
}

#[test]
fn a_pong_is_a_sign_of_life() {
    let mut world = World::new();
    let mut session = world.joined("r");
    for _ in 0..10 {
        world.now = world.now + SECOND * 20;
        session.handle_timeout(world.now).unwrap();
        assert_eq!(world.heard(&session), [Heard::Other]);
        session.handle_pong(world.now).unwrap();
    }
}

/// R-JOIN-6.
#[test]
fn an_observers_message_is_refused_with_an_error() {
    let world = World::new();
    let mut session = world.open();
    let join = Join {
        room: "r",
        observer: true,
        ..Join::default()
    };
    world
        .send(
            &mut session,
            &ClientMessage::Join {
                channel: Channel::ZERO,
                join,
            },
        )
        .unwrap();
    world.heard(&session);
    world.send(&mut session, &cursor(0)).unwrap();
    assert!(matches!(world.heard(&session)[..], [Heard::Error(_)]));
}

/// R-SEAT-3.
#[test]
fn every_end_of_a_socket_but_leave_keeps_its_seat() {
    let world = World::new();
    let bob = world.joined("r");
    let mut told = world.joined("r");
    let dropped = world.joined("r");
    world.heard(&bob);
    told.handle_end(world.now);
    drop(dropped);
    assert_eq!(world.heard(&bob), []);
    world.hub.handle_timeout(world.now + SECOND * 10);
    let expected = [
        Heard::Left(1),
        Heard::Count(2),
        Heard::Left(2),
        Heard::Count(1),
    ];
    assert_eq!(world.heard(&bob), expected);
}

#[test]
fn messages_after_a_close_was_decided_are_not_handled() {
    let world = World::new();
    let bob = world.joined("r");
    let mut ada = world.joined("r");
    world.heard(&bob);
    ada.connection().close(CloseCode::Restarting.into());
    world.send(&mut ada, &cursor(0)).unwrap();
    assert_eq!(world.heard(&bob), []);
}

#[test]
fn a_resume_value_from_a_welcome_brings_the_seat_back() {
    let world = World::new();
    let mut ada = world.open();
    world.send(&mut ada, &join(0, "r")).unwrap();
    let Next::Send(Outgoing::Message(bytes)) = ada.connection().next(world.now) else {
        panic!("no welcome");
    };
    // 0xA0, user, tick_hz, heartbeat_s, flags, resume.
    assert_eq!(bytes[..5], [0xA0, 0, 60, 20, 0]);
    let resume: Resume = bytes[5..21].try_into().unwrap();
    ada.handle_end(world.now);
    let mut back = world.open();
    let join = Join {
        room: "r",
        resume: Some(resume),
        ..Join::default()
    };
    world
        .send(
            &mut back,
            &ClientMessage::Join {
                channel: channel(3),
                join,
            },
        )
        .unwrap();
    assert_eq!(
        world.heard(&back)[0],
        Heard::Welcome {
            user: 0,
            resumed: true
        }
    );
}
