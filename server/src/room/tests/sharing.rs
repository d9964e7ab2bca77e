//! One room on two nodes, wired by hand.

use super::*;
use crate::bus::batch::{Header, Item, parse};
use crate::bus::{BusOutput, NodeId, Record};
use crate::limits::FAR_IDS_FIRST;
use mote_protocol::wire::{Event, ServerMessage, tag};

/// A room of one node, and its listeners' ears.
struct Node {
    world: World,
    id: NodeId,
    said: Vec<Bytes>,
    closed: Vec<Listener>,
    asked_for_ids: usize,
    asked_for_record: usize,
}

impl Node {
    fn new(id: u64, config: RoomConfig, block: u32) -> Self {
        let id = NodeId(id);
        let mut world = World::with(config.clone());
        let seed = [u8::try_from(id.0).unwrap(); 32];
        world.room = Room::shared(world.now, Arc::new(config), seed, id);
        let mut node = Self {
            world,
            id,
            said: Vec::new(),
            closed: Vec::new(),
            asked_for_ids: 0,
            asked_for_record: 0,
        };
        node.open(block);
        node
    }

    fn open(&mut self, block: u32) {
        let record = Record {
            blocks: vec![block],
            live_nodes: vec![NodeId(1), NodeId(2)],
            ..Record::default()
        };
        self.world.room.handle_opened(self.world.now, &record);
        self.take_outputs();
    }

    fn take_outputs(&mut self) {
        self.world.deliver();
        for output in std::mem::take(&mut self.world.others) {
            match output {
                Output::Bus(BusOutput::Publish { batch, .. }) => self.said.push(batch),
                Output::Bus(BusOutput::WantIds) => self.asked_for_ids += 1,
                Output::Bus(BusOutput::WantRecord) => self.asked_for_record += 1,
                Output::Close { listener } => self.closed.push(listener),
                other => unreachable!("{other:?}"),
            }
        }
    }

    fn pass(&mut self, millis: u64) {
        self.world.pass(Duration::from_millis(millis));
        self.take_outputs();
    }

    fn hear(&mut self, batches: &[Bytes]) {
        for batch in batches {
            self.world.room.handle_batch(self.world.now, batch);
            self.take_outputs();
        }
    }

    fn join(&mut self, name: &str) -> Joined {
        let joined = self.world.join(name);
        self.take_outputs();
        joined
    }
}

/// What each says, the other hears, until both are silent.
fn exchange(one: &mut Node, other: &mut Node) {
    for _ in 0..20 {
        one.pass(20);
        other.pass(20);
        let (of_one, of_other) = (
            std::mem::take(&mut one.said),
            std::mem::take(&mut other.said),
        );
        other.hear(&of_one);
        one.hear(&of_other);
    }
}

fn two(config: &RoomConfig) -> (Node, Node) {
    (
        Node::new(1, config.clone(), 0),
        Node::new(2, config.clone(), 1),
    )
}

#[test]
fn people_of_another_node_are_told_before_what_they_do() {
    let (mut one, mut other) = two(&RoomConfig::default());
    let ada = one.join("Ada");
    one.world.forget_heard();
    let bob = other.join("Bob");
    other.world.move_to(bob, 3, 4);
    let event = Event {
        name: "hi",
        payload: b"",
    };
    let now = other.world.now;
    other
        .world
        .room
        .handle_event(now, bob.listener, event)
        .unwrap();
    exchange(&mut one, &mut other);
    let told = one.world.heard(ada);
    let expected = [
        Heard::Joined(16, "Bob".into()),
        Heard::Event(16, "hi".into()),
        Heard::Cursor(16, (3, 4)),
    ];
    let told: Vec<_> = told
        .into_iter()
        .filter(|one| !matches!(one, Heard::Count(_)))
        .collect();
    assert_eq!(told, expected);
    assert_eq!((one.world.room.people(), other.world.room.people()), (2, 2));
}

#[test]
fn two_who_were_given_the_same_id_end_with_one_each() {
    let config = RoomConfig::default();
    let (mut one, mut other) = (Node::new(1, config.clone(), 0), Node::new(2, config, 0));
    let (ada, eve) = (one.join("Ada"), other.join("Eve"));
    assert_eq!((ada.user, eve.user), (Some(0), Some(0)));
    let bystander = one.join("Bob");
    one.world.forget_heard();
    exchange(&mut one, &mut other);
    // The claim of the node with the higher number is better, as it is in the engine.
    assert_eq!(
        (&one.closed[..], &other.closed[..]),
        (&[ada.listener][..], &[][..])
    );
    let told = one.world.heard(bystander);
    assert!(told.contains(&Heard::Left(0)) && told.contains(&Heard::Joined(0, "Eve".into())));
    one.world.ears.remove(&ada.listener);
    // Ada's client comes back by itself.
    assert_ne!(one.world.resume(ada).user, Some(0));
    one.take_outputs();
    exchange(&mut one, &mut other);
    assert_eq!((one.world.room.people(), other.world.room.people()), (3, 3));
}

#[test]
fn ids_are_asked_for_in_time_and_given_without_waiting() {
    let mut node = Node::new(1, RoomConfig::default(), 5);
    for number in 0..10 {
        assert_eq!(node.join("x").user, Some(80 + number));
    }
    assert_eq!(node.asked_for_ids, 0);
    node.join("x");
    assert_eq!(node.asked_for_ids, 1);
    assert!(node.world.room.is_ready());
    for _ in 0..5 {
        node.join("x");
    }
    assert!(!node.world.room.is_ready(), "who can wait waits");
    assert!(node.join("x").user >= Some(FAR_IDS_FIRST));
    node.world.room.handle_ids(node.world.now, 0);
    assert!(node.world.room.is_ready());
    assert_eq!(node.join("x").user, Some(0));
}

#[test]
fn a_batch_that_is_missing_is_noticed_and_asked_for_once() {
    let (mut one, mut other) = two(&RoomConfig::default());
    let bob = other.join("Bob");
    exchange(&mut one, &mut other);
    other.world.state(bob, &[(tag::ACTIVITY, &[1])]).unwrap();
    other.pass(20);
    other.said.clear();
    for activity in [2, 1, 2] {
        other
            .world
            .state(bob, &[(tag::ACTIVITY, &[activity])])
            .unwrap();
        other.pass(20);
    }
    let said = std::mem::take(&mut other.said);
    assert_eq!(said.len(), 3);
    one.hear(&said);
    assert_eq!(one.asked_for_record, 1);
}

#[test]
fn whatever_comes_over_the_bus_harms_nobody() {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};
    let (mut one, mut other) = two(&RoomConfig::default());
    let ada = one.join("Ada");
    let bob = other.join("Bob");
    other
        .world
        .state(bob, &[(tag::CUSTOM, br#"{"a":1}"#)])
        .unwrap();
    other.world.move_to(bob, 1, 1);
    other.pass(50);
    let said = std::mem::take(&mut other.said);
    let mut rng = StdRng::seed_from_u64(9);
    for _ in 0..5_000 {
        let mut batch = said[rng.random_range(0..said.len())].to_vec();
        for _ in 0..rng.random_range(1..5) {
            let at = rng.random_range(1..batch.len());
            batch[at] = rng.random();
        }
        one.hear(&[batch.into()]);
        one.pass(1);
    }
    one.world.move_to(ada, 7, 7);
    assert!(one.world.room.people() >= 1);
    let fields = said.iter().map(|batch| (batch.clone(), batch.clone()));
    let record = Record {
        fields: fields.collect(),
        blocks: vec![u32::MAX],
        live_nodes: vec![],
    };
    let now = one.world.now;
    one.world.room.handle_opened(now, &record);
    one.take_outputs();
}

#[test]
fn a_large_room_serves_people_of_another_node_in_slices() {
    let mut config = super::crowd::small_limits();
    config.large.slice_listeners_max = 8;
    let (mut one, mut other) = two(&config);
    let here: Vec<Joined> = (0..40).map(|_| one.join("h")).collect();
    one.world.room.handle_ids(one.world.now, 2);
    let there: Vec<Joined> = (0..16).map(|_| other.join("t")).collect();
    exchange(&mut one, &mut other);
    for (number, &who) in (1..).zip(&there) {
        other.world.move_to(who, number, number);
    }
    for _ in 0..20 {
        exchange(&mut one, &mut other);
    }
    assert_eq!(one.world.room.people(), 56);
    for &listener in &here {
        let mut last = BTreeMap::new();
        for heard in one.world.heard(listener) {
            match heard {
                Heard::Cursor(user, at) => drop(last.insert(user, at)),
                Heard::Batch(cursors) => last.extend(cursors),
                _ => {}
            }
        }
        for (number, who) in (1..).zip(&there) {
            assert_eq!(last.get(&who.user.unwrap()), Some(&(number, number)));
        }
    }
}

#[test]
fn a_room_that_nobody_else_serves_tells_nobody_of_moves() {
    let mut alone = Node::new(1, RoomConfig::default(), 0);
    let ada = alone.join("Ada");
    alone.pass(2_000);
    alone.said.clear();
    for x in 0..100 {
        alone.world.move_to(ada, x, 0);
        alone.pass(20);
    }
    // The record has them once a second.
    assert!(alone.said.len() <= 3, "{}", alone.said.len());
    let of = |batch: &Bytes| {
        let (Header { node, .. }, items) = parse(batch).unwrap();
        assert_eq!(node, alone.id);
        items
            .map(Result::unwrap)
            .filter(|item| matches!(item, Item::Person(_)))
            .count()
    };
    assert!(alone.said.iter().all(|batch| of(batch) == 0));
}

#[test]
fn while_another_node_serves_the_room_it_flushes_half_as_often_and_publishes_where_all_are_now() {
    let (mut one, mut other) = two(&RoomConfig::default());
    let ada = one.join("Ada");
    one.join("Eve");
    const MILLISECOND: Duration = Duration::from_millis(1);
    let a_second_of_moves = |one: &mut Node| {
        one.world.flushes.clear();
        one.said.clear();
        let mut published = Vec::new();
        let (mut flush, mut next) = (one.world.room.flush(), None);
        for x in 0..1_000 {
            one.world.move_to(ada, x, 0);
            one.pass(1);
            let now = one.world.now;
            if flush != one.world.room.flush() {
                flush = one.world.room.flush();
                assert!(next.is_none_or(|next| next <= now && now - next < MILLISECOND));
                next = Some(one.world.room.next_flush(now));
            }
            let cursor = |batch: &Bytes| {
                let (_, items) = parse(batch).unwrap();
                items.map(Result::unwrap).find_map(|item| match item {
                    Item::Message(ServerMessage::Cursor { cursor, .. }, _) => Some(cursor.point.x),
                    _ => None,
                })
            };
            published.extend(one.said.drain(..).map(|batch| (x, cursor(&batch))));
        }
        (one.world.flushes.len(), published)
    };
    let (flushes, _) = a_second_of_moves(&mut one);
    assert!((59..=61).contains(&flushes), "{flushes} alone");
    other.join("Bob");
    exchange(&mut one, &mut other);
    let (flushes, published) = a_second_of_moves(&mut one);
    assert!((29..=31).contains(&flushes), "{flushes} shared");
    assert!((20..=22).contains(&published.len()), "{published:?}");
    for (now, told) in published {
        assert!(told.is_some_and(|told| told == now), "{told:?} at {now}");
    }
    one.hear(&[other.world.room.farewell().unwrap()]);
    let (flushes, _) = a_second_of_moves(&mut one);
    assert!((59..=61).contains(&flushes), "{flushes} alone again");
}

#[test]
fn who_is_with_another_node_is_kicked_there_and_nobody_else_who_has_their_id() {
    let (mut one, mut other) = two(&RoomConfig::default());
    let ada = one.join("Ada");
    let bob = other.join("Bob");
    exchange(&mut one, &mut other);
    other.world.forget_heard();
    let now = one.world.now;
    let kick = |node: &mut Node, user| {
        let kicked = node.world.room.handle_kick(now, Whom::User(user), "out");
        node.take_outputs();
        kicked
    };
    // It leaves, and somebody else gets its id before the other node hears of the kick.
    other.world.leave(bob);
    other.take_outputs();
    let cid = other.join("Cid");
    assert_eq!(cid.user, bob.user);
    assert_eq!(kick(&mut one, 16), 1);
    let said = std::mem::take(&mut one.said);
    other.hear(&said);
    assert_eq!(other.world.room.people(), 2, "Cid is not meant");
    exchange(&mut one, &mut other);
    other.world.forget_heard();
    one.world.forget_heard();
    assert_eq!(kick(&mut one, 16), 1);
    exchange(&mut one, &mut other);
    assert_eq!(other.world.heard(cid)[0], Heard::Kicked);
    assert_eq!(one.world.heard(ada), [Heard::Left(16), Heard::Count(1)]);
}

#[test]
fn a_room_that_is_closed_on_one_node_is_closed_on_the_other() {
    let (mut one, mut other) = two(&RoomConfig::default());
    let ada = one.join("Ada");
    let bob = other.join("Bob");
    exchange(&mut one, &mut other);
    one.world.forget_heard();
    other.world.forget_heard();
    assert_eq!(one.world.room.handle_close(one.world.now, "over"), 2);
    one.take_outputs();
    exchange(&mut one, &mut other);
    assert_eq!(one.world.heard(ada)[0], Heard::Kicked);
    assert_eq!(other.world.heard(bob)[0], Heard::Kicked);
    assert!(one.world.room.is_empty() && other.world.room.is_empty());
}

#[test]
fn an_agent_goes_to_the_node_that_is_asked_and_stays_one_person() {
    let (mut one, mut other) = two(&RoomConfig::default());
    let ada = one.join("Ada");
    one.world.forget_heard();
    let change = |is_whole, x| AgentChange {
        account: "agent:bot",
        name: Some("Bot"),
        color: None,
        ttl: None,
        is_whole,
        fields: mote_protocol::wire::Fields::EMPTY,
        cursor: AgentCursor::At(mote_protocol::coords::Point { x, y: 0 }),
    };
    let set = |node: &mut Node, change| {
        let set = node.world.room.handle_agent(node.world.now, change);
        node.take_outputs();
        set.unwrap()
    };
    let bot = set(&mut other, change(true, 1));
    exchange(&mut one, &mut other);
    for x in 2..6 {
        let asked = if x % 2 == 0 { &mut one } else { &mut other };
        let again = set(asked, change(false, x));
        assert_eq!((again.user, again.is_new), (bot.user, false));
        let listed = asked.world.room.listed_one(bot.user).unwrap();
        assert_eq!(listed.node, None, "it is with the node that was asked");
        exchange(&mut one, &mut other);
    }
    let heard = one.world.heard(ada);
    let joins = heard.iter().filter(|one| matches!(one, Heard::Joined(..)));
    assert_eq!(joins.count(), 1, "{heard:?}");
    assert!(
        !heard.iter().any(|one| matches!(one, Heard::Left(_))),
        "{heard:?}"
    );
    let point = one.world.room.listed_one(bot.user).unwrap().point;
    assert_eq!(point.map(|point| point.x), Some(5));
    // Nobody renews it: it leaves on both.
    one.pass(120_000);
    other.pass(120_000);
    exchange(&mut one, &mut other);
    assert_eq!((one.world.room.people(), other.world.room.people()), (1, 1));
}
