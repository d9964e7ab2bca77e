//! What several families do.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
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
pub(crate) fn flood(client: &mut RawClient, line: &TcpStream, bytes: &[u8]) -> Answer {
    beside(
        line,
        |mut line| while line.write_all(bytes).is_ok() {},
        || ending(client),
    )
}

/// Does one thing on a connection in a thread, and another one meanwhile; when that has ended, however
/// it did, so has the connection.
pub(crate) fn beside(
    line: &TcpStream,
    work: impl FnOnce(&TcpStream) + Send,
    meanwhile: impl FnOnce() -> Answer,
) -> Answer {
    thread::scope(|scope| {
        scope.spawn(|| work(line));
        let done = catch_unwind(AssertUnwindSafe(meanwhile));
        // The server may have ended it.
        let _ = line.shutdown(Shutdown::Both);
        done.unwrap_or_else(|panic| resume_unwind(panic))
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
    // Those who are closed keep their seats for the grace: many of them would fill one room.
    let mut client = target.enter(&format!("den-{}", target.source()));
    client.send(message);
    ending(&mut client)
}

/// Sends a request as it is; the status of the answer.
pub(crate) fn ask(target: &Target, request: &[u8]) -> Answer {
    let mut stream = target.stream();
    // It may hang up before it has read all.
    let _ = stream.write_all(request);
    let mut came = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        came.extend_from_slice(&buffer[..count]);
        if let Some((response, _)) = Response::parse(&came) {
            return Answer::Status(response.status);
        }
    }
    Answer::HungUp
}

/// The status of the first answer, and all that came until the server hung up.
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
