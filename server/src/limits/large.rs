//! Of large rooms: near at full rate, the rest as often as the budget allows.

use std::time::Duration;

/// Listeners that are served at one time, under the room's lock: about 1 ms of writes. A room with
/// more is large: it serves them in slices, one after the other, and what is said waits for a slice's
/// turn.
pub const SLICE_LISTENERS_MAX: usize = 128;

/// Writes of one room a second: most of what one core can do when each is a system call of 5 to
/// 8 µs. Over it the room's rate goes down, to 11.8 Hz with 10,000 listeners.
pub const ROOM_WRITES_PER_SECOND: u32 = 118_000;

/// The least that a room's rate goes down to, whatever its writes: slower looks broken.
pub const ROOM_HZ_MIN: u8 = 5;

/// Bytes of cursors of one room a second: half of a gigabit line. Over it listeners get at once what
/// is near them, and the rest in sweeps.
pub const ROOM_BYTES_PER_SECOND: u32 = 50_000_000;

/// Cursors that come into one room a second: a third of a core at 5 to 8 µs each. Over it senders
/// are paced.
pub const ROOM_INBOUND_PER_SECOND: u32 = 50_000;

/// However little budget there is, a listener gets every cursor that changed at least this often,
/// so that nobody looks at a ghost's position for longer.
pub const SWEEP_MAX: Duration = Duration::from_secs(2);

/// Cursors that a listener gets beyond its viewport: those that may come into view next.
pub const NEAREST_CURSORS: usize = 50;

/// Those who sent a viewport are told of the cursors beyond it at one turn of this many: who scrolls
/// there sees them at once, and five sixths of their bytes are saved.
pub const WIDE_TURN_EVERY: u32 = 6;

/// Cells of a surface in each direction, a power of two. Finer ones follow a viewport closer; each
/// costs a message header where something moves in it.
pub const GRID_SIDE: u8 = 32;

/// States, Events, joins and leaves that wait for the slices' turns, in bytes: each listener gets all
/// of them at once, so they must fit its queue. Over it an Event is refused with Control Error, over
/// twice as much a State, too; joins and leaves are bounded by the people and never refused.
pub const ROOM_LOG_BYTES_MAX: usize = 256 * 1024;

/// Reliable messages for one receiver are joined up to about this size, far below the wire's 64 KiB.
pub const JOINED_BYTES_MAX: usize = 32 * 1024;

const _: () = {
    assert!(ROOM_LOG_BYTES_MAX * 2 < super::MAX_QUEUE_DEFAULT);
    assert!(GRID_SIDE.is_power_of_two());
};
