//! What a Redis says of itself.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::client::failed;
use crate::report::Report;

/// It answers at once, or it is not the Redis that was meant.
const PATIENCE: Duration = Duration::from_secs(5);

/// The answer has some kilobytes.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// Its counters at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Redis {
    /// Those within scripts included.
    commands: u64,
    publishes: u64,
    bytes_in: u64,
    bytes_out: u64,
}

impl Redis {
    /// Asks it. This costs it one command.
    pub(crate) fn read(address: SocketAddr) -> io::Result<Self> {
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"INFO stats commandstats\r\nQUIT\r\n")?;
        let mut answer = String::new();
        stream.take(ANSWER_BYTES_MAX).read_to_string(&mut answer)?;
        Self::parse(&answer).ok_or_else(|| failed(&format!("no Redis at {address}: {answer}")))
    }

    fn parse(answer: &str) -> Option<Self> {
        let number = |name: &str| -> Option<u64> {
            let rest = answer.lines().find_map(|line| line.strip_prefix(name))?;
            let end = rest.find(|c: char| !c.is_ascii_digit());
            rest[..end.unwrap_or(rest.len())].parse().ok()
        };
        let calls = |name: &str| number(&format!("cmdstat_{name}:calls=")).unwrap_or(0);
        Some(Self {
            commands: number("total_commands_processed:")?,
            publishes: calls("publish") + calls("spublish"),
            bytes_in: number("total_net_input_bytes:")?,
            bytes_out: number("total_net_output_bytes:")?,
        })
    }

    /// What it did since then.
    pub(crate) fn since(self, before: Self, report: &mut Report) {
        report.say_count("redis_commands", self.commands - before.commands);
        report.say_count("redis_publishes", self.publishes - before.publishes);
        report.say_count("redis_bytes_in", self.bytes_in - before.bytes_in);
        report.say_count("redis_bytes_out", self.bytes_out - before.bytes_out);
    }
}

#[cfg(test)]
mod tests {
    use super::Redis;

    #[test]
    fn the_counters_are_found() {
        let answer = "$999\r\n# Stats\r\ntotal_connections_received:5\r\n\
            total_commands_processed:120\r\ntotal_net_input_bytes:4000\r\n\
            total_net_output_bytes:5000\r\n# Commandstats\r\n\
            cmdstat_spublish:calls=7,usec=30\r\ncmdstat_publish:calls=3,usec=9\r\n+OK\r\n";
        let found = Redis {
            commands: 120,
            publishes: 10,
            bytes_in: 4000,
            bytes_out: 5000,
        };
        assert_eq!(Redis::parse(answer), Some(found));
        assert_eq!(Redis::parse("-NOAUTH"), None);
    }
}
