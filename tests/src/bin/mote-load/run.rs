//! One run: everybody joins, moves for a while, and the last positions are waited for.

use std::io;
use std::time::{Duration, Instant};

use crate::counters::Counters;
use crate::crowd::Crowd;
use crate::ledger::Ledger;
use crate::memory::{Memory, REST};
use crate::options::Options;
use crate::peer::mote;
use crate::report::{LATE, Report, Tally};
use crate::schedule::Schedule;
use crate::slow::SlowReader;

/// How long after the last move the last deliveries may take.
const SETTLE: Duration = Duration::from_secs(5);

/// The whole run.
pub(crate) fn run(options: &Options) -> io::Result<Report> {
    let mut memory = Memory::before(&options.pids);
    let started = Instant::now();
    let crowd = Crowd::join(options)?;
    let joined_after = started.elapsed();
    let mut run = Run::new(options, crowd);
    run.idle(REST)?;
    memory.idle();
    if let Some(pace) = options.slow_reader {
        run.slow = Some(SlowReader::join(
            options.server_of(0),
            &mote::room_name(0),
            pace,
        )?);
    }
    let start = Instant::now();
    let warm = start + Duration::from_millis(u64::from(options.warmup_ms));
    let end = warm + Duration::from_secs(u64::from(options.seconds));
    let movers = run.movers();
    let period = Duration::from_secs(1) / options.hz;
    let mut schedule = Schedule::new(start, period, movers.into_iter(), options.seed);
    run.drive(&mut schedule, warm)?;
    let warmup = std::mem::take(&mut run.tally);
    let before = (Counters::read(options, &run.crowd)?, run.possible());
    run.drive(&mut schedule, end)?;
    let after = (Counters::read(options, &run.crowd)?, run.possible());
    let measured = std::mem::take(&mut run.tally);

    let mut report = Report::default();
    report.say("joined_ms", joined_after.as_secs_f64() * 1e3);
    memory.say(run.crowd.clients.len(), &mut report);
    after.0.since(&before.0, &mut report);
    report.say_count("possible", after.1 - before.1);
    let settled_after = run.settle(end)?;
    report.say_count("moves", measured.moves);
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
    slow: Option<SlowReader>,
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
            slow: None,
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
            let mut due_at = schedule.due_at().unwrap_or(end).min(end);
            if let Some(slow) = &mut self.slow {
                slow.read(now);
                due_at = slow.due_at().map_or(due_at, |at| at.min(due_at));
            }
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

    fn possible(&self) -> u64 {
        self.ledgers.iter().map(Ledger::possible).sum()
    }

    fn missing(&self) -> usize {
        self.ledgers.iter().map(Ledger::missing).sum()
    }
}
