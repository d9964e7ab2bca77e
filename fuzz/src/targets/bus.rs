//! What servers say to each other over Redis, which others may be able to write to.

use mote_server::bus::batch::{self, Item};
use mote_server::bus::record::{Field, Person};

use crate::{Target, seeds};

pub(crate) const TARGET: Target = Target {
    name: "bus",
    bytes_max: 4_096,
    run,
    seeds,
};

fn run(data: &[u8]) {
    if let Ok((_, items)) = batch::parse(data) {
        for item in items.map_while(Result::ok) {
            match item {
                Item::Person(person) => written_again(person),
                Item::Message(_, bytes) => assert!(!bytes.is_empty()),
                Item::Kick(_) | Item::Close(_) | Item::Handover(_) => {}
            }
        }
    }
    assert!(batch::cursors_of(data).count() <= data.len());
    if let Some(field) = Field::parse(data) {
        assert_eq!(Field::parse(&field.name()), Some(field));
    }
    if let Some(person) = Person::parse(data) {
        written_again(person);
    }
    if let Some((node, person)) = Person::of_value(data) {
        let value = person.value(node);
        assert_eq!(Person::of_value(&value), Some((node, person)));
    }
}

fn written_again(person: Person<'_>) {
    let mut bytes = Vec::new();
    person.append(&mut bytes);
    assert_eq!(Person::parse(&bytes), Some(person));
}

/// A header of the node 1, then each message that a server sends.
fn seeds() -> Vec<Vec<u8>> {
    let header = [&[batch::VERSION][..], &1u64.to_be_bytes(), &[1, 2, 3]].concat();
    let batches = seeds::of_servers();
    let batches = batches.iter().map(|bytes| [&header[..], bytes].concat());
    let mut all: Vec<_> = batches.collect();
    // Items of our own: a person that is none, a kind that nobody knows, a kick, the end of the room.
    let kick = [&[0xF0, 21, 2, 5][..], &[7; 16], b"bye"].concat();
    let items: [&[u8]; 4] = [
        &[0xF0, 3, 1, 0, 0],
        &[0xF0, 2, 9, 9],
        &kick,
        b"\xF0\x04\x03bye",
    ];
    all.extend(items.map(|item| [&header[..], item].concat()));
    all
}
