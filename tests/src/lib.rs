//! Tools of the tests: a client written from the wire's description alone, the server in a process of
//! its own, and a simulated world.

pub mod process;
pub mod raw;
pub mod world;
