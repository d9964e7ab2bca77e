//! What a client says, byte by byte.

/// Unsigned LEB128.
#[must_use]
pub fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(0x80 | u8::try_from(value & 0x7F).expect("seven bits"));
        value >>= 7;
    }
    bytes.push(u8::try_from(value).expect("seven bits"));
    bytes
}

/// A length and that many bytes: a `str`, a body, a payload.
#[must_use]
pub fn text(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let bytes = bytes.as_ref();
    [&varint(bytes.len() as u64), bytes].concat()
}

/// `CursorUpdate`.
#[must_use]
pub fn cursor(channel: u8, x: u16, y: u16) -> Vec<u8> {
    let [xh, xl] = x.to_be_bytes();
    let [yh, yl] = y.to_be_bytes();
    vec![0x10 | channel, xh, xl, yh, yl]
}

/// `Leave`.
#[must_use]
pub fn leave(channel: u8) -> Vec<u8> {
    vec![0x40 | channel]
}

/// `Heartbeat`.
#[must_use]
pub fn heartbeat() -> Vec<u8> {
    vec![0x80]
}

/// `State` with these fields, in the order given.
#[must_use]
pub fn state(channel: u8, fields: &[(u8, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0xB0 | channel];
    bytes.extend(varint(fields.len() as u64));
    for (tag, body) in fields {
        bytes.push(*tag);
        bytes.extend(text(body));
    }
    bytes
}

/// `Event`.
#[must_use]
pub fn event(channel: u8, name: &str, payload: &[u8]) -> Vec<u8> {
    [vec![0xC0 | channel], text(name), text(payload)].concat()
}

/// `Control` Token.
#[must_use]
pub fn token(channel: u8, token: &str) -> Vec<u8> {
    [vec![0xE0 | channel, 5], text(""), text(token)].concat()
}

/// `Join`, put together by what is given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Join<'a> {
    /// The channel asked for.
    pub channel: u8,
    /// The room.
    pub room: &'a str,
    /// What lets them in, where one is asked for.
    pub token: Option<&'a str>,
    /// The name to be shown.
    pub name: Option<&'a str>,
    /// The colour to be shown.
    pub color: Option<[u8; 3]>,
    /// An earlier Welcome's value.
    pub resume: Option<[u8; 16]>,
    /// Receive only.
    pub observer: bool,
}

impl<'a> Join<'a> {
    /// A join of `room` on channel 0, without anything else.
    #[must_use]
    pub fn room(room: &'a str) -> Self {
        Self {
            room,
            ..Self::default()
        }
    }

    /// The same with a token.
    #[must_use]
    pub fn with_token(self, token: &'a str) -> Self {
        let token = Some(token);
        Self { token, ..self }
    }

    /// The same under a name.
    #[must_use]
    pub fn named(self, name: &'a str) -> Self {
        let name = Some(name);
        Self { name, ..self }
    }

    /// The same with an earlier Welcome's value.
    #[must_use]
    pub fn resuming(self, resume: [u8; 16]) -> Self {
        let resume = Some(resume);
        Self { resume, ..self }
    }

    /// The same on another channel.
    #[must_use]
    pub fn on(self, channel: u8) -> Self {
        Self { channel, ..self }
    }

    /// The same as an observer.
    #[must_use]
    pub fn observing(self) -> Self {
        Self {
            observer: true,
            ..self
        }
    }

    /// The message.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        let flag = |is_set: bool, bit: u8| if is_set { 1 << bit } else { 0 };
        let flags = flag(self.token.is_some(), 0)
            | flag(self.name.is_some(), 1)
            | flag(self.color.is_some(), 2)
            | flag(self.resume.is_some(), 3)
            | flag(self.observer, 4);
        let mut bytes = vec![0x30 | self.channel, flags];
        bytes.extend(text(self.room));
        bytes.extend(self.token.map(text).unwrap_or_default());
        bytes.extend(self.name.map(text).unwrap_or_default());
        bytes.extend(self.color.iter().flatten());
        bytes.extend(self.resume.iter().flatten());
        bytes
    }
}
