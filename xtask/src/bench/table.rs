//! The tables, in Markdown: readable in a terminal, and the same in the documentation.

use super::{Case, Reading, Results, results::Median};

const HEADS: [&str; 10] = [
    "server",
    "CPU µs per update",
    "spread",
    "CPU busy",
    "bytes per update",
    "frames per update",
    "segments per update",
    "p50 / p99 / max ms",
    "delivered",
    "KiB a connection",
];

/// One table a load.
pub(super) fn all(results: &Results) -> String {
    let mut text = String::new();
    for case in &results.cases {
        text.push_str(&format!("### {}\n\n{}\n", title(case), of(results, *case)));
    }
    for subject in &results.left_out {
        text.push_str(&format!(
            "{subject} could not be installed or did not run.\n"
        ));
    }
    text
}

pub(super) fn title(case: &Case) -> String {
    let Case { rooms, people, hz } = case;
    let rooms = if *rooms == 1 {
        "1 room".to_owned()
    } else {
        format!("{rooms} rooms")
    };
    format!("{rooms} × {people} people × {hz} moves a second")
}

fn of(results: &Results, case: Case) -> String {
    let rows: Vec<_> = results
        .of(case)
        .map(|(subject, readings)| row(&subject.to_string(), readings))
        .collect();
    let mut text = grid(&HEADS, &rows);
    for (subject, readings) in results.of(case) {
        if let Some(why) = readings.iter().find_map(Reading::bottleneck) {
            text.push_str(&format!(
                "\n{subject}: the load was the bottleneck: {why}.\n"
            ));
        }
    }
    text
}

fn row(subject: &str, readings: &[Reading]) -> Vec<String> {
    let median = |value: fn(&Reading) -> f64| Median::of(readings, value).median;
    let cpu = Median::of(readings, Reading::cpu_us);
    let latencies = [
        median(|reading| reading.get("p50_ms")),
        median(|reading| reading.get("p99_ms")),
        median(|reading| reading.get("max_ms")),
    ];
    vec![
        subject.to_owned(),
        number(cpu.median),
        format!("{}–{}", number(cpu.min), number(cpu.max)),
        format!("{:.0} %", median(Reading::server_busy_percent)),
        number(median(Reading::bytes)),
        number(median(Reading::frames)),
        number(median(Reading::segments)),
        latencies.map(number).join(" / "),
        format!("{:.1} %", median(Reading::delivered_percent)),
        number(median(|reading| reading.get("memory_busy_kib_each"))),
    ]
}

/// Three figures that mean something.
pub(super) fn number(value: f64) -> String {
    match value.abs() {
        size if size < 1.0 => format!("{value:.3}"),
        size if size < 10.0 => format!("{value:.2}"),
        size if size < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// A Markdown table with its columns in line.
pub(super) fn grid(heads: &[&str], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(column, head)| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.chain([head.chars().count()]).max().unwrap_or(0)
        })
        .collect();
    let line = |cells: &[String]| {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        format!("| {} |\n", padded.collect::<Vec<_>>().join(" | "))
    };
    let heads: Vec<String> = heads.iter().map(ToString::to_string).collect();
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let rows: String = rows.iter().map(|row| line(row)).collect();
    format!("{}{}{rows}", line(&heads), line(&rule))
}

#[cfg(test)]
mod tests {
    use super::{grid, number};

    #[test]
    fn columns_stand_in_line() {
        let rows = [
            vec!["Mote".to_owned(), "0.4".to_owned()],
            vec!["µs".to_owned(), "12".to_owned()],
        ];
        let lines = [
            "| a    | bcd |",
            "| ---- | --- |",
            "| Mote | 0.4 |",
            "| µs   | 12  |",
            "",
        ];
        assert_eq!(grid(&["a", "bcd"], &rows), lines.join("\n"));
    }

    #[test]
    fn numbers_have_three_figures() {
        let numbers = [0.03125, 5.231, 17.65, 1234.4].map(number);
        assert_eq!(numbers, ["0.031", "5.23", "17.6", "1234"]);
    }
}
