//! A node that is cut off, or gone, as the others see it.

use std::time::{Duration, Instant};

use mote_server::bus::Bus;

use super::engines::{Engine, until};
use super::nodes::{Heard, Node, field, set};
use super::proxy::Proxy;

fn times_gone(node: &Node, of: &Node) -> usize {
    let heard = node.heard_since(0);
    heard
        .iter()
        .filter(|heard| **heard == Heard::Gone(of.id))
        .count()
}

#[test]
fn a_node_that_is_cut_off_is_gone_once_its_traces_are_removed_and_it_may_come_back() {
    let engine = Engine::start();
    let proxy = Proxy::start(engine.port);
    let lost = Node::start(9, &proxy.url());
    let others = [1, 2].map(|id| Node::start(id, &engine.url()));
    lost.open("plan");
    let trace = set("s0000000000000009", b"1");
    lost.publish("plan", b"hello", vec![lost.person(0, 1), trace]);
    for node in &others {
        node.open("plan");
        node.until_live("plan", 3);
    }
    let mark = lost.mark();
    proxy.cut();
    let since = Instant::now();
    for node in &others {
        node.find(0, |heard| (*heard == Heard::Gone(lost.id)).then_some(()));
    }
    let within = since.elapsed();
    assert!(within < Duration::from_secs(7), "{within:?}");
    lost.unavailable_since(mark, "plan");
    // Its people had time to come back elsewhere: until then the record has them.
    let record = others[0].until_live("plan", 2);
    assert!(field(&record, "u0").is_some());
    until("the record is cleared", || {
        let fields: Vec<String> = engine.ask(&["HKEYS", "test:{plan}:record"]);
        fields.is_empty()
    });
    assert_eq!(
        others.each_ref().map(|node| times_gone(node, &lost)),
        [1, 1]
    );

    let marks = others.each_ref().map(Node::mark);
    let mark = lost.mark();
    proxy.mend();
    let record = lost.opened_since(mark, "plan");
    assert_eq!(record.blocks, [0], "nobody else was given its ids");
    for (node, mark) in others.iter().zip(marks) {
        let record = node.opened_since(mark, "plan");
        assert!(record.live_nodes.contains(&lost.id));
    }
}

#[test]
fn a_node_that_stops_is_gone_at_once() {
    let engine = Engine::start();
    let (a, b) = (Node::start(1, &engine.url()), Node::start(2, &engine.url()));
    a.open("plan");
    b.open("plan");
    // Judged only when everybody had time to renew after the start.
    let started = Instant::now();
    until("leases are judged", || {
        started.elapsed() > Duration::from_millis(6_600)
    });
    a.until_live("plan", 2);
    let (mark, since) = (a.mark(), Instant::now());
    b.bus.stop();
    a.find(mark, |heard| (*heard == Heard::Gone(b.id)).then_some(()));
    assert!(
        since.elapsed() < Duration::from_secs(3),
        "{:?}",
        since.elapsed()
    );
}

#[test]
fn the_people_of_a_node_that_nobody_saw_die_are_cleared_by_who_finds_them() {
    let engine = Engine::start();
    // A node of yesterday: of a lease nothing is left, of its people all.
    let person = [&7_u64.to_be_bytes()[..], &1_u32.to_be_bytes()].concat();
    let mut command = redis::cmd("HSET");
    command.arg("test:{plan}:record").arg("u3").arg(&person[..]);
    command.arg("s0000000000000007").arg("1");
    let client = redis::Client::open(engine.url()).unwrap();
    command
        .query::<i64>(&mut client.get_connection().unwrap())
        .unwrap();

    let a = Node::start(1, &engine.url());
    let record = a.open("plan");
    assert_eq!(record.fields.len(), 2);
    a.find(0, |heard| {
        (*heard == Heard::Gone(mote_server::bus::NodeId(7))).then_some(())
    });
    until("the record is cleared", || {
        engine.ask::<i64>(&["EXISTS", "test:{plan}:record"]) == 0
    });
}

#[test]
fn what_others_write_into_the_engine_harms_nobody() {
    let engine = Engine::start();
    let a = Node::start(1, &engine.url());
    for words in [
        &[
            "HSET",
            "test:{plan}:record",
            "u",
            "",
            "uX",
            "short",
            "s",
            "x",
            "czz",
            "",
            "",
            "",
        ][..],
        &[
            "HSET",
            "test:{plan}:ids",
            "no number",
            "no node",
            "-1",
            "x",
            "0",
            "",
        ],
        &["SADD", "test:node:{nodes}", "no node", "ffffffffffffffffff"],
        &["SET", "test:node:{nodes}:no node", "x"],
    ] {
        engine.do_it(words);
    }
    let record = a.open("plan");
    assert_eq!(record.fields.len(), 5);
    assert_eq!(record.blocks.len(), 1);
    for words in [
        &["PUBLISH", "test:{plan}", ""][..],
        &["PUBLISH", "test:{plan}", "short"],
        &["PUBLISH", "test:{plan}", "123456789 not ours"],
        &["PUBLISH", "test:{other}", "123456789 not ours"],
    ] {
        engine.do_it(words);
    }
    a.batch_since(0, b" not ours");
    assert_eq!(a.batches_since(0, "plan").len(), 1);
    a.until_live("plan", 1);
    assert_eq!(
        a.heard_since(0)
            .iter()
            .filter(|h| matches!(h, Heard::Unavailable(_)))
            .count(),
        0
    );
}

#[test]
fn a_key_of_another_kind_leaves_one_room_alone_and_no_other() {
    let engine = Engine::start();
    engine.do_it(&["SET", "test:{plan}:record", "not a hash"]);
    let a = Node::start(1, &engine.url());
    a.open("other");
    a.bus.open("plan");
    a.unavailable_since(0, "plan");
    engine.do_it(&["DEL", "test:{plan}:record"]);
    a.opened_since(0, "plan");
    assert!(
        !a.heard_since(0)
            .contains(&Heard::Unavailable("other".into()))
    );
}
