//! Randomness for what is not secret, from a seed of the system's.

use rand::SeedableRng;
use rand::rngs::{StdRng, SysRng};

/// Of ids of requests, which must not occur twice, and of waits.
pub(super) fn seeded() -> StdRng {
    StdRng::try_from_rng(&mut SysRng)
        .expect("ids of requests must not occur twice: without randomness there is no server")
}
