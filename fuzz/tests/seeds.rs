//! Every target on its seeds, whole, cut and bent: what each run of the tests checks without a fuzzer.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use mote_fuzz::TARGETS;

#[test]
fn every_target_keeps_its_promises_on_its_seeds_and_near_them() {
    // A task of a runtime would keep its panic to itself.
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("{panic}");
        std::process::abort();
    }));
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{}", target.name);
        (target.run)(&[]);
        for seed in seeds {
            assert!(seed.len() <= target.bytes_max, "{}", target.name);
            (target.run)(&seed);
            for part in 1..4 {
                let at = seed.len() * part / 4;
                (target.run)(&seed[..at]);
                let mut bent = seed.clone();
                if let Some(byte) = bent.get_mut(at) {
                    *byte ^= 0x55;
                }
                (target.run)(&bent);
            }
        }
    }
}
