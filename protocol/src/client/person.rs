//! A person of a room, as the client knows them.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::color::Color;
use crate::coords::Point;
use crate::wire::{Activity, Field, Selection, UserJoined, parse_surface, tag};

/// Somebody who is in the room, self included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their id in this room.
    pub user: u32,
    /// Their name.
    pub name: String,
    /// Their colour.
    pub color: Color,
    /// Their account as the server knows it; empty where there is none.
    pub account: String,
    /// Whether they are at it.
    pub activity: Activity,
    /// Where their cursor is, if they sent one on their present surface.
    pub cursor: Option<Point>,
    /// Their cursor is not to be shown.
    pub cursor_hidden: bool,
    /// What their cursor is a fraction of; empty: the room's own surface.
    pub surface: String,
    /// The body of their Selection field, which was checked when it came.
    selection: Vec<u8>,
    /// They have a custom presence object; the application keeps it.
    pub(super) has_custom: bool,
    /// The application has been told to look at them again and has not taken that notice yet.
    pub(super) is_update_told: bool,
    /// While a snapshot is collected: their first State has come.
    pub(super) is_stated: bool,
    /// While a snapshot is collected: how many notices were staged when they came.
    pub(super) staged_from: usize,
}

impl Person {
    /// The ids of what they have selected, in their order.
    pub fn selection(&self) -> impl Iterator<Item = &str> {
        let selection = Selection::parse(&self.selection).ok();
        selection.into_iter().flat_map(|selection| selection.iter())
    }

    pub(super) fn new(joined: UserJoined<'_>) -> Self {
        Self {
            user: joined.user,
            name: joined.name.to_owned(),
            color: joined.color,
            account: joined.account.to_owned(),
            activity: Activity::Active,
            cursor: None,
            cursor_hidden: false,
            surface: String::new(),
            selection: Vec::new(),
            has_custom: false,
            is_update_told: false,
            is_stated: false,
            staged_from: 0,
        }
    }

    /// Who they are, for the difference of two snapshots: an id alone may have been given anew.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.name == other.name && self.color == other.color && self.account == other.account
    }

    /// Whether what is told as an update is equal.
    pub(super) fn looks_like(&self, other: &Self) -> bool {
        self.activity == other.activity
            && self.cursor_hidden == other.cursor_hidden
            && self.surface == other.surface
            && self.selection == other.selection
    }

    /// Takes over a field; whether it is one that is told as an update. A change of surface takes
    /// the cursor with it.
    pub(super) fn set(&mut self, field: Field<'_>) -> bool {
        match field.tag {
            tag::ACTIVITY => self.activity = Activity::parse(field.body).unwrap_or_default(),
            tag::CURSOR_HIDDEN => self.cursor_hidden = !field.body.is_empty(),
            tag::SELECTION => self.selection = field.body.to_vec(),
            tag::SURFACE => {
                let surface = parse_surface(field.body).unwrap_or_default();
                if self.surface != surface {
                    self.surface = surface.to_owned();
                    self.cursor = None;
                }
            }
            _ => return false,
        }
        true
    }

    /// Bytes that others decide about and that a roster must bound.
    pub(super) fn state_bytes(&self) -> usize {
        self.selection.len() + self.surface.len()
    }
}
