//! What this project promises of its speed, beside what was measured; ratios within one run only.

use super::case::{DENSE, DENSER, SMALL};
use super::table::{grid, number};
use super::{Case, Reading, Results, Subject};

/// An upper limit of a number or a ratio.
pub(super) struct Target {
    pub(super) name: String,
    pub(super) measured: f64,
    pub(super) limit: f64,
}

type Number = fn(&Reading) -> f64;

/// Each target with what was measured; nothing when there is none.
pub(super) fn table(targets: &[Target]) -> String {
    let rows: Vec<_> = targets
        .iter()
        .map(|target| {
            let verdict = if target.measured <= target.limit {
                "yes"
            } else {
                "NO"
            };
            vec![
                target.name.clone(),
                number(target.measured),
                number(target.limit),
                verdict.to_owned(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    grid(&["target", "measured", "at most", "held"], &rows)
}

/// The targets of the loads; those whose servers were not measured are left out.
pub(super) fn of(results: &Results) -> Vec<Target> {
    use Subject::{Bun, Floor, Liveblocks, Mote, Mote30};
    let ratios = [
        (DENSER, Mote, Bun, 1.0 / 8.0),
        (DENSER, Mote, Liveblocks, 1.0 / 15.0),
        (DENSER, Mote, Floor, 1.5),
        (DENSE, Mote, Bun, 1.0 / 5.0),
        (DENSE, Mote, Liveblocks, 1.0 / 10.0),
        (DENSE, Mote, Floor, 1.5),
        (SMALL, Mote, Bun, 0.9),
        (SMALL, Mote30, Bun, 0.55),
        (SMALL, Mote, Liveblocks, 1.0 / 3.0),
        (SMALL, Mote30, Liveblocks, 1.0 / 5.0),
        (SMALL, Mote, Floor, 1.3),
    ];
    let bytes = [(DENSER, 6.0), (DENSE, 6.0), (SMALL, 9.0)];
    let ratios = ratios.into_iter().filter_map(|(case, ours, other, limit)| {
        let measured = ratio(results, case, ours, other)?;
        let name = format!("{case}: CPU of {ours} / {other}");
        Some(Target {
            name,
            measured,
            limit,
        })
    });
    let numbers = bytes.into_iter().flat_map(|(case, bytes)| {
        let numbers: [(&str, Number, f64); 3] = [
            ("bytes per update", Reading::bytes, bytes),
            ("p50 ms", |reading| reading.get("p50_ms"), 10.0),
            ("p99 ms", |reading| reading.get("p99_ms"), 20.0),
        ];
        numbers.into_iter().filter_map(move |(what, value, limit)| {
            let measured = results.median(case, Mote, value)?;
            let name = format!("{case}: {what} of {Mote}");
            Some(Target {
                name,
                measured,
                limit,
            })
        })
    });
    ratios.chain(numbers).collect()
}

fn ratio(results: &Results, case: Case, ours: Subject, other: Subject) -> Option<f64> {
    let cpu = |subject| results.median(case, subject, Reading::cpu_us);
    Some(cpu(ours)? / cpu(other)?)
}

#[cfg(test)]
mod tests {
    use super::super::{Reading, Results, Subject};
    use super::{SMALL, of, table};

    #[test]
    fn a_ratio_needs_both_servers_and_holds_up_to_its_limit() {
        let reading = |cpu: &str| {
            let text =
                format!("server_cpu_s {cpu}\ndelivered 1000\nbytes 8000\np50_ms 11\np99_ms 17");
            Reading::parse(&text).expect("names and numbers")
        };
        let mut results = Results::new(&[], &[]);
        results.add(SMALL, Subject::Mote, reading("0.9"));
        let without = of(&results).len();
        results.add(SMALL, Subject::Bun, reading("1"));
        assert_eq!(of(&results).len(), without + 1);
        let text = table(&of(&results));
        let line = |start: &str| {
            text.lines()
                .find(|line| line.contains(start))
                .expect("a line")
        };
        assert!(line("Mote / Bun").contains("| 0.900    | 0.900   | yes"));
        assert!(line("p50 ms").contains("| NO"));
    }
}
