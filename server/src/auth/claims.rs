//! What a token says.

use std::fmt::Display;
use std::time::Duration;

use mote_protocol::color::Color;
use mote_protocol::limits::{NAME_BYTES_MAX, NAME_CHARS_MAX};
use serde::{Deserialize, Serialize};

use super::error::{AuthError, Reason};
use super::rights::{Grant, Rights, is_pattern, stands_for};
use crate::limits::{AGENT_ACCOUNT_PREFIX, TOKEN_TEXT_BYTES_MAX};

/// The claims of a token. Others than these are ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    /// The account: who this is in the application, 1 to 128 bytes.
    pub sub: String,
    /// The name to show, 1 to 32 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The colour to show, `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// What may be done where. Who is matched by several entries has the rights of all of them.
    pub rooms: Vec<RoomRights>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// For whom it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<Audience>,
    /// When it was made, in seconds since 1970. Nothing follows from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<Seconds>,
    /// From when it is good, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<Seconds>,
    /// Until when it is good, in seconds since 1970.
    pub exp: Seconds,
}

/// What may be done in the rooms of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomRights {
    /// A room's id, or its beginning and a `*`.
    pub room: String,
    /// `read`, `presence`, `event`, `admin`.
    pub rights: Vec<String>,
}

/// One or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Audience {
    pub(super) fn has(&self, wanted: &str) -> bool {
        match self {
            Self::One(one) => one == wanted,
            Self::Several(several) => several.iter().any(|one| one == wanted),
        }
    }
}

/// A time in seconds since 1970: whole, but others' tokens have fractions, which are cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Seconds(pub u64);

/// The end of the year 9999, in seconds since 1970.
const YEAR_9999_S: u64 = 253_402_300_799;

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        let since_1970 = number.as_f64().map(Duration::try_from_secs_f64);
        let seconds = since_1970.and_then(|since_1970| Some(since_1970.ok()?.as_secs()));
        let seconds = seconds.filter(|seconds| *seconds <= YEAR_9999_S);
        let seconds = seconds.ok_or_else(|| {
            serde::de::Error::custom("a time must be seconds since 1970, up to the year 9999")
        })?;
        Ok(Self(seconds))
    }
}

impl Claims {
    /// What they give in a room.
    ///
    /// # Errors
    /// They are not what claims are, or not for this room.
    pub fn grant(&self, room: &str) -> Result<Grant, AuthError> {
        check_account(&self.sub).map_err(wrong)?;
        self.name
            .as_deref()
            .map_or(Ok(()), check_name)
            .map_err(wrong)?;
        let color = self
            .color
            .as_deref()
            .map(color)
            .transpose()
            .map_err(wrong)?;
        let mut rights = Rights::NONE;
        for entry in &self.rooms {
            let given = entry.rights().map_err(wrong)?;
            if stands_for(&entry.room, room) {
                rights = rights | given;
            }
        }
        if !rights.have(Rights::READ) {
            return Err(AuthError::new(
                Reason::NotAllowed,
                "the token does not allow to read this room",
            ));
        }
        Ok(Grant {
            account: self.sub.as_str().into(),
            name: self.name.as_deref().map(Into::into),
            color,
            rights,
            expires_at_s: self.exp.0,
        })
    }
}

/// What somebody wants to manage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Managed<'a> {
    /// This room.
    Room(&'a str),
    /// Every room whose id begins so; with nothing, the server itself.
    RoomsFrom(&'a str),
}

impl Claims {
    /// Whether they give the right to manage that.
    ///
    /// # Errors
    /// They are not what claims are, or not for that.
    pub fn manage(&self, managed: Managed<'_>) -> Result<(), AuthError> {
        check_account(&self.sub).map_err(wrong)?;
        let mut is_allowed = false;
        for entry in &self.rooms {
            let has_right = entry.rights().map_err(wrong)?.have(Rights::ADMIN);
            is_allowed |= has_right
                && match managed {
                    Managed::Room(room) => stands_for(&entry.room, room),
                    Managed::RoomsFrom(beginning) => {
                        let all = entry.room.strip_suffix('*');
                        all.is_some_and(|all| beginning.starts_with(all))
                    }
                };
        }
        if is_allowed {
            return Ok(());
        }
        let text = match managed {
            Managed::Room(_) => "the token does not give the right admin in this room",
            Managed::RoomsFrom("") => "the token does not give the right admin in all rooms, \"*\"",
            Managed::RoomsFrom(_) => {
                "the token does not give the right admin in all rooms with this prefix"
            }
        };
        Err(AuthError::new(Reason::NotAllowed, text))
    }
}

impl RoomRights {
    /// The rights, checked together with the pattern.
    pub(super) fn rights(&self) -> Result<Rights, String> {
        let pattern = &self.room;
        if pattern.is_empty() || pattern.len() > TOKEN_TEXT_BYTES_MAX || !is_pattern(pattern) {
            return Err(format!(
                "a room must be an id or its beginning and a \"*\", of 1 to {TOKEN_TEXT_BYTES_MAX} \
                 bytes"
            ));
        }
        Rights::of_names(self.rights.iter().map(String::as_str))
    }
}

/// An account is shown to everybody and stands in logs.
pub(super) fn check_account(account: &str) -> Result<(), String> {
    let is_long = account.is_empty() || account.len() > TOKEN_TEXT_BYTES_MAX;
    if is_long || account.contains(char::is_control) {
        return Err(format!(
            "sub, the account, must be 1 to {TOKEN_TEXT_BYTES_MAX} bytes without control characters"
        ));
    }
    if account.starts_with(AGENT_ACCOUNT_PREFIX) {
        return Err(format!(
            "sub, the account, begins with {AGENT_ACCOUNT_PREFIX:?}, as those of agents alone do"
        ));
    }
    Ok(())
}

/// As on the wire.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    let characters = name.chars().count();
    if !(1..=NAME_CHARS_MAX).contains(&characters) || name.len() > NAME_BYTES_MAX {
        return Err(format!("name must be 1 to {NAME_CHARS_MAX} characters"));
    }
    Ok(())
}

/// `#rrggbb`.
pub(crate) fn color(text: &str) -> Result<Color, String> {
    let digits = text.strip_prefix('#');
    let digits = digits.filter(|digits| {
        digits.len() == 6 && digits.chars().all(|digit| digit.is_ascii_hexdigit())
    });
    let rgb = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    rgb.map(Color::from_rgb)
        .ok_or_else(|| "color must be written \"#rrggbb\"".into())
}

fn wrong(text: impl Display) -> AuthError {
    AuthError::new(Reason::Claims, format!("the token is not right: {text}"))
}
