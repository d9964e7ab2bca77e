//! Fifty people who do nothing wrong: they move twenty times a second, send numbered events, and
//! write down how late what the others do reaches them, and whether anything is missing.

mod ledger;
mod person;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::watch;

use ledger::Ledger;
pub(crate) use ledger::Window;

use crate::kit::eventually;

/// People in all.
pub(crate) const PEOPLE: usize = 50;
/// In each of their rooms.
const PEOPLE_PER_ROOM: usize = 10;
/// The time from one move to the next.
const MOVE_EVERY: Duration = Duration::from_millis(50);
/// Moves for each event.
const MOVES_PER_EVENT: u32 = 20;

/// The room of some of them, for attacks that come close.
pub(crate) const ROOM: &str = "crowd-0";

/// What everybody does at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Waits until all of their room are there.
    Gathering,
    Moving,
    /// Says a last word, and waits until everybody's was heard.
    Settling,
    Leaving,
}

pub(crate) struct Crowd {
    ledger: Arc<Mutex<Ledger>>,
    phase: watch::Sender<Phase>,
    thread: JoinHandle<()>,
}

impl Crowd {
    /// Comes in and begins to move.
    pub(crate) fn start(server: SocketAddr) -> Self {
        let ledger = Arc::new(Mutex::new(Ledger::new()));
        let (phase, phases) = watch::channel(Phase::Gathering);
        let told = Arc::clone(&ledger);
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = { runtime }.enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let mut people = tokio::task::JoinSet::new();
                for number in 0..PEOPLE {
                    let (ledger, phases) = (Arc::clone(&told), phases.clone());
                    people.spawn(person::live(server, number, ledger, phases));
                }
                people.join_all().await;
            });
        });
        let crowd = Self {
            ledger,
            phase,
            thread,
        };
        let is_here = eventually(|| crowd.ledger().gathered() == PEOPLE);
        assert!(is_here, "the crowd does not gather: {:?}", crowd.faults());
        crowd.phase.send_replace(Phase::Moving);
        crowd
    }

    /// Begins to measure anew, and gives what was measured so far.
    pub(crate) fn take_window(&self) -> Window {
        self.ledger().take_window()
    }

    /// Waits until so many deliveries were measured.
    pub(crate) fn await_deliveries(&self, count: usize) -> bool {
        eventually(|| self.ledger().measured() >= count)
    }

    /// What went wrong for any of them so far.
    pub(crate) fn faults(&self) -> Vec<String> {
        self.ledger().faults().to_vec()
    }

    /// All say a last word; whatever of it, or of anything before, did not reach everybody is a
    /// fault. Then they leave.
    pub(crate) fn finish(self) -> Vec<String> {
        self.phase.send_replace(Phase::Settling);
        eventually(|| self.ledger().settled() == PEOPLE);
        let missing = self.ledger().missing();
        self.phase.send_replace(Phase::Leaving);
        let has_left = self.thread.join().is_ok();
        let ledger = lock(&self.ledger);
        let mut faults = ledger.faults().to_vec();
        faults.extend(missing);
        if !has_left {
            faults.push("a client of the crowd panicked".to_owned());
        }
        faults
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        lock(&self.ledger)
    }
}

fn lock(ledger: &Mutex<Ledger>) -> MutexGuard<'_, Ledger> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

fn room_of(number: usize) -> usize {
    number / PEOPLE_PER_ROOM
}

fn account_of(number: usize) -> String {
    format!("calm-{number}")
}

/// Whose account this is, if it is one of the crowd's.
fn number_of(account: &str) -> Option<usize> {
    account.strip_prefix("calm-")?.parse().ok()
}
