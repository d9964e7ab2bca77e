//! Of the admin API, and of what it asks of rooms.

use std::time::Duration;

/// The body of a request, in bytes: a whole state or the payload of an event, 16 KiB each on the wire,
/// written with escapes. Over it: 413.
pub const ADMIN_BODY_BYTES_MAX: usize = 64 * 1024;

/// The body of a request comes within this time. Over it: 408. What else one may wait for has limits of
/// its own: [`OPEN_WAIT_MAX`](super::OPEN_WAIT_MAX), [`JWKS_WAIT_MAX`](super::JWKS_WAIT_MAX).
pub const ADMIN_BODY_TIME_MAX: Duration = Duration::from_secs(5);

/// Requests with a good token that are worked on at one time. Over it: 503. Bounds what their bodies and
/// answers take: a page of people may be as large as the states of a room.
pub const ADMIN_REQUESTS_AT_ONCE_MAX: usize = 32;

/// Requests with a good token a second: agents' cursors, some dozens of them at 30 Hz. Over it: 429.
/// Those with none cost no more than to look at it, and take nothing away from the others.
pub const ADMIN_REQUESTS_PER_SECOND: u32 = 1_000;

/// They may come this far ahead of their rate.
pub const ADMIN_REQUEST_BURST: Duration = Duration::from_secs(2);

/// Rooms or people of one answer, unless somebody asks for another number.
pub const ADMIN_PAGE_DEFAULT: usize = 100;

/// And at most. A room's id is at most 128 bytes, so a page of rooms is about 200 KiB; the map of rooms
/// is locked for some 50 µs.
pub const ADMIN_PAGE_MAX: usize = 1_000;

/// An agent's seat is kept for this long after each call, unless the call says otherwise: a backend that
/// works says something more often, and one that is gone leaves nobody behind for longer.
pub const AGENT_TTL_DEFAULT: Duration = Duration::from_secs(60);

/// At least: a round trip of a slow backend.
pub const AGENT_TTL_MIN: Duration = Duration::from_secs(1);

/// At most: who is away for longer is not here.
pub const AGENT_TTL_MAX: Duration = Duration::from_secs(3_600);

/// What an agent's account begins with, so that nobody who has a token can be taken for one, nor the
/// other way round.
pub const AGENT_ACCOUNT_PREFIX: &str = "agent:";

/// What an agent's id may have, in bytes: an account without what it begins with.
pub const AGENT_ID_BYTES_MAX: usize =
    mote_protocol::limits::ACCOUNT_BYTES_MAX - AGENT_ACCOUNT_PREFIX.len();

/// Ids that an agent may have selected: what people look at. Bounds what a body is made into.
pub const AGENT_SELECTED_MAX: usize = 1_000;

/// Those who are sent away at once when a room is closed: a write each, so about 1 ms.
pub const CLOSE_LISTENERS_AT_ONCE: usize = 128;

/// Then others have their turn for this long. A room of ten thousand is closed within half a second.
pub const CLOSE_PAUSE: Duration = Duration::from_millis(5);

const _: () = {
    use mote_protocol::limits::{EVENT_PAYLOAD_BYTES_MAX, STATE_BYTES_MAX};
    assert!(ADMIN_BODY_BYTES_MAX >= 2 * STATE_BYTES_MAX);
    assert!(ADMIN_BODY_BYTES_MAX >= 2 * EVENT_PAYLOAD_BYTES_MAX);
};
