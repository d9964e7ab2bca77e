//! R-FRM-4: decoding and encoding undo each other, and no bytes make the decoder panic.
#![cfg(not(target_arch = "wasm32"))]

mod fields;
mod messages;

use messages::{Received, Sent, received, sent};
use mote_protocol::limits::MESSAGE_BYTES_MAX;
use mote_protocol::wire::{WireError, client_messages, server_messages};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_client_writes_is_what_a_server_reads(messages in vec(sent(), 1..8)) {
        let bytes = encode_sent(&messages);
        let read: Result<Vec<_>, _> = client_messages(&bytes).collect();
        prop_assert_eq!(read, Ok(messages.iter().map(Sent::as_message).collect()));
        prop_assert_eq!(again_from_client(&bytes), Ok(bytes.clone()));
    }

    #[test]
    fn what_the_server_writes_is_what_a_client_reads(messages in vec(received(), 1..8)) {
        let bytes = encode_received(&messages);
        let read: Result<Vec<_>, _> = server_messages(&bytes).collect();
        prop_assert_eq!(read, Ok(messages.iter().map(Received::as_message).collect()));
        prop_assert_eq!(again_from_server(&bytes), Ok(bytes.clone()));
    }

    #[test]
    fn perturbed_bytes_of_a_client_are_refused_or_mean_exactly_themselves(
        messages in vec(sent(), 1..4),
        changes in vec(change(), 1..4),
    ) {
        let bytes = perturb(encode_sent(&messages), &changes);
        if let Ok(again) = again_from_client(&bytes) {
            prop_assert_eq!(again, bytes);
        }
    }

    #[test]
    fn perturbed_bytes_of_the_server_are_refused_or_mean_exactly_themselves(
        messages in vec(received(), 1..4),
        changes in vec(change(), 1..4),
    ) {
        let bytes = perturb(encode_received(&messages), &changes);
        if let Ok(again) = again_from_server(&bytes) {
            prop_assert_eq!(again, bytes);
        }
    }

    #[test]
    fn any_bytes_are_refused_or_mean_exactly_themselves(bytes in vec(any::<u8>(), 0..64)) {
        if let Ok(again) = again_from_client(&bytes) {
            prop_assert_eq!(&again, &bytes);
        }
        if let Ok(again) = again_from_server(&bytes) {
            prop_assert_eq!(&again, &bytes);
        }
    }

    /// R-FRM-2.
    #[test]
    fn a_message_that_is_cut_short_is_refused(message in sent(), cut in any::<Index>()) {
        let bytes = encode_sent(std::slice::from_ref(&message));
        let short = &bytes[..cut.index(bytes.len())];
        prop_assert!(again_from_client(short).is_err());
    }
}

fn encode_sent(messages: &[Sent]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in messages {
        message
            .as_message()
            .encode(&mut bytes)
            .expect("within the limits");
    }
    assert!(bytes.len() <= MESSAGE_BYTES_MAX);
    bytes
}

fn encode_received(messages: &[Received]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in messages {
        message
            .as_message()
            .encode(&mut bytes)
            .expect("within the limits");
    }
    assert!(bytes.len() <= MESSAGE_BYTES_MAX);
    bytes
}

fn again_from_client(bytes: &[u8]) -> Result<Vec<u8>, WireError> {
    let mut again = Vec::new();
    for message in client_messages(bytes) {
        message?.encode(&mut again)?;
    }
    Ok(again)
}

fn again_from_server(bytes: &[u8]) -> Result<Vec<u8>, WireError> {
    let mut again = Vec::new();
    for message in server_messages(bytes) {
        message?.encode(&mut again)?;
    }
    Ok(again)
}

/// What a line, or somebody who means ill, does to bytes.
#[derive(Clone, Debug)]
enum Change {
    Set(Index, u8),
    Flip(Index, u8),
    Remove(Index),
    Insert(Index, u8),
    Cut(Index),
    Append(Vec<u8>),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        (any::<Index>(), 0..8u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        any::<Index>().prop_map(Change::Remove),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Insert(at, byte)),
        any::<Index>().prop_map(Change::Cut),
        vec(any::<u8>(), 1..8).prop_map(Change::Append),
    ]
}

fn perturb(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        let length = bytes.len();
        if length == 0 {
            break;
        }
        match change {
            Change::Set(at, byte) => bytes[at.index(length)] = *byte,
            Change::Flip(at, bit) => bytes[at.index(length)] ^= 1 << bit,
            Change::Remove(at) => drop(bytes.remove(at.index(length))),
            Change::Insert(at, byte) => bytes.insert(at.index(length), *byte),
            Change::Cut(at) => bytes.truncate(at.index(length)),
            Change::Append(more) => bytes.extend_from_slice(more),
        }
    }
    bytes
}
