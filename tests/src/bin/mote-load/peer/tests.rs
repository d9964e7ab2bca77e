//! Messages as the servers wrote them, recorded.

use super::{Kind, Protocol, Seen};
use crate::frame::{BINARY, Frame, TEXT};

/// What a client notes of a message, and what it answers.
fn read(client: &mut dyn Protocol, opcode: u8, payload: &[u8]) -> (Vec<Seen>, Vec<u8>) {
    let (mut out, mut seen) = (Vec::new(), Vec::new());
    let frame = Frame { opcode, payload };
    client
        .read(frame, &mut out, &mut |one| seen.push(one))
        .expect("a message that it knows");
    (seen, unmasked(&out))
}

/// The payload of one short frame of a client.
fn unmasked(frame: &[u8]) -> Vec<u8> {
    let Some((head, payload)) = frame.split_at_checked(6) else {
        return Vec::new();
    };
    let masked = payload.iter().zip(head[2..].iter().cycle());
    masked.map(|(byte, key)| byte ^ key).collect()
}

fn moved(client: &mut dyn Protocol, number: u32) -> Vec<u8> {
    let mut out = Vec::new();
    client.move_to(number, &mut out);
    unmasked(&out)
}

#[test]
fn socket_io_joins_answers_pings_and_hears_cursors() {
    let mut client = Kind::SocketIo.client(0, 3, 0);
    let open = br#"0{"sid":"WcpnD39q006MuyGkAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;
    assert_eq!(read(&mut *client, TEXT, open).1, b"40");
    let connected = br#"40{"sid":"bwxVfKWacMR-zpkpAAAA"}"#;
    assert_eq!(read(&mut *client, TEXT, connected).1, br#"420["join","0"]"#);
    assert!(!client.is_joined());
    read(&mut *client, TEXT, b"430[]");
    assert!(client.is_joined());
    assert_eq!(read(&mut *client, TEXT, b"2").1, b"3");
    let cursor = br#"42["cursor",{"id":3,"x":0,"y":7}]"#;
    let seen = vec![Seen { id: 3, number: 7 }];
    assert_eq!(read(&mut *client, TEXT, cursor).0, seen);
    assert_eq!(moved(&mut *client, 7), cursor);
}

#[test]
fn yjs_joins_with_the_first_step_and_hears_awareness() {
    let mut client = Kind::Yjs.client(0, 299, 0);
    let mut out = Vec::new();
    client.greet(&mut out);
    assert_eq!(unmasked(&out), [0, 0, 1, 0]);
    read(&mut *client, BINARY, &[0, 0, 1, 0]);
    assert!(client.is_joined());
    let update = b"\x01\x1d\x01\xac\x02\x01\x18{\"cursor\":{\"x\":0,\"y\":1}}";
    let seen = vec![Seen { id: 300, number: 1 }];
    assert_eq!(read(&mut *client, BINARY, update).0, seen);
    assert_eq!(moved(&mut *client, 1), update);
}

#[test]
fn liveblocks_learns_its_actor_and_hears_presence() {
    let mut client = Kind::Liveblocks.client(0, 0, 0);
    let state = br#"{"type":104,"actor":1,"nonce":"SDWM5iQKP3mpFCeOxSHlQ","scopes":["room:write"],"users":{"0":{"scopes":["room:write"]}},"meta":{}}"#;
    read(&mut *client, TEXT, state);
    assert!(client.is_joined());
    assert_eq!(client.id(), 1);
    let joined = br#"{"type":101,"actor":1,"scopes":["room:write"]}"#;
    assert_eq!(read(&mut *client, TEXT, joined).0, vec![]);
    let presence = br#"[{"type":100,"actor":2,"data":{"cursor":{"x":1,"y":2}}}]"#;
    let seen = vec![Seen {
        id: 2,
        number: 65_538,
    }];
    assert_eq!(read(&mut *client, TEXT, presence).0, seen);
    let sent = br#"[{"type":100,"data":{"cursor":{"x":1,"y":2}}}]"#;
    assert_eq!(moved(&mut *client, 65_538), sent);
}

#[test]
fn mote_is_in_its_room_at_the_end_of_the_snapshot() {
    let mut client = Kind::Mote.client(0, 0, 0);
    let welcome = [&[0xA0, 5, 60, 20, 0][..], &[7; 16]].concat();
    read(&mut *client, BINARY, &welcome);
    assert!(!client.is_joined());
    read(&mut *client, BINARY, &[0x70, 6]);
    assert!(client.is_joined());
    assert_eq!((client.id(), client.count()), (5, Some(6)));
    let batch = [0x90, 2, 1, 0, 0, 0, 9, 2, 0, 1, 0, 0];
    let seen = vec![
        Seen { id: 1, number: 9 },
        Seen {
            id: 4,
            number: 65_536,
        },
    ];
    assert_eq!(read(&mut *client, BINARY, &batch).0, seen);
    assert_eq!(moved(&mut *client, 65_536), [0x10, 0, 1, 0, 0]);
}

#[test]
fn a_relay_says_who_and_which_move() {
    let mut client = Kind::Relay.client(0, 258, 0);
    let message = moved(&mut *client, 65_539);
    assert_eq!(message, [1, 2, 0, 1, 0, 3]);
    let seen = vec![Seen {
        id: 258,
        number: 65_539,
    }];
    assert_eq!(read(&mut *client, BINARY, &message).0, seen);
}
