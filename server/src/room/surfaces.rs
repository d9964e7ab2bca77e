//! Small numbers for surfaces, so that those of ten thousand people are compared at once.

use std::collections::HashMap;

/// The number of the room's own surface.
pub(super) const OWN: u32 = 0;

/// Every surface that somebody is on. A number is given again when nobody is on its surface.
#[derive(Debug, Default)]
pub(super) struct Surfaces {
    numbers: HashMap<Box<[u8]>, u32>,
    /// How many are on each, the room's own left out.
    uses: Vec<u32>,
    free: Vec<u32>,
}

impl Surfaces {
    /// Numbers are below this.
    pub(super) fn len(&self) -> usize {
        self.uses.len() + 1
    }

    /// Somebody comes to this surface; empty for the room's own.
    pub(super) fn enter(&mut self, name: &[u8]) -> u32 {
        if name.is_empty() {
            return OWN;
        }
        if let Some(&number) = self.numbers.get(name) {
            self.uses[number as usize - 1] += 1;
            return number;
        }
        let number = self.free.pop().unwrap_or_else(|| {
            self.uses.push(0);
            u32::try_from(self.uses.len()).expect("people_max is far below 2^32")
        });
        self.uses[number as usize - 1] = 1;
        self.numbers.insert(name.into(), number);
        number
    }

    /// Somebody who had come goes.
    pub(super) fn leave(&mut self, name: &[u8]) {
        let Some(&number) = self.numbers.get(name) else {
            return;
        };
        let uses = &mut self.uses[number as usize - 1];
        *uses -= 1;
        if *uses == 0 {
            self.numbers.remove(name);
            self.free.push(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_given_again_when_nobody_is_on_its_surface() {
        let mut surfaces = Surfaces::default();
        assert_eq!(surfaces.enter(b""), OWN);
        let board = surfaces.enter(b"board");
        assert_eq!(surfaces.enter(b"board"), board);
        surfaces.leave(b"board");
        assert_ne!(surfaces.enter(b"other"), board);
        surfaces.leave(b"board");
        assert_eq!(surfaces.enter(b"third"), board);
        assert_eq!(surfaces.len(), 3);
    }
}
