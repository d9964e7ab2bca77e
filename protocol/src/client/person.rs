//! A person of a room, as the client knows them.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::track::Track;
use crate::color::Color;
use crate::coords::Point;
use crate::time::Instant;
use crate::wire::{Activity, Field, Selection, UserJoined, parse_surface, tag};

/// Somebody who is in the room, self included.
#[derive(Clone, Debug, PartialEq)]
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
    /// Where their cursor is drawn while it moves; none for one that is drawn where it is.
    track: Option<Box<Track>>,
    /// Their cursor was hidden or had no place: it appears at the next one and does not glide there.
    is_new: bool,
    /// The body of their Selection field, which was checked when it came.
    selection: Vec<u8>,
    /// They have a custom presence object; the application keeps it.
    pub(super) has_custom: bool,
    /// The application has been told to look at them again and has not taken that notice yet.
    pub(super) is_update_told: bool,
    /// Their first State has come, or they came after the snapshot.
    pub(super) is_stated: bool,
    /// While a snapshot is collected: how many bytes of records were staged when they came.
    pub(super) staged_from: usize,
}

impl Person {
    /// The ids of what they have selected, in their order.
    pub fn selection(&self) -> impl Iterator<Item = &str> {
        let selection = Selection::parse(&self.selection).ok();
        selection.into_iter().flat_map(|selection| selection.iter())
    }

    /// Their cursor is not to be drawn, or not where it was.
    fn forget_track(&mut self) {
        self.track = None;
        self.is_new = true;
    }

    /// Their cursor is at a place; `drawn_at` where it is drawn smoothly. Whether it is another one.
    pub(super) fn move_to(&mut self, place: Point, drawn_at: Option<Instant>) -> bool {
        let old = self.cursor.replace(place);
        if old == Some(place) {
            return false;
        }
        let is_new = core::mem::replace(&mut self.is_new, false);
        match (drawn_at, old) {
            (Some(now), Some(old)) if !is_new => {
                let track = self.track.get_or_insert_with(|| Box::new(Track::new(old)));
                track.push(now, place);
            }
            _ => self.track = None,
        }
        true
    }

    /// Where their cursor is drawn, in fractions of its surface, and whether it still moves; with
    /// `now` smoothly.
    pub(super) fn draw(&mut self, now: Option<Instant>) -> Option<([f64; 2], bool)> {
        let (x, y) = self.cursor?.to_fraction();
        Some(match (now, &mut self.track) {
            (Some(now), Some(track)) => track.at(now),
            _ => ([x, y], false),
        })
    }

    #[cfg(test)]
    pub(super) const fn has_track(&self) -> bool {
        self.track.is_some()
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
            track: None,
            is_new: true,
            selection: Vec::new(),
            has_custom: false,
            is_update_told: false,
            is_stated: false,
            staged_from: 0,
        }
    }

    /// What a UserJoined of them says.
    pub(super) fn looks(&self) -> UserJoined<'_> {
        UserJoined {
            user: self.user,
            name: &self.name,
            color: self.color,
            account: &self.account,
        }
    }

    /// Takes over what another UserJoined of them says.
    pub(super) fn set_looks(&mut self, joined: UserJoined<'_>) {
        self.name = joined.name.to_owned();
        self.color = joined.color;
        self.account = joined.account.to_owned();
    }

    /// Whether what is told as an update is equal.
    pub(super) fn has_state_of(&self, other: &Self) -> bool {
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
            tag::CURSOR_HIDDEN => {
                self.cursor_hidden = !field.body.is_empty();
                self.forget_track();
            }
            tag::SELECTION => self.selection = field.body.to_vec(),
            tag::SURFACE => {
                let surface = parse_surface(field.body).unwrap_or_default();
                if self.surface != surface {
                    self.surface = surface.to_owned();
                    self.cursor = None;
                    self.forget_track();
                }
            }
            tag::CUSTOM => {
                self.has_custom = !field.body.is_empty();
                return false;
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
