//! Of tokens and their keys.

use std::ops::RangeInclusive;
use std::time::Duration;

/// The least of a secret, in bytes: HMAC by SHA-256 with less is weaker than its 256 bits (RFC 7518,
/// 3.2).
pub const AUTH_SECRET_BYTES_MIN: usize = 32;

/// A file with secrets or public keys, in bytes: some hundred keys. A larger one is another file.
pub const AUTH_FILE_BYTES_MAX: usize = 64 * 1024;

/// Keys of one source: several while they are changed, and one for each issuer. Without a key's id
/// each of them that fits is tried, so this bounds what a token costs.
pub const AUTH_KEYS_MAX: usize = 16;

/// What an RSA key may have, in bits: fewer are weak (RFC 7518, 3.3), more cost too much to check.
pub const AUTH_RSA_BITS: RangeInclusive<usize> = 2_048..=8_192;

/// What an address of keys may answer, in bytes: some have chains of certificates beside each key.
/// Over it: it failed.
pub const JWKS_BYTES_MAX: usize = 256 * 1024;

/// An address of keys answers in this time, all of it, or it failed.
pub const JWKS_TIMEOUT: Duration = Duration::from_secs(4);

/// Keys are fetched again after this time: a key that is taken out of the set is good for at most so
/// long, while the address answers.
pub const JWKS_REFRESH: Duration = Duration::from_secs(300);

/// From the beginning of one attempt to fetch keys to the next, whoever asks for it: an unknown key in
/// a token, which anybody can write, or a failure before.
pub const JWKS_GAP: Duration = Duration::from_secs(3);

/// Who shows a token with an unknown key waits for this long for it to be fetched. Nothing more is read
/// from them meanwhile.
pub const JWKS_WAIT_MAX: Duration = Duration::from_secs(8);

const _: () = {
    // The key of a token that was made a moment ago is there by then.
    assert!(JWKS_GAP.as_millis() + JWKS_TIMEOUT.as_millis() < JWKS_WAIT_MAX.as_millis());
    assert!(JWKS_WAIT_MAX.as_millis() < super::JOIN_TIMEOUT_DEFAULT.as_millis());
};

/// A token whose end is further off than this is refused: it is a mistake in its unit (milliseconds), or
/// a key to the house that nobody can take back. What `createToken` makes at most, and a day.
pub const TOKEN_LIFETIME_MAX: Duration = Duration::from_secs(366 * 24 * 3_600);

/// Whose token ends is warned this long before, for them to bring another one.
pub const TOKEN_WARNING: Duration = Duration::from_secs(30);

/// For how long a token is made, unless somebody says otherwise: a page renews it before its end.
pub const TOKEN_EXPIRES_IN_DEFAULT: Duration = Duration::from_secs(3_600);

/// For how long one may be made.
pub const TOKEN_EXPIRES_IN_MAX: Duration = Duration::from_secs(365 * 24 * 3_600);

/// An account, an issuer, an audience and a room's pattern in a token, in bytes: as the wire has them.
pub const TOKEN_TEXT_BYTES_MAX: usize = mote_protocol::limits::ACCOUNT_BYTES_MAX;
