//! What is told.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::bus::NodeId;
use crate::limits::WEBHOOK_EVENT_OVERHEAD_BYTES;
use crate::room::Fact;

/// Something happened in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// What.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// In which room.
    pub room: Box<str>,
    /// To whom; nobody where it is about the room.
    #[serde(flatten)]
    pub person: Option<Person>,
    /// When, in milliseconds since 1970, by the clock of the server that tells.
    pub at: u64,
    /// The server that they are on, or that tells of the room: sixteen hexadecimal digits, others at each
    /// start.
    #[serde(serialize_with = "as_text")]
    pub node: NodeId,
}

/// A person as webhooks name them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Their id in the room, which is `connectionId` in a page. Another person may have it after them.
    pub user: u32,
    /// Who this is in the application, where a token says so.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub account: Box<str>,
    /// The name that the others see.
    pub name: Box<str>,
}

impl Event {
    pub(super) fn new(room: &str, node: NodeId, at: u64, fact: Fact) -> Self {
        let kind = Kind::of(&fact);
        let person = match fact {
            Fact::Joined(who) | Fact::Left(who) => Some(Person {
                user: who.user,
                account: who.account,
                name: who.name.as_ref().into(),
            }),
            Fact::Opened | Fact::Closed => None,
        };
        Self {
            kind,
            room: room.into(),
            person,
            at,
            node,
        }
    }

    /// What it takes while it waits, in bytes.
    pub(super) fn cost(&self) -> usize {
        let texts = |person: &Person| person.account.len() + person.name.len();
        let person = self.person.as_ref().map_or(0, texts);
        WEBHOOK_EVENT_OVERHEAD_BYTES + self.room.len() + person
    }
}

fn as_text<S: serde::Serializer>(node: &NodeId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(node)
}

/// What may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Kind {
    /// The first person came into a room.
    #[serde(rename = "room.opened")]
    RoomOpened,
    /// Nobody is left in it.
    #[serde(rename = "room.closed")]
    RoomClosed,
    /// Somebody is listed in a room who was not.
    #[serde(rename = "person.joined")]
    PersonJoined,
    /// Somebody left, or did not come back within their grace.
    #[serde(rename = "person.left")]
    PersonLeft,
}

impl Kind {
    const ALL: [Self; 4] = [
        Self::RoomOpened,
        Self::RoomClosed,
        Self::PersonJoined,
        Self::PersonLeft,
    ];

    fn of(fact: &Fact) -> Self {
        match fact {
            Fact::Opened => Self::RoomOpened,
            Fact::Closed => Self::RoomClosed,
            Fact::Joined(_) => Self::PersonJoined,
            Fact::Left(_) => Self::PersonLeft,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::RoomOpened => "room.opened",
            Self::RoomClosed => "room.closed",
            Self::PersonJoined => "person.joined",
            Self::PersonLeft => "person.left",
        }
    }
}

/// Some kinds. Default all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds([bool; Kind::ALL.len()]);

impl Kinds {
    pub(super) fn have(self, fact: &Fact) -> bool {
        self.0[Kind::of(fact) as usize]
    }
}

impl Default for Kinds {
    fn default() -> Self {
        Self([true; Kind::ALL.len()])
    }
}

impl FromStr for Kinds {
    type Err = String;

    /// Names divided by commas.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut kinds = Self([false; Kind::ALL.len()]);
        for name in text.split(',').map(str::trim) {
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
            let kind =
                kind.ok_or_else(|| format!("must be some of {}, with commas", Self::default()))?;
            kinds.0[kind as usize] = true;
        }
        Ok(kinds)
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Kind::ALL.into_iter().filter(|kind| self.0[*kind as usize]);
        let names: Vec<_> = names.map(Kind::name).collect();
        f.write_str(&names.join(","))
    }
}
