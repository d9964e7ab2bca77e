//! What the application is told, as bytes that a shell hands on as they are.
//!
//! A browser reads them in `npm/src/records.ts`; the two change together. Everybody else reads them
//! as [`Notice`]s. Numbers are little-endian. A record is a header of 12 bytes and a body:
//!
//! `kind u8 · channel u8 (255: none) · small u16 · number u32 · body length u32 · body`
//!
//! A byte 0 ends them.
//!
//! | kind | notice | small | number | body |
//! |---|---|---|---|---|
//! | 1 | status | 0 initial, 1 connecting, 2 connected, 3 reconnecting, 4 disconnected | | |
//! | 2 | closed | code | 0 stop, 1 new token, 2 slow, 3 normal | text |
//! | 3 | room joined | 1 resumed | own user; u32::MAX: observer | resume value, 16 bytes, or none |
//! | 4 | room lost | | | |
//! | 5 | room refused | | | text |
//! | 6 | kicked | | | text |
//! | 7 | user joined | 0 active, 1 idle, 2 away | user | person |
//! | 8 | user updated | as above | user | person |
//! | 9 | user left | | user | |
//! | 10 | custom | 1 whole, 0 patch | user | JSON |
//! | 11 | cursors moved | | | |
//! | 12 | count | | people | |
//! | 13 | event | bytes of the name | user | name, payload |
//! | 14 | events dropped | | how many | |
//! | 15 | token needed | | | |
//! | 16 | redirected | | | URL |
//! | 17 | error | | | text |
//!
//! A person is `colour u32 (0xrrggbb)`, then texts, each `length u16 · UTF-8`: name, account, surface,
//! and the ids of the selection, as many as follow.

use alloc::vec::Vec;

use super::notice::Notice;
use super::person::Person;
use crate::wire::Channel;

/// Records, one behind another. Reusable, so that taking them allocates little.
#[derive(Clone, Debug, Default)]
pub struct Records {
    bytes: Vec<u8>,
}

/// One of them; the table says what its parts are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    header: &'a [u8; HEADER_BYTES],
    pub(super) body: &'a [u8],
}

impl Record<'_> {
    pub(super) const fn kind(&self) -> u8 {
        let [kind, ..] = *self.header;
        kind
    }

    pub(super) const fn channel(&self) -> Option<Channel> {
        let [_, channel, ..] = *self.header;
        Channel::new(channel)
    }

    pub(super) const fn small(&self) -> u16 {
        let [_, _, s0, s1, ..] = *self.header;
        u16::from_le_bytes([s0, s1])
    }

    pub(super) const fn number(&self) -> u32 {
        let [_, _, _, _, n0, n1, n2, n3, ..] = *self.header;
        u32::from_le_bytes([n0, n1, n2, n3])
    }

    /// How many bytes it is.
    pub(super) const fn len(&self) -> usize {
        HEADER_BYTES + self.body.len()
    }
}

const HEADER_BYTES: usize = 12;
/// The header's end.
const LENGTH_BYTES: usize = 4;
/// The channel of a record that belongs to the connection.
const NO_CHANNEL: u8 = 255;

impl Records {
    /// The records as they lie in memory.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The records read back, the oldest first.
    pub fn notices(&self) -> impl Iterator<Item = Notice<'_>> {
        self.iter().filter_map(Notice::of)
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Record<'_>> {
        let mut rest = &*self.bytes;
        core::iter::from_fn(move || {
            let (header, tail) = rest.split_first_chunk::<HEADER_BYTES>()?;
            let [.., l0, l1, l2, l3] = *header;
            let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
            let (body, after) = tail.split_at_checked(length)?;
            rest = after;
            Some(Record { header, body })
        })
    }

    /// No more follow.
    pub(super) fn end(&mut self) {
        self.put_bytes(&[0]);
    }

    /// Adds one that was read elsewhere.
    pub(super) fn pass_on(&mut self, record: Record<'_>) {
        self.put_bytes(record.header);
        self.put_bytes(record.body);
    }

    /// Inlined: of the notice, which the caller writes down, nothing but the numbers is left.
    #[expect(clippy::inline_always, reason = "a third of what it takes otherwise")]
    #[inline(always)]
    pub(super) fn tell(&mut self, notice: Notice<'_>) {
        let channel = notice.channel();
        let (kind, small, number, [first, second]) = notice.parts();
        self.put(kind, channel, small, number, first, second);
    }

    /// The same with what an application would otherwise read from the machine.
    #[expect(clippy::inline_always, reason = "see `tell`")]
    #[inline(always)]
    pub(super) fn tell_with(&mut self, notice: Notice<'_>, small: u16, details: &[u8]) {
        let (kind, _, number, _) = notice.parts();
        self.put(kind, notice.channel(), small, number, details, &[]);
    }

    /// Tells of somebody as they are now: that they came, or that they changed.
    pub(super) fn tell_person(&mut self, channel: Channel, person: &Person, is_new: bool) {
        let user = person.user;
        let notice = if is_new {
            Notice::UserJoined { channel, user }
        } else {
            Notice::UserUpdated { channel, user }
        };
        self.tell_with(notice, person.activity as u16, &[]);
        let start = self.bytes.len();
        self.put_bytes(&person.color.to_rgb().to_le_bytes());
        for text in [&*person.name, &*person.account, &*person.surface] {
            self.put_text(text);
        }
        for id in person.selection() {
            self.put_text(id);
        }
        let length = length_u32(self.bytes.len() - start);
        if let Some(place) = self.bytes.get_mut(start - LENGTH_BYTES..start) {
            place.copy_from_slice(&length.to_le_bytes());
        }
    }

    fn put_text(&mut self, text: &str) {
        self.put_bytes(&length_u16(text).to_le_bytes());
        self.put_bytes(text.as_bytes());
    }

    fn put_bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A record's body is of two parts.
    #[inline(never)]
    fn put(
        &mut self,
        kind: u8,
        channel: Option<Channel>,
        small: u16,
        number: u32,
        first: &[u8],
        second: &[u8],
    ) {
        let channel = channel.map_or(NO_CHANNEL, Channel::number);
        let [s0, s1] = small.to_le_bytes();
        let [n0, n1, n2, n3] = number.to_le_bytes();
        let [l0, l1, l2, l3] = length_u32(first.len() + second.len()).to_le_bytes();
        let header: [u8; HEADER_BYTES] = [kind, channel, s0, s1, n0, n1, n2, n3, l0, l1, l2, l3];
        self.put_bytes(&header);
        self.put_bytes(first);
        self.put_bytes(second);
    }
}

/// Records are far under 4 GiB.
fn length_u32(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Texts of the wire are at most 16 KiB.
pub(super) fn length_u16(text: &str) -> u16 {
    u16::try_from(text.len()).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests;
