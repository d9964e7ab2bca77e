//! What the engine answers, and what follows from it. What is not as it should be ends the connection.

use std::collections::BTreeSet;

use bytes::Bytes;
use redis::{ServerError, Value};

use super::failure::Failure;
use super::lane::Lane;
use super::lease::News;
use super::requests::Asked;
use super::serve::Serving;
use crate::bus::record::Field;
use crate::bus::{NodeId, Record};

pub(super) fn handle(
    serving: &mut Serving,
    lane: &Lane,
    asked: Asked,
    answer: Value,
) -> Result<(), Failure> {
    match (asked, answer) {
        (Asked::Nothing, answer) => handle_done(answer),
        (Asked::Subscription, Value::Push { .. }) => Ok(()),
        (Asked::Renewal, answer) => handle_renewal(lane, answer),
        (Asked::Left { .. } | Asked::Cleared { .. }, Value::ServerError(error)) => {
            handle_done(Value::ServerError(error))
        }
        (Asked::Left { channel }, answer) => handle_cleared(lane, &channel, None, answer),
        (Asked::Cleared { channel, node }, answer) => {
            handle_cleared(lane, &channel, Some(node), answer)
        }
        (Asked::Changes { channel }, answer) => match answer {
            Value::ServerError(error) if is_of_one_room(&error) => {
                handle_unusable(serving, lane, &channel, &error);
                Ok(())
            }
            answer => handle_changes(serving, lane, &channel, answer),
        },
        (Asked::Ids { channel, serial }, answer) => match answer {
            Value::ServerError(error) if is_of_one_room(&error) => {
                handle_unusable(serving, lane, &channel, &error);
                Ok(())
            }
            answer => handle_ids(serving, lane, &channel, serial, &answer),
        },
        (Asked::Read { channel, serial }, answer) => match answer {
            Value::ServerError(error) if is_of_one_room(&error) => {
                lane.rooms().handle_read(&channel, serial);
                handle_unusable(serving, lane, &channel, &error);
                Ok(())
            }
            answer => handle_read(serving, lane, &channel, serial, answer),
        },
        (_, answer) => Err(unexpected(&answer)),
    }
}

/// What is wrong with the keys of one room must not take the others down.
fn is_of_one_room(error: &ServerError) -> bool {
    ["ERR", "WRONGTYPE", "TOOLARGE"].contains(&error.code())
}

fn handle_done(answer: Value) -> Result<(), Failure> {
    match answer {
        Value::ServerError(error) if !is_of_one_room(&error) => Err(Failure::server(&error)),
        _ => Ok(()),
    }
}

/// The room goes on alone, and its record is tried again later.
fn handle_unusable(serving: &mut Serving, lane: &Lane, channel: &str, error: &ServerError) {
    let mut rooms = lane.rooms();
    let Some(entry) = rooms.get_mut(channel) else {
        return;
    };
    entry.is_stale = true;
    let room = entry.id.clone();
    drop(rooms);
    serving.handle_stale(lane.context.now());
    if let Some(times) = lane.note(&lane.unusable) {
        let failure = Failure::server(error);
        tracing::warn!(times, "the record of a room cannot be used: {failure}");
    }
    lane.context
        .tell(|events, now| events.unavailable(now, &room));
}

fn handle_changes(
    serving: &mut Serving,
    lane: &Lane,
    channel: &str,
    answer: Value,
) -> Result<(), Failure> {
    let [
        Value::Int(refused),
        Value::BulkString(error),
        Value::Int(began),
    ] = array(answer)?
    else {
        return Err(unexpected(&Value::Nil));
    };
    if began == 1 {
        let room = lane.context.front.keys.room(channel);
        lane.context.tell(|events, _| events.began(&room));
    }
    let error = String::from_utf8_lossy(&error);
    // Full, or not able to save: it goes on carrying batches. Any other error means that it is not
    // the master any more.
    let is_lasting = ["OOM", "MISCONF", "NOREPLICAS"]
        .iter()
        .any(|code| error.trim_start_matches('-').starts_with(code));
    if !error.is_empty() && !is_lasting {
        return Err(Failure::new(format!("it says {error}")));
    }
    lane.context.front.handle_write(!error.is_empty());
    let mut rooms = lane.rooms();
    if !error.is_empty() {
        rooms.mark_stale(channel);
        serving.handle_stale(lane.context.now());
    } else if refused > 0 {
        // Somebody else owns that seat: the record says who.
        rooms.want_read(channel);
    }
    Ok(())
}

/// What a node had in a room is gone from its record; of another `node` nobody has told yet.
fn handle_cleared(
    lane: &Lane,
    channel: &str,
    node: Option<NodeId>,
    answer: Value,
) -> Result<(), Failure> {
    let [Value::Int(ended), Value::Array(people)] = array(answer)? else {
        return Err(unexpected(&Value::Nil));
    };
    let room = lane.context.front.keys.room(channel);
    if let Some(node) = node {
        let people: Vec<_> = pairs(people)?
            .into_iter()
            .filter_map(|(field, value)| match Field::parse(&field)? {
                Field::User(user) => Some((user, value)),
                _ => None,
            })
            .collect();
        lane.context
            .tell(|events, _| events.cleared(&room, node, &people));
    }
    if ended == 1 {
        lane.context.tell(|events, _| events.ended(&room));
    }
    Ok(())
}

fn handle_ids(
    serving: &mut Serving,
    lane: &Lane,
    channel: &str,
    serial: u64,
    answer: &Value,
) -> Result<(), Failure> {
    let Value::Int(block) = answer else {
        return Err(unexpected(answer));
    };
    let mut rooms = lane.rooms();
    let Ok(block) = u32::try_from(*block) else {
        // It has no memory for one: the record is read later, and blocks are taken with it.
        lane.context.front.handle_write(true);
        rooms.mark_stale(channel);
        serving.handle_stale(lane.context.now());
        return Ok(());
    };
    let Some(entry) = rooms.get_of(channel, serial) else {
        return Ok(());
    };
    entry.blocks.push(block);
    let room = entry.id.clone();
    drop(rooms);
    lane.context
        .tell(|events, now| events.ids(now, &room, block));
    Ok(())
}

fn handle_renewal(lane: &Lane, answer: Value) -> Result<(), Failure> {
    let [Value::Int(had), Value::Array(live)] = array(answer)? else {
        return Err(unexpected(&Value::Nil));
    };
    let (now, own) = (lane.context.now(), lane.context.front.node);
    let live = pairs(live)?;
    let nodes = live.iter().filter_map(|(name, address)| {
        let address = std::str::from_utf8(address).unwrap_or_default();
        Some((node_named(name)?, Box::from(address)))
    });
    lane.context.front.addresses.set(now, nodes);
    let live: Vec<_> = live
        .iter()
        .filter_map(|(name, _)| node_named(name))
        .collect();
    let news = lane
        .context
        .leases()
        .handle_renewed(now, own, had == 1, &live);
    lane.context.spread(&news);
    Ok(())
}

fn handle_read(
    serving: &mut Serving,
    lane: &Lane,
    channel: &str,
    serial: u64,
    answer: Value,
) -> Result<(), Failure> {
    let [Value::Array(blocks), Value::Array(fields)] = array(answer)? else {
        return Err(unexpected(&Value::Nil));
    };
    let (now, own) = (lane.context.now(), lane.context.front.node);
    let mut record = Record {
        fields: pairs(fields)?,
        blocks: blocks.iter().filter_map(block).collect(),
        live_nodes: Vec::new(),
    };
    let mut news = News::default();
    for node in mentioned(&record) {
        let mut leases = lane.context.leases();
        let was_gone = leases.is_gone(node);
        if leases.handle_mention(now, own, node) {
            news.gone.push(node);
        }
        let mut rooms = lane.rooms();
        if let Some(entry) = rooms.get_of(channel, serial)
            && node != own
            && entry.mention(node)
            && was_gone
        {
            serving.clear_later(now, lane.context.grace, channel.into(), node);
        }
    }
    record.live_nodes = lane.context.leases().live(own).unwrap_or_else(|| vec![own]);
    let mut rooms = lane.rooms();
    let Some(held) = rooms.handle_read(channel, serial) else {
        return Ok(());
    };
    let Some(entry) = rooms.get_of(channel, serial) else {
        return Ok(());
    };
    entry.blocks.clone_from(&record.blocks);
    let room = entry.id.clone();
    if record.blocks.is_empty() {
        entry.is_stale = true;
        serving.handle_stale(now);
    }
    drop(rooms);
    lane.context.spread(&news);
    lane.context.tell(|events, now| {
        events.opened(now, &room, &record);
        for batch in &held {
            events.batch(now, &room, batch);
        }
    });
    Ok(())
}

/// The nodes that a record speaks of: those with people, and those with cursors or a sequence number.
fn mentioned(record: &Record) -> BTreeSet<NodeId> {
    let nodes = record
        .fields
        .iter()
        .filter_map(|(field, value)| match field.split_first()? {
            (b'u', _) => {
                let node = value.get(..8)?.try_into().ok()?;
                Some(NodeId(u64::from_be_bytes(node)))
            }
            (b'c' | b's', node) => node_named(node),
            _ => None,
        });
    nodes.collect()
}

fn node_named(name: &[u8]) -> Option<NodeId> {
    let name = std::str::from_utf8(name)
        .ok()
        .filter(|name| name.len() == 16)?;
    u64::from_str_radix(name, 16).ok().map(NodeId)
}

fn block(value: &Value) -> Option<u32> {
    match value {
        Value::Int(block) => u32::try_from(*block).ok(),
        _ => None,
    }
}

fn array<const N: usize>(answer: Value) -> Result<[Value; N], Failure> {
    match answer {
        Value::Array(values) => values.try_into().map_err(|_| unexpected(&Value::Nil)),
        answer => Err(unexpected(&answer)),
    }
}

fn pairs(values: Vec<Value>) -> Result<Vec<(Bytes, Bytes)>, Failure> {
    let mut pairs = Vec::with_capacity(values.len() / 2);
    let mut values = values.into_iter();
    while let Some(field) = values.next() {
        let (Value::BulkString(field), Some(Value::BulkString(value))) = (field, values.next())
        else {
            return Err(unexpected(&Value::Nil));
        };
        pairs.push((field.into(), value.into()));
    }
    Ok(pairs)
}

fn unexpected(answer: &Value) -> Failure {
    match answer {
        Value::ServerError(error) => Failure::server(error),
        _ => Failure::new("it gave an answer that makes no sense"),
    }
}
