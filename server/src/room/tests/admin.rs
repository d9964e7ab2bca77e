//! What a backend asks of a room.

use super::*;
use crate::limits::{AGENT_TTL_DEFAULT, CLOSE_LISTENERS_AT_ONCE, CLOSE_PAUSE};
use mote_protocol::wire::{Event, Fields, SERVER, tag};

const BOT: &str = "agent:bot";

/// An agent that is so and nothing else.
fn whole(fields: Fields<'_>) -> AgentChange<'_> {
    AgentChange {
        account: BOT,
        name: Some("Bot"),
        color: None,
        ttl: None,
        is_whole: true,
        fields,
        cursor: AgentCursor::Hidden,
    }
}

/// What is changed of one.
fn part(fields: Fields<'_>) -> AgentChange<'_> {
    AgentChange {
        name: None,
        is_whole: false,
        cursor: AgentCursor::Kept,
        ..whole(fields)
    }
}

fn fields(all: &[(u8, &[u8])]) -> FieldsBuf {
    let mut buffer = FieldsBuf::new();
    for &(tag, body) in all {
        buffer.push(Field { tag, body }).unwrap();
    }
    buffer
}

impl World {
    fn agent(&mut self, change: AgentChange<'_>) -> Result<AgentSet, AgentError> {
        let set = self.room.handle_agent(self.now, change);
        self.deliver();
        set
    }

    fn kick(&mut self, whom: Whom<'_>) -> usize {
        let kicked = self.room.handle_kick(self.now, whom, "out");
        self.deliver();
        kicked
    }

    fn close(&mut self) -> usize {
        let people = self.room.handle_close(self.now, "over");
        self.deliver();
        people
    }
}

#[test]
fn an_agent_leaves_when_nothing_was_heard_for_its_time_and_each_word_renews_it() {
    let mut world = World::new();
    let ada = world.join("Ada");
    world.forget_heard();
    let bot = world.agent(whole(Fields::EMPTY)).unwrap();
    assert!(bot.is_new);
    world.pass(AGENT_TTL_DEFAULT - Duration::from_millis(1));
    let again = world.agent(part(Fields::EMPTY)).unwrap();
    assert_eq!((again.user, again.is_new), (bot.user, false));
    world.pass(AGENT_TTL_DEFAULT - Duration::from_millis(1));
    assert_eq!(world.room.people(), 2);
    world.pass(Duration::from_millis(1));
    let expected = [
        Heard::Joined(1, "Bot".into()),
        Heard::Count(2),
        Heard::Left(1),
        Heard::Count(1),
    ];
    assert_eq!(world.heard(ada), expected);
    assert_eq!(world.agent(part(Fields::EMPTY)), Err(AgentError::Unknown));
}

#[test]
fn a_word_that_says_no_time_shortens_none() {
    let mut world = World::new();
    let long = AgentChange {
        ttl: Some(10 * AGENT_TTL_DEFAULT),
        ..whole(Fields::EMPTY)
    };
    world.agent(long).unwrap();
    world.agent(part(Fields::EMPTY)).unwrap();
    world.pass(9 * AGENT_TTL_DEFAULT);
    assert!(!world.room.is_empty(), "an agent alone keeps its room");
    let brief = AgentChange {
        ttl: Some(Duration::from_secs(1)),
        ..part(Fields::EMPTY)
    };
    world.agent(brief).unwrap();
    world.pass(Duration::from_secs(1));
    assert!(world.room.is_empty());
}

#[test]
fn what_is_so_already_is_not_said_again_and_a_move_alone_is_a_move_alone() {
    let mut world = World::new();
    let ada = world.join("Ada");
    let state = fields(&[(tag::ACTIVITY, &[1]), (tag::SURFACE, b"\x01s")]);
    world.agent(whole(state.as_fields())).unwrap();
    world.forget_heard();
    world.agent(part(state.as_fields())).unwrap();
    assert_eq!(world.heard(ada), []);
    for x in [1, 2] {
        let moved = AgentChange {
            cursor: AgentCursor::At(Point { x, y: 0 }),
            ..part(state.as_fields())
        };
        world.agent(moved).unwrap();
        world.pass(Duration::from_secs(1));
        assert_eq!(world.heard(ada), [Heard::Cursor(1, (x, 0))]);
    }
    let hidden = AgentChange {
        cursor: AgentCursor::Hidden,
        ..part(Fields::EMPTY)
    };
    world.agent(hidden).unwrap();
    world.agent(hidden).unwrap();
    assert_eq!(world.heard(ada).len(), 1, "hiding is said once");
}

#[test]
fn an_agent_whose_state_has_no_place_is_not_made() {
    let mut world = World::with(RoomConfig {
        state_bytes_max: 100,
        ..RoomConfig::default()
    });
    let ada = world.join("Ada");
    world.forget_heard();
    let large = fields(&[(
        tag::CUSTOM,
        format!("{{\"a\":\"{}\"}}", "x".repeat(200)).as_bytes(),
    )]);
    let refused = world.agent(whole(large.as_fields()));
    assert!(matches!(refused, Err(AgentError::State(_))), "{refused:?}");
    let wrong = fields(&[(tag::CUSTOM, b"[]")]);
    let refused = world.agent(whole(wrong.as_fields()));
    assert!(matches!(refused, Err(AgentError::State(_))), "{refused:?}");
    assert_eq!((world.heard(ada), world.room.people()), (vec![], 1));
}

/// R-SEAT-8.
#[test]
fn who_is_kicked_hears_it_and_the_others_see_them_leave() {
    let mut world = World::new();
    let (ada, bob, eve) = (world.join("Ada"), world.join("Bob"), world.observe());
    let lost = world.join("Cid");
    world.lose(lost);
    world.forget_heard();
    assert_eq!(world.kick(Whom::User(1)), 1);
    assert_eq!(world.heard(bob)[0], Heard::Kicked);
    let gone = |user, count| [Heard::Left(user), Heard::Count(count)];
    assert_eq!(world.heard(ada), gone(1, 2));
    assert_eq!(world.heard(eve), gone(1, 2));
    assert_eq!(world.kick(Whom::User(2)), 1, "one whose line is lost");
    assert_eq!(world.heard(ada), gone(2, 1));
    assert_eq!(world.kick(Whom::User(1)), 0);
    assert_eq!(world.kick(Whom::Account("")), 1, "everybody without one");
    assert_eq!(world.room.people(), 0);
    // The resume value is worth nothing any more.
    assert!(!world.resume(bob).resumed);
}

#[test]
fn a_room_is_closed_part_by_part_and_nobody_is_forgotten() {
    let mut world = World::new();
    let crowd: Vec<_> = (0..2 * CLOSE_LISTENERS_AT_ONCE)
        .map(|number| world.join(&format!("p{number}")))
        .collect();
    let eve = world.observe();
    world.agent(whole(Fields::EMPTY)).unwrap();
    let lost = world.join("lost");
    world.lose(lost);
    world.forget_heard();
    assert_eq!(world.close(), crowd.len() + 2);
    let kicked = |world: &mut World, who: Joined| world.heard(who).contains(&Heard::Kicked);
    let gone = crowd.iter().filter(|who| kicked(&mut world, **who)).count();
    assert_eq!(gone, CLOSE_LISTENERS_AT_ONCE, "others have their turn");
    let late = world.join("late");
    for _ in 0..3 {
        assert!(!world.room.is_empty());
        world.pass(CLOSE_PAUSE);
    }
    assert!(world.room.is_empty());
    assert_eq!(world.room.people(), 0);
    assert!(kicked(&mut world, late) && kicked(&mut world, eve));
    world.join("new");
    world.pass(CLOSE_PAUSE);
    assert_eq!(world.room.people(), 1, "it is over");
}

#[test]
fn a_large_room_is_closed_as_well() {
    let large = LargeRooms {
        slice_listeners_max: 8,
        ..LargeRooms::default()
    };
    let mut world = World::with(RoomConfig {
        large,
        ..RoomConfig::default()
    });
    for number in 0..200 {
        world.join(&format!("p{number}"));
    }
    world.close();
    for _ in 0..3 {
        world.pass(CLOSE_PAUSE);
    }
    assert!(world.room.is_empty());
}

/// R-EVT-3.
#[test]
fn everybody_hears_the_applications_own_event_those_too_who_have_not_heard_everything() {
    let large = LargeRooms {
        snapshot_block_bytes: 64,
        ..LargeRooms::default()
    };
    let mut world = World::with(RoomConfig {
        large,
        ..RoomConfig::default()
    });
    let listeners: Vec<_> = (0..5).map(|n| world.join(&format!("p{n}"))).collect();
    let eve = world.observe();
    // Somebody who has the first part of a snapshot.
    let joining = world
        .room
        .handle_join(world.now, JoinRequest::default())
        .unwrap();
    world.ears.insert(joining.listener, Vec::new());
    world.forget_heard();
    let event = Event {
        name: "saved",
        payload: b"{}",
    };
    world.room.handle_broadcast(world.now, event).unwrap();
    world.deliver();
    for listener in listeners.into_iter().chain([eve, joining]) {
        let heard = world.heard(listener);
        let events = heard
            .iter()
            .filter(|one| matches!(one, Heard::Event(SERVER, ..)));
        assert_eq!(events.count(), 1, "{heard:?}");
    }
}

#[test]
fn people_are_told_by_their_numbers_and_no_more_than_were_asked_for() {
    let mut world = World::new();
    let crowd: Vec<_> = (0..5).map(|n| world.join(&format!("p{n}"))).collect();
    world.leave(crowd[1]);
    world.observe();
    let users = |listed: Vec<Listed>| listed.iter().map(|one| one.user).collect::<Vec<_>>();
    assert_eq!(users(world.room.listed(0, 3)), [0, 2, 3]);
    assert_eq!(users(world.room.listed(4, 3)), [4]);
    assert_eq!(users(world.room.listed(u32::MAX, 3)), [0; 0]);
    let summary = world.room.summary();
    assert_eq!((summary.people, summary.observers), (4, 1));
    assert!(summary.is_whole && !summary.is_nobody());
}

#[test]
fn the_application_is_told_of_agents_who_come_and_go_and_of_those_who_are_kicked() {
    let mut world = World::with(RoomConfig {
        facts: true,
        ..RoomConfig::default()
    });
    world.agent(whole(Fields::EMPTY)).unwrap();
    world.agent(part(Fields::EMPTY)).unwrap();
    world.join("Ada");
    world.kick(Whom::User(1));
    world.pass(AGENT_TTL_DEFAULT);
    let facts: Vec<_> = (world.others.iter())
        .map(|output| match output {
            Output::Fact(Fact::Joined(who)) => format!("{} joined", who.name),
            Output::Fact(Fact::Left(who)) => format!("{} left", who.name),
            other => format!("{other:?}"),
        })
        .collect();
    let expected = [
        "Fact(Opened)",
        "Bot joined",
        "Ada joined",
        "Ada left",
        "Bot left",
    ];
    assert_eq!(facts, expected);
}
