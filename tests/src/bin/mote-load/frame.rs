//! Frames of RFC 6455, section 5.2, read in place: for a load of hundreds of thousands a second.

/// A frame's payload and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) opcode: u8,
    pub(crate) payload: &'a [u8],
}

pub(crate) const TEXT: u8 = 1;
pub(crate) const BINARY: u8 = 2;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
pub(crate) const PONG: u8 = 10;

/// Any mask is as good as another on a loopback line.
const MASK: [u8; 4] = [0x1B, 0xAD, 0xF0, 0x0D];

/// Takes the first frame off `bytes` when all of it is there, and says how long it was.
pub(crate) fn first(bytes: &[u8]) -> Result<Option<(Frame<'_>, usize)>, String> {
    let [head, length, rest @ ..] = bytes else {
        return Ok(None);
    };
    if head & 0xF0 != 0x80 || length & 0x80 != 0 {
        return Err(format!(
            "a frame that is in parts, extended or masked: {head:#04x} {length:#04x}"
        ));
    }
    let (length, head_bytes): (usize, usize) = match (length, rest) {
        (126, [a, b, ..]) => (usize::from(u16::from_be_bytes([*a, *b])), 4),
        (126, _) => return Ok(None),
        (127, _) => match rest.first_chunk() {
            Some(length) => (
                usize::try_from(u64::from_be_bytes(*length)).map_err(|_| "an endless frame")?,
                10,
            ),
            None => return Ok(None),
        },
        (length, _) => (usize::from(*length), 2),
    };
    let opcode = head & 0x0F;
    let frame = bytes.get(head_bytes..head_bytes.saturating_add(length));
    Ok(frame.map(|payload| (Frame { opcode, payload }, head_bytes + length)))
}

/// Appends a whole message as a client writes it: masked.
pub(crate) fn push(bytes: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    bytes.push(0x80 | opcode);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length @ ..126), _) => bytes.push(0x80 | length),
        (_, Ok(length)) => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
        _ => {
            bytes.push(0x80 | 127);
            bytes.extend((payload.len() as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    let masked = payload.iter().zip(MASK.iter().cycle());
    bytes.extend(masked.map(|(byte, key)| byte ^ key));
}

#[cfg(test)]
mod tests {
    use mote_tests::raw::{Frame as Whole, Opcode};

    use super::{BINARY, Frame, PING, first, push};

    #[test]
    fn frames_of_every_length_are_read_and_a_part_of_one_is_none() {
        for length in [0_usize, 1, 125, 126, 65_535, 65_536] {
            let payload = vec![7; length];
            let mut bytes = vec![0x82];
            match length {
                0..126 => bytes.push(u8::try_from(length).expect("short")),
                126..65_536 => {
                    bytes.push(126);
                    bytes.extend(u16::try_from(length).expect("medium").to_be_bytes());
                }
                _ => {
                    bytes.push(127);
                    bytes.extend((length as u64).to_be_bytes());
                }
            }
            bytes.extend(&payload);
            let whole = bytes.len();
            bytes.extend([0x89, 0]);
            let opcode = BINARY;
            let payload = &payload[..];
            assert_eq!(first(&bytes), Ok(Some((Frame { opcode, payload }, whole))));
            let opcode = PING;
            let payload = &[][..];
            assert_eq!(
                first(&bytes[whole..]),
                Ok(Some((Frame { opcode, payload }, 2)))
            );
            assert_eq!(first(&bytes[..whole - 1]), Ok(None));
        }
    }

    #[test]
    fn a_masked_frame_is_what_another_implementation_makes_of_it() {
        for length in [0, 125, 126, 65_536] {
            let payload = vec![0x5A; length];
            let mut bytes = Vec::new();
            push(&mut bytes, BINARY, &payload);
            let whole = Whole::whole(Opcode::Binary, &payload);
            assert_eq!(bytes, whole.to_bytes(super::MASK));
        }
    }

    #[test]
    fn a_frame_in_parts_is_an_error() {
        assert!(first(&[0x02, 0]).is_err());
    }
}
