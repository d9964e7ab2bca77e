//! What can be wrong with bytes, or with a message that is to become bytes.

use core::fmt;

use super::part::Part;

/// A message breaks a rule of the wire. Decoding: the peer's fault, close 4000. Encoding: the
/// caller's fault, nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WireError {
    /// A WebSocket message without a protocol message in it.
    Empty,
    /// The bytes end in the middle of `field`.
    Truncated {
        /// The field that was being read.
        field: Part,
    },
    /// A message type that this version does not have, or not in this direction.
    UnknownType {
        /// The message's first byte.
        first: u8,
    },
    /// A connection-level message on a channel other than 0.
    NotOnChannelZero,
    /// A varint in a longer form than its value needs.
    LongVarint {
        /// The field that was being read.
        field: Part,
    },
    /// A varint over 32 bits.
    HugeVarint {
        /// The field that was being read.
        field: Part,
    },
    /// Text that is not UTF-8.
    BadUtf8 {
        /// The field that was being read.
        field: Part,
    },
    /// A field over its limit.
    TooLong {
        /// The field.
        field: Part,
    },
    /// A field that must not be empty.
    TooShort {
        /// The field.
        field: Part,
    },
    /// A flag or value that this version does not define.
    BadValue {
        /// The field.
        field: Part,
    },
    /// Tags or ids that do not ascend.
    NotAscending {
        /// The field.
        field: Part,
    },
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Empty => write!(f, "an empty WebSocket message"),
            Self::Truncated { field } => write!(f, "the message ends inside {field}"),
            Self::UnknownType { first } => write!(f, "no message starts with 0x{first:02x} here"),
            Self::NotOnChannelZero => write!(f, "a connection-level message goes on channel 0"),
            Self::LongVarint { field } => write!(f, "{field} is not in its shortest form"),
            Self::HugeVarint { field } => write!(f, "{field} is over 32 bits"),
            Self::BadUtf8 { field } => write!(f, "{field} is not UTF-8"),
            Self::TooLong { field } => write!(f, "{field} is over its limit of {}", field.max()),
            Self::TooShort { field } => write!(f, "{field} is empty"),
            Self::BadValue { field } => write!(f, "{field} has a value that is not defined"),
            Self::NotAscending { field } => write!(f, "{field} do not ascend"),
        }
    }
}

impl core::error::Error for WireError {}
