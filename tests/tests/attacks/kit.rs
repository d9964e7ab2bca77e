//! What several families do.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use mote_tests::raw::{Frame, Opcode, RawClient, Response, heartbeat};

use crate::attack::{Answer, ending};
use crate::target::Target;

/// How long any one wait may take before an attack counts as unanswered: far beyond what a busy
/// machine needs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// How an attacker masks. The server must not care.
pub(crate) const MASK: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];

pub(crate) fn heartbeat_frame() -> Frame {
    Frame::whole(Opcode::Binary, &heartbeat())
}

/// A binary message as a client writes it.
pub(crate) fn binary(message: &[u8]) -> Vec<u8> {
    Frame::whole(Opcode::Binary, message).to_bytes(MASK)
}

/// Waits until it is so; whether it came to be.
pub(crate) fn eventually(mut is_so: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        if Instant::now() > deadline {
            return false;
        }
        thread::sleep(Duration::from_millis(10));
    }
    true
}

/// Sends these bytes over and over, as fast as they are taken, until the server ends it.
pub(crate) fn flood(client: &mut RawClient, mut line: TcpStream, bytes: &[u8]) -> Answer {
    thread::scope(|scope| {
        scope.spawn(move || while line.write_all(bytes).is_ok() {});
        ending(client)
    })
}

/// Sends raw bytes to a socket in no room; how it ends.
pub(crate) fn ending_of(target: &Target, bytes: &[u8]) -> Answer {
    let mut client = target.connect();
    // It may end before it has read all.
    let _ = client.send_raw(bytes);
    ending(&mut client)
}

/// Sends one message to a socket in a room; how it ends.
pub(crate) fn ending_in_room(target: &Target, message: &[u8]) -> Answer {
    let mut client = target.enter("den");
    client.send(message);
    ending(&mut client)
}

/// Sends a request as it is; the status of the answer.
pub(crate) fn ask(target: &Target, request: &[u8]) -> Answer {
    let (answer, _) = exchange(target, request);
    answer
}

/// The status of the first answer, and all that came.
pub(crate) fn exchange(target: &Target, request: &[u8]) -> (Answer, Vec<u8>) {
    let mut stream = target.stream();
    // It may hang up before it has read all.
    let _ = stream.write_all(request);
    let mut came = Vec::new();
    let mut buffer = [0; 16 * 1024];
    // A reset comes after the answer, if one was written.
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        came.extend_from_slice(&buffer[..count]);
    }
    let answer = match Response::parse(&came) {
        Some((response, _)) => Answer::Status(response.status),
        None => Answer::HungUp,
    };
    (answer, came)
}
