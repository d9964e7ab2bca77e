//! Records alone.

use alloc::vec::Vec;

use super::Records;
use crate::client::notice::{Notice, Status};
use crate::client::person::Person;
use crate::close::Retry;
use crate::color::Color;
use crate::wire::{Channel, Field, UserJoined, tag};

#[test]
fn every_notice_is_read_back_as_it_was_told() {
    let channel = Channel::LAST;
    let (user, count, text) = (70_000, 3, "warum nicht – ja");
    let told = [
        Notice::Status(Status::Disconnected),
        Notice::Closed {
            code: 4100,
            retry: Retry::NewToken,
            text: "",
        },
        Notice::RoomJoined {
            channel,
            user,
            resumed: true,
        },
        Notice::RoomLost { channel },
        Notice::RoomRefused { channel, text },
        Notice::Kicked { channel, text },
        Notice::UserJoined { channel, user },
        Notice::UserUpdated { channel, user },
        Notice::UserLeft { channel, user },
        Notice::Custom {
            channel,
            user,
            json: b"{}",
            is_whole: true,
        },
        Notice::CursorsMoved { channel },
        Notice::Count { channel, count },
        Notice::Event {
            channel,
            user,
            name: text,
            payload: &[0, 255],
        },
        Notice::EventsDropped { channel, count },
        Notice::TokenNeeded { channel },
        Notice::Redirected { channel, url: text },
        Notice::Error {
            channel: None,
            text: "",
        },
        Notice::Error {
            channel: Some(channel),
            text,
        },
    ];
    let mut records = Records::default();
    for notice in told {
        records.tell(notice);
    }
    assert_eq!(records.notices().collect::<Vec<_>>(), told);
}

#[test]
fn the_bytes_are_those_of_the_table() {
    let mut records = Records::default();
    let channel = Channel::ZERO;
    records.tell(Notice::Event {
        channel,
        user: 258,
        name: "ab",
        payload: b"c",
    });
    let header = [13, 0, 2, 0, 2, 1, 0, 0, 3, 0, 0, 0];
    assert_eq!(records.as_bytes(), [&header[..], b"abc"].concat());
}

#[test]
fn a_person_is_told_with_everything_that_is_shown() {
    let mut person = Person::new(UserJoined {
        user: 5,
        name: "Ada",
        color: Color::from_rgb(0x01_02_03),
        account: "",
    });
    for (tag, body) in [
        (tag::ACTIVITY, &[2][..]),
        (tag::SURFACE, b"\x01s"),
        (tag::SELECTION, b"\x02\x01x\x01y"),
    ] {
        person.set(Field { tag, body });
    }
    let body = [
        &[3, 2, 1, 0][..],
        &[3, 0],
        b"Ada",
        &[0, 0],
        &[1, 0],
        b"s",
        &[1, 0],
        b"x",
        &[1, 0],
        b"y",
    ]
    .concat();
    for (is_new, kind) in [(true, 7), (false, 8)] {
        let mut records = Records::default();
        records.tell_person(Channel::LAST, &person, is_new);
        let header = [kind, 15, 2, 0, 5, 0, 0, 0, 20, 0, 0, 0];
        assert_eq!(records.as_bytes(), [&header[..], &body].concat());
    }
}
