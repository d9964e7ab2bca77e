//! What a user of the encoder relies on; the bytes themselves are in `tests/vectors`.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::color::Color;
use crate::coords::Point;
use crate::limits::{
    BATCH_CURSORS_MAX, EVENT_NAME_BYTES_MAX, EVENT_PAYLOAD_BYTES_MAX, MESSAGE_BYTES_MAX,
    NAME_CHARS_MAX, ROOM_BYTES_MAX, STATE_BYTES_MAX, TOKEN_BYTES_MAX,
};

const POINT: Point = Point { x: 1, y: 2 };

/// R-BAT-2.
#[test]
fn a_full_batch_fits_a_websocket_message_and_takes_no_more() {
    let mut cursors = CursorsBuf::new();
    let first_user = 16_384 - u32::try_from(BATCH_CURSORS_MAX).unwrap();
    for user in first_user..16_384 {
        cursors.push(Cursor { user, point: POINT }).unwrap();
    }
    let full = cursors.push(Cursor {
        user: 20_000,
        point: POINT,
    });
    assert!(matches!(full, Err(WireError::TooLong { .. })));

    let batch = ServerMessage::CursorBatch {
        channel: Channel::ZERO,
        cursors: cursors.as_cursors(),
    };
    let mut bytes = Vec::new();
    batch.encode(&mut bytes).unwrap();
    assert!(bytes.len() <= MESSAGE_BYTES_MAX);
    let read: Vec<_> = server_messages(&bytes).collect();
    assert_eq!(read, [Ok(batch)]);
}

/// R-BAT-1, R-BAT-3.
#[test]
fn a_batch_takes_ascending_users_only_and_can_be_used_again() {
    let cursor = |user| Cursor { user, point: POINT };
    let mut cursors = CursorsBuf::new();
    cursors.push(cursor(7)).unwrap();
    for user in [7, 6, 0] {
        let refused = cursors.push(cursor(user));
        assert!(matches!(refused, Err(WireError::NotAscending { .. })));
    }
    cursors.push(cursor(u32::MAX - 1)).unwrap();
    let refused = cursors.push(cursor(u32::MAX));
    assert!(matches!(refused, Err(WireError::TooLong { .. })));
    assert_eq!(cursors.as_cursors().len(), 2);

    cursors.clear();
    assert!(cursors.as_cursors().is_empty());
    cursors.push(cursor(0)).unwrap();
    let users: Vec<u32> = cursors.as_cursors().iter().map(|c| c.user).collect();
    assert_eq!(users, [0]);
}

/// R-STA-1, R-STA-2, R-STA-4: what cannot be read cannot be built either.
#[test]
fn a_field_that_breaks_a_rule_is_not_added() {
    let mut fields = FieldsBuf::new();
    let mut push = |tag, body: &[u8]| fields.push(Field { tag, body });
    push(tag::ACTIVITY, &[1]).unwrap();
    assert!(matches!(
        push(tag::ACTIVITY, &[2]),
        Err(WireError::NotAscending { .. })
    ));
    assert!(matches!(
        push(tag::CUSTOM, &[0xFF]),
        Err(WireError::BadUtf8 { .. })
    ));
    assert!(matches!(
        push(tag::CURSOR_HIDDEN, &[2]),
        Err(WireError::BadValue { .. })
    ));
    // One byte of count, three of the first field, three around the second's body.
    let most = STATE_BYTES_MAX - 1 - 3 - 3;
    assert!(matches!(
        push(9, &vec![0; most + 1]),
        Err(WireError::TooLong { .. })
    ));
    push(9, &vec![0; most]).unwrap();
    assert!(matches!(push(10, &[]), Err(WireError::TooLong { .. })));

    let fields = fields.as_fields();
    assert_eq!(fields.len(), 2);
    assert_eq!(fields.get(tag::ACTIVITY), Some(&[1][..]));
    assert_eq!(fields.get(tag::CUSTOM), None);
}

/// R-STA-1.
#[test]
fn all_256_tags_fit_one_message() {
    let mut fields = FieldsBuf::new();
    for tag in 0..=u8::MAX {
        fields.push(Field { tag, body: &[] }).unwrap();
    }
    let state = ClientMessage::State {
        channel: Channel::ZERO,
        fields: fields.as_fields(),
    };
    let mut bytes = Vec::new();
    state.encode(&mut bytes).unwrap();
    assert_eq!(&bytes[..3], [0xB0, 0x80, 0x02]);
    let read: Vec<_> = client_messages(&bytes).collect();
    assert_eq!(read, [Ok(state)]);
}

/// R-STA-4.
#[test]
fn the_second_byte_of_a_count_of_128_fields_is_within_the_limit() {
    let mut fields = FieldsBuf::new();
    for tag in 0..127 {
        fields.push(Field { tag, body: &[] }).unwrap();
    }
    // Two bytes of count, 127 empty fields, and three around the last one's body.
    let most = STATE_BYTES_MAX - 2 - 2 * 127 - 3;
    let mut push = |length| {
        let body = &vec![0; length];
        fields.push(Field { tag: 127, body })
    };
    assert!(matches!(push(most + 1), Err(WireError::TooLong { .. })));
    push(most).unwrap();

    let state = ClientMessage::State {
        channel: Channel::ZERO,
        fields: fields.as_fields(),
    };
    let mut bytes = Vec::new();
    state.encode(&mut bytes).unwrap();
    assert_eq!(bytes.len(), 1 + STATE_BYTES_MAX);
    let read: Vec<_> = client_messages(&bytes).collect();
    assert_eq!(read, [Ok(state)]);
}

/// R-FRM-4: what is refused when read is refused when written, and leaves nothing behind.
#[test]
fn a_message_over_a_limit_is_not_written() {
    let channel = Channel::ZERO;
    let long = |length| "x".repeat(length);
    let (room, token) = (long(ROOM_BYTES_MAX + 1), long(TOKEN_BYTES_MAX + 1));
    let name = long(NAME_CHARS_MAX + 1);
    let join = |join| ClientMessage::Join { channel, join };
    let named = |name| Join {
        room: "a",
        name: Some(name),
        ..Join::default()
    };
    let event = |name, payload| ClientMessage::Event {
        channel,
        event: Event { name, payload },
    };
    let event_name: String = long(EVENT_NAME_BYTES_MAX + 1);
    let payload = vec![0; EVENT_PAYLOAD_BYTES_MAX + 1];
    let with_room = |room| Join {
        room,
        ..Join::default()
    };
    let with_token = Join {
        token: Some(&token),
        ..with_room("a")
    };
    for message in [
        join(with_room("")),
        join(with_room(&room)),
        join(named("")),
        join(named(&name)),
        join(with_token),
        event("", &[]),
        event(&event_name, &[]),
        event("a", &payload),
        ClientMessage::Token {
            channel,
            token: &token,
        },
    ] {
        let mut bytes = vec![0x80];
        assert!(message.encode(&mut bytes).is_err(), "{message:?}");
        assert_eq!(bytes, [0x80]);
    }
}

/// R-CTL-1, R-CTL-3, R-CH-2, R-JOIN-3.
#[test]
fn the_server_writes_no_message_that_a_client_refuses() {
    let one = Channel::new(1).unwrap();
    let control = |channel, control| ServerMessage::Control { channel, control };
    let joined = UserJoined {
        user: 0,
        name: "",
        color: Color::default(),
        account: "",
    };
    let (text, url) = ("", "");
    for message in [
        control(one, Control::Drain { text, within_ms: 1 }),
        control(one, Control::Token { text, token: "t" }),
        control(one, Control::Pace { text, hz: 0 }),
        control(one, Control::Redirect { text, url }),
        ServerMessage::UserJoined {
            channel: one,
            joined,
        },
    ] {
        let mut bytes = Vec::new();
        assert!(message.encode(&mut bytes).is_err(), "{message:?}");
        assert!(bytes.is_empty());
    }
}

/// R-FRM-6: what stood before the error is given out first.
#[test]
fn the_walk_gives_the_messages_before_an_error_and_ends_after_it() {
    let bytes = [0x40, 0x00, 0x40];
    let mut walk = client_messages(&bytes);
    let channel = Channel::ZERO;
    assert_eq!(walk.next(), Some(Ok(ClientMessage::Leave { channel })));
    assert_eq!(
        walk.next(),
        Some(Err(WireError::UnknownType { first: 0x00 }))
    );
    assert_eq!(walk.next(), None);
    assert_eq!(walk.next(), None);
}

/// R-CH-1.
#[test]
fn there_are_sixteen_channels() {
    assert_eq!(Channel::all().count(), 16);
    assert_eq!(Channel::new(15).map(Channel::number), Some(15));
    assert_eq!(Channel::new(16), None);
}

#[test]
fn an_error_says_what_is_wrong_with_which_field() {
    let mut bytes = Vec::new();
    let token = "x".repeat(TOKEN_BYTES_MAX + 1);
    let message = ClientMessage::Token {
        channel: Channel::ZERO,
        token: &token,
    };
    let error = message.encode(&mut bytes).unwrap_err();
    assert_eq!(alloc::format!("{error}"), "token is over its limit of 8192");
}
