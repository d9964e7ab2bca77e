//! Which of several servers is to serve a room.
//!
//! Rendezvous hashing (Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit Rates",
//! 1998): a room is its server's that has the highest score for it. All servers that know of the same
//! ones agree without a word, and when one comes or goes only the rooms move that are its own.

use std::fmt;

/// The one of these addresses that is to serve a room; none of none.
#[must_use]
pub fn owner<'a>(room: &str, addresses: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    addresses
        .into_iter()
        .max_by_key(|address| (score(room, address), *address))
}

/// FNV-1a over both names, and the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast Splittable
/// Pseudorandom Number Generators", 2014), because FNV alone barely mixes the last bytes. Servers of
/// different releases must agree, so this is not std's hasher.
fn score(room: &str, address: &str) -> u64 {
    let bytes = room.bytes().chain([0]).chain(address.bytes());
    let mixed = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Rooms by their ids: patterns in which `*` stands for any characters, and none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomPatterns(Vec<Box<str>>);

impl RoomPatterns {
    /// Patterns divided by commas.
    ///
    /// # Errors
    /// Says what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        use crate::limits::{ROOM_PATTERN_BYTES_MAX, ROOM_PATTERNS_MAX};
        let patterns: Vec<Box<str>> = text.split(',').map(|one| one.trim().into()).collect();
        let is_right = |one: &str| !one.is_empty() && one.len() <= ROOM_PATTERN_BYTES_MAX;
        if patterns.len() > ROOM_PATTERNS_MAX || !patterns.iter().all(|one| is_right(one)) {
            return Err(format!(
                "must be at most {ROOM_PATTERNS_MAX} patterns of 1 to {ROOM_PATTERN_BYTES_MAX} \
                 bytes, written like board-*,acme/plan"
            ));
        }
        Ok(Self(patterns))
    }

    /// There are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them stands for this id.
    #[must_use]
    pub fn stand_for(&self, room: &str) -> bool {
        self.0.iter().any(|pattern| stands_for(pattern, room))
    }
}

impl fmt::Display for RoomPatterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

/// O(length of the id × stars): what stands between two stars is looked for as early as it is there.
fn stands_for(pattern: &str, room: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = room.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::{RoomPatterns, owner};

    const NODES: [&str; 3] = ["ws://a/ws", "ws://b/ws", "ws://c/ws"];

    fn rooms() -> impl Iterator<Item = String> {
        (0..3_000).map(|number| format!("room-{number}"))
    }

    #[test]
    fn every_order_of_the_servers_gives_the_same_one() {
        let backwards: Vec<_> = NODES.into_iter().rev().collect();
        for room in rooms() {
            assert_eq!(owner(&room, NODES), owner(&room, backwards.clone()));
        }
        assert_eq!(owner("room", []), None);
    }

    #[test]
    fn each_server_has_its_share_of_the_rooms() {
        for node in NODES {
            let share = rooms()
                .filter(|room| owner(room, NODES) == Some(node))
                .count();
            assert!((900..1_100).contains(&share), "{node} has {share} of 3,000");
        }
    }

    #[test]
    fn only_the_rooms_of_a_server_that_is_gone_move() {
        for room in rooms() {
            let before = owner(&room, NODES);
            let after = owner(&room, [NODES[0], NODES[2]]);
            assert!(before == after || before == Some(NODES[1]), "{room}");
        }
    }

    #[test]
    fn a_star_stands_for_any_characters_and_none() {
        let cases = [
            ("plan", "plan", true),
            ("plan", "plans", false),
            ("board-*", "board-", true),
            ("board-*", "board-7", true),
            ("board-*", "my board-7", false),
            ("*-live", "a-live", true),
            ("*-live", "a-live-b", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "ac", false),
            ("a*a", "a", false),
            ("*", "", true),
            ("é*é", "éé", true),
        ];
        for (pattern, room, expected) in cases {
            let patterns = RoomPatterns::parse(pattern).expect("a pattern");
            assert_eq!(patterns.stand_for(room), expected, "{pattern} {room}");
        }
    }

    #[test]
    fn lists_of_patterns_are_written_as_they_were_read() {
        let patterns = RoomPatterns::parse("board-*, acme/plan").expect("two patterns");
        assert_eq!(patterns.to_string(), "board-*,acme/plan");
        assert!(patterns.stand_for("acme/plan") && !patterns.stand_for("acme"));
        for wrong in ["", "a,,b", &"x,".repeat(100), &"y".repeat(129)] {
            assert!(RoomPatterns::parse(wrong).is_err(), "{wrong}");
        }
    }
}
