//! Frames, checked against RFC 6455 and against another implementation of it.

use std::io::{self, Cursor, Read, Write};
use std::time::Duration;

use mote_protocol::limits::MESSAGE_BYTES_MAX;
use mote_protocol::time::Instant;
use tungstenite::protocol::{Message, Role, WebSocket};

use super::*;
use crate::limits::{MESSAGE_FRAGMENTS_MAX, MESSAGE_TIME_MAX};

const NOW: Instant = Instant::ZERO;
const FIN: u8 = 0x80;

#[derive(Debug, PartialEq)]
enum Seen {
    Binary(Vec<u8>),
    Text,
    Ping(Vec<u8>),
    Pong,
    Close(Option<u16>),
}

fn feed(decoder: &mut Decoder, bytes: &[u8]) -> Result<Vec<Seen>, Broken> {
    let mut seen = Vec::new();
    decoder.feed(NOW, &mut bytes.to_vec(), |incoming| {
        seen.push(match incoming {
            Incoming::Binary(message) => Seen::Binary(message.to_vec()),
            Incoming::Text => Seen::Text,
            Incoming::Ping(payload) => Seen::Ping(payload.to_vec()),
            Incoming::Pong => Seen::Pong,
            Incoming::Close(code) => Seen::Close(code),
        });
        Ok(())
    })?;
    Ok(seen)
}

fn decode(bytes: &[u8]) -> Result<Vec<Seen>, Broken> {
    feed(&mut Decoder::default(), bytes)
}

/// A client's frame.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let key = [1, 2, 3, 4];
    let mut bytes = vec![first];
    match payload.len() {
        short @ 0..=125 => bytes.push(0x80 | u8::try_from(short).unwrap()),
        medium @ 126..=65_535 => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(medium).unwrap().to_be_bytes());
        }
        long => {
            bytes.push(0x80 | 127);
            bytes.extend((long as u64).to_be_bytes());
        }
    }
    bytes.extend(key);
    bytes.extend(
        payload
            .iter()
            .zip(key.iter().cycle())
            .map(|(byte, key)| byte ^ key),
    );
    bytes
}

fn is_broken(bytes: &[u8]) -> bool {
    matches!(decode(bytes), Err(Broken::Frame(_)))
}

#[test]
fn a_message_arrives_however_the_network_cuts_it() {
    for bytes in [0, 1, 5, 125, 126, 127, 300] {
        let payload: Vec<u8> = (0u8..=255).cycle().take(bytes).collect();
        let mut sent = frame(FIN | 2, &payload);
        sent.extend(frame(FIN | 2, b"next"));
        for cut in 0..=sent.len() {
            let mut decoder = Decoder::default();
            let mut seen = feed(&mut decoder, &sent[..cut]).unwrap();
            seen.extend(feed(&mut decoder, &sent[cut..]).unwrap());
            assert_eq!(
                seen,
                [
                    Seen::Binary(payload.clone()),
                    Seen::Binary(b"next".to_vec())
                ]
            );
            assert_eq!(decoder.poll_timeout(), None);
        }
    }
}

#[test]
fn the_largest_message_arrives_byte_by_byte_and_a_larger_one_is_refused_by_its_header() {
    let payload = vec![7; MESSAGE_BYTES_MAX];
    let mut decoder = Decoder::default();
    let sent = frame(FIN | 2, &payload);
    let (last, before) = sent.split_last().unwrap();
    for byte in before {
        assert_eq!(feed(&mut decoder, &[*byte]), Ok(vec![]));
    }
    assert_eq!(
        feed(&mut decoder, &[*last]),
        Ok(vec![Seen::Binary(payload)])
    );
    let too_large = frame(FIN | 2, &vec![0; MESSAGE_BYTES_MAX + 1]);
    assert_eq!(decode(&too_large[..14]), Err(Broken::TooLarge));
    let absurd = [
        FIN | 2,
        0xFF,
        0xFF,
        0xFF,
        0xFF,
        0xFF,
        0xFF,
        0xFF,
        0xFF,
        0xFF,
    ];
    assert_eq!(decode(&absurd), Err(Broken::TooLarge));
}

#[test]
fn fragments_make_one_message_with_pings_in_between() {
    let sent = [
        frame(2, b"a"),
        frame(FIN | 9, b"p"),
        frame(0, b"b"),
        frame(FIN, b"c"),
    ];
    let seen = [Seen::Ping(b"p".to_vec()), Seen::Binary(b"abc".to_vec())];
    assert_eq!(decode(&sent.concat()).unwrap(), seen);
}

#[test]
fn fragments_are_bounded_in_bytes_number_and_time() {
    let half = vec![0; MESSAGE_BYTES_MAX / 2 + 1];
    let sent = [frame(2, &half), frame(FIN, &half)].concat();
    assert_eq!(decode(&sent), Err(Broken::TooLarge));

    let mut decoder = Decoder::default();
    feed(&mut decoder, &frame(2, b"")).unwrap();
    for _ in 1..MESSAGE_FRAGMENTS_MAX {
        feed(&mut decoder, &frame(0, b"")).unwrap();
    }
    let due = NOW + MESSAGE_TIME_MAX;
    assert_eq!(decoder.poll_timeout(), Some(due));
    assert_eq!(decoder.handle_timeout(NOW + MESSAGE_TIME_MAX / 2), Ok(()));
    assert!(decoder.handle_timeout(due).is_err());
    assert!(matches!(
        feed(&mut decoder, &frame(0, b"")),
        Err(Broken::Dribble(_))
    ));
}

#[test]
fn the_time_of_a_frame_is_counted_from_its_own_first_byte() {
    let mut decoder = Decoder::default();
    let sent = frame(FIN | 2, b"hello");
    let mut now = NOW;
    for _ in 0..4 {
        // Each read ends in the middle of a frame that began in it.
        let mut bytes = [&sent[4..], &sent[..4]].concat();
        if now == NOW {
            bytes = sent[..4].to_vec();
        }
        decoder
            .feed(now, &mut bytes, |_| Ok::<_, Broken>(()))
            .unwrap();
        assert_eq!(decoder.poll_timeout(), Some(now + MESSAGE_TIME_MAX));
        now = now + Duration::from_secs(9);
    }
}

#[test]
fn what_rfc_6455_forbids_is_refused() {
    let unmasked = [FIN | 2, 1, 0];
    let length_16_for_5 = [FIN | 2, 0x80 | 126, 0, 5, 0, 0, 0, 0];
    let length_64_for_5 = [FIN | 2, 0x80 | 127, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0];
    assert!(is_broken(&unmasked));
    assert!(is_broken(&length_16_for_5));
    assert!(is_broken(&length_64_for_5));
    for reserved_bit in [0x40, 0x20, 0x10] {
        assert!(is_broken(&frame(FIN | reserved_bit | 2, b"")));
    }
    for opcode in [3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF] {
        assert!(is_broken(&frame(FIN | opcode, b"")));
    }
    for control in [8, 9, 0xA] {
        assert!(is_broken(&frame(control, b"")), "in fragments");
        assert!(is_broken(&frame(FIN | control, &[0; 126])), "too long");
    }
    assert!(is_broken(&frame(FIN, b"")), "a continuation of nothing");
    assert!(is_broken(&[frame(2, b"a"), frame(FIN | 2, b"b")].concat()));
}

#[test]
fn a_text_message_is_known_by_its_header() {
    assert_eq!(
        decode(&frame(FIN | 1, b"hello")[..6]).unwrap(),
        [Seen::Text]
    );
    assert_eq!(decode(&frame(1, b"")).unwrap(), [Seen::Text]);
}

#[test]
fn close_codes_are_those_that_may_be_sent() {
    let close = |code: u16| frame(FIN | 8, &code.to_be_bytes());
    for code in [1000, 1003, 1007, 1011, 1012, 1014, 3000, 4999] {
        assert_eq!(decode(&close(code)).unwrap(), [Seen::Close(Some(code))]);
    }
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535] {
        assert!(is_broken(&close(code)), "{code}");
    }
    assert_eq!(decode(&frame(FIN | 8, b"")).unwrap(), [Seen::Close(None)]);
    assert!(is_broken(&frame(FIN | 8, b"\x03")));
    assert!(
        is_broken(&frame(FIN | 8, b"\x03\xE8\xFF")),
        "a reason that is not UTF-8"
    );
}

#[test]
fn a_long_reason_is_cut_where_a_character_ends() {
    let framed = close_frame(4000, &"ä".repeat(100));
    assert_eq!(framed.payload_bytes(), 2 + 122);
    assert_eq!(
        std::str::from_utf8(&framed.payload()[2..]),
        Ok(&*"ä".repeat(61))
    );
}

/// What one side writes, the other reads.
#[derive(Default)]
struct Wire(Cursor<Vec<u8>>);

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            read => Ok(read),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.get_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn tungstenite_and_we_understand_each_other_at_every_length() {
    for bytes in [0, 1, 2, 3, 4, 5, 125, 126, 127, 65_535, MESSAGE_BYTES_MAX] {
        let payload: Vec<u8> = (0u8..=255).cycle().take(bytes).collect();
        let mut theirs = WebSocket::from_raw_socket(Wire::default(), Role::Client, None);
        theirs.send(Message::binary(payload.clone())).unwrap();
        let sent = theirs.get_ref().0.get_ref().clone();
        assert_eq!(decode(&sent).unwrap(), [Seen::Binary(payload.clone())]);

        let framed = Framed::new(Opcode::Binary, &payload);
        assert_eq!(framed.payload(), payload);
        let wire = Wire(Cursor::new(framed.as_bytes().to_vec()));
        let mut theirs = WebSocket::from_raw_socket(wire, Role::Client, None);
        assert_eq!(theirs.read().unwrap(), Message::binary(payload));
    }
}
