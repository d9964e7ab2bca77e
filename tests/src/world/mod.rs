//! A small deterministic world: client machines, lines with faults, the server's own hub and
//! sessions, one virtual time, one seed.
//!
//! | file | what it holds |
//! |---|---|
//! | `world.rs` | everything that happens, in order |
//! | `nodes.rs`, `engine.rs` | several nodes, and what is between them |
//! | `link.rs` | lines: what they delay, hold back and lose |
//! | `owner.rs` | rooms that are elsewhere, and Redirects to there |
//! | `server.rs` | the real hub and sessions, without sockets |
//! | `app.rs`, `view.rs` | an application and what it was told |
//! | `truth.rs` | a room as the server would tell it to a newcomer |
//! | `check.rs` | what must hold when everything is quiet |
//! | `random.rs` | the dice |

mod app;
mod check;
mod engine;
mod link;
mod nodes;
mod owner;
mod random;
mod server;
mod truth;
mod view;
#[expect(
    clippy::module_inception,
    reason = "the world is what this module is about"
)]
mod world;

pub use app::{App, Intent, Life, Stay};
pub use check::problems;
pub use engine::{Engine, SharedEngine};
pub use link::{Conditions, Cut, CutPlan, Direction, Link, Packet, Pipe};
pub use random::Random;
pub use server::Server;
pub use truth::{Listed, Truth};
pub use view::View;
pub use world::World;
