//! How the slots of a Cluster are shared out.

use redis::Value;

use super::keys::SLOTS;
use super::url::Host;

/// Which slots each lane has: one lane for each master, or one for everything. Addresses are no part
/// of it, because a failed-over master has another one and the same slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Partition(Vec<Vec<(u16, u16)>>);

/// A partition, and where the master of each part is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Topology {
    pub(super) partition: Partition,
    pub(super) masters: Vec<Host>,
}

impl Partition {
    /// One lane has all slots.
    pub(super) fn whole() -> Self {
        Self(vec![vec![(0, SLOTS - 1)]])
    }

    pub(super) fn lanes(&self) -> usize {
        self.0.len()
    }

    pub(super) fn lane_of(&self, slot: u16) -> usize {
        let has = |ranges: &Vec<(u16, u16)>| {
            let mut ranges = ranges.iter();
            ranges.any(|(first, last)| (*first..=*last).contains(&slot))
        };
        // Every slot has a lane: `Topology::read` sees to it.
        self.0.iter().position(has).unwrap_or(0)
    }
}

impl Topology {
    /// Reads the answer to `CLUSTER SLOTS`, which `asked` gave; none where it is not whole.
    pub(super) fn read(answer: &Value, asked: &str) -> Option<Self> {
        let mut parts: Vec<(Host, Vec<(u16, u16)>)> = Vec::new();
        for range in array(answer)? {
            let [first, last, master, ..] = array(range)? else {
                return None;
            };
            let range = (number(first)?, number(last)?);
            let [name, port, ..] = array(master)? else {
                return None;
            };
            let name = match name {
                Value::BulkString(name) if !name.is_empty() && name != b"?" => {
                    String::from_utf8(name.clone()).ok()?
                }
                // It knows no name of itself: the one under which it was asked.
                _ => asked.to_owned(),
            };
            let host = Host {
                name,
                port: number(port)?,
            };
            match parts.iter_mut().find(|(known, _)| *known == host) {
                Some((_, ranges)) => ranges.push(range),
                None => parts.push((host, vec![range])),
            }
        }
        let (masters, mut ranges): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        for ranges in &mut ranges {
            ranges.sort_unstable();
        }
        let mut sorted: Vec<_> = ranges.into_iter().zip(masters).collect();
        sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let (ranges, masters) = sorted.into_iter().unzip();
        let partition = Partition(ranges);
        partition.is_whole().then_some(Self { partition, masters })
    }
}

impl Partition {
    fn is_whole(&self) -> bool {
        let mut ranges: Vec<_> = self.0.iter().flatten().collect();
        ranges.sort_unstable();
        let end = ranges.iter().try_fold(0, |next: u16, (first, last)| {
            (*first == next && last >= first).then_some(last + 1)
        });
        end == Some(SLOTS)
    }
}

fn array(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Array(values) => Some(values),
        _ => None,
    }
}

fn number(value: &Value) -> Option<u16> {
    match value {
        Value::Int(number) => u16::try_from(*number).ok().filter(|n| *n < u16::MAX),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    //! Answers as Redis gives them, and as it should not.

    use super::*;

    fn range(first: i64, last: i64, name: &str, port: i64) -> Value {
        let name = Value::BulkString(name.into());
        let master = Value::Array(vec![
            name,
            Value::Int(port),
            Value::BulkString(b"id".to_vec()),
        ]);
        Value::Array(vec![Value::Int(first), Value::Int(last), master])
    }

    #[test]
    fn a_partition_is_the_same_after_a_fail_over() {
        let before = [range(8_192, 16_383, "b", 2), range(0, 8_191, "a", 1)];
        let after = [range(0, 8_191, "c", 3), range(8_192, 16_383, "b", 2)];
        let before = Topology::read(&Value::Array(before.into()), "x").unwrap();
        let after = Topology::read(&Value::Array(after.into()), "x").unwrap();
        assert_eq!(before.partition, after.partition);
        assert_eq!(before.masters[0].name, "a");
        assert_eq!(after.masters[0].name, "c");
        assert_eq!(after.partition.lane_of(8_191), 0);
        assert_eq!(after.partition.lane_of(8_192), 1);
    }

    #[test]
    fn a_server_without_a_name_of_its_own_is_where_it_was_asked() {
        let answer = Value::Array(vec![range(0, 16_383, "", 7)]);
        let topology = Topology::read(&answer, "asked").unwrap();
        assert_eq!(topology.masters[0].name, "asked");
        assert_eq!(topology.partition, Partition::whole());
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        for answer in [
            Value::Nil,
            Value::Array(vec![]),
            Value::Array(vec![range(0, 16_382, "a", 1)]),
            Value::Array(vec![range(1, 16_383, "a", 1)]),
            Value::Array(vec![range(0, 100, "a", 1), range(90, 16_383, "b", 1)]),
            Value::Array(vec![range(0, 99_999, "a", 1)]),
            Value::Array(vec![Value::Int(1)]),
        ] {
            assert_eq!(Topology::read(&answer, "x"), None, "{answer:?}");
        }
    }
}
