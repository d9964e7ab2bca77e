//! Of asking the application who may come in (`auth_url`).

use std::time::Duration;

/// Questions under way at one time. More wait, so that everybody who comes back at once does not come to
/// the application at once.
pub const ASKS_UNDER_WAY_MAX: usize = 64;

/// Questions that wait for one of these, each with a token of up to 8 KiB. Over it: close 1013.
pub const ASKS_WAITING_MAX: usize = 1_024;

/// The application answers within this time, all of it, or it is away.
pub const ASK_TIMEOUT: Duration = Duration::from_secs(4);

/// Who waits for an answer waits for this long, its turn included. Nothing more is read from them
/// meanwhile.
pub const ASK_WAIT_MAX: Duration = Duration::from_secs(8);

/// What an answer may have, in bytes.
pub const ASK_ANSWER_BYTES_MAX: usize = 16 * 1024;

/// Answers that are known, at some 300 bytes each. Over it: the one that ends first is forgotten.
pub const ASK_ANSWERS_MAX: usize = 16_384;

/// An answer is good for another Join for at most this long, and for half of its own time: who comes back
/// after a lost line is let in at once, and who lost their account is not for long.
pub const ASK_KEPT_MAX: Duration = Duration::from_secs(60);

/// A refusal is remembered for this long: whoever tries again and again does not reach the application.
pub const ASK_REFUSED_KEPT: Duration = Duration::from_secs(5);

/// That it could not be asked, or gave an answer that makes no sense, is remembered for this long.
pub const ASK_FAILED_KEPT: Duration = Duration::from_secs(1);

/// Until when somebody may be in a room, where an answer does not say so.
pub const ASK_LIFETIME_DEFAULT: Duration = Duration::from_secs(3_600);

/// The most that an answer may say: a day. Longer ones are cut to it, since nobody can take them back.
pub const ASK_LIFETIME_MAX: Duration = Duration::from_secs(24 * 3_600);

/// Connections to the application that are kept for the next question.
pub const ASK_IDLE_MAX: usize = 8;

/// A token that comes with the upgrade and not in a Join, in bytes: the wire's limit for one in a Join.
pub const UPGRADE_TOKEN_BYTES_MAX: usize = mote_protocol::limits::TOKEN_BYTES_MAX;

const _: () = {
    assert!(ASK_TIMEOUT.as_millis() * 2 <= ASK_WAIT_MAX.as_millis());
    assert!(ASK_WAIT_MAX.as_millis() < super::JOIN_TIMEOUT_DEFAULT.as_millis());
};
