//! One large room: everybody looks at a part of the surface, some move.

use std::io;
use std::time::{Duration, Instant};

use mote_tests::raw::{leave, state};

use crate::client::failed;
use crate::counters::Counters;
use crate::crowd::Crowd;
use crate::frame::BINARY;
use crate::memory::{Memory, REST};
use crate::options::Options;
use crate::plane::{Missing, Plane};
use crate::report::{LATE, Report, Tally};
use crate::schedule::Schedule;

/// How long it may take until everybody has the exact count, or the last positions.
const SETTLE: Duration = Duration::from_secs(10);

/// So many leave at the end, to see that the count is exact for the others.
const LEAVERS: usize = 100;

/// The tag of `State` that says what a person looks at.
const VIEWPORT: u8 = 3;

/// The whole run, of one room of Mote.
pub(crate) fn run(options: &Options) -> io::Result<Report> {
    let (people, movers) = (options.people, options.movers());
    if options.rooms != 1 {
        return Err(failed("people with viewports are in one room"));
    }
    let mut report = Report::default();
    let mut memory = Memory::before(&options.pids);
    let started = Instant::now();
    let mut run = Run::new(options, Crowd::join(options)?);
    report.say("joined_ms", started.elapsed().as_secs_f64() * 1e3);
    report.say_latencies(
        ["join_p50_ms", "join_p99_ms", "join_max_ms"],
        &run.crowd.joined,
    );
    report.say_count("wrong_counts_joined", run.wrong_counts(0..people)?);
    run.settle_for(REST)?;
    memory.idle();
    run.look()?;

    let start = Instant::now();
    let warm = start + Duration::from_millis(u64::from(options.warmup_ms));
    let end = warm + Duration::from_secs(u64::from(options.seconds));
    let period = Duration::from_secs(1) / options.hz;
    let mut schedule = Schedule::new(start, period, 0..movers, options.seed);
    run.drive(&mut schedule, warm)?;
    let warmup = std::mem::take(&mut run.tallies);
    let before = (
        Counters::read(options, &run.crowd)?,
        run.plane.possible_in_view(),
    );
    run.drive(&mut schedule, end)?;
    let after = (
        Counters::read(options, &run.crowd)?,
        run.plane.possible_in_view(),
    );
    let measured = std::mem::take(&mut run.tallies);
    while run.plane.missing() != Missing::default() && end.elapsed() < SETTLE {
        run.settle_for(Duration::from_millis(100))?;
    }
    report.say("settled_ms", end.elapsed().as_secs_f64() * 1e3);
    let missing = run.plane.missing();
    memory.say(people, &mut report);

    after.0.since(&before.0, &mut report);
    report.say_count("moves", measured.in_view.moves);
    report.say_count("late_moves", measured.in_view.late_moves);
    report.say_count("possible", after.1 - before.1);
    report.say_count("delivered", measured.in_view.delivered());
    report.say_count("arrived", measured.in_view.arrived);
    report.say_latencies(["p50_ms", "p99_ms", "max_ms"], &measured.in_view.latencies);
    report.say_count("arrived_beyond", measured.beyond.arrived);
    let names = ["beyond_p50_ms", "beyond_p99_ms", "beyond_max_ms"];
    report.say_latencies(names, &measured.beyond.latencies);
    let all = [warmup, measured, std::mem::take(&mut run.tallies)];
    let sum = |count: fn(&Tally) -> u64| {
        all.iter()
            .map(|both| count(&both.in_view) + count(&both.beyond))
            .sum()
    };
    report.say_count("repeated", sum(|tally| tally.repeated));
    report.say_count("out_of_order", sum(|tally| tally.out_of_order));
    report.say_count("unknown", sum(|tally| tally.unknown));
    report.say_count("missing", missing.in_view);
    report.say_count("missing_beyond", missing.beyond);
    let wrong_counts = run.leave(people)?;
    report.say_count("wrong_counts_left", wrong_counts);
    Ok(report)
}

struct Run {
    crowd: Crowd,
    plane: Plane,
    tallies: Tallies,
}

#[derive(Default)]
struct Tallies {
    in_view: Tally,
    beyond: Tally,
}

impl Run {
    fn new(options: &Options, crowd: Crowd) -> Self {
        let mut plane = Plane::new(options.people, options.movers(), options.seed);
        for (index, client) in crowd.clients.iter().enumerate().take(options.movers()) {
            plane.know(client.protocol.id(), index);
        }
        Self {
            crowd,
            plane,
            tallies: Tallies::default(),
        }
    }

    fn pump(&mut self, limit: Duration) -> io::Result<()> {
        let Self {
            crowd,
            plane,
            tallies,
        } = self;
        crowd.pump(limit, |receiver, seen, now| {
            if plane.is_checked(receiver) {
                plane.see(
                    receiver,
                    seen,
                    now,
                    &mut tallies.in_view,
                    &mut tallies.beyond,
                );
            }
        })
    }

    fn settle_for(&mut self, time: Duration) -> io::Result<()> {
        let end = Instant::now() + time;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            self.pump(left)?;
        }
        Ok(())
    }

    /// Everybody says what they look at; from now on only some receivers' positions are read.
    fn look(&mut self) -> io::Result<()> {
        for index in 0..self.crowd.clients.len() {
            let viewport = self.plane.viewport(index).map(u16::to_be_bytes).concat();
            let client = &mut self.crowd.clients[index];
            client.send(BINARY, &state(0, &[(VIEWPORT, &viewport)]))?;
            client.protocol.look(self.plane.is_checked(index));
            self.pump(Duration::ZERO)?;
        }
        self.settle_for(REST)
    }

    fn drive(&mut self, schedule: &mut Schedule, end: Instant) -> io::Result<()> {
        loop {
            let now = Instant::now();
            if now >= end {
                return Ok(());
            }
            while let Some((mover, late)) = schedule.take_due(now) {
                let place = self.plane.next_move(mover, Instant::now());
                self.crowd.clients[mover].move_to(place)?;
                self.tallies.in_view.moves += 1;
                self.tallies.in_view.late_moves += u64::from(late > LATE);
            }
            let due_at = schedule.due_at().unwrap_or(end).min(end);
            self.pump(due_at.saturating_duration_since(Instant::now()))?;
        }
    }

    /// Some leave; how many of the others then have a wrong count.
    fn leave(&mut self, people: usize) -> io::Result<u64> {
        let leavers = LEAVERS.min(people / 2);
        for client in &mut self.crowd.clients {
            client.protocol.look(true);
        }
        for index in 0..leavers {
            self.crowd.clients[index].send(BINARY, &leave(0))?;
        }
        self.wrong_counts(leavers..people)
    }

    /// How many of these people do not have their number as the count, in the time that they have.
    fn wrong_counts(&mut self, people: std::ops::Range<usize>) -> io::Result<u64> {
        let right = u32::try_from(people.len()).ok();
        let end = Instant::now() + SETTLE;
        loop {
            let clients = &self.crowd.clients[people.clone()];
            let wrong = clients
                .iter()
                .filter(|client| client.protocol.count() != right)
                .count();
            if wrong == 0 || Instant::now() > end {
                return Ok(wrong as u64);
            }
            self.settle_for(Duration::from_millis(50))?;
        }
    }
}
