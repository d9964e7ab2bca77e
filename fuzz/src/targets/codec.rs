//! The wire: what is read is written as the same bytes again.

use mote_protocol::wire::{
    ClientMessage, Fields, Selection, ServerMessage, Viewport, WireError, client_messages,
    server_messages, tag,
};

use crate::{Target, seeds};

pub(crate) const TARGET: Target = Target {
    name: "codec",
    bytes_max: 4_096,
    run,
    seeds: || [seeds::of_clients(), seeds::of_servers()].concat(),
};

fn run(data: &[u8]) {
    if let Ok(messages) = client_messages(data).collect::<Result<Vec<_>, _>>() {
        same(data, &messages, ClientMessage::encode);
        for message in &messages {
            if let ClientMessage::State { fields, .. } = message {
                bodies(*fields);
            }
        }
    }
    if let Ok(messages) = server_messages(data).collect::<Result<Vec<_>, _>>() {
        same(data, &messages, ServerMessage::encode);
        for message in &messages {
            if let ServerMessage::State { fields, .. } = message {
                bodies(*fields);
            }
        }
    }
}

fn same<T>(data: &[u8], messages: &[T], encode: fn(&T, &mut Vec<u8>) -> Result<(), WireError>) {
    let mut again = Vec::new();
    for message in messages {
        encode(message, &mut again).expect("what was read can be written");
    }
    assert_eq!(again, data, "one message, one byte string");
}

fn bodies(fields: Fields<'_>) {
    for field in fields.iter().filter(|field| !field.body.is_empty()) {
        if let (tag::VIEWPORT, Ok(viewport)) = (field.tag, Viewport::parse(field.body)) {
            assert_eq!(viewport.encode(), field.body);
        }
        if let (tag::SELECTION, Ok(selection)) = (field.tag, Selection::parse(field.body)) {
            let ids: Vec<_> = selection.iter().collect();
            let mut again = Vec::new();
            Selection::encode(&ids, &mut again).expect("what was read can be written");
            assert_eq!(again, field.body);
        }
    }
}
