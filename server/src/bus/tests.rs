//! Batches and records: their bytes, and that whatever comes is read or refused.

use ::bytes::Bytes;
use mote_protocol::color::Color;
use mote_protocol::coords::Point;
use mote_protocol::wire::{
    Channel, Cursor, CursorsBuf, Event, Field as StateField, Fields, FieldsBuf, ServerMessage,
    UserJoined,
};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::batch::{BadBatch, BatchBuf, Header, Item, Kick, cursors_of, parse};
use super::record::{Field, Person};
use super::*;

const NODE: NodeId = NodeId(0x0102_0304_0506_0708);
const CHANNEL: Channel = Channel::ZERO;

fn header() -> Header {
    Header {
        node: NODE,
        sequence: 300,
        revision: 7,
        changes_record: true,
        is_complete: false,
        is_in_record: false,
        is_last: false,
        is_leaving: false,
    }
}

fn ada<'a>(fields: Fields<'a>) -> Person<'a> {
    Person {
        generation: 2,
        resume: [0xAB; 16],
        joined: UserJoined {
            user: 17,
            name: "Ada",
            color: Color::from_rgb(0x0001_0203),
            account: "",
        },
        fields,
    }
}

fn idle() -> FieldsBuf {
    let mut fields = FieldsBuf::new();
    fields.push(StateField { tag: 4, body: &[1] }).unwrap();
    fields
}

fn encoded(message: &ServerMessage<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.encode(&mut bytes).unwrap();
    bytes
}

/// A person, an Event and cursors.
fn usual() -> Bytes {
    let fields = idle();
    let mut batch = BatchBuf::default();
    batch.push_person(&ada(fields.as_fields()));
    let event = Event {
        name: "hi",
        payload: b"!",
    };
    batch.push_messages(&encoded(&ServerMessage::Event {
        channel: CHANNEL,
        user: 17,
        event,
    }));
    let mut cursors = CursorsBuf::new();
    for user in [3, 17] {
        let point = Point { x: 1, y: 2 };
        cursors.push(Cursor { user, point }).unwrap();
    }
    batch.push_messages(&encoded(&ServerMessage::CursorBatch {
        channel: CHANNEL,
        cursors: cursors.as_cursors(),
    }));
    batch.take(header())
}

#[test]
fn a_batch_has_these_bytes() {
    #[rustfmt::skip]
    let expected = [
        1, // version
        1, 2, 3, 4, 5, 6, 7, 8, // node
        1, // it changes the record
        0xAC, 0x02, // sequence 300
        7, // revision
        0xF0, 37, 1, // a person, in so many bytes
        0, 0, 0, 2, // generation
        0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, // resume value
        0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB,
        0x50, 17, 3, b'A', b'd', b'a', 1, 2, 3, 0, // UserJoined
        0xB0, 17, 1, 4, 1, 1, // State: idle
        0xC0, 17, 2, b'h', b'i', 1, b'!', // Event
        0x90, 2, 3, 0, 1, 0, 2, 13, 0, 1, 0, 2, // CursorBatch
    ];
    assert_eq!(usual(), expected[..]);
}

#[test]
fn who_is_to_go_stands_in_a_batch_with_these_bytes() {
    let mut batch = BatchBuf::default();
    let kick = Kick {
        user: 300,
        resume: [0xAB; 16],
        text: "out",
    };
    batch.push_kick(&kick);
    batch.push_close("over");
    let batch = batch.take(header());
    #[rustfmt::skip]
    let expected = [
        0xF0, 22, 2, // a kick, in so many bytes
        0xAC, 0x02, // user 300
        0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, // resume value
        0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB, 0xAB,
        b'o', b'u', b't',
        0xF0, 5, 3, b'o', b'v', b'e', b'r', // the room is closed
    ];
    assert!(batch.ends_with(&expected), "{batch:?}");
    let (_, items) = parse(&batch).unwrap();
    let items: Vec<_> = items.map(Result::unwrap).collect();
    assert_eq!(items, [Item::Kick(kick), Item::Close("over")]);
    for end in 0..batch.len() {
        if let Ok((_, items)) = parse(&batch[..end]) {
            items.for_each(drop);
        }
    }
    let mut long = BatchBuf::default();
    long.push_close(&"x".repeat(257));
    let long = long.take(header());
    let (_, mut items) = parse(&long).unwrap();
    assert_eq!(items.next(), Some(Err(BadBatch::Malformed)));
}

#[test]
fn a_batch_is_read_as_it_was_written() {
    let batch = usual();
    let (read, items) = parse(&batch).unwrap();
    assert_eq!(read, header());
    let items: Vec<_> = items.map(Result::unwrap).collect();
    let fields = idle();
    assert_eq!(items[0], Item::Person(ada(fields.as_fields())));
    assert!(matches!(
        items[1],
        Item::Message(ServerMessage::Event { user: 17, .. }, bytes) if bytes.len() == 7
    ));
    let Item::Message(ServerMessage::CursorBatch { .. }, bytes) = items[2] else {
        panic!("{items:?}");
    };
    let users: Vec<u32> = cursors_of(bytes).map(|cursor| cursor.user).collect();
    assert_eq!((users, items.len()), (vec![3, 17], 3));
}

#[test]
fn flags_travel_each_for_itself() {
    for bits in 0..32u8 {
        let header = Header {
            changes_record: bits & 1 != 0,
            is_complete: bits & 2 != 0,
            is_in_record: bits & 4 != 0,
            is_last: bits & 8 != 0,
            is_leaving: bits & 16 != 0,
            ..header()
        };
        let batch = BatchBuf::default().take(header);
        assert_eq!(parse(&batch).unwrap().0, header);
    }
}

#[test]
fn another_version_is_not_read() {
    let mut batch = usual().to_vec();
    batch[0] = 2;
    assert_eq!(parse(&batch).unwrap_err(), BadBatch::Version(2));
    assert_eq!(parse(&[]).unwrap_err(), BadBatch::Malformed);
}

#[test]
fn an_item_of_a_later_minor_version_is_skipped() {
    let mut batch = BatchBuf::default();
    batch.push_messages(&[0xF0, 3, 99, 1, 2]);
    let left = ServerMessage::UserLeft {
        channel: CHANNEL,
        user: 5,
    };
    batch.push_messages(&encoded(&left));
    let mut later = batch.take(header()).to_vec();
    // Flags that nobody knows yet.
    later[9] |= 0xF0;
    let (_, mut items) = parse(&later).unwrap();
    assert_eq!(items.next(), Some(Ok(Item::Message(left, &[0x60, 5]))));
    assert_eq!(items.next(), None);
}

#[test]
fn a_message_on_another_channel_is_refused() {
    let mut batch = BatchBuf::default();
    batch.push_messages(&[0x61, 5]);
    let batch = batch.take(header());
    let (_, mut items) = parse(&batch).unwrap();
    assert_eq!(items.next(), Some(Err(BadBatch::Malformed)));
    assert_eq!(items.next(), None);
}

#[test]
fn whatever_comes_is_read_to_an_end() {
    let good = usual();
    for end in 0..good.len() {
        if let Ok((_, items)) = parse(&good[..end]) {
            items.for_each(drop);
        }
    }
    let mut rng = StdRng::seed_from_u64(1);
    for _ in 0..20_000 {
        let mut bytes = good.to_vec();
        for _ in 0..rng.random_range(1..4) {
            let at = rng.random_range(0..bytes.len());
            bytes[at] = rng.random();
        }
        if let Ok((_, items)) = parse(&bytes) {
            assert!(items.count() <= bytes.len());
        }
        let _ = Person::of_value(&bytes);
        let _ = Field::parse(&bytes);
        cursors_of(&bytes).for_each(drop);
    }
}

#[test]
fn fields_have_one_name_each() {
    for field in [
        Field::User(0),
        Field::User(u32::MAX),
        Field::Cursors(NODE),
        Field::Revision(NodeId(0)),
    ] {
        assert_eq!(Field::parse(&field.name()), Some(field));
    }
    assert_eq!(Field::Cursors(NODE).name(), "c0102030405060708");
    for name in [
        "",
        "u",
        "u01",
        "u+1",
        "u-1",
        "u4294967296",
        "x1",
        "c1",
        "c010203040506070G",
        "C0102030405060708",
        "c+102030405060708",
    ] {
        assert_eq!(Field::parse(name.as_bytes()), None, "{name}");
    }
}

#[test]
fn a_persons_value_begins_with_what_the_engine_compares() {
    let fields = idle();
    for fields in [Fields::EMPTY, fields.as_fields()] {
        let value = ada(fields).value(NODE);
        assert_eq!(value[..12], [1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 2]);
        assert_eq!(Person::of_value(&value), Some((NODE, ada(fields))));
        assert_eq!(Person::of_value(&value[..value.len() - 1]), None);
    }
}
