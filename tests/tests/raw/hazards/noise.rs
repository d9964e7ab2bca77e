//! Peers that send anything at all: each is told a close, and nobody else notices.

use std::collections::BTreeSet;
use std::time::Duration;

use mote_tests::raw::{
    Frame, Join, Opcode, RawClient, Said, cursor, event, heartbeat, leave, state,
};
use mote_tests::world::Random;

use crate::server::TestServer;

/// What no message and no frame goes on with, longer than any that was begun.
static END: [u8; 80 * 1024] = [0xFF; 80 * 1024];

fn bytes(random: &mut Random, below: u64) -> Vec<u8> {
    let count = random.below(below);
    (0..count).map(|_| random.next().to_le_bytes()[0]).collect()
}

/// A message that is right, except that sometimes a byte of it is another one.
fn message(random: &mut Random) -> Vec<u8> {
    let payload = bytes(random, 300);
    let said = [
        cursor(0, 1, 2),
        heartbeat(),
        leave(0),
        Join::room("noise").to_bytes(),
        Join::room("another").on(3).to_bytes(),
        event(0, "e", &payload),
        state(0, &[(7, b"\x01s"), (200, &payload)]),
    ];
    let mut message = random.pick(&said).clone();
    if random.chance(300) {
        let at = usize::try_from(random.below(message.len() as u64)).expect("an index");
        message[at] = random.next().to_le_bytes()[0];
    }
    message
}

/// Some frames, right or wrong, or bytes that are none.
fn piece(random: &mut Random) -> Vec<u8> {
    let payload = message(random);
    let small = bytes(random, 126);
    let frame = |is_final, opcode, payload: &[u8]| {
        let payload = payload.to_vec();
        let frame = Frame {
            is_final,
            opcode,
            payload,
        };
        frame.to_bytes([0x21, 0x43, 0x65, 0x87])
    };
    match random.below(100) {
        0..60 => frame(true, Opcode::Binary, &payload),
        60..75 => {
            let (head, tail) = payload.split_at(payload.len() / 2);
            let head = frame(false, Opcode::Binary, head);
            let ping = frame(true, Opcode::Ping, &small);
            [head, ping, frame(true, Opcode::Continuation, tail)].concat()
        }
        75..88 => frame(true, Opcode::Pong, &small),
        88..90 => frame(false, Opcode::Continuation, &payload),
        90..92 => frame(true, Opcode::Close, &small),
        92..94 => frame(true, Opcode::Text, &small),
        94..96 => bytes(random, 40),
        96..98 => {
            let mut header = frame(true, Opcode::Binary, &payload);
            header[1] = 0x80 | random.next().to_le_bytes()[0];
            header
        }
        _ => vec![],
    }
}

/// Somebody whose room is full of noise: what it is told must make sense all the same.
struct Witness {
    client: RawClient,
    listed: BTreeSet<u32>,
}

impl Witness {
    fn listen(&mut self) {
        for said in self.client.until_heartbeat() {
            match said {
                Said::UserJoined { user, .. } => drop(self.listed.insert(user)),
                Said::UserLeft(_, user) => assert!(self.listed.remove(&user), "{said:?}"),
                Said::Count(_, count) => assert_eq!(count as usize, self.listed.len()),
                Said::Cursor(_, user, ..) | Said::State(_, user, _) | Said::Event(_, user, ..) => {
                    assert!(self.listed.contains(&user), "{said:?}");
                }
                Said::Batch(_, cursors) => {
                    for (user, ..) in cursors {
                        assert!(self.listed.contains(&user), "{user}");
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn whatever_a_peer_sends_ends_with_a_close_frame_and_the_others_are_served() {
    let server = TestServer::with(|config| {
        config.resume_grace = Duration::from_millis(100);
        // The witness asks often whether there is more.
        config.max_message_rate = 1_000_000;
    });
    let mut witness = Witness {
        client: RawClient::connect(server.addr()),
        listed: BTreeSet::new(),
    };
    witness.client.join(&Join::room("noise").observing());
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let mut client = RawClient::connect(server.addr());
        client.join(&Join::room("noise"));
        let pieces = 1 + random.below(40);
        let noise: Vec<_> = (0..pieces).map(|_| piece(&mut random)).collect();
        for segment in [&noise.concat()[..], &END] {
            // It may have been closed in the middle, and then it has its Close frame.
            let _ = client.send_raw(segment);
        }
        loop {
            let Some((frame, _)) = client.frame() else {
                panic!("seed {seed}: the line was cut without a Close frame");
            };
            if frame.opcode == Opcode::Close {
                break;
            }
        }
        client.cut();
        witness.listen();
    }
}
