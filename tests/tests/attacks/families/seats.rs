//! Seats of other people: guessed, stolen, used twice.

use mote_tests::raw::{Join, RawClient, Said};

use crate::attack::{Answer, Attack, Family, ending, other, outcome};
use crate::jwt;
use crate::kit::heartbeat_frame;
use crate::target::Target;

pub(crate) const FAMILY: Family = Family {
    name: "seats",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "guessed resume values: a seat of one's own",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let _victim = target.witness("guess");
                let guesses = (0..=255_u8).step_by(3).map(|byte| [byte; 16]);
                let others = [*b"0123456789abcdef", *b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"];
                Answer::of_all(guesses.chain(others).map(|guess| {
                    let mut client = target.connect();
                    resumed(&mut client, &target.join("guess").resuming(guess), false)
                }))
            },
        },
        Attack {
            name: "the stolen resume value of another account",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let (mut victim, value) = victim(target, "theft");
                let mut thief = target.connect();
                let answer = resumed(&mut thief, &target.join("theft").resuming(value), false);
                victim.send_frame(&heartbeat_frame());
                victim.until(|said| *said == Said::Heartbeat);
                answer
            },
        },
        Attack {
            name: "the stolen resume value of another account, after its owner was cut off",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let (victim, value) = victim(target, "orphan");
                victim.cut();
                let mut thief = target.connect();
                let answer = resumed(&mut thief, &target.join("orphan").resuming(value), false);
                // Its owner comes back to it all the same.
                let token = jwt::token(&jwt::claims("victim", "*"));
                let join = Join::room("orphan").with_token(&token).resuming(value);
                let back = resumed(&mut target.connect(), &join, true);
                Answer::of_all([answer, back])
            },
        },
        Attack {
            name: "a resume value in another room",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let (_, value) = target.connect().enter(&target.join("here"));
                resumed(
                    &mut target.connect(),
                    &target.join("there").resuming(value),
                    false,
                )
            },
        },
        Attack {
            name: "a resume value of a seat that was left",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let mut client = target.connect();
                let (_, value) = client.enter(&target.join("left"));
                client.send(&mote_tests::raw::leave(0));
                resumed(&mut client, &target.join("left").resuming(value), false)
            },
        },
        Attack {
            name: "one's own seat on two sockets: the first is sent away",
            expected: Answer::Close(4004),
            counts: "",
            run: |target| {
                let mut first = target.connect();
                let (_, value) = first.enter(&target.join("twice"));
                let again = target.join("twice").resuming(value);
                match resumed(&mut target.connect(), &again, true) {
                    Answer::Served => ending(&mut first),
                    answer => answer,
                }
            },
        },
        Attack {
            name: "one's own seat taken from itself, fifty times on one socket",
            expected: Answer::Close(4200),
            counts: "join_burst",
            run: |target| {
                let mut client = target.connect();
                let (_, value) = client.enter(&target.join("spiral"));
                let joins = (0..50).map(|round| target.join("spiral").on(1 + round % 15));
                for join in joins {
                    client.send(&join.resuming(value).to_bytes());
                }
                ending(&mut client)
            },
        },
    ],
};

/// Somebody of another account, and their resume value.
fn victim(target: &Target, room: &str) -> (RawClient, [u8; 16]) {
    let token = jwt::token(&jwt::claims("victim", "*"));
    let mut victim = target.connect();
    let (_, value) = victim.enter(&Join::room(room).with_token(&token));
    (victim, value)
}

/// Joins; served when the seat was taken back as it must or must not be.
fn resumed(client: &mut RawClient, join: &Join<'_>, must: bool) -> Answer {
    match client.join(join).first() {
        Some(Said::Welcome { resumed, .. }) if *resumed == must => outcome(client),
        first => other(format!("{first:?}")),
    }
}
