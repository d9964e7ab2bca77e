//! Text made binary, for a server that reads no text: three quarters of the suite's cases say what they
//! say in text, and mean its framing.

/// Walks the frames of a client.
#[derive(Debug, Default)]
pub(crate) struct Retype {
    at: Place,
    is_text: bool,
}

/// What the next byte is.
#[derive(Debug, Default)]
enum Place {
    #[default]
    First,
    Length,
    MoreLength {
        bytes: u32,
        value: u64,
    },
    /// Key and payload.
    Rest(u64),
}

const KEY_BYTES: u64 = 4;

impl Retype {
    /// Whether the message that came last is text.
    pub(crate) fn is_text(&self) -> bool {
        self.is_text
    }

    /// Changes the type of a frame, and says how many bytes belong to it: at least one, unless there is
    /// none.
    pub(crate) fn frame(&mut self, bytes: &mut [u8]) -> usize {
        let mut used = 0;
        loop {
            if let Place::Rest(left) = self.at {
                let there = bytes.len() - used;
                let taken = there.min(usize::try_from(left).unwrap_or(usize::MAX));
                self.at = match left - taken as u64 {
                    0 => Place::First,
                    left => Place::Rest(left),
                };
                return used + taken;
            }
            let Some(byte) = bytes.get_mut(used) else {
                return used;
            };
            self.take(byte);
            used += 1;
        }
    }

    fn take(&mut self, byte: &mut u8) {
        self.at = match &self.at {
            Place::First => {
                if matches!(*byte & 0x0F, 0x1 | 0x2) {
                    self.is_text = *byte & 0x0F == 0x1;
                    *byte = *byte & 0xF0 | 0x2;
                }
                Place::Length
            }
            Place::Length => match *byte & 0x7F {
                126 => Place::MoreLength { bytes: 2, value: 0 },
                127 => Place::MoreLength { bytes: 8, value: 0 },
                short => Place::Rest(KEY_BYTES + u64::from(short)),
            },
            Place::MoreLength { bytes, value } => {
                let value = value << 8 | u64::from(*byte);
                match bytes - 1 {
                    0 => Place::Rest(value.saturating_add(KEY_BYTES)),
                    bytes => Place::MoreLength { bytes, value },
                }
            }
            Place::Rest(_) => unreachable!("taken as a whole"),
        };
    }
}
