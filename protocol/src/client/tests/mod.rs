//! Tests of the machine, one file a subject.

mod anything;
mod bounds;
mod cursor;
mod drawn;
mod endings;
mod liveness;
mod news;
mod offline;
mod redirects;
pub(crate) mod rig;
mod rooms;
mod smoke;
mod snapshot;
mod table;
mod tokens;
