//! Slow readers: what waits, what is skipped, and when they are given up.

use super::*;
use crate::limits::{MAX_QUEUE_DEFAULT, WRITE_TIMEOUT_DEFAULT};

/// R-ORD-3.
#[test]
fn a_slow_reader_skips_stale_positions_and_ends_with_everyones_last() {
    let hub = hub();
    let movers = [person(&hub), person(&hub), person(&hub)];
    let slow = person(&hub);
    read(NOW, &slow);
    let mut now = NOW;
    for x in 0..100 {
        for mover in &movers {
            move_to(now, mover, x);
        }
        now = now + TICK;
        hub.handle_timeout(now);
    }
    let (told, _) = read(now, &slow);
    // The first flush was queued; then one batch of the newest.
    let last = vec![(0, (99, 0)), (1, (99, 0)), (2, (99, 0))];
    assert_eq!(told, [Heard::Cursor(0, (0, 0)), Heard::Batch(last)]);
}

#[test]
fn one_who_was_behind_hears_nothing_twice_when_it_has_caught_up() {
    let hub = hub();
    let mover = person(&hub);
    let slow = person(&hub);
    read(NOW, &slow);
    let later = |steps: u32| NOW + 2 * TICK * steps;
    move_to(later(0), &mover, 1);
    move_to(later(1), &mover, 2);
    assert_eq!(
        read(later(1), &slow).0.last(),
        Some(&Heard::Cursor(0, (2, 0)))
    );
    assert_eq!(read(later(2), &slow), (vec![], Next::Wait));
    move_to(later(3), &mover, 3);
    assert_eq!(read(later(3), &slow).0, [Heard::Cursor(0, (3, 0))]);
}

/// R-ORD-4.
#[test]
fn nothing_of_a_person_comes_after_userleft_however_slow_the_reader() {
    let hub = hub();
    let mover = person(&hub);
    let slow = person(&hub);
    read(NOW, &slow);
    for step in 0..10 {
        move_to(NOW + TICK * step, &mover, 1);
    }
    hub.leave(NOW + TICK * 10, &mover, Channel::ZERO);
    let (told, _) = read(NOW + TICK * 11, &slow);
    assert_eq!(
        told,
        [Heard::Cursor(0, (1, 0)), Heard::Left(0), Heard::Count(1)]
    );
}

#[test]
fn no_old_position_comes_after_a_change_of_surface_however_slow_the_reader() {
    let hub = hub();
    let mover = person(&hub);
    let slow = person(&hub);
    read(NOW, &slow);
    move_to(NOW, &mover, 1);
    move_to(NOW + TICK, &mover, 2);
    let mut fields = mote_protocol::wire::FieldsBuf::new();
    let body = b"\x01s";
    fields
        .push(mote_protocol::wire::Field { tag: 7, body })
        .unwrap();
    let Membership { room, listener } = mover.membership(Channel::ZERO).unwrap();
    room.state(NOW + TICK, listener, fields.as_fields())
        .unwrap();
    let (told, _) = read(NOW + TICK, &slow);
    assert_eq!(
        told,
        [
            Heard::Cursor(0, (1, 0)),
            Heard::State(0, vec![(7, body.into())])
        ]
    );
    move_to(NOW + TICK * 2, &mover, 3);
    hub.handle_timeout(NOW + TICK * 2);
    assert_eq!(read(NOW + TICK * 2, &slow).0, [Heard::Cursor(0, (3, 0))]);
}

#[test]
fn a_congested_connection_takes_no_cursors_until_it_has_read() {
    let hub = hub();
    let mover = person(&hub);
    let slow = person(&hub);
    read(NOW, &slow);
    shout(&mover, &[0; 16_000]);
    shout(&mover, &[0; 16_000]);
    move_to(NOW, &mover, 1);
    let wave = || Heard::Event(0, "e".into());
    let (told, _) = read(NOW, &slow);
    assert_eq!(told, [wave(), wave(), Heard::Cursor(0, (1, 0))]);
}

#[test]
fn a_channel_that_is_left_sends_no_cursors_any_more() {
    let hub = hub();
    let mover = person(&hub);
    let slow = person(&hub);
    read(NOW, &slow);
    move_to(NOW, &mover, 1);
    move_to(NOW + TICK, &mover, 2);
    hub.leave(NOW + TICK, &slow, Channel::ZERO);
    assert_eq!(read(NOW + TICK, &slow), (vec![], Next::Wait));
}

#[test]
fn a_room_joined_on_a_channel_that_was_behind_starts_afresh() {
    let hub = hub();
    let mover = person(&hub);
    let slow = person(&hub);
    read(NOW, &slow);
    move_to(NOW, &mover, 1);
    move_to(NOW + TICK, &mover, 2);
    hub.leave(NOW + TICK, &slow, Channel::ZERO);
    join(&hub, &slow, 0, "r");
    let (told, _) = read(NOW + TICK, &slow);
    assert_eq!(
        told[0],
        Heard::Welcome {
            user: 1,
            resumed: false
        }
    );
    assert_eq!(told.last(), Some(&Heard::Count(2)), "{told:?}");
}

#[test]
fn more_than_a_mebibyte_of_reliable_messages_closes_with_4201_and_frees_it() {
    let hub = hub();
    let loud = person(&hub);
    let slow = person(&hub);
    read(NOW, &slow);
    let payload = [0; 16_000];
    for _ in 0..MAX_QUEUE_DEFAULT / 16_100 {
        shout(&loud, &payload);
    }
    assert!(!slow.is_closing());
    shout(&loud, &payload);
    shout(&loud, &payload);
    assert_eq!(slow.next(NOW), Next::Close(CloseCode::TooSlow.into()));
    assert!(slow.is_aborted());
}

#[test]
fn how_much_may_wait_and_for_how_long_can_be_set() {
    let config = HubConfig {
        queue_bytes_max: 64 * 1024,
        write_timeout: Duration::from_secs(1),
        ..HubConfig::default()
    };
    let hub = Hub::new(config, [2; 32]);
    let loud = person(&hub);
    let slow = person(&hub);
    read(NOW, &slow);
    for _ in 0..4 {
        shout(&loud, &[0; 16_000]);
    }
    assert!(!slow.is_closing());
    assert_eq!(slow.poll_timeout(), Some(NOW + Duration::from_secs(1)));
    shout(&loud, &[0; 16_000]);
    assert!(slow.is_aborted());
}

#[test]
fn a_mebibyte_of_tiny_messages_is_reached_by_what_they_cost() {
    let hub = hub();
    let connection = hub.connect();
    for _ in 0..MAX_QUEUE_DEFAULT / 60 {
        connection.send(NOW, &mote_protocol::wire::ServerMessage::Heartbeat);
    }
    assert!(connection.is_aborted());
}

#[test]
fn a_reader_that_takes_nothing_for_five_seconds_is_given_up() {
    let hub = hub();
    let slow = person(&hub);
    assert_eq!(slow.stalled_since(), Some(NOW));
    let due = NOW + WRITE_TIMEOUT_DEFAULT;
    assert_eq!(slow.poll_timeout(), Some(due));
    slow.handle_timeout(NOW + WRITE_TIMEOUT_DEFAULT / 2);
    assert!(!slow.is_closing());
    slow.handle_timeout(due);
    assert_eq!(slow.next(due), Next::Close(CloseCode::TooSlow.into()));
}

#[test]
fn a_message_under_way_counts_as_waiting_until_it_is_written() {
    let hub = hub();
    let ada = person(&hub);
    while let Next::Send(_) = ada.next(NOW) {}
    assert_eq!(ada.stalled_since(), Some(NOW));
    ada.written(NOW + TICK);
    assert_eq!(ada.stalled_since(), None);
}

#[test]
fn a_reader_that_takes_something_now_and_then_is_not_given_up() {
    let hub = hub();
    let loud = person(&hub);
    let slow = person(&hub);
    read(NOW, &slow);
    let mut now = NOW;
    for _ in 0..10 {
        shout(&loud, &[0; 16_000]);
        shout(&loud, &[0; 16_000]);
        now = now + WRITE_TIMEOUT_DEFAULT / 2;
        assert!(matches!(slow.next(now), Next::Send(_)));
        slow.written(now);
        slow.handle_timeout(now);
    }
    assert!(!slow.is_closing());
}

#[test]
fn small_messages_that_wait_are_packed_and_large_ones_go_alone() {
    let hub = hub();
    let ada = person(&hub);
    let bob = person(&hub);
    read(NOW, &bob);
    for payload in [&[0; 4][..], &[0; 4], &[0; 9_000], &[0; 4]] {
        shout(&ada, payload);
    }
    let mut sizes = Vec::new();
    while let Next::Send(Outgoing::Message(bytes)) = bob.next(NOW) {
        sizes.push(heard(&bytes).len());
    }
    assert_eq!(sizes, [2, 1, 1]);
}

#[test]
fn a_close_comes_after_what_was_queued_and_nothing_is_queued_after_it() {
    let hub = hub();
    let ada = person(&hub);
    let bob = person(&hub);
    read(NOW, &bob);
    shout(&ada, b"before");
    bob.close(CloseCode::Restarting.into());
    shout(&ada, b"after");
    let (told, next) = read(NOW, &bob);
    assert_eq!(told, [Heard::Event(0, "e".into())]);
    assert_eq!(next, Next::Close(CloseCode::Restarting.into()));
}

#[test]
fn the_first_reason_to_close_is_the_one_that_is_told() {
    let connection = hub().connect();
    connection.close(CloseCode::Kicked.into());
    connection.abort(CloseCode::TooSlow.into());
    assert_eq!(connection.next(NOW), Next::Close(CloseCode::Kicked.into()));
}
