//! All attacks, one after another, beside the crowd.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use mote_tests::raw::leave;

use crate::attack::{Answer, Attack, other};
use crate::crowd::{Crowd, PEOPLE};
use crate::families::{self, FAMILIES};
use crate::kit::eventually;
use crate::report::{Line, Report, mebibytes};
use crate::target::Target;

/// What is measured for at least so many deliveries: about half a second.
const DELIVERIES_MIN: usize = 4_000;

/// Windows of calm before the first attack; there is one more before each family. The longest p99 of
/// all of them is what an attack's is compared with, so that what the machine does besides counts on
/// both sides.
const CALM_WINDOWS: usize = 4;

/// The crowd may wait so much longer than in calm. The attacker, the server and the crowd share the
/// machine, and a flood takes its part; who is really held up waits for a time-out, which is a hundred
/// times as long.
const RATIO_MAX: f64 = 4.0;

/// An attack during which the crowd waited longer is made again: what the machine did besides does not
/// happen three times, what the attack does happens every time.
const TRIALS_MAX: usize = 3;

/// What the server may have more than before the first attack, in bytes. Its allocator keeps pages that
/// were in use at the same time, for each thread; what an attack leaves for good adds up.
const MEMORY_SLACK: u64 = 24 * 1024 * 1024;

/// Runs those with one of these words in their name, or all: what went wrong.
pub(crate) fn run(words: &[String]) -> Vec<String> {
    let is_wanted =
        |attack: &&Attack| words.is_empty() || words.iter().any(|word| attack.name.contains(word));
    let target = Target::start();
    let mut trial = Trial::start(&target);
    for family in FAMILIES {
        let wanted: Vec<&'static Attack> = family.attacks.iter().filter(is_wanted).collect();
        if wanted.is_empty() {
            continue;
        }
        trial.calm = trial.calm.max(calm_p99(&trial.crowd));
        trial.report.family(family.name, trial.calm);
        let at_a_time = if family.is_at_once { wanted.len() } else { 1 };
        for attacks in wanted.chunks(at_a_time) {
            trial.attack(attacks);
        }
    }
    trial.finish()
}

struct Trial<'a> {
    target: &'a Target,
    crowd: Crowd,
    /// How many of the crowd's faults were told.
    faults_told: usize,
    /// The longest p99 of all calm windows.
    calm: Duration,
    /// The server's memory with the crowd alone, in bytes.
    memory: u64,
    report: Report,
}

impl<'a> Trial<'a> {
    fn start(target: &'a Target) -> Self {
        let crowd = Crowd::start(target.addr());
        // A server that has been in use: what it keeps of a crowd it keeps once.
        target.next_source();
        families::warm_up(target);
        let is_alone = eventually(|| target.connections() == PEOPLE as u64);
        assert!(is_alone, "those who warmed it up do not go");
        let calm = (0..CALM_WINDOWS).map(|_| calm_p99(&crowd)).max();
        let trial = Self {
            target,
            crowd,
            faults_told: 0,
            calm: calm.unwrap_or_default(),
            memory: target.mote().memory_bytes(),
            report: Report::default(),
        };
        println!(
            "calm: {PEOPLE} people, p99 {:.1} ms, memory {:.1} MiB",
            trial.calm.as_secs_f64() * 1e3,
            mebibytes(trial.memory)
        );
        trial
    }

    fn attack(&mut self, attacks: &[&'static Attack]) {
        let mut lines = self.once(attacks);
        for _ in 1..TRIALS_MAX {
            if lines.iter().all(|line| line.ratio <= RATIO_MAX) {
                break;
            }
            self.calm = self.calm.max(calm_p99(&self.crowd));
            lines = self.once(attacks);
        }
        for line in &lines {
            let wrong = self.judge(line);
            self.report.add(line, wrong);
        }
    }

    fn once(&self, attacks: &[&'static Attack]) -> Vec<Line> {
        let (target, mote) = (self.target, self.target.mote());
        target.next_source();
        mote.forget_peak();
        let memory_before = mote.memory_bytes();
        let counted = |attack: &Attack| attack.counters().map(|label| target.counted(&label));
        let before: Vec<[u64; 2]> = attacks.iter().map(|attack| counted(attack)).collect();
        drop(self.crowd.take_window());
        let came: Vec<(Answer, Duration)> = thread::scope(|scope| {
            let begin = |attack: &&'static Attack| {
                let run = attack.run;
                scope.spawn(move || answer(run, target))
            };
            let begun: Vec<_> = attacks.iter().map(begin).collect();
            let ends = begun.into_iter().map(thread::ScopedJoinHandle::join);
            ends.map(|end| end.expect("its panics are caught"))
                .collect()
        });
        self.crowd.await_deliveries(DELIVERIES_MIN);
        let ratio = self.crowd.take_window().p99().div_duration_f64(self.calm);
        let is_small = || mote.memory_bytes() <= self.memory + MEMORY_SLACK;
        let is_released = eventually(|| target.connections() == PEOPLE as u64 && is_small());
        let memory_peak = mote.peak_bytes();
        let all = attacks.iter().zip(came).zip(before);
        all.map(|((&attack, (got, took)), before)| Line {
            attack,
            got,
            uncounted: { attack.counters().into_iter() }
                .zip(before.into_iter().zip(counted(attack)))
                .find(|(label, (before, after))| !label.is_empty() && before >= after)
                .map(|(label, _)| label),
            ratio,
            is_released,
            memory_before,
            memory_peak,
            memory_after: mote.memory_bytes(),
            took,
        })
        .collect()
    }

    fn judge(&mut self, line: &Line) -> Vec<String> {
        let faults = self.crowd.faults();
        let mut wrong = faults[self.faults_told..].to_vec();
        self.faults_told = faults.len();
        let attack = line.attack;
        if !line.got.is(&attack.expected) {
            wrong.push(format!("expected: {}, got: {}", attack.expected, line.got));
        }
        if let Some(label) = &line.uncounted {
            wrong.push(format!("the metrics count no {label}"));
        }
        if line.ratio > RATIO_MAX {
            wrong.push(format!("the crowd waits {:.1} times as long", line.ratio));
        }
        if !line.is_released {
            wrong.push(format!(
                "left behind: {} connections besides the crowd's, {:.1} MiB of {:.1} before",
                self.target.connections().abs_diff(PEOPLE as u64),
                mebibytes(line.memory_after),
                mebibytes(self.memory)
            ));
        }
        if !self.serves_others() {
            wrong.push("nobody else comes in".to_owned());
        }
        wrong
    }

    /// Whether somebody new, from elsewhere, gets into a room and is heard.
    fn serves_others(&self) -> bool {
        let served = || {
            let mut newcomer = self.target.witness("newcomers");
            newcomer.until_heartbeat();
            newcomer.send(&leave(0));
            newcomer.close(1000)
        };
        catch_unwind(AssertUnwindSafe(served)).is_ok()
    }

    fn finish(self) -> Vec<String> {
        let (target, mote) = (self.target, self.target.mote());
        let mut faults = self.report.into_wrong();
        let crowds = self.crowd.finish();
        faults.extend(crowds.into_iter().skip(self.faults_told));
        let is_small = || mote.memory_bytes() <= self.memory + MEMORY_SLACK;
        if !eventually(|| target.connections() == 0 && is_small()) {
            faults.push("memory or connections are left when all have gone".to_owned());
        }
        println!(
            "memory: {:.1} MiB with the crowd before, {:.1} MiB after all have left",
            mebibytes(self.memory),
            mebibytes(mote.memory_bytes())
        );
        faults.extend(families::log_faults(&mote.log()));
        faults
    }
}

/// The crowd's p99 without an attack.
fn calm_p99(crowd: &Crowd) -> Duration {
    drop(crowd.take_window());
    crowd.await_deliveries(DELIVERIES_MIN);
    crowd.take_window().p99()
}

/// What comes of an attack, also when it fails, and how long it took.
fn answer(run: fn(&Target) -> Answer, target: &Target) -> (Answer, Duration) {
    let began = Instant::now();
    let got = catch_unwind(AssertUnwindSafe(|| run(target)));
    let got = got.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>();
        other(text.map_or("the attack failed", String::as_str).to_owned())
    });
    (got, began.elapsed())
}
