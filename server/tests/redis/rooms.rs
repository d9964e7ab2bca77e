//! What shared rooms rely on while nothing is wrong, on every engine that there is.

use std::collections::BTreeSet;

use mote_server::bus::{Bus, BusOutput};

use super::engines::{Engine, programs, until};
use super::nodes::{Heard, Node, field, remove, set};

fn on_each_engine(test: impl Fn(&Engine)) {
    for program in programs() {
        test(&Engine::start_with(&program, &[]));
    }
}

#[test]
fn batches_reach_every_other_node_of_the_room_once_and_in_order() {
    on_each_engine(|engine| {
        let nodes: Vec<_> = (1..=3).map(|id| Node::start(id, &engine.url())).collect();
        for node in &nodes {
            node.open("plan");
        }
        let expected: Vec<_> = (0..1_000_u32).map(|n| n.to_be_bytes().to_vec()).collect();
        for (number, payload) in expected.iter().enumerate() {
            // Some change the record, on another path through the engine.
            let changes = if number % 7 == 0 {
                vec![set("sX", payload)]
            } else {
                vec![]
            };
            nodes[0].publish("plan", payload, changes);
        }
        for node in &nodes[1..] {
            node.batch_since(0, expected.last().unwrap());
            assert_eq!(node.batches_since(0, "plan"), expected);
        }
        assert_eq!(nodes[0].batches_since(0, "plan"), Vec::<Vec<u8>>::new());
    });
}

#[test]
fn rooms_do_not_hear_each_other_and_a_closed_one_hears_nothing() {
    on_each_engine(|engine| {
        let (a, b) = (Node::start(1, &engine.url()), Node::start(2, &engine.url()));
        for room in ["}", "{", "a:b", "ü%7D"] {
            a.open(room);
            b.open(room);
            a.publish(room, room.as_bytes(), vec![]);
            b.batch_since(0, room.as_bytes());
            assert_eq!(b.batches_since(0, room), [room.as_bytes()]);
        }
        b.bus.close("{", None);
        b.open("marker");
        a.open("marker");
        a.publish("{", b"unheard", vec![]);
        a.publish("marker", b"after", vec![]);
        b.batch_since(0, b"after");
        assert_eq!(b.batches_since(0, "{").len(), 1);
    });
}

#[test]
fn who_opens_a_room_misses_nothing_between_the_record_and_the_batches() {
    on_each_engine(|engine| {
        let a = Node::start(1, &engine.url());
        a.open("plan");
        let publish = |number: u32| {
            let payload = number.to_be_bytes();
            a.publish("plan", &payload, vec![set("s0000000000000001", &payload)]);
        };
        let late: Vec<_> = (2..8).map(|id| Node::start(id, &engine.url())).collect();
        for (number, node) in (0_u32..).zip(&late) {
            (0..50).for_each(|n| publish(number * 100 + n));
            node.bus.open("plan");
            (50..100).for_each(|n| publish(number * 100 + n));
        }
        let last = u32::try_from(late.len()).unwrap() * 100 - 1;
        for node in &late {
            let record = node.opened_since(0, "plan");
            let number = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
            let read = field(&record, "s0000000000000001");
            let next = read.map_or(0, |read| number(read) + 1);
            // A node that was slow to open may have read all of it.
            if next <= last {
                node.batch_since(0, &last.to_be_bytes());
            }
            let batches = node.batches_since(0, "plan");
            let newer = batches
                .iter()
                .map(|batch| number(batch))
                .filter(|n| *n >= next);
            assert!(newer.eq(next..=last), "a gap after {next}");
        }
    });
}

#[test]
fn a_record_has_what_was_set_and_not_what_was_removed() {
    on_each_engine(|engine| {
        let a = Node::start(1, &engine.url());
        a.open("plan");
        a.publish(
            "plan",
            b"",
            vec![a.person(0, 1), a.person(1, 1), set("c1", b"\0\xff")],
        );
        a.publish("plan", b"", vec![remove("u1"), remove("u9")]);
        a.publish("plan", b"done", vec![]);
        let b = Node::start(2, &engine.url());
        b.open("plan");
        a.publish("plan", b"", vec![]);
        let record = b.until_live("plan", 2);
        let names: BTreeSet<_> = record.fields.iter().map(|(name, _)| &name[..]).collect();
        assert_eq!(names, BTreeSet::from([&b"c1"[..], b"u0"]));
        assert_eq!(field(&record, "c1"), Some(&b"\0\xff"[..]));
        assert!(record.live_nodes.contains(&a.id) && record.live_nodes.contains(&b.id));
        for key in ["test:{plan}:record", "test:{plan}:ids"] {
            assert!(
                engine.ask::<i64>(&["TTL", key]) > 0,
                "{key} would stay for ever"
            );
        }
    });
}

#[test]
fn a_seat_belongs_to_the_later_generation_and_the_other_is_told() {
    on_each_engine(|engine| {
        let (a, b) = (Node::start(1, &engine.url()), Node::start(2, &engine.url()));
        a.open("plan");
        b.open("plan");
        a.publish("plan", b"mine", vec![a.person(3, 1)]);
        b.batch_since(0, b"mine");
        b.publish("plan", b"taken over", vec![b.person(3, 2)]);
        a.batch_since(0, b"taken over");
        let mark = a.mark();
        // A does not know yet, sets it again and removes it: neither counts.
        a.publish("plan", b"again", vec![a.person(3, 1), remove("u3")]);
        let record = a.opened_since(mark, "plan");
        let owner = &field(&record, "u3").unwrap()[..12];
        assert_eq!(
            owner,
            [&b.id.0.to_be_bytes()[..], &2_u32.to_be_bytes()].concat()
        );
        // The same generation: both nodes must come to the same end, whoever is first.
        a.publish("plan", b"", vec![a.person(4, 1)]);
        b.publish("plan", b"tie", vec![b.person(4, 1)]);
        a.batch_since(0, b"tie");
        a.publish("plan", b"", vec![a.person(4, 1)]);
        let record = a.until_live("plan", 2);
        assert_eq!(field(&record, "u4").unwrap()[..8], b.id.0.to_be_bytes());
    });
}

#[test]
fn ids_are_given_to_one_node_and_given_back() {
    on_each_engine(|engine| {
        let (a, b) = (Node::start(1, &engine.url()), Node::start(2, &engine.url()));
        assert_eq!(a.open("plan").blocks, [0]);
        assert_eq!(b.open("plan").blocks, [1]);
        let mark = a.mark();
        for _ in 0..3 {
            a.bus.carry_out("plan", BusOutput::WantIds);
        }
        until("three blocks have come", || a.heard_since(mark).len() == 3);
        let given = [2, 3, 4].map(|block| Heard::Ids("plan".into(), block));
        assert_eq!(a.heard_since(mark), given);
        b.bus.close("plan", None);
        assert_eq!(b.open("other").blocks, [0], "another room has its own");
        let mark = a.mark();
        a.bus.carry_out("plan", BusOutput::WantIds);
        assert_eq!(a.ids_since(mark, "plan"), 1, "the lowest that is free");
        let mut blocks = a.until_live("plan", 2).blocks;
        blocks.sort_unstable();
        assert_eq!(blocks, [0, 1, 2, 3, 4]);
    });
}

#[test]
fn who_closes_a_room_leaves_nothing_and_says_farewell() {
    on_each_engine(|engine| {
        let (a, b) = (Node::start(1, &engine.url()), Node::start(2, &engine.url()));
        a.open("plan");
        b.open("plan");
        let traces = ["s0000000000000001", "c0000000000000001"].map(|name| set(name, b"x"));
        a.publish(
            "plan",
            b"",
            [vec![a.person(0, 1)], traces.to_vec()].concat(),
        );
        b.publish("plan", b"", vec![b.person(16, 1)]);
        a.bus.close("plan", Some(a.batch(b"farewell")));
        b.batch_since(0, b"farewell");
        let record = b.until_live("plan", 2);
        assert_eq!(record.fields.len(), 1, "{record:?}");
        assert!(field(&record, "u16").is_some());
        b.bus.close("plan", None);
        until("nothing is left of the room", || {
            let keys: Vec<String> = engine.ask(&["KEYS", "test:{plan}*"]);
            keys.is_empty()
        });
    });
}

#[test]
fn deployments_with_different_prefixes_share_nothing() {
    let engine = Engine::start();
    let a = Node::start(1, &engine.url());
    let other = super::nodes::options(&engine.url());
    let b = Node::start_with(
        2,
        mote_server::bus::redis::RedisOptions {
            prefix: "other".into(),
            ..other
        },
    );
    assert_eq!(a.open("plan").blocks, [0]);
    let record = b.open("plan");
    assert_eq!((record.blocks, record.live_nodes), (vec![0], vec![b.id]));
}
