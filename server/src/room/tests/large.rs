//! Turns, the log and the pace of a large room.

use super::crowd::{Crowd, small_limits};
use super::*;
use mote_protocol::wire::{Event, tag};

const PERIOD: Duration = Duration::from_millis(51);

fn at(x: u16) -> Vec<u8> {
    vec![x.to_be_bytes()[1]; 3]
}

#[test]
fn a_large_room_serves_a_slice_at_a_time_spread_over_the_period() {
    let (mut crowd, people) = Crowd::of(small_limits(), 40);
    crowd.forget_heard();
    crowd.move_to(people[0], 1, 1);
    let mut turns = Vec::new();
    while let Some(due) = crowd.room.poll_timeout() {
        crowd.now = due;
        crowd.room.handle_timeout(due);
        crowd.deliver();
        turns.push(due);
    }
    assert_eq!(turns.len(), 5, "slices of 8");
    let step = Duration::from_millis(10);
    assert!(turns.windows(2).all(|pair| pair[1] - pair[0] == step));
    assert!(crowd.served.iter().all(|(meant, _)| meant.len() == 8));
    assert_eq!(crowd.served.len(), 5);
    crowd.assert_true();
}

#[test]
fn a_late_turn_is_not_made_up_for_and_no_slice_is_left_out() {
    let (mut crowd, people) = Crowd::of(small_limits(), 40);
    crowd.forget_heard();
    for x in 0..50 {
        crowd.move_to(people[0], x, 0);
        // Each turn comes three steps late.
        crowd.now = crowd.room.poll_timeout().unwrap() + Duration::from_millis(30);
        let before = crowd.served.len();
        crowd.room.handle_timeout(crowd.now);
        crowd.deliver();
        assert_eq!(crowd.served.len(), before + 1, "one slice, once");
        assert!(crowd.room.poll_timeout().is_some_and(|due| due > crowd.now));
    }
    for &who in &people {
        let times = crowd
            .served
            .iter()
            .filter(|(meant, _)| meant.contains(&who.listener));
        assert_eq!(times.count(), 10);
    }
}

#[test]
fn more_listeners_than_can_be_written_to_make_a_room_slower_but_not_below_5_hz() {
    let mut config = small_limits();
    config.large.bytes_per_second = 10_000_000;
    for (writes_per_second, expected) in [(1_000, 20), (400, 10), (1, 5)] {
        config.large.writes_per_second = writes_per_second;
        let (mut crowd, people) = Crowd::of(config.clone(), 40);
        crowd.forget_heard();
        for x in 0..400 {
            crowd.move_to(people[0], x, 0);
            crowd.pass(Duration::from_millis(5));
        }
        let last = people[39].listener;
        let served = crowd
            .served
            .iter()
            .filter(|(meant, _)| meant.contains(&last));
        let hz = served.count() / 2;
        assert!((expected - 1..=expected + 1).contains(&hz), "{hz} Hz");
    }
}

/// R-ORD-1.
#[test]
fn joins_and_leaves_between_two_turns_share_one_exact_count() {
    let (mut crowd, people) = Crowd::of(small_limits(), 40);
    let listener = people[0];
    crowd.forget_heard();
    let new = crowd.join();
    crowd.leave(people[30]);
    crowd.leave(people[31]);
    crowd.pass(PERIOD);
    let told = crowd.ear(listener).heard.clone();
    assert!(matches!(told[0], Heard::Joined(user, _) if Some(user) == new.user));
    assert_eq!(
        told[1..],
        [Heard::Left(30), Heard::Left(31), Heard::Count(39)]
    );
    crowd.assert_true();
}

/// R-EVT-2, R-ORD-2.
#[test]
fn who_says_something_hears_the_others_and_not_itself() {
    let (mut crowd, people) = Crowd::of(small_limits(), 40);
    crowd.forget_heard();
    let (ada, bob) = (people[0], people[1]);
    crowd.state(ada, 200, &at(1));
    crowd.shout(bob, "b").unwrap();
    crowd.shout(ada, "a").unwrap();
    crowd.pass(PERIOD);
    let state = Heard::State(0, vec![(200, at(1))]);
    let (a, b) = (Heard::Event(0, "a".into()), Heard::Event(1, "b".into()));
    assert_eq!(crowd.ear(ada).heard, std::slice::from_ref(&b));
    assert_eq!(crowd.ear(bob).heard, [state.clone(), a.clone()]);
    assert_eq!(crowd.ear(people[39]).heard, [state, b, a]);
}

/// R-STA-5.
#[test]
fn what_somebody_sees_is_kept_and_told_to_joiners_but_not_passed_on() {
    let (mut crowd, people) = Crowd::of(small_limits(), 40);
    crowd.forget_heard();
    crowd.look_at(people[0], 1, 2, 3);
    crowd.pass(PERIOD);
    assert_eq!(crowd.ear(people[1]).heard, []);
    let viewport = crowd.truth[&0].state.clone();
    let joiner = crowd.join();
    assert_eq!(crowd.ear(joiner).people[&0].state, viewport);
}

/// R-ORD-4.
#[test]
fn one_who_was_behind_catches_up_with_nothing_that_its_turn_has_not_told_yet() {
    let (mut crowd, people) = Crowd::of(small_limits(), 40);
    let of_each_slice = [0, 8, 16, 24, 32].map(|index| people[index]);
    for who in of_each_slice {
        crowd.ear(who).is_stuck = true;
    }
    crowd.move_to(people[1], 1, 1);
    crowd.pass(PERIOD);
    let new = crowd.join();
    crowd.move_to(new, 2, 2);
    // Some slices have their turn in this time and some have not: these do not know the new one.
    crowd.pass(Duration::from_millis(25));
    let knows = |crowd: &mut Crowd, who| crowd.ear(who).people.contains_key(&40);
    assert!(of_each_slice.iter().any(|&who| !knows(&mut crowd, who)));
    assert!(of_each_slice.iter().any(|&who| knows(&mut crowd, who)));
    for who in of_each_slice {
        crowd.unstick(who.listener);
    }
    crowd.settle();
    crowd.assert_true();
}

#[test]
fn of_more_than_one_message_holds_everybody_hears_what_others_said_in_order() {
    let (mut crowd, people) = Crowd::of(small_limits(), 40);
    let payload = &[0; 9_000];
    let senders = [0, 1, 0, 0, 2, 1, 1, 0];
    for (number, sender) in (0..).zip(senders) {
        let name = &format!("{number}");
        let event = Event { name, payload };
        let listener = people[sender].listener;
        let result = crowd.room.handle_event(crowd.now, listener, event);
        result.unwrap();
    }
    crowd.pass(PERIOD);
    for listener in [0, 1, 2, 39] {
        let others = (0..).zip(senders).filter(|&(_, sender)| sender != listener);
        let names: Vec<String> = others
            .map(|(number, _): (u32, _)| number.to_string())
            .collect();
        let ear = crowd.ear(people[listener]);
        let heard: Vec<String> = ear.events.iter().map(|(_, name)| name.clone()).collect();
        assert_eq!(heard, names);
    }
}

#[test]
fn when_more_is_said_than_may_wait_events_are_refused_first_and_joins_and_leaves_never() {
    let mut config = small_limits();
    config.large.log_bytes_max = 2_000;
    let (mut crowd, people) = Crowd::of(config, 40);
    let payload = &[0; 500];
    let shout = |crowd: &mut Crowd| {
        let event = Event { name: "e", payload };
        crowd
            .room
            .handle_event(crowd.now, people[0].listener, event)
    };
    let taken = (0..100).take_while(|_| shout(&mut crowd).is_ok()).count();
    assert!((4..=5).contains(&taken), "{taken} events");
    crowd.state(people[1], 200, &at(2));
    let mut fields = FieldsBuf::new();
    let body = &[1; 1_000];
    fields.push(Field { tag: 201, body }).unwrap();
    let (now, listener) = (crowd.now, people[2].listener);
    let states = (0..100).take_while(|_| {
        let result = crowd.room.handle_state(now, listener, fields.as_fields());
        result.is_ok()
    });
    assert!(states.count() < 5);
    let new = crowd.join();
    crowd.leave(people[3]);
    crowd.leave(new);
    crowd.pass(PERIOD);
    assert!(shout(&mut crowd).is_ok(), "they had their turns");
    assert_eq!(crowd.ear(people[9]).count, 39);
}

/// R-CTL-6.
#[test]
fn senders_of_a_large_room_are_paced_down_and_up_again_and_a_joiner_is_told() {
    let mut config = small_limits();
    config.large.inbound_per_second = 100;
    let (mut crowd, people) = Crowd::of(config, 40);
    crowd.forget_heard();
    let busy = |crowd: &mut Crowd, movers: usize| {
        for x in 0..60 {
            for &who in &people[..movers] {
                crowd.move_to(who, x, 0);
            }
            crowd.pass(Duration::from_millis(50));
        }
    };
    let paces = |crowd: &mut Crowd, who| {
        let heard = std::mem::take(&mut crowd.ear(who).heard).into_iter();
        let paces = heard.filter_map(|heard| match heard {
            Heard::Pace(hz) => Some(hz),
            _ => None,
        });
        paces.collect::<Vec<_>>()
    };
    busy(&mut crowd, 20);
    assert_eq!(paces(&mut crowd, people[0]), [5]);
    let new = crowd.join();
    assert_eq!(paces(&mut crowd, new), [5]);
    busy(&mut crowd, 19);
    assert!(
        paces(&mut crowd, people[0]).is_empty(),
        "hardly another pace"
    );
    busy(&mut crowd, 2);
    assert_eq!(paces(&mut crowd, people[0]), [20]);
    let another = crowd.join();
    assert!(paces(&mut crowd, another).is_empty());
}

#[test]
fn a_large_room_that_many_left_is_small_again_and_tells_at_once() {
    let mut config = small_limits();
    config.large.writes_per_second = 100;
    let (mut crowd, people) = Crowd::of(config, 40);
    crowd.move_to(people[0], 1, 1);
    crowd.pass(PERIOD);
    assert_eq!(crowd.room.pace.hz(), 5);
    crowd.move_to(people[1], 7, 7);
    crowd.state(people[1], tag::ACTIVITY, &[1]);
    for &who in &people[4..] {
        crowd.leave(who);
    }
    crowd.assert_true();
    assert_eq!(crowd.room.pace.hz(), 20);
    crowd.forget_heard();
    crowd.shout(people[1], "now").unwrap();
    assert_eq!(crowd.ear(people[0]).heard, [Heard::Event(1, "now".into())]);
}

#[test]
fn slices_that_many_left_are_put_together() {
    let (mut crowd, people) = Crowd::of(small_limits(), 80);
    for (_, &who) in people
        .iter()
        .enumerate()
        .filter(|(number, _)| number % 4 != 0)
    {
        crowd.leave(who.to_owned());
    }
    crowd.settle();
    assert!(
        crowd.room.slices.count() <= 6,
        "{}",
        crowd.room.slices.count()
    );
    crowd.assert_true();
}
