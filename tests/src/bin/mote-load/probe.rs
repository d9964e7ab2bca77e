//! What the kernel says of processes and of the network: processor time, memory, segments.

use std::fs;
use std::io;
use std::time::Duration;

/// Time of a process, its children and all their threads so far, to the nanosecond.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cpu {
    pub(crate) ran: Duration,
    /// Ready to run, while something else had the core.
    pub(crate) waited: Duration,
}

/// What the kernel's scheduler says.
///
/// # Errors
/// When there is no such process, or the kernel does not count.
pub(crate) fn cpu(pid: u32) -> io::Result<Cpu> {
    let mut sum = Cpu::default();
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        // A thread may end while the list is read.
        let text = fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
        let mut times = text
            .split_whitespace()
            .map(|ns| Duration::from_nanos(ns.parse().unwrap_or(0)));
        sum.ran += times.next().unwrap_or_default();
        sum.waited += times.next().unwrap_or_default();
    }
    for child in children(pid) {
        let child = cpu(child).unwrap_or_default();
        sum.ran += child.ran;
        sum.waited += child.waited;
    }
    Ok(sum)
}

/// The sum of several processes; none of none.
///
/// # Errors
/// Those of [`cpu`].
pub(crate) fn cpu_of_all(pids: &[u32]) -> io::Result<Option<Cpu>> {
    let mut sum = None;
    for pid in pids {
        let (one, all) = (cpu(*pid)?, sum.get_or_insert_with(Cpu::default));
        all.ran += one.ran;
        all.waited += one.waited;
    }
    Ok(sum)
}

/// Resident memory of a process and its children, in KiB.
pub(crate) fn memory_kib(pid: u32) -> u64 {
    status_kib(pid, "VmRSS:") + children(pid).into_iter().map(memory_kib).sum::<u64>()
}

/// The most that a process and its children had so far, in KiB.
pub(crate) fn memory_peak_kib(pid: u32) -> u64 {
    status_kib(pid, "VmHWM:") + children(pid).into_iter().map(memory_peak_kib).sum::<u64>()
}

fn status_kib(pid: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

fn children(pid: u32) -> Vec<u32> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let children = children.unwrap_or_default();
    children
        .split_whitespace()
        .filter_map(|pid| pid.parse().ok())
        .collect()
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

    use super::{cpu, memory_kib, memory_peak_kib, segments};

    #[test]
    fn a_process_that_works_is_seen_to() {
        let pid = std::process::id();
        let before = cpu(pid).expect("this process").ran;
        let end = Instant::now() + Duration::from_secs(10);
        while cpu(pid).expect("this process").ran < before + Duration::from_millis(10) {
            assert!(Instant::now() < end, "no processor time was counted");
        }
        assert!(memory_kib(pid) > 100);
        assert!(memory_peak_kib(pid) >= memory_kib(pid) / 2);
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
