//! What waits for all together: who is served less, in which order, and who notices nothing.

use super::*;
use crate::limits::{Limit, QUEUE_SHED_AFTER};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const KIB: usize = 1024;

fn hub_with(budget: usize) -> Hub {
    let config = HubConfig {
        queue_bytes_total_max: budget,
        ..HubConfig::default()
    };
    Hub::new(config, [2; 32])
}

/// A socket that takes everything, or nothing.
#[derive(Debug, Default)]
struct Tap {
    is_shut: AtomicBool,
    taken: AtomicUsize,
}

impl Line for Tap {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_shut.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.taken.fetch_add(bytes.len(), Ordering::Relaxed);
        Ok(bytes.len())
    }
}

/// Somebody in the room "r", with a socket of their own.
fn with_tap(hub: &Hub) -> (Arc<Connection>, Arc<Tap>) {
    let (connection, tap) = (hub.connect(), Arc::new(Tap::default()));
    connection.open_line(Arc::clone(&tap) as Arc<dyn Line>);
    join(hub, &connection, 0, "r");
    (connection, tap)
}

fn shut(tap: &Tap) {
    tap.is_shut.store(true, Ordering::Relaxed);
}

#[test]
fn who_reads_touches_the_budget_never_and_who_does_not_for_as_long_as_something_waits() {
    let hub = hub_with(100 * KIB);
    let loud = with_tap(&hub).0;
    let (slow, tap) = with_tap(&hub);
    shout(&loud, &[0; 10 * KIB]);
    assert_eq!(hub.budget().used(), 0);
    shut(&tap);
    shout(&loud, &[0; 10 * KIB]);
    let one = hub.budget().used();
    assert!((10 * KIB..11 * KIB).contains(&one), "{one}");
    shout(&loud, &[0; 10 * KIB]);
    assert!((20 * KIB..22 * KIB).contains(&hub.budget().used()));

    // A part is taken, then the rest.
    slow.write(NOW, |bytes| Ok(bytes.len().min(4 * KIB)));
    assert_eq!(hub.budget().used(), 0);
    shout(&loud, &[0; 10 * KIB]);
    let mut turns = 0;
    slow.write(NOW, |bytes| {
        turns += 1;
        let is_first = turns == 1;
        let some = is_first.then_some(bytes.len().min(4 * KIB));
        some.ok_or_else(|| io::ErrorKind::WouldBlock.into())
    });
    let rest = hub.budget().used();
    assert!((6 * KIB..7 * KIB).contains(&rest), "{rest}");
    hub.disconnect(NOW, &slow);
    drop(slow);
    assert_eq!(hub.budget().used(), 0, "whoever goes takes it along");
}

#[test]
fn what_is_dropped_or_forgotten_waits_no_more() {
    let hub = hub_with(100 * KIB);
    let loud = with_tap(&hub).0;
    let (slow, tap) = with_tap(&hub);
    shut(&tap);
    shout(&loud, &[0; 100]);
    shout(&loud, &[0; 100]);
    move_to(NOW, &loud, 1);
    let with_cursors = hub.budget().used();
    hub.leave(NOW, &slow, Channel::ZERO);
    let without = hub.budget().used();
    assert!(0 < without && without < with_cursors);
    slow.abort(CloseCode::TooSlow.into());
    // What the socket was given and did not take is all that is left.
    assert!(hub.budget().used() < without);
    slow.close_line();
    assert_eq!(hub.budget().used(), 0);
}

/// R-ORD-3.
#[test]
fn over_half_of_it_who_does_not_read_is_sent_no_cursors_and_everyones_last_when_it_does() {
    let hub = hub_with(40 * KIB);
    let mover = with_tap(&hub).0;
    let (good, good_tap) = with_tap(&hub);
    let (slow, tap) = with_tap(&hub);
    let (full, full_tap) = with_tap(&hub);
    shut(&full_tap);
    shout(&mover, &[0; 15 * KIB]);
    shout(&mover, &[0; 10 * KIB]);
    assert!(hub.budget().used() > 20 * KIB);
    shut(&tap);
    // Blocks the slow one's socket; then the cursors would be queued, as little as they are.
    shout(&mover, b"x");
    let before = hub.budget().used();
    let taken = good_tap.taken.load(Ordering::Relaxed);
    for x in 0..10 {
        let now = NOW + 2 * TICK * x;
        move_to(now, &mover, u16::try_from(x).unwrap());
        hub.handle_timeout(now);
    }
    assert_eq!(hub.budget().used(), before);
    assert!(hub.hits().of(Limit::QueueTotalCursors) >= 10);
    assert!(
        good_tap.taken.load(Ordering::Relaxed) > taken,
        "who reads gets them"
    );
    assert!(!good.is_closing() && !full.is_closing());

    let mut got = Vec::new();
    slow.write(NOW + TICK * 30, |bytes| {
        got.extend_from_slice(bytes);
        Ok(bytes.len())
    });
    // The last frame is one cursor, of 6 bytes: who, and where they are last.
    let last = &got[got.len() - 6..];
    assert_eq!(last, [0x20, 0, 0, 9, 0, 0], "{got:?}");
}

#[test]
fn over_all_of_it_those_for_whom_most_waits_are_closed_and_not_before_a_second() {
    let hub = hub_with(100 * KIB);
    let loud = with_tap(&hub).0;
    let good = with_tap(&hub).0;
    let slow: Vec<_> = (0..4).map(|_| with_tap(&hub)).collect();
    for (connection, tap) in &slow {
        shut(tap);
        shout(&loud, &[0; 14 * KIB]);
        assert!(!connection.is_closing());
    }
    // 4, 3, 2 and 1 times 14 KiB.
    assert!(hub.budget().is_exceeded());
    hub.shed(NOW + QUEUE_SHED_AFTER / 2);
    let closing = |index: usize| slow[index].0.is_closing();
    assert!(!closing(0), "a burst reaches a good reader by then");
    hub.shed(NOW + QUEUE_SHED_AFTER);
    assert_eq!([0, 1, 2, 3].map(closing), [true, false, false, false]);
    assert!(!hub.budget().is_exceeded() && !good.is_closing());
    assert_eq!(hub.hits().of(Limit::QueueTotalReaders), 1);
    let Turn::Close(close) = slow[0]
        .0
        .write(NOW, |_| Err(io::ErrorKind::WouldBlock.into()))
    else {
        panic!("closed at once");
    };
    assert_eq!(close.code, CloseCode::TooSlow);
    hub.shed(NOW + 2 * QUEUE_SHED_AFTER);
    assert!(!closing(1), "enough is enough");
}

#[test]
fn whoever_sheds_is_woken_when_there_is_too_much_and_when_the_hub_is_gone() {
    use std::task::{Context, Poll, Wake, Waker};
    #[derive(Default)]
    struct Woken(AtomicUsize);
    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let cx = Context::from_waker(&waker);
    let hub = hub_with(64 * KIB);
    let budget = Arc::clone(hub.budget());
    let loud = with_tap(&hub).0;
    let (slow, tap) = with_tap(&hub);
    shut(&tap);
    assert_eq!(budget.poll_exceeded(&cx), Poll::Pending);
    for _ in 0..5 {
        shout(&loud, &[0; 14 * KIB]);
    }
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    assert_eq!(budget.poll_exceeded(&cx), Poll::Ready(()));
    slow.abort(CloseCode::TooSlow.into());
    assert_eq!(budget.poll_exceeded(&cx), Poll::Pending);
    drop(hub);
    assert_eq!(woken.0.load(Ordering::Relaxed), 2);
    assert_eq!(budget.poll_exceeded(&cx), Poll::Ready(()));
}
