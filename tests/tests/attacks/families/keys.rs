//! The address of keys: away, slow, huge, asked for by strangers, changed.

use std::thread;

use mote_tests::raw::{Join, RawClient};

use super::tokens::enter_with;
use crate::attack::{Answer, Attack, Family, ending, other, outcome};
use crate::issuer::Mood;
use crate::jwt::{Signer, claims};
use crate::kit::eventually;
use crate::target::Target;

pub(crate) const FAMILY: Family = Family {
    name: "keys from an address",
    is_at_once: false,
    attacks: &[
        Attack {
            name: "forged under the id of a known key",
            expected: Answer::Close(4100),
            counts: "signature",
            run: |target| enter_with(target, &by(&Signer::new("known"))),
        },
        Attack {
            name: "two hundred tokens with unknown keys: asked for at most three times",
            expected: Answer::Close(4100),
            counts: "unknown_key",
            run: strangers,
        },
        Attack {
            name: "ids of keys that are paths, addresses, markup",
            expected: Answer::Close(4100),
            counts: "unknown_key",
            run: |target| {
                let ids = [
                    "../../dev/null",
                    "http://127.0.0.1:1/",
                    "' OR 1=1 --",
                    "<b>",
                    "\n",
                    "",
                ];
                let mut clients = ids.map(|id| ask(target, &by(&Signer::new(id))));
                Answer::of_all(clients.iter_mut().map(ending))
            },
        },
        Attack {
            name: "the address fails: known keys are good, others are not",
            expected: Answer::Close(4100),
            counts: "unknown_key",
            run: |target| outage(target, Mood::Fails),
        },
        Attack {
            name: "the address says nothing: the same",
            expected: Answer::Close(4100),
            counts: "unknown_key",
            run: |target| outage(target, Mood::Hangs),
        },
        Attack {
            name: "the address floods: the same",
            expected: Answer::Close(4100),
            counts: "unknown_key",
            run: |target| outage(target, Mood::Floods(64 * 1024 * 1024)),
        },
        Attack {
            name: "a new key, while strangers ask for theirs: it is good at once",
            expected: Answer::Served,
            counts: "",
            run: |target| {
                let new = Signer::new("new");
                target
                    .issuer
                    .becomes(Mood::Keys(vec![target.known.jwk(), new.jwk()]));
                // The attempt before may be seconds ago; nobody who comes in time is sent away.
                let mut strangers: Vec<RawClient> = (0..20)
                    .map(|i| ask(target, &by(&Signer::new(&format!("s{i}")))))
                    .collect();
                let mut rightful = ask(target, &by(&new));
                let answer = outcome(&mut rightful);
                strangers.iter_mut().for_each(|client| drop(ending(client)));
                answer
            },
        },
        Attack {
            name: "a key that was taken back",
            expected: Answer::Close(4100),
            counts: "unknown_key",
            run: |target| {
                let old = Signer::new("old");
                target
                    .issuer
                    .becomes(Mood::Keys(vec![target.known.jwk(), old.jwk()]));
                if !eventually(|| enter_with(target, &by(&old)) == Answer::Served) {
                    return other("the key was never good");
                }
                target.issuer.becomes(Mood::Keys(vec![target.known.jwk()]));
                // The next one who is unknown has them fetched.
                let is_gone = || {
                    enter_with(target, &by(&Signer::new("stranger")));
                    enter_with(target, &by(&old)) != Answer::Served
                };
                match eventually(is_gone) {
                    true => enter_with(target, &by(&old)),
                    false => Answer::Served,
                }
            },
        },
    ],
};

fn by(signer: &Signer) -> String {
    signer.token(&claims("mallory", "*"))
}

/// A socket that asks to come in, the answer not read.
fn ask(target: &Target, token: &str) -> RawClient {
    let mut client = target.connect();
    client.send(&Join::room("den").with_token(token).to_bytes());
    client
}

fn strangers(target: &Target) -> Answer {
    let asked = target.issuer.asked();
    let stranger = |i: usize| ask(target, &by(&Signer::new(&format!("stranger-{i}"))));
    let mut all: Vec<RawClient> = (0..200).map(stranger).collect();
    // Meanwhile those with a known key wait for nobody.
    let known = enter_with(target, &by(&target.known));
    if known != Answer::Served {
        return other(format!("with a known key: {known}"));
    }
    let answer = Answer::of_all(all.iter_mut().map(ending));
    match target.issuer.asked() - asked {
        0..=3 => answer,
        times => other(format!("asked for {times} times")),
    }
}

/// What becomes of an unknown key meanwhile, after those with known ones were served.
fn outage(target: &Target, mood: Mood) -> Answer {
    target.issuer.becomes(mood);
    let answer = thread::scope(|scope| {
        let unknown = scope.spawn(|| enter_with(target, &by(&Signer::new("unknown"))));
        let known = [by(&target.known), by_file(target)];
        let known = Answer::of_all(known.map(|token| enter_with(target, &token)));
        match (known, unknown.join()) {
            (Answer::Served, Ok(unknown)) => unknown,
            (known, unknown) => other(format!("known: {known}, unknown: {unknown:?}")),
        }
    });
    target.issuer.becomes(Mood::Keys(vec![target.known.jwk()]));
    answer
}

/// By the key in the server's file, which has no id.
fn by_file(target: &Target) -> String {
    target.backend.token(&claims("mallory", "*"))
}
