//! `cargo xtask bench --frames`: what drawing 200 moving cursors takes of a page's main thread, in
//! headless Chromium, with Mote and with what else draws cursors.

use super::document;
use super::table::{grid, number};
use crate::kit::Kit;
use crate::npm;
use crate::run::{Failure, Result, quiet};
use crate::setup;
use crate::step::step;
use crate::wasm;

const HEADING: &str = "Cursors on the screen";

const HEADS: [&str; 6] = [
    "drawn by",
    "ms a frame",
    "spread",
    "of it script",
    "of it style and layout",
    "frames a second",
];

const PREFACE: &str = "\
`cargo xtask bench --frames --write` made this table: 200 cursors that move all the time, each told 20
times a second over a WebSocket in the subject's own protocol, in a window of 1280 × 800 of headless
Chromium without a GPU. **ms a frame** is the processor time of the page's main thread, all of it,
divided by the animation frames there were: at 60 Hz there are 16.7 ms for everything. Medians of the
repetitions, *spread* is the lowest and the highest.

- **Mote**: `mountCursors` of this package, with its wasm decoding and interpolating.
- **Liveblocks**: `Cursors` of @liveblocks/react-ui, as published, with its springs; its client reads
  its own JSON from a socket that stands in for their server.
- **perfect-cursors**: one `PerfectCursor` each that writes `style.transform`; its positions come as
  plain numbers, so nothing of a protocol or of a room is in its time.
- **not smoothed**: the same without it: the transform is written when a position comes.";

/// Prints what was measured, and keeps it in the documentation if asked to.
pub(super) fn report(write: bool) -> Result {
    let mut kit = setup::to_build()?;
    setup::to_browse(&mut kit)?;
    npm::install(&kit, "tests/frames")?;
    wasm::build(&kit)?;
    npm::build(&kit)?;
    let said = step("frames", |step| {
        step.announce("two minutes; a machine that does nothing else measures best");
        measure(&kit)
    })?;
    let rows = said.lines().map(row).collect::<Result<Vec<_>>>()?;
    let table = grid(&HEADS, &rows);
    println!("\n{table}");
    if write {
        document::write_section(&kit, HEADING, &format!("{PREFACE}\n\n{table}"))?;
    }
    Ok(())
}

fn measure(kit: &Kit) -> Result<String> {
    let folder = kit.root.join("tests/frames");
    let mut node = kit.command("node")?;
    node.arg("measure.mjs").current_dir(folder);
    quiet(node.env("MOTE_DIST", kit.root.join("npm/dist")))
}

/// A line of measure.mjs: name, median, least, most, script, style, frames a second.
fn row(line: &str) -> Result<Vec<String>> {
    let parsed = || {
        let (name, rest) = line.split_once('\t')?;
        let figures: Vec<f64> = rest
            .split('\t')
            .map(|figure| figure.parse().ok())
            .collect::<Option<_>>()?;
        let &[median, least, most, script, style, hz] = figures.as_slice() else {
            return None;
        };
        let spread = format!("{}–{}", number(least), number(most));
        let [median, script, style] = [median, script, style].map(number);
        Some(vec![
            name.to_owned(),
            median,
            spread,
            script,
            style,
            number(hz),
        ])
    };
    parsed().ok_or_else(|| Failure::new(format!("measure.mjs said what is no reading: {line}")))
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn a_line_is_a_row_of_the_table() {
        let row = row("Mote\t5.4511\t5.0610\t5.4511\t1.0459\t1.2189\t53.1569").ok();
        let cells = ["Mote", "5.45", "5.06–5.45", "1.05", "1.22", "53.2"];
        assert_eq!(row, Some(cells.map(str::to_owned).to_vec()));
    }

    #[test]
    fn what_is_no_reading_is_refused() {
        assert!(row("Mote\t1\t2").is_err());
        assert!(row("Mote\ta\tb\tc\td\te\tf").is_err());
    }
}
