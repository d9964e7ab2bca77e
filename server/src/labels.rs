//! Names from fixed sets, which is all that a label of a metric may be, and how often each of them came.

use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};

/// One of a fixed set of names.
pub trait Label: Copy + 'static {
    /// Every one, in the order of [`index`](Self::index).
    const ALL: &'static [Self];

    /// Its name in metrics.
    fn label(self) -> &'static str;

    /// Which of [`ALL`](Self::ALL) it is.
    fn index(self) -> usize;
}

/// A set of names: for each what metrics call it, and one thing more that the set says of it.
macro_rules! labels {
    (
        $(#[$about:meta])* pub enum $set:ident;
        $(#[$more_about:meta])* pub const fn $more:ident -> $type:ty;
        $($(#[$doc:meta])* $name:ident = $label:literal, $value:expr;)+
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $set {
            $($(#[$doc])* $name,)+
        }

        impl $set {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its name in metrics and in a log.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$name => $label,)+
                }
            }

            $(#[$more_about])*
            #[must_use]
            pub const fn $more(self) -> $type {
                match self {
                    $(Self::$name => $value,)+
                }
            }
        }

        impl $crate::labels::Label for $set {
            const ALL: &'static [Self] = Self::ALL;

            fn label(self) -> &'static str {
                self.label()
            }

            fn index(self) -> usize {
                self as usize
            }
        }
    };
}

pub(crate) use labels;

/// How often each of a set of names came since the server started. All threads share the counters, so it is
/// for what happens seldom, or only to those who do something wrong.
pub struct Tally<L> {
    counts: Box<[AtomicU64]>,
    of: PhantomData<fn(L)>,
}

impl<L: Label> Tally<L> {
    /// It came once more.
    pub fn count(&self, label: L) {
        self.add(label, 1);
    }

    /// It came so often more.
    pub fn add(&self, label: L, times: u64) {
        self.counts[label.index()].fetch_add(times, Ordering::Relaxed);
    }

    /// How often it came.
    #[must_use]
    pub fn of(&self, label: L) -> u64 {
        self.counts[label.index()].load(Ordering::Relaxed)
    }
}

impl<L: Label> Default for Tally<L> {
    fn default() -> Self {
        Self {
            counts: L::ALL.iter().map(|_| AtomicU64::new(0)).collect(),
            of: PhantomData,
        }
    }
}

impl<L> fmt::Debug for Tally<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.counts.fmt(f)
    }
}
