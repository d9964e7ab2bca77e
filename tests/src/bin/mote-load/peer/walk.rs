//! Mote's messages, walked through in place: what the load listens for, the rest only by its length.

use super::{Seen, number};

/// What the load listens for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard<'a> {
    /// The client's own id.
    Welcome(u32),
    /// People in the room; it ends the snapshot.
    Count(u32),
    Position(Seen),
    /// A request was refused, in words.
    Refused(&'a str),
}

const ERROR: u32 = 1;

/// All messages of one WebSocket message.
pub(super) fn walk<'a>(
    bytes: &'a [u8],
    mut hear: impl FnMut(Heard<'a>) -> Result<(), String>,
) -> Result<(), String> {
    let mut rest = Rest(bytes);
    while !rest.0.is_empty() {
        one(&mut rest, &mut hear)
            .ok_or_else(|| format!("no message of Mote's wire: {bytes:02x?}"))??;
    }
    Ok(())
}

/// `None` when the bytes are not of the wire.
fn one<'a>(
    rest: &mut Rest<'a>,
    hear: &mut impl FnMut(Heard<'a>) -> Result<(), String>,
) -> Option<Result<(), String>> {
    let mut heard = Ok(());
    match rest.byte()? >> 4 {
        0x2 => heard = hear(Heard::Position(rest.position(0)?)),
        0x5 => {
            rest.varint()?;
            rest.string()?;
            rest.skip(3)?;
            rest.string()?;
        }
        0x6 => drop(rest.varint()?),
        0x7 => heard = hear(Heard::Count(rest.varint()?)),
        0x8 => {}
        0x9 => {
            let mut next = 0;
            for _ in 0..rest.varint()? {
                let seen = rest.position(next)?;
                next = seen.id + 1;
                heard = heard.and_then(|()| hear(Heard::Position(seen)));
            }
        }
        0xA => {
            heard = hear(Heard::Welcome(rest.varint()?));
            rest.skip(3 + 16)?;
        }
        0xB => {
            rest.varint()?;
            for _ in 0..rest.varint()? {
                rest.byte()?;
                rest.string()?;
            }
        }
        0xC => {
            rest.varint()?;
            rest.string()?;
            rest.string()?;
        }
        0xE => {
            let code = rest.varint()?;
            let text = std::str::from_utf8(rest.string()?).ok()?;
            match code {
                ERROR => heard = hear(Heard::Refused(text)),
                2 => rest.skip(1)?,
                3 => drop(rest.varint()?),
                4 => drop(rest.string()?),
                6 => heard = hear(Heard::Refused("kicked")),
                _ => return None,
            }
        }
        _ => return None,
    }
    Some(heard)
}

struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.0 = self.0.get(count..)?;
        Some(())
    }

    /// A length and that many bytes.
    fn string(&mut self) -> Option<&'a [u8]> {
        let length = self.varint()? as usize;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// An id, as a distance from `next`, and a position.
    fn position(&mut self, next: u32) -> Option<Seen> {
        let id = next.checked_add(self.varint()?)?;
        let (&[a, b, c, d], rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        let number = number(u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        Some(Seen { id, number })
    }
}

#[cfg(test)]
mod tests {
    use super::{Heard, walk};
    use crate::peer::Seen;

    fn all(bytes: &[u8]) -> Result<Vec<Heard<'_>>, String> {
        let mut heard = Vec::new();
        walk(bytes, |one| {
            heard.push(one);
            Ok(())
        })?;
        Ok(heard)
    }

    #[test]
    fn what_is_listened_for_is_found_among_everything_else() {
        let bytes = [
            &[0xA0, 3, 60, 20, 0][..],
            &[9; 16],
            &[0x50, 1, 2, b'A', b'b', 1, 2, 3, 0],
            &[0x60, 1],
            &[0xB0, 1, 2, 4, 1, 0, 6, 0],
            &[0xC0, 1, 1, b'e', 2, 7, 7],
            &[0xE0, 2, 0, 12],
            &[0x20, 4, 0, 0, 0, 8],
            &[0x80],
            &[0xE0, 1, 2, b'n', b'o'],
            &[0x70, 0x80, 0x01],
        ]
        .concat();
        let position = Heard::Position(Seen { id: 4, number: 8 });
        let heard = vec![
            Heard::Welcome(3),
            position,
            Heard::Refused("no"),
            Heard::Count(128),
        ];
        assert_eq!(all(&bytes), Ok(heard));
    }

    #[test]
    fn bytes_that_are_not_of_the_wire_are_an_error() {
        for bytes in [
            &[0x00][..],
            &[0x20, 1, 0, 0],
            &[0x90, 1],
            &[0x70],
            &[0xE0, 9, 0],
        ] {
            assert!(all(bytes).is_err(), "{bytes:02x?}");
        }
    }
}
