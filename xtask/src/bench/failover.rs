//! `cargo xtask bench --failover`: nodes of a cluster are killed, and how soon everybody sees everybody
//! again.

use std::thread;

use super::document;
use super::reading::Reading;
use super::table::{grid, number};
use super::targets::{self, Target};
use crate::cluster::{self, Cluster};
use crate::kit::Kit;
use crate::run::{Failure, Result, quiet};
use crate::step::step;
use crate::{cargo, npm, setup, wasm};

const HEADING: &str = "A node is killed";

const PREFACE: &str = "\
`cargo xtask bench --failover --write` made this table: three nodes on Redis behind nginx with the files of
`deploy/nginx`, twelve people of the published SDK in one room, all of them moving. One node after the
other is killed (`kill -9`) and started again. **Everybody sees everybody**: each of them has got a position of
each other that was sent after the kill. **Leaves**: of people who came back, seen by anybody. **Ghosts**:
people whose browser went away together with a node, and who were still shown after 30 s.";

/// The time of a lease, and two seconds.
const ALL_BACK_S_MAX: f64 = 7.0;

/// Prints what was measured, and keeps it in the documentation if asked to.
pub(super) fn report(kills: u32, write: bool) -> Result {
    let mut kit = setup::to_build()?;
    setup::to_run_redis()?;
    setup::to_proxy(&mut kit)?;
    wasm::build(&kit)?;
    npm::build(&kit)?;
    let server = cargo::server(&kit)?;
    let site = cluster::free_address()?;
    let cluster = Cluster::start(&kit, site, server, None)?;
    let reading = step("fail-over", |step| {
        step.announce("a quarter of a minute for each kill");
        let site = format!("http://{site}");
        thread::scope(|scope| {
            let stop = cluster.stop()?;
            let script = scope.spawn(|| {
                let reading = measure(&kit, &site, kills);
                stop();
                reading
            });
            cluster.serve()?;
            script
                .join()
                .map_err(|_| Failure::new("measure.mjs could not be waited for."))?
        })
    })?;
    let table = format!(
        "{}\n{}",
        table(&reading),
        targets::table(&promises(&reading))
    );
    println!("\n{table}");
    if write {
        document::write_section(&kit, HEADING, &format!("{PREFACE}\n\n{table}"))?;
    }
    Ok(())
}

fn measure(kit: &Kit, site: &str, kills: u32) -> Result<Reading> {
    let mut node = kit.command("node")?;
    node.args([
        "--experimental-websocket",
        "--no-warnings",
        "measure.mjs",
        site,
    ]);
    node.arg(kills.to_string());
    node.current_dir(kit.root.join("tests/failover"));
    Reading::parse(&quiet(node.env("MOTE_DIST", kit.root.join("npm/dist")))?)
}

fn table(reading: &Reading) -> String {
    let times = ["p50_s", "p99_s", "max_s"].map(|name| number(reading.get(name)));
    let count = |name| format!("{}", reading.get(name));
    let rows = [
        ("kills", count("kills")),
        (
            "everybody sees everybody, p50 / p99 / max s",
            times.join(" / "),
        ),
        ("leaves of people who came back", count("leaves")),
        ("people who went away with a node", count("gone")),
        ("ghosts of them", count("ghosts")),
    ];
    let rows = rows.map(|(what, measured)| vec![what.to_owned(), measured]);
    grid(&["what", "measured"], &rows)
}

fn promises(reading: &Reading) -> Vec<Target> {
    let promises = [
        ("everybody sees everybody, p99 s", "p99_s", ALL_BACK_S_MAX),
        ("leaves of people who came back", "leaves", 0.0),
        ("ghosts after 30 s", "ghosts", 0.0),
    ];
    let target = |(what, name, limit): (&str, &str, f64)| Target {
        name: what.to_owned(),
        measured: reading.get(name),
        limit,
    };
    promises.map(target).into()
}
