//! The load's people, in the load's words.

use super::Case;

/// Who is there, what they do and for how long.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    pub(super) case: Case,
    /// How many of a room move; all when there is no number.
    pub(super) moving: Option<u32>,
    pub(super) seconds: u32,
    pub(super) seed: u32,
    /// Further flags.
    pub(super) more: Vec<&'static str>,
}

impl Crowd {
    pub(super) const fn new(case: Case, seconds: u32, seed: u32) -> Self {
        Self {
            case,
            moving: None,
            seconds,
            seed,
            more: Vec::new(),
        }
    }

    pub(super) fn words(&self) -> Vec<String> {
        let Case { rooms, people, hz } = self.case;
        let numbers = [
            ("--rooms", Some(rooms)),
            ("--people", Some(people)),
            ("--hz", Some(hz)),
            ("--moving", self.moving),
            ("--seconds", Some(self.seconds)),
            ("--seed", Some(self.seed)),
        ];
        let mut words: Vec<String> = self.more.iter().map(ToString::to_string).collect();
        for (flag, number) in numbers {
            if let Some(number) = number {
                words.extend([flag.to_owned(), number.to_string()]);
            }
        }
        words
    }
}
