//! The examples of RFC 6455, section 5.7, and what a decoder must refuse.

use super::{Decoder, Frame, Opcode};

#[test]
fn a_masked_hello_is_the_example_of_the_rfc() {
    let hello = Frame::whole(Opcode::Text, b"Hello");
    let bytes = hello.to_bytes([0x37, 0xFA, 0x21, 0x3D]);
    assert_eq!(
        bytes,
        [
            0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58
        ]
    );
}

#[test]
fn a_fragmented_hello_is_two_frames_at_any_split_of_the_reads() {
    let bytes = [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F];
    for split in 0..=bytes.len() {
        let mut decoder = Decoder::default();
        let mut frames = Vec::new();
        for part in [&bytes[..split], &bytes[split..]] {
            decoder.push(part);
            while let Some((frame, _)) = decoder.next_frame().unwrap() {
                frames.push((frame.is_final, frame.opcode, frame.payload));
            }
        }
        let first = (false, Opcode::Text, b"Hel".to_vec());
        let second = (true, Opcode::Continuation, b"lo".to_vec());
        assert_eq!(frames, [first, second]);
        assert!(decoder.is_empty());
    }
}

#[test]
fn lengths_of_every_form_come_back() {
    for length in [0, 125, 126, 65_535, 65_536] {
        let payload = vec![7; length];
        let mut bytes = super::header(true, Opcode::Binary, length);
        bytes.extend_from_slice(&payload);
        let mut decoder = Decoder::default();
        decoder.push(&bytes);
        let (frame, raw) = decoder.next_frame().unwrap().unwrap();
        assert_eq!(raw, bytes);
        assert_eq!(frame, Frame::whole(Opcode::Binary, &payload));
    }
}

#[test]
fn what_a_server_must_not_write_is_refused() {
    let masked = [0x82, 0x81, 1, 2, 3, 4, 5];
    let reserved_bit = [0xC2, 0x00];
    let long_form = [0x82, 126, 0, 125];
    let split_ping = [0x09, 0x00];
    let unknown = [0x83, 0x00];
    for bytes in [
        &masked[..],
        &reserved_bit,
        &long_form,
        &split_ping,
        &unknown,
    ] {
        let mut decoder = Decoder::default();
        decoder.push(bytes);
        assert!(decoder.next_frame().is_err(), "{bytes:02x?}");
    }
}
