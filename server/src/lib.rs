//! The Mote server.
