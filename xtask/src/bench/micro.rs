//! `cargo xtask bench --micro`: the time of single steps of the codec, the client machine and the
//! room machine.

use crate::cargo;
use crate::kit::Kit;
use crate::run::{Result, shown};
use crate::step::shown_step;

/// Each crate with benches, and which.
const BENCHES: [(&str, &str); 3] = [
    ("mote-protocol", "codec"),
    ("mote-protocol", "client"),
    ("mote-server", "room"),
];

pub(super) fn run(kit: &Kit) -> Result {
    for (package, bench) in BENCHES {
        shown_step(&format!("{bench}, time of single steps"), || {
            let words = format!("bench --quiet --package {package} --bench {bench}");
            shown(&mut cargo::native(kit, &words)?)
        })?;
    }
    Ok(())
}
