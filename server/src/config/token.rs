//! `mote token`: what is to be in one.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::values::duration;
use super::{AuthConfig, ConfigError};
use crate::auth::{Rights, Token};
use crate::limits::{TOKEN_EXPIRES_IN_DEFAULT, TOKEN_EXPIRES_IN_MAX};

pub(super) const NAME: &str = "token";

pub(super) fn command() -> Command {
    let argument = |name, value, help: &str| {
        let argument = Arg::new(name).long(name).value_name(value);
        argument.help(help.to_owned())
    };
    let rooms = "A room's id, or its beginning and a *, like 'board-*'; may be there several times";
    let rights = "Some of read, presence, event, admin, with commas [default read,presence,event]";
    Command::new(NAME)
        .about(
            "Print a token made with the secret of these settings, for trying things: an \
             application makes its own (docs/production.md)",
        )
        .arg(
            argument("room", "PATTERN", rooms)
                .required(true)
                .action(ArgAction::Append),
        )
        .arg(argument("rights", "RIGHTS", rights))
        .arg(argument(
            "account",
            "ACCOUNT",
            "Who this is in the application [default: the name, or somebody]",
        ))
        .arg(argument("name", "NAME", "The name to show"))
        .arg(argument("color", "COLOR", "The colour to show, #rrggbb"))
        .arg(argument(
            "expires-in",
            "TIME",
            "For how long it is good [default 60m]",
        ))
        .arg(argument(
            "key-id",
            "ID",
            "The kid of its header, for servers with several keys",
        ))
}

/// From the flags of the verb. For whom it is, and from whom, is as the server wants it.
pub(super) fn of(flags: &ArgMatches, auth: &AuthConfig) -> Result<Token, ConfigError> {
    let text = |name: &str| flags.get_one::<String>(name).map(String::as_str);
    let name = text("name");
    let account = text("account").or(name).unwrap_or("somebody");
    let rights = rights(text("rights").unwrap_or("read,presence,event"))?;
    let mut token = Token::new(account).expires_in(expires_in(text("expires-in"))?);
    for room in flags.get_many::<String>("room").into_iter().flatten() {
        token = token.room(room, rights);
    }
    if let Some(name) = name {
        token = token.name(name);
    }
    if let Some(color) = text("color") {
        token = token.color(color);
    }
    if let Some(id) = text("key-id") {
        token = token.key_id(id);
    }
    if !auth.issuer.is_empty() {
        token = token.issuer(&auth.issuer);
    }
    if !auth.audience.is_empty() {
        token = token.audience(&auth.audience);
    }
    Ok(token)
}

fn rights(text: &str) -> Result<Rights, ConfigError> {
    text.split(',').try_fold(Rights::NONE, |rights, name| {
        let right = Rights::named(name.trim()).ok_or_else(|| {
            let right = "must be some of read, presence, event, admin, with commas between them";
            format!("the flag --rights is {text:?}, but {right}")
        })?;
        Ok(rights | right)
    })
}

fn expires_in(text: Option<&str>) -> Result<Duration, ConfigError> {
    let Some(text) = text else {
        return Ok(TOKEN_EXPIRES_IN_DEFAULT);
    };
    let range = Duration::from_secs(1)..=TOKEN_EXPIRES_IN_MAX;
    let expires_in = duration(text, &range);
    expires_in.map_err(|right| format!("the flag --expires-in is {text:?}, but {right}").into())
}
