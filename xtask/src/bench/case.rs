//! A load: so many rooms of so many people who move so often.

use std::fmt;
use std::str::FromStr;

/// For example 20 rooms of 5 people who move 20 times a second, written `20x5@20`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case {
    pub(super) rooms: u32,
    pub(super) people: u32,
    pub(super) hz: u32,
}

/// Many small rooms.
pub(super) const SMALL: Case = Case::new(20, 5);
/// One dense room.
pub(super) const DENSE: Case = Case::new(1, 50);
/// One denser room.
pub(super) const DENSER: Case = Case::new(1, 100);

/// What is run when nothing else is said.
pub(super) const DEFAULT: [Case; 3] = [SMALL, DENSE, DENSER];

impl Case {
    const fn new(rooms: u32, people: u32) -> Self {
        let hz = 20;
        Self { rooms, people, hz }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}@{}", self.rooms, self.people, self.hz)
    }
}

impl FromStr for Case {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = || {
            let (rooms, rest) = text.split_once('x')?;
            let (people, hz) = rest.split_once('@').unwrap_or((rest, "20"));
            Some(Self {
                rooms: rooms.parse().ok().filter(|rooms| *rooms > 0)?,
                people: people.parse().ok().filter(|people| *people > 1)?,
                hz: hz.parse().ok().filter(|hz| (1..=120).contains(hz))?,
            })
        };
        parsed()
            .ok_or_else(|| "written like 20x5@20: rooms, people in each, moves a second".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, DEFAULT, SMALL};

    #[test]
    fn a_case_is_read_as_it_is_written() {
        for case in DEFAULT {
            assert_eq!(case.to_string().parse(), Ok(case));
        }
        assert_eq!("20x5".parse(), Ok(SMALL));
        for wrong in ["", "20", "0x5", "1x1", "1x5@0", "1x5@121", "ax5"] {
            assert!(wrong.parse::<Case>().is_err(), "{wrong}");
        }
    }
}
