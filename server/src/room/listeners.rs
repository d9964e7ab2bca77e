//! Names of listeners, and values by them: found by one look at a table, because a flush looks for
//! every one.

/// A connected receiver of one room: a person's socket or an observer. Never given out twice, so a
/// late call with an old one reaches nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Listener {
    serial: u32,
    /// Where its values are; given on when it is gone.
    slot: u32,
}

/// Gives names.
#[derive(Debug, Default)]
pub(super) struct Names {
    next_serial: u32,
    slots: u32,
    free: Vec<u32>,
}

impl Names {
    /// One that nobody has and nobody had, among the last four billion.
    pub(super) fn take(&mut self) -> Listener {
        let serial = self.next_serial;
        self.next_serial = serial.wrapping_add(1);
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots += 1;
            self.slots - 1
        });
        Listener { serial, slot }
    }

    /// Its slot is free.
    pub(super) fn give_back(&mut self, listener: Listener) {
        self.free.push(listener.slot);
    }
}

/// Values by listener.
#[derive(Clone, Debug)]
pub struct ListenerMap<T> {
    slots: Vec<Option<(Listener, T)>>,
    len: usize,
}

impl<T> Default for ListenerMap<T> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            len: 0,
        }
    }
}

impl<T> ListenerMap<T> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value of a listener.
    #[must_use]
    pub fn get(&self, listener: Listener) -> Option<&T> {
        match self.slots.get(listener.slot as usize)? {
            Some((owner, value)) if *owner == listener => Some(value),
            _ => None,
        }
    }

    /// The value of a listener.
    #[must_use]
    pub fn get_mut(&mut self, listener: Listener) -> Option<&mut T> {
        match self.slots.get_mut(listener.slot as usize)? {
            Some((owner, value)) if *owner == listener => Some(value),
            _ => None,
        }
    }

    /// Sets the value of a listener; that of one who had its slot before is gone.
    pub fn insert(&mut self, listener: Listener, value: T) {
        let index = listener.slot as usize;
        if index >= self.slots.len() {
            self.slots.resize_with(index + 1, || None);
        }
        let former = self.slots[index].replace((listener, value));
        self.len += usize::from(former.is_none());
    }

    /// Takes a listener's value out.
    pub fn remove(&mut self, listener: Listener) -> Option<T> {
        let slot = self.slots.get_mut(listener.slot as usize)?;
        let (_, value) = slot.take_if(|(owner, _)| *owner == listener)?;
        self.len -= 1;
        if self.len == 0 {
            // A large room that is empty now was large once.
            self.slots = Vec::new();
        }
        Some(value)
    }

    /// Every value. O(the most that there were).
    pub fn iter(&self) -> impl Iterator<Item = (Listener, &T)> {
        let taken = self.slots.iter().flatten();
        taken.map(|(listener, value)| (*listener, value))
    }
}

#[cfg(test)]
mod tests;
