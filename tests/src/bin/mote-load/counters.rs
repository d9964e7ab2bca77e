//! What counts up all the time, at one moment, and the difference of two moments.

use std::io;
use std::time::{Duration, Instant};

use crate::crowd::Crowd;
use crate::probe;
use crate::report::Report;

/// The clocks and counters of a moment.
pub(crate) struct Counters {
    at: Instant,
    server_cpu: Option<Duration>,
    own_cpu: Duration,
    segments: u64,
    bytes: u64,
    frames: u64,
}

impl Counters {
    pub(crate) fn read(pid: Option<u32>, crowd: &Crowd) -> io::Result<Self> {
        Ok(Self {
            at: Instant::now(),
            server_cpu: pid.map(probe::cpu).transpose()?,
            own_cpu: probe::cpu(std::process::id())?,
            segments: probe::segments(),
            bytes: crowd.received.bytes,
            frames: crowd.received.frames,
        })
    }

    /// What was used since then.
    pub(crate) fn since(&self, before: &Self, report: &mut Report) {
        let seconds = (self.at - before.at).as_secs_f64();
        report.say("seconds", seconds);
        if let (Some(cpu), Some(before)) = (self.server_cpu, before.server_cpu) {
            report.say("server_cpu_s", cpu.saturating_sub(before).as_secs_f64());
        }
        let own_cpu = (self.own_cpu - before.own_cpu).as_secs_f64();
        report.say("load_busy_percent", 100.0 * own_cpu / seconds);
        report.say_count("segments", self.segments - before.segments);
        report.say_count("bytes", self.bytes - before.bytes);
        report.say_count("frames", self.frames - before.frames);
    }
}
