//! One run: everybody joins, moves for a while, and the last positions are waited for.

use std::io;
use std::time::{Duration, Instant};

use crate::crowd::Crowd;
use crate::ledger::Ledger;
use crate::options::Options;
use crate::probe;
use crate::report::{LATE, Report, Tally};
use crate::schedule::Schedule;

/// How long after the last move the last deliveries may take.
const SETTLE: Duration = Duration::from_secs(5);

/// How long before the first connect and after the last join memory is looked at.
const REST: Duration = Duration::from_millis(500);

/// The whole run.
pub(crate) fn run(options: &Options) -> io::Result<Report> {
    // The server has only just begun to listen: what it still does at its start is not ours.
    std::thread::sleep(REST);
    let memory_before_kib = options.pid.map(probe::memory_kib);
    let started = Instant::now();
    let crowd = Crowd::join(options)?;
    let joined_after = started.elapsed();
    let mut run = Run::new(options, crowd);
    run.idle(REST)?;
    let memory_idle_kib = options.pid.map(probe::memory_kib);
    let start = Instant::now();
    let warm = start + Duration::from_millis(u64::from(options.warmup_ms));
    let end = warm + Duration::from_secs(u64::from(options.seconds));
    let movers = run.movers();
    let period = Duration::from_secs(1) / options.hz;
    let mut schedule = Schedule::new(start, period, movers.into_iter(), options.seed);
    run.drive(&mut schedule, warm)?;
    let warmup = std::mem::take(&mut run.tally);
    let before = Counters::read(options, &run);
    run.drive(&mut schedule, end)?;
    let after = Counters::read(options, &run);
    let measured = std::mem::take(&mut run.tally);
    let memory_busy_kib = options.pid.map(probe::memory_kib);
    let settled_after = run.settle(end)?;

    let mut report = Report::default();
    let clients = run.crowd.clients.len() as f64;
    report.say("joined_ms", joined_after.as_secs_f64() * 1e3);
    if let (Some(before), Some(idle), Some(busy)) =
        (memory_before_kib, memory_idle_kib, memory_busy_kib)
    {
        report.say("memory_before_kib", before as f64);
        report.say(
            "memory_idle_kib_each",
            (idle as f64 - before as f64) / clients,
        );
        report.say(
            "memory_busy_kib_each",
            (busy as f64 - before as f64) / clients,
        );
    }
    after.since(&before, &mut report);
    let possible = after.possible - before.possible;
    report.say_count("moves", measured.moves);
    report.say_count("possible", possible);
    report.say_count("delivered", measured.delivered());
    report.say_count("arrived", measured.arrived);
    report.say_latencies(["p50_ms", "p99_ms", "max_ms"], &measured.latencies);
    report.say_count("late_moves", measured.late_moves);
    let all = [&warmup, &measured, &run.tally];
    report.say_count("repeated", all.iter().map(|tally| tally.repeated).sum());
    report.say_count(
        "out_of_order",
        all.iter().map(|tally| tally.out_of_order).sum(),
    );
    report.say_count("unknown", all.iter().map(|tally| tally.unknown).sum());
    report.say_count("missing", run.missing() as u64);
    report.say("settled_ms", settled_after.as_secs_f64() * 1e3);
    Ok(report)
}

/// The clients in their rooms.
struct Run {
    crowd: Crowd,
    rooms: usize,
    movers_each: usize,
    ledgers: Vec<Ledger>,
    tally: Tally,
}

impl Run {
    fn new(options: &Options, crowd: Crowd) -> Self {
        let movers_each = options.movers();
        let mut ledgers: Vec<_> = (0..options.rooms)
            .map(|_| Ledger::new(options.people, movers_each))
            .collect();
        for (index, client) in crowd.clients.iter().enumerate() {
            let (room, seat) = (index % options.rooms, index / options.rooms);
            if seat < movers_each {
                ledgers[room].know(client.protocol.id(), seat);
            }
        }
        Self {
            crowd,
            rooms: options.rooms,
            movers_each,
            ledgers,
            tally: Tally::default(),
        }
    }

    fn movers(&self) -> Vec<usize> {
        let clients = 0..self.crowd.clients.len();
        clients
            .filter(|index| index / self.rooms < self.movers_each)
            .collect()
    }

    /// Reads what comes until `end`, or for `limit` at most.
    fn pump(&mut self, limit: Duration) -> io::Result<()> {
        let Self {
            crowd,
            rooms,
            ledgers,
            tally,
            ..
        } = self;
        crowd.pump(limit, |index, seen, now| {
            let (room, seat) = (index % *rooms, index / *rooms);
            ledgers[room].see(seat, seen.id, seen.number, now, tally);
        })
    }

    fn idle(&mut self, time: Duration) -> io::Result<()> {
        let end = Instant::now() + time;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            self.pump(left)?;
        }
        Ok(())
    }

    fn drive(&mut self, schedule: &mut Schedule, end: Instant) -> io::Result<()> {
        loop {
            let now = Instant::now();
            if now >= end {
                return Ok(());
            }
            while let Some((index, late)) = schedule.take_due(now) {
                let (room, seat) = (index % self.rooms, index / self.rooms);
                let number = self.ledgers[room].next_move(seat, Instant::now());
                self.crowd.clients[index].move_to(number)?;
                self.tally.moves += 1;
                self.tally.late_moves += u64::from(late > LATE);
            }
            let due_at = schedule.due_at().unwrap_or(end).min(end);
            self.pump(due_at.saturating_duration_since(Instant::now()))?;
        }
    }

    /// Waits until everybody has everybody's newest position; how long that took.
    fn settle(&mut self, moved_until: Instant) -> io::Result<Duration> {
        while self.missing() > 0 && moved_until.elapsed() < SETTLE {
            // Looking is not free: a few reads before the next look.
            self.idle(Duration::from_millis(2))?;
        }
        Ok(moved_until.elapsed())
    }

    fn missing(&self) -> usize {
        self.ledgers.iter().map(Ledger::missing).sum()
    }
}

/// What counts up all the time, at one moment.
struct Counters {
    at: Instant,
    server_cpu: Option<Duration>,
    own_cpu: Duration,
    segments: u64,
    bytes: u64,
    frames: u64,
    possible: u64,
}

impl Counters {
    fn read(options: &Options, run: &Run) -> Self {
        Self {
            at: Instant::now(),
            server_cpu: options.pid.map(probe::cpu),
            own_cpu: probe::cpu(std::process::id()),
            segments: probe::segments(),
            bytes: run.crowd.received.bytes,
            frames: run.crowd.received.frames,
            possible: run.ledgers.iter().map(Ledger::possible).sum(),
        }
    }

    fn since(&self, before: &Self, report: &mut Report) {
        let seconds = (self.at - before.at).as_secs_f64();
        report.say("seconds", seconds);
        if let (Some(cpu), Some(before)) = (self.server_cpu, before.server_cpu) {
            report.say("server_cpu_s", (cpu - before).as_secs_f64());
        }
        let own_cpu = (self.own_cpu - before.own_cpu).as_secs_f64();
        report.say("load_busy_percent", 100.0 * own_cpu / seconds);
        report.say_count("segments", self.segments - before.segments);
        report.say_count("bytes", self.bytes - before.bytes);
        report.say_count("frames", self.frames - before.frames);
    }
}
