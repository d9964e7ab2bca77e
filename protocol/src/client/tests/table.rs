//! Every state of the connection meets every input.

use alloc::format;
use alloc::string::String;

use super::rig::{CH, Command, Rig};
use crate::client::Enter;
use crate::client::connection::Connection;
use crate::wire::{Control, ServerMessage};

type Input = (&'static str, fn(&mut Rig));

/// The columns. `timeout` is the next moment that the machine asked for, if it asked for one.
const INPUTS: [Input; 14] = [
    ("enter", |rig| {
        let now = rig.now;
        let options = Enter {
            room: "other",
            ..Enter::default()
        };
        let _ = rig.run(|client| client.enter_room(now, options));
    }),
    ("leave", |rig| {
        let now = rig.now;
        rig.run(|client| client.leave_room(now, CH));
    }),
    ("open", Rig::open),
    ("message", |rig| rig.hear_one(ServerMessage::Heartbeat)),
    ("garbage", |rig| rig.hear(&[0xFF])),
    ("close 1006", |rig| rig.close(1006)),
    ("close 4005", |rig| rig.close(4005)),
    ("close 4100", |rig| rig.close(4100)),
    ("close 4200", |rig| rig.close(4200)),
    ("timeout", |rig| {
        rig.now = rig.client.poll_timeout().unwrap_or(rig.now).max(rig.now);
        let now = rig.now;
        rig.run(|client| client.handle_timeout(now));
    }),
    ("reconnect", |rig| {
        let now = rig.now;
        rig.run(|client| client.reconnect_now(now));
    }),
    ("offline", |rig| {
        let now = rig.now;
        rig.run(|client| client.set_offline(now));
    }),
    ("token", |rig| {
        let now = rig.now;
        rig.run(|client| client.set_token(now, CH, "t"));
    }),
    ("close", |rig| {
        let now = rig.now;
        rig.run(|client| client.close(now));
    }),
];

/// A state, how it is reached, and for each input: the state after it, `-code` for Disconnect, `+`
/// for Connect, and what is sent.
type Row = (&'static str, fn() -> Rig, [&'static str; 14]);

#[rustfmt::skip]
const TABLE: [Row; 10] = [
    ("idle", Rig::new, [
        "Connecting +", "Idle", "Idle", "Idle", "Idle",
        "Idle", "Idle", "Idle", "Idle",
        "Idle", "Idle", "Idle", "Idle", "Closed",
    ]),
    ("connecting", connecting, [
        "Connecting", "Idle -1000", "Open (0 join plan)", "Connecting", "Connecting",
        "Waiting", "Stopped", "NeedsToken", "Waiting",
        "Waiting -1000", "Connecting", "Connecting", "Connecting", "Closed -1000",
    ]),
    ("joining", joining, [
        "Open (1 join other)", "Idle -1000 (0 leave)", "Open", "Open", "Waiting -4000",
        "Waiting", "Stopped", "NeedsToken", "Waiting",
        "Waiting -1000", "Open (heartbeat)", "Open (heartbeat)", "Open",
        "Closed -1000 (0 leave)",
    ]),
    ("joined", joined, [
        "Open (1 join other)", "Idle -1000 (0 leave)", "Open", "Open", "Waiting -4000",
        "Waiting", "Stopped", "NeedsToken", "Waiting",
        "Open (heartbeat)", "Open (heartbeat)", "Open (heartbeat)", "Open (0 token t)",
        "Closed -1000 (0 leave)",
    ]),
    ("draining", draining, [
        "Open (1 join other)", "Idle -1000 (0 leave)", "Open", "Open", "Waiting -4000",
        "Waiting", "Stopped", "NeedsToken", "Waiting",
        "Open (heartbeat)", "Open (heartbeat)", "Open (heartbeat)", "Open (0 token t)",
        "Closed -1000 (0 leave)",
    ]),
    ("open, every room ended", lingering, [
        "Open (1 join other)", "Idle -1000", "Open", "Open", "Stopped -4000",
        "Stopped", "Stopped", "Stopped", "Stopped",
        "Stopped -1000", "Open (heartbeat)", "Open (heartbeat)", "Open", "Closed -1000",
    ]),
    ("waiting", waiting, [
        "Waiting", "Idle", "Waiting", "Waiting", "Waiting",
        "Waiting", "Waiting", "Waiting", "Waiting",
        "Connecting +", "Connecting +", "Waiting", "Waiting", "Closed",
    ]),
    ("needs a token", needs_token, [
        "Waiting", "Idle", "NeedsToken", "NeedsToken", "NeedsToken",
        "NeedsToken", "NeedsToken", "NeedsToken", "NeedsToken",
        "NeedsToken", "NeedsToken", "NeedsToken", "Waiting", "Closed",
    ]),
    ("stopped", stopped, [
        "Connecting +", "Idle", "Stopped", "Stopped", "Stopped",
        "Stopped", "Stopped", "Stopped", "Stopped",
        "Stopped", "Stopped", "Stopped", "Stopped", "Closed",
    ]),
    ("closed", closed, [
        "Closed", "Closed", "Closed", "Closed", "Closed",
        "Closed", "Closed", "Closed", "Closed",
        "Closed", "Closed", "Closed", "Closed", "Closed",
    ]),
];

#[test]
fn every_state_meets_every_input() {
    for (state, reach, expected) in TABLE {
        for ((input, act), expected) in INPUTS.iter().zip(expected) {
            let mut rig = reach();
            rig.take_all();
            act(&mut rig);
            assert_eq!(outcome(&mut rig), expected, "{input} when {state}");
        }
    }
}

fn outcome(rig: &mut Rig) -> String {
    let mut outcome = String::from(match rig.client.connection {
        Connection::Idle => "Idle",
        Connection::Connecting { .. } => "Connecting",
        Connection::Open { .. } => "Open",
        Connection::Waiting { .. } => "Waiting",
        Connection::NeedsToken { .. } => "NeedsToken",
        Connection::Stopped => "Stopped",
        Connection::Closed => "Closed",
    });
    for command in rig.take_commands() {
        match command {
            Command::Connect => outcome.push_str(" +"),
            Command::Disconnect(code) => outcome.push_str(&format!(" -{code}")),
        }
    }
    let said = rig.take_said();
    if !said.is_empty() {
        outcome.push_str(&format!(" ({})", said.join(", ")));
    }
    outcome
}

fn connecting() -> Rig {
    let mut rig = Rig::new();
    rig.enter("plan");
    rig
}

fn joining() -> Rig {
    let mut rig = connecting();
    rig.open();
    rig
}

fn joined() -> Rig {
    Rig::joined(&[])
}

fn draining() -> Rig {
    let mut rig = joined();
    let (text, within_ms) = ("", 1_000);
    rig.control(CH, Control::Drain { text, within_ms });
    rig
}

fn lingering() -> Rig {
    let mut rig = joined();
    rig.control(CH, Control::Kicked { text: "" });
    rig
}

fn waiting() -> Rig {
    let mut rig = joined();
    rig.close(1006);
    rig
}

fn needs_token() -> Rig {
    let mut rig = joined();
    rig.close(4100);
    rig
}

fn stopped() -> Rig {
    let mut rig = joined();
    rig.close(4005);
    rig
}

fn closed() -> Rig {
    let mut rig = joined();
    let now = rig.now;
    rig.run(|client| client.close(now));
    rig
}
