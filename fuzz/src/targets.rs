//! The targets, a file each.

pub(crate) mod bus;
pub(crate) mod client;
pub(crate) mod codec;
pub(crate) mod connection;
pub(crate) mod room;
pub(crate) mod settings;
pub(crate) mod tokens;
pub(crate) mod upgrade;
