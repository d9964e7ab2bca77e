//! What the system says of this process, under the names that all exporters give it. A system that does
//! not say it is not asked for more.

use crate::metrics::Exposition;

/// `started_s`: in seconds since 1970.
pub(super) fn write(started_s: u64, text: &mut Exposition) {
    text.gauge(
        "process_start_time_seconds",
        "When the process started, in seconds since 1970.",
    )
    .is(started_s);
    #[cfg(target_os = "linux")]
    let _ = linux(text);
}

#[cfg(target_os = "linux")]
fn linux(text: &mut Exposition) -> procfs::ProcResult<()> {
    use procfs::process::{LimitValue, Process};

    let process = Process::myself()?;
    let stat = process.stat()?;
    // Ticks are hundredths of a second.
    #[allow(clippy::cast_precision_loss, reason = "exact for 2,800,000 years")]
    let cpu_s = (stat.utime + stat.stime) as f64 / procfs::ticks_per_second() as f64;
    text.counter(
        "process_cpu_seconds_total",
        "Time of the processor, in the program and in the kernel for it.",
    )
    .is(cpu_s);
    text.gauge(
        "process_resident_memory_bytes",
        "Memory that the process has, without what is swapped out.",
    )
    .is(stat.rss * procfs::page_size());
    text.gauge("process_threads", "Threads of the process.")
        .is(u64::try_from(stat.num_threads).unwrap_or_default());
    text.gauge(
        "process_open_fds",
        "Files that are open; each socket is one.",
    )
    .is(process.fd_count()?);
    if let LimitValue::Value(max) = process.limits()?.max_open_files.soft_limit {
        text.gauge("process_max_fds", "Files that may be open.")
            .is(max);
    }
    Ok(())
}
