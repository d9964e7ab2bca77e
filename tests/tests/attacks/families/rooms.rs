//! Rooms, channels and ids: all of them taken, left, taken again.

use mote_tests::raw::{RawClient, Said, leave};

use crate::attack::{Answer, Attack, Family, ending, other, outcome};
use crate::crowd;
use crate::kit::eventually;
use crate::target::{OBSERVERS_MAX, PEOPLE_MAX, ROOMS_MAX, Target};

pub(crate) const FAMILY: Family = Family {
    name: "rooms",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "a seventeenth room on a socket",
            expected: Answer::Close(4000),
            counts: "",
            run: |target| {
                let mut client = target.connect();
                join_all(target, &mut client, 0);
                client.send(&target.join("one-more").on(0).to_bytes());
                ending(&mut client)
            },
        },
        Attack {
            name: "every channel joined and left, three times",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let mut client = target.connect();
                for _ in 0..3 {
                    join_all(target, &mut client, 0);
                    client.send(&(0..16).flat_map(leave).collect::<Vec<u8>>());
                }
                client.until_heartbeat();
                outcome(&mut client)
            },
        },
        Attack {
            name: "as many rooms as there may be: one more is refused",
            expected: Answer::Close(1013),
            counts: "rooms",
            run: room_flood,
        },
        Attack {
            name: "every place of a room taken: one more is refused, then ids begin anew",
            expected: Answer::Close(4005),
            counts: "people_per_room",
            run: |target| {
                let mut people: Vec<RawClient> =
                    (0..PEOPLE_MAX).map(|_| target.enter("full")).collect();
                let mut late = target.connect();
                late.send(&target.join("full").to_bytes());
                let answer = ending(&mut late);
                for person in &mut people {
                    person.send(&leave(0));
                    person.until_heartbeat();
                }
                match target.connect().enter(&target.join("full")) {
                    (0, _) => answer,
                    (id, _) => other(format!("the first one's id is {id}")),
                }
            },
        },
        Attack {
            name: "every place taken by those who have gone: free after the grace",
            expected: Answer::Close(4005),
            counts: "people_per_room",
            run: |target| {
                (0..PEOPLE_MAX).for_each(|_| target.enter("haunted").cut());
                let come = || {
                    let mut late = target.connect();
                    late.send(&target.join("haunted").to_bytes());
                    outcome(&mut late)
                };
                let answer = come();
                match eventually(|| come() == Answer::Served) {
                    true => answer,
                    false => other("nobody gets in any more"),
                }
            },
        },
        Attack {
            name: "as many observers as there may be: one more is refused",
            expected: Answer::Close(4005),
            counts: "observers_per_room",
            run: |target| {
                let observe = || {
                    let mut client = target.connect();
                    client.send(&target.join("theatre").observing().to_bytes());
                    client
                };
                let mut seen: Vec<RawClient> = (0..OBSERVERS_MAX).map(|_| observe()).collect();
                for client in &mut seen {
                    client.until(|said| matches!(said, Said::Count(..)));
                }
                ending(&mut observe())
            },
        },
        Attack {
            name: "a storm of joins and leaves, in a room of the crowd",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let mut clients: Vec<RawClient> = (0..20).map(|_| target.connect()).collect();
                for _ in 0..20 {
                    for client in &mut clients {
                        client.send(&target.join(crowd::ROOM).to_bytes());
                    }
                    for client in &mut clients {
                        client.until(|said| matches!(said, Said::Count(..)));
                        client.send(&leave(0));
                    }
                }
                clients
                    .iter_mut()
                    .for_each(|client| drop(client.until_heartbeat()));
                Answer::of_all(clients.iter_mut().map(outcome))
            },
        },
        Attack {
            name: "rooms whose names are paths, separators and control characters",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let names = [
                    "../../etc/passwd",
                    "a:b",
                    "a",
                    "b",
                    "*",
                    "{a}",
                    "a\0b",
                    "a\nb",
                    "\u{202e}a",
                    "mote:room:x",
                    "%2e%2e",
                    "__proto__",
                    "<script>",
                    "'; DROP TABLE rooms; --",
                ];
                let alone = |name: &&str| {
                    let mut client = target.connect();
                    let snapshot = client.join(&target.join(name));
                    let answer = match snapshot.last() {
                        Some(Said::Count(0, 1)) => outcome(&mut client),
                        _ => other(format!("somebody else is in {name:?}")),
                    };
                    (client, answer)
                };
                let (_clients, answers): (Vec<_>, Vec<_>) = names.iter().map(alone).unzip();
                Answer::of_all(answers)
            },
        },
    ],
};

/// A room on each channel, from this number on.
fn join_all(target: &Target, client: &mut RawClient, first: usize) {
    for channel in 0..16 {
        let room = format!("flood-{}", first + usize::from(channel));
        client.send(&target.join(&room).on(channel).to_bytes());
    }
    for _ in 0..16 {
        client.until(|said| matches!(said, Said::Count(..)));
    }
}

fn room_flood(target: &Target) -> Answer {
    let mut clients = Vec::new();
    // Rooms of attacks before are kept for their seats' grace: no more of them are needed.
    let is_full = (0..ROOMS_MAX).step_by(16).any(|first| {
        let mut client = target.connect();
        match flood_by(target, &mut client, first) {
            // Its first room was one too many.
            Some(Answer::Close(_)) => true,
            refused => {
                clients.push(client);
                refused.is_some()
            }
        }
    });
    let mut late = target.connect();
    late.send(&target.join("one-room-more").to_bytes());
    let answer = ending(&mut late);
    if !is_full {
        return other("more rooms than there may be");
    }
    // The crowd's rooms are open to others still.
    target.enter(crowd::ROOM);
    for client in &mut clients {
        client.send(&(0..16).flat_map(leave).collect::<Vec<u8>>());
        client.until_heartbeat();
    }
    target.enter("one-room-more");
    answer
}

/// Sixteen rooms more, or the first refusal.
fn flood_by(target: &Target, client: &mut RawClient, first: usize) -> Option<Answer> {
    (0..16).find_map(|channel| {
        let room = format!("flood-{}", first + usize::from(channel));
        client.send(&target.join(&room).on(channel).to_bytes());
        loop {
            match client.said_or_closed() {
                Ok(Said::Count(..)) => return None,
                Ok(Said::Control(_, 1, text, _)) => return Some(Answer::Refused(text.into())),
                Ok(_) => {}
                Err(closed) => return Some(closed.into()),
            }
        }
    })
}
