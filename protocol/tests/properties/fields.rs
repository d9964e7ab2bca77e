//! States of every kind.

use mote_protocol::wire::{Field, FieldsBuf, Selection, Viewport, tag};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

pub(crate) fn fields() -> impl Strategy<Value = FieldsBuf> {
    let known = proptest::sample::subsequence((1..=7u8).collect::<Vec<_>>(), 0..=7);
    let known = known.prop_flat_map(|tags| tags.into_iter().map(known_body).collect::<Vec<_>>());
    let opaque = btree_map(8..=u8::MAX, vec(any::<u8>(), 0..200), 0..4);
    (known, opaque).prop_map(|(known, opaque)| {
        let mut fields = FieldsBuf::new();
        for (tag, body) in known.into_iter().chain(opaque) {
            let pushed = fields.push(Field { tag, body: &body });
            pushed.expect("ascending and well-formed");
        }
        fields
    })
}

/// A right body of a known tag, or none.
fn known_body(tag: u8) -> BoxedStrategy<(u8, Vec<u8>)> {
    let body = match tag {
        tag::SELECTION => vec("\\PC{0,8}", 0..6)
            .prop_map(|ids| selection(&ids))
            .boxed(),
        tag::VIEWPORT => any::<[u16; 4]>()
            .prop_map(|[x, y, w, h]| Viewport { x, y, w, h }.encode().to_vec())
            .boxed(),
        tag::ACTIVITY => (0..=2u8).prop_map(|activity| vec![activity]).boxed(),
        tag::CUSTOM => "\\PC{0,40}".prop_map(String::into_bytes).boxed(),
        tag::CURSOR_HIDDEN => Just(vec![1]).boxed(),
        tag::SURFACE => "\\PC{0,16}"
            .prop_map(|surface| surface_body(&surface))
            .boxed(),
        _ => vec(any::<u8>(), 0..20).boxed(),
    };
    prop_oneof![4 => body, 1 => Just(Vec::new())]
        .prop_map(move |body| (tag, body))
        .boxed()
}

fn selection(ids: &[String]) -> Vec<u8> {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut body = Vec::new();
    Selection::encode(&ids, &mut body).expect("few and short");
    body
}

/// At most 64 bytes, so the length is one byte.
fn surface_body(surface: &str) -> Vec<u8> {
    let length = u8::try_from(surface.len()).expect("at most 64");
    [&[length], surface.as_bytes()].concat()
}
