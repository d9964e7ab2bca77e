//! Time-outs, heartbeats, probes and the back-off's hours.

use super::rig::{CH, Command, HEARTBEAT_S, Rig, count, encode, person, welcome};
use crate::client::{Notice, Status};
use crate::close::Retry;
use crate::wire::{Control, ServerMessage};

const PERIOD_MS: u64 = HEARTBEAT_S as u64 * 1_000;

/// R-LIVE-1.
#[test]
fn a_quiet_client_sends_a_heartbeat_each_period_and_a_talking_one_none() {
    let mut rig = Rig::joined(&[]);
    rig.pass_ms(PERIOD_MS - 1);
    assert!(rig.take_said().is_empty());
    rig.pass_ms(1);
    assert_eq!(rig.take_said(), ["heartbeat"]);
    rig.hear_one(ServerMessage::Heartbeat);
    for number in [1, 2, 1, 2] {
        rig.pass_ms(PERIOD_MS / 2);
        rig.field(4, &[number]);
        rig.hear(&count(CH, 1));
    }
    assert!(!rig.take_said().iter().any(|said| said == "heartbeat"));
}

/// R-LIVE-2.
#[test]
fn a_server_that_is_silent_for_two_periods_is_given_up() {
    let mut rig = Rig::joined(&[]);
    rig.pass_ms(2 * PERIOD_MS - 1);
    assert!(rig.take_commands().is_empty());
    rig.pass_ms(1);
    assert_eq!(rig.take_commands(), [Command::Disconnect(1000)]);
    let closed = Notice::Closed {
        code: 1006,
        retry: Retry::Normal,
        text: "",
    };
    assert!(rig.take_notices().contains(&closed));
}

#[test]
fn a_server_that_answers_is_kept_for_hours_by_a_sender_whom_nobody_answers() {
    let mut rig = Rig::joined(&[1]);
    for x in 0..500 {
        rig.pass_ms(PERIOD_MS / 3);
        rig.cursor(x);
        if rig.take_said().iter().any(|said| said == "heartbeat") {
            rig.hear_one(ServerMessage::Heartbeat);
        }
    }
    assert_eq!(rig.client.status(), Status::Connected);
    assert!(rig.take_commands().is_empty());
}

#[test]
fn a_hidden_tab_whose_timers_are_late_asks_before_it_gives_up() {
    let mut rig = Rig::joined(&[]);
    for _ in 0..5 {
        rig.now = rig.now + core::time::Duration::from_secs(60);
        let now = rig.now;
        rig.run(|client| client.handle_timeout(now));
        assert_eq!(rig.take_said(), ["heartbeat"]);
        rig.hear_one(ServerMessage::Heartbeat);
    }
    assert!(rig.take_commands().is_empty());
}

#[test]
fn a_socket_that_does_not_open_is_given_up_after_ten_seconds() {
    let mut rig = Rig::new();
    rig.enter("plan");
    rig.take_all();
    rig.pass_ms(9_999);
    assert!(rig.take_commands().is_empty());
    rig.pass_ms(1);
    assert_eq!(
        rig.take_commands().first(),
        Some(&Command::Disconnect(1000))
    );
}

#[test]
fn a_join_that_does_not_come_forward_for_ten_seconds_is_given_up_at_each_step() {
    let steps = [
        alloc::vec::Vec::new(),
        welcome(CH, 0, false),
        encode(&[ServerMessage::Heartbeat]),
    ];
    for heard in 0..=steps.len() {
        let mut rig = Rig::new();
        rig.enter("plan");
        rig.open();
        rig.pass_ms(9_000);
        for bytes in steps.iter().take(heard).filter(|bytes| !bytes.is_empty()) {
            rig.hear(bytes);
        }
        rig.take_all();
        rig.pass_ms(999);
        assert!(rig.take_commands().is_empty(), "after {heard} steps");
        rig.pass_ms(1);
        assert_eq!(
            rig.take_commands().first(),
            Some(&Command::Disconnect(1000))
        );
    }
}

#[test]
fn a_snapshot_may_take_as_long_as_it_brings_people() {
    let mut rig = Rig::new();
    rig.enter("plan");
    rig.open();
    rig.hear(&welcome(CH, 0, false));
    for user in 0..5 {
        rig.hear(&encode(&[person(CH, user)]));
        rig.pass_ms(9_999);
    }
    let known = encode(&[person(CH, 4), ServerMessage::Heartbeat]);
    rig.hear(&known);
    assert!(!rig.take_commands().contains(&Command::Disconnect(1000)));
    rig.pass_ms(1);
    assert_eq!(
        rig.take_commands().first(),
        Some(&Command::Disconnect(1000)),
        "what is known already brings nothing forward"
    );
}

#[test]
fn a_probe_finds_a_dead_socket_in_five_seconds_and_spares_a_live_one() {
    for answers in [true, false] {
        let mut rig = Rig::joined(&[]);
        let now = rig.now;
        rig.run(|client| client.reconnect_now(now));
        rig.run(|client| client.reconnect_now(now));
        assert_eq!(rig.take_said(), ["heartbeat"], "one is enough");
        rig.pass_ms(4_999);
        if answers {
            rig.hear_one(ServerMessage::Heartbeat);
        }
        rig.pass_ms(1);
        let expected: &[Command] = if answers {
            &[]
        } else {
            &[Command::Disconnect(1000)]
        };
        assert_eq!(rig.take_commands(), expected);
    }
}

#[test]
fn a_hint_of_no_network_lengthens_the_wait_and_coming_back_ends_it() {
    let mut rig = Rig::joined(&[]);
    rig.close(1006);
    let now = rig.now;
    rig.run(|client| client.set_offline(now));
    rig.take_all();
    rig.pass_ms(29_999);
    assert!(rig.take_commands().is_empty());
    let now = rig.now;
    rig.run(|client| client.reconnect_now(now));
    assert_eq!(rig.take_commands(), [Command::Connect]);
}

#[test]
fn a_hint_of_no_network_that_was_wrong_ends_by_itself() {
    let mut rig = Rig::joined(&[]);
    rig.close(1006);
    let now = rig.now;
    rig.run(|client| client.set_offline(now));
    rig.take_all();
    rig.pass_ms(30_000);
    assert_eq!(rig.take_commands(), [Command::Connect]);
}

#[test]
fn a_server_that_refuses_every_socket_is_tried_ever_more_seldom() {
    let mut rig = Rig::new();
    rig.enter("plan");
    let mut attempts = 0;
    for _ in 0..3_600 {
        rig.pass_ms(1_000);
        if rig.take_commands().contains(&Command::Connect) {
            attempts += 1;
            rig.close(1006);
        }
    }
    // An hour at 15 s a wait on average, and the first quick ones.
    assert!((100..400).contains(&attempts), "{attempts} attempts");
}

#[test]
fn a_server_that_drains_every_socket_at_once_makes_no_hot_loop() {
    let mut rig = Rig::new();
    rig.enter("plan");
    let mut sockets = 0;
    for _ in 0..600 {
        rig.pass_ms(100);
        if rig.take_said().contains(&"heartbeat".into()) {
            rig.close(1012);
        }
        if rig.take_commands().contains(&Command::Connect) {
            sockets += 1;
            rig.open();
            rig.control(
                CH,
                Control::Drain {
                    text: "",
                    within_ms: 0,
                },
            );
        }
    }
    assert!(sockets < 20, "{sockets} sockets in a minute");
}
