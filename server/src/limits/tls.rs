//! Of TLS without a proxy, and of files of settings.

use std::time::Duration;

/// A file of certificates or of a key, in bytes: a chain has some 5 KiB. A larger one is another file.
pub const TLS_FILE_BYTES_MAX: usize = 64 * 1024;

/// Certificates of a chain: three are usual. All of them go out in every full handshake.
pub const TLS_CHAIN_MAX: usize = 10;

/// How often the files are looked at: two small files are read. A new certificate is served at the
/// first look, and a pair that is no good is told of at the second, because whoever puts two files
/// there puts one of them first.
pub const TLS_LOOK_EVERY: Duration = Duration::from_secs(2);

/// What may be encrypted already and wait for one socket, in bytes: as much as the kernel holds unsent.
/// Whatever more there is waits in the connection's own queue, where old cursors are left out.
pub const TLS_UNSENT_BYTES_MAX: usize = super::KERNEL_UNSENT_BYTES_MAX as usize;

/// A configuration file, in bytes: all settings with long values and a comment each.
pub const CONFIG_FILE_BYTES_MAX: usize = 256 * 1024;

/// A file of certificates that vouch for Redis, in bytes: all authorities that a system trusts have
/// some 250 KiB.
pub const CA_FILE_BYTES_MAX: usize = 1024 * 1024;
