//! Whom the outputs of a room are for, so that each connection is written once.

use crate::room::{Audience, Listener, Output};

/// Who hears this, if it is one listener.
pub(super) fn only_hearer(output: &Output) -> Option<Listener> {
    match output {
        Output::Snapshot { listener, .. } => Some(*listener),
        Output::Reliable { audience, .. } | Output::Cursors { audience, .. } => match audience {
            Audience::One(listener) => Some(*listener),
            Audience::All | Audience::AllBut(_) | Audience::These(_) => None,
        },
        Output::Bus(_) | Output::Fact(_) | Output::Close { .. } | Output::Kick { .. } => None,
    }
}

/// Whose connections are to be written.
#[derive(Default)]
pub(super) struct Touched(pub(super) Vec<Audience>);

impl Touched {
    pub(super) fn is_nobody(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn add(&mut self, audience: Option<Audience>) {
        match audience {
            None => {}
            _ if self.0.first() == Some(&Audience::All) => {}
            Some(Audience::All | Audience::AllBut(_)) => self.0 = vec![Audience::All],
            Some(audience) if self.0.last() == Some(&audience) => {}
            Some(audience) => self.0.push(audience),
        }
    }
}
