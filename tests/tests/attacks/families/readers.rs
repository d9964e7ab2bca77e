//! Those who do not read, or hardly.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mote_tests::raw::{Handshake, RawClient, Said, event, leave, state};

use crate::attack::{Answer, Attack, Family, other};
use crate::crowd;
use crate::kit::{binary, eventually};
use crate::target::Target;

pub(crate) const FAMILY: Family = Family {
    name: "readers",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "never reads, where something is said",
            expected: Answer::HungUp,
            counts: "write_timeout",
            run: |target| beside_talk(target, 1, Duration::MAX, 0),
        },
        Attack {
            name: "never reads, where much is said",
            expected: Answer::HungUp,
            counts: "queue",
            run: |target| beside_talk(target, 4, Duration::MAX, 0),
        },
        Attack {
            name: "reads a byte a second, where much is said",
            expected: Answer::HungUp,
            counts: "queue",
            run: |target| beside_talk(target, 4, Duration::from_secs(1), 1),
        },
        Attack {
            name: "reads on and on, but less than is said",
            expected: Answer::Close(4201),
            counts: "queue",
            run: |target| beside_talk(target, 4, Duration::from_millis(20), 1_024),
        },
        Attack {
            name: "a hundred who never read, in a room of the crowd",
            expected: Answer::Served,
            counts: "write_timeout",
            run: |target| {
                let join = target.join(crowd::ROOM).to_bytes();
                let all = [Handshake::default().to_bytes(), binary(&join)].concat();
                let mut talker = target.enter(crowd::ROOM);
                let silent: Vec<TcpStream> = (0..100).map(|_| deaf(target, &all)).collect();
                talker.until(|said| matches!(said, Said::Count(_, 100..)));
                let is_over = eventually(|| {
                    talker.send(&event(0, "talk", &[7; 1_000]));
                    talker.until_heartbeat();
                    target.connections() <= crowd::PEOPLE as u64 + 1
                });
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
            counts: "",
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

/// Large events that one may send at once; those of four are more than may wait for one reader.
const BURST: u32 = 22;

/// Somebody reads so many bytes in this time, in a room in which one other says something, or several
/// much: how it ends for them.
fn beside_talk(target: &Target, others: u32, every: Duration, bytes: usize) -> Answer {
    let join = target.join("talk").to_bytes();
    let mut talkers: Vec<RawClient> = (0..others).map(|_| target.enter("talk")).collect();
    let reader = deaf(
        target,
        &[Handshake::default().to_bytes(), binary(&join)].concat(),
    );
    talkers[0].until(|said| *said == Said::Count(0, others + 1));
    // The last one of before may still be on its way out.
    let all = crowd::PEOPLE as u64 + u64::from(others) + 1;
    if !eventually(|| target.connections() == all) {
        return other("somebody else is here");
    }
    let is_over = AtomicBool::new(false);
    let came = thread::scope(|scope| {
        let reading = scope.spawn(|| read_slowly(reader, every, bytes, &is_over));
        let mut left = if others == 1 { 0 } else { BURST };
        let is_closed = eventually(|| {
            for talker in &mut talkers {
                let bytes = if left > 0 { 16_000 } else { 2_000 };
                talker.send(&event(0, "talk", &vec![7; bytes]));
                talker.until_heartbeat();
            }
            if left == 0 {
                thread::sleep(Duration::from_millis(40));
            }
            left = left.saturating_sub(1);
            target.connections() < all
        });
        is_over.store(true, Ordering::Relaxed);
        reading.join().ok().filter(|_| is_closed)
    });
    came.map_or(other("it is kept"), |came| last_code(&came))
}

/// Everything that came until it was over, the rest of it read at once.
fn read_slowly(
    mut reader: TcpStream,
    every: Duration,
    bytes: usize,
    is_over: &AtomicBool,
) -> Vec<u8> {
    let (mut came, mut buffer) = (Vec::new(), vec![0; bytes]);
    let mut read_at = Instant::now();
    while !is_over.load(Ordering::Relaxed) {
        thread::sleep(every.min(Duration::from_millis(20)));
        if read_at.elapsed() >= every {
            read_at = Instant::now();
            // An end is told by the talkers.
            let count = reader.read(&mut buffer).unwrap_or(0);
            came.extend_from_slice(&buffer[..count]);
        }
    }
    // What was read before a reset is there as well.
    let _ = reader.read_to_end(&mut came);
    came
}

/// The code of the Close frame at the end of what came, if it came through to who hardly read.
fn last_code(came: &[u8]) -> Answer {
    let mut ends = came.windows(4).rev();
    match ends.any(|bytes| bytes[0] == 0x88 && bytes[2..] == 4201_u16.to_be_bytes()) {
        true => Answer::Close(4201),
        false => Answer::HungUp,
    }
}
