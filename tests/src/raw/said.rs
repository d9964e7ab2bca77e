//! What the server said, taken apart byte by byte.

/// A message of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// `CursorBroadcast`: channel, user, x, y.
    Cursor(u8, u32, u16, u16),
    /// `CursorBatch`: channel, and user, x, y of each.
    Batch(u8, Vec<(u32, u16, u16)>),
    /// `UserJoined`.
    UserJoined {
        /// On which channel.
        channel: u8,
        /// Who.
        user: u32,
        /// Their name.
        name: String,
        /// Red, green, blue.
        color: [u8; 3],
        /// Their account, or nothing.
        account: String,
    },
    /// `UserLeft`: channel, user.
    UserLeft(u8, u32),
    /// `PresenceUpdate`: channel, count.
    Count(u8, u32),
    /// `Heartbeat`.
    Heartbeat,
    /// `Welcome`.
    Welcome {
        /// On which channel.
        channel: u8,
        /// The client's own id.
        user: u32,
        /// Flushes a second.
        tick_hz: u8,
        /// Seconds until a Heartbeat is due.
        heartbeat_s: u8,
        /// The seat was taken back.
        resumed: bool,
        /// What takes it back.
        resume: [u8; 16],
    },
    /// `State`: channel, user, and tag and body of each field.
    State(u8, u32, Vec<(u8, Vec<u8>)>),
    /// `Event`: channel, user, name, payload.
    Event(u8, u32, String, Vec<u8>),
    /// `Control`: channel, code, text, and what follows by code.
    Control(u8, u32, String, Vec<u8>),
}

/// Every message of one WebSocket message.
///
/// # Panics
/// When the server broke the wire; the text says where.
#[must_use]
pub fn parse(bytes: &[u8]) -> Vec<Said> {
    assert!(!bytes.is_empty(), "an empty WebSocket message");
    let mut rest = bytes;
    let mut said = Vec::new();
    while !rest.is_empty() {
        said.push(one(&mut rest));
    }
    said
}

fn one(rest: &mut &[u8]) -> Said {
    let before = *rest;
    let [first] = take(rest);
    let channel = first & 0x0F;
    match first >> 4 {
        0x2 => {
            let user = varint(rest);
            let (x, y) = point(rest);
            Said::Cursor(channel, user, x, y)
        }
        0x5 => Said::UserJoined {
            channel,
            user: varint(rest),
            name: string(rest),
            color: take(rest),
            account: string(rest),
        },
        0x6 => Said::UserLeft(channel, varint(rest)),
        0x7 => Said::Count(channel, varint(rest)),
        0x8 => {
            assert_eq!(channel, 0, "a Heartbeat is on channel 0");
            Said::Heartbeat
        }
        0x9 => Said::Batch(channel, batch(rest)),
        0xA => welcome(channel, rest),
        0xB => {
            let user = varint(rest);
            let count = varint(rest);
            let mut field = || {
                let [tag] = take(rest);
                (tag, blob(rest).to_vec())
            };
            let fields: Vec<_> = (0..count).map(|_| field()).collect();
            let do_ascend = fields.windows(2).all(|pair| pair[0].0 < pair[1].0);
            assert!(do_ascend, "tags must ascend: {fields:?}");
            Said::State(channel, user, fields)
        }
        0xC => Said::Event(channel, varint(rest), string(rest), blob(rest).to_vec()),
        0xE => control(channel, rest),
        _ => panic!("no message of a server starts like {before:02x?}"),
    }
}

fn batch(rest: &mut &[u8]) -> Vec<(u32, u16, u16)> {
    let count = varint(rest);
    let mut next = 0;
    let mut entry = || {
        let user = next + varint(rest);
        next = user + 1;
        let (x, y) = point(rest);
        (user, x, y)
    };
    (0..count).map(|_| entry()).collect()
}

fn welcome(channel: u8, rest: &mut &[u8]) -> Said {
    let user = varint(rest);
    let [tick_hz, heartbeat_s, flags] = take(rest);
    assert!(flags <= 1, "undefined flags in Welcome: {flags:#04x}");
    Said::Welcome {
        channel,
        user,
        tick_hz,
        heartbeat_s,
        resumed: flags == 1,
        resume: take(rest),
    }
}

fn control(channel: u8, rest: &mut &[u8]) -> Said {
    let code = varint(rest);
    let text = string(rest);
    let before = *rest;
    match code {
        1 | 6 => {}
        2 => drop(take::<1>(rest)),
        3 => drop(varint(rest)),
        4 => drop(string(rest)),
        _ => panic!("a server sends no Control {code}"),
    }
    let used = before.len() - rest.len();
    Said::Control(channel, code, text, before[..used].to_vec())
}

fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    let (head, tail) = rest
        .split_first_chunk()
        .expect("the message ends too early");
    *rest = tail;
    *head
}

fn point(rest: &mut &[u8]) -> (u16, u16) {
    (
        u16::from_be_bytes(take(rest)),
        u16::from_be_bytes(take(rest)),
    )
}

fn varint(rest: &mut &[u8]) -> u32 {
    let mut value = 0u64;
    for place in 0..5 {
        let [byte] = take(rest);
        value |= u64::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            assert!(
                byte != 0 || place == 0,
                "a varint is not in its shortest form"
            );
            return u32::try_from(value).expect("a varint over 32 bits");
        }
    }
    panic!("a varint over five bytes");
}

fn blob<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let length = varint(rest) as usize;
    let (head, tail) = rest
        .split_at_checked(length)
        .expect("the message ends too early");
    *rest = tail;
    head
}

fn string(rest: &mut &[u8]) -> String {
    String::from_utf8(blob(rest).to_vec()).expect("text in UTF-8")
}
