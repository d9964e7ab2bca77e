//! What an attack is, and what may come of it.

use std::borrow::Cow;
use std::fmt;

use mote_tests::raw::{Closed, RawClient, Said};

use crate::target::Target;

/// One attack.
pub(crate) struct Attack {
    /// What it does, as the report says it.
    pub(crate) name: &'static str,
    /// What must come of it.
    pub(crate) expected: Answer,
    /// The limit, or the reason for a refusal, of which the server's metrics count one more; empty where
    /// nothing is counted.
    pub(crate) counts: &'static str,
    /// Does it, from an address of its own.
    pub(crate) run: fn(&Target) -> Answer,
}

impl Attack {
    /// Labels of metrics that count one more: the limit or the reason, and the code of the close; empty
    /// where there is none.
    pub(crate) fn counters(&self) -> [String; 2] {
        let code = match self.expected {
            Answer::Close(code) => code.to_string(),
            _ => String::new(),
        };
        [self.counts.to_owned(), code]
    }
}

/// Attacks of one kind.
pub(crate) struct Family {
    pub(crate) name: &'static str,
    /// They run beside each other, and what the crowd and the server's memory make of it is of all of
    /// them together; else one after another.
    pub(crate) is_at_once: bool,
    pub(crate) attacks: &'static [Attack],
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The socket was closed with this code.
    Close(u16),
    /// The connection was ended without a word.
    HungUp,
    /// The answer has this HTTP status.
    Status(u16),
    /// Control Error with this in its text; the socket goes on.
    Refused(Cow<'static, str>),
    /// Nothing: whoever did it is served like everybody.
    Served,
    /// Some of each, or something else.
    Other(Cow<'static, str>),
}

impl Answer {
    /// The one answer of all of these.
    pub(crate) fn of_all(answers: impl IntoIterator<Item = Self>) -> Self {
        let mut all: Vec<Self> = answers.into_iter().collect();
        all.dedup();
        match <[Self; 1]>::try_from(all) {
            Ok([answer]) => answer,
            Err(all) => other(format!("{all:?}")),
        }
    }

    /// Whether this is what was expected. What an error says is more than what it must say.
    pub(crate) fn is(&self, expected: &Self) -> bool {
        match (self, expected) {
            (Self::Refused(text), Self::Refused(part)) => text.contains(&**part),
            _ => self == expected,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Close(code) => write!(f, "close {code}"),
            Self::HungUp => f.write_str("hung up"),
            Self::Status(status) => write!(f, "HTTP {status}"),
            Self::Refused(text) => write!(f, "error: {text}"),
            Self::Served => f.write_str("served"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl From<Closed> for Answer {
    fn from(closed: Closed) -> Self {
        closed.code.map_or(Self::HungUp, Self::Close)
    }
}

/// An error whose text has this in it.
pub(crate) const fn refused(part: &'static str) -> Answer {
    Answer::Refused(Cow::Borrowed(part))
}

/// This is what somebody else sees of it.
pub(crate) const fn told(text: &'static str) -> Answer {
    Answer::Other(Cow::Borrowed(text))
}

/// What somebody else sees of it, or an answer that nobody expects.
pub(crate) fn other(text: impl Into<Cow<'static, str>>) -> Answer {
    Answer::Other(text.into())
}

/// What becomes of a client: it is closed, or told of an error, or it is still served.
pub(crate) fn outcome(client: &mut RawClient) -> Answer {
    // A server that has closed reads no more.
    let _ = client.try_send_frame(&crate::kit::heartbeat_frame());
    loop {
        match client.said_or_closed() {
            Ok(Said::Heartbeat) => return Answer::Served,
            Ok(Said::Control(_, 1, text, _)) => return Answer::Refused(text.into()),
            Ok(_) => {}
            Err(closed) => return closed.into(),
        }
    }
}

/// How the server ends a client, whatever it says before.
pub(crate) fn ending(client: &mut RawClient) -> Answer {
    client.until_closed().1.into()
}
