//! How sockets ended.

use mote_protocol::close::CloseCode;

use super::Counter;

/// Who ended a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Server,
    Client,
    /// It broke, or ended without a Close frame.
    Line,
}

/// An ending as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ending(usize);

/// Of each ending how many there were.
#[derive(Debug, Default)]
pub(crate) struct Endings([Counter; COUNT]);

/// Ours, by code; those of clients; and without any.
const COUNT: usize = CloseCode::ALL.len() + CLIENT.len() + 1;

/// What a browser's clients close with; 1005 is a Close frame without a code (RFC 6455, 7.4.1).
const CLIENT: [&str; 4] = ["1000", "1001", "1005", "other"];

/// No Close frame came (RFC 6455, 7.4.1).
const LOST: &str = "1006";

impl Ending {
    /// We closed it.
    pub(crate) fn server(code: CloseCode) -> Self {
        let number = CloseCode::ALL.iter().position(|known| *known == code);
        Self(number.unwrap_or(0))
    }

    /// They closed it, with any code that they liked.
    pub(crate) fn client(code: Option<u16>) -> Self {
        let number = match code {
            Some(1000) => 0,
            Some(1001) => 1,
            None => 2,
            Some(_) => 3,
        };
        Self(CloseCode::ALL.len() + number)
    }

    /// It broke.
    pub(crate) const LOST: Self = Self(COUNT - 1);
}

impl By {
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
            Self::Line => "line",
        }
    }
}

impl Endings {
    pub(crate) fn count(&self, ending: Ending) {
        self.0[ending.0].count();
    }

    /// By whom, with which code, how often. Every ending that there can be.
    pub(crate) fn all(&self) -> impl Iterator<Item = (By, String, u64)> + '_ {
        let own = CloseCode::ALL.iter().map(|code| code.code().to_string());
        let own = own.map(|code| (By::Server, code));
        let client = CLIENT.iter().map(|code| (By::Client, (*code).to_owned()));
        let names = own.chain(client).chain([(By::Line, LOST.to_owned())]);
        let counts = self.0.iter().map(Counter::get);
        names
            .zip(counts)
            .map(|((by, code), count)| (by, code, count))
    }
}
