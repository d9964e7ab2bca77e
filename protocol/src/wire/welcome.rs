//! Welcome: the server's answer to Join.

use super::error::WireError;
use super::join::Resume;
use super::part::Part;
use super::reader::Reader;
use super::writer::Writer;

/// The seat a client was given; the first message on its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Welcome {
    /// The client's own id in this room; 0 without meaning for an observer.
    pub user: u32,
    /// Flushes of cursors a second, at most.
    pub tick_hz: u8,
    /// Seconds without traffic after which a Heartbeat is due.
    pub heartbeat_s: u8,
    /// The seat is the one that the resume value named.
    pub resumed: bool,
    /// Takes this seat back after a lost line; zeros for an observer.
    pub resume: Resume,
}

const RESUMED: u8 = 1 << 0;

impl Welcome {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let user = reader.varint(Part::User);
        let tick_hz = reader.u8(Part::TickHz);
        let heartbeat_s = reader.u8(Part::HeartbeatS);
        let flags = reader.u8(Part::WelcomeFlags);
        if flags & !RESUMED != 0 {
            let field = Part::WelcomeFlags;
            reader.fail(WireError::BadValue { field });
        }
        Self {
            user,
            tick_hz,
            heartbeat_s,
            resumed: flags & RESUMED != 0,
            resume: reader.array(Part::Resume),
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer<'_>) {
        writer.varint(self.user);
        writer.u8(self.tick_hz);
        writer.u8(self.heartbeat_s);
        writer.u8(u8::from(self.resumed));
        writer.bytes(&self.resume);
    }
}
