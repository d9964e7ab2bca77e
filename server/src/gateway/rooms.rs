//! A task for each room that calls it when its timer is due.

use std::sync::{Arc, Weak};

use super::clock::Clock;
use crate::hub::{Hub, RoomCell, Timer};

/// Rooms have tasks of their own so that a large one does not delay the others.
pub(super) fn spawn_driver(hub: Weak<Hub>, clock: Clock, room: Arc<RoomCell>) {
    tokio::spawn(async move {
        loop {
            let due = match room.poll_timeout() {
                Timer::At(at) => Some(at),
                Timer::Idle => None,
                Timer::Gone => return,
            };
            tokio::select! {
                () = room.timer_changed().notified() => {}
                () = clock.sleep_until(due) => {
                    let Some(hub) = hub.upgrade() else { return };
                    hub.handle_room_timeout(clock.now(), &room);
                }
            }
        }
    });
}
