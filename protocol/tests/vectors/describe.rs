//! Messages as the JSON of the vector files.

use mote_protocol::wire::{
    Activity, ClientMessage, Control, Field, Fields, Join, Selection, ServerMessage, Viewport,
    WireError, tag,
};
use serde_json::{Value, json};

pub(crate) fn client(message: &ClientMessage<'_>) -> Value {
    match *message {
        ClientMessage::Cursor { channel, point } => json!({
            "type": "CursorUpdate", "channel": channel.number(), "x": point.x, "y": point.y,
        }),
        ClientMessage::Join { channel, join } => describe_join(channel.number(), &join),
        ClientMessage::Leave { channel } => {
            json!({"type": "Leave", "channel": channel.number()})
        }
        ClientMessage::Heartbeat => json!({"type": "Heartbeat"}),
        ClientMessage::State { channel, fields } => json!({
            "type": "State", "channel": channel.number(), "fields": describe_fields(fields),
        }),
        ClientMessage::Event { channel, event } => json!({
            "type": "Event", "channel": channel.number(),
            "name": event.name, "payload": hex(event.payload),
        }),
        ClientMessage::Token { channel, token } => {
            json!({"type": "Token", "channel": channel.number(), "token": token})
        }
    }
}

pub(crate) fn server(message: &ServerMessage<'_>) -> Value {
    match *message {
        ServerMessage::Cursor { channel, cursor } => json!({
            "type": "CursorBroadcast", "channel": channel.number(),
            "user": cursor.user, "x": cursor.point.x, "y": cursor.point.y,
        }),
        ServerMessage::CursorBatch { channel, cursors } => {
            let entries = cursors
                .iter()
                .map(|cursor| json!([cursor.user, cursor.point.x, cursor.point.y]));
            let entries: Vec<Value> = entries.collect();
            assert_eq!(entries.len(), cursors.len());
            json!({"type": "CursorBatch", "channel": channel.number(), "cursors": entries})
        }
        ServerMessage::UserJoined { channel, joined } => json!({
            "type": "UserJoined", "channel": channel.number(), "user": joined.user,
            "name": joined.name, "color": joined.color.to_string(), "account": joined.account,
        }),
        ServerMessage::UserLeft { channel, user } => {
            json!({"type": "UserLeft", "channel": channel.number(), "user": user})
        }
        ServerMessage::PresenceUpdate { channel, count } => {
            json!({"type": "PresenceUpdate", "channel": channel.number(), "count": count})
        }
        ServerMessage::Heartbeat => json!({"type": "Heartbeat"}),
        ServerMessage::Welcome { channel, welcome } => json!({
            "type": "Welcome", "channel": channel.number(), "user": welcome.user,
            "tickHz": welcome.tick_hz, "heartbeatS": welcome.heartbeat_s,
            "resumed": welcome.resumed, "resume": hex(&welcome.resume),
        }),
        ServerMessage::State {
            channel,
            user,
            fields,
        } => json!({
            "type": "State", "channel": channel.number(), "user": user,
            "fields": describe_fields(fields),
        }),
        ServerMessage::Event {
            channel,
            user,
            event,
        } => json!({
            "type": "Event", "channel": channel.number(), "user": user,
            "name": event.name, "payload": hex(event.payload),
        }),
        ServerMessage::Control { channel, control } => describe_control(channel.number(), &control),
    }
}

/// The kind of an error, as the files of invalid bytes name it.
pub(crate) fn error(error: WireError) -> &'static str {
    match error {
        WireError::Empty => "empty",
        WireError::Truncated { .. } => "truncated",
        WireError::UnknownType { .. } => "type",
        WireError::NotOnChannelZero => "channel",
        WireError::LongVarint { .. } | WireError::HugeVarint { .. } => "varint",
        WireError::BadUtf8 { .. } => "utf8",
        WireError::TooLong { .. } | WireError::TooShort { .. } => "limit",
        WireError::BadValue { .. } => "value",
        WireError::NotAscending { .. } => "order",
        _ => "unknown",
    }
}

fn describe_join(channel: u8, join: &Join<'_>) -> Value {
    let mut says = json!({"type": "Join", "channel": channel, "room": join.room});
    let optional = [
        ("token", join.token.map(Value::from)),
        ("name", join.name.map(Value::from)),
        ("color", join.color.map(|color| color.to_string().into())),
        ("resume", join.resume.map(|resume| hex(&resume).into())),
        ("observer", join.observer.then(|| true.into())),
    ];
    for (key, value) in optional {
        if let Some(value) = value {
            says[key] = value;
        }
    }
    says
}

fn describe_fields(fields: Fields<'_>) -> Value {
    let entries: Vec<Value> = fields
        .iter()
        .map(|field| json!([field.tag, describe_body(field)]))
        .collect();
    assert_eq!(entries.len(), fields.len());
    entries.into()
}

fn describe_body(Field { tag, body }: Field<'_>) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    match tag {
        tag::SELECTION => {
            let selection = Selection::parse(body).expect("checked when it was read");
            selection.iter().collect()
        }
        tag::VIEWPORT => {
            let Viewport { x, y, w, h } = Viewport::parse(body).expect("checked");
            json!([x, y, w, h])
        }
        tag::ACTIVITY => (Activity::parse(body).expect("checked") as u8).into(),
        tag::CUSTOM => core::str::from_utf8(body).expect("checked").into(),
        tag::CURSOR_HIDDEN => true.into(),
        // At most 64 bytes, so the length is one byte.
        tag::SURFACE => core::str::from_utf8(&body[1..]).expect("checked").into(),
        _ => hex(body).into(),
    }
}

fn describe_control(channel: u8, control: &Control<'_>) -> Value {
    let (kind, text, more) = match *control {
        Control::Error { text } => ("Error", text, None),
        Control::Pace { text, hz } => ("Pace", text, Some(("hz", hz.into()))),
        Control::Drain { text, within_ms } => ("Drain", text, Some(("withinMs", within_ms.into()))),
        Control::Redirect { text, url } => ("Redirect", text, Some(("url", url.into()))),
        Control::Token { text, token } => ("Token", text, Some(("token", token.into()))),
        Control::Kicked { text } => ("Kicked", text, None),
    };
    let mut says = json!({"type": kind, "channel": channel, "text": text});
    if let Some((key, value)) = more {
        says[key] = value;
    }
    says
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
