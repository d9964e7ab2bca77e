//! Which names and colours are in use, so that a joiner gets others without anybody being asked.

use std::collections::HashMap;
use std::sync::Arc;

use mote_protocol::color::Color;
use rand::rngs::StdRng;

use super::names;
use super::palette::Palette;

/// The names and colours of everybody listed, counted.
#[derive(Debug, Default)]
pub(super) struct Looks {
    names: HashMap<Arc<str>, u32>,
    palette: Palette,
}

impl Looks {
    /// A name that nobody has, while such a one is found quickly.
    pub(super) fn anonymous(&self, rng: &mut StdRng) -> String {
        names::anonymous(rng, |name| self.names.contains_key(name))
    }

    /// A colour that as few as possible have.
    pub(super) fn color(&self, rng: &mut StdRng) -> Color {
        self.palette.pick(rng)
    }

    /// Somebody looks so from now on.
    pub(super) fn add(&mut self, name: &Arc<str>, color: Color) {
        *self.names.entry(Arc::clone(name)).or_default() += 1;
        self.palette.add(color);
    }

    /// Somebody looked so.
    pub(super) fn remove(&mut self, name: &str, color: Color) {
        if let Some(uses) = self.names.get_mut(name) {
            *uses -= 1;
            if *uses == 0 {
                self.names.remove(name);
            }
        }
        self.palette.remove(color);
    }
}
