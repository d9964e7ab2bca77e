//! The attacks, a file for each family.

mod access;
mod admin;
mod control;
mod floods;
mod fragments;
mod frames;
mod handshakes;
mod keys;
mod names;
mod own;
mod readers;
mod requests;
mod rooms;
mod seats;
mod site;
mod states;
mod storms;
mod tokens;
mod waits;
mod wire;

use crate::attack::Family;
use crate::jwt;
use crate::target::Target;

/// In this order.
pub(crate) const FAMILIES: &[Family] = &[
    handshakes::FAMILY,
    access::FAMILY,
    requests::FAMILY,
    frames::FAMILY,
    fragments::FAMILY,
    control::FAMILY,
    wire::FAMILY,
    floods::FAMILY,
    rooms::FAMILY,
    names::FAMILY,
    states::FAMILY,
    seats::FAMILY,
    tokens::FAMILY,
    keys::FAMILY,
    admin::FAMILY,
    readers::FAMILY,
    storms::FAMILY,
    site::FAMILY,
    waits::FAMILY,
    own::FAMILY,
];

/// What a server has seen that has been in use for a while.
pub(crate) fn warm_up(target: &Target) {
    storms::everybody_comes(target, 500);
}

/// What must not be in a log after all of this: an error of our own, a secret, a line that somebody else
/// wrote.
pub(crate) fn log_faults(log: &[String]) -> Vec<String> {
    let is_bad = |line: &&String| {
        let is_panic = line.contains("panicked");
        let has_secret = line.contains(jwt::SECRET) || line.contains("eyJ");
        is_panic || has_secret || line.contains("mallory")
    };
    let bad = log.iter().filter(is_bad);
    bad.map(|line| format!("in the log: {line}")).collect()
}
