//! A room that is on another node: where the client goes, what it keeps, when it stops going.

use alloc::format;
use alloc::vec::Vec;

use super::rig::{CH, Command, Rig, room, snapshot};
use crate::client::{Config, Notice, Status};
use crate::wire::{Channel, Control};

const B: &str = "wss://b.example/ws";
const SERVER: &str = "the server";
const PROXIED: &str = "proxied";

/// A client whose Join of the room `plan` is under way.
fn joining() -> Rig {
    let mut rig = Rig::new();
    rig.enter("plan");
    rig.open();
    rig.take_all();
    rig
}

fn redirect(rig: &mut Rig, url: &str) {
    redirect_on(rig, CH, url);
}

fn redirect_on(rig: &mut Rig, channel: Channel, url: &str) {
    rig.control(channel, Control::Redirect { text: "", url });
}

/// A client that was redirected to B, joined there and is healthy.
fn settled_at_b() -> Rig {
    let mut rig = joining();
    redirect(&mut rig, B);
    rig.open();
    rig.hear(&room(CH, 0, &[1]));
    rig.pass_ms(10_000);
    rig.take_all();
    rig
}

/// R-CTL-7.
#[test]
fn a_join_that_is_redirected_is_made_at_that_address_at_once() {
    let mut rig = joining();
    redirect(&mut rig, B);
    assert_eq!(
        rig.take_commands(),
        [Command::Disconnect(1000), Command::Connect]
    );
    assert_eq!(rig.take_targets(), [B]);
    assert_eq!(rig.take_notices(), [Notice::Status(Status::Connecting)]);
    rig.open();
    assert_eq!(rig.take_said(), ["0 join plan"]);
    rig.hear(&room(CH, 0, &[1]));
    let view = rig.client.room(CH).expect("entered");
    assert_eq!((view.status(), view.count()), (Status::Connected, 2));
}

/// R-CTL-7.
#[test]
fn a_room_that_moves_while_it_is_joined_takes_its_seat_along() {
    let mut rig = Rig::joined(&[1]);
    rig.pass_ms(10_000);
    rig.cursor(7);
    rig.take_all();
    redirect(&mut rig, B);
    assert!(rig.take_said().is_empty(), "no Leave: the seat is resumed");
    assert_eq!(rig.take_targets(), [B]);
    rig.event("while away");
    rig.pass_ms(20);
    rig.open();
    assert_eq!(rig.take_said(), ["0 join plan resume"]);
    rig.take_notices();
    rig.hear(&snapshot(CH, 0, true, &[1], &[]));
    assert_eq!(rig.take_said(), ["0 event while away", "0 cursor 7"]);
    let resumed = Notice::RoomJoined {
        channel: CH,
        user: 0,
        resumed: true,
    };
    assert_eq!(rig.take_notices().first(), Some(&resumed));
}

/// R-CTL-7.
#[test]
fn three_redirects_in_a_row_are_followed_and_then_the_server_is_asked_for_none() {
    let mut rig = joining();
    for hop in ["ws://1/ws", "ws://2/ws", "ws://3/ws"] {
        redirect(&mut rig, hop);
        assert_eq!(rig.take_targets(), [hop]);
        rig.open();
    }
    redirect(&mut rig, "ws://4/ws");
    assert_eq!(rig.take_targets(), [PROXIED]);
    rig.open();
    rig.take_said();
    rig.hear(&room(CH, 0, &[]));
    let status = rig.client.room(CH).map(|room| room.status());
    assert_eq!(status, Some(Status::Connected));
}

/// R-CTL-7.
#[test]
fn redirects_in_a_circle_are_left_at_once() {
    let mut rig = joining();
    for hop in ["ws://1/ws", "ws://2/ws"] {
        redirect(&mut rig, hop);
        rig.open();
    }
    rig.take_all();
    redirect(&mut rig, "ws://1/ws");
    assert_eq!(rig.take_targets(), [PROXIED]);
}

/// R-CTL-8.
#[test]
fn an_address_where_nobody_answers_is_not_tried_again() {
    for fails in [
        |rig: &mut Rig| rig.close(1006),
        |rig: &mut Rig| rig.pass_ms(10_000),
        |rig: &mut Rig| {
            rig.open();
            rig.close(1012);
        },
    ] {
        let mut rig = joining();
        redirect(&mut rig, B);
        rig.take_all();
        fails(&mut rig);
        rig.pass_ms(1_000);
        assert_eq!(rig.take_targets(), [PROXIED]);
    }
}

/// R-CTL-8.
#[test]
fn a_server_that_redirects_who_asked_for_none_ends_the_room() {
    let mut rig = joining();
    redirect(&mut rig, B);
    rig.close(1006);
    rig.pass_ms(1_000);
    rig.open();
    rig.take_all();
    redirect(&mut rig, B);
    let url = B;
    assert_eq!(
        rig.take_notices(),
        [Notice::Redirected { channel: CH, url }]
    );
    assert!(rig.take_said().is_empty());

    let mut rig = joining();
    redirect(&mut rig, B);
    rig.close(1006);
    rig.pass_ms(1_000);
    rig.open();
    rig.hear(&room(CH, 0, &[]));
    rig.take_all();
    redirect(&mut rig, B);
    assert_eq!(rig.take_said(), ["0 leave"], "the seat is given back");
}

#[test]
fn servers_that_pass_a_client_to_and_fro_do_not_keep_it_busy() {
    let mut rig = joining();
    let mut sockets = 0;
    for turn in 0..100 {
        rig.hear(&room(CH, 0, &[]));
        redirect(&mut rig, &format!("ws://{}/ws", turn % 2));
        sockets += rig.take_targets().len();
        rig.open();
    }
    assert!(sockets <= 4, "{sockets} sockets");
}

#[test]
fn after_a_healthy_connection_the_server_is_asked_anew_where_the_room_is() {
    let mut rig = settled_at_b();
    rig.close(1006);
    rig.pass_ms(500);
    assert_eq!(rig.take_targets(), [SERVER]);
    rig.open();
    assert_eq!(rig.take_said(), ["0 join plan resume"]);
    redirect(&mut rig, B);
    assert_eq!(rig.take_targets(), [B], "as if for the first time");
}

#[test]
fn a_drain_leads_back_to_the_server_s_own_address_with_the_seat() {
    let mut rig = settled_at_b();
    let (text, within_ms) = ("", 1_000);
    rig.control(CH, Control::Drain { text, within_ms });
    rig.pass_ms(1_000);
    rig.take_said();
    rig.close(1012);
    assert_eq!(rig.take_commands(), [Command::Connect]);
    assert_eq!(rig.take_targets(), [SERVER]);
    rig.open();
    assert_eq!(rig.take_said(), ["0 join plan resume"]);
}

/// R-CTL-8.
#[test]
fn a_client_in_several_rooms_stays_on_one_socket_and_asks_for_no_redirect() {
    let mut rig = Rig::joined(&[]);
    let second = rig.enter("other");
    rig.take_all();
    redirect_on(&mut rig, second, B);
    assert_eq!(
        rig.take_commands(),
        [Command::Disconnect(1000), Command::Connect]
    );
    assert_eq!(rig.take_targets(), [PROXIED]);
    rig.open();
    assert_eq!(rig.take_said(), ["0 join plan resume", "1 join other"]);

    rig.hear(&room(CH, 0, &[]));
    rig.hear(&room(second, 0, &[]));
    rig.pass_ms(10_000);
    rig.close(1006);
    rig.pass_ms(500);
    let targets = rig.take_targets();
    assert_eq!(targets, [PROXIED], "it would be redirected again");

    rig.open();
    rig.hear(&room(CH, 0, &[]));
    let now = rig.now;
    rig.run(|client| client.leave_room(now, second));
    rig.pass_ms(10_000);
    rig.close(1006);
    rig.pass_ms(500);
    assert_eq!(rig.take_targets(), [SERVER], "one room is enough");
}

#[test]
fn a_redirect_of_a_room_that_was_left_is_nobody_s() {
    let mut rig = Rig::joined(&[]);
    let second = rig.enter("other");
    let now = rig.now;
    rig.run(|client| client.leave_room(now, second));
    rig.take_all();
    redirect_on(&mut rig, second, B);
    assert!(rig.take_commands().is_empty());
}

#[test]
fn a_token_that_only_a_redirect_answered_is_used_again() {
    let mut rig = Rig::with(Config {
        has_tokens: true,
        ..Config::default()
    });
    rig.enter("plan");
    let now = rig.now;
    rig.run(|client| client.set_token(now, CH, "first"));
    rig.open();
    rig.take_all();
    redirect(&mut rig, B);
    assert_eq!(rig.take_targets(), [B]);
    rig.open();
    assert_eq!(rig.take_said(), ["0 join plan token first"]);

    rig.hear(&room(CH, 0, &[]));
    rig.take_all();
    redirect(&mut rig, "ws://c/ws");
    let asked: Vec<_> = rig.take_notices();
    assert!(asked.contains(&Notice::TokenNeeded { channel: CH }));
    assert!(rig.take_targets().is_empty(), "not before it is there");
    let now = rig.now;
    rig.run(|client| client.set_token(now, CH, "second"));
    assert_eq!(rig.take_targets(), ["ws://c/ws"]);
}

#[test]
fn a_client_that_left_every_room_begins_at_the_server_s_address() {
    let mut rig = joining();
    redirect(&mut rig, B);
    let now = rig.now;
    rig.run(|client| client.leave_room(now, CH));
    rig.take_all();
    rig.enter("plan");
    assert_eq!(rig.take_targets(), [SERVER]);
}
