//! Tests of the machine, one file a subject.

mod rig;
mod smoke;
