//! How far what another node said is known, so that nothing is taken in twice and a gap is seen.

use crate::bus::batch::Header;

/// What was heard of a node in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// Of its last batch that came.
    sequence: Option<u64>,
    revision: u64,
    hold: Hold,
    /// Whether it stops, as its last batch said; none where only the record was read.
    is_leaving: Option<bool>,
}

/// What the next batch must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    /// The one after the last.
    Last,
    /// One that the record, which was read since the last, leads up to.
    Record,
    /// Batches are missing, until the record was read.
    Lost,
}

/// What to do with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Known already.
    Old,
    /// It is the next one, or complete in itself.
    Next,
    /// Who came, changed and left is in the record, which was read; what happened is not.
    InRecord,
    /// Something before it is missing.
    Missing,
}

impl Known {
    /// The record was read, in which the node has come to this revision; this was known before.
    pub(super) fn of_record(former: Option<&Self>, revision: u64) -> Self {
        Self {
            sequence: former.and_then(|former| former.sequence),
            revision,
            hold: Hold::Record,
            is_leaving: former.and_then(|former| former.is_leaving),
        }
    }

    /// Whether it may keep something for those who were with it.
    pub(super) fn may_keep(&self) -> bool {
        self.is_leaving != Some(false)
    }

    /// Something of it could not be read.
    pub(super) fn lose(&mut self) {
        self.hold = Hold::Lost;
    }

    /// Judges the next batch of a node, of which `known` was heard, and keeps in mind that it came.
    pub(super) fn judge(known: &mut Option<Self>, header: &Header) -> Verdict {
        let verdict = Self::verdict(*known, header);
        let now = Self {
            sequence: Some(header.sequence),
            revision: header.revision,
            hold: Hold::Last,
            is_leaving: Some(header.is_leaving),
        };
        match verdict {
            Verdict::Old => {}
            Verdict::Next => *known = Some(now),
            Verdict::InRecord => {
                if let Some(known) = known {
                    known.sequence = now.sequence;
                    known.is_leaving = now.is_leaving;
                    known.hold = Hold::Last;
                }
            }
            Verdict::Missing => {
                *known = Some(Self {
                    hold: Hold::Lost,
                    ..now
                });
            }
        }
        verdict
    }

    fn verdict(known: Option<Self>, header: &Header) -> Verdict {
        let Some(known) = known else {
            return if header.is_complete && !header.is_in_record {
                Verdict::Next
            } else {
                Verdict::Missing
            };
        };
        if known.sequence.is_some_and(|known| header.sequence <= known) {
            return Verdict::Old;
        }
        if header.is_in_record {
            return Verdict::Missing;
        }
        if header.is_complete {
            return match header.revision < known.revision {
                true => Verdict::InRecord,
                false => Verdict::Next,
            };
        }
        let before = header
            .revision
            .saturating_sub(u64::from(header.changes_record));
        let is_next = match known.hold {
            Hold::Last => {
                known.sequence.and_then(|last| last.checked_add(1)) == Some(header.sequence)
            }
            Hold::Record => before <= known.revision,
            Hold::Lost => false,
        };
        if !is_next {
            return Verdict::Missing;
        }
        if before < known.revision {
            Verdict::InRecord
        } else {
            Verdict::Next
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::NodeId;

    fn header(sequence: u64, revision: u64, changes_record: bool) -> Header {
        Header {
            node: NodeId(1),
            sequence,
            revision,
            changes_record,
            is_complete: false,
            is_in_record: false,
            is_last: false,
            is_leaving: false,
        }
    }

    fn complete(sequence: u64, revision: u64) -> Header {
        Header {
            is_complete: true,
            ..header(sequence, revision, true)
        }
    }

    fn heard(known: &mut Option<Known>, headers: &[Header]) -> Vec<Verdict> {
        let judged = headers.iter().map(|header| Known::judge(known, header));
        judged.collect()
    }

    #[test]
    fn what_follows_is_next_and_what_comes_twice_is_old() {
        let mut known = None;
        let verdicts = heard(
            &mut known,
            &[
                complete(5, 1),
                header(6, 1, false),
                header(6, 1, false),
                header(7, 2, true),
            ],
        );
        use Verdict::{Next, Old};
        assert_eq!(verdicts, [Next, Next, Old, Next]);
    }

    #[test]
    fn a_gap_is_missing_until_the_record_was_read_or_all_is_said_anew() {
        let mut known = None;
        let verdicts = heard(
            &mut known,
            &[
                complete(5, 1),
                header(7, 1, false),
                header(8, 1, false),
                complete(9, 2),
            ],
        );
        use Verdict::{Missing, Next};
        assert_eq!(verdicts, [Next, Missing, Missing, Next]);
        assert_eq!(heard(&mut known, &[header(10, 2, false)]), [Next]);
    }

    #[test]
    fn one_who_was_never_heard_of_must_say_everything_first() {
        assert_eq!(heard(&mut None, &[header(1, 1, true)]), [Verdict::Missing]);
    }

    #[test]
    fn after_the_record_only_what_it_does_not_have_is_taken_in() {
        use Verdict::{InRecord, Missing, Next};
        let record = Known::of_record(None, 7);
        let cases = [
            (header(30, 6, false), InRecord),
            (header(30, 7, true), InRecord),
            (header(30, 7, false), Next),
            (header(30, 8, true), Next),
            (header(30, 8, false), Missing),
            (header(30, 9, true), Missing),
            (complete(30, 6), InRecord),
            (complete(30, 9), Next),
        ];
        for (header, verdict) in cases {
            assert_eq!(heard(&mut Some(record), &[header]), [verdict], "{header:?}");
        }
        let mut known = Some(record);
        let verdicts = heard(&mut known, &[header(30, 7, true), header(31, 8, true)]);
        assert_eq!(verdicts, [InRecord, Next]);
    }

    #[test]
    fn what_came_before_the_record_was_read_is_old_after_it() {
        let mut known = None;
        heard(&mut known, &[complete(5, 1), header(6, 1, false)]);
        let mut known = Some(Known::of_record(known.as_ref(), 1));
        let verdicts = heard(&mut known, &[header(6, 1, false), header(9, 1, false)]);
        assert_eq!(verdicts, [Verdict::Old, Verdict::Next]);
    }

    #[test]
    fn what_is_too_large_for_a_batch_is_missing() {
        let header = Header {
            is_in_record: true,
            ..complete(2, 2)
        };
        assert_eq!(
            heard(&mut Some(Known::of_record(None, 1)), &[header]),
            [Verdict::Missing]
        );
        assert_eq!(heard(&mut None, &[header]), [Verdict::Missing]);
    }
}
