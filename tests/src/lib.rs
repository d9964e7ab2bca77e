//! Tools of the tests: a client written from the wire's description alone, and a simulated world.

pub mod raw;
pub mod world;
