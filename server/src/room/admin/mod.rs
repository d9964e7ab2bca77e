//! What an application's backend asks of a room: who is here, an event of its own, agents, an end.

mod agent;
mod kick;
mod listed;

pub use agent::{AgentChange, AgentCursor, AgentError, AgentSet};
pub use kick::Whom;
pub use listed::{Listed, Summary};

use mote_protocol::time::Instant;
use mote_protocol::wire::{Event, SERVER};

use super::engine::Room;
use super::state::MessageError;

impl Room {
    /// The application itself says that something happened: nobody's id is on it. Everybody hears it.
    ///
    /// # Errors
    /// Why it is refused, in words for a developer.
    pub fn handle_broadcast(&mut self, now: Instant, event: Event<'_>) -> Result<(), MessageError> {
        self.tell_event(now, SERVER, None, event)
    }
}
