//! Every target on its seeds, whole, cut and bent: what each run of the tests checks without a fuzzer.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::panic::{catch_unwind, set_hook, take_hook};
use std::sync::atomic::{AtomicUsize, Ordering};

use mote_fuzz::{TARGETS, Target};

/// A task of a runtime would keep its panic to itself.
static PANICS: AtomicUsize = AtomicUsize::new(0);

fn check(target: &Target, input: &[u8]) {
    let ran = catch_unwind(|| (target.run)(input));
    let panics = PANICS.load(Ordering::Relaxed);
    assert!(
        ran.is_ok() && panics == 0,
        "the target {} on {input:02x?}",
        target.name
    );
}

#[test]
fn every_target_keeps_its_promises_on_its_seeds_and_near_them() {
    let usual = take_hook();
    set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        usual(panic);
    }));
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{}", target.name);
        check(target, &[]);
        for seed in seeds {
            assert!(seed.len() <= target.bytes_max, "{}", target.name);
            check(target, &seed);
            for part in 1..4 {
                let at = seed.len() * part / 4;
                check(target, &seed[..at]);
                let mut bent = seed.clone();
                if let Some(byte) = bent.get_mut(at) {
                    *byte ^= 0x55;
                }
                check(target, &bent);
            }
        }
    }
}
