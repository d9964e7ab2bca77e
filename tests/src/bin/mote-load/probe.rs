//! What the kernel says of processes and of the network: processor time, memory, segments.

use std::fs;
use std::time::Duration;

/// Processor time of a process, its children and all their threads so far, to the nanosecond.
pub(crate) fn cpu(pid: u32) -> Duration {
    let tasks = fs::read_dir(format!("/proc/{pid}/task"));
    tasks
        .into_iter()
        .flatten()
        .flatten()
        .map(|task| {
            let ran = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            let children = children
                .split_whitespace()
                .filter_map(|pid| pid.parse().ok());
            let own = ran.split_whitespace().next().and_then(|ns| ns.parse().ok());
            Duration::from_nanos(own.unwrap_or(0)) + children.map(cpu).sum::<Duration>()
        })
        .sum()
}

/// Resident memory of a process and its children, in KiB.
pub(crate) fn memory_kib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let own = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    let children =
        fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let children = children
        .split_whitespace()
        .filter_map(|pid| pid.parse().ok());
    own.unwrap_or(0) + children.map(memory_kib).sum::<u64>()
}

/// TCP segments that this machine has sent so far, acknowledgements and loopback included.
pub(crate) fn segments() -> u64 {
    let counters = fs::read_to_string("/proc/net/snmp").unwrap_or_default();
    let mut tcp = counters
        .lines()
        .filter_map(|line| line.strip_prefix("Tcp:"));
    let (Some(names), Some(values)) = (tcp.next(), tcp.next()) else {
        return 0;
    };
    let mut both = names.split_whitespace().zip(values.split_whitespace());
    both.find(|(name, _)| *name == "OutSegs")
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{cpu, memory_kib, segments};

    #[test]
    fn a_process_that_works_is_seen_to() {
        let pid = std::process::id();
        let before = cpu(pid);
        let end = Instant::now() + Duration::from_secs(10);
        while cpu(pid) < before + Duration::from_millis(10) {
            assert!(Instant::now() < end, "no processor time was counted");
        }
        assert!(memory_kib(pid) > 100);
    }

    #[test]
    fn segments_on_loopback_are_counted() {
        let before = segments();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        drop(std::net::TcpStream::connect(address).expect("a connection"));
        assert!(segments() >= before + 3);
    }
}
