//! What to tell of a state that is another one now, without knowing how it came to that.

use mote_protocol::wire::{Field, FieldsBuf, tag};

use super::super::state::PersonState;

/// States to send one after the other, so that `before` becomes `after`.
pub(in super::super) fn differences(before: &PersonState, after: &PersonState) -> Vec<FieldsBuf> {
    let mut states = Vec::new();
    let (old, new) = (before.fields(), after.fields());
    let is_patched = old.contains_key(&tag::CUSTOM) && new.contains_key(&tag::CUSTOM);
    if is_patched && old.get(&tag::CUSTOM) != new.get(&tag::CUSTOM) {
        // A patch could not take keys away that are not known: the object is removed first.
        push(&mut states, tag::CUSTOM, &[]);
        states.push(FieldsBuf::new());
    }
    let gone = old.keys().filter(|tag| !new.contains_key(tag));
    let gone = gone.map(|&tag| (tag, &[][..]));
    let changed = new.iter().filter(|(tag, body)| old.get(tag) != Some(body));
    let changed = changed.map(|(&tag, body)| (tag, body.as_slice()));
    let mut all: Vec<_> = gone.chain(changed).collect();
    all.sort_unstable();
    for (tag, body) in all {
        push(&mut states, tag, body);
    }
    states
}

fn push(states: &mut Vec<FieldsBuf>, tag: u8, body: &[u8]) {
    let field = Field { tag, body };
    let fits = states
        .last_mut()
        .is_some_and(|last| last.push(field).is_ok());
    if !fits {
        let mut fields = FieldsBuf::new();
        let pushed = fields.push(field);
        pushed.expect("a field of a state is one that the wire allows");
        states.push(fields);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(fields: &[(u8, &[u8])]) -> PersonState {
        let mut buffer = FieldsBuf::new();
        for &(tag, body) in fields {
            buffer.push(Field { tag, body }).unwrap();
        }
        let merged = PersonState::default().merged(buffer.as_fields());
        merged.unwrap()
    }

    #[test]
    fn whoever_follows_the_differences_has_the_new_state() {
        let states = [
            state(&[]),
            state(&[(4, &[1])]),
            state(&[(4, &[2]), (5, br#"{"a":1}"#), (200, b"x")]),
            state(&[(5, br#"{"b":1}"#), (7, b"\x01s")]),
            state(&[(2, &[0]), (5, br#"{"b":1}"#), (200, &[b'y'; 16_000])]),
            state(&[(99, &[b'z'; 16_000])]),
        ];
        for before in &states {
            for after in &states {
                let mut followed = before.clone();
                for fields in differences(before, after) {
                    followed = followed.merged(fields.as_fields()).unwrap();
                }
                assert_eq!(followed.fields(), after.fields());
            }
            assert!(differences(before, before).is_empty());
        }
    }
}
