//! What counts up all the time, at one moment, and the difference of two moments.

use std::io;
use std::time::{Duration, Instant};

use crate::crowd::Crowd;
use crate::options::Options;
use crate::probe::{self, Cpu};
use crate::redis::Redis;
use crate::report::Report;

/// The clocks and counters of a moment.
pub(crate) struct Counters {
    at: Instant,
    server: Option<Cpu>,
    redis: Option<Redis>,
    own: Cpu,
    segments: u64,
    bytes: u64,
    frames: u64,
}

impl Counters {
    pub(crate) fn read(options: &Options, crowd: &Crowd) -> io::Result<Self> {
        Ok(Self {
            at: Instant::now(),
            server: probe::cpu_of_all(&options.pids)?,
            redis: options.redis.map(Redis::read).transpose()?,
            own: probe::cpu(std::process::id())?,
            segments: probe::segments(),
            bytes: crowd.received.bytes,
            frames: crowd.received.frames,
        })
    }

    /// What was used since then.
    pub(crate) fn since(&self, before: &Self, report: &mut Report) {
        let seconds = (self.at - before.at).as_secs_f64();
        report.say("seconds", seconds);
        let percent = |time: Duration| 100.0 * time.as_secs_f64() / seconds;
        if let (Some(server), Some(before)) = (self.server, before.server) {
            // A thread that ended takes its time with it.
            let ran = server.ran.saturating_sub(before.ran);
            let waited = server.waited.saturating_sub(before.waited);
            report.say("server_cpu_s", ran.as_secs_f64());
            report.say("server_waited_percent", percent(waited));
        }
        if let (Some(redis), Some(before)) = (self.redis, before.redis) {
            redis.since(before, report);
        }
        report.say("load_busy_percent", percent(self.own.ran - before.own.ran));
        report.say(
            "load_waited_percent",
            percent(self.own.waited - before.own.waited),
        );
        report.say_count("segments", self.segments - before.segments);
        report.say_count("bytes", self.bytes - before.bytes);
        report.say_count("frames", self.frames - before.frames);
    }
}
