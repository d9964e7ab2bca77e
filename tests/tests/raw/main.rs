//! The server from outside: what a client written from the wire's description alone sees of it.

mod cursors;
mod endings;
mod frames;
mod hazards;
mod joining;
mod liveness;
mod malformed;
mod rates;
mod rooms;
mod seats;
mod server;
mod slow;
mod states;
mod transport;
mod vectors;
