//! Names of keys and channels, and the slot of a Cluster that they are in.

use crate::bus::NodeId;

/// Slots of a Cluster.
pub(super) const SLOTS: u16 = 16_384;

/// All names of one deployment: several may share an engine under different prefixes.
#[derive(Debug)]
pub(super) struct Keys {
    prefix: Box<str>,
}

impl Keys {
    pub(super) fn new(prefix: &str) -> Self {
        Self {
            prefix: prefix.into(),
        }
    }

    /// The channel of a room: `mote:{room}`. Its keys begin with it, and what stands in braces, alone,
    /// decides the slot: a script may use all of them at once.
    pub(super) fn channel(&self, room: &str) -> String {
        let mut name = String::with_capacity(self.prefix.len() + room.len() + 3);
        name.push_str(&self.prefix);
        name.push_str(":{");
        for character in room.chars() {
            match character {
                // A brace would end the part that decides the slot, and make names ambiguous.
                '%' => name.push_str("%25"),
                '{' => name.push_str("%7B"),
                '}' => name.push_str("%7D"),
                other => name.push(other),
            }
        }
        name.push('}');
        name
    }

    /// The room of a channel.
    pub(super) fn room(&self, channel: &str) -> String {
        let name = channel.strip_prefix(&*self.prefix).unwrap_or(channel);
        let name = name.strip_prefix(":{").unwrap_or(name);
        let name = name.strip_suffix('}').unwrap_or(name);
        let name = name.replace("%7B", "{").replace("%7D", "}");
        name.replace("%25", "%")
    }

    /// The set of nodes. A room's names have a brace where this one has a word.
    pub(super) fn nodes(&self) -> String {
        format!("{}:node:{{nodes}}", self.prefix)
    }

    /// A node's lease: the set's name, a colon and its id.
    pub(super) fn lease(&self, node: NodeId) -> String {
        format!("{}:{node}", self.nodes())
    }
}

/// The record of a channel's room.
pub(super) fn record(channel: &str) -> String {
    format!("{channel}:record")
}

/// The blocks of ids of a channel's room.
pub(super) fn ids(channel: &str) -> String {
    format!("{channel}:ids")
}

/// The slot of a name of ours, all of which have one pair of braces.
pub(super) fn slot(name: &str) -> u16 {
    let tag = name
        .split_once('{')
        .and_then(|(_, rest)| rest.split_once('}'))
        .map_or(name, |(tag, _)| tag);
    crc16(tag.as_bytes()) % SLOTS
}

/// CRC-16/XMODEM, as the Cluster specification asks for.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            let shifted = crc << 1;
            if crc & 0x8000 == 0 {
                shifted
            } else {
                shifted ^ 0x1021
            }
        })
    })
}

#[cfg(test)]
mod tests {
    //! Names are unambiguous and in the slots that Redis says.

    use super::*;

    #[test]
    fn all_keys_of_a_room_are_in_one_slot_whatever_its_name() {
        let keys = Keys::new("mote");
        for room in [
            "plan",
            "}",
            "{",
            "{}",
            "a}b",
            "%7D",
            "%257D",
            "acme/plan:x",
            "ü",
        ] {
            let channel = keys.channel(room);
            let names = [record(&channel), ids(&channel), channel.clone()];
            assert!(
                names.iter().all(|name| slot(name) == slot(&channel)),
                "{room}"
            );
            assert_eq!(channel.matches(['{', '}']).count(), 2, "{room}");
            assert_eq!(keys.room(&channel), room);
        }
    }

    #[test]
    fn different_rooms_have_different_names() {
        let keys = Keys::new("mote");
        assert_ne!(keys.channel("}"), keys.channel("%7D"));
        assert_ne!(keys.channel("%"), keys.channel("%25"));
        assert_ne!(record(&keys.channel("a")), keys.channel("a}:record"));
    }

    #[test]
    fn slots_are_those_of_the_specification() {
        // `CLUSTER KEYSLOT` of Redis 7.0.
        assert_eq!(crc16(b"123456789"), 0x31C3);
        assert_eq!(slot("mote:{foo}:record"), 12_182);
        assert_eq!(slot("mote:node:{nodes}"), slot("mote:node:{nodes}:00"));
    }
}
