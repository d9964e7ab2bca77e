//! Of what the application is told (webhooks), and asked (`auth_url`).

use std::ops::RangeInclusive;
use std::time::Duration;

/// What a secret that signs must have, in bytes, as the Standard Webhooks specification wants it.
pub const WEBHOOK_SECRET_BYTES: RangeInclusive<usize> = 24..=64;

/// Secrets that a request is signed with at one time: the old and the new one, and some more.
pub const WEBHOOK_SECRETS_MAX: usize = 4;

/// Events that wait for a webhook's receiver: what ten thousand people say who come at one time. Over
/// it: dropped, and counted. So a receiver that is away costs this much memory and no more.
pub const WEBHOOK_EVENTS_MAX: usize = 16_384;

/// The same in bytes, names and ids included.
pub const WEBHOOK_QUEUE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// What an event costs besides its texts.
pub const WEBHOOK_EVENT_OVERHEAD_BYTES: usize = 128;

/// Events in one request: some 20 KB of JSON, and 130 KB where every name and id is as long and as odd as
/// may be.
pub const WEBHOOK_BATCH_EVENTS_MAX: usize = 100;

/// After an event others are waited for, to go in one request with it.
pub const WEBHOOK_BATCH_WAIT: Duration = Duration::from_millis(250);

/// A receiver answers within this time, or it failed: the specification's own number.
pub const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(15);

/// Waits between attempts are random: up to this after the first, twice as much after each further one.
pub const WEBHOOK_RETRY_BASE: Duration = Duration::from_secs(1);

/// And never longer than this, whatever `Retry-After` says.
pub const WEBHOOK_RETRY_MAX: Duration = Duration::from_secs(60);

/// Attempts for one request. Then its events are given up.
pub const WEBHOOK_ATTEMPTS_MAX: u32 = 20;

/// From the first attempt to the last, at most: a restart or a deploy of the application is over by then.
/// What is told later than this is of no use to who wants to know who is here, and what came after it
/// waits in memory.
pub const WEBHOOK_TIME_MAX: Duration = Duration::from_secs(15 * 60);

/// A server that stops sends what waits for at most this long. What is left is dropped.
pub const WEBHOOK_FLUSH_MAX: Duration = Duration::from_secs(3);

/// The head of an answer to a request of ours, in bytes.
pub const HTTP_ANSWER_HEAD_BYTES_MAX: usize = 64 * 1024;

const _: () = {
    assert!(WEBHOOK_BATCH_EVENTS_MAX < WEBHOOK_EVENTS_MAX);
    assert!(WEBHOOK_RETRY_BASE.as_millis() < WEBHOOK_RETRY_MAX.as_millis());
    // Beside the drain and the closing of sockets within the 10 s after which containers are killed.
    assert!(
        (super::DRAIN_DEFAULT.as_millis() + WEBHOOK_FLUSH_MAX.as_millis())
            < Duration::from_secs(10).as_millis()
    );
};
