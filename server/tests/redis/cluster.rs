//! A Cluster of three masters: rooms in all of its parts, one part away, a part that moves.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use mote_server::bus::Bus;

use super::engines::{Engine, PATIENCE, free_port, programs, redis_program, until};
use super::nodes::{Heard, Node, field};

struct Cluster {
    masters: Vec<Engine>,
}

impl Cluster {
    fn start(program: &Path) -> Self {
        let masters: Vec<_> = (0..3).map(|_| member(program)).collect();
        let ranges = [("0", "5460"), ("5461", "10922"), ("10923", "16383")];
        for (master, (first, last)) in masters.iter().zip(ranges) {
            master.do_it(&["CLUSTER", "ADDSLOTSRANGE", first, last]);
        }
        for other in &masters[1..] {
            let (port, bus) = (other.port.to_string(), bus_port(other));
            masters[0].do_it(&["CLUSTER", "MEET", "127.0.0.1", &port, &bus]);
        }
        let cluster = Self { masters };
        until("the Cluster is whole", || {
            cluster.masters.iter().all(is_whole)
        });
        cluster
    }

    fn url(&self) -> String {
        let hosts = self
            .masters
            .iter()
            .map(|master| format!("127.0.0.1:{}", master.port));
        format!("redis+cluster://{}", hosts.collect::<Vec<_>>().join(","))
    }

    /// Which master has a room.
    fn place_of(&self, room: &str) -> usize {
        self.place_of_key(&format!("test:{{{room}}}"))
    }

    /// Which one has the leases of the nodes.
    fn place_of_leases(&self) -> usize {
        self.place_of_key("test:node:{nodes}")
    }

    fn place_of_key(&self, key: &str) -> usize {
        let slot: u16 = self.masters[0].ask(&["CLUSTER", "KEYSLOT", key]);
        usize::from(slot > 5_460) + usize::from(slot > 10_922)
    }

    /// A replica for each master, which takes its place when it dies.
    fn start_replicas(&self, program: &Path) -> Vec<Engine> {
        let replicas: Vec<_> = self.masters.iter().map(|_| member(program)).collect();
        for (replica, master) in replicas.iter().zip(&self.masters) {
            let id: String = master.ask(&["CLUSTER", "MYID"]);
            let (port, bus) = (replica.port.to_string(), bus_port(replica));
            master.do_it(&["CLUSTER", "MEET", "127.0.0.1", &port, &bus]);
            until("the replica has met its master", || {
                let words = ["CLUSTER", "REPLICATE", &id];
                replica.try_ask::<redis::Value>(&words).is_ok()
            });
            until("the replica follows", || {
                let info: String = replica.ask(&["INFO", "replication"]);
                info.contains("master_link_status:up")
            });
        }
        until("the masters know all replicas", || {
            self.masters.iter().all(|master| {
                let nodes: String = master.ask(&["CLUSTER", "NODES"]);
                let is_replica =
                    |line: &&str| line.contains("slave") && line.contains(" connected");
                nodes.lines().filter(is_replica).count() == replicas.len()
            })
        });
        replicas
    }
}

fn member(program: &Path) -> Engine {
    let bus_port = free_port().to_string();
    let options = [
        ("cluster-enabled", "yes"),
        ("cluster-port", &*bus_port),
        ("cluster-node-timeout", "2000"),
        // One part away leaves the others.
        ("cluster-require-full-coverage", "no"),
        ("cluster-allow-pubsubshard-when-down", "yes"),
    ];
    Engine::start_with(program, &options)
}

fn bus_port(engine: &Engine) -> String {
    let [_, port]: [String; 2] = engine.ask(&["CONFIG", "GET", "cluster-port"]);
    port
}

fn is_whole(engine: &Engine) -> bool {
    let info: String = engine.ask(&["CLUSTER", "INFO"]);
    let slots: redis::Value = engine.ask(&["CLUSTER", "SLOTS"]);
    let parts = matches!(slots, redis::Value::Array(parts) if parts.len() == 3);
    info.contains("cluster_state:ok") && parts
}

fn rooms() -> Vec<String> {
    (0..30).map(|number| format!("room {number}")).collect()
}

/// Everybody hears everybody in all these rooms.
fn hear_each_other(nodes: &[Node], rooms: &[String], word: &str) {
    let marks: Vec<_> = nodes.iter().map(Node::mark).collect();
    for node in nodes {
        for room in rooms {
            let text = format!("{word} of {} in {room}", node.id);
            node.publish(room, text.as_bytes(), vec![]);
        }
    }
    for (node, mark) in nodes.iter().zip(marks) {
        for other in nodes.iter().filter(|other| other.id != node.id) {
            for room in rooms {
                let text = format!("{word} of {} in {room}", other.id);
                node.batch_since(mark, text.as_bytes());
            }
        }
    }
}

#[test]
fn rooms_of_all_parts_are_shared_and_one_part_away_leaves_the_others() {
    let mut cluster = Cluster::start(&redis_program());
    let nodes = [1, 2].map(|id| Node::start(id, &cluster.url()));
    let rooms = rooms();
    for node in &nodes {
        rooms.iter().for_each(|room| node.bus.open(room));
        rooms
            .iter()
            .for_each(|room| drop(node.opened_since(0, room)));
    }
    let mut places = BTreeMap::<_, Vec<_>>::new();
    for room in &rooms {
        places
            .entry(cluster.place_of(room))
            .or_default()
            .push(room.clone());
    }
    assert_eq!(places.len(), 3, "{places:?}");
    hear_each_other(&nodes, &rooms, "hello");
    nodes[0].publish("room 1", b"", vec![nodes[0].person(0, 1)]);
    assert!(field(&nodes[0].until_live("room 1", 2), "u0").is_some());

    // Not the part with the leases: then nobody could tell who is there.
    let away = (cluster.place_of_leases() + 1) % 3;
    let marks = nodes.each_ref().map(Node::mark);
    cluster.masters[away].kill();
    for (node, mark) in nodes.iter().zip(marks) {
        for room in &places[&away] {
            node.unavailable_since(mark, room);
        }
    }
    let others: Vec<_> = rooms
        .iter()
        .filter(|room| !places[&away].contains(room))
        .cloned()
        .collect();
    hear_each_other(&nodes, &others, "still here");
    for (node, mark) in nodes.iter().zip(marks) {
        let unavailable = |room: &String| {
            node.heard_since(mark)
                .contains(&Heard::Unavailable(room.clone()))
        };
        assert!(!others.iter().any(unavailable));
    }
    let marks = nodes.each_ref().map(Node::mark);
    cluster.masters[away].run();
    for (node, mark) in nodes.iter().zip(marks) {
        places[&away]
            .iter()
            .for_each(|room| drop(node.opened_since(mark, room)));
    }
    hear_each_other(&nodes, &rooms, "all again");
}

#[test]
fn rooms_follow_their_slot_to_another_server() {
    let cluster = Cluster::start(&redis_program());
    let nodes = [1, 2].map(|id| Node::start(id, &cluster.url()));
    let room = "plan".to_owned();
    for node in &nodes {
        node.open(&room);
    }
    nodes[0].publish(&room, b"", vec![nodes[0].person(0, 1)]);
    let from = cluster.place_of(&room);
    let (from, to) = (&cluster.masters[from], &cluster.masters[(from + 1) % 3]);
    let marks = nodes.each_ref().map(Node::mark);
    move_slot(&cluster, from, to, "test:{plan}");
    for (node, mark) in nodes.iter().zip(marks) {
        let record = node.opened_since(mark, &room);
        assert!(field(&record, "u0").is_some(), "the record moved along");
    }
    // Each may still have been asked for the record at the old place.
    let since = Instant::now();
    loop {
        let mark = nodes[1].mark();
        nodes[0].publish(&room, b"moved", vec![]);
        if nodes[1].heard_within(mark, b"moved") {
            break;
        }
        assert!(since.elapsed() < PATIENCE);
    }
}

#[test]
fn a_replica_that_takes_the_place_of_its_master_is_followed_and_the_record_goes_on() {
    for program in programs() {
        let mut cluster = Cluster::start(&program);
        let replicas = cluster.start_replicas(&program);
        let nodes = [1, 2].map(|id| Node::start(id, &cluster.url()));
        let rooms = rooms();
        for node in &nodes {
            rooms.iter().for_each(|room| drop(node.open(room)));
        }
        // The one with the leases: who is there must not be forgotten either.
        let dies = cluster.place_of_leases();
        let room = rooms
            .iter()
            .find(|room| cluster.place_of(room) == dies)
            .unwrap();
        nodes[0].publish(room, b"", vec![nodes[0].person(0, 1)]);
        let record = format!("test:{{{room}}}:record");
        until("the master has the record", || {
            cluster.masters[dies].ask::<i64>(&["HLEN", &record]) == 1
        });
        until("the replica has it, too", || {
            let offsets = [&cluster.masters[dies], &replicas[dies]].map(|engine| {
                let info: String = engine.ask(&["INFO", "replication"]);
                let mut lines = info.lines();
                lines.find_map(|line| Some(line.strip_prefix("master_repl_offset:")?.to_owned()))
            });
            offsets[0] == offsets[1]
        });
        let marks = nodes.each_ref().map(Node::mark);
        cluster.masters[dies].kill();
        for (node, mark) in nodes.iter().zip(marks) {
            node.unavailable_since(mark, room);
            let record = node.opened_since(mark, room);
            assert!(field(&record, "u0").is_some());
        }
        let gone = |heard: &Heard| matches!(heard, Heard::Gone(_));
        for (node, mark) in nodes.iter().zip(marks) {
            assert!(!node.heard_since(mark).iter().any(gone));
        }
        hear_each_other(&nodes, &rooms, "all again");
    }
}

/// As `redis-cli --cluster reshard` does it.
fn move_slot(cluster: &Cluster, from: &Engine, to: &Engine, key: &str) {
    let slot: u16 = from.ask(&["CLUSTER", "KEYSLOT", key]);
    let slot = slot.to_string();
    let (from_id, to_id): (String, String) =
        (from.ask(&["CLUSTER", "MYID"]), to.ask(&["CLUSTER", "MYID"]));
    to.do_it(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &from_id]);
    from.do_it(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &to_id]);
    let keys: Vec<String> = from.ask(&["CLUSTER", "GETKEYSINSLOT", &slot, "10"]);
    let port = to.port.to_string();
    for key in &keys {
        from.do_it(&["MIGRATE", "127.0.0.1", &port, key, "0", "5000"]);
    }
    for master in [to, from].into_iter().chain(&cluster.masters) {
        master.do_it(&["CLUSTER", "SETSLOT", &slot, "NODE", &to_id]);
    }
}

#[test]
fn a_cluster_is_found_through_any_of_its_hosts() {
    let cluster = Cluster::start(&redis_program());
    let known = cluster.masters[2].port;
    let nobody = free_port();
    let node = Node::start(
        1,
        &format!("redis+cluster://127.0.0.1:{nobody},127.0.0.1:{known}"),
    );
    rooms().iter().for_each(|room| drop(node.open(room)));
}
