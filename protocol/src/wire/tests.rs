//! What a user of the wire relies on, message by message.
