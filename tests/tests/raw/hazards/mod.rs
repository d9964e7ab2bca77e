//! What takes servers down, each tried on this one: memory that grows, handshakes that never end,
//! peers that do not read, frames that never do.

mod budget;
mod handshakes;
mod line;
mod memory;
mod noise;
mod readers;
