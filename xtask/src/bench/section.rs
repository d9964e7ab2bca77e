//! One part of the bench and what it found; how it gets into the documentation.

use std::fs;

use super::{Case, case::DENSER, case::SMALL, chart, document, machine, table};
use crate::kit::Kit;
use crate::run::{Failure, Result};

/// What one part of the bench found.
pub(super) struct Section {
    pub(super) title: String,
    pub(super) text: String,
    /// What was delivered wrongly, in words.
    pub(super) wrong: Vec<String>,
    /// Processor time an update by server, for charts.
    pub(super) bars: Vec<(Case, Vec<(String, f64)>)>,
}

/// Puts the sections into `docs/benchmarks.md`, each with the command that made it, beside how they
/// were measured, and draws the charts.
pub(super) fn write(kit: &Kit, sections: &[Section]) -> Result {
    let how = format!("{}\n{DEFINITIONS}", machine::facts(kit));
    document::write_section(kit, "How it is measured", &how)?;
    let words: Vec<_> = std::env::args().skip(1).collect();
    let made_by = format!("Made by `cargo xtask {}`.", words.join(" "));
    for section in sections {
        let body = format!("{made_by}\n\n{}", section.text);
        document::write_section(kit, &section.title, &body)?;
        for (case, bars) in &section.bars {
            draw(kit, *case, bars)?;
        }
    }
    Ok(())
}

fn draw(kit: &Kit, case: Case, bars: &[(String, f64)]) -> Result {
    let Some((_, path)) = CHARTS.iter().find(|(of, _)| *of == case) else {
        return Ok(());
    };
    let unit = "processor time of the server per delivered update, µs (less is better)";
    let picture = chart::svg(bars, &table::title(&case), unit);
    fs::write(kit.root.join(path), picture)
        .map_err(|error| Failure::new(format!("{path} cannot be written: {error}.")))
}

const CHARTS: [(Case, &str); 2] = [
    (DENSER, "docs/benchmark-dense.svg"),
    (SMALL, "docs/benchmark-small.svg"),
];

const DEFINITIONS: &str = "\
What the words mean:

- **update**: one position of one person, delivered to one other person of the room. It counts as
  delivered when it arrived, and when a newer position of the same person arrived instead: a server may
  skip what nobody needs any more. The same rule holds for every server.
- **delivered**: updates delivered within the measured time, of those that were due in it. A server that
  falls behind has less than 100 %.
- **CPU**: processor time of the server's process and all its threads, user and kernel, in the measured
  time only (after everybody has joined and moved for a second), from the kernel's scheduler.
- **bytes**: WebSocket payload and headers that the clients received. **frames**: WebSocket frames.
  **segments**: TCP segments that the machine sent meanwhile, both directions and acknowledgements included.
- **latency**: from just before a client writes its move until just after another client has read it.
- **KiB a connection**: growth of the server's resident memory from before the first connection to the end
  of the measured time, divided by the connections.
- **floor**: one thread, one epoll loop, no checks; every 16.67 ms it writes one CursorBatch of the
  positions that changed to each socket of the room. It is what the system calls alone cost.
- Everybody moves at their own random moments, the same for every server. Loopback, TCP_NODELAY, no TLS,
  no compression. Medians of the repetitions; *spread* is the lowest and the highest of them.
- Only ratios within one run mean anything: the machine and its neighbours change the rest.
";
