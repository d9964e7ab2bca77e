//! The room: a pure machine. No runtime, no clock, no randomness of its own.
//!
//! Inputs are `handle_*(now, …)`; **after each, drain [`Room::poll_output`] until it is empty and
//! ask [`Room::poll_timeout`] when to call [`Room::handle_timeout`].** A room never sends: it says
//! which bytes go to whom. Live messages are encoded once, on channel 0; whoever delivers them puts
//! each receiver's channel into the first byte's low nibble.
//!
//! A room of few listeners tells everybody everything: cursors by the `flush` of its pacer,
//! the rest at once. A large one keeps its listeners in `slices` that take `turns`; a turn tells
//! what stands in the `log`, and the cursors that changed: all of them while the `budget` allows
//! it, else those `near` the listener, and all of them now and then. Who joins gets the
//! `snapshot` in parts.
//!
//! A room that other nodes serve as well is made by [`Room::shared`]; `sharing` has what it knows of them.
//!
//! ```
//! use std::sync::Arc;
//! use mote_protocol::time::Instant;
//! use mote_server::room::{JoinRequest, Output, Room, RoomConfig};
//!
//! let mut room = Room::new(Arc::new(RoomConfig::default()), [7; 32]);
//! let now = Instant::ZERO;
//! let ada = room.handle_join(now, JoinRequest { name: Some("Ada"), ..JoinRequest::default() })?;
//! while let Some(output) = room.poll_output() {
//!     assert!(matches!(output, Output::Snapshot { .. } | Output::Reliable { .. }));
//! }
//! assert_eq!(ada.user, Some(0));
//!
//! room.handle_leave(now, ada.listener);
//! assert!(room.is_empty());
//! # Ok::<(), mote_server::room::Refused>(())
//! ```

mod admin;
mod batch;
mod broadcast;
mod budget;
mod config;
mod custom;
mod engine;
mod fact;
mod flush;
mod grid;
mod interest;
mod join;
mod listeners;
mod log;
mod looks;
mod messages;
mod names;
mod near;
mod output;
mod pace;
mod palette;
mod seat;
mod seating;
mod serve;
mod sharing;
mod slices;
mod snapshot;
mod spots;
mod state;
mod surfaces;
mod tell;
mod turns;

pub use admin::{AgentChange, AgentCursor, AgentError, AgentSet, Listed, Summary, Whom};
pub use config::{LargeRooms, RoomConfig};
pub use engine::Room;
pub use fact::{Fact, Who};
pub use join::{JoinRequest, Joined, Refused};
pub use listeners::{Listener, ListenerMap};
pub use output::{Audience, Encoded, Output, Starts};
pub use state::MessageError;

#[cfg(test)]
mod tests;
