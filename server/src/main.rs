//! The `mote` binary.

fn main() {}
