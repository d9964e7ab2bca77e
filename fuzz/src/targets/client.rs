//! The client machine: whatever a server, a network and an application do, it keeps its promises.

use std::time::Duration;

use mote_protocol::client::{Client, Config, Enter, Output, Records, Status};
use mote_protocol::coords::Point;
use mote_protocol::limits::{MESSAGE_BYTES_MAX, ROSTER_PEOPLE_MAX};
use mote_protocol::time::Instant;
use mote_protocol::wire::{Channel, client_messages};

use crate::input::Input;
use crate::{Target, seeds};

pub(crate) const TARGET: Target = Target {
    name: "client",
    bytes_max: 2_048,
    run,
    seeds,
};

/// What the input's operations are called in seeds.
const ENTER: u8 = 0;
const OPEN: u8 = 1;
const HEAR: u8 = 2;
const PASS: u8 = 3;
const OPERATIONS: usize = 16;

fn run(data: &[u8]) {
    let mut input = Input(data);
    let mut client = Client::new(Config::default(), 7);
    let mut now = Instant::from_millis(5);
    let mut records = Records::default();
    while !input.is_empty() {
        act(&mut client, &mut now, &mut input);
        drain(&mut client, now);
        client.poll_records(&mut records);
        records.notices().for_each(drop);
    }
    client.close(now);
    assert_eq!(client.status(), Status::Disconnected);
    assert_eq!(client.poll_timeout(), None);
}

fn act(client: &mut Client, now: &mut Instant, input: &mut Input<'_>) {
    let at = *now;
    let operation = u8::try_from(input.below(OPERATIONS)).unwrap_or(0);
    match operation {
        ENTER => {
            let how = input.u8();
            let options = Enter {
                room: ["a", "b", "c", "d"][usize::from(how & 3)],
                observer: how & 4 != 0,
                token: (how & 8 != 0).then_some("t"),
                ..Enter::default()
            };
            // Refused where it is entered already, or every channel is taken.
            let _ = client.enter_room(at, options);
        }
        OPEN => client.handle_open(at),
        HEAR => {
            let length = usize::from(input.u16()) % 1_024;
            client.handle_message(at, input.bytes(length));
        }
        PASS => {
            let millis = u64::from(input.u16());
            pass(client, now, Duration::from_millis(millis));
        }
        4 => client.leave_room(at, channel(input)),
        5 => {
            let (channel, x, y) = (channel(input), input.u16(), input.u16());
            client.update_cursor(at, channel, Point { x, y });
        }
        6 => {
            let (channel, tag) = (channel(input), input.u8());
            // Refused where it is none of the wire.
            let _ = client.set_field(at, channel, tag, input.some_bytes());
        }
        7 => {
            let channel = channel(input);
            let text = String::from_utf8_lossy(input.some_bytes()).into_owned();
            let _ = client.update_custom(at, channel, &text, &text);
        }
        8 => {
            let channel = channel(input);
            let _ = client.broadcast_event(at, channel, "e", input.some_bytes());
        }
        9 => client.set_token(at, channel(input), "t"),
        10 => client.reconnect_now(at),
        11 => client.set_offline(at),
        12 => client.handle_close(at, input.u16(), ""),
        13 => client.handle_message(at, input.some_bytes()),
        14 => client.handle_timeout(at),
        _ => client.close(at),
    }
}

fn channel(input: &mut Input<'_>) -> Channel {
    Channel::new(input.u8() & 15).unwrap_or_default()
}

/// Calls it whenever it wants to be called.
fn pass(client: &mut Client, now: &mut Instant, span: Duration) {
    let until = *now + span;
    while let Some(due) = client.poll_timeout().filter(|&due| due <= until) {
        *now = (*now).max(due);
        client.handle_timeout(*now);
        drain(client, *now);
        let next = client.poll_timeout();
        assert!(next.is_none_or(|next| next > *now), "it spins");
    }
    *now = until;
}

fn drain(client: &mut Client, _now: Instant) {
    while let Some(output) = client.poll_output() {
        if let Output::Transmit(bytes) = output {
            assert!(bytes.len() <= MESSAGE_BYTES_MAX);
            assert!(client_messages(&bytes).all(|message| message.is_ok()));
        }
    }
    for room in Channel::all().filter_map(|channel| client.room(channel)) {
        let users: Vec<u32> = room.people().iter().map(|person| person.user).collect();
        assert!(users.len() <= ROSTER_PEOPLE_MAX);
        assert!(users.is_sorted());
    }
}

/// In a room, then everything that a server says, one by one and after each other.
fn seeds() -> Vec<Vec<u8>> {
    let hear = |bytes: &[u8]| {
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        [&[HEAR][..], &length.to_be_bytes(), bytes].concat()
    };
    let begun = [ENTER, 0, ENTER, 1, PASS, 0, 1, OPEN];
    let heard = seeds::of_servers();
    let mut all: Vec<_> = heard
        .iter()
        .map(|one| [&begun[..], &hear(one)].concat())
        .collect();
    let together = heard
        .iter()
        .filter(|one| one.len() < 64)
        .map(|one| hear(one));
    all.push([&begun[..], &together.collect::<Vec<_>>().concat()].concat());
    all
}
