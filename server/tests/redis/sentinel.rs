//! Sentinels, which say where the master is.

use std::time::Instant;

use mote_server::bus::Bus;

use super::engines::{Engine, redis_program, until};
use super::nodes::{Heard, Node, field};

#[test]
fn a_fail_over_is_followed_and_the_record_goes_on() {
    let mut master = Engine::start();
    let port = master.port.to_string();
    let replica = Engine::start_with(
        &redis_program(),
        &[("replicaof", &format!("127.0.0.1 {port}"))],
    );
    let sentinel = Engine::start_sentinel(&format!(
        "sentinel monitor main 127.0.0.1 {port} 1\n\
         sentinel down-after-milliseconds main 1000\n\
         sentinel failover-timeout main 3000"
    ));
    until("the Sentinel knows the replica, which follows", || {
        let info: String = sentinel.ask(&["INFO", "sentinel"]);
        let replication: String = replica.ask(&["INFO", "replication"]);
        info.contains("slaves=1") && replication.contains("master_link_status:up")
    });
    let url = format!("redis+sentinel://127.0.0.1:{}/main", sentinel.port);
    let nodes = [1, 2].map(|id| Node::start(id, &url));
    for node in &nodes {
        node.open("plan");
    }
    nodes[0].publish("plan", b"set", vec![nodes[0].person(0, 1)]);
    nodes[1].batch_since(0, b"set");
    until("the replica has it", || {
        replica.ask::<i64>(&["HLEN", "test:{plan}:record"]) == 1
    });
    let marks = nodes.each_ref().map(Node::mark);
    let since = Instant::now();
    master.kill();
    for (node, mark) in nodes.iter().zip(marks) {
        node.unavailable_since(mark, "plan");
        let record = node.opened_since(mark, "plan");
        assert!(field(&record, "u0").is_some());
    }
    assert!(since.elapsed().as_secs() < 20, "{:?}", since.elapsed());
    let mark = nodes[1].mark();
    nodes[0].publish("plan", b"goes on", vec![]);
    nodes[1].batch_since(mark, b"goes on");
}

#[test]
fn a_replica_is_not_taken_for_a_master() {
    let master = Engine::start();
    let of = format!("127.0.0.1 {}", master.port);
    let replica = Engine::start_with(&redis_program(), &[("replicaof", &of)]);
    let node = Node::start(1, &replica.url());
    node.bus.open("plan");
    node.unavailable_since(0, "plan");
    assert!(
        !node
            .heard_since(0)
            .iter()
            .any(|heard| matches!(heard, Heard::Opened(..)))
    );
    // It is promoted.
    replica.do_it(&["REPLICAOF", "NO", "ONE"]);
    node.opened_since(0, "plan");
}
