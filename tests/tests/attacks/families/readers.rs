//! Those who do not read, or hardly.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use mote_tests::raw::{Handshake, RawClient, Said, event, leave, state};

use crate::attack::{Answer, Attack, Family, other};
use crate::crowd;
use crate::kit::{PATIENCE, binary, eventually};
use crate::target::Target;

pub(crate) const FAMILY: Family = Family {
    name: "readers",
    attacks: &[
        Attack {
            name: "never reads, where much is said",
            expected: Answer::Close(4201),
            run: |target| beside_talk(target, |_| {}),
        },
        Attack {
            name: "reads a byte a second, where much is said",
            expected: Answer::Close(4201),
            run: |target| {
                beside_talk(target, |mut stream| {
                    // A read of nothing is the end, which the others have seen before.
                    let _ = stream.read(&mut [0; 1]);
                    thread::sleep(Duration::from_secs(1));
                })
            },
        },
        Attack {
            name: "a hundred who never read, in a room of the crowd",
            expected: Answer::Served,
            run: |target| {
                let join = target.join(crowd::ROOM).to_bytes();
                let all = [Handshake::default().to_bytes(), binary(&join)].concat();
                let silent: Vec<TcpStream> = (0..100).map(|_| deaf(target, &all)).collect();
                let is_over = eventually(|| target.connections() <= crowd::PEOPLE);
                drop(silent);
                match is_over {
                    true => Answer::Served,
                    false => other("they are kept"),
                }
            },
        },
        Attack {
            name: "asks for one large snapshot after the other and reads none",
            expected: Answer::HungUp,
            run: |target| {
                let large = vec![7; 15_000];
                let mut people: Vec<RawClient> = (0..10).map(|_| target.enter("large")).collect();
                for person in &mut people {
                    person.send(&state(0, &[(200, &large)]));
                    person.until_heartbeat();
                }
                let join = target.join("large").to_bytes();
                let again = binary(&[leave(0), join.clone()].concat());
                let all = [
                    Handshake::default().to_bytes(),
                    binary(&join),
                    again.repeat(40),
                ];
                let mut stream = deaf(target, &all.concat());
                match eventually(|| stream.write_all(&binary(&[0x80])).is_err()) {
                    true => Answer::HungUp,
                    false => other("it is kept"),
                }
            },
        },
    ],
};

/// A socket with a small buffer from which nothing is read.
fn deaf(target: &Target, bytes: &[u8]) -> TcpStream {
    let mut stream = target.stream_from(target.source(), Some(4 * 1024));
    stream.write_all(bytes).expect("it reads");
    stream
}

/// Somebody hardly reads in a room in which two others talk as much as they may: how it ends, as the
/// others see it in time, and as it reads what is left.
fn beside_talk(target: &Target, read: impl Fn(&TcpStream)) -> Answer {
    let join = target.join("talk").to_bytes();
    let mut talker = target.enter("talk");
    let stream = deaf(
        target,
        &[Handshake::default().to_bytes(), binary(&join)].concat(),
    );
    let joined = talker.until(|said| matches!(said, Said::Count(_, 2)));
    let Some(Said::UserJoined { user, .. }) = joined.first() else {
        return other(format!("{joined:?}"));
    };
    let deadline = Instant::now() + PATIENCE;
    let mut pace = Instant::now();
    loop {
        // Half of what one may say.
        talker.send(&event(0, "talk", &[7; 4_000]));
        let heard = talker.until_heartbeat();
        if heard
            .iter()
            .any(|said| matches!(said, Said::UserLeft(_, left) if left == user))
        {
            break;
        }
        if Instant::now() > deadline {
            return other("it is kept");
        }
        read(&stream);
        pace += Duration::from_millis(60);
        thread::sleep(pace.saturating_duration_since(Instant::now()));
    }
    last_code(stream)
}

/// The code of the Close frame, if it came through to who did not read.
fn last_code(mut stream: TcpStream) -> Answer {
    let mut left = Vec::new();
    // What is read before a reset is there as well.
    let _ = stream.read_to_end(&mut left);
    let close = left
        .windows(4)
        .rposition(|bytes| bytes[0] == 0x88 && bytes[2..] == [0x10, 0x69]);
    match close {
        Some(_) => Answer::Close(4201),
        None => Answer::HungUp,
    }
}
