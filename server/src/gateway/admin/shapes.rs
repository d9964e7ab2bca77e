//! What answers look like: as the SDK shows people, where it does.

use mote_protocol::coords::Point;
use mote_protocol::wire::{Selection, tag};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::bus::NodeId;
use crate::limits::AGENT_ACCOUNT_PREFIX;
use crate::room::{Listed, Summary};

/// A room in numbers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoomInfo {
    /// Its id.
    #[schema(example = "board-7")]
    room: String,
    /// People listed, on all servers that share the room.
    #[schema(example = 12)]
    people: usize,
    /// Observers who are on the server that answers.
    #[schema(example = 0)]
    observers: usize,
    /// The servers that the room is on, by their ids; none where servers do not share rooms.
    nodes: Vec<String>,
}

impl RoomInfo {
    pub(super) fn new(room: impl Into<String>, own: Option<NodeId>, summary: &Summary) -> Self {
        let own = own.map(|node| node.to_string());
        let others = summary.others.iter().map(ToString::to_string);
        Self {
            room: room.into(),
            people: summary.people,
            observers: summary.observers,
            nodes: own.into_iter().chain(others).collect(),
        }
    }
}

/// Whether somebody is at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Activity {
    /// They are.
    Active,
    /// Not for a while.
    Idle,
    /// Not at all.
    Away,
}

impl Activity {
    const ALL: [Self; 3] = [Self::Active, Self::Idle, Self::Away];

    /// As the wire has it.
    pub(super) fn byte(self) -> u8 {
        self as u8
    }

    fn of(body: Option<&Vec<u8>>) -> Self {
        let byte = body.and_then(|body| body.first()).copied().unwrap_or(0);
        let known = Self::ALL.get(usize::from(byte));
        known.copied().unwrap_or(Self::Active)
    }
}

/// A position: fractions of a surface.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Cursor {
    /// From the left edge.
    #[schema(minimum = 0, maximum = 1, example = 0.25)]
    pub(super) x: f64,
    /// From the top edge.
    #[schema(minimum = 0, maximum = 1, example = 0.5)]
    pub(super) y: f64,
}

impl From<Point> for Cursor {
    fn from(point: Point) -> Self {
        let (x, y) = point.to_fraction();
        Self { x, y }
    }
}

/// Somebody in a room.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Person {
    /// Their number in this room.
    #[schema(example = 3)]
    connection_id: u32,
    /// The name that is shown.
    #[schema(example = "Ada")]
    name: String,
    /// The colour that is shown, `#rrggbb`.
    #[schema(example = "#7c3aed", pattern = "^#[0-9a-f]{6}$")]
    color: String,
    /// The account that their token proved; null for anonymous people.
    #[schema(example = "user-1", required)]
    account: Option<String>,
    /// The id of an agent; null for people.
    #[schema(required)]
    agent: Option<String>,
    /// Their custom presence object.
    #[schema(value_type = Object)]
    presence: Box<RawValue>,
    /// Where their cursor is; null where there is none, or it is hidden.
    #[schema(required)]
    cursor: Option<Cursor>,
    /// What the cursor's fractions are of; null for the room's own surface.
    #[schema(required)]
    surface: Option<String>,
    /// Whether they are at it.
    activity: Activity,
    /// The ids of what they have selected.
    selection: Vec<String>,
    /// The server that they are on, by its id; null where servers do not share rooms.
    #[schema(required)]
    node: Option<String>,
}

impl Person {
    pub(super) fn new(person: Listed, own: Option<NodeId>) -> Self {
        let body = |tag| person.fields.get(&tag);
        let text = |body: &[u8]| String::from_utf8_lossy(body).into_owned();
        let presence = body(tag::CUSTOM).map(|json| RawValue::from_string(text(json)));
        let surface = body(tag::SURFACE).and_then(|body| body.get(1..));
        let selection = body(tag::SELECTION).and_then(|body| Selection::parse(body).ok());
        let agent = person.account.strip_prefix(AGENT_ACCOUNT_PREFIX);
        let node = person.node.or(own);
        Self {
            connection_id: person.user,
            name: person.name.to_string(),
            color: person.color.to_string(),
            agent: agent.map(str::to_owned),
            // What a room keeps is JSON, which was merged here.
            presence: presence.and_then(Result::ok).unwrap_or_else(empty),
            cursor: match body(tag::CURSOR_HIDDEN) {
                Some(_) => None,
                None => person.point.map(Cursor::from),
            },
            surface: surface.filter(|id| !id.is_empty()).map(text),
            activity: Activity::of(body(tag::ACTIVITY)),
            selection: selection.map_or_else(Vec::new, |ids| ids.iter().map(Into::into).collect()),
            node: node.map(|node| node.to_string()),
            account: (!person.account.is_empty()).then_some(person.account),
        }
    }
}

fn empty() -> Box<RawValue> {
    RawValue::from_string("{}".into()).expect("an empty object is JSON")
}

/// Why somebody is sent away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    /// What they are told, in words for a developer: at most 256 bytes.
    #[serde(default)]
    #[schema(example = "signed out", max_length = 256)]
    reason: String,
}

impl Reason {
    pub(super) fn or<'a>(&'a self, otherwise: &'a str) -> &'a str {
        match self.reason.as_str() {
            "" => otherwise,
            reason => reason,
        }
    }
}

/// How many were sent away.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Kicked {
    /// Seats that are free now, or will be when another server has heard of it: in a moment.
    #[schema(example = 1)]
    pub(super) kicked: usize,
}
