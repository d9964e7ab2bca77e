//! Mote's core: the wire and the client machine, the same code on the server and in the browser.
//!
//! This crate decides and never acts. It opens no socket, reads no clock and holds no randomness:
//! time and seeds come in as arguments ([`time::Instant`], a seed), bytes go out through
//! `poll_output` and what an application is told through `poll_records`. `SPEC.md` beside this crate is the reference of the bytes, rule by rule.
//!
//! | module | what it holds |
//! |---|---|
//! | [`wire`] | every message of both directions, encoded and decoded canonically |
//! | [`coords`] | positions as fractions of a surface, and the rounding rule |
//! | [`close`] | one table of close codes: number, name, text, what a client does next |
//! | [`limits`] | every limit of the wire and of the client machine |
//! | [`client`] | the client machine: connection, rooms, roster, throttle, resume |
//! | [`time`] | an instant and nothing else |

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod client;
pub mod close;
pub mod color;
pub mod coords;
pub mod limits;
pub mod time;
pub mod wire;
