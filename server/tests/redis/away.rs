//! The engine away in every way that it can be, and back: everybody agrees again, soon.

use std::time::{Duration, Instant};

use mote_server::bus::Bus;
use mote_server::bus::redis::Readiness;

use super::engines::{Engine, until};
use super::nodes::{Heard, Node, field, set};
use super::proxy::Proxy;

/// After the engine is back every node agrees within this time.
const AGREED_WITHIN: Duration = Duration::from_secs(5);

fn two_in_a_room(engine: &Engine) -> [Node; 2] {
    let nodes = [1, 2].map(|id| Node::start(id, &engine.url()));
    for node in &nodes {
        node.open("plan");
        node.until_ready();
    }
    nodes
}

/// Each node hears that the room is open again, and then each hears the other.
fn agree_again(nodes: &[Node; 2], marks: [usize; 2]) {
    let since = Instant::now();
    for (node, mark) in nodes.iter().zip(marks) {
        node.opened_since(mark, "plan");
    }
    let within = since.elapsed();
    assert!(within < AGREED_WITHIN, "{within:?}");
    for (node, other) in [(0, 1), (1, 0)] {
        nodes[node].publish("plan", b"back", vec![]);
        nodes[other].batch_since(marks[other], b"back");
    }
}

#[test]
fn a_killed_engine_is_noticed_at_once_and_used_again_when_it_is_back() {
    let mut engine = Engine::start();
    let nodes = two_in_a_room(&engine);
    let before = nodes.each_ref().map(Node::mark);
    engine.kill();
    for (node, mark) in nodes.iter().zip(before) {
        node.unavailable_since(mark, "plan");
        assert_eq!(node.readiness(), Readiness::Away);
        // Who comes now does not wait.
        let mark = node.mark();
        node.bus.open("new");
        node.unavailable_since(mark, "new");
    }
    let after = nodes.each_ref().map(Node::mark);
    engine.run();
    agree_again(&nodes, after);
    for (node, mark) in nodes.iter().zip(after) {
        node.opened_since(mark, "new");
        // It has lost everything but each node's claim to its blocks.
        let record = node.opened_since(mark, "plan");
        let block = u32::try_from(node.id.0).unwrap() - 1;
        assert_eq!((record.blocks, record.fields), (vec![block], vec![]));
        node.until_ready();
    }
}

#[test]
fn a_paused_engine_is_away_and_after_it_nobody_is_taken_for_gone() {
    let engine = Engine::start();
    let nodes = two_in_a_room(&engine);
    nodes[0].until_live("plan", 2);
    let before = nodes.each_ref().map(Node::mark);
    engine.pause();
    let paused = Instant::now();
    for (node, mark) in nodes.iter().zip(before) {
        node.unavailable_since(mark, "plan");
    }
    // Until every lease has lapsed, which nobody can hear.
    until("leases have lapsed", || {
        paused.elapsed() > Duration::from_secs(6)
    });
    let after = nodes.each_ref().map(Node::mark);
    engine.resume();
    agree_again(&nodes, after);
    let resumed = Instant::now();
    until("leases are judged again", || {
        resumed.elapsed() > Duration::from_secs(8)
    });
    for (node, mark) in nodes.iter().zip(before) {
        let gone = |heard: &Heard| matches!(heard, Heard::Gone(_));
        assert!(!node.heard_since(mark).iter().any(gone));
        assert_eq!(node.until_live("plan", 2).live_nodes.len(), 2);
    }
}

#[test]
fn a_flushed_engine_is_noticed_and_every_room_is_read_again() {
    let engine = Engine::start();
    let nodes = two_in_a_room(&engine);
    nodes[0].publish("plan", b"", vec![nodes[0].person(0, 1)]);
    let marks = nodes.each_ref().map(Node::mark);
    engine.do_it(&["FLUSHALL"]);
    agree_again(&nodes, marks);
    let blocks = nodes
        .each_ref()
        .map(|node| node.until_live("plan", 2).blocks);
    assert_eq!(blocks, [[0], [1]], "each goes on with the ids that it had");
}

#[test]
fn an_engine_that_forgot_its_scripts_gets_them_again() {
    let engine = Engine::start();
    let nodes = two_in_a_room(&engine);
    let marks = nodes.each_ref().map(Node::mark);
    engine.do_it(&["SCRIPT", "FLUSH"]);
    agree_again(&nodes, marks);
}

#[test]
fn a_full_engine_goes_on_carrying_batches_and_its_record_is_right_when_it_has_room() {
    let engine = Engine::start();
    let nodes = two_in_a_room(&engine);
    let [a, b] = &nodes;
    let (from_a, from_b) = (a.mark(), b.mark());
    engine.do_it(&["CONFIG", "SET", "maxmemory", "1"]);
    a.publish("plan", b"full", vec![a.person(0, 1)]);
    b.batch_since(from_b, b"full");
    until("the node says so", || {
        a.readiness() == Readiness::RefusesWrites
    });
    // Read again and again: each time the room would set what the record lacks.
    let mark = a.mark();
    assert_eq!(field(&a.opened_since(mark, "plan"), "u0"), None);
    let heard = a.heard_since(from_a);
    assert!(
        !heard.contains(&Heard::Unavailable("plan".into())),
        "{heard:?}"
    );
    engine.do_it(&["CONFIG", "SET", "maxmemory", "0"]);
    a.publish("plan", b"roomy", vec![a.person(0, 1)]);
    b.batch_since(0, b"roomy");
    a.until_ready();
    assert!(field(&b.until_live("plan", 2), "u0").is_some());
}

#[test]
fn a_slow_engine_is_not_away() {
    let engine = Engine::start();
    let proxy = Proxy::start(engine.port);
    let (a, b) = (Node::start(1, &proxy.url()), Node::start(2, &engine.url()));
    a.open("plan");
    b.open("plan");
    proxy.slow_down(Duration::from_millis(250));
    let (from_a, from_b) = (a.mark(), b.mark());
    for number in 0..100_u8 {
        a.publish("plan", &[number], vec![set("s1", &[number])]);
    }
    b.batch_since(from_b, &[99]);
    b.publish("plan", b"answer", vec![]);
    a.batch_since(from_a, b"answer");
    assert_eq!(b.batches_since(from_b, "plan").len(), 100);
    assert_eq!(a.readiness(), Readiness::Ready);
}

#[test]
fn what_an_engine_does_not_take_is_dropped_without_holding_anybody_up() {
    let engine = Engine::start();
    let proxy = Proxy::start(engine.port);
    let a = Node::start(1, &proxy.url());
    a.open("plan");
    let mark = a.mark();
    proxy.cut();
    let (since, megabyte) = (Instant::now(), vec![0; 1024 * 1024]);
    for _ in 0..200 {
        a.publish("plan", &megabyte, vec![]);
    }
    assert!(
        since.elapsed() < Duration::from_secs(10),
        "{:?}",
        since.elapsed()
    );
    a.unavailable_since(mark, "plan");
    let mark = a.mark();
    proxy.mend();
    a.opened_since(mark, "plan");
    a.until_ready();
}

#[test]
fn rooms_closed_while_the_engine_is_away_are_cleared_when_it_is_back() {
    let engine = Engine::start();
    let proxy = Proxy::start(engine.port);
    let (a, b) = (Node::start(1, &proxy.url()), Node::start(2, &engine.url()));
    for room in ["left", "left and entered"] {
        a.open(room);
        b.open(room);
        // What is under way when the line is cut may come or not.
        let mark = b.mark();
        a.publish(room, b"here", vec![a.person(0, 1)]);
        b.batch_since(mark, b"here");
    }
    let mark = a.mark();
    proxy.cut();
    a.unavailable_since(mark, "left");
    let (from_a, from_b) = (a.mark(), b.mark());
    for room in ["left", "left and entered"] {
        a.bus.close(room, Some(a.batch(room.as_bytes())));
    }
    a.bus.open("left and entered");
    proxy.mend();
    a.opened_since(from_a, "left and entered");
    b.batch_since(from_b, b"left");
    assert_eq!(field(&b.until_live("left", 2), "u0"), None);
    assert_eq!(
        b.batches_since(from_b, "left and entered"),
        Vec::<Vec<u8>>::new()
    );
}
